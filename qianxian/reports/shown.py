"""A report that was read, as it is shown and learned from: paragraphs with every span in place.

The repaired text is shown, since damaged text cannot be read by people either. A sentence that
a page broke over two lines is one paragraph again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from qianxian_figures import Span
from qianxian_reader import Document, Section, repaired_spans

_STOPS = tuple("。！？：；!?:;…”）)】》>|")
_OPENS = re.compile(
    r"\s|[一二三四五六七八九十]{1,3}[、.是]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.、．)]|——|第[一二三四五六七八九十]"
)
_END_MARKS = " \t　。：；，.:;"
# A line shorter than this ended because its writer ended it.
_FULL_LINE = 24


@dataclass(frozen=True, slots=True)
class Spot:
    """A run of characters in a paragraph."""

    paragraph: int
    start: int
    end: int


@dataclass(slots=True)
class Paragraph:
    """`level` is 0 for text, 1 to 4 for a heading, and `is_title` for the report's own.

    `heading_end` is where a heading ends that text follows on its line, else 0. `runs` says which
    run of which repaired line stands from which character on.
    """

    text: str
    line: int
    section: Section | None = None
    level: int = 0
    heading_end: int = 0
    is_title: bool = False
    runs: list[tuple[int, int, int, int]] = field(default_factory=list)


class ShownText:
    """The paragraphs of a document, and where its spans stand in them."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.paragraphs = list(_paragraphs(document))
        self._by_line: dict[int, list[int]] = {}
        for number, paragraph in enumerate(self.paragraphs):
            for line, *_ in paragraph.runs:
                self._by_line.setdefault(line, []).append(number)
        _mark_headings(document, self.paragraphs)

    def spots(self, spans: Iterable[Span]) -> list[Spot | None]:
        """Where spans of the source stand; None for what the repair took away."""
        return [self._spot(span) if span else None for span in repaired_spans(self.document, spans)]

    def _spot(self, span: Span) -> Spot | None:
        for number in self._by_line.get(span.line, ()):
            for line, first, last, offset in self.paragraphs[number].runs:
                if line == span.line and span.start < last and span.end > first:
                    start, end = max(span.start, first), min(span.end, last)
                    return Spot(number, offset + start - first, offset + end - first)
        return None

    def find(self, line: int, words: str) -> Spot | None:
        """The first place in a source line at which these words stand, spaces set aside."""
        wanted = folded(words)
        for number in self._by_line.get(line, ()):
            found = find_folded(self.paragraphs[number].text, wanted)
            if found:
                return Spot(number, *found)
        return None

    def paragraph_of(self, line: int) -> int | None:
        """The first paragraph of a source line."""
        return next(iter(self._by_line.get(line, ())), None)


def folded(text: str) -> str:
    """Half-width, without spaces: the form in which two writings of the same words agree."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def find_folded(text: str, wanted: str) -> tuple[int, int] | None:
    """Where folded words stand in a text as it is written."""
    letters = [(i, letter) for i, char in enumerate(text) for letter in folded(char)]
    at = "".join(letter for _, letter in letters).find(wanted) if wanted else -1
    return None if at < 0 else (letters[at][0], letters[at + len(wanted) - 1][0] + 1)


def _paragraphs(document: Document) -> Iterator[Paragraph]:
    open_: Paragraph | None = None
    for number, line in enumerate(document.repaired, 1):
        for first, piece in _pieces(line):
            bare = piece.strip(" \t　")
            if not bare:
                continue
            start = first + piece.index(bare[0])
            if open_ and _runs_on(open_.text, piece, document, number):
                open_.runs.append((number, start, start + len(bare), len(open_.text)))
                open_.text += bare
                continue
            if open_:
                yield open_
            open_ = Paragraph(bare, number, runs=[(number, start, start + len(bare), 0)])
        if open_ and not line.strip():
            yield open_
            open_ = None
    if open_:
        yield open_


def _pieces(line: str) -> Iterator[tuple[int, str]]:
    """The paragraphs inside one source line, each with its first character's offset."""
    first = 0
    for piece in line.split("\n"):
        yield first, piece
        first += len(piece) + 1


def _runs_on(before: str, piece: str, document: Document, line: int) -> bool:
    """Whether a piece goes on with the sentence before it: only where a page was full."""
    if document.encoding in ("docx", "text") or len(before) < _FULL_LINE:
        return False
    opens = any(section.first == line for section in document.sections)
    return not (before.endswith(_STOPS) or opens or _OPENS.match(piece))


def _mark_headings(document: Document, paragraphs: list[Paragraph]) -> None:
    sections = sorted(document.sections, key=lambda one: (one.first, one.level))
    for paragraph in paragraphs:
        inside = [s for s in sections if s.first <= paragraph.line <= s.last]
        paragraph.section = inside[-1] if inside else None
    title = folded(document.title)
    for paragraph in paragraphs[:14]:
        words = folded(paragraph.text)
        # A published page prints where it is from behind the title, or a label before it.
        if title and (words.startswith(title) or words.endswith(title)):
            paragraph.is_title = True
            break
    for section in sections:
        if section.level and section.heading:
            _mark_heading(section, paragraphs)


def _mark_heading(section: Section, paragraphs: list[Paragraph]) -> None:
    wanted = folded(section.heading)
    for paragraph in paragraphs:
        if paragraph.line != section.first or paragraph.is_title:
            continue
        found = find_folded(paragraph.text, wanted)
        if found is None:
            continue
        paragraph.section, end = section, found[1]
        rest = paragraph.text[end:].strip(_END_MARKS)
        paragraph.level = 0 if rest else section.level
        paragraph.heading_end = end if rest else 0
        return
