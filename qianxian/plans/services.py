"""Plans: taking tasks in, splitting a target to villages, giving it a curve and an owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor, Change, record
from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import Place, Post, Revision, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of, villages
from qianxian.indicators import services as indicators
from qianxian.indicators.models import Target
from qianxian.ledgers.models import Entry
from qianxian.plans.models import Plan, Task
from qianxian_figures import Period


@dataclass(frozen=True, slots=True)
class Origin:
    """The sentence that a task came from: digest of the document, 1-based line, words."""

    document: str = ""
    line: int | None = None
    text: str = ""


@transaction.atomic
def plan_for(*, place: Place, period: Period, by: User, at: datetime, post: str = "") -> Plan:
    """The plan of a place and period. Opening one needs the right for every line."""
    found = Plan.objects.filter(place=place, start=period.start, end=period.end).first()
    if found:
        return found
    gate.require(by, Permission.PLAN_EDIT, line="", place=place, on=timezone.localdate(at))
    plan = Plan.objects.create(
        place=place,
        start=period.start,
        end=period.end,
        title=f"{place}{period.label()}工作计划",
    )
    _record(plan, [], by=by, at=at, reason=f"建立{plan.title}", post=post)
    return plan


@transaction.atomic
def accept_task(
    *,
    plan: Plan,
    text: str,
    by: User,
    at: datetime,
    indicator_id: str = "",
    value: Decimal | None = None,
    lead: Post | None = None,
    due_on: date | None = None,
    origin: Origin | None = None,
    post: str = "",
) -> Task:
    """Take a task into the plan, with its target where an indicator measures it.

    Raises UserError where the plan has a task for that indicator already.
    """
    _require_edit(plan, indicator_id, by, at)
    came = origin or Origin()
    task = Task(
        plan=plan,
        text=text.strip()[:300],
        indicator=indicator_id,
        line=catalogue().indicators[indicator_id].line if indicator_id else "",
        lead=lead,
        due_on=due_on or plan.end,
        document=came.document,
        source_line=came.line,
        source_text=came.text[:500],
    )
    if not task.text:
        raise UserError("还没写任务是什么。写一句，再放进计划。")
    try:
        with transaction.atomic():
            task.save()
    except IntegrityError as error:
        name = catalogue().indicators[indicator_id].name
        raise UserError(f"计划里已经有“{name}”的任务。打开那一条改数就行。") from error
    _record(plan, [task], by=by, at=at, reason="任务进计划", post=post)
    if indicator_id and value is not None:
        indicators.set_targets(
            indicator_id=indicator_id,
            period=plan.period,
            values={plan.place: value},
            by=by,
            at=at,
            source=came.text[:200] or task.text[:200],
            post=post,
        )
    return task


@transaction.atomic
def split_target(
    *,
    task: Task,
    shares: Mapping[Place, Decimal],
    by: User,
    at: datetime,
    gap_reason: str = "",
    curve: Sequence[Decimal] = (),
    post: str = "",
) -> list[Target]:
    """Split the target of a task to villages. The parts add up to the whole, or say why not."""
    _require_edit(task.plan, task.indicator, by, at)
    whole = (
        Target.objects.of(task.indicator, task.plan.period).filter(place=task.plan.place).first()
    )
    if whole is None:
        raise UserError("这项任务还没有全镇的数，先写全镇的，再分到村。")
    known = {v.pk for v in villages(task.plan.place)}
    if strange := [p.name for p in shares if p.pk not in known]:
        raise UserError(f"{'、'.join(strange)}不是{task.plan.place}的村。")
    gap = whole.value - sum(shares.values(), Decimal(0))
    if gap and not gap_reason.strip():
        word = "少" if gap > 0 else "多"
        raise UserError(
            f"各村合计{sum(shares.values(), Decimal(0)):f}，比全镇任务{whole.value.normalize():f}"
            f"{word}{abs(gap).normalize():f}。改到相等，或者写明为什么不等。"
        )
    task.gap_reason = gap_reason.strip() if gap else ""
    task.save(update_fields=["gap_reason"])
    _record(task.plan, [task], by=by, at=at, reason=task.gap_reason or "任务分到村", post=post)
    return indicators.set_targets(
        indicator_id=task.indicator,
        period=task.plan.period,
        values={task.plan.place: whole.value, **shares},
        curve=curve or [Decimal(c) for c in whole.curve],
        by=by,
        at=at,
        source=whole.source,
        post=post,
    )


def share_by_households(whole: Decimal, places: Sequence[Place]) -> dict[Place, Decimal]:
    """A first split of a whole number by the households that each village registers."""
    rows = Entry.objects.present().filter(ledger="household")
    weights = {
        place: rows.filter(place__in=Place.objects.within(place.path).values("code")).count()
        for place in places
    }
    return proposed_split(whole, weights)


def proposed_split(whole: Decimal, weights: Mapping[Place, int]) -> dict[Place, Decimal]:
    """A whole number shared by weight (households), largest remainders first; adds up exactly."""
    total = sum(weights.values())
    if not total or whole != whole.to_integral_value():
        return {}
    exact = {place: whole * weight / total for place, weight in weights.items()}
    shares = {place: Decimal(int(share)) for place, share in exact.items()}
    left = int(whole - sum(shares.values()))
    by_remainder = sorted(exact, key=lambda p: (shares[p] - exact[p], p.pk))
    for place in by_remainder[:left]:
        shares[place] += 1
    return shares


@transaction.atomic
def drop_task(*, task: Task, by: User, at: datetime, reason: str, post: str = "") -> Task:
    """Take a task out of the plan, with a reason. Its targets stay in history."""
    _require_edit(task.plan, task.indicator, by, at)
    if not reason.strip():
        raise UserError("还没写为什么不做了。写一句，年底才说得清。")
    if task.is_dropped:
        raise UserError("这项任务已经不在计划里了。")
    task.is_dropped = True
    task.save(update_fields=["is_dropped"])
    _record(task.plan, [task], by=by, at=at, reason=reason.strip(), post=post)
    return task


def _require_edit(plan: Plan, indicator_id: str, by: User, at: datetime) -> None:
    line = indicators.indicator_with_target(indicator_id).line if indicator_id else ""
    gate.require(by, Permission.PLAN_EDIT, line=line, place=plan.place, on=timezone.localdate(at))


def _record(
    plan: Plan, tasks: Sequence[Task], *, by: User, at: datetime, reason: str, post: str
) -> None:
    changes = [
        Change(Revision.Kind.TASK, key := f"plan/{plan.pk}", {"id": key, **_plan_body(plan)})
    ]
    changes += [
        Change(Revision.Kind.TASK, key := f"task/{task.pk}", {"id": key, **_task_body(task)})
        for task in tasks
    ]
    record(
        township=township_of(plan.place),
        changes=changes,
        by=Actor.of(by, post),
        at=at,
        reason=reason[:500],
    )


def _plan_body(plan: Plan) -> dict[str, str]:
    return {"title": plan.title, "place": plan.place_id, "period": str(plan.period)}


def _task_body(task: Task) -> dict[str, object]:
    return {
        "plan": task.plan_id,
        "text": task.text,
        "indicator": task.indicator,
        "lead": task.lead_id or "",
        "due_on": task.due_on.isoformat() if task.due_on else "",
        "gap_reason": task.gap_reason,
        "document": task.document,
        "source_line": task.source_line,
        "dropped": task.is_dropped,
    }
