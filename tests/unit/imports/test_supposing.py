"""Days and amounts as clerks write them, told at their cells."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qianxian.imports.cells import CellReader
from qianxian.imports.grid import Column, Match
from qianxian.imports.supposing import suppose
from qianxian_packs import Field

DAY = Field(name="on", label="日期", type="date")
MONEY = Field(name="sum", label="金额", type="money")
COUNT = Field(name="count", label="株数", type="integer")


@pytest.mark.parametrize(
    ("written", "parsed", "code"),
    [
        ("2026.3.12", date(2026, 3, 12), ""),
        ("3月5日", date(2025, 3, 5), "year_assumed"),
        ("26.3.5", date(2026, 3, 5), "two_digit_year"),
        (46086, date(2026, 3, 5), ""),
        ("二〇二六年三月五日", date(2026, 3, 5), ""),
    ],
)
def test_days_in_every_way(written: Any, parsed: date, code: str) -> None:
    found = suppose(DAY, written, "", 2025)
    assert (DAY.parse(found.value), found.code) == (parsed, code)
    cell = CellReader(DAY, Match(Column("B", "日期"), "field:on"), _nothing).read(written, 2025)
    assert (cell.value, [fault.code for fault in cell.faults]) == (parsed, [code] if code else [])


def _nothing(_field: Field, _value: Any) -> tuple[None, str]:
    return None, ""


def test_a_month_and_words_stay_unread() -> None:
    assert suppose(DAY, "2026年3月", "", 2025).value == "2026年3月"
    assert suppose(DAY, "去年冬天", "", 2025).value == "去年冬天"


@pytest.mark.parametrize(
    ("written", "unit", "parsed", "code"),
    [
        (0.3, "万元", "3000.00", ""),
        # A CSV holds texts: they are scaled like numbers.
        ("0.3", "万元", "3000.00", ""),
        ("500元", "万元", "500.00", ""),
        ("1.2万", "万元", "12000.00", ""),
        ("约0.3", "万元", "3000.00", "approximate"),
        ("500余元", "万元", "500.00", "approximate"),
    ],
)
def test_the_unit_of_the_header_and_of_the_cell(
    written: Any, unit: str, parsed: str, code: str
) -> None:
    found = suppose(MONEY, written, unit, None)
    assert (str(MONEY.parse(found.value)), found.code) == (parsed, code)


def test_about_twenty_is_twenty_and_says_so() -> None:
    found = suppose(COUNT, "约20", "株", None)
    assert (COUNT.parse(found.value), found.says) == (20, "株数写的是“约20”，当作 20。")
    assert COUNT.parse(suppose(COUNT, 30, "株", None).value) == 30
    assert suppose(COUNT, "几株", "株", None).value == "几株"
