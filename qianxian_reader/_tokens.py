"""The words of a paragraph with their parts of speech, cut once and asked for any run of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache

import rjieba

from qianxian_reader._lexicon import words
from qianxian_reader._scan import Scan

Word = tuple[str, str]  # the word, its part of speech

_SKIPPED = frozenset("“”‘’\"'「」『』《》【】 \t　[]［］")

# Words of this field that the dictionary does not hold and cuts in two.
_WHOLE = {
    "特别是": "d",
    **dict.fromkeys(words("再就业 惠及 占地 改厕 参训 参评 扶优 促成"), "v"),
    **dict.fromkeys(
        words(
            "上等 中等 下等 参保率 户厕 户均 村均 一般预算 低保户 监测户 脱贫户 总产值 年产值 五保户 村集体 抽水机 周长 预期性 约束性 到户 到村"
        ),
        "n",
    ),
}

_LAST = frozenset(word[-1] for word in _WHOLE)

# When a thing was: this belongs to the period, not to the name of the thing.
_TIME = Scan(
    "[截“十第前一二三四0-9]",
    r"(?<![比较与是自同])(?:截[至止]到?(?:目前|今|现在)?(?:\d{4}年)?(?:年?底|年末|\d{1,2}月)?(?:\d{1,2}日|底|末|份)?"
    r"|(?:(?:19|20)\d{2}(?:[—–-](?:19|20)?\d{2,4})?|20[xX×]{2})年(?:度|底|末|以来|至今|间)?(?:上半年|下半年)?(?:\d{1,2}(?:[—–-]\d{1,2})?月(?:份|底|末|\d{1,2}日)?)?"
    r"|\d{1,2}(?:[—–-]\d{1,2})?月(?:份|底|末|中旬|上旬|下旬|\d{1,2}日)?"
    r"|“?十[一二三四五六]五”?(?:规划)?(?:期间|时期|以来|末)?|[第前]?[一二三四]季度)",
)


_NAME_TAGS = ("nr", "ns", "nt", "nz")  # guesses where a word is no name
# Words that the tagger made up (自费|率控制, 村|均达), and what they are.
_APART: dict[str, tuple[Word, ...]] = {
    **{year: ((year, "m"),) for year in ("20xx", "20XX")},
    "和县": (("和", "c"), ("县", "n")),  # a county, but in these texts nearly always 和 and 县
    **{
        noun + verb: ((noun, "n"), (verb, "v"))
        for noun in "率均"
        for verb in ("控制", "保持", "稳定", "维持", "达", "达到", "为")
    },
}


class Tokens:
    """Words by offset in the paragraph. Only the runs that figures are named from need be cut."""

    def __init__(self, text: str, runs: Iterable[tuple[int, int]] | None = None) -> None:
        """`runs` are in order, and begin and end at stops."""
        self._times = [found.span() for found in _TIME.finditer(text)]
        self._words: list[Word] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in [(0, len(text))] if runs is None else runs:
            self._cut_run(text, start, end)

    def _cut_run(self, text: str, place: int, until: int) -> None:
        has_times = self._time_between(place, until)
        for word in _merged(rjieba.tag(text[place:until])):
            start, end = place, place + len(word[0])
            place = end
            if has_times and (past := self._time_end(start)) > start:
                if past >= end:
                    continue
                start, word = past, (text[past:end], word[1])
            if word[0] not in _SKIPPED:
                self._words.append(word)
                self._starts.append(start)
                self._ends.append(end)

    def _time_between(self, start: int, end: int) -> bool:
        first = bisect_left(self._times, (start, 0))
        return first < len(self._times) and self._times[first][0] < end

    def between(self, start: int, end: int) -> list[Word]:
        """The words of a run, without quotation marks and times; a word over its edge is cut."""
        first, after = bisect_right(self._ends, start), bisect_left(self._starts, end)
        out = self._words[first:after]
        if out and self._ends[after - 1] > end:
            out[-1] = self._cut(after - 1, start, end)
        if out and self._starts[first] < start:
            out[0] = self._cut(first, start, end)
        return out

    def _cut(self, place: int, start: int, end: int) -> Word:
        word, tag = self._words[place]
        begin = self._starts[place]
        return word[max(0, start - begin) : end - begin], tag

    def begins_with_time(self, offset: int) -> bool:
        return self._time_end(offset) > 0

    def _time_end(self, offset: int) -> int:
        """Where the time that covers a place ends, 0 if none does."""
        place = bisect_left(self._times, (offset + 1, 0)) - 1
        return self._times[place][1] if place >= 0 and offset < self._times[place][1] else 0


def _merged(words_cut: Iterable[Word]) -> list[Word]:
    """The words, with those of this field put together again."""
    out: list[Word] = []
    for one in [part for word in words_cut for part in _APART.get(word[0], (word,))]:
        word, tag = one
        whole = out[-1][0] + word if word[-1] in _LAST and out else ""
        if whole in _WHOLE:
            out[-1] = (whole, _WHOLE[whole])
        elif tag in _NAME_TAGS and word in _WHOLE:
            out.append((word, _WHOLE[word]))
        else:
            out.append(one)
    return out


@lru_cache(maxsize=4096)
def has_word(word: str) -> bool:
    """Whether the dictionary holds a word, so that its part of speech is no guess."""
    return bool(rjieba.has_word(word))


def text_of(words: Sequence[Word]) -> str:
    return "".join([word for word, _ in words])
