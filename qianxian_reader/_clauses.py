"""Sentences and clauses of a paragraph, with the figures that stand in each.

A clause is what stands between two stops; an item of a list is one too where the list counts
(脐橙、葡萄5000亩、油茶4600亩). Brackets that hold figures are clauses of their own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from qianxian_reader._numbers import Candidate

_STOP = re.compile(r"[。！？；;，：、（）—](?:(?<!—)|—)")
_SENTENCE_ENDS = "。！？"
_SENTENCE_END = re.compile(f"[{_SENTENCE_ENDS}]")
_BRACKET = re.compile("[（）]")
_HARD_STOP = re.compile("[。！？；，：]")


@dataclass(slots=True)
class Clause:
    """`stop` is the mark before it ("" at a sentence's start); `depth` counts open brackets.

    pieces   the words around its figures: one more than there are figures
    """

    start: int
    end: int
    stop: str
    depth: int
    sentence: int
    figures: list[int] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    after: str = ""  # the mark that ends it

    def words(self) -> str:
        return "".join(self.pieces)

    def may_be_title(self) -> bool:
        """一是草莓产业。…… names what the next sentences tell of."""
        return not self.stop and self.after == "。"


def clauses(text: str, figures: Sequence[Candidate]) -> list[Clause]:
    """The clauses of a paragraph in order; those without figures too, as they carry subjects.

    A sentence without any figure is one clause: only a short one, a title, is ever looked into.
    """
    marks = _Marks(text, figures)
    out: list[Clause] = []
    depth, sentence, start, stop = 0, 0, 0, ""
    quiet, is_whole = marks.quiet_until(0), True
    for found in _STOP.finditer(text):
        mark, place = found[0], found.start()
        if place < quiet:
            is_whole = is_whole and not marks.parts(mark, place)
            continue
        if place < start or not marks.splits(mark, place, start):
            continue
        after = mark if is_whole else ""
        marks.add(out, Clause(start, place, stop, depth, sentence, after=after))
        depth = max(0, depth + (mark == "（") - (mark == "）"))
        start, stop = found.end(), mark
        if mark in _SENTENCE_ENDS:
            sentence, depth, stop = sentence + 1, 0, ""
            quiet, is_whole = marks.quiet_until(start), True
    marks.add(out, Clause(start, len(text), stop, depth, sentence))
    return out


def named_from(clauses: Sequence[Clause]) -> list[tuple[int, int]]:
    """The runs of a paragraph that its figures may take words from: sentences with figures, up to
    the clause after the last of them, and titles.
    """
    last = {clause.sentence: n for n, clause in enumerate(clauses) if clause.figures}
    runs: list[tuple[int, int]] = []
    before = -1  # the clause that the last run ends with
    for n, clause in enumerate(clauses):
        if n > last.get(clause.sentence, -2) + 1 and not clause.may_be_title():
            continue
        start = runs.pop()[0] if runs and before == n - 1 else clause.start
        runs.append((start, clause.end))
        before = n
    return runs


class _Marks:
    """Which marks of a paragraph part clauses."""

    def __init__(self, text: str, figures: Sequence[Candidate]) -> None:
        self._text = text
        self._figures = figures
        self._starts = [one.start for one in figures]
        self._brackets = self._figure_brackets()
        self._until = 0  # where the next hard stop stands

    def _numbers(self, start: int, end: int) -> range:
        """Which figures begin in a run."""
        return range(bisect_left(self._starts, start), bisect_left(self._starts, end))

    def _figure_brackets(self) -> set[int]:
        """Bracket marks around figures; other brackets stay part of their words."""
        marks: set[int] = set()
        opened: list[int] = []
        for found in _BRACKET.finditer(self._text):
            if found[0] == "（":
                opened.append(found.start())
            elif opened:
                start = opened.pop()
                if self._numbers(start, found.start()):
                    marks |= {start, found.start()}
        return marks

    def quiet_until(self, start: int) -> int:
        """Where the sentence that begins here ends if no figure stands in it, else 0."""
        following = _SENTENCE_END.search(self._text, start)
        end = following.start() if following else len(self._text)
        return 0 if self._numbers(start, end) else end

    def parts(self, mark: str, place: int) -> bool:
        """Whether a mark in a sentence without figures would part clauses."""
        return place in self._brackets if mark in "（）" else mark != "、"

    def splits(self, mark: str, place: int, start: int) -> bool:
        before = bisect_left(self._starts, place + 1) - 1
        if before >= 0 and place < self._figures[before].end:
            return False  # inside a figure: 416台（套）
        if mark in "（）":
            return place in self._brackets
        if mark != "、":
            return True
        # 除草、除杂 names one thing; 玉米3亩、豆类2亩 counts two.
        if place >= self._until:  # not looked for again at each item of a list
            following = _HARD_STOP.search(self._text, place)
            self._until = following.start() if following else len(self._text)
        return bool(self._numbers(start, place)) and bool(self._numbers(place, self._until))

    def add(self, out: list[Clause], clause: Clause) -> None:
        inside = self._numbers(clause.start, clause.end)
        if not inside and not self._text[clause.start : clause.end].strip():
            return
        clause.figures = list(inside)
        place = clause.start
        for number in inside:
            clause.pieces.append(self._text[place : self._figures[number].start])
            place = self._figures[number].end
        clause.pieces.append(self._text[place : clause.end])
        out.append(clause)
