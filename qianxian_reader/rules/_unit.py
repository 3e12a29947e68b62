"""Units that are missing, mixed or at odds with the number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qianxian_figures import Kind, is_count, unit
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


# What a word before a number measures; a unit of something else cannot stand beside it.
_SIDE = re.compile(
    r"(?:(?P<area>面积)|(?P<length>里程|全长|总长|长度)|(?P<money>产值|收入|支出|投资|税收|利润)|(?P<mass>产量))"
    r"(?:总计|共计|约为?|达到?|为|共|完成)?$"
)
_NAMES = {"area": "面积", "length": "长度", "money": "金额", "mass": "产量"}
_MEASURED = frozenset((*_NAMES, "volume"))
_LEAD = 8


def _unfit(reading: Reading) -> Iterator[Case]:
    """种植面积12公里: a unit that measures something else."""
    for one in reading.found:
        figure = one.figure.figure
        if figure.kind is not Kind.LEVEL or one.is_pair or is_count(figure.unit):
            continue
        beside = _SIDE.search(leading(reading, one, _LEAD))
        if beside is None or beside.lastgroup is None:
            continue
        side, dimension = beside.lastgroup, unit(figure.unit).dimension
        is_yield = side == "mass" and dimension == "volume"
        if dimension in _MEASURED and dimension != side and not is_yield:
            named = _NAMES[side]
            yield Case(
                (one.figure.span,),
                f"“{beside[0]}{one.figure.span.text}”的单位不对：前面说的是{named}，"
                f"“{figure.unit}”不是{named}的单位，请核对。",
            )


RULES = (
    Rule("U101", Code.UNIT, Severity.WARNING, "万、亿后面少了单位", _missing),
    Rule("U102", Code.UNIT, Severity.WARNING, "人次与人混用", _mixed),
    Rule("U103", Code.UNIT, Severity.NOTE, "确数后面带“余”", _unround),
    Rule("U104", Code.UNIT, Severity.ERROR, "单位与所说的量不符", _unfit),
)
