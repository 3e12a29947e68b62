"""Sign-in through django-allauth: no self-registration, demo accounts on the local machine only."""

from __future__ import annotations

import ipaddress
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.forms import ValidationError
from django.http import HttpRequest

# Printed on the sign-in page of a demo, which other machines are never shown.
DEMO_PASSWORD = "qinghe-demo"  # noqa: S105


# Behind a proxy on this machine every request seems to come from it.
_SET_BY_PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


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


def is_local(request: HttpRequest) -> bool:
    """Whether the request comes from this machine itself, and through no proxy."""
    if any(request.META.get(name) for name in _SET_BY_PROXIES):
        return False
    address = request.META.get("REMOTE_ADDR", "")
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
