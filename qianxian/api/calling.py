"""Who calls: the token of the request and the person for whom it acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from qianxian.api.models import ApiToken
from qianxian.api.services import use_token
from qianxian.core import commits
from qianxian.core.accounts import is_local
from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.models import Commit, User

# Requests of one token in a minute; a program that reads a whole ledger needs fewer.
A_MINUTE = 120
_SECONDS = 60


class TooMany(UserError):
    """The token has asked too often; `wait` is how many seconds are left of this minute."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"一分钟最多 {A_MINUTE} 次，这一次没有办。{wait} 秒以后再来。")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Caller:
    """A token at one moment."""

    token: ApiToken
    at: datetime

    @property
    def user(self) -> User:
        return self.token.owner

    @property
    def on(self) -> date:
        return timezone.localdate(self.at)


class Called(HttpRequest):
    """A request that came with a token that stands."""

    auth: Caller


class Bearer(HttpBearer):
    """`Authorization: Bearer qx_…`, and nothing else: a signed-in browser is not a program."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        at = timezone.now()
        found = use_token(secret=token.strip(), at=at)
        # The password of a demo account is printed, so its tokens too stay on this machine.
        if found is None or (found.owner.is_demo and not is_local(request)):
            raise AuthenticationError
        if wait := _wait(found, at):
            raise TooMany(wait)
        return Caller(found, at)


def _wait(token: ApiToken, at: datetime) -> int:
    """Seconds until the next minute where this one is used up, else 0.

    Counted by all web processes together.
    """
    minute, second = divmod(int(at.timestamp()), _SECONDS)
    key = f"api:{token.digest}:{minute}"
    cache.add(key, 0, 2 * _SECONDS)
    return _SECONDS - second if cache.incr(key) > A_MINUTE else 0


@contextmanager
def writing(request: Called) -> Iterator[Caller]:
    """Whoever records by a token: it must be one that may, and its name goes into the commits."""
    caller = request.auth
    if not caller.token.writes:
        raise NotAllowed("这个令牌只能读。要写，请本人另建一个能读能写的令牌。")
    with commits.through(Commit.Source.API, caller.token.name):
        yield caller
