"""Rows that the ledger may not know: read and decided as an import reads and decides them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid5

from qianxian.imports.deciding import Decided, Decider
from qianxian.imports.grid import Column as GridColumn
from qianxian.imports.grid import Match, SourceRow, Table
from qianxian.imports.models import StagedRow
from qianxian.imports.rows import Reader
from qianxian.imports.workbooks.diff import Fault, RowDiff
from qianxian.imports.workbooks.layout import Layout
from qianxian.imports.workbooks.models import Workbook
from qianxian.imports.workbooks.reading import BackRow, BackSheet
from qianxian.ledgers.display import names_in, words_of
from qianxian.ledgers.models import Entry
from qianxian.ledgers.search import full_name
from qianxian.ledgers.services import Row

_SITE = UUID("5d0a0c52-6f0e-4c57-9d0b-0a6f3f5f7b11")
Status = StagedRow.Status


class Adder:
    """Decides about the rows without an entry, all of them together."""

    def __init__(
        self, workbook: Workbook, layout: Layout, sheet: BackSheet, reader: Reader
    ) -> None:
        self.workbook, self.layout, self.sheet, self.reader = workbook, layout, sheet, reader
        self._columns = [
            c for c in layout.columns if c.opens in ("rows", "new") and c.target in sheet.letters
        ]

    def decide(self, rows: Sequence[BackRow]) -> list[Decided]:
        columns = tuple(GridColumn(self.sheet.letters[c.target], c.label) for c in self._columns)
        matches = [Match(grid, c.target) for grid, c in zip(columns, self._columns, strict=True)]
        sources = [
            SourceRow(
                row.number,
                tuple(row.cells.get(c.target) for c in self._columns),
                self.layout.village.name,
            )
            for row in rows
        ]
        table = Table(self.layout.ledger.name, 0, columns, sources, len(sources))
        outcomes = list(self.reader.table(table, matches).outcomes())
        return Decider(self.reader, several_sheets=False).decide(outcomes)

    def is_blank(self, row: BackRow) -> bool:
        return all(row.cells.get(c.target) is None for c in self._columns) and not row.errors

    def told(self, row: BackRow, decided: Decided, on: date) -> RowDiff:
        """A row that is not to be compared with an entry: new, or kept out by its faults."""
        outcome = decided.outcome
        found = RowDiff(row.number, f"r{row.number}", outcome.title)
        found.faults = [
            Fault(p.says, f"{p.column}{row.number}" if p.column else "", p.label)
            for p in outcome.faults
        ]
        place = outcome.place
        if decided.status == Status.NEW and place is not None:
            if not place.path.startswith(self.layout.village.path):
                says = f"这一行是{place}的，不是{self.layout.village}的，没有收。"
                found.faults.append(Fault(says))
            elif not self.layout.takes_new:
                found.faults.append(Fault(f"{self.layout.ledger.name}不在村里记新的。"))
            else:
                found.row = Row(outcome.data, place, outcome.subject)
                found.values = self._values(decided, on)
        found.is_left = found.row is None
        return found

    def _values(self, decided: Decided, on: date) -> tuple[tuple[str, str], ...]:
        ledger, data = self.layout.ledger, decided.outcome.data
        names = names_in(ledger, [data], user=self.reader.user, on=on)
        place = decided.outcome.place
        told = [(f.label, words_of(f, data, names, on)) for f in ledger.fields if f.name in data]
        return (("地方", full_name(place)), *told) if place else tuple(told)


def with_keys(
    workbook: Workbook, new: Iterable[tuple[BackRow, RowDiff, Decided]]
) -> list[tuple[RowDiff, Entry | None]]:
    """Give each new entry the key that it gets at every time its row comes in.

    The same workbook twice thus finds what it made before; what was taken back comes in anew.
    """
    waiting = [(found, _first(workbook, row, decided)) for row, found, decided in new]
    settled: list[tuple[RowDiff, Entry | None]] = []
    while waiting:
        keys = [key for _, key in waiting]
        there = {e.pk: e for e in Entry.objects.filter(pk__in=keys).select_related("place")}
        again = []
        for found, key in waiting:
            entry = there.get(key)
            if entry is not None and entry.deleted:
                again.append((found, uuid5(key, "again")))
                continue
            if found.row is not None:
                found.row = replace(found.row, id=key)
            settled.append((found, entry))
        waiting = again
    return settled


def _first(workbook: Workbook, row: BackRow, decided: Decided) -> UUID:
    if row.key is not None and row.key.is_genuine:
        return row.key.entry
    return uuid5(_SITE, f"{workbook.pk}/{decided.content}")
