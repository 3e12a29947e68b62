"""A file as tables: the only place that knows how a workbook is read.

Each table has columns under their headers and rows of plain values (str, int, float, bool, date,
datetime, None), in the order of the columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qianxian.core.errors import UserError
from qianxian_figures import UnknownUnit, canonical
from qianxian_tables import TableError, letter, open_book

# What the workbook of bad rows puts behind the last column, and the blank one beside its sheet.
PROBLEMS = "问题"
NOT_READ = "（不导入）"
_BRACKET = re.compile(r"[(（]([^()（）]*)[)）]")


@dataclass(frozen=True, slots=True)
class Column:
    """`letter` as in the file; `label` the header without unit and marks; `unit` if it names one."""

    letter: str
    label: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of data. `number` is its row in the file, 1-based."""

    number: int
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The data of one sheet. `place` is a village that the sheet names for all of its rows."""

    sheet: str
    header_row: int
    columns: tuple[Column, ...]
    rows: Sequence[SourceRow]
    place: str = ""


def read_tables(data: bytes, name: str) -> list[Table]:
    """All tables of a file. Raises UserError with a sentence for a file that cannot be read."""
    try:
        book = open_book(data, name)
    except TableError as error:
        raise UserError(error.sentence) from error
    found = []
    for sheet in book:
        if not sheet.is_hidden and not sheet.name.endswith(NOT_READ):
            found += _table(sheet.name, sheet.rows)
    if not found:
        raise UserError(f"“{name}”里没有找到表。第一行写表头，下面一行一条，再传一次。")
    return found


def _table(title: str, rows: Sequence[Sequence[Any]]) -> list[Table]:
    head = next((n for n, row in enumerate(rows) if sum(_is_text(v) for v in row) > 1), None)
    if head is None:
        return []
    places = [n for n, v in enumerate(rows[head]) if _is_text(v) and str(v).strip() != PROBLEMS]
    columns = tuple(_column(n, str(rows[head][n]).strip()) for n in places)
    width = max(places) + 1
    data = []
    for number, row in enumerate(rows[head + 1 :], start=head + 2):
        cells = [*row, *[None] * (width - len(row))]
        values = tuple(cells[n] for n in places)
        if any(value is not None and value != "" for value in values):
            data.append(SourceRow(number, values))
    return [Table(title, head + 1, columns, data)]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _column(index: int, header: str) -> Column:
    label, unit = split_unit(header)
    return Column(letter(index + 1), label, unit)


def split_unit(header: str) -> tuple[str, str]:
    """奖补金额（万元） → 奖补金额, 万元. A bracket that is no unit stays."""
    for bracket in reversed(list(_BRACKET.finditer(header))):
        text = bracket[1].removeprefix("单位：").removeprefix("单位:").strip()
        if _is_unit(text):
            return (header[: bracket.start()] + header[bracket.end() :]).strip(), text
    return header, ""


def _is_unit(text: str) -> bool:
    try:
        return bool(canonical(text))
    except UnknownUnit:
        return False
