"""Units that are missing, mixed or at odds with the number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qianxian_figures import Kind, spellings, unit
from qianxian_reader._document import Code, Severity
from qianxian_reader._reading import Reading
from qianxian_reader.rules._numeric import leading
from qianxian_reader.rules._rule import Case, Rule

_UNROUND = re.compile(r"(?<![\d.])\d*[1-9](?:余|多)(?![万亿])")


def _missing(reading: Reading) -> Iterator[Case]:
    for one in reading.found:
        if one.unit_missing and one.figure.unit == "元":
            text = one.figure.span.text
            right = f"{text.replace('个', '')}元"
            yield Case(
                (one.figure.span,),
                f"“{text}”后面少了单位，应写“{right}”。",
                correction=right,
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


# What a word before a number measures, and units of something else beside which it cannot stand.
_SIDES = (
    (re.compile(r"面积"), "面积", "area"),
    (re.compile(r"里程|全长|总长|长度"), "长度", "length"),
    (re.compile(r"产值|收入|支出|投资|税收|利润"), "金额", "money"),
    (re.compile(r"产量"), "产量", "mass"),
)
_ALSO = {"money": ("money_usd", "money_eur", "money_hkd"), "mass": ("volume", "energy", "coal")}
_MEASURED = ("area", "length", "money", "mass", "volume")


def _unfit(reading: Reading) -> Iterator[Case]:
    """种植面积12公里: a unit that measures something else."""
    for one in reading.found:
        figure = one.figure.figure
        if figure.kind is not Kind.LEVEL or not figure.unit or one.is_pair:
            continue
        dimension = unit(figure.unit).dimension if figure.unit in spellings() else ""
        words = leading(reading, one, 8)
        for pattern, named, right in _SIDES:
            beside = re.search(
                rf"(?:{pattern.pattern})(?:总计|共计|约为?|达到?|为|共|完成)?$", words
            )
            if not beside or dimension not in _MEASURED:
                continue
            if dimension != right and dimension not in _ALSO.get(right, ()):
                yield Case(
                    (one.figure.span,),
                    f"“{beside[0]}{one.figure.span.text}”的单位不对：前面说的是{named}，“{figure.unit}”不是{named}的单位，请核对。",
                )


RULES = (
    Rule("U101", Code.UNIT, Severity.WARNING, "万、亿后面少了单位", _missing),
    Rule("U102", Code.UNIT, Severity.WARNING, "人次与人混用", _mixed),
    Rule("U103", Code.UNIT, Severity.NOTE, "确数后面带“余”", _unround),
    Rule("U104", Code.UNIT, Severity.ERROR, "单位与所说的量不符", _unfit),
)
