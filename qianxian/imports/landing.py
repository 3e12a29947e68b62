"""Landing: what was staged becomes one commit, in one short transaction; undoing it is another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain, islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from pydantic_core import from_json

from qianxian.core import gate
from qianxian.core.bulk import Spool
from qianxian.core.commits import Actor, Prepared
from qianxian.core.digests import canonical
from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.models import Commit, Place, Revision
from qianxian.core.permissions import Permission
from qianxian.imports.checking import definition_digest
from qianxian.imports.deciding import parted, unspread
from qianxian.imports.models import Fault, ImportRun, StagedRow
from qianxian.imports.sealing import content_of
from qianxian.ledgers import privacy, values
from qianxian.ledgers.attestation import Locks
from qianxian.ledgers.models import Entry
from qianxian.ledgers.privacy import Sealed, joined
from qianxian.ledgers.services import corrected_state
from qianxian.ledgers.standing import Standing, after_correction, standing_of
from qianxian.ledgers.states import EntryRow, EntryState, Part, Plain, Ready, tied, worked_out
from qianxian.ledgers.store import store
from qianxian_packs import Ledger

_SLICE = 500
_PART = 2_000
_STANDS_NOWHERE = Standing()
_KEY = Prepared._fields.index("key")
Status = StagedRow.Status
State = ImportRun.State


class Outdated(Exception):
    """Places or the definition changed since the check: the whole file is to be checked again."""


@dataclass
class Cargo:
    """What is about to land, worked out before the write lock is taken, part by part: two hundred
    thousand rows are never in memory together."""

    rows: Spool[Part] = field(default_factory=Spool)
    revisions: Spool[Sequence[Plain]] = field(default_factory=Spool)
    tied: list[EntryState] = field(default_factory=list)
    sealed: Spool[Sealed] = field(default_factory=Spool)
    places: set[str] = field(default_factory=set)

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
        keys = {key.hex for key in left}
        revisions = ([r for r in part if r[_KEY] not in keys] for part in self.revisions)
        return Cargo(
            Spool(part.without(keys) for part in self.rows),
            Spool(revisions),
            [state for state in self.tied if state.id not in left],
            Spool(sealed.without(left) for sealed in self.sealed),
            self.places,
        )

    @property
    def is_empty(self) -> bool:
        return not any(self.revisions)


def commit_of(run: ImportRun) -> Commit | None:
    """The commit of this run, if it landed: a run that was cut off is repaired by it."""
    return Commit.objects.filter(
        stream=run.township_id, source=Commit.Source.IMPORT, source_ref=run.ref
    ).first()


def land(run: ImportRun, *, at: datetime) -> None:
    """Land a run that is to land. Done twice, or cut off and done again, it lands once.

    Raises Outdated where it must be checked again; any other refusal puts it back to `ready` with
    the sentence.
    """
    if done := commit_of(run):
        _mark_landed(run, done)
        return
    if definition_digest(run.ledger) != run.definition:
        raise Outdated
    try:
        cargo = load_cargo(run, at)
        with transaction.atomic():
            _land(run, cargo, at)
    except UserError as error:
        ImportRun.objects.filter(pk=run.pk, state=State.LANDING).update(
            state=State.READY, told=str(error)[:500]
        )


def _mark_landed(run: ImportRun, commit: Commit) -> None:
    ImportRun.objects.filter(pk=run.pk, state=State.LANDING).update(
        state=State.LANDED, commit=commit.number, landed_at=commit.at, told=""
    )


# ---- before the lock ----


def load_cargo(run: ImportRun, at: datetime) -> Cargo:
    """States of the good rows as they are to be stored."""
    cargo = Cargo()
    loader = _Loader(run.definition_of_ledger, run.township, at)
    rows = StagedRow.objects.filter(run=run).order_by("number")
    columns = ("entry", "version", "state", "sealed")
    new = rows.filter(status=Status.NEW).values_list(*columns).iterator(chunk_size=_PART)
    while part := list(islice(new, _PART)):
        keys = [key for key, *_ in part]
        bodies, texts = zip(*(parted(text) for _, _, text, _ in part), strict=True)
        states = list(map(loader.new, keys, bodies))
        by_key = dict(zip(keys, bodies, strict=True))
        cargo.add(states, texts, _unspread(part, by_key), at)
    if run.takes_changes:
        changed = rows.filter(status=Status.CHANGED).values_list(*columns)
        for some in _slices(list(changed)):
            _load_changed(some, loader, cargo, at)
    return cargo


# (key of the entry, version, state, sealed) as it was staged
_Staged = tuple[UUID, int, str, bytes | None]


def _unspread(
    part: Sequence[_Staged], bodies: Mapping[UUID, Mapping[str, Any]]
) -> Iterator[Sealed]:
    for key, _, _, sealed in part:
        if sealed:
            # A body without its digests: nothing private changed in it.
            yield unspread(key, bytes(sealed), bodies[key].get("digests", {}))


class _Loader:
    """From a staged body to a state; where matters stand is asked once for all that are alike."""

    def __init__(self, ledger: Ledger, township: Place, at: datetime) -> None:
        self._ledger, self._day = ledger, timezone.localdate(at)
        rows = Place.objects.within(township.path).select_related("parent")
        self.places = {place.code: place for place in rows}
        self._locks = Locks(ledger.id)
        self._standings: dict[Any, Standing] = {}

    def new(self, key: UUID, body: Mapping[str, Any]) -> EntryState:
        place = self.places[body["place"]]
        on = date.fromisoformat(body["on"]) if body["on"] else None
        standing = self._standing(place, body["data"])
        return EntryState(
            id=key,
            ledger=self._ledger.id,
            place=place.code,
            data=body["data"],
            subject=UUID(body["subject"]) if body["subject"] else None,
            on=on,
            state=standing.state,
            post=standing.post,
            due_on=standing.due_on,
            risen=standing.risen,
            act=standing.act,
            late=self._locks.cover(place, on),
            private=body.get("digests", {}),
            title=body["title"],
            initials=body["initials"],
            key_text=body["key_text"],
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
    rows = Entry.objects.filter(pk__in=[key for key, *_ in part])
    entries = {entry.pk: entry for entry in rows.select_related("place", "subject")}
    bodies = {key: from_json(text) for key, _, text, _ in part}
    states = [_changed(entries[key], version, bodies[key], loader, at) for key, version, *_ in part]
    texts = (canonical(state.data) for state in states)
    cargo.add(states, texts, _unspread(part, bodies), at)


def _changed(
    entry: Entry,
    version: int,
    body: Mapping[str, Any],
    loader: _Loader,
    at: datetime,
) -> EntryState:
    ledger = entry.definition
    fresh = values.loaded(ledger, {**entry.data, **body["changes"]})
    place = loader.places[body["place"]] if body["place"] else entry.place
    state = corrected_state(entry, fresh, {}, place=place, version=version - 1)
    state = replace(state, private={**state.private, **body.get("digests", {})})
    return after_correction(entry, state, at)


# ---- under the lock ----


def _land(run: ImportRun, cargo: Cargo, at: datetime) -> None:
    held = ImportRun.objects.select_for_update().get(pk=run.pk)
    if held.state != State.LANDING:
        return
    _require_places(held, cargo, at)
    left = _left(held, cargo)
    # Somebody was quicker with some of them: that is rare.
    cargo = cargo.without(left) if left else cargo
    if cargo.is_empty:
        raise UserError("检查之后，这些行都有人记过或者改过了，没有要存的。请再检查一遍。")
    for sealed in cargo.sealed:
        privacy.keep(sealed)
    commit = store(
        ready=Ready(cargo.rows, cargo.revisions, cargo.tied),
        township=held.township,
        by=Actor.of(held.by, held.post),
        at=at,
        reason=f"导入 {held.name}"[:500],
        source=Commit.Source.IMPORT,
        source_ref=held.ref,
    )
    _report(held, left)
    _mark_landed(held, commit)


def _require_places(run: ImportRun, cargo: Cargo, at: datetime) -> None:
    """The gate is asked again: a post may have changed hands since the check."""
    line, day = run.definition_of_ledger.line, timezone.localdate(at)
    reach = gate.reaches(run.by, Permission.ENTRY_EDIT, day)
    for place in Place.objects.filter(code__in=cargo.places):
        if not any(one.covers(line, place.path) for one in reach):
            raise NotAllowed(f"{place}现在不归你的岗位记了，没有存。请交给那边的人导。")


def _left(run: ImportRun, cargo: Cargo) -> dict[UUID, str]:
    """Entries that may not land any more → why. Only what was saved since the check is read."""
    since = Revision.objects.filter(
        commit__stream=run.township_id, commit__number__gt=run.checked_head
    )
    kinds = set(since.order_by().values_list("kind", flat=True).distinct())
    locks = since.filter(kind=Revision.Kind.ATTESTATION, body__contains=f'"ledger":"{run.ledger}"')
    if kinds & {Revision.Kind.PLACE, Revision.Kind.DEFINITION} or locks.exists():
        raise Outdated
    if Revision.Kind.ENTRY not in kinds:
        return {}
    keys = since.filter(kind=Revision.Kind.ENTRY).order_by().values_list("key", flat=True)
    moved = {UUID(key) for key in keys.distinct()}
    return _clashes(run, cargo, moved)


def _clashes(run: ImportRun, cargo: Cargo, moved: set[UUID]) -> dict[UUID, str]:
    ledger = run.definition_of_ledger
    gone, taken, contents = set(), set(), set()
    for part in _slices(sorted(moved)):
        rows = list(Entry.objects.filter(pk__in=part))
        own = [row for row in rows if row.ledger == ledger.id and not row.deleted]
        gone |= {row.pk for row in rows if row.deleted}
        taken |= {row.key_text for row in own if row.key_text}
        contents |= _contents(own, ledger)
    same = set(
        StagedRow.objects.filter(run=run, content__in=contents).values_list("entry", flat=True)
    )
    found: dict[UUID, str] = {}
    landing = chain.from_iterable((*part.new, *part.changed) for part in cargo.rows)
    for row in map(EntryRow._make, landing):
        key = UUID(row.id)
        if key in moved:
            found[key] = "检查之后有人改过这一条，这次没有动它。"
        elif row.subject_id and UUID(row.subject_id) in gone:
            found[key] = "检查之后，底册里的这一个去掉了。"
        elif row.key_text in taken or key in same:
            found[key] = "检查之后有人先记了这一条，没有再记一遍。"
    return found


def _contents(rows: Sequence[Entry], ledger: Ledger) -> set[str]:
    names = [f.name for f in ledger.fields if f.private]
    private = privacy.read_many([row.pk for row in rows], names)
    return {
        content_of(
            row.place_id,
            row.subject_id.hex if row.subject_id else None,
            canonical(row.data),
            private.get(row.pk, {}),
        )
        for row in rows
    }


def _report(run: ImportRun, left: Mapping[UUID, str]) -> None:
    """Rows that could not land any more are listed with the bad ones."""
    counts = dict(run.counts)
    for part in _slices(list(left)):
        rows = list(StagedRow.objects.filter(run=run, entry__in=part))
        Fault.objects.bulk_create(
            Fault(
                run=run,
                number=row.number,
                sheet=row.sheet,
                row=row.row,
                code="moved",
                says=left[row.entry] if row.entry else "",
            )
            for row in rows
        )
        for row in rows:
            counts[row.status] = counts.get(row.status, 0) - 1
            counts["fault"] = counts.get("fault", 0) + 1
        StagedRow.objects.filter(pk__in=[row.pk for row in rows]).update(status=Status.FAULT)
    if left:
        ImportRun.objects.filter(pk=run.pk).update(counts=counts)


def _slices(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[n : n + _SLICE] for n in range(0, len(items), _SLICE))
