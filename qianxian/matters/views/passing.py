"""Pages on which a matter goes to another post, and on which the person concerned is asked."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Post
from qianxian.matters import asking, passing
from qianxian.matters.forms import WhyForm
from qianxian.matters.forms_passing import AnswerForm, HandOnForm
from qianxian.matters.page import MatterPage
from qianxian.matters.views.common import attempt, done, page_of


@require_http_methods(["GET", "HEAD", "POST"])
def hand_on(request: HttpRequest, key: UUID) -> HttpResponse:
    """Choose the post that is asked to take it over."""
    page = page_of(request, key)
    if page.flow.hand_on is None:
        raise UserError(f"{page.flow.name}不能转给别的岗位，只能往下办。")
    posts = passing.candidates(page.flow, page.entry.state, page.entry.place)
    others = [post for post in posts if post.pk != page.entry.post_id]
    form = HandOnForm(others, request.POST or None, initial={"version": page.entry.version})
    if request.method == "POST" and form.is_valid():
        commit = attempt(
            form,
            passing.hand_on,
            entry=page.entry,
            to=Post.objects.get(pk=form.cleaned_data["to"]),
            by=page.user,
            at=page.now,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        )
        if commit:
            return done(request, page.entry, commit, _("handed on"))
    context = {"page": page, "form": form, "others": others}
    return render(request, "matters/hand_on.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take over what was handed on, or send it back."""
    page = page_of(request, key)
    form = WhyForm(_("Why"), request.POST or None, initial={"version": page.entry.version})
    if request.method == "POST" and form.is_valid():
        takes = request.POST.get("answer") == "take"
        if commit := attempt(form, _answer, page, form, takes=takes):
            return done(
                request, page.entry, commit, _("taken over") if takes else _("not taken over")
            )
    if not form.errors and not page.may_take_over:
        raise UserError("这一件没有在等你的岗位接办。")
    context = {"page": page, "form": form}
    return render(request, "matters/offer.html", context, status=422 if form.errors else 200)


def _answer(page: MatterPage, form: WhyForm, *, takes: bool) -> Commit:
    version, reason = form.cleaned_data["version"], form.cleaned_data["reason"]
    if takes:
        return passing.take_over(entry=page.entry, by=page.user, at=page.now, version=version)
    return passing.turn_down(
        entry=page.entry, by=page.user, at=page.now, version=version, reason=reason
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ask_after(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write down what the person concerned answered, and nothing else."""
    page = page_of(request, key)
    form = AnswerForm(request.POST or None, initial={"version": page.entry.version})
    if request.method == "POST" and form.is_valid():
        commit = attempt(
            form,
            asking.keep_answer,
            entry=page.entry,
            answer=form.cleaned_data["answer"],
            by=page.user,
            at=page.now,
            version=form.cleaned_data["version"],
        )
        if commit:
            return done(request, page.entry, commit, form.cleaned_data["answer"])
    if not form.errors and not asking.is_asked(page.flow, page.entry):
        raise UserError("这一件没有在等回访。")
    context = {"page": page, "form": form}
    return render(request, "matters/ask_after.html", context, status=422 if form.errors else 200)
