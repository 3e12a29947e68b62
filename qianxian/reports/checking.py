"""What is wrong with a text of ours: the reader's findings, and figures that the records deny."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from qianxian.core.definitions import catalogue
from qianxian.reports.findings import RECORDS_RULE
from qianxian.reports.slots import MISSING, TO_CHECK
from qianxian_figures import Bound, Figure, Kind, Period, Span, Status, canonical, rounded
from qianxian_reader import Code, Document, Finding, ReportFigure, Severity, read_text


@lru_cache(maxsize=64)
def read_draft(text: str) -> Document:
    """A draft as the reader reads it. Kept, since a page is opened more often than written."""
    return read_text(text, "草稿", catalogue=catalogue())


def check_text(
    text: str, *, period: Period, figures: Mapping[str, Figure], printed: Iterable[str]
) -> tuple[Finding, ...]:
    """Findings of a draft, in the order of the text.

    figures   indicator → what the records give for the report's own place and period
    printed   words that slots printed: they come from the records and are not held against them

    Marks of ours (待补, 核对) are asked for by name elsewhere and are no findings here.
    """
    document = read_draft(text)
    own = [f for f in document.findings if not _is_our_mark(document, f)]
    against = against_records(document, period=period, figures=figures, printed=set(printed))
    return tuple(sorted((*own, *against), key=lambda f: f.lines[:1]))


def _is_our_mark(document: Document, finding: Finding) -> bool:
    """Whether a finding is about a mark of ours, or about last year's words that it quotes."""
    if MISSING.search(finding.quote) or TO_CHECK.search(finding.quote):
        return True
    return bool(finding.spans) and all(_is_marked(document, span) for span in finding.spans)


def _is_marked(document: Document, span: Span) -> bool:
    line = document.lines[span.line - 1]
    return any(
        mark.start() <= span.start and span.end <= mark.end()
        for pattern in (MISSING, TO_CHECK)
        for mark in pattern.finditer(line)
    )


def against_records(
    document: Document, *, period: Period, figures: Mapping[str, Figure], printed: set[str]
) -> list[Finding]:
    """Exact figures of the text that are the same thing as an indicator and say another value."""
    out = []
    for figure in document.figures:
        known = figures.get(figure.figure.indicator or "")
        if known is None or known.value is None or figure.span.text in printed:
            continue
        if _is_told(document, figure, period) and not _agrees(figure, known):
            out.append(_finding(figure, known))
    return out


def _is_told(document: Document, figure: ReportFigure, period: Period) -> bool:
    """Whether the text tells of what happened, exactly, in the report's own place and period."""
    found = figure.figure
    return (
        found.status is Status.ACTUAL
        and found.bound is Bound.EXACT
        and found.kind in (Kind.LEVEL, Kind.RATE)
        and found.period in (None, period)
        and (not found.place or found.place in document.place)
        and figure.part_of is None
    )


def _agrees(figure: ReportFigure, known: Figure) -> bool:
    if canonical(figure.unit) != canonical(known.unit) or known.value is None:
        return True  # another unit is another finding
    decimals = max(0, -int(figure.value.as_tuple().exponent))
    return rounded(known.value, decimals) == figure.value


def _finding(figure: ReportFigure, known: Figure) -> Finding:
    span: Span = figure.span
    return Finding(
        Code.RECORDS,
        RECORDS_RULE,
        Severity.ERROR,
        (span.line,),
        span.text,
        f"文中写{span.text}，台账里{known.measure}是{known.value:f}{known.unit}。"
        "改成用台账的数，或者写明为什么不一样。",
        spans=(span,),
    )


def marks(text: str) -> tuple[Sequence[str], Sequence[str]]:
    """What the draft still waits for, and what of last year nobody has looked at."""
    return MISSING.findall(text), TO_CHECK.findall(text)
