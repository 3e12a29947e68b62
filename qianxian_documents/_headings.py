"""Numbering of headings: 一、（一）1.（1）, each level starting anew under its parent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from qianxian_documents._numbers import heading_number
from qianxian_documents._text import LEVELS, Block, Heading, Run

# "3.5万亩" is a figure and no number of a heading, hence the look-ahead.
_OLD_NUMBER = re.compile(
    r"\s*(?:[一二三四五六七八九十百零]{1,6}、"
    r"|[（(][一二三四五六七八九十百零]{1,6}[）)]"
    r"|\d{1,2}(?:[.．](?!\d)|、)"
    r"|[（(]\d{1,2}[）)])\s*"
)


def number_headings(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Put the right number before every heading, in place of one that is typed there.

    Only the first run is looked at, and only if it prints no figure.
    """
    counts = dict.fromkeys(LEVELS, 0)
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            counts[block.level] += 1
            counts.update((level, 0) for level in LEVELS if level > block.level)
            block = _numbered(block, heading_number(block.level, counts[block.level]))
        out.append(block)
    return tuple(out)


def _numbered(block: Heading, number: str) -> Heading:
    runs = block.runs
    if not runs or runs[0].figure is not None:
        return replace(block, runs=(Run(number), *runs))
    typed = _OLD_NUMBER.match(runs[0].text)
    bare = runs[0].text[typed.end() :] if typed else runs[0].text
    return replace(block, runs=(Run(number + bare), *runs[1:]))
