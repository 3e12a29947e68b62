"""A working week in three lines, walked by nine people in a real browser, on a clock that moves.

Monday: a notice is pasted and shared out; a village clerk says a sentence; an inspection raises two
hazards; a household is found, checked and put up for notice. Then one hazard is fixed and
re-checked by somebody else, the other goes over its time and rises; the notice of five days cannot
be cut short; the household is approved and helped. Friday's sheet tells what is late.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.office import CHROMIUM, Clock, chromium, served
from tests.browser.walking import Week, fill, record_below, save_new
from tests.unit.imports.workbooks.conftest import FIRST, Sheet

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium on this machine"),
]

_NOTICE = """关于报送冬季森林防火值班安排的通知
各村：
根据县里要求，请各村于{day}下午5点前报送冬季森林防火值班安排。一是报值班人员名单；二是报值班电话。
镇党政办公室
{today}
"""


_LONGEST_WAIT = 120  # seconds, on a busy machine


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    folder = tmp_path_factory.mktemp("week")
    clock = Clock(folder / "clock")
    # The demo ends today; the week begins with the Monday that comes next.
    clock.move((7 - clock.today.weekday()) % 7)
    site = folder / "site"
    site.mkdir()
    with served(site, clock) as address, chromium() as browser:
        yield Week(address, browser, clock, folder)


def test_a_working_week(week: Week) -> None:
    notice = share_a_notice_out(week)
    jot_on_a_phone(week)
    fixed, late = inspect_and_find_two_hazards(week)
    household = find_a_household(week)
    sheet = send_a_workbook_out(week)

    week.move(1)  # Tuesday
    bring_it_back_with_three_conflicts(week, sheet)
    answer_from_a_phone(week)
    fix_and_recheck(week, fixed)
    week.move(2)  # Thursday: the order of the other hazard ran out on Wednesday
    wait_until_it_rises(week, late)
    refuse_to_cut_the_notice_short(week, household)
    week.move(1)  # Friday
    read_the_sheet_of_what_is_late(week, notice, late, fixed)

    week.move(3)  # Monday
    approve_and_help(week, household)


def share_a_notice_out(week: Week) -> str:
    """Paste, look, share out to both villages; returns the address of the notice."""
    friday = week.day(4)
    page = week.at("minxy", "/intake/notice/")
    text = _NOTICE.format(
        day=f"{friday.month}月{friday.day}日",
        today=f"{week.day():%Y}年{week.day().month}月{week.day().day}日",
    )
    page.fill("textarea[name=text]", text)
    page.get_by_role("button", name="认一认").click()
    expect(page.locator("input[name=deadline]")).to_have_value(friday.isoformat())
    expect(page.locator("input[name=deadline_time]")).to_have_value("17:00")
    expect(page.locator("input[name=issuer]")).to_have_value("镇党政办公室")
    expect(page.locator("input[name=villages]:checked")).to_have_count(2)
    page.get_by_role("button", name="派下去").click()
    page.wait_for_url(re.compile(r"/intake/notices/[0-9a-f-]{36}/"))
    expect(page.locator("main")).to_contain_text("桃溪村")
    return page.url


def jot_on_a_phone(week: Week) -> None:
    page = week.at("taoxi", "/intake/jot/")
    page.fill("input[name=say]", "我们村今天搞大扫除，来了32个人，拉走2吨垃圾")
    page.get_by_role("button", name="认一认").click()
    expect(page.locator("main input[name=people]")).to_have_value("32")
    expect(page.locator("main input[name=waste]")).to_have_value("2")
    # Nothing is saved before somebody says so.
    page.get_by_role("button", name=re.compile("^存：村庄清洁行动")).click()
    expect(page.locator("main")).to_contain_text(re.compile("已存|撤回"))


def inspect_and_find_two_hazards(week: Week) -> tuple[str, str]:
    """One inspection of a shop, two hazards that hang on it, both ordered to be fixed."""
    page = week.at("fanag", "/ledgers/inspection/new/")
    page.fill("input[name=subject_search]", "桃溪便民超市")
    page.locator("input[name=subject]").first.check(force=True)
    fill(
        page,
        {"inspected_on": week.day(), "kind": "消防", "inspectors": "2", "result": "责令限期整改"},
    )
    save_new(page, "inspection")
    inspection = page.url
    found = []
    for text, limit in (("安全出口堆了货", 4), ("灭火器过期", 2)):
        page.goto(inspection)
        hazard = {"kind": "消防", "level": "一般", "description": text, "found_on": week.day()}
        record_below(page, "发现隐患，登记", hazard)
        link = page.get_by_role("link", name=re.compile(text)).first.get_attribute("href") or ""
        matter = re.search(r"[0-9a-f-]{36}", link)
        assert matter, link
        found.append(matter[0])
        week.took(
            "fanag",
            matter[0],
            "order",
            order_number=f"青应急责改〔{week.day().year}〕{len(found)}号",
            ordered_on=week.day(),
            fix_by=week.day(limit),
        )
    return found[0], found[1]


def find_a_household(week: Week) -> str:
    """A clue is recorded, verified with consent, reviewed and put up for notice on one day."""
    page = week.at("taoxi", "/ledgers/monitoring/new/")
    page.fill("input[name=subject_search]", "990101100")
    page.locator("input[name=subject]").last.check(force=True)
    fill(page, {"clue_on": week.day(), "source": "干部排查"})
    matter = save_new(page, "monitoring")
    refuse_without_consent(week, matter)
    week.took("taoxi", matter, "verify", **checked(week, consent=True))
    week.took("taoxi", matter, "review", reviewed_on=week.day())
    week.took("taoxi", matter, "announce", notice_on=week.day())
    return matter


def checked(week: Week, *, consent: bool) -> dict[str, object]:
    return {
        "checked_on": week.day(),
        "consent": consent,
        "consent_on": week.day(),
        "persons": 3,
        "income_per_person": 7200,
        "income_line": 8000,
        "object_kind": "边缘易致贫户",
        "risks": ("因病",),
    }


def refuse_without_consent(week: Week, matter: str) -> None:
    page = week.step("taoxi", matter, "verify", checked(week, consent=False))
    expect(page.locator("main")).to_contain_text("没有签授权承诺书")


def send_a_workbook_out(week: Week) -> Sheet:
    """The township's clerk sends one village its cleanups as a workbook."""
    page = week.at("wangxy", "/imports/workbooks/send/cleanup/")
    page.get_by_label("桃溪村").check(force=True)
    with page.expect_download() as download:
        page.get_by_role("button", name="下载工作簿").click()
    return Sheet(Path(download.value.path()).read_bytes())


