"""Charts drawn on the server as SVG: spark, bullet, line, small line, bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.template import Library
from django.utils.translation import gettext

from qianxian.core.parts import Bar, LineChart
from qianxian.core.templatetags import _geometry as geometry
from qianxian.core.templatetags import _numbers as numbers
from qianxian.core.templatetags._geometry import Axis, Frame, Values
from qianxian.core.templatetags._tables import progress, within

register = Library()

_SPARK = Frame(120, 30, 3, 114, 4, 26)
_SMALL = Frame(232, 104, 4, 202, 10, 88)
_SMALLEST = Frame(146, 88, 4, 112, 8, 72)
_WIDE = Frame(640, 250, 48, 544, 16, 220)
# Drawn again for a phone, not shrunk: no text is under 14 px.
_NARROW = Frame(310, 250, 40, 222, 16, 220)


def _course(values: Values, plan: Values, frame: Frame, axis: Axis) -> dict[str, Any]:
    """The lines of a course and of its plan, and the dot at its end."""
    runs = geometry.runs(values, frame, axis)
    plans = geometry.runs(plan, frame, axis)
    return {
        "lines": [geometry.polyline(run) for run in runs if len(run) > 1],
        "plans": [geometry.polyline(run) for run in plans if len(run) > 1],
        "dots": [point for run in runs for point in run],
        "end": runs[-1][-1] if runs else None,
        "width": frame.width,
        "height": frame.height,
    }


def _told(values: Values, unit: str) -> str:
    held = geometry.known(values)
    if not held:
        return numbers.NOTHING
    return f"{numbers.unit(held[0], unit)} → {numbers.unit(held[-1], unit)}"


@register.inclusion_tag("_components/spark.html")
def spark(
    values: Values,
    plan: Values = (),
    *,
    top: Decimal | int | None = None,
    label: str,
    unit: str = "",
) -> dict[str, Any]:
    """`top` is the same for all rows of a table, so that they can be compared."""
    axis = geometry.axis_for([*values, *plan, top])
    if top:
        axis = Axis(axis.low, max(Decimal(top), axis.low + 1), axis.step)
    course = _course(values, plan, _SPARK, axis)
    return {**course, "label": f"{label} {_told(values, unit)}"}


@register.inclusion_tag("_components/small_line.html")
def small_line(
    values: Values,
    plan: Values = (),
    *,
    top: Decimal | int | None = None,
    label: str,
    first: str = "",
    last: str = "",
) -> dict[str, Any]:
    """One of several small charts of one scale."""
    axis = geometry.axis_for([*values, *plan, top])
    held = geometry.known(values)
    return {
        "wide": _small_drawing(values, plan, _SMALL, axis),
        "narrow": _small_drawing(values, plan, _SMALLEST, axis),
        "label": f"{label} {_told(values, '')}",
        "value": numbers.figure(held[-1]) if held else numbers.NOTHING,
        "first": first,
        "last": last,
    }


def _small_drawing(values: Values, plan: Values, frame: Frame, axis: Axis) -> dict[str, Any]:
    edges = {"left": frame.left, "right": frame.right, "zero": frame.y(0, axis)}
    return {**_course(values, plan, frame, axis), **edges}


@register.inclusion_tag("_components/progress.html")
def bullet(
    done: numbers.Value,
    target: numbers.Value,
    expected: numbers.Value = None,
    unit: str = "",
    *,
    label: str = "",
) -> dict[str, Any]:
    """`progress` for a cell of a table."""
    return progress(done, target, expected, unit, small=True, label=label)


@register.inclusion_tag("_components/bars.html")
def bars(bars: Iterable[Bar]) -> dict[str, Any]:
    """Bars from zero, the longest filling the line. Values below zero have no bar."""
    held = list(bars)
    longest = max((bar.value for bar in held), default=Decimal(0))
    share = {id(bar): bar.value / longest * 100 if longest > 0 else Decimal(0) for bar in held}
    return {
        "bars": [
            (bar.label, within(share[id(bar)].quantize(Decimal("0.1"))), bar.text) for bar in held
        ]
    }


def _ends(chart: LineChart, frame: Frame, axis: Axis) -> list[tuple[str, float, str]]:
    """Direct labels at the right end, instead of a legend: class, height, words."""
    wanted: list[tuple[str, Decimal, str]] = []
    for css, word, series in (
        ("t1", gettext("done"), chart.values),
        ("tplan", gettext("should be"), chart.plan),
        ("tplan", gettext("target"), (chart.target,)),
    ):
        held = geometry.known(series)
        if held:
            wanted.append((css, held[-1], f"{word} {numbers.unit(held[-1], chart.unit)}"))
    heights = [frame.y(value, axis) + 5 for _, value, _ in wanted]
    placed = geometry.apart(heights, 22, frame.top, frame.bottom)
    return [(css, y, words) for (css, _, words), y in zip(wanted, placed, strict=True)]


def _drawing(chart: LineChart, frame: Frame, most: int) -> dict[str, Any]:
    axis = geometry.axis_for([*chart.values, *chart.plan, chart.target])
    labels = geometry.thinned(chart.labels, most)
    return {
        **_course(chart.values, chart.plan, frame, axis),
        "left": frame.left,
        "right": frame.right,
        "ticks": [(frame.y(t, axis), numbers.figure(t), t == 0) for t in axis.ticks],
        "months": [(frame.x(i, len(labels)), text) for i, text in enumerate(labels) if text],
        "ends": _ends(chart, frame, axis),
        "ends_x": frame.right + 10,
        "alt": f"{chart.title}，{_told(chart.values, chart.unit)}",
    }


def _rows(chart: LineChart) -> list[tuple[str, str, str]]:
    plan: Sequence[Decimal | None] = chart.plan or (None,) * len(chart.labels)
    return [
        (label, numbers.figure(value), numbers.figure(due))
        for label, value, due in zip(chart.labels, chart.values, plan, strict=True)
    ]


@register.inclusion_tag("_components/line_chart.html")
def line_chart(chart: LineChart, level: int = 2) -> dict[str, Any]:
    """A course with its plan, drawn for desk and phone, with the table of its numbers beside."""
    return {
        "chart": chart,
        "level": level,
        "wide": _drawing(chart, _WIDE, 12),
        "narrow": _drawing(chart, _NARROW, 6),
        "rows": _rows(chart),
    }
