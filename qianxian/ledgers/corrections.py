"""Putting stored entries right: what a correction must satisfy, and the state after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor
from qianxian.core.errors import Conflict, NotAllowed, UserError
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.ledgers import checks, privacy, values
from qianxian.ledgers.attestation import is_locked
from qianxian.ledgers.models import Entry
from qianxian.ledgers.registers import stretches
from qianxian.ledgers.standing import after_correction, guarded_by_flow
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import state_of, store, who_was_first
from qianxian_packs import Ledger


class NeedsApproval(UserError):
    """A correction of fields that somebody else must approve: it is asked for, not made."""

    def __init__(self, entry: Entry, fields: frozenset[str]) -> None:
        labels = "、".join(f.label for f in entry.definition.fields if f.name in fields)
        super().__init__(f"{labels}要另一个人核准才能改。请打开这一条，从“更正”提出来。")
        self.fields = fields


@transaction.atomic
def correct_entry(
    *,
    entry: Entry,
    values_changed: Mapping[str, Any],
    version: int,
    by: User,
    at: datetime,
    reason: str,
    post: str = "",
    place: Place | None = None,
) -> Entry:
    """Put fields of an entry right, as a new revision with a reason. The old state stays.

    `version` is the one that the person saw. In a locked period only a post that may correct can.
    A private field given as empty is cleared for good.
    Raises InvalidEntry, Conflict, NotVisible, NotAllowed.
    """
    missing = {} if reason.strip() else {"reason": "还没写为什么改。写一句，以后查得到。"}
    try:
        state = prepare_correction(
            entry=entry, values_changed=values_changed, version=version, by=by, at=at, place=place
        )
    except values.InvalidEntry as error:
        raise values.InvalidEntry({**error.errors, **missing}) from error
    if missing:
        raise values.InvalidEntry(missing)
    store(
        states=[state],
        township=township_of(entry.place),
        by=Actor.of(by, post),
        at=at,
        reason=reason.strip(),
    )
    entry.refresh_from_db()
    return entry


def prepare_correction(
    *,
    entry: Entry,
    values_changed: Mapping[str, Any],
    version: int,
    by: User,
    at: datetime,
    place: Place | None = None,
    last: Mapping[str, Any] | None = None,
    approved: bool = False,
) -> EntryState:
    """Check a correction and give the state after it; seals private values on the way.

    Part of a transaction that ends in `store`; apart from it so that many corrections, and new
    entries beside them, can be one commit. `last` is the body of the entry's newest revision,
    where it was read with those of others. `approved`: somebody else has looked at what the
    definition guards; raises NeedsApproval without.
    """
    ledger, where = entry.definition, place or entry.place
    require_edit(entry, by=by, at=at)
    require_new_place(entry, where, by=by, at=at)
    if entry.deleted:
        raise UserError(f"{entry}已经去掉了，不能再改。要找回来，在它的经过里点撤回。")
    if version != entry.version:
        raise Conflict(who_was_first(entry.pk))
    fresh, private = _merged(ledger, entry, values_changed)
    if not approved and (guarded := guarded_changes(entry, values_changed)):
        raise NeedsApproval(entry, guarded)
    day = timezone.localdate(at)
    on = values.business_date(ledger, fresh)
    checks.check_place(ledger, where, on or day)
    checks.check_references(
        ledger, {n: fresh.get(n) for n in values_changed}, checks.Sight(by, day), on or day
    )
    _refuse_gone_subject(entry, on)
    state = corrected_state(entry, fresh, private, place=where, version=version, last=last)
    cleared = [n for n in values_changed if ledger.by_name[n].private and n not in private]
    if cleared:
        privacy.clear(entry.pk, cleared)
    state = replace(state, private={k: v for k, v in state.private.items() if k not in cleared})
    return after_correction(entry, state, at)


def guarded_changes(entry: Entry, changed: Mapping[str, Any]) -> frozenset[str]:
    """Of the fields that somebody else must approve, those that would be another than they are.

    The definition names some; of a matter, its flow may guard more.
    """
    ledger = entry.definition
    parsed = values.parse_fields(ledger, {n: changed[n] for n in changed if n in ledger.by_name})
    stored = values.loaded(ledger, entry.data)
    by_flow = guarded_by_flow(entry, stored, {**stored, **parsed})
    return by_flow | frozenset(
        n
        for n in ledger.guarded & set(changed)
        if ledger.by_name[n].private or parsed.get(n) != stored.get(n)
    )


def _refuse_gone_subject(entry: Entry, on: date | None) -> None:
    """A date that was put right may not lie after the subject had ended."""
    subject = entry.subject
    if subject and on and on != entry.on and (gone := stretches.gone_by(subject.episodes, on)):
        name = entry.definition.date or ""
        raise values.InvalidEntry({name: checks.gone_says(subject, gone)})


def require_edit(entry: Entry, *, by: User, at: datetime) -> None:
    """Let pass whoever may change this entry today."""
    line, day = entry.definition.line, timezone.localdate(at)
    gate.require(by, Permission.ENTRY_EDIT, line=line, place=entry.place, on=day)
    require_unlocked(entry, by=by, at=at)


def require_unlocked(entry: Entry, *, by: User, at: datetime) -> None:
    """In a period that the township checked only a post that may correct goes on."""
    if not is_locked(entry.ledger, entry.place, entry.on):
        return
    line, day = entry.definition.line, timezone.localdate(at)
    if not gate.can(by, Permission.ENTRY_CORRECT, line=line, place=entry.place, on=day):
        raise NotAllowed(f"{entry}所在的这一期镇里已经核过。要改，请镇里专干来改，或者请镇里退回。")


def require_new_place(entry: Entry, where: Place, *, by: User, at: datetime) -> None:
    """An entry moves only to where the person may record, and not into another township."""
    if where.pk == entry.place_id:
        return
    day = timezone.localdate(at)
    line = entry.definition.line
    if not gate.can(by, Permission.ENTRY_EDIT, line=line, place=where, on=day):
        raise values.InvalidEntry({"place": f"{where}不归你的岗位记，不能改到那里。请重新选。"})
    if township_of(where) != township_of(entry.place):
        raise values.InvalidEntry({"place": "不能改到别的乡镇。请在这里去掉，到那边重新记。"})


def _merged(
    ledger: Ledger, entry: Entry, changed: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Open values after the change, and the private ones that were typed anew.

    Only what changes is parsed: a value that an older definition took does not stand in the way.
    """
    before = values.loaded(ledger, entry.data)
    parsed = values.parse_fields(ledger, changed)
    fresh = {**before, **{n: v for n, v in parsed.items() if not ledger.by_name[n].private}}
    later = values.step_fields(ledger)
    missing = {
        f.name: f"还没填{f.label}。"
        for f in ledger.fields
        if f.required and f.name not in later and f.name in parsed and parsed[f.name] is None
    }
    if faults := missing or values.failed_checks(ledger, fresh):
        raise values.InvalidEntry(faults)
    checks.check_step_fields(ledger, before, fresh)
    _, private = values.split_private(ledger, parsed)
    return fresh, private


def corrected_state(
    entry: Entry,
    fresh: Mapping[str, Any],
    private: dict[str, str],
    *,
    place: Place,
    version: int,
    last: Mapping[str, Any] | None = None,
) -> EntryState:
    """The state after new values: derived columns are derived anew.

    An entry that is moved into a locked period or place is 补录 there. `last` as in `state_of`.
    """
    ledger = entry.definition
    data, _ = values.split_private(ledger, fresh)
    on = values.business_date(ledger, fresh)
    is_moved = (on, place.pk) != (entry.on, entry.place_id)
    state = state_of(
        entry,
        last=last,
        data=data,
        place=place.code,
        on=on,
        late=entry.late or (is_moved and is_locked(ledger.id, place, on)),
        **values.derived(ledger, fresh, place=place.code, subject=entry.subject),
        version=version + 1,
    )
    return replace(state, private={**state.private, **privacy.put(entry.pk, private)})
