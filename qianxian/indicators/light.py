"""The light of a task: computed from a stated formula, never set by hand.

ratio = share of the target done ÷ share of the plan that is due by the data date
green at 1 or more, yellow from 0.8, red below or with an overdue milestone; grey where nothing is
due yet or nothing is known. Thresholds are settings of the site (domain: no national rule).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from qianxian_figures import Period, rounded


class Colour(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which ratio a light is green, and from which yellow."""

    green: Decimal = Decimal("1")
    yellow: Decimal = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Light:
    """A colour with everything that it follows from. Shares and ratio are exact fractions.

    done    value ÷ target, None where the value is not known or the target is 0
    due     share of the plan that is due by `on`
    due_value  what should be reached by `on`, in the target's unit
    """

    colour: Colour
    value: Decimal | None
    target: Decimal
    on: date
    done: Fraction | None
    due: Fraction
    ratio: Fraction | None
    says: str

    @property
    def due_value(self) -> Decimal:
        return _shown(self.due * Fraction(self.target), 1)

    @property
    def ratio_text(self) -> str:
        """Two decimals, cut off: rounded up, 0.997 would read 1.00 and be yellow all the same."""
        return "" if self.ratio is None else f"{Decimal(math.floor(self.ratio * 100)) / 100:.2f}"

    @property
    def done_percent(self) -> Decimal | None:
        return None if self.done is None else _shown(self.done * 100, 1)

    @property
    def due_percent(self) -> Decimal:
        return _shown(self.due * 100, 1)

    @property
    def lacking(self) -> Decimal | None:
        """How much is missing against the schedule; 0 where it is kept."""
        if self.value is None:
            return None
        return max(self.due_value - self.value, Decimal(0))


def _shown(value: Fraction, places: int) -> Decimal:
    """Half up, once, from the exact fraction."""
    return rounded(Decimal(value.numerator) / Decimal(value.denominator), places)


def due_share(period: Period, curve: Sequence[Decimal], on: date) -> Fraction:
    """Which share of the period's target is due by a day, from 0 to 1.

    Without a curve the calendar counts: days passed, the day itself included, over all days. A
    curve holds the cumulative share at the end of each month of the period; within a month the
    share grows evenly by day.
    """
    if on < period.start:
        return Fraction(0)
    if on >= period.end:
        return Fraction(1)
    if not curve:
        return Fraction((on - period.start).days + 1, (period.end - period.start).days + 1)
    months = period.months()
    place = next(i for i, month in enumerate(months) if on in month)
    before = Fraction(curve[place - 1]) if place else Fraction(0)
    month = months[place]
    part = Fraction((on - month.start).days + 1, (month.end - month.start).days + 1)
    return before + (Fraction(curve[place]) - before) * part


def light(
    *,
    value: Decimal | None,
    target: Decimal,
    period: Period,
    on: date,
    curve: Sequence[Decimal] = (),
    overdue: int = 0,
    thresholds: Thresholds | None = None,
) -> Light:
    """The light of a target as of a day. `overdue`: milestones of the task that are past due."""
    limits = thresholds or Thresholds()
    due = due_share(period, curve, on)
    done = None if value is None or not target else Fraction(value) / Fraction(target)
    ratio = None if done is None or not due else done / due
    colour, says = _judge(ratio, due, overdue, limits)
    return Light(colour, value, target, on, done, due, ratio, says)


def _judge(
    ratio: Fraction | None, due: Fraction, overdue: int, limits: Thresholds
) -> tuple[Colour, str]:
    if overdue:
        return Colour.RED, f"有{overdue}个节点超期"
    if not due:
        return Colour.GREY, "还没到开始的时候"
    if ratio is None:
        return Colour.GREY, "还没有数"
    if ratio >= Fraction(limits.green):
        return Colour.GREEN, "跟上了"
    if ratio >= Fraction(limits.yellow):
        return Colour.YELLOW, "慢了一点"
    return Colour.RED, "慢得多"


def formula(limits: Thresholds | None = None) -> str:
    """The sentence that stands under every table of lights."""
    used = limits or Thresholds()
    return (
        f"灯 ＝ 完成率 ÷ 计划进度。{used.green:f} 及以上绿，"
        f"{used.yellow:f} 到 {used.green:f} 黄，{used.yellow:f} 以下红；有节点超期也是红。"
    )
