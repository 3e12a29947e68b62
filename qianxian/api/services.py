"""Tokens: making one, using it, ending it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from qianxian.api.models import LONGEST_DAYS, LONGEST_NAME, ApiToken
from qianxian.core.errors import UserError
from qianxian.core.models import Place, User
from qianxian.core.people import rights, stream
from qianxian.core.queries import township_of
from qianxian.ledgers.search import readable

# So that a secret which turns up in a mail or a log is known for what it is.
PREFIX = "qx_"
MOST = 20
# Often enough to see which one is dead; a save a request would be too often.
_NOTED_AGAIN = timedelta(minutes=1)


@transaction.atomic
def make_token(
    *, name: str, scope: str, ledgers: Sequence[str], days: int, by: User, at: datetime
) -> tuple[ApiToken, str]:
    """A token that acts for `by`; returns it with its secret, which is kept nowhere.

    `ledgers` empty: every ledger that the owner may read, also one that comes later. Raises
    UserError for a name in use, too many tokens, or a ledger that the owner may not read.
    """
    day, name = timezone.localdate(at), " ".join(name.split())
    _check(name, scope, ledgers, days, by, day)
    # Locked, because of two presses of the button the second must find what the first made.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    # What has expired gives its name free.
    expired = ApiToken.objects.filter(owner=by, revoked_at=None, expires_on__lt=day)
    expired.filter(name=name).update(revoked_at=at)
    standing = ApiToken.objects.filter(owner=by).standing(day)
    if standing.filter(name=name).exists():
        raise UserError(f"你已经有一个叫“{name}”的令牌。换个名称，或者先停用那一个。")
    if standing.count() >= MOST:
        raise UserError(f"一个人最多 {MOST} 个令牌。先停用不用的，再建新的。")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        owner=by,
        name=name,
        digest=digest_of(secret),
        scope=scope,
        ledgers=list(ledgers),
        made_at=at,
        expires_on=day + timedelta(days=days),
    )
    _record(by, f"建接口令牌：{name}（{token.get_scope_display()}）", at)
    return token, secret


def _check(name: str, scope: str, ledgers: Sequence[str], days: int, by: User, day: date) -> None:
    if not name or len(name) > LONGEST_NAME:
        raise UserError(f"名称写 1 到 {LONGEST_NAME} 个字，说明哪个程序用，例如“县平台取数”。")
    if scope not in ApiToken.Scope.values:
        raise UserError("还没选这个令牌能做什么。选“只读”或者“能读能写”。")
    if not 0 < days <= LONGEST_DAYS:
        raise UserError("令牌最多用一年。到期前另建一个换上。")
    if set(ledgers) - {ledger.id for ledger in readable(by, day)}:
        raise UserError("选的台账里有不归你看的，请重新选。")


def digest_of(secret: str) -> str:
    """The secret has 256 random bits, so a plain digest cannot be turned back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def use_token(*, secret: str, at: datetime) -> ApiToken | None:
    """The token of this secret, noted as used; None where it opens nothing.

    An account that is closed, or whose password was replaced by an administrator, opens nothing
    either until its owner has chosen a password.
    """
    token = (
        ApiToken.objects.standing(timezone.localdate(at))
        .filter(digest=digest_of(secret), owner__is_active=True)
        .exclude(owner__must_change_password=True)
        .select_related("owner")
        .first()
    )
    if token is None:
        return None
    if token.last_used_at is None or at - token.last_used_at >= _NOTED_AGAIN:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
        token.last_used_at = at
    return token


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User, at: datetime) -> ApiToken:
    """From now on it opens nothing. Only its owner may; an administrator closes the account."""
    if token.owner_id != by.pk:
        raise UserError("只能停用自己的令牌。")
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        _record(by, f"停用接口令牌：{token}", at)
    return token


def revoke_all(owner: User, at: datetime) -> None:
    """With the account all its tokens end for good: opened again, it starts without any."""
    ApiToken.objects.filter(owner=owner, revoked_at=None).update(revoked_at=at)


def _record(owner: User, why: str, at: datetime) -> None:
    """In the township's stream, as other changes of accounts are."""
    township = _township(owner, timezone.localdate(at))
    if township:
        stream.write(township, [stream.of_person(owner, "token")], by=owner, at=at, reason=why)


def _township(owner: User, on: date) -> Place | None:
    if owner.home:
        return township_of(owner.home)
    return next(iter(rights.townships_of(owner, on)), None)
