"""Traditional script to simplified, and which traditional characters a machine chose wrongly."""

from __future__ import annotations

import re
from functools import cache
from typing import Protocol

from qianxian_reader._lexicon import words

# 著 stands for 着 except in these words; the converter leaves every 著 as it is.
_TO_ZHE = re.compile(r"(?<![名显卓昭原编专巨论土遗合拙译撰新])著(?![名称作书录述者])")
_MORE = str.maketrans({"榖": "谷", "谘": "咨", "馀": "余", "麽": "么"})

# Two traditional characters that are both in use for one simplified one: neither is a mistake.
_VARIANTS = frozenset(
    map(
        frozenset,
        words(
            "裏裡 羣群 臺台 着著 衆眾 峯峰 彙匯 爲為 僞偽 線綫 啓啟 床牀 秘祕 佈布 週周 註注 誌志"
            " 瞭了 藉借 嚮向 佔占 採采 鉤鈎 溼濕 覈核 託托 捨舍 傢家 汙污 牆墻 災灾 癒愈 粧妝"
            " 鼕冬 纔才 喫吃 巖岩 覆復 遊游 鍼針 蹟跡 踪蹤 升昇 卷捲 吊弔 迴回 閑閒 凈淨 盡儘"
        ),
    )
)
_CJK = re.compile(r"[\u4e00-\u9fff]")
# GB 2312 holds the simplified script, and these few that are written otherwise in it.
_ALSO_IN_GB2312 = frozenset("乾吒夥後徵拚捱摺於榘菸薹袷醣麴麽")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _converter(direction: str) -> _Converter:
    import opencc

    converter: _Converter = opencc.OpenCC(direction)
    return converter


@cache
def _one(char: str, direction: str) -> str:
    other = _converter(direction).convert(char)
    return other if len(other) == 1 else char


def _converted(text: str, direction: str) -> str:
    """The text in the other script, character for character."""
    other = _converter(direction).convert(text)
    if len(other) == len(text):
        return other
    return "".join(_one(char, direction) for char in text)


@cache
def _is_traditional(char: str) -> bool:
    """Whether simplified script writes a character otherwise; few need the converter for that."""
    if not _CJK.match(char):
        return False
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return _one(char, "t2s") != char
    return char in _ALSO_IN_GB2312


def simplified(text: str) -> str:
    """The text in simplified script, as long as before."""
    return _TO_ZHE.sub("着", _converted(text, "t2s").translate(_MORE))


def traditional_share(text: str) -> float:
    """How much of the Chinese in a text is written as only traditional script writes it."""
    met = set(text)
    traditional = [char for char in met if _is_traditional(char)]
    if not traditional:
        return 0.0
    chinese = len(text) - sum(text.count(char) for char in met if not _CJK.match(char))
    return sum(map(text.count, traditional)) / chinese


def wrong_conversions(text: str) -> list[tuple[int, int]]:
    """Characters of a traditional text that a machine chose wrongly: 麵 in 水稻麵積.

    A simplified text is turned back into traditional script by phrases; where the text has
    another character that simplifies to the same one, that character was chosen alone.
    """
    back = _converted(_converted(text, "t2s"), "s2t")
    return [
        (place, place + 1)
        for place, (found, right) in enumerate(zip(text, back, strict=True))
        if found != right and _is_wrong(found, right)
    ]


def _is_wrong(found: str, right: str) -> bool:
    if frozenset((found, right)) in _VARIANTS or not _CJK.match(found):
        return False
    return _one(found, "t2s") == _one(right, "t2s") and _one(found, "t2s") != found
