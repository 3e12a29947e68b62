"""Saving entries: one function for every way in (page, phone, import, generator)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor
from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.models import Commit, Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.ledgers import privacy, values
from qianxian.ledgers.attestation import is_locked
from qianxian.ledgers.models import Entry
from qianxian.ledgers.standing import standing_of
from qianxian.ledgers.store import EntryState, state_of, store
from qianxian_packs import Ledger

_LEVELS = ("county", "township", "village", "group")


@dataclass(frozen=True, slots=True)
class Row:
    """One new entry as it comes in: raw values, where it happened, whom it is about."""

    values: Mapping[str, Any]
    place: Place
    subject: Entry | None = None
    campaign: str = ""


def save_entry(
    *,
    ledger: Ledger,
    row: Row,
    by: User,
    at: datetime,
    post: str = "",
    reason: str = "",
    source: str = Commit.Source.PAGE,
) -> Entry:
    """Record a new entry.

    A row dated into a locked period is taken, marked 补录, and counts as a change since the lock.
    Raises InvalidEntry with every fault at its field; NotVisible or NotAllowed from the gate.
    """
    commit_row = save_entries(
        ledger=ledger, rows=[row], by=by, at=at, post=post, reason=reason, source=source
    )
    return Entry.objects.get(pk=commit_row[0])


@transaction.atomic
def save_entries(
    *,
    ledger: Ledger,
    rows: list[Row],
    by: User,
    at: datetime,
    post: str = "",
    reason: str = "",
    source: str = Commit.Source.PAGE,
    source_ref: str = "",
) -> list[uuid.UUID]:
    """Record many new entries of one township as one commit: all or none."""
    states = prepare_entries(ledger=ledger, rows=rows, by=by, at=at)
    store(
        states=states,
        township=township_of(rows[0].place),
        by=Actor.of(by, post),
        at=at,
        reason=reason,
        source=source,
        source_ref=source_ref,
    )
    return [state.id for state in states]


def prepare_entries(*, ledger: Ledger, rows: list[Row], by: User, at: datetime) -> list[EntryState]:
    """Check permission, parse and validate rows into states; seals private values on the way.

    Part of a transaction that ends in `store`; apart from it so that a matter's first steps and
    its entry can be one commit.
    """
    reach = gate.reaches(by, Permission.ENTRY_EDIT, timezone.localdate(at))
    return [_new_state(ledger, row, reach, at) for row in rows]


def _new_state(ledger: Ledger, row: Row, reach: tuple[gate.Reach, ...], at: datetime) -> EntryState:
    if not any(r.covers(ledger.line, row.place.path) for r in reach):
        raise NotAllowed(f"{row.place}的{ledger.name}不归你的岗位记。要记，请找条线负责人开。")
    parsed = values.parse(ledger, row.values, partial=bool(ledger.flow))
    on = values.business_date(ledger, parsed)
    day = timezone.localdate(at)
    _check_place(ledger, row.place, on or day)
    _check_subject(ledger, row.subject)
    standing = standing_of(ledger, row.place, day)
    data, private = values.split_private(ledger, parsed)
    new = uuid.uuid4()
    title = values.title_of(ledger, parsed, row.subject)
    return EntryState(
        id=new,
        ledger=ledger.id,
        place=row.place.code,
        data=data,
        subject=row.subject.pk if row.subject else None,
        on=on,
        state=standing.state,
        post=standing.post,
        due_on=standing.due_on,
        campaign=row.campaign,
        late=is_locked(ledger.id, row.place, on),
        private=privacy.put(new, private),
        title=title[:120],
        initials=values.initials_of(title),
        key_text=values.key_of(ledger, parsed, place=row.place.code, subject=row.subject),
    )


def _check_place(ledger: Ledger, place: Place, on: date) -> None:
    if ledger.place and _LEVELS.index(place.level) < _LEVELS.index(ledger.place):
        wanted = Place.Level(ledger.place).label
        raise values.InvalidEntry({"place": f"要写到{wanted}，{place}还不够细。请选一个{wanted}。"})
    if place.valid_to and on > place.valid_to:
        into = place.successor or (place.parent.successor if place.parent else None)
        hint = f"，现在归{into}" if into else ""
        raise values.InvalidEntry(
            {"place": f"{place}到{place.valid_to}为止{hint}。请改日期，或者选并入后的地方。"}
        )


def _check_subject(ledger: Ledger, subject: Entry | None) -> None:
    if ledger.subject and subject is None:
        raise values.InvalidEntry({"subject": "还没选是哪一户。先从底册里选，再存。"})
    if subject and subject.ledger != ledger.subject:
        raise values.InvalidEntry({"subject": f"{subject}不在{ledger.name}要的底册里。"})


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
    Raises InvalidEntry, Conflict, NotVisible, NotAllowed.
    """
    ledger = entry.definition
    day = timezone.localdate(at)
    locked = is_locked(entry.ledger, entry.place, entry.on)
    wanted = Permission.ENTRY_CORRECT if locked else Permission.ENTRY_EDIT
    gate.require(by, wanted, line=ledger.line, place=entry.place, on=day)
    if not reason.strip():
        raise values.InvalidEntry({"reason": "还没写为什么改。写一句，以后查得到。"})
    fresh, private = _merged(ledger, entry, values_changed)
    where = place or entry.place
    _check_place(ledger, where, values.business_date(ledger, fresh) or day)
    state = corrected_state(entry, fresh, private, place=where, version=version)
    store(
        states=[state],
        township=township_of(entry.place),
        by=Actor.of(by, post),
        at=at,
        reason=reason.strip(),
    )
    entry.refresh_from_db()
    return entry


