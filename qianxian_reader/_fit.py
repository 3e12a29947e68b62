"""A measure's words to a phrase of the length that a measure may have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from qianxian_reader._tokens import Word

LONGEST = 28
_AFTER = 20  # what follows the number names the thing: it gets most of the room
_STOPS = re.compile(r"[，。；;：:！？\s]")
# What may be left of 压减至, 提高到 where the words were cut apart.
_LEADS_UP = re.compile(
    r"(?<=.{2})(?:(?:压减|压缩|缩短|缩减|减少|降低|下降|提高|提升|增加|增长|上升|扩大|发展|升)?(?:至|到)|(?<![行作人认])为|(?<=[率额量度值积])达|(?<=[市区县城镇])仅)$"
)
_RANKED = re.compile(r"(?<=.{2})(?:位居|位列|名列|居于|居)$")
_INSIDE = re.compile(r"^在(.{2,})[中里内]$")
_LED_UP, _JOINTS = frozenset("至到为达仅"), frozenset("的了与等及和")
_MARKS = "、，：·-—"
# What may be left of a list's joint; in 涉及, 总和 it is no joint.
_JOINT_END = re.compile(r"(?:[的了与等]|(?<![涉惠普触波顾])及|(?<![总调共暖缓平饱温])和)+$")


def fitted(before: Sequence[Word], after: Sequence[Word]) -> str:
    """The phrase, cut at word ends: on the left before the number, on the right after it."""
    tail = _from_left(after, _AFTER if before else LONGEST)
    head = _from_right(before, LONGEST - len(tail))
    whole = _balanced(head + tail)
    if whole[-1:] in _LED_UP:  # a look at the end spares most of them the patterns
        whole = _LEADS_UP.sub("", whole)
    whole = whole.strip(_MARKS)
    if whole[-1:] in _JOINTS:
        whole = _JOINT_END.sub("", whole).rstrip(_MARKS) or whole
    if whole[:1] == "在":
        whole = _INSIDE.sub(r"\1", whole)
    return whole + "比" if whole.endswith("占") and len(whole) < LONGEST else whole


def as_rank(measure: str) -> str:
    """财政收入居 (全市第4位) is 财政收入位次."""
    return _RANKED.sub("位次", measure)


def _balanced(text: str) -> str:
    """Without a bracket whose partner was cut off."""
    if text.count("（") == text.count("）"):
        return text
    return text.replace("（", "").replace("）", "")


@lru_cache(maxsize=4096)
def _plain(word: str) -> str:
    """A word without stops; a report says the same words again and again."""
    return _STOPS.sub("", word)


def _clean(words: Sequence[Word]) -> str:
    return "".join([_plain(word) for word, _ in words])


def _from_left(words: Sequence[Word], room: int) -> str:
    """As many words from the start as there is room for."""
    end = _fitting(words, room)
    return _clean(words[:end]) or _clean(words[:1])[:room]


def _from_right(words: Sequence[Word], room: int) -> str:
    """As many words up to the end as there is room for; a list loses whole items."""
    start = len(words) - _fitting(words[::-1], room)
    if start:
        item = next(
            (i for i in range(start, min(start + 4, len(words))) if words[i][0] == "、"), None
        )
        start = start if item is None else item + 1
    kept = _clean(words[start:])
    return kept or (_clean(words[-1:])[-room:] if room > 0 else "")


def _fitting(words: Sequence[Word], room: int) -> int:
    """How many words from the start fit."""
    used = 0
    for place, word in enumerate(words):
        used += len(_plain(word[0]))
        if used > room:
            return place
    return len(words)
