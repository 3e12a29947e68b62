"""Reading old reports: handing one in, what was found in it, its tasks into the plan."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qianxian.core.definitions import catalogue
from qianxian.core.downloads import FOREIGN, download
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.parts import Link
from qianxian.core.permissions import Permission
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn
from qianxian.plans.models import Task
from qianxian.reports import access, files, services
from qianxian.reports.forms import ReadForm, TaskForm
from qianxian.reports.models import SourceReport
from qianxian.reports.reading_page import ReadingPage, reading_page
from qianxian.reports.services.sources import Taken
from qianxian.reports.stored import load_document
from qianxian.reports.tasks import plan_period, proposals
from qianxian.reports.views import common
from qianxian.reports.views.common import attempt, may, post_of, source_of

TABS = {"findings": "疑点", "tasks": "任务", "figures": "数字"}


@require_http_methods(["GET", "HEAD", "POST"])
def read_new(request: SignedIn) -> HttpResponse:
    """Hand in an old report as a file or as pasted text."""
    on = today()
    places = access.places_for(request.user, Permission.REPORT_EDIT, on)
    if not places:
        raise NotVisible("没有这一页，或者不归你的岗位看。")
    form = ReadForm(request.POST or None, request.FILES or None, places=places, on=on)
    if request.method == "POST" and form.is_valid():
        data, name, period = form.given()
        try:
            source = services.read_report(
                data=data,
                name=name,
                period=period,
                place=form.cleaned_data["place"],
                by=request.user,
                at=timezone.now(),
                post=post_of(request.user, on),
            )
        except UserError as error:
            form.add_error("file" if form.cleaned_data["file"] else "text", str(error))
        else:
            return redirect(source)
    status = 422 if form.errors else 200
    return render(request, "reports/read.html", {"form": form}, status=status)


@require_safe
def source(request: SignedIn, pk: int) -> HttpResponse:
    """The text with figures, findings and tasks marked in place, and one of the lists beside it."""
    found = source_of(request, pk)
    tab = request.GET.get("tab", "findings")
    if tab not in TABS:
        raise Http404
    document = load_document(found.reading)
    said = {d.finding: d for d in found.dismissals.all()}
    page = reading_page(document, catalogue(), said, tab=tab)
    context = {
        "source": found,
        "page": page,
        "tab": tab,
        "tabs": _tabs(page, tab),
        "repairs": [r for r in document.repairs if r.is_repaired],
        "kept": [r for r in document.repairs if not r.is_repaired],
        "plan_period": plan_period(document, found.period),
        "may_edit": may(request, Permission.REPORT_EDIT, found.place),
        "may_plan": may(request, Permission.PLAN_EDIT, found.place),
        **_tasks(page, found),
    }
    return render(request, "reports/source.html", context)


def _tabs(page: ReadingPage, tab: str) -> list[Link]:
    counts = {
        "findings": len(page.open_findings),
        "tasks": len(page.tasks),
        "figures": len(page.figures),
    }
    return [
        Link(label, f"?tab={key}", key == tab, counts[key], key == "findings" and page.errors > 0)
        for key, label in TABS.items()
    ]


def _tasks(page: ReadingPage, found: SourceReport) -> dict[str, Any]:
    """Each proposal with the task that was made of it, and how many wait with all they need."""
    made = Task.objects.filter(pk__in=found.accepted.values(), is_dropped=False)
    by_key = {task.pk: task for task in made.select_related("lead__office", "plan")}
    known = catalogue().indicators
    rows = [
        (p, by_key.get(found.accepted.get(str(p.number), 0)), known.get(p.indicator))
        for p in page.tasks
    ]
    waiting = sum(p.is_matched and task is None for p, task, _ in rows)
    return {"tasks": rows, "waiting": waiting}


@require_safe
def source_file(request: SignedIn, pk: int) -> HttpResponse:
    """The file as it was handed in, byte for byte."""
    found = source_of(request, pk)
    return download(files.load(found.digest), found.name, FOREIGN)


@require_POST
def dismiss(request: SignedIn, pk: int, finding: str) -> HttpResponse:
    found = source_of(request, pk)
    common.dismiss(request, found, finding)
    return redirect(found)


@require_POST
def restore(request: SignedIn, pk: int, finding: str) -> HttpResponse:
    found = source_of(request, pk)
    common.restore(request, found, finding)
    return redirect(found)


@require_POST
def accept_matched(request: SignedIn, pk: int) -> HttpResponse:
    """Every task that an indicator measures goes into the plan as it was read."""
    found = source_of(request, pk)
    ready = [
        p
        for p in proposals(load_document(found.reading), catalogue())
        if p.is_matched and str(p.number) not in found.accepted
    ]
    taken = {p.number: Taken(p.text, p.indicator, p.value, None, p.due_on) for p in ready}
    act = partial(
        services.accept_tasks,
        source=found,
        taken=taken,
        by=request.user,
        at=timezone.now(),
        post=post_of(request.user, today()),
    )
    attempt(request, act, f"{len(taken)} 项任务进了计划。请在计划里定牵头岗位，分到村。")
    return redirect(f"{found.get_absolute_url()}?tab=tasks")


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """One task: look at it, complete it, put it into the plan."""
    found = source_of(request, pk)
    access.require(request.user, Permission.PLAN_EDIT, found.place, today())
    document = load_document(found.reading)
    all_proposals = proposals(document, catalogue())
    if number >= len(all_proposals):
        raise Http404
    proposal = all_proposals[number]
    initial = {
        "text": proposal.text,
        "indicator": proposal.indicator,
        "value": proposal.value if proposal.indicator else None,
        "due_on": proposal.due_on,
    }
    form = TaskForm(request.POST or None, initial=initial, place=found.place)
    if request.method == "POST" and form.is_valid():
        try:
            services.accept_tasks(
                source=found,
                taken={number: Taken(**form.cleaned_data)},
                by=request.user,
                at=timezone.now(),
                post=post_of(request.user, today()),
            )
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"进了计划：{form.cleaned_data['text']}")
            return redirect(f"{found.get_absolute_url()}?tab=tasks")
    context = {
        "source": found,
        "proposal": proposal,
        "form": form,
        "plan_period": plan_period(document, found.period),
        "back": f"{reverse('reports:source', args=[pk])}?tab=tasks",
    }
    return render(request, "reports/task.html", context, status=422 if form.errors else 200)
