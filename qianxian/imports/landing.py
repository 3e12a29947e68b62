"""Landing: what was staged becomes one commit, in one short transaction; undoing it is another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor
from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.models import Commit, Place, Revision
from qianxian.core.permissions import Permission
from qianxian.imports.checking import definition_digest
from qianxian.imports.deciding import unspread
from qianxian.imports.models import Fault, ImportRun, StagedRow
from qianxian.imports.sealing import content_of
from qianxian.ledgers import privacy, values
from qianxian.ledgers.attestation import Locks
from qianxian.ledgers.models import Entry
from qianxian.ledgers.privacy import Sealed
from qianxian.ledgers.services import corrected_state
from qianxian.ledgers.standing import Standing, after_correction, standing_of
from qianxian.ledgers.store import EntryState, Ready, make_ready, store
from qianxian_packs import Ledger

_SLICE = 500
Status = StagedRow.Status
State = ImportRun.State


class Outdated(Exception):
    """Places or the definition changed since the check: the whole file is to be checked again."""


@dataclass
class Cargo:
    """What is about to land, worked out before the write lock is taken."""

    states: list[EntryState] = field(default_factory=list)
    contents: dict[UUID, str] = field(default_factory=dict)
    sealed: list[Sealed] = field(default_factory=list)
    ready: Ready | None = None


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
    rows = StagedRow.objects.filter(run=run).order_by("number")
    new = rows.filter(status=Status.NEW)
    loader = _Loader(run.definition_of_ledger, run.township, at)
    columns = new.values_list("entry", "content", "state", "sealed")
    for key, content, text, sealed in columns.iterator(chunk_size=2000):
        assert key is not None  # noqa: S101  a new row has the key of its entry
        body = json.loads(text)
        cargo.states.append(loader.new(key, body))
        cargo.contents[key] = content
        if sealed:
            cargo.sealed.append(unspread(key, bytes(sealed), body["digests"]))
    if run.takes_changes:
        _load_changed(rows.filter(status=Status.CHANGED), loader, cargo, at)
    cargo.ready = make_ready(cargo.states, at)
    return cargo


class _Loader:
    """From a staged body to a state; where matters stand is asked once for all that are alike."""

    def __init__(self, ledger: Ledger, township: Place, at: datetime) -> None:
        self._ledger, self._day = ledger, timezone.localdate(at)
        rows = Place.objects.within(township.path).select_related("parent")
        self.places = {place.code: place for place in rows}
        self._locks = Locks(ledger.id)
        self._standings: dict[Any, Standing] = {}
        self._dates = [f.name for f in ledger.fields if f.type == "date"]

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
            return Standing()
        # A limit may hang on a date of the entry; a rule, on any other value of it.
        alike = (place.pk, json.dumps(data, sort_keys=True))
        if alike not in self._standings:
            loaded = values.loaded(self._ledger, data)
            self._standings[alike] = standing_of(self._ledger, place, self._day, loaded)
        return self._standings[alike]


def _load_changed(rows: Any, loader: _Loader, cargo: Cargo, at: datetime) -> None:
    for part in _slices(list(rows.values_list("entry", "version", "state", "sealed"))):
        entries = {
            entry.pk: entry
            for entry in Entry.objects.filter(pk__in=[key for key, *_ in part]).select_related(
                "place", "subject"
            )
        }
        for key, version, text, sealed in part:
            body = json.loads(text)
            # A body without its digests: nothing private changed in it.
            digests = body.get("digests", {})
            cargo.states.append(_changed(entries[key], version, body, digests, loader, at))
            if sealed:
                cargo.sealed.append(unspread(key, bytes(sealed), digests))


def _changed(
    entry: Entry,
    version: int,
    body: Mapping[str, Any],
    digests: Mapping[str, str],
    loader: _Loader,
    at: datetime,
) -> EntryState:
    ledger = entry.definition
    fresh = values.loaded(ledger, {**entry.data, **body["changes"]})
    place = loader.places[body["place"]] if body["place"] else entry.place
    state = corrected_state(entry, fresh, {}, place=place, version=version - 1)
    state = replace(state, private={**state.private, **digests})
    return after_correction(entry, state, at)


# ---- under the lock ----


def _land(run: ImportRun, cargo: Cargo, at: datetime) -> None:
    held = ImportRun.objects.select_for_update().get(pk=run.pk)
    if held.state != State.LANDING:
        return
    _require_places(held, cargo, at)
    left = _left(held, cargo)
    states = [state for state in cargo.states if state.id not in left]
    if not states:
        raise UserError("检查之后，这些行都有人记过或者改过了，没有要存的。请再检查一遍。")
    for sealed in _joined(cargo.sealed, left):
        privacy.keep(sealed)
    commit = store(
        states=states,
        township=held.township,
        by=Actor.of(held.by, held.post),
        at=at,
        reason=f"导入 {held.name}"[:500],
        source=Commit.Source.IMPORT,
        source_ref=held.ref,
        # Somebody was quicker with some of them: that is rare, and then it is worked out anew.
        ready=None if left else cargo.ready,
    )
    _report(held, left)
    _mark_landed(held, commit)


def _require_places(run: ImportRun, cargo: Cargo, at: datetime) -> None:
    """The gate is asked again: a post may have changed hands since the check."""
    line, day = run.definition_of_ledger.line, timezone.localdate(at)
    reach = gate.reaches(run.by, Permission.ENTRY_EDIT, day)
    for place in Place.objects.filter(code__in={state.place for state in cargo.states}):
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
    found: dict[UUID, str] = {}
    for state in cargo.states:
        if state.id in moved:
            found[state.id] = "检查之后有人改过这一条，这次没有动它。"
        elif state.subject in gone:
            found[state.id] = "检查之后，底册里的这一个去掉了。"
        elif state.key_text in taken or cargo.contents.get(state.id) in contents:
            found[state.id] = "检查之后有人先记了这一条，没有再记一遍。"
    return found


def _contents(rows: Sequence[Entry], ledger: Ledger) -> set[str]:
    names = [f.name for f in ledger.fields if f.private]
    private = privacy.read_many([row.pk for row in rows], names)
    return {
        content_of(
            row.place_id,
            row.subject_id.hex if row.subject_id else None,
            row.data,
            private.get(row.pk, {}),
        )
        for row in rows
    }


def _joined(sealed: Sequence[Sealed], left: Mapping[UUID, str]) -> Iterable[Sealed]:
    """In a few statements instead of one a row."""
    keys = [key for one in sealed for key in one.keys if key.entry_id not in left]
    rows = [row for one in sealed for row in one.rows if row.entry_id not in left]
    return [Sealed(tuple(keys), tuple(rows))] if rows else []


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
