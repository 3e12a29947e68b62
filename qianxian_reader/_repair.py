"""Damage done on the way to us: what is certain is put right, what is not is marked.

A clean text comes through with not a character changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from qianxian_reader import _markup, _mojibake, _shift
from qianxian_reader._document import Repair
from qianxian_reader._mapped import BREAK, Edit, Mapped
from qianxian_reader._scan import Scan
from qianxian_reader._script import simplified, traditional_share, wrong_conversions

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ"
_PINYIN = Scan(
    "[(（]",
    rf"(?<=[\u4e00-\u9fffA-Za-z])[(（][a-z{_TONED}]{{0,6}}[{_TONED}][a-z{_TONED}]{{0,5}}[)）]",
)
_NEUTRAL = re.compile(r"(?<=[\u4e00-\u9fff])[(（](?:de|le|zhe|ma|ne|ba|me|men|zi|tou)[)）]")
_ESCAPED = re.compile(r"(?:\\r\\n|\\n|\\r)+")
_LOST = Scan(
    r"[\ufffd\ue000-\uf8ff锟烫屯]",
    r"\ufffd+|(?<=[\u4e00-\u9fff])[\ue000-\uf8ff]+(?=[\u4e00-\u9fff])|锟斤拷[锟斤拷]*|烫烫烫+|屯屯屯+",
)
_QUESTION_MARKS = Scan(r"\?", r"(?<=[^\s?])\?{2,}(?=[^?])|\?{4,}")
_LISTED_POINT = Scan(
    "[0-9]+",
    r"(?<=[\u4e00-\u9fff])(?<![第至到、])\d{1,6}(、)\d{1,2}(?=[万亿]?(?:元|吨|公里|平方公里|公顷|公斤)|[万亿]|[%％]|个?百分点)",
)
# Above this share of traditional characters a text is in traditional script; a simplified one
# has a few at most, in names.
_TRADITIONAL = 0.05


@dataclass(frozen=True, slots=True)
class Mark:
    """A damaged place, as offsets in the source."""

    kind: str
    start: int
    end: int
    is_repaired: bool


@dataclass(slots=True)
class Repaired:
    mapped: Mapped
    marks: list[Mark] = field(default_factory=list)

    def apply(self, kind: str, edits: Iterable[Edit]) -> None:
        """Put edits in, each a mark of this kind."""
        edits = list(edits)
        self.note(kind, ((start, end) for start, end, _ in edits), is_repaired=True)
        self.mapped = self.mapped.replaced(edits)

    def note(self, kind: str, runs: Iterable[tuple[int, int]], *, is_repaired: bool) -> None:
        for start, end in runs:
            first, last = self.mapped.place(start, end)
            self.marks.append(Mark(kind, first, last, is_repaired))

    def summary(self, source: str) -> tuple[Repair, ...]:
        """One line for each kind of damage, in the order in which it was met."""
        found: dict[tuple[str, bool], list[Mark]] = {}
        for mark in self.marks:
            found.setdefault((mark.kind, mark.is_repaired), []).append(mark)
        return tuple(
            Repair(kind, len(marks), _example(source, marks[0]), is_repaired)
            for (kind, is_repaired), marks in found.items()
        )


def _example(source: str, mark: Mark) -> str:
    words = source[max(0, mark.start - 1) : min(mark.end + 1, mark.start + 24)]
    return words.replace("\n", " ").strip()


def repair(text: str) -> Repaired:
    """All repairs, in the order in which the damage can be undone: the last done first."""
    repaired = Repaired(Mapped.of(text))
    for kind, find in _STEPS:
        edits = find(repaired.mapped.text)
        if edits:
            repaired.apply(kind, edits)
    _mark_lost(repaired)
    _to_simplified(repaired)
    return repaired


def _markup_edits(text: str) -> list[Edit]:
    return _markup.edits(text) if "<" in text and _markup.is_marked_up(text) else []


def _entity_edits(text: str) -> list[Edit]:
    return _markup.entity_edits(text) if "&" in text else []


def _escape_edits(text: str) -> list[Edit]:
    """Line ends that were written out as the characters \\r\\n."""
    if "\\" not in text:
        return []
    return [(found.start(), found.end(), BREAK) for found in _ESCAPED.finditer(text)]


def _pinyin_edits(text: str) -> list[Edit]:
    """发(fā)布: a reading put behind a character. One alone may be meant; three are damage."""
    found = [one.span() for one in _PINYIN.finditer(text)]
    if len(found) < 3:
        return []
    found += [one.span() for one in _NEUTRAL.finditer(text)]
    return [(start, end, "") for start, end in sorted(found)]


def _point_edits(text: str) -> list[Edit]:
    """3、19亿元, 4、6%: decimal points typed as list marks. One alone may be a list; two are a habit."""
    found = [one.start(1) for one in _LISTED_POINT.finditer(text)]
    return [(place, place + 1, ".") for place in found] if len(found) > 1 else []


_STEPS: tuple[tuple[str, Callable[[str], list[Edit]]], ...] = (
    ("markup", _markup_edits),
    ("entity", _entity_edits),
    ("escape", _escape_edits),
    ("mojibake", _mojibake.edits),
    ("pinyin", _pinyin_edits),
    ("shifted", _shift.edits),
    ("point", _point_edits),
)


def _mark_lost(repaired: Repaired) -> None:
    text = repaired.mapped.text
    repaired.note("lost", (one.span() for one in _LOST.finditer(text)), is_repaired=False)
    questions = [one.span() for one in _QUESTION_MARKS.finditer(text)]
    repaired.note("question_marks", questions, is_repaired=False)


def _to_simplified(repaired: Repaired) -> None:
    """A traditional text is read in simplified script; only wrongly chosen characters are damage."""
    text = repaired.mapped.text
    if traditional_share(text) < _TRADITIONAL:
        return
    wrong = wrong_conversions(text)
    if len(wrong) >= 3:
        repaired.note("script", wrong, is_repaired=True)
    repaired.mapped = repaired.mapped.with_text(simplified(text))
