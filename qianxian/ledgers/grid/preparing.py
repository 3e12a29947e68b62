"""What a grid would save: rows checked as forms and imports check them, every fault at its cell.

Used while somebody types and before a save takes the write lock; `store` and the database look
again at what may have changed in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from qianxian.core.errors import UserError
from qianxian.core.models import Place
from qianxian.core.queries import township_of
from qianxian.ledgers import spans, values
from qianxian.ledgers.corrections import prepare_correction
from qianxian.ledgers.grid.columns import PLACE, SUBJECT, key_column
from qianxian.ledgers.grid.reading import Meant, Reader
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, prepare_entries
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import last_bodies
from qianxian.ledgers.values import InvalidEntry


@dataclass
class Prepared:
    """What became of the rows that were sent; each is in one of the four.

    `same` holds rows of which nothing differs from what is stored: nothing to save, or saved by an
    earlier sending whose answer was lost.
    """

    states: list[EntryState] = field(default_factory=list)
    faults: dict[UUID, dict[str, str]] = field(default_factory=dict)
    stale: list[tuple[Entry, int]] = field(default_factory=list)
    same: list[Entry] = field(default_factory=list)

    def refuse(self, key: UUID, faults: Mapping[str, str] | UserError) -> None:
        """Each fault at its cell; what the services say of the whole row stands at none of them."""
        if isinstance(faults, UserError):
            faults = faults.errors if isinstance(faults, InvalidEntry) else {"": str(faults)}
        self.faults.setdefault(key, {}).update(faults)


def prepare(
    reader: Reader, rows: Sequence[Meant], stored: Mapping[UUID, Entry], *, at: datetime
) -> Prepared:
    """States of the rows that can be saved. `stored` are the entries that there are already."""
    found = Prepared()
    _new_rows(reader, [row for row in rows if not row.typed.version], stored, found, at)
    known = [row for row in rows if row.typed.version]
    bodies = last_bodies(row.typed.key for row in known if row.typed.key in stored)
    for row in known:
        entry = stored.get(row.typed.key)
        if entry is None:
            says = "这一行找不到了，或者不归你的岗位看。请重新打开表格。"
            found.refuse(row.typed.key, {"": says})
        else:
            _known_row(reader, row, entry, found, at=at, last=bodies.get(entry.pk))
    _refuse_same_keys(reader, found)
    _refuse_overlaps(reader, found)
    _refuse_other_townships(found)
    found.states = [state for state in found.states if state.id not in found.faults]
    return found


# ---- rows that are not recorded yet ----


def _new_rows(
    reader: Reader,
    rows: Iterable[Meant],
    stored: Mapping[UUID, Entry],
    found: Prepared,
    at: datetime,
) -> None:
    ready: list[Row] = []
    for meant in rows:
        key = meant.typed.key
        if entry := stored.get(key):
            _sent_before(entry, meant, found)
        elif row := _row(reader, meant, found):
            ready.append(row)
    try:
        found.states += prepare_entries(ledger=reader.ledger, rows=ready, by=reader.user, at=at)
    except UserError:
        # One of them is wrong: each is asked alone, so that the others are saved.
        for row in ready:
            _alone(reader, row, found, at)


def _sent_before(entry: Entry, meant: Meant, found: Prepared) -> None:
    """Recorded by a sending whose answer was lost; what was typed since is compared with it."""
    is_moved = meant.place is not None and meant.place.pk != entry.place_id
    if meant.faults or is_moved or _changed(entry, meant):
        found.stale.append((entry, 0))
    else:
        found.same.append(entry)


def _alone(reader: Reader, row: Row, found: Prepared, at: datetime) -> None:
    try:
        found.states += prepare_entries(ledger=reader.ledger, rows=[row], by=reader.user, at=at)
    except UserError as error:
        found.refuse(row.id, error)


def _row(reader: Reader, meant: Meant, found: Prepared) -> Row | None:
    """The row as the services take it; None where a cell says why not."""
    place = meant.place or (meant.subject.place if meant.subject else None)
    raw = {name: value for name, value in meant.raw.items() if name not in meant.faults}
    faults = {**values.faults_in(reader.ledger, raw), **meant.faults}
    if place is None and PLACE not in faults and not (reader.ledger.subject and not meant.subject):
        told = reader.place_unsaid()
        place = told.place
        if place is None:
            faults[PLACE] = told.says
    if reader.ledger.subject and meant.subject is None and SUBJECT not in faults:
        what = reader.columns[SUBJECT].label
        faults[SUBJECT] = f"没写是哪一个{what}。写编号，或者写名字再从提示里选。"
    if faults or place is None:
        found.refuse(meant.typed.key, faults)
        return None
    return Row(meant.raw, place, meant.subject, id=meant.typed.key)


# ---- rows that are stored ----


def _known_row(
    reader: Reader,
    meant: Meant,
    entry: Entry,
    found: Prepared,
    *,
    at: datetime,
    last: Mapping[str, Any] | None,
) -> None:
    changed = _changed(entry, meant)
    place = meant.place if meant.place and meant.place.pk != entry.place_id else None
    if meant.faults and entry.version == meant.typed.version:
        found.refuse(entry.pk, {**_bad_fields(reader, changed), **meant.faults})
    elif not (changed or place or meant.faults):
        found.same.append(entry)
    elif entry.version != meant.typed.version and not entry.deleted:
        found.stale.append((entry, meant.typed.version))
    else:
        _correct(reader, entry, changed, place, found, at=at, last=last)


def _correct(
    reader: Reader,
    entry: Entry,
    changed: Mapping[str, Any],
    place: Place | None,
    found: Prepared,
    *,
    at: datetime,
    last: Mapping[str, Any] | None,
) -> None:
    try:
        state = prepare_correction(
            entry=entry,
            values_changed=changed,
            version=entry.version,
            by=reader.user,
            at=at,
            place=place,
            last=last,
        )
    except UserError as error:
        found.refuse(entry.pk, error)
    else:
        found.states.append(state)


def _bad_fields(reader: Reader, changed: Mapping[str, Any]) -> dict[str, str]:
    try:
        values.parse_fields(reader.ledger, changed)
    except InvalidEntry as error:
        return error.errors
    return {}


def _changed(entry: Entry, meant: Meant) -> dict[str, Any]:
    """Raw values that differ from what is stored; the same otherwise written is no change."""
    fields = entry.definition.by_name
    return {
        name: raw
        for name, raw in meant.raw.items()
        if not values.is_same(fields[name], raw, entry.data.get(name))
    }


# ---- what only several rows together show ----


def _refuse_same_keys(reader: Reader, found: Prepared) -> None:
    """Two rows of which there may be one only: here, or here and in the ledger."""
    keyed = [state for state in found.states if state.key_text]
    texts = {state.key_text for state in keyed}
    own = {state.id for state in keyed}
    rows = Entry.objects.present().filter(ledger=reader.ledger.id, key_text__in=texts)
    taken = {text for key, text in rows.values_list("pk", "key_text") if key not in own}
    for state in keyed:
        if state.key_text in taken:
            says = f"{state.title}已经有一条了，不能再记一条。打开原来那条改，或者核对这一格。"
            found.refuse(state.id, {key_column(reader.ledger): says})
        taken.add(state.key_text)


def _refuse_overlaps(reader: Reader, found: Prepared) -> None:
    span = reader.ledger.span
    if span is None:
        return
    standing = [state for state in found.states if state.id not in found.faults]
    for key in spans.clashing(reader.ledger, standing):
        found.refuse(key, {span.from_: span.says})


def _refuse_other_townships(found: Prepared) -> None:
    """A commit is in the stream of one township."""
    places = Place.objects.in_bulk({state.place for state in found.states})
    towns = {code: township_of(place) for code, place in places.items()}
    first = next((towns[s.place] for s in found.states if s.id not in found.faults), None)
    for state in found.states:
        if towns[state.place] != first:
            says = f"这一次存的是{first}的，这一行是别的乡镇的，请下一次再存。"
            found.refuse(state.id, {PLACE: says})
