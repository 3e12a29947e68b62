"""The words of a paragraph with their parts of speech, cut once and asked for any run of it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import rjieba

Word = tuple[str, str]  # the word, its part of speech

_SKIPPED = frozenset("“”‘’\"'「」『』《》【】 \t　[]［］")

# When a thing was: this belongs to the period, not to the name of the thing.
_TIME = re.compile(
    r"(?<![比较与是自同])(?:截[至止]到?(?:目前|今|现在)?(?:\d{4}年)?(?:年?底|年末|\d{1,2}月)?(?:\d{1,2}日|底|末|份)?"
    r"|(?:19|20)\d{2}(?:[—–-](?:19|20)?\d{2,4})?年(?:度|底|末|以来|至今|间)?(?:上半年|下半年)?(?:\d{1,2}(?:[—–-]\d{1,2})?月(?:份|底|末|\d{1,2}日)?)?"
    r"|\d{1,2}(?:[—–-]\d{1,2})?月(?:份|底|末|中旬|上旬|下旬|\d{1,2}日)?"
    r"|“?十[一二三四五六]五”?(?:规划)?(?:期间|时期|以来|末)?|[第前]?[一二三四]季度)"
)


class Tokens:
    """Words by offset in the paragraph."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words: list[Word] = [(word, tag) for word, tag in rjieba.tag(text)]
        self._starts: list[int] = []
        place = 0
        for word, _ in self._words:
            self._starts.append(place)
            place += len(word)
        self._times = [found.span() for found in _TIME.finditer(text)]

    def between(self, start: int, end: int) -> list[Word]:
        """The words of a run, without quotation marks and times; a word over its edge is cut."""
        out: list[Word] = []
        place = max(0, bisect_right(self._starts, start) - 1)
        while place < len(self._words) and self._starts[place] < end:
            word, tag = self._words[place]
            first = self._starts[place]
            place += 1
            last = first + len(word)
            if last <= start:
                continue
            first, last = max(first, start, self._time_end(max(first, start))), min(last, end)
            if last - first < len(word):
                word = self._text[first:last]
            if word and word not in _SKIPPED:
                out.append((word, tag))
        return out

    def begins_with_time(self, offset: int) -> bool:
        return self._time_end(offset) > 0

    def _time_end(self, offset: int) -> int:
        """Where the time that covers a place ends, 0 if none does."""
        place = bisect_left(self._times, (offset + 1, 0)) - 1
        return self._times[place][1] if place >= 0 and offset < self._times[place][1] else 0


def text_of(words: Sequence[Word]) -> str:
    return "".join(word for word, _ in words)
