"""Saving entries: one function for every way in (page, phone, import, generator)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor
from qianxian.core.errors import Conflict, NotAllowed, UserError
from qianxian.core.models import Commit, Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.ledgers import checks, privacy, values
from qianxian.ledgers.attestation import Locks
from qianxian.ledgers.corrections import correct_entry as correct_entry
from qianxian.ledgers.corrections import corrected_state as corrected_state
from qianxian.ledgers.corrections import require_edit as require_edit
from qianxian.ledgers.corrections import require_unlocked as require_unlocked
from qianxian.ledgers.models import Entry
from qianxian.ledgers.standing import check_removal, standing_of
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import removed, store, who_was_first
from qianxian_packs import Ledger


@dataclass(frozen=True, slots=True)
class Row:
    """One new entry as it comes in: raw values, where it happened, whom it is about.

    `parent` is the entry that it hangs on, or another row of the same save. `id` may be given, so
    that a form that was sent twice can be told.
    """

    values: Mapping[str, Any]
    place: Place
    subject: Entry | None = None
    campaign: str = ""
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    parent: Entry | Row | None = None


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
    return save_together(
        batches=[(ledger, rows)],
        by=by,
        at=at,
        post=post,
        reason=reason,
        source=source,
        source_ref=source_ref,
    )


@transaction.atomic
def save_together(
    *,
    batches: Sequence[tuple[Ledger, list[Row]]],
    by: User,
    at: datetime,
    post: str = "",
    reason: str = "",
    source: str = Commit.Source.PAGE,
    source_ref: str = "",
) -> list[uuid.UUID]:
    """Record rows of several ledgers as one commit: an inspection with the hazards that it found.

    A row may name a row of an earlier batch as its parent.
    """
    states: list[EntryState] = []
    new: dict[uuid.UUID, Ledger] = {}
    for ledger, rows in batches:
        states += prepare_entries(ledger=ledger, rows=rows, by=by, at=at, beside=new)
        new |= {row.id: ledger for row in rows}
    store(
        states=states,
        township=township_of(batches[0][1][0].place),
        by=Actor.of(by, post),
        at=at,
        reason=reason,
        source=source,
        source_ref=source_ref,
    )
    return [state.id for state in states]


@transaction.atomic
def raise_matters(
    *,
    parent: Entry,
    ledger: Ledger,
    rows: Sequence[Row],
    by: User,
    at: datetime,
    post: str = "",
    reason: str = "",
    source: str = Commit.Source.PAGE,
) -> list[uuid.UUID]:
    """Record entries that hang on a stored one, as one commit. The ledger names it as a parent."""
    return save_together(
        batches=[(ledger, [replace(row, parent=parent) for row in rows])],
        by=by,
        at=at,
        post=post,
        reason=reason,
        source=source,
    )


def prepare_entries(
    *,
    ledger: Ledger,
    rows: list[Row],
    by: User,
    at: datetime,
    beside: Mapping[uuid.UUID, Ledger] | None = None,
) -> list[EntryState]:
    """Check permission, parse and validate rows into states; seals private values on the way.

    Part of a transaction that ends in `store`; apart from it so that a matter's first steps and
    its entry can be one commit. `beside` says of which ledger other rows of the same save are.
    """
    day = timezone.localdate(at)
    reach = gate.reaches(by, Permission.ENTRY_EDIT, day)
    sight, locks = checks.Sight(by, day), Locks(ledger.id)
    states, private = [], {}
    _lock_parents(rows)
    for row in rows:
        if not any(r.covers(ledger.line, row.place.path) for r in reach):
            raise NotAllowed(f"{row.place}的{ledger.name}不归你的岗位记。要记，请找条线负责人开。")
        parsed = _parsed(ledger, row, sight, at)
        _check_parent(ledger, row, sight, beside or {})
        data, private[row.id] = values.split_private(ledger, parsed)
        states.append(_new_state(ledger, row, parsed, data, locks, at))
    digests = privacy.put_new(private)
    return [replace(s, private=own) if (own := digests[s.id]) else s for s in states]


def _lock_parents(rows: Iterable[Row]) -> None:
    """Whoever closes a parent looks at what hangs on it; that must not change meanwhile."""
    keys = {row.parent.pk for row in rows if isinstance(row.parent, Entry)}
    if keys:
        rows_locked = Entry.objects.select_for_update(of=("self",)).filter(pk__in=keys)
        list(rows_locked.order_by("pk").values_list("pk"))


def _check_parent(
    ledger: Ledger, row: Row, sight: checks.Sight, beside: Mapping[uuid.UUID, Ledger]
) -> None:
    parent = row.parent
    if isinstance(parent, Row):
        # Not stored yet: what it will be is known, and its own save asks whether it may be.
        above = beside.get(parent.id)
        if above is None:
            raise ValueError("a parent row belongs to an earlier batch of the same save")
        parent = Entry(pk=parent.id, ledger=above.id, place=parent.place)
    elif parent is not None:
        # As it is now, under its lock, not as the page showed it.
        parent = Entry.objects.select_related("place").get(pk=parent.pk)
    checks.check_parent(ledger, parent, row.place, sight)


def _parsed(ledger: Ledger, row: Row, sight: checks.Sight, at: datetime) -> dict[str, Any]:
    """All faults of a row's own fields together; then those of place, subject and references."""
    parsed = values.parse(ledger, row.values, partial=bool(ledger.flow))
    day = values.business_date(ledger, parsed) or timezone.localdate(at)
    checks.check_place(ledger, row.place, day)
    checks.check_subject(ledger, row.subject, sight, day)
    checks.check_references(ledger, parsed, sight, day)
    return parsed


def _new_state(
    ledger: Ledger,
    row: Row,
    parsed: Mapping[str, Any],
    data: dict[str, Any],
    locks: Locks,
    at: datetime,
) -> EntryState:
    on = values.business_date(ledger, parsed)
    standing = standing_of(ledger, row.place, timezone.localdate(at), parsed)
    return EntryState(
        id=row.id,
        ledger=ledger.id,
        place=row.place.code,
        data=data,
        subject=row.subject.pk if row.subject else None,
        parent=_id_of(row.parent),
        on=on,
        state=standing.state,
        post=standing.post,
        due_on=standing.due_on,
        risen=standing.risen,
        act=standing.act,
        campaign=row.campaign,
        late=locks.cover(row.place, on),
        **values.derived(ledger, parsed, place=row.place.code, subject=row.subject),
    )


def _id_of(parent: Entry | Row | None) -> uuid.UUID | None:
    if parent is None:
        return None
    return parent.id if isinstance(parent, Row) else parent.pk


@transaction.atomic
def remove_entry(
    *, entry: Entry, version: int, by: User, at: datetime, reason: str, post: str = ""
) -> Entry:
    """Take an entry out of lists and figures. It stays in history and can be brought back."""
    require_edit(entry, by=by, at=at)
    if not reason.strip():
        raise UserError("还没写为什么去掉这条。写一句，以后查得到。")
    if entry.deleted:
        raise UserError(f"{entry}已经去掉了。要找回来，在它的经过里点撤回。")
    if version != entry.version:
        raise Conflict(who_was_first(entry.pk))
    checks.check_may_go(entry)
    checks.check_nothing_hangs_on([entry])
    check_removal(entry, {entry.pk})
    store(
        states=[removed(entry)],
        township=township_of(entry.place),
        by=Actor.of(by, post),
        at=at,
        reason=reason.strip(),
    )
    entry.refresh_from_db()
    return entry
