"""What stands in a workbook: its sheets, what each row is, its columns with the values they hold.

Of a column the most frequent values are kept, with the first cell of each; a column of a small
file is kept whole. What is kept is sealed by whoever stores it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from qianxian_tables import (
    Book,
    ColumnSeen,
    Layouts,
    Places,
    Surveyed,
    cells_of,
    column_of,
    columns_seen,
    open_book,
    survey,
    surveyed,
    title_of,
)

KEPT_VALUES = 1_000
KEPT_ROWS = 40
_SHOWN_ROWS = 4
_WIDEST = 60
_LONG_NUMBER = re.compile(r"(\d{3})\d{5,}[\dXx]")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, how often it stands there, and where first."""

    value: Any
    count: int
    sheet: str
    at: str


@dataclass(frozen=True, slots=True)
class SeenRow:
    number: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class SeenSheet:
    """`role`: data, left (another table, or none), hidden, empty."""

    name: str
    role: str
    header: tuple[int, int] = (0, 0)
    count: int = 0
    others: tuple[SeenRow, ...] = ()
    more_others: int = 0
    first: tuple[SeenRow, ...] = ()

    @property
    def lines(self) -> list[SeenRow]:
        """What is no record, and the first records, as they stand."""
        return sorted([*self.others, *self.first], key=lambda row: row.number)


@dataclass(frozen=True, slots=True)
class SeenColumn:
    """A column as the program took it. `is_second`: of two with the same header."""

    label: str
    name: str
    type: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    is_closed: bool = False
    is_required: bool = False
    is_hidden: bool = False
    is_serial: bool = False
    is_second: bool = False
    letters: Mapping[str, str] = field(default_factory=dict)
    filled: int = 0
    distinct: int = 0
    cells: tuple[Cell, ...] = ()

    @property
    def is_whole(self) -> bool:
        return self.distinct <= len(self.cells)


@dataclass(frozen=True, slots=True)
class Seen:
    """The workbook. `has_village`: a title or a line names villages for rows below it."""

    title: str = ""
    rows: int = 0
    sheets: tuple[SeenSheet, ...] = ()
    columns: tuple[SeenColumn, ...] = ()
    has_village: bool = False

    def column(self, source: str) -> SeenColumn | None:
        return next((one for one in self.columns if one.label == source), None)

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, default=_plain).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Seen:
        told = json.loads(data)
        sheets = tuple(_sheet(one) for one in told["sheets"])
        columns = tuple(_column(one) for one in told["columns"])
        return cls(**{**told, "sheets": sheets, "columns": columns})


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))


def _sheet(told: dict[str, Any]) -> SeenSheet:
    rows = {key: tuple(SeenRow(**row) for row in told[key]) for key in ("others", "first")}
    return SeenSheet(**{**told, **rows, "header": tuple(told["header"])})


def _column(told: dict[str, Any]) -> SeenColumn:
    cells = tuple(Cell(**cell) for cell in told["cells"])
    return SeenColumn(**{**told, "cells": cells, "choices": tuple(told["choices"])})


Tell = Callable[[int, int], None]


def look(data: bytes, name: str, places: Places, said: Layouts, tell: Tell) -> Seen:
    """Open a workbook and look at all of it. `tell` hears how many columns are done, of how many.

    Errors: TableError, whose sentence says what to do.
    """
    book = open_book(data, name)
    tables = survey(book, said=said)
    total = max(len(table.headings) for table, _ in tables)
    tell(0, total)
    columns: list[ColumnSeen] = []
    for one in columns_seen(book, tables, places):
        columns.append(one)
        tell(min(len(columns), total), total)
    return Seen(
        title=title_of(tables),
        rows=sum(len(lines.data) for _, lines in tables),
        sheets=tuple(_sheets(book, tables)),
        columns=tuple(_columns(columns, _first_cells(tables, columns))),
        has_village=any(_names_village(one, places) for one in tables),
    )


def _columns(
    columns: Iterable[ColumnSeen], first: Mapping[tuple[int, Any], tuple[str, str]]
) -> Iterable[SeenColumn]:
    for n, one in enumerate(columns):
        column = one.column
        kept = one.values.most_common(KEPT_VALUES)
        yield SeenColumn(
            label=one.label,
            name=column.name.rpartition("/")[2],
            type=column.type,
            unit=column.unit or "",
            choices=column.choices,
            is_closed=column.is_closed,
            is_required=column.required,
            is_hidden=column.is_hidden,
            is_serial=column.role == "serial",
            is_second=one.is_second,
            letters=dict(column.at),
            filled=sum(one.values.values()),
            distinct=len(one.values),
            cells=tuple(
                Cell(value, count, *first.get((n, value), ("", ""))) for value, count in kept
            ),
        )


def _first_cells(
    tables: Iterable[Surveyed], columns: list[ColumnSeen]
) -> dict[tuple[int, Any], tuple[str, str]]:
    """(column, value) → sheet and address of the first cell that holds it, for kept values."""
    wanted = [{value for value, _ in one.values.most_common(KEPT_VALUES)} for one in columns]
    found: dict[tuple[int, Any], tuple[str, str]] = {}
    for table, lines in tables:
        sheet = table.sheet.name
        here = {
            column_of(one.column.at[sheet]): n
            for n, one in enumerate(columns)
            if sheet in one.column.at
        }
        for number, cells in cells_of(table, lines).rows():
            for column, value in cells.items():
                n = here.get(column, -1)
                if n >= 0 and value in wanted[n] and (n, value) not in found:
                    found[n, value] = (sheet, f"{columns[n].column.at[sheet]}{number}")
    return found


def _sheets(book: Book, tables: Iterable[Surveyed]) -> Iterable[SeenSheet]:
    taken = {one[0].sheet.name: one for one in tables}
    for sheet in book:
        if sheet.name in taken:
            yield _taken(taken[sheet.name])
        elif sheet.is_hidden:
            yield SeenSheet(sheet.name, "hidden")
        elif not any(cell is not None for row in sheet.rows for cell in row):
            yield SeenSheet(sheet.name, "empty")
        else:
            other = surveyed(sheet)
            header = (other[0].first_header, other[0].last_header) if other else (0, 0)
            yield SeenSheet(sheet.name, "left", header)


def _taken(one: Surveyed) -> SeenSheet:
    table, lines = one

    def row(number: int, kind: str) -> SeenRow:
        return SeenRow(number, kind, _text(table.sheet.rows[number - 1]))

    others = [row(number, kind) for number, kind in sorted(lines.others.items())]
    first = [row(number, "data") for number in lines.data[:_SHOWN_ROWS]]
    return SeenSheet(
        table.sheet.name,
        "data",
        (table.first_header, table.last_header),
        len(lines.data),
        tuple(others[:KEPT_ROWS]),
        max(0, len(others) - KEPT_ROWS),
        tuple(first),
    )


def _text(row: Iterable[Any]) -> str:
    cells = [" ".join(str(cell).split()) for cell in row if cell is not None]
    # Long numbers are those of persons: the line is told by its other words.
    text = _LONG_NUMBER.sub(r"\1…", " | ".join(cells))
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]}…"


def _names_village(one: Surveyed, places: Places) -> bool:
    table, lines = one
    texts = [text for _, text in table.lines_above()] + [table.sheet.name, *lines.labels.values()]
    return any(places.mentioned(text) for text in texts)
