"""Reading a report that was written elsewhere, and taking its tasks into the plan."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.files import digest_of
from qianxian.core.models import Place, Post, User
from qianxian.core.permissions import Permission
from qianxian.indicators.services import record_reported
from qianxian.plans.models import Plan
from qianxian.plans.services import Origin, accept_task, plan_for
from qianxian.reports import access, files
from qianxian.reports.drafting import village_names
from qianxian.reports.learning import is_planned, place_of
from qianxian.reports.models import SourceReport
from qianxian.reports.services.recording import record_source
from qianxian.reports.stored import dump_document, load_document
from qianxian.reports.tasks import plan_period
from qianxian_figures import Figure, Period, Status
from qianxian_reader import Document, ReaderError, read


def read_report(
    *,
    data: bytes,
    name: str,
    place: Place,
    by: User,
    at: datetime,
    period: Period | None = None,
    post: str = "",
) -> SourceReport:
    """Read an old report, keep the file, and keep the figures that it printed.

    period   of the whole report; None takes what the report itself says
    The same file for the same place twice is one reading. Raises UserError with the reader's own
    sentence for a file that cannot be read, and where nobody says which period it is of.
    """
    access.require(by, Permission.REPORT_EDIT, place, timezone.localdate(at))
    digest = digest_of(data)
    known = SourceReport.objects.filter(place=place, digest=digest).first()
    if known:
        return known
    started = time.perf_counter()
    try:
        document = read(data, name, catalogue=catalogue())
    except ReaderError as error:
        raise UserError(error.sentence) from error
    seconds = Decimal(str(round(time.perf_counter() - started, 2)))
    told = period or document.period
    if told is None:
        raise UserError("看不出这份报告写的是哪一年。请在“写的是哪段时间”里选一个，再读一次。")
    # On disk before the row that names it, and outside the transaction: a file too many is no harm.
    files.keep(data)
    return _keep_reading(
        document, digest, place=place, period=told, seconds=seconds, by=by, at=at, post=post
    )


@transaction.atomic
def _keep_reading(
    document: Document,
    digest: str,
    *,
    place: Place,
    period: Period,
    seconds: Decimal,
    by: User,
    at: datetime,
    post: str,
) -> SourceReport:
    source = SourceReport.objects.create(
        place=place,
        start=period.start,
        end=period.end,
        title=(document.title or document.file)[:200],
        name=document.file[:200],
        digest=digest,
        reading=dump_document(document),
        figures_count=len(document.figures),
        findings_count=len(document.findings),
        tasks_count=len(document.tasks),
        read_seconds=seconds,
        uploaded_at=at,
        uploaded_by=by.name,
    )
    for where, figures in _by_place(document, digest, place).items():
        record_reported(
            figures=figures, place=where, period=period, by=by, at=at, source=source.name, post=post
        )
    record_source(source, by=by, at=at, reason=f"读报告：{source.title}", post=post)
    return source


def _by_place(document: Document, digest: str, place: Place) -> dict[Place, list[Figure]]:
    """Figures by the place that they are about. One about a place that is not ours stands under
    the report's place and is of no indicator, so that nothing is ever compared with it."""
    names = village_names(place)
    villages = {p.code: p for p in Place.objects.filter(code__in=names.values())}
    out: dict[Place, list[Figure]] = {}
    for one in document.figures:
        figure = replace(one.figure, provenance=replace(one.span, document=digest))
        code = place_of(figure, document.place, names)
        where = villages[code] if code else place
        if code is None:
            figure = replace(figure, indicator=None)
        if is_planned(figure):
            figure = replace(figure, status=Status.PLAN)
        if one.part_of is not None:
            # 其中三格式40户 is 改厕 too, but not all of it.
            figure = replace(figure, indicator=None)
        out.setdefault(where, []).append(figure)
    return out


@dataclass(frozen=True, slots=True)
class Taken:
    """How one task of a reading goes into the plan, after a person has looked at it."""

    text: str
    indicator: str = ""
    value: Decimal | None = None
    lead: Post | None = None
    due_on: date | None = None


@transaction.atomic
def accept_tasks(
    *,
    source: SourceReport,
    taken: Mapping[int, Taken],
    by: User,
    at: datetime,
    post: str = "",
) -> list[int]:
    """Put tasks of a reading into the plan of the period that they are for; returns their numbers.

    A task that is in the plan already is left as it is. Raises UserError as `accept_task` does.
    """
    access.require(by, Permission.REPORT_VIEW, source.place, timezone.localdate(at))
    # Locked, because two people may press the same button.
    source = SourceReport.objects.select_for_update().get(pk=source.pk)
    document = load_document(source.reading)
    wanted = [n for n in sorted(taken) if str(n) not in source.accepted]
    if not wanted:
        return []
    period = plan_period(document, source.period)
    # A plan that is open already takes tasks of one line from that line's own clerk.
    plan = Plan.objects.filter(
        place=source.place, start=period.start, end=period.end
    ).first() or plan_for(place=source.place, period=period, by=by, at=at, post=post)
    for number in wanted:
        read_task, given = document.tasks[number], taken[number]
        task = accept_task(
            plan=plan,
            text=given.text,
            by=by,
            at=at,
            indicator_id=given.indicator,
            value=given.value,
            lead=given.lead,
            due_on=given.due_on,
            origin=Origin(source.digest, read_task.line, read_task.text),
            post=post,
        )
        source.accepted[str(number)] = task.pk
    source.save(update_fields=["accepted"])
    record_source(source, by=by, at=at, reason=f"{len(wanted)}项任务进计划", post=post)
    return wanted
