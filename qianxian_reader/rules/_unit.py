"""Units that are missing, mixed or at odds with the number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qianxian_reader._document import Code, Severity
from qianxian_reader._reading import Reading
from qianxian_reader.rules._rule import Case, Rule

_UNROUND = re.compile(r"(?<![\d.])\d*[1-9](?:余|多)(?![万亿])")


def _missing(reading: Reading) -> Iterator[Case]:
    for one in reading.found:
        if one.unit_missing and one.figure.unit == "元":
            text = one.figure.span.text
            yield Case(
                (one.figure.span,),
                f"“{text}”后面少了单位，应写“{text}元”。",
                correction=f"{text}元",
            )


def _mixed(reading: Reading) -> Iterator[Case]:
    """90人次，其中11人: persons are no part of visits."""
    for one in reading.found:
        if one.figure.part_of is None or not one.is_listed or one.figure.unit != "人":
            continue
        whole = reading.found[one.figure.part_of]
        if whole.figure.unit == "人次":
            yield Case(
                (one.figure.span, whole.figure.span),
                f"总数用“人次”（{whole.figure.span.text}），其中一项用“人”（{one.figure.span.text}），"
                f"口径不同不能相加，请统一单位。",
            )
            return


def _unround(reading: Reading) -> Iterator[Case]:
    for one in reading.found:
        if _UNROUND.match(one.figure.span.text):
            yield Case(
                (one.figure.span,),
                f"“{one.figure.span.text}”是确数又带“余”字。能数清的直接写确数，数不清的请写到整十整百。",
            )


RULES = (
    Rule("U101", Code.UNIT, Severity.WARNING, "万、亿后面少了单位", _missing),
    Rule("U102", Code.UNIT, Severity.WARNING, "人次与人混用", _mixed),
    Rule("U103", Code.UNIT, Severity.NOTE, "确数后面带“余”", _unround),
)
