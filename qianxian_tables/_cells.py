"""The values of a table's rows, with what merged cells and values written once stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qianxian_tables._book import Row, Value
from qianxian_tables._layout import Table
from qianxian_tables._lines import Lines, is_serial
from qianxian_tables._numbers import amount
from qianxian_tables._words import compact, is_not_yet, is_nothing

# Signs that stand for the cell above.
_DITTO = frozenset(["〃", "″", "〞", '"', "”", "“", "''", '""', "同上", "同 上", "〃〃", "同前"])
# What each record has for itself: a blank one is missing, not the same as above.
_OWN = re.compile(r"姓名|户主|名字|身份证|电话|备注|说明|编号|编码|证号|[账帐]号|卡号")


@dataclass(frozen=True, slots=True)
class Cells:
    """How to read the rows of one table.

    `once` are columns that are filled down; in those of `ditto` a 〃 stands for the value above.
    """

    table: Table
    lines: Lines
    once: frozenset[int]
    ditto: frozenset[int]
    tall: Mapping[tuple[int, int], tuple[int, int]]

    def rows(self) -> Iterator[tuple[int, dict[int, Value]]]:
        """Row number and value by column; a column without a value is left out."""
        columns = [heading.column for heading in self.table.headings]
        for number, values in self.tuples(columns):
            found = zip(columns, values, strict=True)
            yield number, {column: value for column, value in found if value is not None}

    def tuples(self, columns: Sequence[int]) -> Iterator[tuple[int, list[Value]]]:
        """Row number and the values of these columns; the same for every pass."""
        rows = self.table.sheet.rows
        once = [(n, column) for n, column in enumerate(columns) if column in self.once]
        ditto = [(n, column) for n, column in enumerate(columns) if column in self.ditto]
        above: dict[int, Value] = {}
        carried: dict[int, Value] = {}
        for number in self.lines.data:
            values = _picked(rows[number - 1], columns)
            if self.tall:
                self._fill(number, columns, values)
            for n, column in ditto:
                if _is_ditto(values[n]):
                    values[n] = above.get(column)
                above[column] = values[n]
            for n, column in once:
                if values[n] is None:
                    values[n] = carried.get(column)
                else:
                    carried[column] = values[n]
            yield number, values

    def _fill(self, number: int, columns: Sequence[int], values: list[Value]) -> None:
        """A cell of a merge over several rows has the value of the first."""
        for n, column in enumerate(columns):
            if values[n] is None and (number, column) in self.tall:
                values[n] = self.table.sheet.value(*self.tall[number, column])


def _is_ditto(value: Value) -> bool:
    return isinstance(value, str) and value.strip() in _DITTO


def _dittos(table: Table, lines: Lines) -> Iterator[int]:
    """Columns in which a sign stands for the value above; a long table is looked at once."""
    for number in lines.data:
        row = table.sheet.rows[number - 1]
        if not _DITTO.isdisjoint(row):
            yield from (column for column, value in enumerate(row, 1) if _is_ditto(value))


def _picked(row: Row, columns: Sequence[int]) -> list[Value]:
    width = len(row)
    return [row[column - 1] if column <= width else None for column in columns]


def cells_of(table: Table, lines: Lines, places: frozenset[int] = frozenset()) -> Cells:
    """`places` are columns that name villages: blanks below a village mean the same village."""
    tall = {
        (row, column): (area.top, area.left)
        for area in table.sheet.merged
        if area.bottom > area.top > table.last_header
        for row in range(area.top, area.bottom + 1)
        # A value over several columns belongs to the first of them.
        for column in (area.left,)
    }
    once = frozenset(_once(table, lines, tall, places))
    return Cells(table, lines, once, frozenset(_dittos(table, lines)), tall)


def _once(
    table: Table,
    lines: Lines,
    tall: Mapping[tuple[int, int], tuple[int, int]],
    places: frozenset[int],
) -> Iterator[int]:
    """Columns on the left that name a thing once and leave the cells below it blank."""
    is_left = True
    for heading in table.headings:
        column = heading.column
        if is_serial(heading.name):
            continue
        if column in places and not heading.is_required:
            yield column
        elif is_left or column in places:
            values = [_picked(table.sheet.rows[number - 1], [column])[0] for number in lines.data]
            held = zip(values, lines.data, strict=True)
            known = sum(value is not None or (number, column) in tall for value, number in held)
            share = known / len(values) if values else 1.0
            if column in places:
                if share < 0.8:
                    yield column
            elif heading.is_required or _OWN.search(heading.last) or share >= 0.8:
                is_left = share < 0.8  # else the entries proper begin here
            elif _names_once(values):
                yield column


def _names_once(values: Sequence[Value]) -> bool:
    """Whether names stand here with blanks below them, never the same name twice in a row."""
    is_repeated = any(one is not None and one == other for one, other in pairwise(values))
    named = all(value is None or _is_name(value) for value in values)
    return bool(values) and _is_name(values[0]) and not is_repeated and named


def _is_name(value: Value) -> bool:
    """Whether a value can stand for the rows below it: a season, a project; never a number."""
    if not isinstance(value, str):
        return False
    plain = compact(value)
    return not is_nothing(plain) and not is_not_yet(plain) and amount(value) is None
