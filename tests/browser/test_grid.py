"""表格录入 in a real browser: a block from Excel with faults, two people on one row, a phone."""

from __future__ import annotations

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from qianxian.core.models import Commit, Place, User
from qianxian.ledgers.models import Entry
from tests.browser.live import MARKS, WCAG, browser, opened

__all__ = ["browser"]
pytestmark = MARKS

GRID = "/ledgers/cleanup/grid/"
# With the heading of the columns, a date and a weight as clerks write them, and two wrong cells.
BLOCK = """地方\t日期\t做什么\t参加人次\t清运垃圾\t说明
清水村\t2026.11.3\t大扫除\t１２０\t3500公斤\t雨后
清水\t2026年11月5日\t扫地\t很多\t\t
"""


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator("table.gridt tbody tr").nth(row).locator("td").nth(column)


def paste(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def count(page: Page) -> Locator:
    return page.locator("[data-grid-count]")


def said(page: Page) -> Locator:
    return page.locator("[data-grid-status]")


def test_a_block_with_faults_is_pasted_put_right_and_saved(
    browser: Browser, live_server: LiveServer, clerk: User, village: Place, other_village: Place
) -> None:
    page = opened(browser, live_server, clerk, GRID)
    cell(page, 0, 0).click()
    paste(page, BLOCK)

    expect(said(page)).to_contain_text("贴进来 2 行。表头没有贴进来。")
    expect(cell(page, 0, 1)).to_have_text("2026-11-03")
    expect(cell(page, 0, 4)).to_have_text("3.5")
    expect(cell(page, 1, 2)).to_contain_text("做什么没有“扫地”这一项")
    expect(cell(page, 1, 3)).to_contain_text("这里要写数字")
    page.keyboard.press("Control+s")
    expect(said(page)).to_contain_text("存了 1 行。还有 1 行没存：第 2 行")
    assert Entry.objects.filter(ledger="cleanup").count() == 1
    found = Axe().run(page, options={"runOnly": WCAG})
    assert [(v["id"], v["nodes"][0]["html"]) for v in found.response["violations"]] == []

    cell(page, 1, 2).click()
    page.keyboard.type("gq")
    page.keyboard.press("Tab")
    page.keyboard.type("45")
    page.keyboard.press("Enter")
    expect(count(page)).to_have_text("1 行 4 格没存")
    page.get_by_role("button", name="存表格").click()
    expect(count(page)).to_have_text("没有要存的")
    saved = {e.data["kind"]: e.data for e in Entry.objects.filter(ledger="cleanup")}
    assert saved["沟渠清理"]["people"] == 45
    assert saved["大扫除"] == {
        "held_on": "2026-11-03",
        "kind": "大扫除",
        "people": 120,
        "waste": "3.500",
        "note": "雨后",
    }
    page.context.close()


def test_keys_go_undo_copy_and_empty_cells(
    browser: Browser, live_server: LiveServer, clerk: User, village: Place
) -> None:
    page = opened(browser, live_server, clerk, GRID)
    cell(page, 0, 3).click()
    for text in ("10", "20"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    expect(count(page)).to_contain_text("2 行 2 格没存")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == "10\n20"
    page.keyboard.press("Delete")
    expect(count(page)).to_have_text("没有要存的")
    page.keyboard.press("Control+z")
    page.keyboard.press("F2")
    page.keyboard.type("5")
    page.keyboard.press("Escape")
    expect(count(page)).to_contain_text("2 行 2 格没存")
    # What is not saved is offered again, and never lost by leaving.
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.get_by_role("button", name="填进表格").click()
    expect(count(page)).to_contain_text("2 行 2 格没存")
    page.context.close()


def test_two_people_on_one_row_and_nobody_is_overwritten(
    browser: Browser,
    live_server: LiveServer,
    clerk: User,
    village_clerk: User,
    village: Place,
    make_entry: Callable[..., Entry],
) -> None:
    entry = make_entry(
        "cleanup", {"held_on": "2026-11-01", "kind": "大扫除", "people": "80"}, place=village
    )
    first, second = (opened(browser, live_server, u, GRID) for u in (village_clerk, clerk))
    change(first, "95", "补数")
    expect(count(first)).to_have_text("没有要存的")

    change(second, "100", "数错了")
    wrong = cell(second, 0, 3)
    expect(wrong).to_contain_text("李建国")
    expect(wrong).to_contain_text("改成“95”（原来是80），你写的是“100”。")
    entry.refresh_from_db()
    assert (entry.version, entry.data["people"]) == (2, 95)
    second.get_by_role("button", name="用我写的").click()
    second.get_by_role("button", name="存表格").click()
    expect(said(second)).to_contain_text("存了 1 行")
    entry.refresh_from_db()
    assert (entry.version, entry.data["people"]) == (3, 100)
    assert Commit.objects.order_by("-number")[0].reason == "数错了"
    for page in (first, second):
        page.context.close()


def change(page: Page, people: str, reason: str) -> None:
    cell(page, 0, 3).click()
    page.keyboard.type(people)
    page.keyboard.press("Enter")
    page.locator("[data-grid-reason] input").fill(reason)
    page.get_by_role("button", name="存表格").click()


def test_on_a_phone_a_row_is_a_card_and_the_new_one_comes_first(
    browser: Browser,
    live_server: LiveServer,
    clerk: User,
    village: Place,
    make_entry: Callable[..., Entry],
) -> None:
    make_entry("cleanup", {"held_on": "2026-11-01", "kind": "大扫除"}, place=village)
    page = opened(browser, live_server, clerk, GRID, phone=True)
    expect(page.locator("table.gridt tbody tr:visible")).to_have_count(1)
    for column, text in enumerate(("清水村", "", "大扫除", "30")):
        cell(page, 1, column).tap()
        if text:
            page.keyboard.type(text)
            page.keyboard.press("Enter")
    cell(page, 1, 3).tap()
    assert page.locator(".cell-input").get_attribute("inputmode") == "decimal"
    cell(page, 1, 1).tap()
    page.locator(".cell-input").fill("2026-11-07")
    page.get_by_role("button", name="存表格").tap()

    expect(said(page)).to_contain_text("存了 1 行")
    assert Entry.objects.filter(ledger="cleanup", on="2026-11-07", data__people=30).exists()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("button", name="看已经记下的 1 行").tap()
    expect(page.locator("table.gridt tbody tr:visible")).to_have_count(2)
    page.context.close()