def bring_it_back_with_three_conflicts(week: Week, sheet: Sheet) -> None:
    """Three rows are changed in the sheet and otherwise here; each is asked, one by one."""
    rows = [row for row in range(FIRST, FIRST + 12) if sheet.get(row, "field:people")][:3]
    for number, row in enumerate(rows):
        correct_a_cleanup(week, sheet.get(row, "key"), 61 + number)
        sheet.fill(row, field__people=71 + number)
    page = week.at("wangxy", "/imports/workbooks/")
    file = {"name": "桃溪村.xlsx", "mimeType": "application/octet-stream", "buffer": sheet.data()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="传上来看改了什么").click()
    page.wait_for_url(re.compile(r"/imports/workbooks/back/\d+/"))
    conflicts = page.locator("fieldset", has_text="留台账里的")
    expect(conflicts).to_have_count(3)
    page.get_by_role("button", name="确认，收进台账").click()
    # Nothing is chosen for anybody.
    expect(page.locator("main")).to_contain_text("还没有存")
    for number, side in enumerate(("theirs", "ours", "theirs")):
        conflicts.nth(number).locator(f"input[value={side}]").check(force=True)
    page.get_by_role("button", name="确认，收进台账").click()
    expect(page.locator("main")).to_contain_text("改了 2 行")


