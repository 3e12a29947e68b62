"""Figures of tables: a numeric cell is named by its row's label and its column's heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qianxian_figures import Figure, Kind, Period, Status, arabic, canonical, scale
from qianxian_reader._document import ReportFigure, Role, Section
from qianxian_reader._found import Found, Frame
from qianxian_reader._lexicon import words
from qianxian_reader._paragraphs import Paragraph
from qianxian_reader._table_heads import (
    Column,
    amount,
    columns,
    continues,
    is_heading,
    is_unit,
    squeezed,
    unit_of,
    year_in,
)

_REMARK = re.compile(r"[（(][^（）()]{1,10}[）)]")
_SCALED = re.compile(r"^([十百千]?[万亿]?)(\S+)$")
_TOTALS = words("合计 总计 全镇 全乡 全县 全区 全市 总数")
_SUBTOTALS = words("小计 其中")
# A sum over villages means nothing for these.
_NOT_ADDED = re.compile(r"均|率|比|排名|名次|位次|单价|价格")
_LONGEST = 28


@dataclass(frozen=True, slots=True)
class _Row:
    """What holds for all numbers of a row."""

    label: str
    place: str
    unit: str
    period: Period | None


class TableReader:
    """Reads the figures of one table, row by row.

    `before` is the table above of which this may be the rest: one line of words parts the two.
    """

    def __init__(self, section: Section, frame: Frame, before: TableReader | None = None) -> None:
        self._section = section
        self._frame = frame
        self._columns: list[Column] = before._columns if before else []
        self._unit: str = before._unit if before else ""
        self._heads: list[Sequence[str]] = []
        self._title = ""
        self._place = ""
        self._block: list[tuple[int, str, Found]] = []  # column, row's label, figure

    def read(self, rows: Sequence[Paragraph], before: str) -> list[Found]:
        """`before` is the line above the table, which may give the unit."""
        self._unit = unit_of(before) or self._unit
        self._title = squeezed(_REMARK.sub("", before))
        out: list[Found] = []
        for row in rows:
            self._unit = unit_of(" ".join(row.cells)) or self._unit
            if self._is_heading(row.cells):
                out += self._closed(len(out))
                self._columns = columns(self._heads, self._unit, self._frame.year)
            elif self._columns and any(map(amount, row.cells)):
                self._heads = []
                self._block += self._row(row)
        return [*out, *self._closed(len(out))]

    def _is_heading(self, cells: Sequence[str]) -> bool:
        if self._heads and continues(self._heads, cells) and not unit_of(" ".join(cells)):
            self._heads.append(cells)
            return True
        if is_heading(cells, has_columns=bool(self._columns)):
            self._heads = [cells]
            return True
        return False

    def _row(self, row: Paragraph) -> Iterator[tuple[int, str, Found]]:
        about = self._about(row.cells)
        runs = zip(self._columns, _cell_runs(row), strict=False)
        for number, (column, (start, _, cell)) in enumerate(runs):
            counted = amount(cell) if not column.role else None
            if counted and (about.label or about.place or column.heading):
                found = self._found(row, (start, start + len(cell)), column, about, counted)
                yield number, about.label or about.place, found

    def _about(self, cells: Sequence[str]) -> _Row:
        labels: list[str] = []
        place, unit, period = "", "", None
        for cell, column in zip(cells, self._columns, strict=False):
            bare = squeezed(_REMARK.sub("", cell))
            if bare in _TOTALS or bare in _SUBTOTALS:
                place, labels = "", [bare]
                break
            if column.role == "unit":
                unit = bare if is_unit(bare) else ""
            elif column.role == "year":
                period = year_in(bare)
            elif column.role == "place":
                place = bare or place
            elif not column.role and bare[:1].isdigit():
                break  # what follows a number says nothing of the row
            elif not column.role and bare and not amount(cell):
                labels.append(bare)
        has_place = any(column.role == "place" for column in self._columns)
        is_total = labels and (labels[0] in _TOTALS or labels[0] in _SUBTOTALS)
        if has_place and not place and labels and not is_total:
            place = self._place  # a cell merged over several rows
        self._place = place
        return _Row("".join(labels[:2]), place, unit, period)

    def _found(
        self,
        row: Paragraph,
        run: tuple[int, int],
        column: Column,
        about: _Row,
        counted: tuple[str, str],
    ) -> Found:
        number, own = counted
        value = arabic(number.removeprefix("+"))
        if value is None:
            raise ValueError("a cell that is a number has a value")
        factor, unit = _factor_and_unit(own or _unit(column, about))
        if not unit and column.heading.endswith(("率", "占比", "比重")) and value > 1:
            unit = "%"
        measure = self._measure(column, about)
        kind = column.kind(unit)
        is_plan = self._section.role is Role.PLAN
        figure = Figure(
            measure=measure,
            value=value * factor,
            unit=unit,
            indicator=self._frame.matcher.match(measure, unit, kind, value),
            kind=kind,
            status=Status.PLAN if is_plan else column.status(),
            place=about.place,
            period=about.period or column.period or self._frame.period,
            provenance=self._frame.span(row, *run),
        )
        report_figure = ReportFigure(figure, self._section.id)
        return Found(report_figure, row.number, run[0], run[1], row.number, 0)

    def _measure(self, column: Column, about: _Row) -> str:
        label = about.label
        measure = label + column.heading
        if len(measure) > _LONGEST:
            measure = (label if len(label) >= len(column.heading) else column.heading)[:_LONGEST]
        return measure or self._title[:_LONGEST] or about.label or about.place

    def _closed(self, first: int) -> list[Found]:
        """The figures since the last heading; where a row is their total, they are its parts."""
        block, self._block = self._block, []
        totals = {
            column: place for place, (column, label, _) in enumerate(block) if label in _TOTALS
        }
        labels = [label for _, label, _ in block]
        is_whole = not _SUBTOTALS.intersection(labels) and len(_TOTALS.intersection(labels)) == 1
        out: list[Found] = []
        for column, label, found in block:
            whole = totals.get(column)
            if is_whole and whole is not None and label not in _TOTALS and _adds_up(found):
                figure = replace(found.figure, part_of=first + whole)
                found = replace(found, figure=figure, is_listed=True)
            out.append(found)
        return out


def _unit(column: Column, about: _Row) -> str:
    return column.unit if column.is_own else about.unit or column.unit


def _adds_up(found: Found) -> bool:
    figure = found.figure.figure
    return figure.kind is Kind.LEVEL and not _NOT_ADDED.search(figure.measure)


def _factor_and_unit(text: str) -> tuple[Decimal, str]:
    """亿元 gives 100,000,000 and 元."""
    found = _SCALED.match(text)
    if not found or not found[1]:
        return Decimal(1), canonical(text) if text else ""
    return scale(found[1]), canonical(found[2])


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
