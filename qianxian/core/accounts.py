"""Sign-in through django-allauth: no self-registration, demo accounts on the local machine only."""

from __future__ import annotations

import ipaddress
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.tokens import default_token_generator
from django.db.models import QuerySet
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from qianxian.core.models import User
from qianxian.core.prepared_query import Given, PreparedQuery

# Printed on the sign-in page of a demo, which other machines are never shown.
DEMO_PASSWORD = "qinghe-demo"  # noqa: S105
# Where the sign-in leaves, in the session, who must choose a password first.
FIRST_PASSWORD = "first_password"  # noqa: S105

# Behind a proxy on this machine every request seems to come from it.
_SET_BY_PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """The one of allauth, which every page asks who is signed in."""

    def get_user(self, user_id: int) -> User | None:
        return next((each for each in _accounts.objects(user=user_id) if each.is_active), None)


@PreparedQuery
def _accounts() -> QuerySet[User, User]:
    return User.objects.filter(pk=Given("user"))


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by the administrator, who knows the person."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None and user.is_demo and not is_local(request):
            raise ValidationError(
                "演示账号只能在装了千线的这台电脑上用。请让管理员给你建一个自己的账号。"
            )
        return user

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """A password for one time signs nobody in: it opens the page that replaces it."""
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        if response is None and user.must_change_password:
            request.session[FIRST_PASSWORD] = [user.pk, default_token_generator.make_token(user)]
            return redirect("people:first_password")
        return response


def is_local(request: HttpRequest) -> bool:
    """Whether the request comes from this machine itself, and through no proxy."""
    if any(request.META.get(name) for name in _SET_BY_PROXIES):
        return False
    address = request.META.get("REMOTE_ADDR", "")
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
