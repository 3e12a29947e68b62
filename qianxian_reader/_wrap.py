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


def wrapped_ends(text: str, *, is_page: bool = False) -> list[int]:
    """Offsets of the line ends that part no paragraph.

    A plain text counts as wrapped only where most of its lines are equally long; a PDF page
    (`is_page`) always is.
    """
    lines = text.split("\n")
    width = _width(lines, share=0.3 if is_page else 0.6)
    if not width:
        return []
    ends, offset = [], 0
    for line, following in pairwise(lines):
        offset += len(line) + 1
        if _runs_on(line, following, width):
            ends.append(offset - 1)
    return ends


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
    if columns(bare) < width - 4 or not following.strip() or "\t" in line:
        return False
    return not (bare.endswith(_STOPS) or _NEW_PARAGRAPH.match(following))


def columns(text: str) -> int:
    """Width on a page: a Chinese character takes two columns."""
    return sum(1 if char < "\u0100" else 2 for char in text)
