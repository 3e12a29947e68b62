"""The figures of many reports side by side: what is counted × places × years."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from qianxian_figures import Kind, Status, convert, is_comparable
from qianxian_reader._document import CatalogueLike, Document, ReportFigure
from qianxian_reader._match import core


@dataclass(frozen=True, slots=True, order=True)
class Column:
    """A report's place and the year that a figure is of."""

    place: str
    year: int

    def __str__(self) -> str:
        return f"{self.place}{self.year}年"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value stands: the file, its line and the words; the value in the row's unit."""

    file: str
    line: int
    text: str
    value: Decimal


@dataclass(slots=True)
class Row:
    """One thing that reports count. `cells` may hold several sources where a report says it twice."""

    name: str
    unit: str
    kind: Kind
    indicator: str | None = None
    cells: dict[Column, list[Source]] = field(default_factory=lambda: defaultdict(list))

    def value(self, column: Column) -> Decimal | None:
        """The value, or None where nothing is said or where two sources differ."""
        values = {source.value for source in self.cells.get(column, ())}
        return values.pop() if len(values) == 1 else None

    @property
    def scale(self) -> tuple[Decimal, str]:
        """What values are divided by to be read easily, and the unit then: 亿元, 万人."""
        largest = max((s.value for found in self.cells.values() for s in found), default=Decimal(0))
        for size, word in ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万")):
            if largest >= size * 10 and not self.unit.startswith(("%", "万", "亿")):
                return size, f"{word}{self.unit}"
        return Decimal(1), self.unit

    def differs(self, column: Column) -> bool:
        return len({source.value for source in self.cells.get(column, ())}) > 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """Columns by place and year; rows by how many columns hold them, then in text order."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def shared(self, least: int = 2) -> tuple[Row, ...]:
        """Rows that at least so many columns hold."""
        return tuple(row for row in self.rows if len(row.cells) >= least)


_Key = tuple[str, Kind, str]


def compare(documents: Sequence[Document], catalogue: CatalogueLike | None = None) -> Comparison:
    """Line up what reports tell of what was done or is so; plans and places within are left out.

    Figures of one indicator stand in one row; others where their words come to the same and their
    units can be turned into one another.
    """
    rows: dict[_Key, Row] = {}
    seen: Counter[Column] = Counter()
    for document in documents:
        for one in document.figures:
            column = _column(document, one)
            if column is None:
                continue
            row = _row(rows, one, catalogue)
            if row is None:
                continue
            seen[column] += 1
            row.cells[column].append(_source(document, one, row.unit))
    ordered = sorted(rows.values(), key=lambda row: -len(row.cells))
    return Comparison(tuple(sorted(seen)), tuple(ordered))


def _column(document: Document, one: ReportFigure) -> Column | None:
    figure = one.figure
    if figure.status is Status.PLAN or figure.kind is Kind.RANK or figure.place:
        return None
    period = figure.period
    year = period.start.year if period and period.start.year == period.end.year else None
    if period is not None and year is None:
        return None  # a five-year sum is no year's
    year = year or document.year
    return Column(document.place or document.file, year) if year else None


def _row(rows: dict[_Key, Row], one: ReportFigure, catalogue: CatalogueLike | None) -> Row | None:
    figure = one.figure
    indicators: Mapping[str, object] = catalogue.indicators if catalogue else {}
    if figure.indicator and figure.indicator in indicators:
        name = catalogue.indicators[figure.indicator].name if catalogue else ""
        key = (figure.indicator, figure.kind, "")
    else:
        name = core(figure.measure) or figure.measure
        key = (name, figure.kind, _dimension(figure.unit))
    if len(name) < 2:
        return None
    if key not in rows:
        rows[key] = Row(name, figure.unit, figure.kind, figure.indicator)
    row = rows[key]
    return row if row.unit == figure.unit or is_comparable(row.unit, figure.unit) else None


def _dimension(unit: str) -> str:
    for base in ("平方米", "米", "公斤", "立方米", "元"):
        if is_comparable(unit, base):
            return base
    return unit


def _source(document: Document, one: ReportFigure, unit: str) -> Source:
    value = one.value if one.unit == unit else convert(one.value, one.unit, unit)
    return Source(document.file, one.span.line, one.span.text, value)
