"""Reads of tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qianxian.api.models import ApiToken
from qianxian.core.definitions import catalogue
from qianxian.core.models import User

# Ended ones that the page still shows.
_ENDED = 20


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as its owner sees it: never the secret, which nobody has any more."""

    token: ApiToken
    ledgers: str


def tokens_of(user: User, on: date) -> tuple[list[TokenRow], list[TokenRow]]:
    """Those that open something, and the newest of those that no longer do."""
    standing = ApiToken.objects.filter(owner=user).standing(on)
    ended = ApiToken.objects.filter(owner=user).exclude(pk__in=standing)[:_ENDED]
    return [_row(token) for token in standing], [_row(token) for token in ended]


def _row(token: ApiToken) -> TokenRow:
    return TokenRow(token, _named(token))


def _named(token: ApiToken) -> str:
    known = catalogue().ledgers
    return "、".join(known[name].name if name in known else name for name in token.ledgers)
