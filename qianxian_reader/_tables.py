"""Figures of tables: a numeric cell is named by its row's label and its column's heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from qianxian_figures import Figure, Kind, Period, Status, arabic, canonical, scale
from qianxian_reader._document import ReportFigure, Role, Section
from qianxian_reader._found import Found, Frame
from qianxian_reader._lexicon import words
from qianxian_reader._paragraphs import Paragraph

_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?")
_UNIT_LINE = re.compile(r"单位[：:]\s*([^\s，,；;）)]{1,12})")
_IN_BRACKETS = re.compile(r"[（(]([^（）()]{1,10})[）)]")
_SCALED = re.compile(r"^([十百千]?[万亿]?)(\S+)$")
_TIME = re.compile(
    r"^(?:(?P<year>\d{4})年)?(?:(?P<first>\d{1,2})[-—–至](?P<last>\d{1,2})月|(?P<month>\d{1,2})月[份末底]?)?(?:末|底|累计)?$"
)
_PLACE_HEAD = re.compile(r"^(?:村|村名|乡镇|镇|社区|地区|单位|县区|所在村|村（社区）|村\(社区\))$")
_CHANGE = re.compile(r"增长|增减|同比|增幅|升降|±")
_SERIAL = re.compile(r"^(?:序号|编号|代码|年份|年度|电话|手机|身份证.*|日期|时间|备注)$")
_LONGEST = 28


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    unit: str
    period: Period | None
    is_change: bool
    is_counted: bool  # whether its numbers are figures at all


class TableReader:
    """Reads the figures of one table, row by row."""

    def __init__(self, section: Section, frame: Frame) -> None:
        self._section = section
        self._frame = frame
        self._columns: list[_Column] = []
        self._unit = ""
        self._is_by_place = False

    def read(self, rows: Sequence[Paragraph], before: str) -> Iterator[Found]:
        """`before` is the line above the table, which may give the unit."""
        self._unit = _unit_of(before)
        for row in rows:
            self._unit = _unit_of(" ".join(row.cells)) or self._unit
            if _is_heading(row.cells):
                year = self._frame.year
                self._columns = [_column(cell, self._unit, year) for cell in row.cells]
                self._is_by_place = bool(_PLACE_HEAD.match(_squeezed(row.cells[0])))
            elif self._columns and any(map(_NUMBER.fullmatch, row.cells)):
                yield from self._row(row)

    def _row(self, row: Paragraph) -> Iterator[Found]:
        label = _row_label(row.cells, self._columns)
        for column, (start, end, cell) in zip(self._columns, _cell_runs(row), strict=False):
            is_number = column.is_counted and _NUMBER.fullmatch(cell)
            if is_number and (label or column.heading):
                yield self._found(row, (start, end), column, label)

    def _found(self, row: Paragraph, run: tuple[int, int], column: _Column, label: str) -> Found:
        value = arabic(row.text[run[0] : run[1]].removeprefix("+"))
        if value is None:
            raise ValueError("a cell that is a number has a value")
        factor, unit = _factor_and_unit(column.unit)
        place = label if self._is_by_place and label not in _TOTALS else ""
        measure = (column.heading if place else label + column.heading)[:_LONGEST]
        kind = _kind(column, unit)
        is_plan = self._section.role is Role.PLAN
        figure = Figure(
            measure=measure or label,
            value=value * factor,
            unit=unit,
            indicator=self._frame.matcher.match(measure, unit, kind, value),
            kind=kind,
            status=Status.PLAN if is_plan else Status.ACTUAL,
            place=place,
            period=column.period or self._frame.period,
            provenance=self._frame.span(row, *run),
        )
        report_figure = ReportFigure(figure, self._section.id)
        return Found(report_figure, row.number, run[0], run[1], row.number, 0)


_TOTALS = words("合计 总计 小计 全镇 全乡 全县 合 计")


def _kind(column: _Column, unit: str) -> Kind:
    if column.is_change:
        return Kind.CHANGE
    return Kind.RATE if unit in ("%", "‰") else Kind.LEVEL


def _factor_and_unit(text: str) -> tuple[Decimal, str]:
    """亿元 gives 100,000,000 and 元."""
    found = _SCALED.match(text)
    if not found or not found[1]:
        return Decimal(1), canonical(text) if text else ""
    return scale(found[1]), canonical(found[2])


def _squeezed(text: str) -> str:
    return re.sub(r"[\s　#]+", "", text)


def _unit_of(text: str) -> str:
    found = _UNIT_LINE.search(text)
    return found[1] if found else ""


def _is_heading(cells: Sequence[str]) -> bool:
    """Several words and no bare numbers; a lone cell is the table's title."""
    filled = [cell for cell in cells if cell]
    return (
        len(filled) >= 2
        and not any(map(_NUMBER.fullmatch, filled))
        and not _unit_of(" ".join(filled))
    )


def _column(cell: str, unit: str, year: int | None) -> _Column:
    heading = _squeezed(cell)
    own = _IN_BRACKETS.search(heading)
    if own:
        unit, heading = own[1], heading.replace(own[0], "")
    is_change = bool(_CHANGE.search(heading))
    period = _period(heading, year)
    return _Column("" if period else heading, unit, period, is_change, not _SERIAL.match(heading))


def _period(heading: str, year: int | None) -> Period | None:
    found = _TIME.match(heading)
    if not found or not heading:
        return None
    when = int(found["year"]) if found["year"] else year
    if when is None or not (found["month"] or found["last"] or found["year"]):
        return None
    first = found["first"] or found["month"]
    last = found["last"] or found["month"]
    if not first or not last:
        return Period.year(when)
    if not 1 <= int(first) <= int(last) <= 12:
        return None
    end = Period.of(f"{when}-{int(last):02d}")
    return Period(Period.of(f"{when}-{int(first):02d}").start, end.end)


def _row_label(cells: Sequence[str], columns: Sequence[_Column]) -> str:
    """The first cell in words."""
    for cell, column in zip(cells, columns, strict=False):
        if cell and not _NUMBER.fullmatch(cell) and column.is_counted:
            return _squeezed(_IN_BRACKETS.sub("", cell))
    return ""


def _cell_runs(row: Paragraph) -> Iterator[tuple[int, int, str]]:
    """Where each cell's words stand in the row."""
    place = 0
    for cell in row.cells:
        start = row.text.find(cell, place) if cell else place
        start = place if start < 0 else start
        yield start, start + len(cell), cell
        place = start + len(cell)
        tab = row.text.find("\t", place)
        place = tab + 1 if tab >= 0 else place
