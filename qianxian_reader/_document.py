"""What reading a report gives: the document and everything found in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from qianxian_figures import Figure, Period, Span


class ReportKind(StrEnum):
    """What sort of document it is."""

    ANNUAL = "annual"
    HALF_YEAR = "half_year"
    PLAN = "plan"
    PROFILE = "profile"
    BULLETIN = "bulletin"
    OTHER = "other"


class Role(StrEnum):
    """What a section tells of: work done, problems, work to do, the place itself, requests."""

    DONE = "done"
    PROBLEM = "problem"
    PLAN = "plan"
    PROFILE = "profile"
    SUGGESTION = "suggestion"
    OTHER = "other"


class Severity(StrEnum):
    """How much a finding matters: an error must be put right before the report is sent."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Code(StrEnum):
    """The kinds of findings; the precise rule is named beside it."""

    CONTRADICTION = "contradiction"
    ARITHMETIC = "arithmetic"
    IMPOSSIBLE = "impossible"
    PLACEHOLDER = "placeholder"
    DAMAGED = "damaged"
    NUMBERING = "numbering"
    UNIT = "unit"
    LEFTOVER = "leftover"
    STALE = "stale"
    WORDING = "wording"
    FORMAT = "format"
    PRIVACY = "privacy"
    RECORDS = "records"
    HISTORY = "history"
    PLAN = "plan"


class IndicatorLike(Protocol):
    """What the reader asks of an indicator; the definitions in the packs fit."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def synonyms(self) -> Sequence[str]: ...
    @property
    def unit(self) -> str: ...
    @property
    def kind(self) -> str: ...


class CatalogueLike(Protocol):
    """Anything that holds indicators by id."""

    @property
    def indicators(self) -> Mapping[str, IndicatorLike]: ...


@dataclass(frozen=True, slots=True)
class Repair:
    """One kind of damage: how often, an example, and whether it was put right or only marked."""

    kind: str
    count: int
    example: str
    is_repaired: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the lines under it, up to the next heading of its level or above.

    level    0 the report as a whole, 1 一、 2 （一） 3 1. 4 （1） 5 一是
    parent   index of the section it stands in, None at the top
    """

    id: int
    level: int
    heading: str
    role: Role
    first: int
    last: int
    number: str = ""
    parent: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """A figure of a text. `figure.provenance` is its span in the source as decoded.

    section   id of the innermost section it stands in
    part_of   index, in the document's figures, of the figure it is a part of (其中 ...)
    """

    figure: Figure
    section: int | None = None
    part_of: int | None = None

    @property
    def span(self) -> Span:
        span = self.figure.provenance
        if not isinstance(span, Span):  # the reader makes no figure without one
            raise TypeError("a figure of a report carries a span")
        return span

    @property
    def measure(self) -> str:
        return self.figure.measure

    @property
    def value(self) -> Decimal:
        if self.figure.value is None:
            raise TypeError("a figure of a report has a value")
        return self.figure.value

    @property
    def unit(self) -> str:
        return self.figure.unit


@dataclass(frozen=True, slots=True)
class Task:
    """Work to be done, from a plan section. `due` is the last day named, as ISO text, or ""."""

    line: int
    text: str
    measure: str
    value: Decimal | None
    unit: str
    due: str
    section: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem or difficulty that the report itself names."""

    line: int
    text: str
    section: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the running text, in repaired words, with the section that it stands in."""

    line: int
    text: str
    section: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in the text.

    rule         the precise rule (A101), documented in docs/rules
    lines        all lines concerned, 1-based, in order
    spans        the places themselves, where they can be shown
    message      a Chinese sentence: what is wrong, with the sum written out
    correction   what should stand in place of `quote`; only where certain
    """

    code: Code
    rule: str
    severity: Severity
    lines: tuple[int, ...]
    quote: str
    message: str
    correction: str | None = None
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A report that has been read.

    lines      the source as decoded, split at line ends; every span stands in these
    repaired   the same lines with damage put right, in simplified script; equal to `lines`
               for a clean text. Where one source line held several paragraphs (markup, a
               literal \\r\\n) they are parted by "\\n".
    encoding   how the bytes were decoded (utf-8, gb18030, big5 ...), or the container (docx, pdf)
    """

    file: str
    encoding: str
    lines: tuple[str, ...]
    repaired: tuple[str, ...]
    title: str
    place: str
    year: int | None
    kind: ReportKind
    period: Period | None
    repairs: tuple[Repair, ...]
    sections: tuple[Section, ...]
    figures: tuple[ReportFigure, ...]
    tasks: tuple[Task, ...]
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    statements: tuple[Statement, ...] = ()
