"""The values of a table's rows, with what merged cells and values written once stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from qianxian_tables._book import Value
from qianxian_tables._layout import Table
from qianxian_tables._lines import Lines, is_serial
from qianxian_tables._numbers import amount
from qianxian_tables._words import compact, is_not_yet, is_nothing

# What each record has for itself: a blank one is missing, not the same as above.
_OWN = re.compile(r"姓名|户主|名字|身份证|电话|备注|说明|编号|编码|证号|[账帐]号|卡号")


@dataclass(frozen=True, slots=True)
class Cells:
    """How to read the rows of one table. `once` are columns that are filled down."""

    table: Table
    lines: Lines
    once: frozenset[int]
    tall: Mapping[tuple[int, int], tuple[int, int]]

    def rows(self) -> Iterator[tuple[int, dict[int, Value]]]:
        """Row number and value by column; a column without a value is left out."""
        columns = [heading.column for heading in self.table.headings]
        carried: dict[int, Value] = {}
        rows = self.table.sheet.rows
        for number in self.lines.data:
            row = rows[number - 1]
            width = len(row)
            found: dict[int, Value] = {}
            for column in columns:
                value = row[column - 1] if column <= width else None
                if value is None and (number, column) in self.tall:
                    value = self.table.sheet.value(*self.tall[number, column])
                if column in self.once:
                    value = carried.get(column) if value is None else value
                    carried[column] = value
                if value is not None:
                    found[column] = value
            yield number, found


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
    return Cells(table, lines, once, tall)


def _once(
    table: Table,
    lines: Lines,
    tall: Mapping[tuple[int, int], tuple[int, int]],
    places: frozenset[int],
) -> Iterator[int]:
    """Columns on the left that name a thing once and leave the cells below it blank."""
    is_left = True
    for heading in table.headings:
        if is_serial(heading.name):
            continue
        values = [table.sheet.value(number, heading.column) for number in lines.data]
        known = [
            value is not None or (number, heading.column) in tall
            for value, number in zip(values, lines.data, strict=True)
        ]
        share = sum(known) / len(known) if known else 1.0
        is_repeated = any(one is not None and one == other for one, other in pairwise(values))
        if heading.column in places:
            yield heading.column
        elif heading.is_required or _OWN.search(heading.last):
            is_left = is_left and share < 0.8
        elif share >= 0.8:
            is_left = False  # the entries proper begin here
        elif (
            is_left
            and values
            and _is_name(values[0])
            and not is_repeated
            and all(value is None or _is_name(value) for value in values)
        ):
            yield heading.column


def _is_name(value: Value) -> bool:
    """Whether a value can stand for the rows below it: a season, a project; never a number."""
    if not isinstance(value, str):
        return False
    plain = compact(value)
    return not is_nothing(plain) and not is_not_yet(plain) and amount(value) is None
