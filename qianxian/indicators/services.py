"""Writing targets and reported figures. Each write is a commit of the township's stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor, Change, record
from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Place, Revision, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.indicators.models import ReportedFigure, Target
from qianxian_figures import Figure, Period, Span
from qianxian_packs import Indicator

# A mistyped target of more digits than arithmetic keeps would break every page that adds it up.
_TOO_LARGE = Decimal(10) ** 12


def indicator_with_target(indicator_id: str) -> Indicator:
    """The definition, or UserError where it may have no target."""
    indicator = catalogue().indicators.get(indicator_id)
    if indicator is None:
        raise UserError(f"没有“{indicator_id}”这个指标。请从列表里选。")
    if indicator.target != "allowed":
        raise UserError(f"{indicator.name}按规定不设任务、不亮灯，只看数。")
    return indicator


@transaction.atomic
def set_targets(
    *,
    indicator_id: str,
    period: Period,
    values: Mapping[Place, Decimal],
    by: User,
    at: datetime,
    curve: Sequence[Decimal] = (),
    source: str = "",
    reason: str = "",
    post: str = "",
) -> list[Target]:
    """Set the targets of one indicator and period for these places, as one commit.

    Raises UserError for a negative or absurd value, a curve that falls or does not end at 1, and for places
    of more than one township.
    """
    indicator = indicator_with_target(indicator_id)
    _check_curve(curve, period)
    day = timezone.localdate(at)
    targets = []
    for place, value in values.items():
        gate.require(by, Permission.PLAN_EDIT, line=indicator.line, place=place, on=day)
        if not value.is_finite() or value >= _TOO_LARGE:
            raise UserError(f"{place}的任务不像是一个数，或者大得没有这样的事。请核对。")
        if value < 0:
            raise UserError(f"{place}的任务写成了{value}，任务不能是负数。")
        target, _ = Target.objects.update_or_create(
            indicator=indicator_id,
            place=place,
            start=period.start,
            end=period.end,
            defaults={"value": value, "curve": [str(c) for c in curve], "source": source},
        )
        targets.append(target)
    _record_targets(targets, by=by, at=at, reason=reason or source, post=post)
    return targets


def _check_curve(curve: Sequence[Decimal], period: Period) -> None:
    if not curve:
        return
    months = len(period.months())
    if not all(share.is_finite() for share in curve):
        raise UserError("进度曲线只写数，像 5 10 20 … 100。")
    if len(curve) != months or list(curve) != sorted(curve) or curve[-1] != 1 or curve[0] < 0:
        raise UserError(
            f"进度曲线要有{months}个月，每月写到当月底累计完成几成，只增不减，最后一个月是1。"
        )


def _record_targets(
    targets: Sequence[Target], *, by: User, at: datetime, reason: str, post: str
) -> Commit:
    townships = {township_of(target.place) for target in targets}
    if len(townships) != 1:
        raise UserError("一次只能给一个乡镇的地方下任务。")
    changes = [
        Change(Revision.Kind.TARGET, key := _target_key(t), {"id": key, **_target_body(t)})
        for t in targets
    ]
    return record(
        township=townships.pop(),
        changes=changes,
        by=Actor.of(by, post),
        at=at,
        reason=reason[:500],
    )


def _target_key(target: Target) -> str:
    return f"{target.indicator}/{target.place_id}/{target.period}"


def _target_body(target: Target) -> dict[str, Any]:
    return {
        "indicator": target.indicator,
        "place": target.place_id,
        "start": target.start.isoformat(),
        "end": target.end.isoformat(),
        "value": f"{target.value:f}",
        "curve": target.curve,
        "source": target.source,
    }


@transaction.atomic
def record_reported(
    *,
    figures: Sequence[Figure],
    place: Place,
    period: Period,
    by: User,
    at: datetime,
    source: str,
    post: str = "",
) -> list[ReportedFigure]:
    """Keep figures that a report printed, with their spans; a report read twice adds nothing.

    Figures without their own period are of `period`. Figures without a value are left out.
    """
    rows = [
        _reported(figure, figure.value, figure.provenance, place, period)
        for figure in figures
        if isinstance(figure.provenance, Span) and figure.value is not None
    ]
    known = set(
        ReportedFigure.objects.filter(document__in={r.document for r in rows}).values_list(
            "document", "line", "begin", "text"
        )
    )
    new = [r for r in rows if (r.document, r.line, r.begin, r.text) not in known]
    if not new:
        return []
    ReportedFigure.objects.bulk_create(new)
    record(
        township=township_of(place),
        changes=[_reported_change(row) for row in new],
        by=Actor.of(by, post),
        at=at,
        source=Commit.Source.IMPORT,
        source_ref=source[:200],
    )
    return new


def _reported(
    figure: Figure, value: Decimal, span: Span, place: Place, period: Period
) -> ReportedFigure:
    own = figure.period or period
    return ReportedFigure(
        indicator=figure.indicator or "",
        measure=figure.measure[:60],
        place=place,
        start=own.start,
        end=own.end,
        value=value,
        high=figure.high,
        unit=figure.unit,
        kind=figure.kind,
        status=figure.status,
        bound=figure.bound,
        document=span.document,
        line=span.line,
        begin=span.start,
        finish=span.end,
        text=span.text[:60],
    )


def _reported_change(row: ReportedFigure) -> Change:
    key = f"{row.document[:16]}/{row.line}/{row.begin}"
    body = {
        "id": key,
        "indicator": row.indicator,
        "measure": row.measure,
        "place": row.place_id,
        "start": row.start.isoformat(),
        "end": row.end.isoformat(),
        "value": f"{row.value:f}",
        "unit": row.unit,
        "status": str(row.status),
        "bound": str(row.bound),
        "document": row.document,
        "text": row.text,
    }
    return Change(Revision.Kind.REPORTED, key, body)
