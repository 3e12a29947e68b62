"""从表格建台账 in a real browser: a messy workbook, put right on the page, rows in the list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from qianxian.core.definitions import catalogue
from qianxian.core.models import Grant, Place, User
from qianxian.imports import jobs as import_jobs
from qianxian.imports.inferring import jobs
from qianxian.imports.inferring.models import LedgerProposal
from qianxian.imports.models import ImportRun
from qianxian.ledgers.models import Entry
from tests.browser.live import MARKS, WCAG, browser, opened
from tests.unit.imports.conftest import workbook
from tests.unit.imports.inferring.conftest import TREES

__all__ = ["browser"]
pytestmark = MARKS


@pytest.fixture
def definer(make_user: Callable[..., User], township: Place) -> User:
    user = make_user("王秀英", role="office_clerk", place=township, line="environment")
    Grant.objects.create(role="ledger_definer", line="environment", place=township, user=user)
    return user


def worked() -> None:
    """What the worker does with what was queued; it is told of definitions like any process."""
    catalogue.look_again()
    for proposal in LedgerProposal.objects.filter(state="reading"):
        jobs.look_at_workbook.call(proposal.pk, proposal.look_number)
    for run in ImportRun.objects.filter(state="reading"):
        import_jobs.check_import.call(run.pk, run.check_number)
    for run in ImportRun.objects.filter(state="landing"):
        import_jobs.land_import.call(run.pk)


def accessible(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": WCAG})
    told = [(v["id"], v["nodes"][0]["html"]) for v in found.response["violations"]]
    assert told == []


def handed_in(page: Page, file: Path) -> None:
    file.write_bytes(workbook(TREES))
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="传上去认").click()
    expect(page.locator("#running")).to_contain_text("正在认")
    worked()
    expect(page.locator("#design")).to_be_visible(timeout=30_000)


def test_from_a_messy_workbook_to_rows_in_the_list(
    browser: Browser,
    live_server: LiveServer,
    definer: User,
    village: Place,
    other_village: Place,
    tmp_path: Path,
    now: datetime,
) -> None:
    page = opened(browser, live_server, definer, "/imports/ledgers/new/")
    accessible(page)
    handed_in(page, tmp_path / "绿化.xlsx")
    accessible(page)
    # A change is looked at again at once, beside its column.
    expect(page.locator("#seen-9")).not_to_contain_text("读不成")
    page.locator("#c9-kind").select_option("integer")
    expect(page.locator("#seen-9")).to_contain_text("读不成整数：J6 “补栽”")
    page.locator("#c9-kind").select_option("text")
    expect(page.locator("#seen-9")).not_to_contain_text("读不成")
    page.locator("#name").fill("绿化台账")
    page.get_by_role("button", name="建台账").click()
    expect(page.get_by_role("heading", name="绿化.xlsx")).to_be_visible()
    worked()
    page.get_by_role("button", name="存入 4 行").click(timeout=30_000)
    expect(page.locator("#running")).to_be_visible()
    worked()
    page.get_by_role("link", name="去看台账").click(timeout=30_000)
    expect(page.get_by_role("heading", name="绿化台账")).to_be_visible()
    expect(page.get_by_role("link", name="L001")).to_be_visible()
    assert Entry.objects.count() == 4

    run = ImportRun.objects.get()
    phone = opened(browser, live_server, definer, f"/imports/ledgers/{run.ledger}/", phone=True)
    accessible(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("link", name="改栏").click()
    accessible(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
