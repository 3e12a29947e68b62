"""Landing: what was staged becomes one commit, in one short transaction; undoing it is another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor
from qianxian.core.digests import canonical
from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.models import Commit, Place, Revision
from qianxian.core.permissions import Permission
from qianxian.imports.cargo import Cargo, load_cargo
from qianxian.imports.checking import definition_digest
from qianxian.imports.models import Fault, ImportRun, StagedRow
from qianxian.imports.sealing import content_of
from qianxian.ledgers import privacy
from qianxian.ledgers.models import Entry
from qianxian.ledgers.states import Ready
from qianxian.ledgers.store import store
from qianxian_packs import Ledger

_SLICE = 500
_PART = 2_000
Status = StagedRow.Status
State = ImportRun.State


class Outdated(Exception):
    """Places or the definition changed since the check: the whole file is to be checked again."""


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


# ---- under the lock ----


def _land(run: ImportRun, cargo: Cargo, at: datetime) -> None:
    held = ImportRun.objects.select_for_update().get(pk=run.pk)
    # The cargo is of the check that was asked for when it was loaded.
    asked = (run.check_number, run.takes_changes)
    if held.state != State.LANDING or (held.check_number, held.takes_changes) != asked:
        return
    _require_places(held, cargo, at)
    left = _left(held)
    if left:
        # Somebody was quicker with some of them: that is rare. Their rows are marked before the
        # database is told to take those that are not.
        _report(held, left)
        cargo = cargo.without(left)
    if cargo.is_empty:
        raise UserError("检查之后，这些行都有人记过或者改过了，没有要存的。请再检查一遍。")
    for sealed in cargo.sealed:
        privacy.keep(sealed)
    commit = store(
        ready=Ready(cargo.rows, cargo.revisions, cargo.tied, cargo.staged),
        township=held.township,
        by=Actor.of(held.by, held.post),
        at=at,
        reason=f"导入 {held.name}"[:500],
        source=Commit.Source.IMPORT,
        source_ref=held.ref,
    )
    _mark_landed(held, commit)


def _require_places(run: ImportRun, cargo: Cargo, at: datetime) -> None:
    """The gate is asked again: a post may have changed hands since the check."""
    line, day = run.definition_of_ledger.line, timezone.localdate(at)
    reach = gate.reaches(run.by, Permission.ENTRY_EDIT, day)
    for place in Place.objects.filter(code__in=cargo.places):
        if not any(one.covers(line, place.path) for one in reach):
            raise NotAllowed(f"{place}现在不归你的岗位记了，没有存。请交给那边的人导。")


def _left(run: ImportRun) -> dict[UUID, str]:
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
    return _clashes(run, moved)


def _clashes(run: ImportRun, moved: set[UUID]) -> dict[UUID, str]:
    ledger = run.definition_of_ledger
    gone, taken, contents = set(), set(), set()
    for part in _slices(sorted(moved)):
        rows = list(Entry.objects.filter(pk__in=part))
        own = [row for row in rows if row.ledger == ledger.id and not row.deleted]
        gone |= {row.pk for row in rows if row.deleted}
        taken |= {row.key_text for row in own if row.key_text}
        contents |= _contents(own, ledger)
    landing = (Status.NEW, Status.CHANGED) if run.takes_changes else (Status.NEW,)
    rows_of_run = run.rows.filter(status__in=landing).order_by()
    told = rows_of_run.values_list("entry", "subject", "key_text", "content")
    found: dict[UUID, str] = {}
    for key, subject, key_text, content in told.iterator(chunk_size=_PART):
        if key is None:
            continue
        if key in moved:
            found[key] = "检查之后有人改过这一条，这次没有动它。"
        elif subject in gone:
            found[key] = "检查之后，底册里的这一个去掉了。"
        elif key_text in taken or content in contents:
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
    """Rows that cannot land any more are listed with the bad ones."""
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
    ImportRun.objects.filter(pk=run.pk).update(counts=counts)


def _slices(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[n : n + _SLICE] for n in range(0, len(items), _SLICE))
