"""One thread through the whole house, walked by four people in a real browser.

Last year's report is read → a task goes into the plan and is split → a village clerk moves a
matter on a phone with a photo → another post closes it → the village attests, the township locks →
the light moves → 问个数 → the report is drafted, a figure opens its records, it is published, and
its .docx read back holds the same figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from qianxian_documents import read_figures
from qianxian_figures import Period
from qianxian_reader import read
from tests.browser.office import CHROMIUM, chromium, served, signed_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium on this machine"),
]

REAL = Path(__file__).parents[3] / "shared" / "reading" / "reports" / "s001.txt"
INVENTED = """青禾镇去年工作总结和今年工作计划
一、去年工作总结
（一）人居环境持续改善。全年完成改厕142户，组织大扫除36次。
二、存在的问题
一是部分农户积极性不高。
三、今年工作计划
（一）抓好人居环境整治。今年计划改厕90户，年底前全部验收。
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("office")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A published report where the folder of them stands beside the checkout, else an invented one."""
    if REAL.exists():
        return REAL
    path = tmp_path / "report.txt"
    path.write_text(INVENTED, encoding="utf-8")
    return path


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "pit.jpg"
    Image.new("RGB", (800, 600), (120, 140, 90)).save(path)
    return path


def another(photo: Path) -> Path:
    """A step wants a photo of its own: one that an earlier step used is refused."""
    path = photo.with_name("accepted.jpg")
    Image.new("RGB", (800, 600), (90, 120, 140)).save(path)
    return path


def test_one_thread_through_the_whole_house(
    browser: Browser, address: str, report: Path, photo: Path
) -> None:
    writer = signed_in(browser, address, "hesy")
    read_a_report(writer, address, report)
    head = signed_in(browser, address, "tanjh")
    drop_the_old_task(head, address)
    put_its_task_into_the_plan(writer)
    split_its_target(head, address)
    before = progress_of_the_whole(head, address)

    clerk = signed_in(browser, address, "taoxi", phone=True)
    matter = move_a_matter_to_completed(clerk, address, photo)
    refuse_to_close_it_oneself(clerk, address, matter)
    inspector = signed_in(browser, address, "pengcl", phone=True)
    accept(inspector, address, matter, another(photo))
    assert progress_of_the_whole(head, address) == before + 1

    officer = signed_in(browser, address, "wangxy")
    attest_and_lock([clerk, signed_in(browser, address, "shiqiao", phone=True)], officer, address)
    ask_for_the_figure(head, address, before + 1)

    leader = signed_in(browser, address, "zhoum")
    draft_publish_and_read_back(writer, leader, address, before + 1)


def read_a_report(page: Page, address: str, report: Path) -> None:
    page.goto(f"{address}/reports/read/")
    page.set_input_files("input[name=file]", report)
    page.select_option("select[name=period]", str(date.today().year - 1))  # noqa: DTZ011
    page.get_by_role("button", name="读这份报告").click()
    page.wait_for_url(re.compile(r"/reports/sources/\d+/$"))
    expect(page.locator(".tabs")).to_contain_text(re.compile(r"疑点.*任务.*数字", re.S))
    expect(page.locator("main article").first).to_contain_text("改厕")


def drop_the_old_task(page: Page, address: str) -> None:
    """The demo's plan has a target for toilets; the county sets it anew."""
    page.goto(f"{address}/plans/")
    page.locator("tr", has_text="户用厕所").get_by_role("link", name="分到村").first.click()
    page.fill("input[name=reason]", "县里重新下达")
    page.get_by_role("button", name="这项不做了").click()
    expect(page.locator("main")).to_contain_text("不再算进")


def put_its_task_into_the_plan(page: Page) -> None:
    page.locator(".tabs").get_by_role("link", name=re.compile("^任务")).click()
    row = page.locator("ul.tasks > li", has_text="按“改（新）建农村户用厕所”算")
    row.get_by_role("link", name="放进计划").click()
    page.fill("input[name=value]", "90")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/(reports/sources|plans)/"))


def split_its_target(page: Page, address: str) -> None:
    page.goto(f"{address}/plans/")
    page.locator("tr", has_text="改厕").get_by_role("link", name="分到村").first.click()
    shares = page.locator("main input[inputmode=decimal]")
    shares.nth(0).fill("40")
    shares.nth(1).fill("40")
    page.get_by_role("button", name="存这次分解").click()
    expect(page.locator("main")).to_contain_text("比全镇任务90少10")
    shares.nth(1).fill("50")
    page.get_by_role("button", name="存这次分解").click()
    expect(page.get_by_role("heading", name=re.compile("村 × 任务"))).to_be_visible()


def progress_of_the_whole(page: Page, address: str) -> int:
    """Households done, from 问个数: the same figure that the plan's light is computed from."""
    page.goto(f"{address}/figures/?q=改厕")
    text = page.locator(".big-fig .fig").first.inner_text()
    found = re.search(r"\d+", text.replace(",", ""))
    assert found, text
    return int(found[0])


def move_a_matter_to_completed(page: Page, address: str, photo: Path) -> str:
    page.goto(f"{address}/matters/?scope=mine")
    page.get_by_role("link", name="申报").first.click()
    matter = page.url.split("/matters/")[1].split("/")[0]
    for step in ("declare", "start", "complete"):
        page.goto(f"{address}/matters/{matter}/steps/{step}/")
        fill_a_step(page, photo)
        page.wait_for_url(re.compile(rf"/matters/{matter}/$"))
    expect(page.get_by_text("已完工，待验收").first).to_be_visible()
    return matter


