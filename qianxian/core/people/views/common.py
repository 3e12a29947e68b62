"""What the pages of people share: the post or person of the address, through the gate; forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from qianxian.core import queries
from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.models import Holding, Office, Post, User
from qianxian.core.people import board, book, rights
from qianxian.core.requests import SignedIn


def post_of(request: SignedIn, code: str) -> Post:
    """A post of the reader's townships; others are not there."""
    return get_object_or_404(board.posts_seen(request.user, queries.today()), pk=code)


def rank_of(rank: str) -> Holding.Rank:
    """A or B of the address."""
    if rank not in Holding.Rank.values:
        raise Http404
    return Holding.Rank(rank)


def office_of(request: SignedIn, key: int) -> Office:
    """An office that the reader manages: 404 outside, refused inside."""
    on = queries.today()
    office = get_object_or_404(Office.objects.select_related("place", "head"), pk=key)
    try:
        rights.require_place(request.user, office.place, on)
    except NotVisible as error:
        raise Http404 from error
    return office


def person_of(request: SignedIn, key: int) -> User:
    """A person of the reader's townships."""
    on = queries.today()
    found = rights.people_in(rights.townships_of(request.user, on), on)
    return get_object_or_404(found, pk=key)


def require_manager(request: SignedIn) -> None:
    """For pages that open something new: whoever manages no place is sent to an administrator."""
    if not rights.manages_somewhere(request.user, queries.today()):
        raise NotAllowed("人和岗位由管理员建。要加，请把名字和岗位告诉管理员。")


def save(
    request: SignedIn, form: forms.Form, act: Callable[[], Any], told: str, *to: str
) -> HttpResponse | None:
    """Do it and go on, or put the sentence of what stood in the way on the form."""
    try:
        act()
    except NotVisible:
        raise
    except UserError as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, told)
    return redirect(*to)


def page(request: SignedIn, template: str, form: forms.Form, **context: object) -> HttpResponse:
    """A page with a form; one with errors says so by its status."""
    status = 422 if form.errors else 200
    return render(request, f"core/people/{template}.html", {"form": form, **context}, status=status)


def passing_on(post: Post, reader: User, on: date) -> dict[str, object]:
    """What hangs on a post: in full what the reader sees, by number alone what others see."""
    found = book.sections(post, reader, on)
    hidden = max(book.hanging(post, on) - sum(section.hanging for section in found), 0)
    return {"sections": [s for s in found if s.lines or not hidden], "hidden": hidden}
