"""A file as tables: the only place that knows how a workbook is read.

Each table has columns under their headers and rows of plain values (str, int, float, bool, date,
datetime, None), in the order of the columns. Title lines, notes, sums, signatures and headers that
are printed again are no rows; what merged cells and values written once stand for is filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from qianxian.core.errors import UserError
from qianxian_tables import (
    Cells,
    Context,
    Heading,
    Layouts,
    Place,
    Places,
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
class Match:
    """A column with what it is taken for. `refused` says why it may not come in this way.

    `is_asked`: nobody has said yet what it is; `is_near`: it was guessed from a similar label.
    """

    column: Column
    target: str
    refused: str = ""
    is_asked: bool = False
    is_near: bool = False


class SourceRow(NamedTuple):
    """A row of data. `number` is its row in the file; `village` and `year` are what lines above it
    or the sheet name."""

    number: int
    values: Sequence[Any]
    village: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The data of one sheet. The header ends in `header_row`.

    `rows` are made as they are asked for: the cells of a long sheet are not held twice.
    """

    sheet: str
    header_row: int
    columns: tuple[Column, ...]
    rows: Iterable[SourceRow]
    count: int


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
    villages = frozenset(h.column for h in headings if is_place(h.last))
    cells = cells_of(table, lines, villages)
    rows = _Rows(cells, context_of(table, lines, places, book_name), headings)
    columns = tuple(map(_column, headings))
    return Table(table.sheet.name, table.last_header, columns, rows, len(lines.data))


def _column(heading: Heading) -> Column:
    return Column(letter(heading.column), heading.name, heading.unit or "")


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a table, from the first one each time."""

    cells: Cells
    context: Context
    headings: Sequence[Heading]

    def __iter__(self) -> Iterator[SourceRow]:
        columns = [heading.column for heading in self.headings]
        errors = self.cells.table.sheet.errors
        for number, values in self.cells.tuples(columns):
            village, year = self.context.at(number)
            if errors:
                # A cell whose formula failed shows its error, so that it is told at its cell.
                shown = zip(columns, values, strict=True)
                values = [errors.get((number, column), value) for column, value in shown]
            yield SourceRow(number, values, village or "", year)
