"""Checking a file row by row into staging. Everything slow happens here, outside the write lock.

Rows are written in chunks, each in a short transaction with the progress; a check that was cut
off starts again from the beginning and leaves what an undisturbed one leaves.
"""

from __future__ import annotations

import gc
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from qianxian.core.bulk import insert_rows
from qianxian.core.commits import head_number
from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import Place
from qianxian.imports import columns, files
from qianxian.imports.cells import RowFault
from qianxian.imports.deciding import Decided, Decider
from qianxian.imports.grid import Match, Table, read_tables
from qianxian.imports.helper import Alone, rows_read
from qianxian.imports.models import Fault, ImportRun, StagedRow
from qianxian.imports.rows import Outcome, Reader
from qianxian_tables import layouts_of

CHUNK = 4_000
MOST_ROWS = 200_000
# The form of a staged row. Whoever changes that form changes this: what was staged before is then
# checked again rather than misread at landing.
_STAGED = "columns of entries"
_ROW_COLUMNS = (
    "run_id",
    "number",
    "sheet",
    "row",
    "status",
    "title",
    "place",
    "entry",
    "version",
    "content",
    "subject",
    "on",
    "initials",
    "key_text",
    "late",
    "state",
    "after_data",
    "digest",
    "sealed",
)
_FAULT_COLUMNS = (
    "run_id",
    "number",
    "sheet",
    "row",
    "column",
    "label",
    "code",
    "says",
    "value",
    "stops",
)


class Overtaken(Exception):
    """Somebody asked for another check, or dropped the run, while this one went on."""


def definition_digest(ledger: str) -> str:
    """What the check went by: a changed definition asks for another check."""
    bodies = catalogue().bodies()
    flow = catalogue().ledgers[ledger].flow
    own = [_STAGED, bodies[f"ledger:{ledger}"], bodies.get(f"flow:{flow}", "")]
    return hashlib.sha256("\n".join(own).encode()).hexdigest()


def check(run: ImportRun, *, at: datetime) -> None:
    """Check the whole file of a run. Ends in `ready`, or in `failed` with the sentence."""
    try:
        with _without_garbage_collection(), rows_read(run.upload.size) as readers:
            tables = tables_of(run)
            total = sum(table.count for table in tables)
            if total > MOST_ROWS:
                says = f"一次最多导 {MOST_ROWS:,} 行，这里有 {total:,} 行。请分成几份再传。"
                raise UserError(says)
            _Check(run, tables, total, at).go(readers)
    except UserError as error:
        _still(run).update(state=ImportRun.State.FAILED, told=str(error)[:500])
    except Overtaken:
        return


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """A long file is a million objects, hardly any of them garbage, and to go through them time and
    again is a tenth of its check."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def tables_of(run: ImportRun) -> list[Table]:
    """The tables of the run's file. Raises UserError where it is gone or cannot be read."""
    villages = Place.objects.within(run.township.path).filter(level=Place.Level.VILLAGE)
    return read_tables(
        files.load(run.upload.digest),
        run.name,
        wanted=columns.wanted(run.definition_of_ledger),
        villages=list(villages.values_list("name", flat=True)),
        is_place=columns.is_village,
        layouts=layouts_of(run.layout),
    )


def clear(run: ImportRun) -> None:
    """Forget what an earlier check staged, in short transactions."""
    for model in (Fault, StagedRow):
        while keys := list(model.objects.filter(run=run).values_list("pk", flat=True)[:5000]):
            model.objects.filter(pk__gte=min(keys), pk__lte=max(keys), run=run).delete()


def _still(run: ImportRun) -> Any:
    """The run, if this check is still the one that is wanted."""
    return ImportRun.objects.filter(
        pk=run.pk, state=ImportRun.State.READING, check_number=run.check_number
    )


class _Check:
    def __init__(self, run: ImportRun, tables: Sequence[Table], total: int, at: datetime) -> None:
        self._run, self._tables, self._total = run, tables, total
        # Before anything is read: what others save meanwhile is looked at again at landing.
        self._head = head_number(run.township)
        day = timezone.localdate(at)
        self._reader = Reader(run.definition_of_ledger, run.by, run.township, day)
        self._decider = Decider(self._reader, several_sheets=len(tables) > 1, rows=total)
        self._counts: Counter[str] = Counter()
        self._number = 0

    def go(self, readers: Alone) -> None:
        clear(self._run)
        self._update(done=0, total=self._total)
        told = []
        for table in self._tables:
            matches = columns.match(self._reader.ledger, table.columns, self._run.mapping)
            told.append((table, matches))
            self._refused_columns(table, matches)
            outcomes = self._reader.table(table, matches).outcomes(readers)
            while chunk := list(islice(outcomes, CHUNK)):
                self._stage(chunk)
        self._update(
            state=ImportRun.State.READY,
            told="",
            counts=dict(self._counts),
            columns=list(_told(told)),
            checked_head=self._head,
            definition=definition_digest(self._run.ledger),
        )

    def _update(self, **changes: Any) -> None:
        if not _still(self._run).update(**changes):
            raise Overtaken

    def _refused_columns(self, table: Table, matches: Sequence[Match]) -> None:
        rows = [
            _fault_row(
                self._run.pk,
                None,
                table.sheet,
                table.header_row,
                RowFault("step_column", m.refused, m.column.letter, m.column.label, stops=False),
            )
            for m in matches
            if m.refused
        ]
        if rows:
            insert_rows(Fault, _FAULT_COLUMNS, rows)

    def _stage(self, outcomes: Sequence[Outcome]) -> None:
        decided = self._decider.decide(outcomes)
        rows, faults = [], []
        for one in decided:
            rows.append(_staged_row(self._run.pk, self._number, one))
            faults += [
                _fault_row(self._run.pk, self._number, one.outcome.sheet, one.outcome.row.number, p)
                for p in one.outcome.faults
            ]
            self._number += 1
        self._counts.update(one.status for one in decided)
        with transaction.atomic():
            self._update(done=self._number)
            insert_rows(StagedRow, _ROW_COLUMNS, rows)
            insert_rows(Fault, _FAULT_COLUMNS, faults)


def _told(tables: Sequence[tuple[Table, Sequence[Match]]]) -> Iterator[dict[str, Any]]:
    """The columns as the page shows them, each label once."""
    seen = set()
    for table, matches in tables:
        for one in matches:
            label = columns.plain(one.column.label)
            if label not in seen:
                seen.add(label)
                yield {
                    "key": label,
                    "sheet": table.sheet,
                    "letter": one.column.letter,
                    "label": one.column.label,
                    "unit": one.column.unit,
                    "target": one.target,
                    "refused": one.refused,
                    "asked": one.is_asked,
                    "near": one.is_near,
                }


def _staged_row(run: int, number: int, one: Decided) -> tuple[Any, ...]:
    outcome = one.outcome
    return (
        run,
        number,
        outcome.sheet[:60],
        outcome.row.number,
        one.status,
        (one.title or outcome.title)[:120],
        outcome.place.code if outcome.place else "",
        one.entry.hex if one.entry else None,
        one.version,
        one.content,
        one.subject.hex if one.subject else None,
        one.on.isoformat() if one.on else None,
        one.initials,
        one.key_text,
        one.late,
        one.state,
        one.after_data,
        one.digest,
        one.sealed,
    )


def _fault_row(
    run: int, number: int | None, sheet: str, row: int, fault: RowFault
) -> tuple[Any, ...]:
    return (
        run,
        number,
        sheet[:60],
        row,
        fault.column,
        fault.label[:80],
        fault.code,
        fault.says[:400],
        fault.value[:120],
        fault.stops,
    )
