"""我的: my posts, hand-overs that wait for my word, my days away, my password."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from qianxian.core import queries
from qianxian.core.accounts import FIRST_PASSWORD
from qianxian.core.models import Handover, Holding, User
from qianxian.core.people import accounts, board, rights
from qianxian.core.people.views.common import page
from qianxian.core.requests import SignedIn


@require_safe
def me(request: SignedIn) -> HttpResponse:
    """What I hold, who covers for me, what waits for my word."""
    user, on = request.user, queries.today()
    held = Holding.objects.filter(user=user).exclude(valid_to__lt=on)
    holdings = list(held.select_related("post__office").order_by("rank", "post"))
    rows = board.rows_of([holding.post for holding in holdings], on)
    waiting = Handover.objects.filter(taker=user, accepted_at=None, withdrawn_at=None)
    context = {
        "holdings": [(holding, rows[holding.post_id]) for holding in holdings],
        "absences": user.absences.filter(last_day__gte=on).order_by("first_day"),
        "handovers": waiting.select_related("post__office", "giver", "taker"),
        "manages": rights.may_manage(user, on),
    }
    return render(request, "core/people/me.html", context)


class _ChineseLabels:
    """The words of Django's two password forms, as the other pages say them."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = _("At least eight signs, not only digits.")
        self.fields["new_password2"].label = _("New password once more")
        self.fields["new_password2"].help_text = ""


class FirstPasswordForm(_ChineseLabels, SetPasswordForm):  # type: ignore[type-arg]
    """Without the old password: it was typed a moment ago."""


class OwnPasswordForm(_ChineseLabels, PasswordChangeForm):
    """With the old one."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: SignedIn) -> HttpResponse:
    """Another password of one's own; this session goes on, others end."""
    user = request.user
    form = OwnPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["new_password1"]
        accounts.choose_password(person=user, password=new, at=timezone.now())
        update_session_auth_hash(request, user)
        messages.success(request, "密码改好了。")
        return redirect("people:me")
    return page(request, "password", form)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def first_password(request: HttpRequest) -> HttpResponse:
    """The page behind a password for one time. Nobody is signed in until it is replaced.

    The sign-in left the person and a token of Django's in the session. The token holds the digest
    of the password, so it is worth nothing once the password was replaced.
    """
    person = _person_at_the_door(request)
    if person is None:
        return redirect(settings.LOGIN_URL)
    form = FirstPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["new_password1"]
        if person.check_password(new):
            form.add_error("new_password1", "这还是那个一次性的密码。请换一个只有你知道的。")
        else:
            del request.session[FIRST_PASSWORD]
            accounts.choose_password(person=person, password=new, at=timezone.now())
            signed_in: HttpResponse = perform_login(
                request, person, redirect_url=reverse(settings.LOGIN_REDIRECT_URL)
            )
            return signed_in
    status = 422 if form.errors else 200
    context = {"form": form, "person": person}
    return render(request, "core/people/first_password.html", context, status=status)


def _person_at_the_door(request: HttpRequest) -> User | None:
    pk, token = request.session.get(FIRST_PASSWORD, (None, ""))
    person = User.objects.filter(pk=pk, is_active=True, must_change_password=True).first()
    if person is None or not default_token_generator.check_token(person, token):
        return None
    return person
