"""Numerals as Chinese documents write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qianxian_figures import arabic, chinese, chinese_numeral, number, scale


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三万二千一百五十六", "32156"),
        ("两百", "200"),
        ("一百零五", "105"),
        ("三点五", "3.5"),
        ("二〇二二", "2022"),
        ("壹佰", "100"),
        ("三千五", "3500"),
        ("十万八", "108000"),
        ("一亿二千万", "120000000"),
        ("廿五", "25"),
        ("十二", "12"),
        ("3万5千", "35000"),
        ("1.2亿", "120000000"),
        ("1,234.5", "1234.5"),
        ("１２．５", "12.5"),
        ("－15", "-15"),
    ],
)
def test_a_numeral_is_read_as_its_value(text: str, value: str) -> None:
    assert number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "改厕", "3万改", "点五", "12,34", "三点", "1.2.3"])
def test_what_is_no_numeral_gives_none(text: str) -> None:
    assert number(text) is None


def test_each_way_of_writing_can_be_asked_alone() -> None:
    assert arabic("三百") is None
    assert chinese("300") is None


def test_a_scale_multiplies_out() -> None:
    assert scale("百万") == Decimal(1_000_000)
    assert scale("") == Decimal(1)
    with pytest.raises(ValueError, match="not a scale"):
        scale("只")


@pytest.mark.parametrize(
    ("number", "numeral"),
    [
        (1, "一"),
        (9, "九"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (99, "九十九"),
        (100, "一百"),
        (103, "一百零三"),
        (110, "一百一十"),
        (999, "九百九十九"),
    ],
)
def test_numerals_are_written_as_headings_say_them(number: int, numeral: str) -> None:
    assert chinese_numeral(number) == numeral
    assert chinese(numeral) == number


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_there_is_no_numeral_outside_one_to_999(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        chinese_numeral(number)
