"""Numbers that official documents carry: 发文字号, dates, 一、（一）1.（1）."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from qianxian_documents._errors import BadDocumentNumber

_DIGITS = "零一二三四五六七八九"
_NUMBER_FORM = re.compile(
    r"(?P<organ>[^\s〔〕\[\]［］【】()（）\d]+)\s*"
    r"[〔\[［【(（]\s*(?P<year>\d{4})\s*年?\s*[〕\]］】)）]\s*"
    r"第?\s*(?P<serial>\d+)\s*号"
)


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """机关代字, year, serial; printed as `乡政发〔2026〕3号`: no 第, no leading zero."""

    organ: str
    year: int
    serial: int

    def __post_init__(self) -> None:
        if not self.organ.strip() or not 1000 <= self.year <= 9999 or self.serial < 1:
            raise BadDocumentNumber(
                f"发文字号要有机关代字、四位年份和从1起的序号：{self.organ}，{self.year}，{self.serial}。"
            )

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a number however it was typed: other brackets, 第, leading zeros, wide digits."""
        found = _NUMBER_FORM.fullmatch(text.strip())
        if not found:
            raise BadDocumentNumber(f"不是发文字号：{text!r}。应为“乡政发〔2026〕3号”的样式。")
        return cls(found["organ"], int(found["year"]), int(found["serial"]))

    def __str__(self) -> str:
        return f"{self.organ}〔{self.year}〕{self.serial}号"


def chinese_date(day: date) -> str:
    """成文日期: 2026年1月5日, without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


_LARGEST_NUMERAL = 999


def chinese_numeral(number: int) -> str:
    """The numeral that headings use: 一 十 十二 二十 一百零三. Raises ValueError outside 1 to 999."""
    if not 1 <= number <= _LARGEST_NUMERAL:
        raise ValueError(f"no heading numeral for {number}")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    last = _DIGITS[ones] if ones else ""
    if not hundreds:
        return ("" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十") + last
    # Inside a larger numeral 十 is written 一十, and an empty place is said: 一百零三.
    middle = _DIGITS[tens] + "十" if tens else "零" if ones else ""
    return f"{_DIGITS[hundreds]}百{middle}{last}"


def heading_number(level: int, number: int) -> str:
    """What stands before a heading: 一、 （一） 1. （1） for levels 1 to 4."""
    if level in (1, 2):
        # Nobody numbers so many, but a text that somebody pasted must still open.
        numeral = chinese_numeral(number) if number <= _LARGEST_NUMERAL else str(number)
        return f"{numeral}、" if level == 1 else f"（{numeral}）"
    return f"{number}." if level == 3 else f"（{number}）"
