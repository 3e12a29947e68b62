"""发文字号, dates and the numbers before headings."""

from __future__ import annotations

from datetime import date

import pytest

from qianxian_documents import (
    BadDocumentNumber,
    DocumentNumber,
    chinese_date,
    chinese_numeral,
    heading_number,
)


def test_a_document_number_has_six_cornered_brackets_and_no_leading_zero() -> None:
    assert str(DocumentNumber("乡政发", 2026, 3)) == "乡政发〔2026〕3号"


@pytest.mark.parametrize(
    "typed",
    [
        "乡政发〔2026〕3号",
        "乡政发[2026]3号",
        "乡政发【2026】03号",
        "乡政发（2026年）第3号",
        " 乡政发 (2026) 第 003 号 ",
        "乡政发［２０２６］３号",
    ],
)
def test_a_document_number_is_read_however_it_was_typed(typed: str) -> None:
    assert DocumentNumber.of(typed) == DocumentNumber("乡政发", 2026, 3)


@pytest.mark.parametrize(
    "typed", ["", "乡政发2026年3号", "〔2026〕3号", "乡政发〔26〕3号", "乡政发〔2026〕0号"]
)
def test_what_is_no_document_number_is_refused(typed: str) -> None:
    with pytest.raises(BadDocumentNumber):
        DocumentNumber.of(typed)


def test_a_date_has_no_leading_zeros() -> None:
    assert chinese_date(date(2026, 1, 5)) == "2026年1月5日"


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


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_there_is_no_numeral_outside_one_to_999(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        chinese_numeral(number)


@pytest.mark.parametrize(
    ("level", "text"), [(1, "十二、"), (2, "（十二）"), (3, "12."), (4, "（12）")]
)
def test_each_level_has_its_own_form(level: int, text: str) -> None:
    assert heading_number(level, 12) == text
