"""A figure with its place in the text, and what holds for the whole document it stands in."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from qianxian_figures import Period, Span
from qianxian_reader._document import ReportFigure
from qianxian_reader._match import Matcher
from qianxian_reader._paragraphs import Paragraph, Places
from qianxian_reader._places_named import PlaceNames


@dataclass(frozen=True, slots=True)
class Found:
    """A figure with what the rules need to look back at the text.

    is_pair       the same thing as the figure before, in another unit (13户42人)
    is_listed     the text says that it is a part (其中 ...)
    unit_missing  the unit was inferred, as in 投入1000万
    """

    figure: ReportFigure
    paragraph: int
    start: int
    end: int
    sentence: int
    clause: int
    is_pair: bool = False
    is_listed: bool = False
    unit_missing: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What holds for the whole document."""

    file: str
    places: Places
    names: PlaceNames
    matcher: Matcher
    year: int | None
    period: Period | None
    _words: dict[str, str] = field(default_factory=dict)
    _values: dict[str, Decimal] = field(default_factory=dict)

    def one(self, text: str) -> str:
        """The same words held once: a long report repeats them, and copies fill memory."""
        return self._words.setdefault(text, text)

    def value(self, value: Decimal) -> Decimal:
        """A value without empty places, the same one held once."""
        settled = value.normalize() if value == value.to_integral() else value
        return self._values.setdefault(str(settled), settled)

    def span(self, paragraph: Paragraph, start: int, end: int) -> Span:
        """The place in the source that a run of a paragraph came from."""
        line, column, until, words = self.places.run(*paragraph.mapped.place(start, end))
        return Span(self.file, line, column, until, words)
