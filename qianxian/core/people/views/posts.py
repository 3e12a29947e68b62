"""The board of AB posts, one post, and what an administrator or head changes there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qianxian.core import queries
from qianxian.core.models import Grant, Holding, Post
from qianxian.core.people import board, grants, holders, offices, rights
from qianxian.core.people.forms import GrantForm, HolderForm, OfficeForm, PostForm, WhyForm
from qianxian.core.people.views.common import (
    office_of,
    page,
    passing_on,
    post_of,
    rank_of,
    require_manager,
    save,
)
from qianxian.core.requests import SignedIn


@require_safe
def index(request: SignedIn) -> HttpResponse:
    """Who holds which post, which are vacant, who covers today. For everybody of the township."""
    on = queries.today()
    context = {
        "board": board.board(request.user, on),
        "manages": rights.manages_somewhere(request.user, on),
    }
    return render(request, "core/people/board.html", context)


@require_safe
def post(request: SignedIn, code: str) -> HttpResponse:
    """One post: holders over time, absences, what it may, what hangs on it."""
    user, on = request.user, queries.today()
    found = post_of(request, code)
    context = {
        "post": found,
        "row": board.rows_of([found], on)[found.pk],
        "duty": offices.duties().get(found.duty, ""),
        "holdings": board.holdings_of(found),
        "absences": board.absences_of(found, on),
        "handovers": board.open_handovers(found),
        "grants": [(g, grants.in_words(g), grants.what_it_lets(g)) for g in board.grants_of(found)],
        **passing_on(found, user, on),
        "manages": rights.manages_post(user, found, on) and not found.closed_on,
        "may_change_holders": rights.may_change_holders(user, found, on) and not found.closed_on,
    }
    return render(request, "core/people/post.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_post(request: SignedIn) -> HttpResponse:
    """Open a post; `?office=` proposes one."""
    require_manager(request)
    user, on = request.user, queries.today()
    start = {"office": request.GET.get("office")}
    form = PostForm(request.POST or None, user=user, on=on, initial=start)
    if request.method == "POST" and form.is_valid():
        made: list[Post] = []

        def act() -> None:
            made.append(offices.open_post(**form.cleaned_data, by=user, at=timezone.now()))

        if save(request, form, act, "岗位设好了。下一步：派A岗、B岗，给授权。", "people:index"):
            return redirect("people:post", made[0].pk)
    return page(request, "new_post", form)


@require_http_methods(["GET", "HEAD", "POST"])
def change_post(request: SignedIn, code: str) -> HttpResponse:
    """Name and office of a post; closing it stands below."""
    user, on, found = request.user, queries.today(), post_of(request, code)
    rights.require_post(user, found, on)
    start = {"name": found.name, "office": found.office_id}
    form = PostForm(request.POST or None, user=user, on=on, post=found, initial=start)
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            offices.change_post(post=found, **form.cleaned_data, by=user, at=timezone.now())

        if done := save(request, form, act, "改好了。", "people:post", found.pk):
            return done
    return page(request, "change_post", form, post=found, closing=WhyForm(auto_id="close_%s"))


@require_POST
def close_post(request: SignedIn, code: str) -> HttpResponse:
    found = post_of(request, code)
    why = request.POST.get("reason", "")
    offices.close_post(post=found, by=request.user, at=timezone.now(), reason=why)
    messages.success(request, f"{found}撤销了。它办过的事都还查得到。")
    return redirect("people:index")


@require_http_methods(["GET", "HEAD", "POST"])
def new_office(request: SignedIn) -> HttpResponse:
    require_manager(request)
    user, on = request.user, queries.today()
    form = OfficeForm(request.POST or None, user=user, on=on)
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            offices.open_office(**form.cleaned_data, by=user, at=timezone.now())

        if done := save(request, form, act, "站所设好了。下一步：在它下面设岗位。", "people:index"):
            return done
    return page(request, "new_office", form)


@require_http_methods(["GET", "HEAD", "POST"])
def change_office(request: SignedIn, key: int) -> HttpResponse:
    """Name and leading post of an office; closing it stands below."""
    user, on, office = request.user, queries.today(), office_of(request, key)
    start = {"name": office.name, "head": office.head_id}
    form = OfficeForm(request.POST or None, user=user, on=on, office=office, initial=start)
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            offices.change_office(office=office, **form.cleaned_data, by=user, at=timezone.now())

        if done := save(request, form, act, "改好了。", "people:index"):
            return done
    return page(request, "change_office", form, office=office, closing=WhyForm(auto_id="close_%s"))


@require_POST
def close_office(request: SignedIn, key: int) -> HttpResponse:
    office = office_of(request, key)
    why = request.POST.get("reason", "")
    offices.close_office(office=office, by=request.user, at=timezone.now(), reason=why)
    messages.success(request, f"{office}撤销了。")
    return redirect("people:index")


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: SignedIn, code: str, rank: str) -> HttpResponse:
    """Have somebody hold the post as A or B."""
    user, on, found = request.user, queries.today(), post_of(request, code)
    rights.require_holders(user, found, on)
    row = board.rows_of([found], on)[found.pk]
    chosen = rank_of(rank)
    seat = row.a if chosen is Holding.Rank.A else row.b
    start = {"seen": seat.holder.username if seat.holder else ""}
    form = HolderForm(request.POST or None, user=user, on=on, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            holders.assign_holder(post=found, rank=chosen, **data, by=user, at=timezone.now())

        told = f"派好了：{data['user']}，从{data['on']}起。"
        if done := save(request, form, act, told, "people:post", found.pk):
            return done
    context = {"post": found, "seat": seat, "rank": chosen.label}
    return page(request, "assign", form, **context)


@require_POST
def end_holding(request: SignedIn, code: str, key: int) -> HttpResponse:
    """Today is the last day; the post is vacant from tomorrow."""
    found = post_of(request, code)
    holding = get_object_or_404(Holding.objects.select_related("user"), pk=key, post=found)
    holders.end_holding(
        holding=holding, last_day=queries.today(), by=request.user, at=timezone.now()
    )
    messages.success(request, f"{holding.user}任到今天为止。")
    return redirect("people:post", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: SignedIn, code: str) -> HttpResponse:
    """What the post may, in words, and one more role for it."""
    user, on, found = request.user, queries.today(), post_of(request, code)
    rights.require_post(user, found, on)
    start = {"place": found.place_id}
    form = GrantForm(request.POST or None, user=user, on=on, initial=start)
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            grants.grant_role(post=found, **form.cleaned_data, by=user, at=timezone.now())

        if done := save(request, form, act, "授权给了。", "people:post", found.pk):
            return done
    return page(request, "grant", form, post=found)


@require_POST
def revoke(request: SignedIn, code: str, key: int) -> HttpResponse:
    found = post_of(request, code)
    one = get_object_or_404(Grant, pk=key, post=found)
    grants.revoke_grant(grant=one, by=request.user, at=timezone.now())
    messages.success(request, "授权收回了。")
    return redirect("people:post", found.pk)
