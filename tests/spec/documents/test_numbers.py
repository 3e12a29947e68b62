"""发文字号, dates and the numbers before headings."""

from __future__ import annotations

from datetime import date

import pytest

from qianxian_documents import BadDocumentNumber, DocumentNumber, chinese_date, heading_number


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
    ("level", "text"), [(1, "十二、"), (2, "（十二）"), (3, "12."), (4, "（12）")]
)
def test_each_level_has_its_own_form(level: int, text: str) -> None:
    assert heading_number(level, 12) == text
