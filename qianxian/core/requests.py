"""The request that views get: sign-in is the default, so its user is one of ours."""

from __future__ import annotations

from django.http import HttpRequest

from qianxian.core.models import User


class SignedIn(HttpRequest):
    """A request that passed the sign-in middleware."""

    user: User
