"""The frame around pages: rail, who I am, signing in and out, pages of errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from django.template.loader import render_to_string
from django.test import Client

from qianxian.core.models import User
from tests.web.markup import draw, read, words


def test_the_demo_mark_stands_on_pages_with_demo_data_only() -> None:
    include = '{% include "_components/shell/demo.html" %}'

    assert "演示数据" in words(draw(include, demo=True))
    assert words(draw(include, demo=False)) == ""


def test_a_shut_room_stays_in_the_rail_and_says_why() -> None:
    rail = [
        {"name": "returns", "label": "报表", "icon": "i-return", "url": "", "why": "先从数字里复制"}
    ]
    tree = draw('{% include "_components/shell/rail.html" %}', rail=rail)

    assert "报表" in words(tree)
    assert "先从数字里复制" in words(tree)
    assert tree.find(".//li//a") is None


def test_the_shell_has_the_post_before_the_name(
    client: Client, clerk: User, make_post: Callable[..., Any], township: Any
) -> None:
    make_post("改厕专干", duty="toilet_officer", place=township, a=clerk)
    client.force_login(clerk)

    page = read(client.get("/"))

    me = words(page.find_class("me")[0])
    assert me.index("改厕专干") < me.index("王秀英")
    assert page.get_element_by_id("main").find(".//h1") is not None
    assert page.get("lang") == "zh-CN"


def test_a_lost_page_keeps_the_rail_for_who_is_signed_in(client: Client, clerk: User) -> None:
    client.force_login(clerk)

    response = client.get("/gone/")

    page = read(response)
    assert response.status_code == 404
    assert "找不到这一页" in words(page)
    assert page.find_class("rail")


def test_the_sign_in_page_says_that_nobody_was_let_in(client: Client, db: None) -> None:
    response = client.post("/sign-in/", {"login": "nobody", "password": "wrong"})

    text = words(read(response))
    assert "还没有登录进去" in text
    assert "rail" not in {element.get("class") for element in read(response).iter()}


@pytest.mark.parametrize(
    "name",
    ["400", "403", "403_csrf", "404", "429", "500", "user_error", "account/account_inactive"],
)
def test_a_page_of_errors_needs_nothing_from_the_context(name: str) -> None:
    page = lxml.html.document_fromstring(
        render_to_string(f"{name}.html", {"says": "第 7 行日期不对"})
    )

    assert len(page.findall(".//h1")) == 1
    assert page.findtext(".//title") != " · 千线"
    assert page.find(".//a[@href='/']") is not None
    assert page.find(".//nav") is None


def test_signing_out_by_address_asks_first(client: Client, clerk: User) -> None:
    client.force_login(clerk)

    asked = client.get("/sign-out/")

    assert asked.status_code == 200
    assert read(asked).find(".//form").get("method") == "post"
    assert "_auth_user_id" in client.session