def fill_a_step(page: Page, photo: Path) -> None:
    """Today for every date, the first of every choice, a photo where one is asked for."""
    for name in {r.get_attribute("name") for r in page.locator("main input[type=radio]").all()}:
        page.locator(f"main input[name={name}]").first.check(force=True)
    for field in page.locator("main input[type=date]").all():
        if field.is_visible():
            field.fill(date.today().isoformat())  # noqa: DTZ011
    for field in page.locator("main input[type=text], main textarea").all():
        if not field.input_value():
            field.fill("青禾建筑队")
    for field in page.locator("main input[type=file]").all()[:1]:
        field.set_input_files(photo)
    page.get_by_role("button", name=re.compile("^存")).click()


def refuse_to_close_it_oneself(page: Page, address: str, matter: str) -> None:
    """Not even typed for the inspector: who reported it done may not close it."""
    page.goto(f"{address}/matters/{matter}/steps/accept/")
    expect(page.locator("main")).to_contain_text("现在不能办这一步")
    expect(page.get_by_role("button", name=re.compile("^存"))).to_have_count(0)


def accept(page: Page, address: str, matter: str, photo: Path) -> None:
    page.goto(f"{address}/matters/{matter}/")
    expect(page.get_by_text("验收合格，销号").first).to_be_visible()
    page.goto(f"{address}/matters/{matter}/steps/accept/")
    fill_a_step(page, photo)
    page.wait_for_url(re.compile(rf"/matters/{matter}/$"))
    expect(page.get_by_text("已验收").first).to_be_visible()


def attest_and_lock(clerks: Sequence[Page], officer: Page, address: str) -> None:
    """Each village that is still due says that last month is complete; the township locks it.

    In the first days of a month both are due, later only one.
    """
    month = last_month()
    said = 0
    for clerk in clerks:
        clerk.goto(f"{address}/ledgers/attestation/")
        rows = clerk.locator("ul.hits > li", has_text="农村户厕改造台账")
        due = rows.filter(has_text=month.label())
        said += due.count()
        if due.count():
            due.get_by_role("button").click()
        expect(due).to_have_count(0)
    assert said
    officer.goto(f"{address}/ledgers/attestation/check/?month={month.start:%Y-%m}")
    card = officer.locator("section.card", has_text="农村户厕改造台账")
    expect(card).to_contain_text("2/2 村已报齐")
    card.locator("tr", has_text="石桥村").get_by_role("button").first.click()
    card = officer.locator("section.card", has_text="农村户厕改造台账")
    expect(card.locator("tr", has_text="石桥村")).to_contain_text("王秀英")


def last_month() -> Period:
    """On its last day the running month is due beside it."""
    end = date.today().replace(day=1) - timedelta(days=1)  # noqa: DTZ011
    return Period(end.replace(day=1), end)


def ask_for_the_figure(page: Page, address: str, value: int) -> None:
    page.goto(f"{address}/figures/?q=gc")
    expect(page.locator("main")).to_contain_text("改（新）建农村户用厕所")
    page.goto(f"{address}/figures/?q=改厕")
    expect(page.locator("main")).to_contain_text(f"改（新）建农村户用厕所{value}户")
    expect(page.locator("main")).to_contain_text("占年度任务90户的")
    page.get_by_role("link", name="看记录").click()
    expect(page.locator("main")).to_contain_text(f"共 {value} 条")


def draft_publish_and_read_back(writer: Page, leader: Page, address: str, value: int) -> None:
    year = date.today().year  # noqa: DTZ011
    writer.goto(f"{address}/reports/write/")
    writer.select_option("select[name=period]", f"{year}-H1")
    writer.select_option("select[name=base]", "")
    writer.get_by_role("button", name="起草").click()
    writer.wait_for_url(re.compile(r"/reports/\d+/$"))
    draft = writer.url
    writer.locator("article .fig").first.click()
    writer.get_by_role("link", name=re.compile(r"\d+ 条记录|看出处")).first.click()
    expect(writer.locator("main table, main .empty").first).to_be_visible()

    leader.goto(draft)
    expect(leader.get_by_role("button", name="印发")).to_be_disabled()
    fill_the_gap(writer, draft)
    leader.goto(draft)
    leader.get_by_role("button", name=re.compile("^印发")).first.click()
    leader.get_by_role("button", name="印发", exact=True).click()
    expect(leader.locator("main")).to_contain_text("印发")
    expect(leader.locator("main")).not_to_contain_text("草稿")
    with leader.expect_download() as caught:
        leader.get_by_role("link", name=re.compile("Word")).first.click()
    same_figures(Path(caught.value.path()).read_bytes())


def fill_the_gap(page: Page, draft: str) -> None:
    """A draft with a gap is not published; the writer puts words where there were none."""
    page.goto(f"{draft}edit/")
    text = page.input_value("textarea[name=template]")
    assert "【待补：" in text
    page.fill(
        "textarea[name=template]", re.sub("【待补：[^】]*】", "按计划抓好余下各户的验收。", text)
    )
    page.get_by_role("button", name="存稿").click()
    page.wait_for_url(draft)


def same_figures(data: bytes) -> None:
    """Every number that was written as a figure is read again by anybody's reader."""
    written = [number for run in read_figures(data) for number in re.findall(r"[\d.]+", run.text)]
    document = read(data, "report.docx")
    printed = {n for f in document.figures for n in re.findall(r"[\d.]+", f.span.text)}
    assert written
    assert [number for number in written if number not in printed] == []