def correct_a_cleanup(week: Week, key: object, people: int) -> None:
    # The number of the workbook, the entry, its version and a seal.
    entry = UUID(str(key).split("-")[1])
    page = week.at("wangxy", f"/ledgers/cleanup/{entry}/correct/")
    fill(page, {"people": people, "reason": "人数数错了"})
    page.get_by_role("button", name=re.compile("^存|更正|改")).last.click()
    page.wait_for_url(re.compile(rf"/ledgers/cleanup/{entry}/$"))


def answer_from_a_phone(week: Week) -> None:
    """One of two villages answers."""
    page = week.at("taoxi", "/")
    page.get_by_role("link", name=re.compile("森林防火值班")).first.click()
    page.wait_for_url(re.compile(r"/matters/[0-9a-f-]{36}/"))
    matter = page.url.split("/matters/")[1].split("/")[0]
    told = "值班人员：陶某、向某；电话：村部值班室"
    week.took("taoxi", matter, "answer", answer=told, answered_on=week.day())
    expect(week.as_("taoxi").locator("main")).to_contain_text("已报送")


def fix_and_recheck(week: Week, hazard: str) -> None:
    week.took("taoxi", hazard, "fix", measure_taken="货物搬走，通道清空", fixed_on=week.day())
    page = week.at("taoxi", f"/matters/{hazard}/")
    expect(page.locator("main")).to_contain_text("待复查")
    week.took("luqh", hazard, "close", rechecked_on=week.day())
    page = week.at("luqh", f"/matters/{hazard}/")
    expect(page.locator("main")).to_contain_text("已销号")


def wait_until_it_rises(week: Week, hazard: str) -> None:
    """The worker lets it rise by itself; the line head then has it among what is watched."""
    page = week.as_("tanjh")
    watched = page.locator("main section", has_text="督办").get_by_text("灭火器过期")
    for _ in range(_LONGEST_WAIT):
        page.goto(f"{week.address}/")
        if watched.count():
            break
        page.wait_for_timeout(1_000)
    expect(watched.first).to_be_visible()
    page.goto(f"{week.address}/matters/{hazard}/")
    expect(page.locator("main")).to_contain_text("已升级")


def refuse_to_cut_the_notice_short(week: Week, matter: str) -> None:
    """Three days after it was put up: shut for everybody, whatever reason is given."""
    page = week.at("yim", f"/matters/{matter}/steps/approve_township/")
    expect(page.locator("main")).to_contain_text("村内公示不满 5 天")
    expect(page.get_by_role("button", name=re.compile("^存"))).to_have_count(0)


def read_the_sheet_of_what_is_late(week: Week, notice: str, late: str, fixed: str) -> None:
    page = week.at("zhoum", "/matters/late/")
    sheet = page.locator("main")
    expect(sheet.locator(f"a[href*='{late}']").first).to_be_visible()
    expect(sheet).to_contain_text("超 2 天")
    assert not sheet.locator(f"a[href*='{fixed}']").count()
    # Of the two villages only the one that has not answered is due today.
    owing = sheet.locator("tr", has_text="报值班人员名单")
    expect(owing).to_have_count(1)
    expect(owing).to_contain_text("石桥村")
    grid = week.as_("minxy")
    grid.goto(notice)
    expect(grid.locator("main")).to_contain_text("石桥村")
    expect(grid.locator("main")).to_contain_text(re.compile("还差|还没"))


def approve_and_help(week: Week, matter: str) -> None:
    """A week after the notice: township, county, a measure, and help is given."""
    week.took("yim", matter, "approve_township", objections=0, township_on=week.day())
    week.took("quqs", matter, "approve_county", approved_on=week.day())
    shut = week.at("shuh", f"/matters/{matter}/steps/help/")
    expect(shut.locator("main")).to_contain_text("还没有一条已经落实的帮扶措施")
    page = week.at("shuh", f"/ledgers/monitoring/{matter}/")
    measure = {
        "kind": "医疗帮扶",
        "risk": "因病",
        "content": "签家庭医生，送药上门",
        "started_on": week.day(),
    }
    record_below(page, "登记帮扶措施", measure)
    week.took("shuh", matter, "help", plan_on=week.day(), helped_on=week.day())
    expect(week.as_("shuh").locator("main")).to_contain_text("帮扶中")
