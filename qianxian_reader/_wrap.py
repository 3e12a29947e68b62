"""Lines that end only because the page was full: where a sentence runs on in the next line."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

_STOPS = tuple("。！？：；!?:;…”）)】》>|")
_NEW_PARAGRAPH = re.compile(
    r"\s|　|[一二三四五六七八九十]{1,3}[、.]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.、．)]\s*\D|——"
    r"|第[一二三四五六七八九十]+[章节部条]|[一二三四五六七八九十]是"
)
_NUMBER = re.compile(r"\d[\d.,\-—–]*\s*[%％]?")
_CLOSES = re.compile(r"[，。；、：！？）%％,;](?!\s*\d+[.、])")
_GOES_ON = re.compile(
    r"[，。；、）%％,;]|[余多]|[万亿千百]*(?:元|亩|户|人|个|公里|平方|公顷|吨|公斤|斤|千克|立方|米|处|座|起|件|次|场|家|名|头|只|株|棵|台|辆|套|间|栋|条|项|所|年|月|日)(?=[，。；、）,;（以左余多的份底末]|$)"
)


def wrapped_ends(text: str) -> list[int]:
    """Offsets of the line ends that part no paragraph.

    A text counts as wrapped only where most of its lines are equally long.
    """
    lines = text.split("\n")
    width = _width(lines, share=0.6)
    if not width:
        return []
    ends, offset = [], 0
    for line, following in pairwise(lines):
        offset += len(line) + 1
        if _runs_on(line, following, width):
            ends.append(offset - 1)
    return ends


def broken_ends(text: str) -> list[int]:
    """Line ends inside a sentence that a converter left around its numbers:
    完成总产值 / 12.3 / 亿元，增长 / 5% / ；财政收入.
    """
    ends: list[int] = []
    offset = 0
    lines = text.split("\n")
    for place, line in enumerate(lines[:-1]):
        offset += len(line) + 1
        if _is_broken(lines, place):
            ends.append(offset - 1)
    return ends


def _is_broken(lines: list[str], place: int) -> bool:
    line, following = lines[place].strip(), lines[place + 1].strip()
    if not line or not following:
        return False
    if _CLOSES.match(following):
        return True
    if _NUMBER.fullmatch(line):
        return bool(_GOES_ON.match(following))
    after = lines[place + 2].strip() if place + 2 < len(lines) else ""
    leads_up = not line.endswith(_STOPS) and "\u4e00" <= line[-1] <= "\u9fff"
    return leads_up and bool(_NUMBER.fullmatch(following)) and bool(_GOES_ON.match(after))


def _width(lines: list[str], *, share: float) -> int:
    """The width that full lines have, 0 where there is none."""
    widths = [columns(line.rstrip()) for line in lines if line.strip()]
    long = [width for width in widths if width >= 30]
    if len(long) < 4:
        return 0
    common = Counter(width // 4 for width in long)
    bucket = max(common, key=lambda key: (common[key] + common.get(key + 1, 0), key))
    full = sum(1 for width in widths if width // 4 in (bucket, bucket + 1))
    longer = sum(1 for width in widths if width // 4 > bucket + 1)
    if full < share * len(widths) or longer > 0.1 * len(widths):
        return 0
    return bucket * 4


def _runs_on(line: str, following: str, width: int) -> bool:
    bare = line.rstrip()
    if columns(bare) < width - 4 or "\t" in line:
        return False
    return ends_open(bare, following)


def ends_open(line: str, following: str) -> bool:
    """Whether a full line ends inside a sentence that may go on in the next."""
    if not line.strip() or not following.strip():
        return False
    return not (line.rstrip().endswith(_STOPS) or _NEW_PARAGRAPH.match(following))


def columns(text: str) -> int:
    """Width on a page: a Chinese character takes two columns."""
    return 2 * len(text) - len(text.encode("latin-1", "ignore"))
