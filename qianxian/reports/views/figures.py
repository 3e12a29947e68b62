"""A figure of a report on its own page: the records or the sentence that it came from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qianxian.core.models import Revision, User
from qianxian.core.queries import commit_of, today, township_of
from qianxian.core.requests import SignedIn
from qianxian.indicators.queries import Reading
from qianxian.ledgers.models import Entry
from qianxian.reports.binding import overdue_matters
from qianxian.reports.models import Report, ReportFigure
from qianxian.reports.panel import panel, seen_figure
from qianxian.reports.queries import look_at
from qianxian.reports.slots import Form
from qianxian.reports.views.common import report_of
from qianxian_engine import TraceRow

ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Traced:
    """An entry as the report counted it. `is_changed`: its date is another now, or it is gone."""

    entry: Entry
    on: date | None
    amount: Decimal | None
    is_changed: bool


@require_safe
def figure(request: SignedIn, pk: int, key: str) -> HttpResponse:
    """A figure as the report has it, with the entries that the gate lets through."""
    on = today()
    report = report_of(request, pk)
    seen = seen_figure(report, key)
    look = look_at(report, on=on)
    shown = panel(look, key, request.user, on)
    if shown is None or seen is None:
        raise Http404
    page = Paginator(_rows(report, seen), ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = _entries(request.user, on, report, list(page.object_list))
    context = {
        "report": report,
        "seen": seen,
        "panel": shown,
        "look": look,
        "on_own_page": True,
        "page": page,
        "rows": rows,
        "hidden": len(page.object_list) - len(rows),
        "commit": commit_of(report.place, report.as_of),
    }
    return render(request, "reports/figure.html", context)


def _rows(report: Report, seen: ReportFigure) -> list[TraceRow]:
    """The entries behind a figure, as of the commit that the report has it from."""
    if seen.form == Form.OVERDUE:
        found = overdue_matters(seen.place, today()).filter(ledger=seen.indicator)
        return [TraceRow(seen.indicator, entry.pk.hex, 0, None) for entry in found]
    if seen.form in (Form.TARGET, Form.NEXT_TARGET):
        return []
    reading = Reading.of(township_of(report.place), report.as_of)
    return reading.trace(seen.indicator, seen.place_id, report.period)


def _entries(user: User, on: date, report: Report, rows: list[TraceRow]) -> list[Traced]:
    """The rows whose entries the gate lets through; the rest are only counted."""
    visible = (
        Entry.objects.visible_to(user, on)
        .filter(pk__in=[row.entry for row in rows])
        .select_related("place__parent", "subject")
    )
    by_key = {entry.pk.hex: entry for entry in visible}
    seen = [row for row in rows if row.entry in by_key]
    days = _days(report, seen)
    return [_traced(row, by_key[row.entry], days) for row in seen]


def _days(report: Report, rows: list[TraceRow]) -> dict[str, date | None]:
    """The date that each entry had when the report counted it: it may have been corrected since."""
    bodies = Revision.objects.filter(
        kind=Revision.Kind.ENTRY,
        key__in=[row.entry for row in rows],
        commit__stream=township_of(report.place).pk,
        commit__number__in={row.from_commit for row in rows},
    ).values_list("key", "commit__number", "body")
    wanted = {(row.entry, row.from_commit) for row in rows}
    return {
        key: date.fromisoformat(on) if (on := json.loads(body).get("on")) else None
        for key, number, body in bodies
        if (key, number) in wanted
    }


def _traced(row: TraceRow, entry: Entry, days: dict[str, date | None]) -> Traced:
    on = days.get(row.entry, entry.on)
    return Traced(entry, on, row.amount, is_changed=entry.deleted or entry.on != on)
