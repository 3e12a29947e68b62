"""Writing a report: beginning one, its page, its words, its findings, sending it out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qianxian.core.definitions import catalogue
from qianxian.core.downloads import download
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.permissions import Permission
from qianxian.core.queries import commit_of, today
from qianxian.core.requests import SignedIn
from qianxian.reports import access, draft_page, files, services
from qianxian.reports.forms import EditForm, WriteForm
from qianxian.reports.models import Report, SourceReport
from qianxian.reports.panel import panel
from qianxian.reports.queries import Look, look_at
from qianxian.reports.services.publishing import docx_of
from qianxian.reports.slots import ABOUT_TARGETS
from qianxian.reports.stored import load_lines
from qianxian.reports.views import common
from qianxian.reports.views.common import attempt, may, post_of, report_of


@require_http_methods(["GET", "HEAD", "POST"])
def write_new(request: SignedIn) -> HttpResponse:
    """Begin a report, in the words of an old one or from the packs."""
    on = today()
    places = access.places_for(request.user, Permission.REPORT_EDIT, on)
    if not places:
        raise NotVisible("没有这一页，或者不归你的岗位看。")
    sources = list(SourceReport.objects.visible_to(request.user, on).listed())
    initial = {"base": request.GET.get("base", "")}
    form = WriteForm(request.POST or None, initial=initial, places=places, on=on, sources=sources)
    if request.method == "POST" and form.is_valid():
        try:
            report = services.draft_report(
                by=request.user,
                at=timezone.now(),
                post=post_of(request.user, on),
                **form.given(),
            )
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "草稿起好了。红框的地方要你看一看。")
            return redirect(report)
    status = 422 if form.errors else 200
    return render(request, "reports/write.html", {"form": form}, status=status)


@require_safe
def report(request: SignedIn, pk: int) -> HttpResponse:
    """The text with a thread on every figure; beside it the figure that was pressed."""
    found = report_of(request, pk)
    look = look_at(found, on=today())
    key = request.GET.get("figure", "") or _first_to_look_at(look)
    context = {
        "report": found,
        "look": look,
        "chosen": key,
        "panel": panel(look, key, request.user, today()) if key else None,
        "seen_commit": commit_of(found.place, found.as_of),
        "may_edit": not found.is_published and may(request, Permission.REPORT_EDIT, found.place),
        "may_publish": may(request, Permission.REPORT_PUBLISH, found.place),
    }
    if found.is_published:
        stale = [d.key for d in look.drifts]
        lines = load_lines(found.frozen)
        context["blocks"] = draft_page.drawn(lines, stale=stale, chosen=key)
        return render(request, "reports/published.html", context)
    return render(request, "reports/draft.html", {**context, **_draft(look, key, found)})


def _first_to_look_at(look: Look) -> str:
    """What the page opens beside the text: a figure that moved, else one that is missing."""
    waiting = [*(d.key for d in look.drifts)]
    if not look.report.is_published:
        waiting += [f.key for f in look.missing]
    return waiting[0] if waiting else ""


def _draft(look: Look, key: str, found: Report) -> dict[str, Any]:
    edit_url = reverse("reports:edit", args=[found.pk])
    blocks = draft_page.drawn(
        look.lines,
        stale=[d.key for d in look.drifts],
        chosen=key,
        edit_url=edit_url,
        findings=[(number, f) for number, _, f in draft_page.open_findings(look)],
    )
    return {
        "blocks": blocks,
        "cards": draft_page.finding_cards(look),
        "needs": draft_page.needs(look),
        "why_not": draft_page.why_not(look),
        "edit_url": edit_url,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedIn, pk: int) -> HttpResponse:
    """The words of a draft, with the slots that may be put in."""
    found = report_of(request, pk)
    access.require(request.user, Permission.REPORT_EDIT, found.place, today())
    form = EditForm(request.POST) if request.method == "POST" else EditForm.of(found)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_draft(
                report=found,
                by=request.user,
                at=timezone.now(),
                post=post_of(request.user, today()),
                **form.cleaned_data,
            )
        except UserError as error:
            form.add_error("template", str(error))
        else:
            messages.success(request, "稿子存好了。")
            return redirect(found)
    context = {
        "report": found,
        "form": form,
        "indicators": [
            (i, [f".{form}" for form in ABOUT_TARGETS] if i.target == "allowed" else [])
            for i in catalogue().indicators.values()
        ],
    }
    return render(request, "reports/edit.html", context, status=422 if form.errors else 200)


def _act(request: SignedIn, pk: int, act: Callable[..., object], done: str, **more: Any) -> Report:
    """Do one thing to a draft and come back to its page, with what was said about it."""
    found = report_of(request, pk)
    attempt(
        request,
        partial(act, by=request.user, at=timezone.now(), **{"report": found, **more}),
        done,
    )
    return found


@require_POST
def seen(request: SignedIn, pk: int) -> HttpResponse:
    return redirect(_act(request, pk, services.accept_figures, "用现在的数。"))


@require_POST
def base(request: SignedIn, pk: int, key: str) -> HttpResponse:
    choice = request.POST.get("choice", "")
    found = _act(request, pk, services.choose_base, "同比按选的数算。", key=key, choice=choice)
    return redirect(f"{found.get_absolute_url()}?figure={key}#figure")


@require_POST
def apply(request: SignedIn, pk: int, finding: str) -> HttpResponse:
    return redirect(_act(request, pk, services.apply_correction, "照此改了。", finding=finding))


@require_POST
def dismiss(request: SignedIn, pk: int, finding: str) -> HttpResponse:
    found = report_of(request, pk)
    common.dismiss(request, found, finding)
    return redirect(f"{found.get_absolute_url()}#findings")


@require_POST
def restore(request: SignedIn, pk: int, finding: str) -> HttpResponse:
    found = report_of(request, pk)
    common.restore(request, found, finding)
    return redirect(f"{found.get_absolute_url()}#findings")


@require_POST
def publish(request: SignedIn, pk: int) -> HttpResponse:
    """Send it out; what is in the way is said on the page."""
    post = post_of(request.user, today())
    return redirect(
        _act(request, pk, services.publish_report, "印发了。文字和数字从此不变。", post=post)
    )


@require_safe
def docx(request: SignedIn, pk: int) -> HttpResponse:
    """The report as a file: the frozen one, or the draft as it stands."""
    found = report_of(request, pk)
    if found.is_published:
        data = files.load(found.docx_digest)
    else:
        look = look_at(found, on=today())
        data = docx_of(look, by=request.user.name, at=timezone.now())
    return download(data, f"{found.title}.docx")


@require_safe
def text(request: SignedIn, pk: int) -> HttpResponse:
    found = report_of(request, pk)
    words = found.text if found.is_published else look_at(found, on=today()).plain
    return download(words.encode(), f"{found.title}.txt")
