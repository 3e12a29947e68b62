"""Tokens: made by a person, shown once, never more than the person, ended with the account."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from qianxian.api.models import ApiToken
from qianxian.api.services import MOST, make_token, revoke_token, use_token
from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Grant, Place, User
from qianxian.core.people import accounts

pytestmark = pytest.mark.django_db


def made(user: User, at: datetime, **more: Any) -> tuple[ApiToken, str]:
    wanted = {"name": "县平台", "scope": "read", "ledgers": [], "days": 90}
    return make_token(**{**wanted, **more}, by=user, at=at)


def test_the_secret_is_kept_nowhere_and_opens_as_its_owner(clerk: User, now: datetime) -> None:
    token, secret = made(clerk, now)

    assert re.fullmatch(r"qx_[A-Za-z0-9_-]{43}", secret)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM api_apitoken")
        assert secret not in str(cursor.fetchall())
    used = use_token(secret=secret, at=now)
    assert (used, used and used.owner) == (token, clerk)
    assert use_token(secret=secret + "x", at=now) is None


def test_making_and_ending_one_stands_in_the_stream_without_its_secret(
    clerk: User, now: datetime
) -> None:
    token, secret = made(clerk, now, scope="write")
    revoke_token(token=token, by=clerk, at=now)

    told = [(c.by, c.reason) for c in Commit.objects.order_by("number")][-2:]
    assert told == [
        ("wangxy", "建接口令牌：县平台（能读能写）"),
        ("wangxy", "停用接口令牌：县平台"),
    ]
    bodies = "".join(Commit.objects.values_list("revisions__body", flat=True))
    assert secret not in bodies
    assert token.digest not in bodies


def test_it_opens_until_its_last_day_and_not_after_it_was_ended(clerk: User, now: datetime) -> None:
    token, secret = made(clerk, now, days=30)

    assert token.expires_on == date(2026, 12, 18)
    assert use_token(secret=secret, at=now + timedelta(days=30))
    assert use_token(secret=secret, at=now + timedelta(days=31)) is None
    revoke_token(token=token, by=clerk, at=now)
    assert use_token(secret=secret, at=now) is None


def test_when_it_was_last_used_is_noted_once_a_minute(clerk: User, now: datetime) -> None:
    token, secret = made(clerk, now)
    times = []
    for seconds in (0, 30, 61):
        use_token(secret=secret, at=now + timedelta(seconds=seconds))
        token.refresh_from_db()
        times.append(token.last_used_at)

    assert times == [now, now, now + timedelta(seconds=61)]


def test_with_the_account_all_its_tokens_end_for_good(
    clerk: User, now: datetime, township: Place, make_user: Callable[..., User]
) -> None:
    clerk.home = township
    clerk.save()
    admin = make_user("管理员", role="administrator", place=township)
    Grant.objects.filter(user=clerk).delete()
    _, secret = made(clerk, now)

    accounts.close_account(person=clerk, by=admin, at=now)
    while_closed = use_token(secret=secret, at=now)
    accounts.reopen_account(person=clerk, by=admin, at=now)

    assert (while_closed, use_token(secret=secret, at=now)) == (None, None)
    assert ApiToken.objects.get().revoked_at == now


def test_a_password_for_one_time_opens_nothing_by_token_either(clerk: User, now: datetime) -> None:
    _, secret = made(clerk, now)

    User.objects.filter(pk=clerk.pk).update(must_change_password=True)

    assert use_token(secret=secret, at=now) is None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": " "}, "名称写 1 到 40 个字"),
        ({"name": "名" * 41}, "名称写 1 到 40 个字"),
        ({"scope": "admin"}, "还没选这个令牌能做什么"),
        ({"days": 0}, "最多用一年"),
        ({"days": 367}, "最多用一年"),
        ({"ledgers": ["hazard"]}, "有不归你看的"),
        ({"name": "在用"}, "已经有一个叫“在用”的令牌"),
    ],
)
def test_what_cannot_be_made_is_said(
    clerk: User, now: datetime, wrong: dict[str, Any], says: str
) -> None:
    made(clerk, now, name="在用")

    with pytest.raises(UserError, match=says):
        made(clerk, now, **wrong)

    assert ApiToken.objects.count() == 1


def test_what_expired_gives_its_name_free_and_nobody_hoards(clerk: User, now: datetime) -> None:
    made(clerk, now, days=1)
    later = now + timedelta(days=2)
    made(clerk, later)
    for n in range(MOST - 1):
        made(clerk, later, name=f"{n}号")

    with pytest.raises(UserError, match="最多 20 个令牌"):
        made(clerk, later, name="再来一个")


def test_nobody_ends_the_token_of_another(clerk: User, leader: User, now: datetime) -> None:
    token, _ = made(clerk, now)

    with pytest.raises(UserError, match="只能停用自己的"):
        revoke_token(token=token, by=leader, at=now)
