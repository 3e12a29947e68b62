"""Numbers that official documents carry: 发文字号, dates, 一、（一）1.（1）."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from qianxian_documents._errors import BadDocumentNumber
from qianxian_figures import LARGEST_NUMERAL, chinese_numeral

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


def heading_number(level: int, number: int) -> str:
    """What stands before a heading: 一、 （一） 1. （1） for levels 1 to 4."""
    if level in (1, 2):
        # Nobody numbers so many, but a text that somebody pasted must still open.
        numeral = chinese_numeral(number) if number <= LARGEST_NUMERAL else str(number)
        return f"{numeral}、" if level == 1 else f"（{numeral}）"
    return f"{number}." if level == 3 else f"（{number}）"
