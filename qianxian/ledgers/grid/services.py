"""Saving a grid: the good rows as one commit, the others told row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor
from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.models import Commit, Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.ledgers.grid.clashes import Clash, clashes_of
from qianxian.ledgers.grid.preparing import Prepared, prepare
from qianxian.ledgers.grid.reading import Meant, Reader, Typed
from qianxian.ledgers.grid.texts import texts_of
from qianxian.ledgers.models import Entry
from qianxian.ledgers.queries import acting_post
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import store
from qianxian.ledgers.values import InvalidEntry
from qianxian_packs import Ledger

# A page holds no more, and a save keeps the write lock for about a second.
MOST = 500


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as it now stands: its version, and its cells as they are shown."""

    version: int
    texts: dict[str, str]


@dataclass
class Outcome:
    """What became of every row that was sent. `commit` is None where nothing was to be saved.

    `texts` are, after a check, the cells as they were understood.
    """

    commit: Commit | None = None
    saved: dict[UUID, Stored] = field(default_factory=dict)
    faults: dict[UUID, dict[str, str]] = field(default_factory=dict)
    clashes: dict[UUID, Clash] = field(default_factory=dict)
    texts: dict[UUID, dict[str, str]] = field(default_factory=dict)


def check_rows(*, ledger: Ledger, rows: Sequence[Typed], by: User, at: datetime) -> Outcome:
    """What saving these rows would say, without saving any."""
    reader, meant = _read(ledger, rows, by, at)
    found = prepare(reader, meant, {e.pk: e for e in _stored(reader, rows)}, at=at)
    return Outcome(
        faults=found.faults,
        clashes=_clashes(reader, found),
        texts={row.typed.key: row.texts for row in meant},
    )


def save_rows(
    *, ledger: Ledger, rows: Sequence[Typed], by: User, at: datetime, reason: str = ""
) -> Outcome:
    """Save the rows that can be saved as one commit; the others come back with why not.

    A row that somebody changed since it was loaded is not saved: it comes back as a clash. A row
    that was sent before is told as saved and not recorded again.

    Raises InvalidEntry where stored rows change without a reason; NotAllowed from the gate.
    """
    reader, meant = _read(ledger, rows, by, at)
    # Worked out before the write lock is taken; under it only the versions are looked at again.
    found = prepare(reader, meant, {e.pk: e for e in _stored(reader, rows)}, at=at)
    _require_reason(found.states, reason)
    with transaction.atomic():
        moved = _moved(found.states)
        found.states = [state for state in found.states if state.id not in moved]
        commit = _commit(reader, found.states, at=at, reason=reason) if found.states else None
    late = [row for row in rows if row.key in moved]
    found.stale += [(entry, moved[entry.pk]) for entry in _stored(reader, late)]
    return Outcome(
        commit=commit,
        saved=_saved(reader, found),
        faults=found.faults,
        clashes=_clashes(reader, found),
    )


def _read(
    ledger: Ledger, rows: Sequence[Typed], by: User, at: datetime
) -> tuple[Reader, list[Meant]]:
    day = timezone.localdate(at)
    if not gate.reaches_in(by, Permission.ENTRY_EDIT, ledger.line, day):
        raise NotAllowed(f"{ledger.name}不归你的岗位记。要记，请找条线负责人给你的岗位开。")
    if len(rows) > MOST:
        raise UserError(f"一次最多存 {MOST} 行，这里有 {len(rows)} 行。请分几次存。")
    reader = Reader(ledger, by, day)
    # Read before the write lock is taken: it searches registers.
    return reader, [reader.read(row) for row in rows]


def _stored(reader: Reader, rows: Sequence[Typed]) -> list[Entry]:
    """The entries of these rows that the person may see; removed ones too, to say so."""
    found = Entry.objects.visible_to(reader.user, reader.on)
    found = found.filter(ledger=reader.ledger.id, pk__in=[row.key for row in rows])
    return list(found.select_related("place__parent", "subject__place"))


def _require_reason(states: Sequence[EntryState], reason: str) -> None:
    if any(state.version > 1 for state in states) and not reason.strip():
        raise InvalidEntry({"reason": "还没写为什么改。写一句，以后查得到。"})


def _moved(states: Sequence[EntryState]) -> dict[UUID, int]:
    """Entries that somebody else saved since they were read, with the version that was read."""
    read = {state.id: state.version - 1 for state in states if state.version > 1}
    # In one order everywhere, so that two who save the same rows do not wait for each other.
    rows = Entry.objects.select_for_update(of=("self",)).filter(pk__in=list(read)).order_by("pk")
    now = dict(rows.values_list("pk", "version"))
    return {key: version for key, version in read.items() if now.get(key) != version}


def _commit(reader: Reader, states: Sequence[EntryState], *, at: datetime, reason: str) -> Commit:
    place = Place.objects.get(pk=states[0].place)
    post = acting_post(
        reader.user, Permission.ENTRY_EDIT, line=reader.ledger.line, place=place, on=reader.on
    )
    return store(
        states=states,
        township=township_of(place),
        by=Actor.of(reader.user, post),
        at=at,
        reason=reason.strip(),
    )


def _saved(reader: Reader, found: Prepared) -> dict[UUID, Stored]:
    keys = [*(state.id for state in found.states), *(entry.pk for entry in found.same)]
    entries = list(
        Entry.objects.filter(pk__in=keys).select_related("place__parent", "subject__place")
    )
    texts = texts_of(reader.ledger, entries, user=reader.user, on=reader.on)
    return {entry.pk: Stored(entry.version, texts[entry.pk]) for entry in entries}


def _clashes(reader: Reader, found: Prepared) -> dict[UUID, Clash]:
    return clashes_of(reader.ledger, found.stale, user=reader.user, on=reader.on)
