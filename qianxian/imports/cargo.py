"""What is about to land, worked out before the write lock is taken.

New rows of a ledger with neither flow nor dated tie were settled at the check: the database takes
them from staging by itself. Worked out here are changed rows, and new rows of the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import DateTimeField, F, JSONField, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Replace
from django.utils import timezone
from pydantic_core import from_json

from qianxian.core.bulk import Spool
from qianxian.core.commits import Prepared, StagedChanges
from qianxian.core.digests import canonical
from qianxian.core.models import Place, Revision
from qianxian.imports.deciding import is_settled_at_check
from qianxian.imports.models import ImportRun, StagedRow
from qianxian.imports.sealed_rows import digests_of, unpacked
from qianxian.ledgers import values
from qianxian.ledgers.models import Entry
from qianxian.ledgers.privacy import Sealed, joined
from qianxian.ledgers.services import corrected_state
from qianxian.ledgers.standing import Standing, after_correction, standing_of
from qianxian.ledgers.states import (
    TEXT_BEFORE_DATA,
    EntryState,
    Part,
    Plain,
    StagedEntries,
    tied,
    worked_out,
)
from qianxian_packs import Ledger

_PART, _SLICE = 2_000, 500
_STANDS_NOWHERE = Standing()
_KEY = Prepared._fields.index("key")
Status = StagedRow.Status


@dataclass
class Cargo:
    """Part by part: two hundred thousand rows are never in memory together."""

    rows: Spool[Part] = field(default_factory=Spool)
    revisions: Spool[Sequence[Plain]] = field(default_factory=Spool)
    tied: list[EntryState] = field(default_factory=list)
    sealed: Spool[Sealed] = field(default_factory=Spool)
    places: set[str] = field(default_factory=set)
    staged: StagedEntries | None = None

    def add(
        self,
        states: Sequence[EntryState],
        texts: Iterable[str],
        sealed: Iterable[Sealed],
        at: datetime,
    ) -> None:
        rows, revisions = worked_out(states, texts, at)
        self.rows.add(rows)
        self.revisions.add(revisions)
        self.tied += tied(states)
        self.sealed.add(joined(sealed))
        self.places |= {state.place for state in states}

    def without(self, left: Mapping[UUID, str]) -> Cargo:
        """Without these entries. Staged ones are found anew when they are taken: their rows must
        have been marked before."""
        keys = {key.hex for key in left}
        revisions = ([r for r in part if r[_KEY] not in keys] for part in self.revisions)
        return Cargo(
            Spool(part.without(keys) for part in self.rows),
            Spool(revisions),
            [state for state in self.tied if state.id not in left],
            Spool(sealed.without(left) for sealed in self.sealed),
            self.places,
            self.staged,
        )

    @property
    def is_empty(self) -> bool:
        has_staged = self.staged is not None and self.staged.changes.rows.exists()
        return not has_staged and not any(self.revisions)


def load_cargo(run: ImportRun, at: datetime) -> Cargo:
    """The good rows as they are to be stored."""
    cargo, ledger = Cargo(), run.definition_of_ledger
    rows = run.rows.order_by("number")
    new, changed = rows.filter(status=Status.NEW), rows.filter(status=Status.CHANGED)
    loader = _Loader(ledger, run.township, at)
    if is_settled_at_check(ledger):
        cargo.staged = _staged(ledger, new, at)
        cargo.places.update(new.order_by().values_list("place", flat=True).distinct())
        for part in _parts(new.exclude(sealed=None)):
            cargo.sealed.add(joined(_sealed(part)))
    else:
        for part in _parts(new):
            cargo.add(list(map(loader.new, part)), [row.state for row in part], _sealed(part), at)
    if run.takes_changes:
        for part in _parts(changed, _SLICE):
            _load_changed(part, loader, cargo, at)
    return cargo


def _staged(ledger: Ledger, new: QuerySet[StagedRow], at: datetime) -> StagedEntries:
    """New rows with what gives the columns of their entries and of their revisions."""
    key = Replace(Cast("entry", TextField()), _text("-"), _text(""))
    text = Concat(_text(TEXT_BEFORE_DATA), F("state"), F("after_data"))
    columns = {
        "id": F("entry"),
        "ledger": Value(ledger.id),
        "place_id": F("place"),
        "subject_id": F("subject"),
        "on": F("on"),
        "episode": Value(1),
        "episodes": Cast(Value("[]"), JSONField()),
        "late": F("late"),
        "deleted": Value(value=False),
        "title": F("title"),
        "initials": F("initials"),
        "key_text": F("key_text"),
        "data": Cast("state", JSONField()),
        "version": F("version"),
        "changed_at": Value(at, DateTimeField()),
    } | dict.fromkeys(("state", "campaign", "risen"), Value(""))
    kind = Revision.Kind.ENTRY.value
    return StagedEntries(
        ledger.id, columns, StagedChanges(kind, new, "number", key, text, F("digest"))
    )


def _text(text: str) -> Value:
    return Value(text, TextField())


class _Staged(NamedTuple):
    """What a staged row says of its entry."""

    entry: UUID
    version: int
    place: str
    subject: UUID | None
    on: date | None
    title: str
    initials: str
    key_text: str
    late: bool
    state: str
    sealed: bytes | None


def _parts(rows: QuerySet[StagedRow], size: int = _PART) -> Iterator[list[_Staged]]:
    found = rows.values_list(*_Staged._fields).iterator(chunk_size=size)
    while part := list(map(_Staged._make, islice(found, size))):
        yield part


def _sealed(part: Iterable[_Staged]) -> Iterator[Sealed]:
    return (unpacked(row.entry, bytes(row.sealed)) for row in part if row.sealed)


class _Loader:
    """From a staged body to a state; where matters stand is asked once for all that are alike."""

    def __init__(self, ledger: Ledger, township: Place, at: datetime) -> None:
        self._ledger, self._day = ledger, timezone.localdate(at)
        rows = Place.objects.within(township.path).select_related("parent")
        self.places = {place.code: place for place in rows}
        self._standings: dict[Any, Standing] = {}

    def new(self, row: _Staged) -> EntryState:
        place, data = self.places[row.place], dict(from_json(row.state))
        standing = self._standing(place, data)
        return EntryState(
            id=row.entry,
            ledger=self._ledger.id,
            place=place.code,
            data=data,
            subject=row.subject,
            on=row.on,
            state=standing.state,
            post=standing.post,
            due_on=standing.due_on,
            risen=standing.risen,
            act=standing.act,
            late=row.late,
            private=digests_of(row.sealed),
            title=row.title,
            initials=row.initials,
            key_text=row.key_text,
        )

    def _standing(self, place: Place, data: Mapping[str, Any]) -> Standing:
        if not self._ledger.flow:
            return _STANDS_NOWHERE
        # A limit may hang on a date of the entry; a rule, on any other value of it.
        alike = (place.pk, json.dumps(data, sort_keys=True))
        if alike not in self._standings:
            loaded = values.loaded(self._ledger, data)
            self._standings[alike] = standing_of(self._ledger, place, self._day, loaded)
        return self._standings[alike]


def _load_changed(part: Sequence[_Staged], loader: _Loader, cargo: Cargo, at: datetime) -> None:
    rows = Entry.objects.filter(pk__in=[row.entry for row in part])
    entries = {entry.pk: entry for entry in rows.select_related("place", "subject")}
    states = [_changed(entries[row.entry], row, loader, at) for row in part]
    cargo.add(states, [canonical(state.data) for state in states], _sealed(part), at)


def _changed(entry: Entry, row: _Staged, loader: _Loader, at: datetime) -> EntryState:
    ledger, body = entry.definition, from_json(row.state)
    fresh = values.loaded(ledger, {**entry.data, **body["changes"]})
    place = loader.places[body["place"]] if body["place"] else entry.place
    state = corrected_state(entry, fresh, {}, place=place, version=row.version - 1)
    state = replace(state, private={**state.private, **digests_of(row.sealed)})
    return after_correction(entry, state, at)
