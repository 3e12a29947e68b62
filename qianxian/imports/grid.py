"""A file as tables: the only place that knows how a workbook is read.

Each table has columns under their headers and rows of plain values (str, int, float, bool, date,
datetime, None), in the order of the columns. Title lines, notes, sums, signatures and headers that
are printed again are no rows; what merged cells and values written once stand for is filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from qianxian.core.errors import UserError
from qianxian_tables import (
    Heading,
    Layouts,
    Place,
    Places,
    Sheet,
    Surveyed,
    TableError,
    cells_of,
    context_of,
    letter,
    open_book,
    survey,
)

# What the workbook of bad rows puts behind the last column, and the blank one beside its sheet.
FAULTS = "问题"
NOT_READ = "（不导入）"


@dataclass(frozen=True, slots=True)
class Column:
    """`letter` as in the file; `label` the header without unit and marks; `unit` if it names one."""

    letter: str
    label: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of data. `number` is its row in the file; `village` and `year` are what lines above it
    or the sheet name."""

    number: int
    values: tuple[Any, ...]
    village: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The data of one sheet. The header ends in `header_row`."""

    sheet: str
    header_row: int
    columns: tuple[Column, ...]
    rows: Sequence[SourceRow]


def read_tables(
    data: bytes,
    name: str,
    *,
    wanted: Iterable[str] = (),
    villages: Iterable[str] = (),
    is_place: Callable[[str], bool] = lambda _label: False,
    layouts: Layouts = MappingProxyType({}),
) -> list[Table]:
    """All tables of a file that belong to one ledger.

    wanted    labels of the ledger, by which its sheets are told from others
    villages  names that a title line or a section may give to the rows below
    is_place  whether a header names villages: written once, it stands for the rows below it too
    layouts   what a person said of its sheets and rows
    Raises UserError with a sentence for a file that cannot be read.
    """
    places = Places([Place(village) for village in villages])
    try:
        book = open_book(data, name)
        surveyed = survey(book, wanted, layouts)
    except TableError as error:
        raise UserError(error.sentence) from error
    return [
        _table(one, places, book.name, is_place)
        for one in surveyed
        if not one[0].sheet.name.endswith(NOT_READ)
    ]


def _table(one: Surveyed, places: Places, book_name: str, is_place: Callable[[str], bool]) -> Table:
    table, lines = one
    headings = [h for h in table.headings if h.last != FAULTS]
    context = context_of(table, lines, places, book_name)
    villages = frozenset(h.column for h in headings if is_place(h.last))
    cells = cells_of(table, lines, villages)
    rows = []
    for number, found in cells.rows():
        village, year = context.at(number)
        values = tuple(found.get(h.column) for h in headings)
        rows.append(SourceRow(number, values, village or "", year))
    rows = list(_with_errors(table.sheet, headings, rows))
    return Table(table.sheet.name, table.last_header, tuple(map(_column, headings)), rows)


def _column(heading: Heading) -> Column:
    return Column(letter(heading.column), heading.name, heading.unit or "")


def _with_errors(
    sheet: Sheet, headings: Sequence[Heading], rows: Iterable[SourceRow]
) -> Iterator[SourceRow]:
    """Cells whose formula failed show their error, so that it is told at its cell."""
    for row in rows:
        if not sheet.errors:
            yield row
            continue
        shown = tuple(
            sheet.errors.get((row.number, h.column), value)
            for h, value in zip(headings, row.values, strict=True)
        )
        yield SourceRow(row.number, shown, row.village, row.year)
