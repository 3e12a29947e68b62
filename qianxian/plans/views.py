"""今日, and the pages of plans."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import Absence, Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import commit_of, township_of, villages
from qianxian.core.queries import today as local_today
from qianxian.core.requests import SignedIn
from qianxian.indicators.asking import home_of
from qianxian.indicators.light import formula
from qianxian.indicators.queries import Reading
from qianxian.matters.queries import Inbox, inbox
from qianxian.matters.rows import matter_row
from qianxian.plans import services
from qianxian.plans.duty_sheet import duty_sheet
from qianxian.plans.forms import SplitForm, TaskForm, targets_of
from qianxian.plans.models import Plan, Task
from qianxian.plans.queries import PlanSheet, my_shares, plan_of, sheet
from qianxian.plans.wallsheet import months, quarter, wall_sheets

# Doors to ledgers that stand open; the others are one press away.
_TILES = 4


@require_safe
def today(request: SignedIn) -> HttpResponse:
    """First what to do, then how far we are."""
    user = request.user
    on = local_today()
    found = inbox(user, on)
    shown = _sheet_for(user)
    context = {
        "inbox": found,
        "groups": [(group, [matter_row(item) for item in group.items]) for group in found.groups],
        "counts": {group.key: group.total for group in found.groups},
        "sheet": shown,
        "mine": my_shares(user, shown)[:6] if shown else [],
        "as_of": commit_of(shown.plan.place, shown.as_of) if shown else None,
        "formula": formula(),
        "covers": _covered(found),
        **_tiles(user),
    }
    return render(request, "plans/today.html", context)


def _sheet_for(user: User) -> PlanSheet | None:
    on = local_today()
    home = home_of(user, on)
    if home is None or home.level == Place.Level.COUNTY:
        return None
    township = township_of(home)
    plan = plan_of(township, on)
    return sheet(plan, Reading.of(township), on, user=user) if plan else None


def _tiles(user: User) -> dict[str, list[dict[str, str]]]:
    """The ledgers that the user may record in, each a door on the page: a few, and all others.

    What is done and recorded in a day stands before what takes weeks. Left out is what is
    recorded from somewhere else: entries that hang on another one, and what comes in as a notice.
    """
    lines = {r.line for r in gate.reaches(user, Permission.ENTRY_EDIT, local_today())}
    ledgers = [
        x
        for x in catalogue().ledgers.values()
        if not (x.is_register or x.parents or x.place == "township") and lines & {"", x.line}
    ]
    ledgers.sort(key=lambda x: bool(x.flow))
    doors = [
        {
            "label": x.name.removesuffix("台账"),
            "url": reverse("ledgers:new", args=[x.id]),
            "icon": "plus",
        }
        for x in ledgers
    ]
    links = [
        {"label": "报齐", "url": reverse("ledgers:attestation"), "icon": "check"},
        {"label": "翻台账", "url": reverse("ledgers:index"), "icon": "ledger"},
    ]
    return {"tiles": doors[:_TILES] + links, "more_tiles": doors[_TILES:]}


def _covered(found: Inbox) -> list[Absence]:
    """Who is away whose work is in this inbox, with what they left said."""
    people = [duty.covers for duty in found.duties if duty.covers]
    on = local_today()
    return list(
        Absence.objects.filter(user__in=people, first_day__lte=on, last_day__gte=on).select_related(
            "user"
        )
    )


@require_GET
def index(request: SignedIn) -> HttpResponse:
    """The running plan, or the list where there is none."""
    user = request.user
    plans = Plan.objects.visible_to(user, local_today())
    running = plans.filter(start__lte=local_today(), end__gte=local_today()).first()
    if running and "all" not in request.GET:
        return redirect(running)
    return render(request, "plans/index.html", {"plans": plans.select_related("place")})


@require_safe
def plan(request: SignedIn, plan_id: int) -> HttpResponse:
    user = request.user
    found = _plan(user, plan_id)
    shown = sheet(found, Reading.of(township_of(found.place)), local_today(), user=user)
    reach = gate.reaches(user, Permission.PLAN_EDIT, local_today())
    may_edit = any(r.covers(r.line, found.place.path) for r in reach)
    only = request.GET.get("only", "")
    lines = [line for line in shown.lines if _is_wanted(line.colour, only)]
    context = {
        "sheet": shown,
        "lines": lines,
        "only": only,
        "has_villages": "villages" in request.GET or not any(x.whole for x in shown.lines),
        "matrix": _matrix(shown),
        "as_of": commit_of(shown.plan.place, shown.as_of),
        "formula": formula(),
        "may_edit": may_edit,
    }
    return render(request, "plans/plan.html", context)


@require_safe
def wall(request: SignedIn, plan_id: int) -> HttpResponse:
    """挂图: the plan on A3 for the wall, and what one village is handed, on A4."""
    user = request.user
    found = _plan(user, plan_id)
    shown = sheet(found, Reading.of(township_of(found.place)), local_today(), user=user)
    sheets = wall_sheets(shown)
    lateness = {row.village: row.is_late for one in sheets for row in one.rows}
    seen, late = list(lateness), [village for village in lateness if lateness[village]]
    chosen = _chosen(seen, request.GET.get("village"))
    context = {
        "plan": found,
        "shown": shown,
        "sheets": sheets if any(line.whole for line in shown.lines) else [],
        "villages": seen,
        "late": late,
        "heard": len(seen) - len(late),
        "months": months(shown),
        "quarter": quarter(shown),
        "village": chosen,
        "duty": duty_sheet(shown, chosen, user=user) if chosen else None,
        "is_late": chosen in late,
        "as_of": commit_of(found.place, shown.as_of),
        "formula": formula(),
    }
    return render(request, "plans/wall.html", context)


def _chosen(places: list[Place], code: str | None) -> Place | None:
    """The village asked for; the first one where none was. One out of reach is not there."""
    if code is None:
        return places[0] if places else None
    for place in places:
        if place.code == code:
            return place
    raise Http404


def _is_wanted(colour: str, only: str) -> bool:
    return only != "late" or colour in ("yellow", "red")


def _matrix(shown: PlanSheet) -> list[tuple[Place, list[object]]]:
    """Village → its share of each measured task, None where it has none."""
    return [
        (village, [line.share_of(village) for line in shown.measured])
        for village in villages(shown.plan.place, shown.on)
        if shown.measured
    ]


def _plan(user: User, plan_id: int) -> Plan:
    return get_object_or_404(Plan.objects.visible_to(user, local_today()), pk=plan_id)


@require_http_methods(["GET", "POST"])
def new_task(request: SignedIn, plan_id: int) -> HttpResponse:
    user = request.user
    found = _plan(user, plan_id)
    form = TaskForm(request.POST or None, plan=found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.accept_task(
                plan=found,
                text=data["text"],
                indicator_id=data["indicator"],
                value=data["value"],
                lead=data["lead"],
                due_on=data["due_on"],
                by=user,
                at=timezone.now(),
            )
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"任务进了{found.title}。")
            return redirect(found)
    status = 422 if form.errors else 200
    return render(request, "plans/new_task.html", {"plan": found, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
def split(request: SignedIn, task_id: int) -> HttpResponse:
    """Split a target to villages; proposed by households where nothing was split yet."""
    user = request.user
    task = _task(user, task_id)
    found = targets_of(task.plan, task.indicator)
    whole = found.get(task.plan.place_id)
    if whole is None:
        raise UserError("这项任务还没有全镇的数，先写全镇的，再分到村。")
    places = villages(task.plan.place, task.plan.end)
    given = {code: target.value for code, target in found.items()}
    proposed = {} if len(given) > 1 else services.share_by_households(whole.value, places)
    form = SplitForm(
        request.POST or None,
        places=places,
        given={**{p.code: v for p, v in proposed.items()}, **given},
        curve=whole.curve,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.split_target(
                task=task,
                shares=form.shares(),
                gap_reason=form.cleaned_data["gap_reason"],
                curve=form.cleaned_data["curve"],
                by=user,
                at=timezone.now(),
            )
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"“{task.text}”分到了{len(form.shares())}个村。")
            return redirect(task.plan)
    context = {"task": task, "whole": whole, "form": form, "is_proposed": bool(proposed)}
    return render(request, "plans/split.html", context, status=422 if form.errors else 200)


def _task(user: User, task_id: int) -> Task:
    plans = Plan.objects.visible_to(user, local_today())
    return get_object_or_404(Task.objects.select_related("plan__place"), pk=task_id, plan__in=plans)


@require_POST
def drop(request: SignedIn, task_id: int) -> HttpResponse:
    user = request.user
    task = _task(user, task_id)
    reason = request.POST.get("reason", "")
    services.drop_task(task=task, by=user, at=timezone.now(), reason=reason)
    messages.success(request, f"“{task.text}”不再算进{task.plan.title}。")
    return redirect(task.plan)
