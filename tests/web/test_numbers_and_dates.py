"""How numbers and dates are written on every page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from qianxian.core.templatetags import _dates as dates
from qianxian.core.templatetags import _numbers as numbers
from qianxian_figures import Figure, Period

FRIDAY = date(2026, 10, 16)
# 10:50 in the office's time zone.
LATE_MORNING = datetime(2026, 10, 16, 2, 50, tzinfo=UTC)
HALF_PAST_FIVE = datetime(2026, 10, 16, 9, 30, tzinfo=UTC)
NINE = datetime(2026, 10, 16, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [
        (None, None, "—"),
        ("", 2, "—"),
        (0, None, "0"),
        (Decimal("-0.04"), 1, "0.0"),
        (1800, None, "1,800"),
        (Decimal("212.5000"), None, "212.5"),
        (Decimal("1200"), None, "1,200"),
        (Decimal("1E+3"), None, "1,000"),
        (Decimal("41.3"), 2, "41.30"),
        (Decimal("0.125"), 2, "0.13"),
        (Decimal("-12345.5"), None, "−12,345.5"),
        (Figure("改厕", Decimal(98), "户"), None, "98"),
        (Figure("改厕", None, "户"), None, "—"),
    ],
)
def test_a_figure_is_written_exactly_and_nothing_is_a_dash(
    value: Any, places: int | None, written: str
) -> None:
    assert numbers.figure(value, places) == written


@pytest.mark.parametrize("value", [1.5, True, "98"])
def test_a_value_that_is_not_exact_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="a page shows"):
        numbers.figure(value)


def test_money_has_both_decimals_and_wan_divides_by_ten_thousand() -> None:
    assert numbers.money(Decimal("86420.5")) == "86,420.50"
    assert numbers.wan(Decimal("12000")) == "1.20"
    assert numbers.wan(None) == "—"


def test_a_percentage_is_rounded_half_up_to_one_decimal() -> None:
    assert numbers.percent(Decimal("81.65")) == "81.7%"
    assert numbers.percent(None) == "—"


@pytest.mark.parametrize(
    ("value", "written"),
    [(14, "+14"), (-2, "−2"), (0, "0"), (None, "—"), (Decimal("0.04"), "+0.04")],
)
def test_a_change_carries_its_sign(value: Any, written: str) -> None:
    assert numbers.signed(value) == written


def test_a_change_that_rounds_to_nothing_has_no_sign() -> None:
    assert numbers.signed(Decimal("0.04"), 1) == "0.0"


def test_a_unit_follows_its_number_and_a_percent_sign_sticks_to_it() -> None:
    assert numbers.unit(98, "户") == "98 户"
    assert numbers.unit(Decimal("91.6"), "%") == "91.6%"
    assert numbers.unit(None, "户") == "—"


def test_a_day_leaves_out_only_the_year_of_today() -> None:
    assert dates.day(FRIDAY, FRIDAY) == "10月16日"
    assert dates.day(date(2025, 12, 31), FRIDAY) == "2025年12月31日"
    assert dates.day(FRIDAY) == "2026年10月16日"
    assert dates.day(None, FRIDAY) == "—"


def test_a_long_day_says_the_weekday() -> None:
    assert dates.long_day(FRIDAY, FRIDAY) == "10月16日 星期五"


def test_a_moment_is_told_in_the_time_zone_of_the_office() -> None:
    assert dates.moment(datetime(2026, 10, 15, 16, 30, tzinfo=UTC), FRIDAY) == "10月16日 00:30"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (HALF_PAST_FIVE, "今天 17:30"),
        (date(2026, 10, 15), "昨天"),
        (date(2026, 10, 17), "明天"),
        (date(2026, 10, 20), "10月20日"),
        (None, "—"),
    ],
)
def test_days_near_today_are_called_by_their_names(value: Any, told: str) -> None:
    assert dates.said(value, FRIDAY) == told


@pytest.mark.parametrize(
    ("value", "today", "bold", "below"),
    [
        (date(2026, 10, 14), FRIDAY, "超 2 天", "应 10月14日"),
        (FRIDAY, FRIDAY, "今天", ""),
        (HALF_PAST_FIVE, FRIDAY, "今天 17:30", ""),
        (HALF_PAST_FIVE, LATE_MORNING, "今天 17:30", ""),
        (NINE, LATE_MORNING, "超 1 小时 50 分", "应 09:00"),
        (date(2026, 10, 20), LATE_MORNING, "10月20日", "还有 4 天"),
        (None, FRIDAY, "没有期限", ""),
    ],
)
def test_a_due_date_says_how_late_or_how_long(
    value: Any, today: date, bold: str, below: str
) -> None:
    assert (dates.due(value, today), dates.due_note(value, today)) == (bold, below)


def test_hours_are_told_where_both_moments_are_known() -> None:
    assert dates.left(HALF_PAST_FIVE, LATE_MORNING) == "还有 6 小时 40 分"
    assert dates.left(FRIDAY, FRIDAY) == "今天到期"


def test_a_column_of_dates_is_short() -> None:
    assert dates.short_day(FRIDAY, FRIDAY) == "10-16"
    assert dates.short_day(date(2025, 9, 3), FRIDAY) == "2025-09-03"


def test_a_period_is_said_as_a_report_says_it() -> None:
    assert dates.period(Period.of("2026-Q3")) == "2026年三季度"
    assert dates.period(None) == "—"


def test_the_words_are_english_for_who_asks_for_english() -> None:
    with translation.override("en"):
        assert dates.left(date(2026, 10, 20), FRIDAY) == "4 days left"
        assert dates.day(FRIDAY, FRIDAY) == "10/16"
