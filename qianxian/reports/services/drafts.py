"""Writing a report: the first draft, its edits, and looking at figures that moved."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from qianxian.core.errors import Conflict, UserError
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.indicators.queries import Reading
from qianxian.reports import access
from qianxian.reports.binding import COMPUTED, PRINTED, Ask, BoundFigure, bind
from qianxian.reports.drafting import Material, template_of
from qianxian.reports.models import Report, ReportFigure, SourceReport
from qianxian.reports.queries import look_at
from qianxian.reports.services.recording import record_report
from qianxian.reports.slots import read_slot
from qianxian.reports.stored import load_document
from qianxian_documents import BadDocumentNumber, DocumentNumber
from qianxian_figures import Period

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")


@transaction.atomic
def draft_report(
    *,
    place: Place,
    period: Period,
    by: User,
    at: datetime,
    base: SourceReport | None = None,
    title: str = "",
    issuer: str = "",
    has_letterhead: bool = False,
    post: str = "",
) -> Report:
    """Begin a report: in the words of an old one, or from the paragraphs of the packs."""
    on = timezone.localdate(at)
    access.require(by, Permission.REPORT_EDIT, place, on)
    if base is not None:
        access.require(by, Permission.REPORT_VIEW, base.place, on)
    reading = Reading.of(township_of(place))
    template, _ = template_of(
        Material(place, period, reading, on),
        load_document(base.reading) if base else None,
        source_period=base.period if base else None,
    )
    report = Report(
        place=place,
        start=period.start,
        end=period.end,
        title=(title.strip() or _title(place, period, base))[:120],
        issuer=issuer.strip()[:60],
        has_letterhead=has_letterhead,
        template=template,
        base=base,
    )
    return _save(report, reading, by=by, at=at, reason=f"起草：{report.title}", post=post)


def _title(place: Place, period: Period, base: SourceReport | None) -> str:
    """Last year's title with its years moved on, else a plain one."""
    if base is None:
        return f"{place}{period.label()}工作总结"
    moved = period.end.year - base.end.year
    return _YEAR.sub(lambda found: str(int(found[1]) + moved), base.title)


def _save(
    report: Report, reading: Reading, *, by: User, at: datetime, reason: str, post: str
) -> Report:
    """Write the report with the figures that its writer now sees."""
    ask = Ask(report.place, report.period, report.bases, timezone.localdate(at))
    figures = bind(report.template, ask, reading)
    report.as_of = reading.as_of
    report.written_at, report.written_by = at, by.name
    report.save()
    keep_figures(report, figures)
    record_report(report, by=by, at=at, reason=reason, post=post)
    return report


def keep_figures(report: Report, figures: dict[str, BoundFigure]) -> None:
    """Put these figures in place of those that the report last saw."""
    report.figures.all().delete()
    ReportFigure.objects.bulk_create(
        _row(report, position, figure) for position, figure in enumerate(figures.values())
    )


def _row(report: Report, position: int, figure: BoundFigure) -> ReportFigure:
    return ReportFigure(
        report=report,
        position=position,
        key=figure.key,
        indicator=figure.slot.name,
        form=figure.slot.form,
        place=figure.place,
        start=figure.period.start,
        end=figure.period.end,
        value=figure.value,
        printed=figure.printed.value if figure.printed else None,
        unit=figure.unit,
        text=figure.text,
        records=figure.records,
        missing=list(figure.missing_places),
    )


@transaction.atomic
def edit_draft(
    *,
    report: Report,
    version: int,
    template: str,
    by: User,
    at: datetime,
    title: str | None = None,
    issuer: str | None = None,
    number: str | None = None,
    has_letterhead: bool | None = None,
    post: str = "",
) -> Report:
    """Save the words of a draft. What is None stays.

    `version` is the one that the person opened. Raises Conflict where somebody saved in between,
    BadSlot for a slot that says nothing, UserError for a number that is none.
    """
    fresh = _locked_draft(report, by, at)
    if fresh.version != version:
        raise Conflict(
            f"{fresh.written_by} {timezone.localtime(fresh.written_at):%H:%M} 存过这份稿。"
            "你写的还在，比一比再存。"
        )
    fresh.template = template.replace("\r\n", "\n")
    fresh.title = _given(title, fresh.title)[:120]
    if not fresh.title:
        raise UserError("还没写标题。写一个，再存。")
    fresh.issuer = _given(issuer, fresh.issuer)[:60]
    fresh.number = _document_number(_given(number, fresh.number))
    if has_letterhead is not None:
        fresh.has_letterhead = has_letterhead
    if fresh.has_letterhead and not fresh.issuer:
        raise UserError("红头要有发文机关。在“署名”里写上，或者不用红头。")
    fresh.version += 1
    reading = Reading.of(township_of(fresh.place))
    return _save(fresh, reading, by=by, at=at, reason="改稿", post=post)


def _given(text: str | None, present: str) -> str:
    return present if text is None else text.strip()


def _document_number(text: str) -> str:
    try:
        return str(DocumentNumber.of(text)) if text else ""
    except BadDocumentNumber as error:
        raise UserError(str(error)) from error


def _locked_draft(report: Report, by: User, at: datetime) -> Report:
    # Locked, because two people may save the same draft at once.
    fresh = Report.objects.select_for_update().select_related("place").get(pk=report.pk)
    access.require(by, Permission.REPORT_EDIT, fresh.place, timezone.localdate(at))
    if fresh.is_published:
        raise UserError("这份报告已经印发，不能再改。要改，请另起一稿。")
    return fresh


@transaction.atomic
def accept_figures(*, report: Report, by: User, at: datetime, post: str = "") -> Report:
    """知道了: the writer has seen the figures as they are now."""
    fresh = _locked_draft(report, by, at)
    reading = Reading.of(township_of(fresh.place))
    return _save(fresh, reading, by=by, at=at, reason="看过变动的数", post=post)


@transaction.atomic
def choose_base(
    *, report: Report, key: str, choice: str, by: User, at: datetime, post: str = ""
) -> Report:
    """Choose which of two figures of last year growth is told from: as printed, or as counted."""
    if choice not in (PRINTED, COMPUTED):
        raise UserError("去年的数，选印发的那个，或者台账重算的那个。")
    fresh = _locked_draft(report, by, at)
    reading = Reading.of(township_of(fresh.place))
    slot = read_slot(key, reading.catalogue)
    about = f"{slot.name}@{slot.place}" if slot.place else slot.name
    fresh.bases = {**fresh.bases, about: choice}
    said = "印发的数" if choice == PRINTED else "台账重算的数"
    return _save(fresh, reading, by=by, at=at, reason=f"同比按去年{said}", post=post)


@transaction.atomic
def apply_correction(
    *, report: Report, finding: str, by: User, at: datetime, post: str = ""
) -> Report:
    """照此改: put the reader's correction in place of the words, where they stand once.

    Raises UserError where the finding has none, or its words are not in the template as they are.
    """
    fresh = _locked_draft(report, by, at)
    look = look_at(fresh, on=timezone.localdate(at))
    found = dict(look.findings).get(finding)
    if found is None or found.correction is None:
        raise UserError("这一处已经改过，或者要自己写怎么改。")
    if fresh.template.count(found.quote) != 1:
        raise UserError(f"“{found.quote}”在稿里不止一处，或者是算出来的数。请打开稿子改。")
    fresh.template = fresh.template.replace(found.quote, found.correction)
    fresh.version += 1
    said = f"照疑点改：{found.quote} → {found.correction}"
    return _save(fresh, look.reading, by=by, at=at, reason=said, post=post)
