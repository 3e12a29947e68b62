"""A report as it stands now: figures computed, text composed and checked, and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from qianxian.core.models import Commit, Place
from qianxian.core.queries import commit_of, township_of
from qianxian.indicators.queries import Reading
from qianxian.reports import checking
from qianxian.reports.binding import Ask, BoundFigure, bind
from qianxian.reports.composing import DraftLine, Frame, compose, draft_lines, plain_text
from qianxian.reports.findings import is_error, keyed
from qianxian.reports.models import Dismissal, Report, ReportFigure
from qianxian.reports.slots import MISSING, TO_CHECK, BadSlot
from qianxian_documents import DocumentText
from qianxian_figures import Figure
from qianxian_reader import Finding


@dataclass(frozen=True, slots=True)
class Drift:
    """A figure that is no longer what the report says."""

    seen: ReportFigure
    now: BoundFigure

    @property
    def key(self) -> str:
        return self.seen.key


class Look:
    """A report and everything that follows from it as of one commit. Made by `look_at`."""

    def __init__(self, report: Report, reading: Reading, on: date) -> None:
        self.report, self.reading, self.on = report, reading, on
        ask = Ask(report.place, report.period, report.bases, on)
        self.figures: dict[str, BoundFigure] = {}
        try:
            self.figures = bind(report.template, ask, reading)
        except BadSlot:
            # What went out stays readable, also when a definition that it used is gone.
            if not report.is_published:
                raise

    @cached_property
    def commit(self) -> Commit | None:
        """The commit that the figures are as of."""
        return commit_of(self.report.place, self.reading.as_of)

    @property
    def data_at(self) -> datetime | None:
        return self.commit.at if self.commit else None

    @cached_property
    def text(self) -> DocumentText:
        report = self.report
        frame = Frame(
            title=report.title,
            issuer=report.issuer,
            place=report.place.name,
            period=report.period,
            signed_on=self.on,
            data_at=self.data_at,
            names=self._names(),
            number=report.number,
            has_letterhead=report.has_letterhead,
        )
        return compose(report.template, self.figures, frame)

    def _names(self) -> dict[str, str]:
        missing = {code for f in self.figures.values() for code in f.missing_places}
        rows = Place.objects.filter(code__in=missing) if missing else ()
        return {row.code: row.name for row in rows}

    @cached_property
    def lines(self) -> list[DraftLine]:
        return draft_lines(self.text)

    @cached_property
    def plain(self) -> str:
        return plain_text(self.text)

    @cached_property
    def findings(self) -> list[tuple[str, Finding]]:
        """Every finding with its key, those that were dismissed too."""
        found = checking.check_text(
            self.plain,
            period=self.report.period,
            figures=self._told(),
            printed=[f.text for f in self.figures.values() if f.text],
        )
        return keyed(found)

    def _told(self) -> Mapping[str, Figure]:
        """Figures of the own place for every indicator that the text speaks of."""
        read = checking.read_draft(self.plain)
        known = self.reading.catalogue.indicators
        names = {f.figure.indicator for f in read.figures if f.figure.indicator in known}
        bound = {
            f.slot.name: f.figure
            for f in self.figures.values()
            if f.figure is not None and not f.slot.place
        }
        more = sorted(name for name in names - set(bound) if name)
        report = self.report
        found = self.reading.figures(more, [report.place.code], [report.period]) if more else []
        return {**bound, **dict(zip(more, found, strict=True))}

    @cached_property
    def dismissed(self) -> dict[str, Dismissal]:
        return {one.finding: one for one in self.report.dismissals.all()}

    @cached_property
    def open_errors(self) -> list[tuple[str, Finding]]:
        return [(k, f) for k, f in self.findings if is_error(f) and k not in self.dismissed]

    @cached_property
    def missing(self) -> list[BoundFigure]:
        return [f for f in self.figures.values() if f.is_missing]

    @cached_property
    def gaps(self) -> list[str]:
        """Places that a person left open in the words themselves."""
        return MISSING.findall(self.report.template)

    @cached_property
    def to_check(self) -> list[str]:
        return TO_CHECK.findall(self.report.template)

    @cached_property
    def drifts(self) -> list[Drift]:
        return drifts(self.report, self.figures)

    @property
    def blockers(self) -> list[str]:
        """Why it may not be sent out yet, one sentence each."""
        said = [f"{f.name}还没有数。" for f in self.missing]
        said += [f"{mark}还没补上。" for mark in self.gaps]
        said += [f"{mark}还没核对。" for mark in self.to_check]
        said += [f"第{f.lines[0]}行：{f.message}" for _, f in self.open_errors]
        said += [
            f"{d.now.name}变了：写稿时{d.seen.text or '没有数'}，现在{d.now.text or '没有数'}。看过再发。"
            for d in self.drifts
        ]
        return said

    @property
    def is_ready(self) -> bool:
        return not self.blockers


def look_at(report: Report, *, on: date, as_of: int | None = None) -> Look:
    """The report with figures as of a commit (None: now).

    A published report is told as of the day on which it went out: what differs then is what the
    records say, and not that a year has ended since.
    """
    if report.published_at:
        on = timezone.localdate(report.published_at)
    return Look(report, Reading.of(township_of(report.place), as_of), on)


def drifts(report: Report, figures: Mapping[str, BoundFigure]) -> list[Drift]:
    """Figures that print other words now than when the report last saw them."""
    return [
        Drift(seen, figures[seen.key])
        for seen in report.figures.all()
        if seen.key in figures and figures[seen.key].text != seen.text
    ]
