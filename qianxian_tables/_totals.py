"""Typed sums against the rows that they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain

from qianxian_tables._book import Value
from qianxian_tables._layout import Table, filled
from qianxian_tables._lines import Lines
from qianxian_tables._numbers import amount, from_number, in_unit
from qianxian_tables._proposal import Column
from qianxian_tables._values import Reading
from qianxian_tables._words import scaled, sum_label

_SUMMED = frozenset({"integer", "number", "money", "area", "length", "mass"})
_NOT_SUMMED = ("均", "率", "单产", "单价", "标准", "比例", "年龄")


class Sums:
    """Per row and column the number as it stands and as it was read, in the header's unit.

    A formula adds up what are numbers to it and leaves texts out (2公顷); a clerk adds up both.
    """

    def __init__(self, columns: Mapping[int, Column], units: Mapping[int, str]) -> None:
        self._units = units
        self.columns = {
            number: column
            for number, column in columns.items()
            if column.type in _SUMMED
            and column.role != "serial"
            and not any(word in column.name for word in _NOT_SUMMED)
            and "/" not in (column.unit or "")
        }
        self.stand: dict[int, dict[int, Decimal]] = {number: {} for number in self.columns}
        self.read: dict[int, dict[int, Decimal]] = {number: {} for number in self.columns}
        self.unread: dict[int, set[int]] = {number: set() for number in self.columns}

    def add(self, row: int, cells: Mapping[int, Value], readings: Mapping[int, Reading]) -> None:
        for number in self.columns:
            raw, value = cells.get(number), readings[number].value
            if isinstance(raw, int | float) and not isinstance(raw, bool):
                self.stand[number][row] = from_number(raw)
            if isinstance(value, Decimal):
                self.read[number][row] = self._in_header_unit(number, value)
            elif any(fault.rejects for fault in readings[number].faults):
                self.unread[number].add(row)

    def _in_header_unit(self, number: int, value: Decimal) -> Decimal:
        """Money is kept in 元; a sum under 万元 is typed in 万元."""
        if self.columns[number].type != "money":
            return value
        return value / scaled(self._units[number])[0]


def mismatches(table: Table, lines: Lines, sums: Sums) -> Iterator[tuple[int, int, str]]:
    """Row, column and sentence of each sum that no reading of its rows gives."""
    order = sorted(lines.others)
    totals = [number for number in order if lines.others[number] in ("subtotal", "total")]
    for number in totals:
        blocks = [block for block in _blocks(number, totals, lines) if block]
        row = table.sheet.rows[number - 1]
        for column in filled(row) if blocks else ():
            typed = _typed(row[column - 1])
            if typed is None:
                continue
            if column in sums.columns:
                told = _told(number, column, blocks, lines, table, sums)
            elif _counts(row[column - 1]):
                told = ({Decimal(len(block))} for block in blocks)
            else:
                continue
            nearest = next(told, set())
            if nearest and not _agrees(typed, chain([nearest], told)):
                yield number, column, _sentence(typed, nearest)


def _told(
    number: int,
    column: int,
    blocks: Sequence[Sequence[int]],
    lines: Lines,
    table: Table,
    sums: Sums,
) -> Iterator[set[Decimal]]:
    """What the sum may be, the likeliest first; the others are only added up where it is not."""
    if _is_whole(blocks[0], column, sums):
        for block in blocks:
            yield _sums(block, column, sums)
        yield _of_subtotals(number, column, lines, table)


def _blocks(number: int, totals: Sequence[int], lines: Lines) -> Iterator[list[int]]:
    """The rows that a sum may stand for: those above, those below, all of them."""
    if lines.others[number] == "subtotal":
        others = [n for n in totals if lines.others[n] == "subtotal"]
        before = max((n for n in others if n < number), default=0)
        after = min((n for n in totals if n > number), default=10**9)
        yield [n for n in lines.data if before < n < number]
        yield [n for n in lines.data if number < n < after]
    earlier = max((n for n in totals if n < number and lines.others[n] == "total"), default=0)
    yield [n for n in lines.data if earlier < n < number]
    yield lines.data


def _sums(block: Sequence[int], column: int, sums: Sums) -> set[Decimal]:
    return {
        sum((found[row] for row in block if row in found), Decimal(0))
        for found in (sums.stand[column], sums.read[column])
    }


def _is_whole(block: Sequence[int], column: int, sums: Sums) -> bool:
    """Where a row could not be read, nothing can be said of the sum."""
    return not any(row in sums.unread[column] for row in block)


def _of_subtotals(number: int, column: int, lines: Lines, table: Table) -> set[Decimal]:
    if lines.others[number] != "total":
        return set()
    parts = [
        _typed(table.sheet.value(n, column)) or Decimal(0)
        for n, kind in lines.others.items()
        if kind == "subtotal"
    ]
    return {sum(parts, Decimal(0))} if parts else set()


def _agrees(typed: Decimal, told: Iterable[Iterable[Decimal]]) -> bool:
    exponent = typed.as_tuple().exponent
    slack = Decimal("0.6").scaleb(exponent) if isinstance(exponent, int) and exponent < 0 else 0
    return any(
        abs(value - typed) <= max(Decimal("0.011"), slack) for values in told for value in values
    )


def _typed(cell: Value) -> Decimal | None:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return from_number(cell)
    found = amount(cell) if isinstance(cell, str) and not sum_label(cell) else None
    if found is None:
        return None
    return in_unit(found.value, found.unit, "元") if scaled(found.unit)[1] == "元" else found.value


def _counts(cell: Value) -> bool:
    """47户 or a bare whole number in a column of words counts the rows."""
    if isinstance(cell, str):
        found = amount(cell)
        return found is not None and found.unit in ("户", "人", "个", "条", "处", "座", "笔")
    return isinstance(cell, int) and 0 < cell < 100_000


def _sentence(typed: Decimal, told: Iterable[Decimal]) -> str:
    known = sorted(value for value in told)
    summed = "、".join(f"{value.normalize():f}" for value in known[-1:])
    return f"这里写的是 {typed.normalize():f}，各行加起来是 {summed}，请核对。"