def _merged(
    ledger: Ledger, entry: Entry, changed: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Open values after the change, and the private ones that were typed anew."""
    before = values.loaded(ledger, entry.data)
    parsed = values.parse(ledger, {**before, **changed}, partial=True)
    missing = {
        f.name: f"还没填{f.label}。"
        for f in ledger.fields
        if f.required and not ledger.flow and not f.private and parsed[f.name] is None
    }
    if missing:
        raise values.InvalidEntry(missing)
    _, private = values.split_private(ledger, {k: parsed[k] for k in changed})
    return parsed, private


def corrected_state(
    entry: Entry,
    fresh: Mapping[str, Any],
    private: dict[str, str],
    *,
    place: Place,
    version: int,
) -> EntryState:
    """The state after new values: derived columns are derived anew."""
    ledger = entry.definition
    data, _ = values.split_private(ledger, fresh)
    title = values.title_of(ledger, fresh, entry.subject)
    state = state_of(
        entry,
        data=data,
        place=place.code,
        on=values.business_date(ledger, fresh),
        title=title[:120],
        initials=values.initials_of(title),
        key_text=values.key_of(ledger, fresh, place=place.code, subject=entry.subject),
        version=version + 1,
    )
    return replace(state, private={**state.private, **privacy.put(entry.pk, private)})


@transaction.atomic
def remove_entry(
    *, entry: Entry, version: int, by: User, at: datetime, reason: str, post: str = ""
) -> Entry:
    """Take an entry out of lists and figures. It stays in history and can be brought back."""
    ledger = entry.definition
    locked = is_locked(entry.ledger, entry.place, entry.on)
    wanted = Permission.ENTRY_CORRECT if locked else Permission.ENTRY_EDIT
    gate.require(by, wanted, line=ledger.line, place=entry.place, on=timezone.localdate(at))
    if not reason.strip():
        raise UserError("还没写为什么去掉这条。写一句，以后查得到。")
    state = state_of(entry, deleted=True, post="", due_on=None, version=version + 1)
    store(
        states=[state],
        township=township_of(entry.place),
        by=Actor.of(by, post),
        at=at,
        reason=reason.strip(),
    )
    entry.refresh_from_db()
    return entry
