"""Which figures of a report the records can be made to say again, and why the others cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from qianxian_figures import Bound, Kind, Period, Status, canonical
from qianxian_packs import Catalogue
from qianxian_reader import Document, ReportFigure

LARGEST = 20_000


@dataclass(slots=True)
class Sorted:
    """Every figure of a report in exactly one of three places, by its index.

    recomputed   index → indicator
    carried      index → why it is kept as a reported figure and not counted anew
    not_matched  index → why it cannot even be kept
    wanted       indicator → the value that the records are to give
    said_twice   sentences about one indicator with two values
    """

    figures: Sequence[ReportFigure]
    recomputed: dict[int, str] = field(default_factory=dict)
    carried: dict[int, str] = field(default_factory=dict)
    not_matched: dict[int, str] = field(default_factory=dict)
    wanted: dict[str, Decimal] = field(default_factory=dict)
    said_twice: list[str] = field(default_factory=list)

    def carry(self, indicator: str, reason: str) -> None:
        """Give an indicator up: its figures are carried after all."""
        self.wanted.pop(indicator, None)
        for index in [i for i, name in self.recomputed.items() if name == indicator]:
            del self.recomputed[index]
            self.carried[index] = reason

    def groups(self) -> list[tuple[str, int]]:
        """Reasons and how many figures have each, most first."""
        reasons = [*self.carried.values(), *self.not_matched.values()]
        return Counter(reasons).most_common()


def sort_figures(document: Document, catalogue: Catalogue, period: Period) -> Sorted:
    """A first sorting, before anything is recorded."""
    found = Sorted(document.figures)
    for index, one in enumerate(document.figures):
        if not one.measure:
            found.not_matched[index] = "看不出说的是什么"
        elif one.figure.value is None:
            found.not_matched[index] = "没有值"
        elif why := _why_not(one, document, catalogue, period):
            found.carried[index] = why
        else:
            found.recomputed[index] = one.figure.indicator or ""
    _keep_one_value(found, catalogue)
    return found


def _why_not(one: ReportFigure, document: Document, catalogue: Catalogue, period: Period) -> str:
    """Why a figure with a measure is only kept; empty where it can be counted anew."""
    found = one.figure
    indicator = catalogue.indicators.get(found.indicator or "")
    reasons = (
        (found.status is not Status.ACTUAL, "计划数、预计数，不是已经完成的"),
        (found.kind in (Kind.CHANGE, Kind.RANK), "增幅、名次，要两年的数才能算"),
        (indicator is None, "条线包里还没有这个指标"),
        (found.bound is not Bound.EXACT or found.high is not None, "约数、范围，不是确数"),
        (one.part_of is not None, "是另一个数里的一部分（其中）"),
        (bool(found.place) and found.place not in document.place, "说的是别的地方"),
        (found.period not in (None, period), "说的是别的时间"),
    )
    for holds, reason in reasons:
        if holds:
            return reason
    if indicator is not None and indicator.kind != "rate":
        return _why_no_count(one.value)
    return ""


def _why_no_count(value: Decimal) -> str:
    if value < 2:
        return "0和1，凑不出两条记录"
    if value != value.to_integral_value():
        return "不是整数，数不出来"
    return f"超过{LARGEST}，自检不造这么多" if value > LARGEST else ""


def _keep_one_value(found: Sorted, catalogue: Catalogue) -> None:
    """Of two values for one indicator the one in the indicator's own unit is counted anew."""
    by_name: dict[str, list[int]] = {}
    for index, name in found.recomputed.items():
        by_name.setdefault(name, []).append(index)
    for name, indices in by_name.items():
        unit = canonical(catalogue.indicators[name].unit)
        first = min(indices, key=lambda i: (canonical(found.figures[i].unit) != unit, i))
        value = found.figures[first].value
        found.wanted[name] = value
        for index in indices:
            if found.figures[index].value != value:
                del found.recomputed[index]
                found.carried[index] = "同一指标还有另一个数，两个数对不上"
                found.said_twice.append(
                    f"{catalogue.indicators[name].name}："
                    f"{_said(found.figures[first])}；{_said(found.figures[index])}"
                )


def _said(one: ReportFigure) -> str:
    return f"第{one.span.line}行“{one.span.text}”"
