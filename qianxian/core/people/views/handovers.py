"""Handing a post over: the form, the handover book to print and sign, the word of the next holder."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qianxian.core import queries
from qianxian.core.errors import UserError
from qianxian.core.models import Handover, Holding
from qianxian.core.people import board, holders, rights
from qianxian.core.people.forms import HandoverForm
from qianxian.core.people.views.common import page, passing_on, post_of, rank_of, save
from qianxian.core.requests import SignedIn


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: SignedIn, code: str, rank: str) -> HttpResponse:
    """The form, with what passes on below it."""
    user, on, post = request.user, queries.today(), post_of(request, code)
    rights.require_holders(user, post, on)
    row = board.rows_of([post], on)[post.pk]
    chosen = rank_of(rank)
    giver = (row.a if chosen is Holding.Rank.A else row.b).holder
    if giver is None:
        raise UserError(f"{post}的{chosen.label}现在空着，不用交接。回岗位页直接派人。")
    form = HandoverForm(request.POST or None, user=user, on=on, initial={"seen": giver.username})
    if request.method == "POST" and form.is_valid():
        made: list[Handover] = []

        def act() -> None:
            data = form.cleaned_data
            made.append(
                holders.hand_over(post=post, rank=chosen, **data, by=user, at=timezone.now())
            )

        told = f"安排好了，等{form.cleaned_data['taker']}确认。确认以前两个人都看得到这些事。"
        if save(request, form, act, told, "people:index"):
            return redirect("people:handover", made[0].pk)
    context = {
        "post": post,
        "giver": giver,
        "rank": chosen.label,
        **passing_on(post, user, on),
    }
    return page(request, "hand_over", form, **context)


@require_safe
def handover(request: SignedIn, key: int) -> HttpResponse:
    """The handover book: who to whom, what passes on, lines to sign on."""
    user, on = request.user, queries.today()
    found = _found(request, key)
    context = {
        "handover": found,
        **passing_on(found.post, user, on),
        "is_mine": found.is_open and found.taker_id == user.pk,
        "may_withdraw": found.is_open and rights.may_change_holders(user, found.post, on),
        "now": timezone.now(),
    }
    return render(request, "core/people/handover.html", context)


@require_POST
def accept(request: SignedIn, key: int) -> HttpResponse:
    found = holders.accept_handover(
        handover=_found(request, key), by=request.user, at=timezone.now()
    )
    messages.success(request, f"接好了：{found.post}。从现在起归你办。")
    return redirect("people:handover", found.pk)


@require_POST
def withdraw(request: SignedIn, key: int) -> HttpResponse:
    found = holders.withdraw_handover(
        handover=_found(request, key), by=request.user, at=timezone.now()
    )
    messages.success(request, f"交接撤回了，{found.post}还是{found.giver}办。")
    return redirect("people:post", found.post_id)


def _found(request: SignedIn, key: int) -> Handover:
    """Of a post of the reader's townships, or one that waits for the reader."""
    seen = board.posts_seen(request.user, queries.today())
    rows = Handover.objects.select_related(
        "giver", "taker", "post__place", "post__office__place", "post__office__head"
    )
    either = rows.filter(post__in=seen) | rows.filter(taker=request.user)
    return get_object_or_404(either.distinct(), pk=key)
