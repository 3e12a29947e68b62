"""Where the lines of a chart go: pure numbers, no words, no markup.

Values come in as exact decimals and leave as pixels, so floats begin here and nowhere before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

Values = Sequence[Decimal | int | None]

_STEPS = (1, 2, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Axis:
    """The values that the vertical axis runs between, and its step."""

    low: Decimal
    high: Decimal
    step: Decimal

    @property
    def ticks(self) -> list[Decimal]:
        count = int((self.high - self.low) / self.step)
        return [self.low + self.step * n for n in range(count + 1)]


@dataclass(frozen=True, slots=True)
class Frame:
    """The drawing area in pixels, inside a view of `width` × `height`."""

    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float

    def x(self, index: int, count: int) -> float:
        if count < 2:
            return round((self.left + self.right) / 2, 1)
        return round(self.left + (self.right - self.left) * index / (count - 1), 1)

    def y(self, value: Decimal | int, axis: Axis) -> float:
        share = float((Decimal(value) - axis.low) / (axis.high - axis.low))
        return round(self.bottom - (self.bottom - self.top) * share, 1)


def known(values: Iterable[Decimal | int | None]) -> list[Decimal]:
    return [Decimal(value) for value in values if value is not None]


def axis_for(values: Iterable[Decimal | int | None], intervals: int = 4) -> Axis:
    """A round axis from zero that holds all values, with about `intervals` steps."""
    held = [*known(values), Decimal(0)]
    low, high = min(held), max(held)
    step = _round_step((high - low) / intervals)
    return Axis(_outward(low, step), _outward(high, step) or step, step)


def _round_step(raw: Decimal) -> Decimal:
    if raw <= 0:
        return Decimal(1)
    size = Decimal(1).scaleb(raw.adjusted())
    return next(size * n for n in _STEPS if size * n >= raw)


def _outward(value: Decimal, step: Decimal) -> Decimal:
    count = (abs(value) / step).to_integral_value(ROUND_CEILING)
    return count * step if value >= 0 else -count * step


def runs(values: Values, frame: Frame, axis: Axis) -> list[list[tuple[float, float]]]:
    """The points of a line, broken where a value is not known."""
    out: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            out.append([])
        else:
            out[-1].append((frame.x(index, len(values)), frame.y(value, axis)))
    return [run for run in out if run]


def polyline(run: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in run)


def apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The same places, moved just so far that no two labels touch, within low and high."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = list(places)
    floor = low
    for i in order:
        moved[i] = max(moved[i], floor)
        floor = moved[i] + gap
    ceiling = high
    for i in reversed(order):
        moved[i] = min(moved[i], ceiling)
        ceiling = moved[i] - gap
    return [round(place, 1) for place in moved]


def thinned(labels: Sequence[str], most: int) -> list[str]:
    """Every n-th label, so that they do not run into each other; the last is always said."""
    every = -(-len(labels) // most) if labels else 1
    last = len(labels) - 1
    return [label if (last - i) % every == 0 else "" for i, label in enumerate(labels)]
