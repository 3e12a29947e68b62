"""The light's formula, exactly at its limits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from qianxian.indicators.light import Colour, Thresholds, due_share, formula, light
from qianxian_figures import Period

YEAR = Period.year(2026)
EVEN = [Decimal(n) / 12 for n in range(1, 12)] + [Decimal(1)]
SPRING = [Decimal(s) for s in ("0", "0.1", "0.6", "1", "1", "1", "1", "1", "1", "1", "1", "1")]


@pytest.mark.parametrize(
    ("value", "target", "colour"),
    [
        # Half of the year's days: 2027 has 365, so a period of 10 days keeps the sums short.
        (5, 10, Colour.GREEN),
        (4, 10, Colour.YELLOW),
        (3, 10, Colour.RED),
        (0, 10, Colour.RED),
    ],
)
def test_a_limit_that_is_met_exactly_is_met(value: int, target: int, colour: Colour) -> None:
    ten_days = Period(date(2026, 3, 1), date(2026, 3, 10))

    shown = light(
        value=Decimal(value), target=Decimal(target), period=ten_days, on=date(2026, 3, 5)
    )

    assert shown.colour == colour
    assert shown.due == Fraction(1, 2)


def test_four_fifths_of_the_schedule_is_yellow_though_binary_floats_say_red() -> None:
    shown = light(
        value=Decimal(32),
        target=Decimal(50),
        period=Period(date(2026, 1, 1), date(2026, 1, 10)),
        on=date(2026, 1, 8),
    )

    assert (shown.ratio, shown.colour) == (Fraction(4, 5), Colour.YELLOW)


def test_the_ratio_that_is_shown_is_on_the_side_of_the_limit_that_the_colour_is_on() -> None:
    ten_days = Period(date(2026, 3, 1), date(2026, 3, 10))

    shown = light(value=Decimal(997), target=Decimal(2000), period=ten_days, on=date(2026, 3, 5))

    assert (shown.ratio_text, shown.colour) == ("0.99", Colour.YELLOW)


def test_nothing_due_yet_is_grey_and_so_is_nothing_known() -> None:
    before = light(value=Decimal(0), target=Decimal(9), period=YEAR, on=date(2025, 12, 31))
    unknown = light(value=None, target=Decimal(9), period=YEAR, on=date(2026, 6, 1))

    assert (before.colour, before.says) == (Colour.GREY, "还没到开始的时候")
    assert (unknown.colour, unknown.says) == (Colour.GREY, "还没有数")
    assert unknown.lacking is None


def test_an_overdue_milestone_is_red_whatever_the_ratio() -> None:
    shown = light(value=Decimal(99), target=Decimal(9), period=YEAR, on=date(2026, 6, 1), overdue=2)

    assert (shown.colour, shown.says) == (Colour.RED, "有2个节点超期")


def test_a_curve_counts_by_month_and_by_day_within_the_month() -> None:
    assert due_share(YEAR, SPRING, date(2026, 1, 20)) == 0
    assert due_share(YEAR, SPRING, date(2026, 2, 14)) == Fraction(1, 10) * Fraction(14, 28)
    assert due_share(YEAR, SPRING, date(2026, 4, 30)) == 1
    assert due_share(YEAR, SPRING, date(2026, 12, 31)) == 1


def test_early_rice_of_april_is_late_in_may_though_the_calendar_says_a_third() -> None:
    calendar = light(value=Decimal(50), target=Decimal(100), period=YEAR, on=date(2026, 5, 2))
    season = light(
        value=Decimal(50), target=Decimal(100), period=YEAR, on=date(2026, 5, 2), curve=SPRING
    )

    assert (calendar.colour, season.colour) == (Colour.GREEN, Colour.RED)


def test_the_words_beside_a_light_are_rounded_once_half_up() -> None:
    shown = light(
        value=Decimal(98),
        target=Decimal(120),
        period=YEAR,
        on=date(2026, 10, 31),
        curve=EVEN,
    )

    assert shown.done_percent == Decimal("81.7")
    assert shown.due_percent == Decimal("83.3")
    assert shown.ratio_text == "0.98"
    assert shown.due_value == Decimal("100.0")
    assert shown.lacking == Decimal("2.0")


def test_thresholds_are_settings_and_stand_in_the_formula() -> None:
    strict = Thresholds(green=Decimal("1.1"), yellow=Decimal("1"))

    shown = light(
        value=Decimal(10),
        target=Decimal(20),
        period=Period(date(2026, 1, 1), date(2026, 1, 2)),
        on=date(2026, 1, 1),
        thresholds=strict,
    )

    assert shown.colour == Colour.YELLOW
    assert "1.1 及以上绿" in formula(strict)


def test_a_target_of_zero_has_no_ratio() -> None:
    shown = light(value=Decimal(3), target=Decimal(0), period=YEAR, on=date(2026, 6, 1))

    assert (shown.ratio, shown.done_percent, shown.ratio_text) == (None, None, "")
