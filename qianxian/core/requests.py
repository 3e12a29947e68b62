"""The request that views get: sign-in is the default, so its user is one of ours.

And reading numbers out of it, which may hold anything.
"""

from __future__ import annotations

from django.http import HttpRequest

from qianxian.core.models import User

# More digits than any version or row number has; Python refuses to read some thousands of them.
_DIGITS = 9


class SignedIn(HttpRequest):
    """A request that passed the sign-in middleware."""

    user: User


def whole_number(text: str, default: int = 0) -> int:
    """What an address or a form sent as a number; `default` for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else default
