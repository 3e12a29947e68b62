"""The reading page: the text with everything found in it marked in place, and the three lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from qianxian.core.parts import FindingCard
from qianxian.reports.findings import KINDS, SEVERITIES, keyed, title_of
from qianxian.reports.learning import is_planned
from qianxian.reports.marking import Disc, Mark, Piece, pieces
from qianxian.reports.models import Dismissal
from qianxian.reports.shown import Paragraph, ShownText, Spot
from qianxian.reports.tasks import Proposal, proposals
from qianxian_figures import Bound, Kind, Status
from qianxian_packs import Catalogue
from qianxian_reader import Document, Finding, ReportFigure

_STATUS = {Status.ACTUAL: "已完成", Status.PLAN: "计划", Status.EXPECTED: "预计"}
_KIND = {Kind.LEVEL: "", Kind.RATE: "比率", Kind.CHANGE: "增减", Kind.RANK: "名次"}
_BOUND = {Bound.EXACT: "", Bound.ABOUT: "约", Bound.OVER: "多于", Bound.UNDER: "不到"}


@dataclass(frozen=True, slots=True)
class FoundItem:
    """A finding with its card, where it stands, and what somebody said of it."""

    key: str
    number: int
    card: FindingCard
    spots: tuple[Spot, ...]
    dismissal: Dismissal | None

    @property
    def is_open(self) -> bool:
        return self.dismissal is None


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure as the table shows it."""

    number: int
    measure: str
    value: Decimal
    high: Decimal | None
    unit: str
    status: str
    note: str
    indicator: str
    is_in_text: bool


@dataclass(frozen=True, slots=True)
class TextBlock:
    """One paragraph of the text: the element it is, and its marked pieces."""

    tag: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ReadingPage:
    blocks: tuple[TextBlock, ...]
    findings: tuple[FoundItem, ...]
    figures: tuple[FigureRow, ...]
    tasks: tuple[Proposal, ...]

    @property
    def has_title(self) -> bool:
        return any(block.tag == "h2" for block in self.blocks)

    @property
    def open_findings(self) -> list[FoundItem]:
        """What is still to be looked at, what must be changed first."""
        order = {"error": 0, "warn": 1, "info": 2}
        found = [f for f in self.findings if f.is_open]
        return sorted(found, key=lambda f: (order[f.card.severity], f.number))

    @property
    def dismissed(self) -> list[FoundItem]:
        return [f for f in self.findings if not f.is_open]

    @property
    def errors(self) -> int:
        return sum(f.card.severity == "error" for f in self.open_findings)


def card_of(finding: Finding, number: int) -> FindingCard:
    """The card of a finding; what it can be changed to only where that is certain."""
    return FindingCard(
        title=title_of(finding),
        reason=finding.message,
        severity=SEVERITIES[finding.severity],
        code=KINDS[finding.code],
        number=number,
        old=finding.quote if finding.correction else "",
        new=finding.correction or "",
        anchor=f"f{number}",
    )


def reading_page(
    document: Document, catalogue: Catalogue, said: Mapping[str, Dismissal], *, tab: str
) -> ReadingPage:
    """Everything that the page shows. `tab` is the list beside the text."""
    shown = ShownText(document)
    found = _findings(document, shown, said)
    spots = shown.spots(one.span for one in document.figures)
    tasks = proposals(document, catalogue)
    marks: dict[int, list[Mark]] = {}
    for item in found:
        _mark_finding(marks, item, tab)
    for number, spot in enumerate(spots):
        if spot:
            mark = Mark(spot.start, spot.end, "m-fig", anchor=f"g{number}")
            marks.setdefault(spot.paragraph, []).append(mark)
    _mark_tasks(marks, tasks, shown)
    blocks = tuple(
        TextBlock(_tag(paragraph), pieces(paragraph.text, marks.get(number, ())))
        for number, paragraph in enumerate(shown.paragraphs)
    )
    rows = tuple(
        _row(number, figure, document, catalogue, is_in_text=spots[number] is not None)
        for number, figure in enumerate(document.figures)
    )
    return ReadingPage(blocks, found, rows, tasks)


def _tag(paragraph: Paragraph) -> str:
    if paragraph.is_title:
        return "h2"
    return {0: "p", 1: "h3"}.get(paragraph.level, "h4")


def _findings(
    document: Document, shown: ShownText, said: Mapping[str, Dismissal]
) -> tuple[FoundItem, ...]:
    placed = [(key, f, _spots(f, shown)) for key, f in keyed(document.findings)]
    placed.sort(key=lambda one: (one[2][0].paragraph, one[2][0].start) if one[2] else (1 << 30, 0))
    return tuple(
        FoundItem(key, number, card_of(finding, number), spots, said.get(key))
        for number, (key, finding, spots) in enumerate(placed, 1)
    )


def _spots(finding: Finding, shown: ShownText) -> tuple[Spot, ...]:
    """Where a finding stands: its spans, else its words, else its line as a whole."""
    spots = [spot for spot in shown.spots(finding.spans) if spot]
    if spots:
        return tuple(spots)
    for line in finding.lines:
        if found := shown.find(line, finding.quote):
            return (found,)
    numbers = (shown.paragraph_of(line) for line in finding.lines)
    return tuple(Spot(n, 0, len(shown.paragraphs[n].text)) for n in numbers if n is not None)[:1]


def _mark_finding(marks: dict[int, list[Mark]], item: FoundItem, tab: str) -> None:
    if not item.is_open:
        return
    is_soft = item.card.severity != "error"
    home = "" if tab == "findings" else "?tab=findings"
    disc = Disc(item.number, f"{home}#f{item.number}", is_soft)
    for index, spot in enumerate(item.spots):
        mark = Mark(
            spot.start,
            spot.end,
            "m-warn" if is_soft else "m-err",
            anchor="" if index else f"t{item.number}",
            disc=None if index else disc,
        )
        marks.setdefault(spot.paragraph, []).append(mark)


def _mark_tasks(
    marks: dict[int, list[Mark]], tasks: tuple[Proposal, ...], shown: ShownText
) -> None:
    for proposal in tasks:
        spot = shown.find(proposal.task.line, proposal.task.text)
        if spot:
            mark = Mark(spot.start, spot.end, "m-task", anchor=f"k{proposal.number}")
            marks.setdefault(spot.paragraph, []).append(mark)


def _row(
    number: int,
    figure: ReportFigure,
    document: Document,
    catalogue: Catalogue,
    *,
    is_in_text: bool,
) -> FigureRow:
    found = figure.figure
    indicator = catalogue.indicators.get(found.indicator or "")
    notes = [_BOUND[found.bound], _KIND[found.kind], found.place]
    if figure.part_of is not None:
        notes.append("其中")
    if found.period and found.period != document.period:
        notes.append(found.period.label())
    return FigureRow(
        number,
        found.measure,
        figure.value,
        found.high,
        found.unit,
        _STATUS[Status.PLAN if is_planned(found) else found.status],
        "，".join(note for note in notes if note),
        indicator.name if indicator else "",
        is_in_text,
    )
