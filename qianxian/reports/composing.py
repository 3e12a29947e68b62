"""A report's template with its figures in place: the text of the document, ready to be laid out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

from django.utils import timezone

from qianxian.reports.binding import BoundFigure, told
from qianxian.reports.slots import WORDS, Form, missing_mark, with_phrases, words_of
from qianxian_documents import (
    Attachments,
    Block,
    DocumentNumber,
    DocumentText,
    Heading,
    Note,
    Paragraph,
    Run,
    Signature,
    Table,
    number_headings,
    parse_blocks,
    to_text,
)
from qianxian_figures import Period


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the text: title, issuer, number, the days, the moment of the data.

    `names` are the names of places by their codes, for those that have not reported everything.
    """

    title: str
    issuer: str
    place: str
    period: Period
    signed_on: date
    data_at: datetime | None
    names: Mapping[str, str]
    number: str = ""
    has_letterhead: bool = False


def compose(template: str, figures: Mapping[str, BoundFigure], frame: Frame) -> DocumentText:
    """The text as a document; every printed figure is a run that carries the key of its slot."""
    phrases = {key: f.phrase for key, f in figures.items() if f.slot.form is Form.GROWTH}
    words = words_of(frame.period, frame.place)

    def fill(slot: str) -> Run:
        if slot in WORDS:
            return Run(words[slot])
        figure = figures[slot]
        return Run(figure.text or missing_mark(figure.name), slot)

    blocks = number_headings(parse_blocks(with_phrases(template, phrases), fill))
    closing: tuple[Signature | Note, ...] = (Note(note(figures.values(), frame)),)
    if frame.issuer:
        closing = (Signature(frame.issuer, frame.signed_on), *closing)
    text = DocumentText(frame.title, (*blocks, *closing))
    if not frame.has_letterhead:
        return text
    number = DocumentNumber.of(frame.number) if frame.number else None
    return replace(text, issuer=frame.issuer, number=number)


def note(figures: Iterable[BoundFigure], frame: Frame) -> str:
    """Both times of the data, and who has not reported: what a reader must know of the figures."""
    end = told(frame.period, frame.signed_on).end
    said = [f"数字截至{end.year}年{end.month}月{end.day}日"]
    if frame.data_at:
        at = timezone.localtime(frame.data_at)
        said.append(f"数据时点{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute:02}分")
    return "，".join(said) + "".join(f"；{line}" for line in _missing(figures, frame.names))


def _missing(figures: Iterable[BoundFigure], names: Mapping[str, str]) -> list[str]:
    """For each set of places that has not reported everything, the indicators it is missing from."""
    found: dict[tuple[str, ...], list[str]] = {}
    whole: dict[tuple[str, ...], bool] = {}
    for figure in figures:
        if not figure.missing_places or figure.figure is None or figure.figure.coverage is None:
            continue
        if figure.slot.place:
            continue  # what a village lacks is said once, of the whole
        whole[figure.missing_places] = not figure.figure.coverage.attested
        measures = found.setdefault(figure.missing_places, [])
        if figure.figure.measure not in measures:
            measures.append(figure.figure.measure)
    return [
        f"{'、'.join(measures)}，{_who(places, names, everybody=whole[places])}未报齐"
        for places, measures in found.items()
    ]


def _who(places: tuple[str, ...], names: Mapping[str, str], *, everybody: bool) -> str:
    if everybody and len(places) > 1:
        return "各村均"
    return "、".join(names.get(code, code) for code in places)


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line of the plain text: what it is, and its runs. Numbers are those that the check gives.

    kind    title, heading, text, row (of a table), caption, signature, note
    """

    number: int
    kind: str
    runs: tuple[Run, ...]
    level: int = 0

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def plain_text(text: DocumentText) -> str:
    """The text as it is checked: without the red head, which no rule is about."""
    return to_text(replace(text, issuer="", number=None))


def draft_lines(text: DocumentText) -> list[DraftLine]:
    """The lines of `plain_text`, each with the runs that it is made of."""
    kinds: list[tuple[str, int, tuple[Run, ...]]] = [("title", 0, (Run(text.title),))]
    for block in text.blocks:
        kinds += _lines_of(block)
    return [
        DraftLine(number, kind, runs, level) for number, (kind, level, runs) in enumerate(kinds, 1)
    ]


def _lines_of(block: Block) -> list[tuple[str, int, tuple[Run, ...]]]:
    match block:
        case Heading():
            return [("heading", block.level, block.runs)]
        case Paragraph():
            return [("text", 0, block.runs)]
        case Table():
            rows = [_row(row) for row in block.rows]
            caption = [("caption", 0, (Run(block.caption),))] if block.caption else []
            head = ("row", 1, (Run("\t".join(block.header)),))
            return [*caption, head, *(("row", 0, row) for row in rows)]
        case Note():
            return [("note", 0, (Run(f"（{block.text}）"),))]
        case Signature():
            day = block.date
            signed = f"{day.year}年{day.month}月{day.day}日"
            return [("signature", 0, (Run(block.issuer),)), ("signature", 0, (Run(signed),))]
        case Attachments():
            raise TypeError("a report here has no attachments")
        case _:
            assert_never(block)


def _row(cells: tuple[tuple[Run, ...], ...]) -> tuple[Run, ...]:
    out: list[Run] = []
    for number, cell in enumerate(cells):
        out += [Run("\t"), *cell] if number else cell
    return tuple(out)
