"""The page of a report that is written: its lines with threads on the figures, its findings."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from qianxian.core.parts import FindingCard, Need
from qianxian.reports.composing import DraftLine
from qianxian.reports.marking import Disc, Mark, Piece, pieces
from qianxian.reports.models import Dismissal
from qianxian.reports.queries import Look
from qianxian.reports.reading_page import card_of
from qianxian.reports.slots import MISSING, TO_CHECK
from qianxian_reader import Finding

_TAGS = {"title": "h2", "text": "p", "row": "p", "caption": "p", "note": "p", "signature": "p"}


@dataclass(frozen=True, slots=True)
class LineBlock:
    """One line as it is drawn. `css` sets signature and note apart."""

    tag: str
    css: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class DraftFinding:
    key: str
    card: FindingCard
    dismissal: Dismissal | None


def drawn(
    lines: Iterable[DraftLine],
    *,
    stale: Collection[str] = (),
    chosen: str = "",
    edit_url: str = "",
    findings: Iterable[tuple[int, Finding]] = (),
) -> tuple[LineBlock, ...]:
    """The lines with their marks: figures as threads, what waits in red, findings underlined."""
    marks: dict[int, list[Mark]] = {}
    for number, finding in findings:
        _mark_finding(marks, number, finding)
    return tuple(
        _block(line, marks.get(line.number, []), stale, chosen, edit_url) for line in lines
    )


def _mark_finding(marks: dict[int, list[Mark]], number: int, finding: Finding) -> None:
    is_soft = finding.severity.value != "error"
    css = "m-warn" if is_soft else "m-err"
    for index, span in enumerate(finding.spans):
        disc = None if index else Disc(number, f"#f{number}", is_soft)
        anchor = "" if index else f"t{number}"
        mark = Mark(span.start, span.end, css, anchor=anchor, disc=disc)
        marks.setdefault(span.line, []).append(mark)


def _block(
    line: DraftLine, marks: list[Mark], stale: Collection[str], chosen: str, edit_url: str
) -> LineBlock:
    at = 0
    found = list(marks)
    for run in line.runs:
        end = at + len(run.text)
        if run.figure:
            found.append(_thread(at, end, run.text, run.figure, stale, chosen))
        else:
            found += _holes(at, run.text, edit_url)
        at = end
    tag = {1: "h3"}.get(line.level, "h4") if line.kind == "heading" else _TAGS[line.kind]
    css = line.kind if line.kind in ("note", "signature", "caption") else ""
    return LineBlock(tag, css, pieces(line.text, found))


def _thread(start: int, end: int, text: str, key: str, stale: Collection[str], chosen: str) -> Mark:
    link = "fig"
    if MISSING.fullmatch(text):
        link = "fig missing"
    elif key in stale:
        link = "fig stale"
    if key == chosen:
        link += " chosen"
    return Mark(start, end, href=f"?figure={key}#figure", link=link)


def _holes(at: int, text: str, edit_url: str) -> list[Mark]:
    """What a person still has to fill in or look at in the words themselves."""
    return [
        Mark(at + m.start(), at + m.end(), href=edit_url or "#needs", link="fig missing")
        for pattern in (MISSING, TO_CHECK)
        for m in pattern.finditer(text)
    ]


def open_findings(look: Look) -> list[tuple[int, str, Finding]]:
    """Findings that nobody has dismissed, numbered in the order of the text."""
    found = [(key, f) for key, f in look.findings if key not in look.dismissed]
    return [(number, key, f) for number, (key, f) in enumerate(found, 1)]


def finding_cards(look: Look) -> list[DraftFinding]:
    """The open ones, errors first, then those that were dismissed."""
    order = {"error": 0, "warn": 1, "info": 2}
    cards = [DraftFinding(key, card_of(f, n), None) for n, key, f in open_findings(look)]
    cards.sort(key=lambda one: (order[one.card.severity], one.card.number))
    done = [
        DraftFinding(key, card_of(f, 0), look.dismissed[key])
        for key, f in look.findings
        if key in look.dismissed
    ]
    return [*cards, *done]


def why_not(look: Look) -> str:
    """What is in the way, counted, for the line at the top."""
    said = [
        (len(look.missing), "个数没有"),
        (len(look.drifts), "个数变了"),
        (len(look.gaps), "处没补"),
        (len(look.to_check), "处去年的话没核对"),
        (len(look.open_errors), "处要改"),
    ]
    return "，".join(f"{count} {words}" for count, words in said if count)


def needs(look: Look) -> list[Need]:
    """What has to be done before it goes out, and what is done already."""
    out = [Need(f"{f.name}：还没有数", url=f"?figure={f.key}#figure") for f in look.missing]
    if look.drifts:
        first = look.drifts[0].key
        out.append(Need(f"看过变动的数 {len(look.drifts)} 个", url=f"?figure={first}#figure"))
    if look.gaps:
        out.append(Need(f"正文里还有 {len(look.gaps)} 处待补"))
    if look.to_check:
        out.append(Need(f"去年的话还有 {len(look.to_check)} 处没核对", url="#last-year"))
    if look.open_errors:
        out.append(Need(f"要改的疑点 {len(look.open_errors)} 处", url="#findings"))
    sound = sum(not f.is_missing for f in look.figures.values())
    out.append(Need(f"{sound} 个数都有出处", "have"))
    if not look.open_errors:
        out.append(Need("核过一遍，没有要改的", "have"))
    return out
