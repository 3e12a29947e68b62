"""The components page in a real browser: accessible, nothing sideways, and its small helpers work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from qianxian.core.models import User

# Playwright's sync API keeps an event loop on this thread, and Django then refuses ORM calls.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

CHROMIUM = Path("/usr/bin/chromium")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    flags = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=[*flags, "--disable-gpu"]
        )
        yield chromium
        chromium.close()


def open_page(
    browser: Browser, server: LiveServer, user: User, *, width: int = 1366, choice: str = ""
) -> Page:
    client = Client()
    client.force_login(user)
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN")
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    if choice:
        key, value = choice.split(":")
        context.add_init_script(f"localStorage.setItem('{key}', '{value}')")
    page = context.new_page()
    page.goto(f"{server.url}/components/")
    return page


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("choice", ["", "theme:dark", "size:large"])
def test_it_meets_wcag_and_never_runs_sideways(
    browser: Browser, live_server: LiveServer, clerk: User, width: int, choice: str
) -> None:
    page = open_page(browser, live_server, clerk, width=width, choice=choice)

    found = Axe().run(page, options={"runOnly": WCAG})

    assert [(v["id"], v["nodes"][0]["html"]) for v in found.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.context.close()


def test_a_figure_opens_its_facts_and_escape_gives_the_focus_back(
    browser: Browser, live_server: LiveServer, clerk: User
) -> None:
    page = open_page(browser, live_server, clerk)
    figure = page.locator(".has-pop > .fig").first

    figure.click()
    assert page.get_by_role("link", name="看 98 条记录").is_visible()

    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="看 98 条记录").is_visible()
    assert figure.evaluate("element => element === document.activeElement")
    page.context.close()


def test_nothing_on_the_page_breaks_the_policy(
    browser: Browser, live_server: LiveServer, clerk: User
) -> None:
    page = open_page(browser, live_server, clerk)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))

    page.reload()
    page.get_by_role("button", name="复制成一句话").click()
    page.get_by_role("button", name="撤下公示…").click()
    page.get_by_role("button", name="不撤").click()

    assert told == []
    assert page.get_by_text("已复制").is_visible()
    page.context.close()


def test_the_dark_is_remembered_on_the_next_page(
    browser: Browser, live_server: LiveServer, clerk: User
) -> None:
    page = open_page(browser, live_server, clerk)

    page.get_by_role("button", name="夜间", exact=True).first.click()
    page.goto(f"{live_server.url}/")

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.context.close()


def test_the_phone_has_every_room_behind_more(
    browser: Browser, live_server: LiveServer, clerk: User
) -> None:
    page = open_page(browser, live_server, clerk, width=390)
    bar = page.get_by_role("navigation", name="手机导航")

    bar.get_by_text("更多").click()

    for room in ("今日", "事项", "记一笔", "计划", "台账", "数字", "报告"):
        assert bar.get_by_text(room, exact=True).first.is_visible()
    page.context.close()
