"""A form on a phone whose network breaks: kept, sent by itself, saved once, shown to nobody else."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from qianxian.core.models import Place, User
from qianxian.ledgers.models import Entry
from tests.browser.live import MARKS, browser, opened

__all__ = ["browser"]
pytestmark = MARKS

NEW = "/ledgers/cleanup/new/"


def fill(page: Page, people: str) -> None:
    page.locator("input[name=kind]").first.check(force=True)
    page.fill("input[name=people]", people)


def save(page: Page) -> None:
    page.locator(".save button").click()


def kept(page: Page) -> str:
    """Everything that the device holds."""
    found: str = page.evaluate("JSON.stringify(localStorage)")
    return found


def save_and_lose_the_answer(page: Page, url: str) -> None:
    """The server gets it and saves it; the phone never hears of that."""

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    page.route(url, lose)
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        save(page)
    page.unroute(url)
    # What the server wanted to say came with the answer.
    page.context.clear_cookies(name="messages")


def test_without_a_network_it_waits_and_goes_once_when_it_is_back(
    browser: Browser, live_server: LiveServer, village_clerk: User, village: Place
) -> None:
    page = opened(browser, live_server, village_clerk, NEW, phone=True)
    fill(page, "31")
    page.context.set_offline(True)
    save(page)

    expect(page.locator("[data-keep-says]")).to_contain_text("没有网络，已存在本机，有网自动发")
    assert "31" in kept(page)
    assert not Entry.objects.exists()
    page.context.set_offline(False)
    page.wait_for_url(re.compile(r"/ledgers/cleanup/[0-9a-f-]{36}/$"))
    assert [e.data["people"] for e in Entry.objects.all()] == [31]
    assert "draft:" not in kept(page)
    page.context.close()


def test_a_lost_answer_is_sent_again_and_recorded_once(
    browser: Browser, live_server: LiveServer, clerk: User, village: Place
) -> None:
    page = opened(browser, live_server, clerk, NEW, phone=True)
    fill(page, "32")
    save_and_lose_the_answer(page, "**/new/")
    page.goto(f"{live_server.url}{NEW}")
    waiting = page.locator("[data-drafts]")
    expect(waiting).to_contain_text("发过，不知道到了没有")
    waiting.get_by_role("button", name="发出去").click()
    expect(page.locator("#messages")).to_contain_text("已经记上了，没有再记一遍")
    entry = Entry.objects.get()
    assert "draft:" not in kept(page)

    correct = f"{entry.get_absolute_url()}correct/"
    page.goto(f"{live_server.url}{correct}")
    page.fill("input[name=people]", "33")
    page.fill("input[name=reason]", "数错了")
    save_and_lose_the_answer(page, "**/correct/")
    page.goto(f"{live_server.url}{NEW}")
    waiting.get_by_role("button", name="发出去").click()
    expect(page.locator("#messages")).to_contain_text("已经记上了，没有再记一遍")
    entry.refresh_from_db()
    assert (entry.version, entry.data["people"]) == (2, 33)
    page.context.close()


def test_private_fields_stay_off_the_device_and_nobody_else_sees_a_draft(
    browser: Browser, live_server: LiveServer, clerk: User, village_clerk: User, group: Place
) -> None:
    page = opened(browser, live_server, clerk, "/ledgers/household/new/", phone=True)
    page.fill("input[name=head]", "赵平安")
    page.fill("input[name=phone]", "13800001111")
    page.context.set_offline(True)
    save(page)
    expect(page.locator("[data-keep-says]")).to_contain_text("隐私的栏要重新填")
    assert "赵平安" in kept(page)
    assert "13800001111" not in kept(page)

    held = page.context.storage_state()["origins"]
    other = opened(browser, live_server, clerk, NEW, phone=True)
    copy = held[0]["localStorage"]
    other.evaluate(
        "all => all.forEach(({ name, value }) => localStorage.setItem(name, value))", copy
    )
    other.reload()
    expect(other.locator("[data-drafts]")).to_contain_text("隐私的栏没有存，要重新填")
    other.locator("[data-drafts]").get_by_role("button", name="接着填").click()
    expect(other.locator("input[name=head]")).to_have_value("赵平安")
    another = opened(browser, live_server, village_clerk, NEW, phone=True)
    another.evaluate(
        "all => all.forEach(({ name, value }) => localStorage.setItem(name, value))", copy
    )
    another.reload()
    expect(another.locator("[data-drafts]")).to_be_hidden()
    for each in (page, other, another):
        each.context.close()
