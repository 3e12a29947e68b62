"""The figures of a report: found, ruled on, named and described, paragraph by paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qianxian_figures import Bound, Figure, Kind, Period, Status
from qianxian_reader._clauses import Clause, clauses, named_from
from qianxian_reader._document import ReportFigure, Role, Section
from qianxian_reader._fit import as_rank
from qianxian_reader._found import Found, Frame
from qianxian_reader._headings import number_of
from qianxian_reader._measure import Namer
from qianxian_reader._numbers import Candidate, Form, candidates
from qianxian_reader._paragraphs import Paragraph
from qianxian_reader._places_named import Placer
from qianxian_reader._qualities import bound, kind
from qianxian_reader._rulings import figures as ruled
from qianxian_reader._status import Statuses
from qianxian_reader._tables import TableReader
from qianxian_reader._tokens import Tokens
from qianxian_reader._topic import Named
from qianxian_reader._when import periods

_Said = tuple[Status, str, Period | None, Bound]  # of a figure by its clause and its section


_EACH, _LEAD = re.compile(r"分别[^，。；]*$"), 24


class ParagraphReader:
    """Reads the figures of one paragraph."""

    def __init__(self, paragraph: Paragraph, section: Section, frame: Frame) -> None:
        self._paragraph = paragraph
        self._section = section
        self._frame = frame
        self._text = paragraph.text
        self._last, self._end = Kind.LEVEL, 0  # of the figure before

    def read(self) -> list[Found]:
        """Figures in text order; `part_of` counts within the paragraph."""
        found = ruled(self._text, candidates(self._text))
        if not found:
            return []
        parted = clauses(self._text, found)
        starts = [one.start for one in found]
        heading = self._section.heading
        number = len(number_of(self._text)[1])
        tokens = Tokens(self._text, named_from(parted))
        named = Namer(found, tokens, heading, number).read(parted)
        year = self._section.year or self._frame.year
        status = Statuses(self._section.role, parted, year, found).read()
        placed = Placer(self._text, starts, self._frame.names).read(parted)
        when = periods(self._text, parted, starts, year)
        bounds = self._bounds(found)
        here = self._period()
        out: list[Found] = []
        for place, clause in enumerate(parted):
            for n in clause.figures:
                said = (status[n], placed.get(n, ""), when.get(n) or here, bounds[n])
                figure = self._figure(found[n], n, named[n], clause, said)
                out.append(self._found(figure, found[n], named[n], (clause.sentence, place)))
        return out

    def _found(self, figure: Figure, one: Candidate, named: Named, where: tuple[int, int]) -> Found:
        return Found(
            ReportFigure(figure, self._section.id, named.of),
            self._paragraph.number,
            one.start,
            one.end,
            *where,
            is_pair=named.is_pair,
            is_listed=named.is_listed,
            unit_missing=one.form is Form.BARE,
        )

    def _bounds(self, found: Sequence[Candidate]) -> list[Bound]:
        """不低于60%、55%: what leads up to the first of a list holds for the next in its unit, and
        in 分别增长7%、8%以上 what follows the last holds for those before it.
        """
        out: list[Bound] = []
        for place, one in enumerate(found):
            said = bound(self._text, one)
            before = found[place - 1] if place else None
            is_next = before is not None and self._text[before.end : one.start] in ("、", "和")
            if said is Bound.EXACT and is_next and before and before.unit == one.unit:
                said = out[-1] if before.about is Bound.EXACT else said
            out.append(said)
        for place in reversed(range(len(out) - 1)):
            if out[place] is Bound.EXACT and self._shares_end(*found[place : place + 2]):
                out[place] = out[place + 1]
        return out

    def _shares_end(self, one: Candidate, following: Candidate) -> bool:
        is_same = one.unit == following.unit and following.about is Bound.EXACT
        is_next = self._text[one.end : following.start] in ("、", "和")
        return is_same and is_next and bool(_EACH.search(self._text[: one.start][-_LEAD:]))

    def _is_next(self, one: Candidate) -> bool:
        """Whether only a joint parts it from the figure before."""
        return self._text[self._end : one.start] in ("、", "和", "及", "与")

    def _period(self) -> Period | None:
        year = self._section.year
        if year is not None and year != self._frame.year:
            return Period.year(year)
        return self._frame.period

    def _figure(
        self, one: Candidate, number: int, named: Named, clause: Clause, said: _Said
    ) -> Figure:
        status, place, period, how_exact = said
        index = clause.figures.index(number)
        before = "".join(clause.pieces[: index + 1]) if index else clause.pieces[0]
        start = self._text[clause.start : one.start] if index else before
        measure = as_rank(named.text()) if one.form is Form.RANK else named.text()
        what = kind(named.said or start, one, clause.pieces[index + 1])
        if what is Kind.RATE and self._last is Kind.CHANGE and self._is_next(one):
            what = Kind.CHANGE  # 分别上涨4.8%、2.8%
        self._last, self._end = what, one.end
        return Figure(
            measure=self._frame.one(measure),
            value=self._frame.value(one.value),
            unit=one.unit,
            indicator=self._frame.matcher.match(measure, one.unit, what, one.value),
            high=one.high,
            kind=what,
            status=status,
            bound=how_exact,
            place=place,
            period=period,
            provenance=self._frame.span(self._paragraph, one.start, one.end),
        )


def read_figures(
    paragraphs: Sequence[Paragraph],
    skipped: frozenset[int],
    sections: Sequence[Section],
    of_paragraph: Sequence[int],
    frame: Frame,
) -> list[Found]:
    """All figures of the running text and of the tables, with `part_of` counted over all."""
    out: list[Found] = []
    rows: list[Paragraph] = []
    tables = _Tables(paragraphs, sections, of_paragraph, frame)
    for paragraph in paragraphs:
        if rows and not paragraph.cells:
            out += tables.read(rows, len(out))
            rows = []
        section = sections[of_paragraph[paragraph.number]]
        if paragraph.number in skipped or is_glossary(section, sections):
            continue
        if paragraph.cells:
            rows.append(paragraph)
            continue
        out += _counted_from(len(out), ParagraphReader(paragraph, section, frame).read())
    out += tables.read(rows, len(out))
    return out


def _counted_from(first: int, found: Sequence[Found]) -> Iterator[Found]:
    """`part_of`, counted within a paragraph or a table, counted over all figures."""
    for one in found:
        whole = one.figure.part_of
        if whole is not None:
            one = replace(one, figure=replace(one.figure, part_of=first + whole))
        yield one


class _Tables:
    """Reads table after table; one that a single line parts from its head goes on with it."""

    def __init__(
        self,
        paragraphs: Sequence[Paragraph],
        sections: Sequence[Section],
        of_paragraph: Sequence[int],
        frame: Frame,
    ) -> None:
        self._paragraphs = paragraphs
        self._sections = sections
        self._of_paragraph = of_paragraph
        self._frame = frame
        self._last: TableReader | None = None
        self._end = 0

    def read(self, rows: Sequence[Paragraph], first: int) -> Iterator[Found]:
        if not rows:
            return iter(())
        start = rows[0].number
        before = self._paragraphs[start - 1].text if start else ""
        section = self._sections[self._of_paragraph[start]]
        above = self._last if start - self._end == 2 else None
        self._last, self._end = TableReader(section, self._frame, above), rows[-1].number
        return _counted_from(first, self._last.read(rows, before))


def is_glossary(section: Section, sections: Sequence[Section]) -> bool:
    """A list of explained words is not the report's own account."""
    while section.parent is not None and section.level > 1:
        section = sections[section.parent]
    return section.role is Role.OTHER and (
        "名词解释" in section.heading or "注释" in section.heading
    )
