"""我的接口令牌: made on a page, shown once, ended on a page, and one's own only."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from qianxian.api.models import ApiToken
from qianxian.core.models import User
from tests.web.api.program import Program, program_of

SignIn = Callable[[User], Client]
FORM = {"name": "县平台取数", "scope": "read", "which": "all", "days": "90"}
INDEX, NEW = reverse("tokens:index"), reverse("tokens:new")


def test_a_token_is_made_shown_once_and_works(as_user: SignIn, clerk: User) -> None:
    client = as_user(clerk)
    assert INDEX in client.get(reverse("people:me")).content.decode()
    assert "还没有令牌" in client.get(INDEX).content.decode()

    page = client.post(NEW, FORM)

    [secret] = set(re.findall(r"qx_[A-Za-z0-9_-]{43}", page.content.decode()))
    assert "no-store" in page["Cache-Control"]
    listed = client.get(INDEX).content.decode()
    assert "县平台取数" in listed
    assert "qx_" not in listed
    assert Program(ApiToken.objects.get(), secret).get("/ledgers").status_code == 200


def test_it_may_be_for_some_ledgers_only(as_user: SignIn, clerk: User) -> None:
    client = as_user(clerk)

    none = client.post(NEW, {**FORM, "which": "some"})
    some = client.post(NEW, {**FORM, "which": "some", "ledgers": ["cleanup"], "scope": "write"})
    strange = client.post(NEW, {**FORM, "which": "some", "ledgers": ["hazard"]})

    assert (none.status_code, some.status_code, strange.status_code) == (422, 200, 422)
    assert "还没选台账" in none.content.decode()
    token = ApiToken.objects.get()
    assert (token.ledgers, token.scope) == (["cleanup"], "write")
    assert "村庄清洁" in client.get(INDEX).content.decode()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "还没写名称"),
        ({"name": "已有"}, "已经有一个叫“已有”的令牌"),
        ({"scope": "all"}, "scope"),
        ({"days": "9999"}, "days"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    as_user: SignIn, clerk: User, wrong: dict[str, str], says: str
) -> None:
    program_of(clerk, name="已有")

    page = as_user(clerk).post(NEW, {**FORM, **wrong})

    assert page.status_code == 422
    assert says in page.content.decode()
    assert f'value="{wrong.get("name", FORM["name"])}"' in page.content.decode() or not wrong.get(
        "name", "x"
    )


def test_one_ends_ones_own_and_no_others(as_user: SignIn, clerk: User, leader: User) -> None:
    program = program_of(clerk)
    url = reverse("tokens:revoke", args=[program.token.pk])

    assert as_user(leader).post(url).status_code == 404
    assert "县平台" not in as_user(leader).get(INDEX).content.decode()
    assert program.get("/ledgers").status_code == 200
    assert as_user(clerk).get(url).status_code == 405
    page = as_user(clerk).post(url, follow=True).content.decode()

    assert "“县平台”停用了" in page
    assert "不再用的" in page
    assert program.get("/ledgers").status_code == 401
