"""Pages of matters: the list, one matter, a step, more time, opening again, holidays."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qianxian.core import gate, queries
from qianxian.core.downloads import download
from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.models import Commit, User
from qianxian.core.permissions import Permission
from qianxian.ledgers import exports
from qianxian.ledgers.resending import is_taken_already
from qianxian.matters import flows, photos, routing, services
from qianxian.matters.acts import acts_of, photos_used
from qianxian.matters.errors import StepRefused
from qianxian.matters.forms import ExtensionForm, HolidayForm, StepForm, WhyForm
from qianxian.matters.late import LateFile, late_sheet
from qianxian.matters.lists import matter_list
from qianxian.matters.models import Holiday
from qianxian.matters.page import MatterPage, StepView, facts_of
from qianxian.matters.telling import story_of
from qianxian.matters.views.common import attempt, done, entry_of, merged_of, page_of, user_of

_DIGITS = 10
_WRITERS = {"xlsx": exports.as_xlsx, "csv": exports.as_csv}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list: what waits for me first, then whatever was asked for."""
    user, on = user_of(request), queries.today()
    context = {
        "found": matter_list(user, on, request.GET.dict()),
        "may_route": bool(gate.reaches(user, Permission.ENTRY_CORRECT, on)),
        "may_fill_holidays": bool(gate.reaches(user, Permission.PLACE_EDIT, on)),
    }
    return render(request, "matters/list.html", context)


@require_safe
def late(request: HttpRequest) -> HttpResponse:
    """The week's sheet: what is over its time and what soon will be, to print and hand round."""
    found = late_sheet(user_of(request), queries.today(), request.GET.dict())
    return render(request, "matters/late.html", {"sheet": found, "query": request.GET.urlencode()})


@require_safe
def late_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The same as a file, by the same conditions and the same gate."""
    if kind not in _WRITERS:
        raise Http404
    user, on = user_of(request), queries.today()
    found = LateFile(late_sheet(user, on, request.GET.dict()), user, timezone.now())
    return download(_WRITERS[kind](found), f"{found.name}_{on}.{kind}")


@require_safe
def matter(request: HttpRequest, key: UUID) -> HttpResponse:
    """One matter: next steps, limits, the whole story."""
    if merged := merged_of(request, key):
        return render(request, "matters/merged.html", {"merged": merged})
    page = page_of(request, key)
    context = {"page": page, "story": story_of(page), "facts": facts_of(page), "now": page.now}
    return render(request, "matters/matter.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, key: UUID, step_id: str) -> HttpResponse:
    """The form of one step. A step that does not lead on from here is refused by its sentence."""
    page = page_of(request, key)
    if request.method == "POST" and _is_sent_again(request, page, step_id):
        messages.info(request, _("This was recorded already; it was sent twice."))
        return redirect("matters:matter", key=page.entry.pk)
    view = next((found for found in page.steps if found.step.id == step_id), None)
    if view is None:
        raise StepRefused(flows.refusal(page.flow, step_id, page.entry.state))
    form = _step_form(request, page, view)
    is_typed = request.method == "POST" and form.is_valid()
    if is_typed and (commit := attempt(form, _take, page, view, form)):
        return done(request, page.entry, commit, view.step.label)
    context = {"page": page, "view": view, "form": form}
    return render(request, "matters/step.html", context, status=422 if form.errors else 200)


def _is_sent_again(request: HttpRequest, page: MatterPage, step_id: str) -> bool:
    """The answer to the first sending was lost; what it saved stands."""
    version = request.POST.get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) < _DIGITS):
        return False
    return int(version) != page.entry.version and is_taken_already(
        page.entry, step_id, version=int(version), by=page.user
    )


def _step_form(request: HttpRequest, page: MatterPage, view: StepView) -> StepForm:
    line, place = page.ledger.line, page.entry.place
    owners = routing.typed_for(page.user, view.step, place, line, page.on)
    others = [p for p in routing.holders(owners, page.on) if p.pk != page.user.pk]
    return StepForm(
        page.entry,
        view.step,
        page.user,
        page.on,
        request.POST or None,
        request.FILES or None,
        needs=view.needs,
        typed_for=others,
        may_take=bool(view.posts),
    )


def _take(page: MatterPage, view: StepView, form: StepForm) -> Commit:
    """Hand on what was typed, in the nearest post of whoever takes the step."""
    entry, data = page.entry, form.cleaned_data
    for_whom = data.get("on_behalf_of") or ""
    taker = User.objects.filter(username=for_whom).first() if for_whom else page.user
    held = routing.posts_to_act_in(taker, view.step, entry.place, page.on) if taker else []
    post = next(iter([*held, *routing.posts_for(view.step.role, entry.place)]), None)
    if post is None:
        raise StepRefused(_("This step has no post yet; ask the administrator."))
    return services.take_step(
        entry=entry,
        step_id=view.step.id,
        values=form.raw(view.step.needs),
        photos=form.pictures,
        by=page.user,
        post=post,
        at=page.now,
        version=data["version"],
        reason=data.get("reason") or "",
        on_behalf_of=for_whom,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask for more time on a limit that runs."""
    page = page_of(request, key)
    post = next((view.posts[0] for view in page.steps if view.posts), page.entry.post)
    form = ExtensionForm(
        page.extendable, request.POST or None, initial={"version": page.entry.version}
    )
    if request.method == "POST" and form.is_valid() and post:
        data = form.cleaned_data
        commit = attempt(
            form,
            services.ask_extension,
            entry=page.entry,
            clock_id=data["clock"],
            days=data["days"],
            by=page.user,
            post=post,
            at=page.now,
            version=data["version"],
            reason=data["reason"],
        )
        if commit:
            return done(request, page.entry, commit, _("more time asked for"))
    context = {"page": page, "form": form}
    return render(request, "matters/extend.html", context, status=422 if form.errors else 200)


def _with_reason(page: MatterPage, form: WhyForm, service: Callable[..., Commit]) -> Commit | None:
    """Do what is asked nothing but a reason for."""
    return attempt(
        form,
        service,
        entry=page.entry,
        by=page.user,
        at=page.now,
        version=form.cleaned_data["version"],
        reason=form.cleaned_data["reason"],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Grant or refuse more time."""
    page = page_of(request, key)
    form = WhyForm(_("Why"), request.POST or None, initial={"version": page.entry.version})
    if request.method == "POST" and form.is_valid():
        grants = request.POST.get("answer") == "grant"
        decide = services.grant_extension if grants else services.refuse_extension
        if commit := _with_reason(page, form, decide):
            told = _("more time granted") if grants else _("more time refused")
            return done(request, page.entry, commit, told)
    if page.ask is None and not form.errors:
        raise UserError("没有等批的延期申请。")
    context = {"page": page, "form": form}
    return render(request, "matters/answer.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, key: UUID) -> HttpResponse:
    """Open an ended matter again, from its first state."""
    page = page_of(request, key)
    form = WhyForm(
        _("Why it is opened again"), request.POST or None, initial={"version": page.entry.version}
    )
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and (commit := _with_reason(page, form, services.reopen)):
        return done(request, page.entry, commit, _("opened again"))
    context = {"page": page, "form": form}
    return render(request, "matters/reopen.html", context, status=422 if form.errors else 200)


@require_POST
def undo(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """Take the last save of this matter back."""
    entry = entry_of(request, key)
    services.take_back(entry=entry, number=number, by=user_of(request), at=timezone.now())
    messages.success(request, f"已撤回：{entry.title}")
    return redirect("matters:matter", key=entry.pk)


@require_POST
def route(request: HttpRequest) -> HttpResponse:
    """Give a post to matters that wait for nobody, now that there may be one."""
    user, now = user_of(request), timezone.now()
    reach = gate.visible_places(user, Permission.ENTRY_CORRECT, queries.today())
    moved = services.recount_all(by=user, at=now, reason="重新找岗位", where=reach)
    messages.success(request, f"{moved} 件有了岗位或新的期限。")
    return redirect("matters:list")


@require_safe
def photo(request: HttpRequest, key: UUID, digest: str) -> HttpResponseBase:
    """A photo that stands behind a step of this matter; only for those who see the matter."""
    entry = entry_of(request, key)
    if digest not in photos_used(acts_of(entry)) or not photos.is_kept(digest):
        raise Http404
    is_small = request.GET.get("size") == "small"
    path = photos.small_path_of(digest) if is_small else photos.path_of(digest)
    response = FileResponse(path.open("rb"), content_type="image/jpeg")
    # The name is the digest, so what it names never changes; but only this reader may keep it.
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: HttpRequest) -> HttpResponse:
    """The office's own table of days off; due dates are counted anew when it changes."""
    user, now = user_of(request), timezone.now()
    if not gate.reaches(user, Permission.PLACE_EDIT, queries.today()):
        raise NotAllowed("放假安排由管理员填。要改，请把文件给管理员。")
    form = HolidayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        services.set_holidays(
            days=form.days(),
            is_working=data["is_working"] == "yes",
            name=data["name"],
            basis=data["basis"],
            by=user,
            at=now,
        )
        changed = services.recount_all(by=user, at=now, reason=f"放假安排：{data['basis']}")
        told = f"填了 {len(form.days())} 天，{changed} 件的期限跟着变了。"
        messages.success(request, told)
        return redirect("matters:holidays")
    context = {"form": form, "days": Holiday.objects.order_by("-day")}
    return render(request, "matters/holidays.html", context, status=422 if form.errors else 200)
