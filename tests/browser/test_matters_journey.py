"""Two matters on their way to the end, through everything that offices do to them.

A resident's request is given to a post of which the holder is away: the B holder has it and signs
for it, hands it on to an office that sends it back with a reason, and the post changes hands. The
next holder confirms the handover book, asks for more time, is given it, and answers. Asked
afterwards, the resident says that nothing is solved: it is opened again. Beside it a petition that
is not ours goes back within five working days, and is opened again when the county insists.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.office import CHROMIUM, ROOT, Clock, chromium, environment, served
from tests.browser.walking import Week, fill, save_new

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium on this machine"),
]

# A folder for pictures of the pages, where somebody wants to look at them.
PICTURES = os.environ.get("JOURNEY_PICTURES", "")
SIZES = {"wide": (1366, 768), "phone": (390, 844)}


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    folder = tmp_path_factory.mktemp("journey")
    clock = Clock(folder / "clock")
    clock.move((7 - clock.today.weekday()) % 7)
    site = folder / "site"
    site.mkdir()
    with served(site, clock) as address, chromium() as browser:
        subprocess.run(
            [sys.executable, "-m", "tests.browser.second_handler"],
            cwd=ROOT,
            env=environment(site),
            check=True,
        )
        yield Week(address, browser, clock, folder)


def picture(page: Page, name: str) -> None:
    if not PICTURES:
        return
    before = page.viewport_size
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=Path(PICTURES) / f"{name}-{size}.png", full_page=size == "wide")
    if before:
        page.set_viewport_size(before)


def test_two_matters_reach_their_end(week: Week) -> None:
    request = record_a_request(week)
    first, second = (record_a_petition(week, number) for number in (1, 2))
    be_away(week)
    cover_signs_and_hands_on(week, request)
    the_other_office_sends_it_back(week, request)

    week.move(1)  # Tuesday
    the_post_changes_hands(week, request)
    week.move(1)  # Wednesday
    more_time_is_asked_for(week, request)
    more_time_is_given(week, request)
    week.move(2)  # Friday
    hand_a_petition_back(week, first)
    answer_and_close(week, request)

    week.move(3)  # Monday
    the_resident_says_no(week, request)
    open_the_petition_again(week, first)
    week.move(3)
    too_late_to_hand_back(week, second)


def record_a_request(week: Week) -> str:
    page = week.at("minxy", "/ledgers/request/new/")
    picture(page, "record-request")
    fill(
        page,
        {
            "place": place_of(page, "桃溪村"),
            "number": "12345-2026-0901",
            "received_on": week.day(),
            "source": "12345 热线",
            "kind": "求助",
            "topic": "用水用电",
            "content": "三组自来水停了两天，二十多户没有水用",
        },
    )
    return save_new(page, "request")


def place_of(page: Page, name: str) -> str:
    option = page.locator("main select[name=place] option", has_text=name).first
    return option.get_attribute("value") or ""


def record_a_petition(week: Week, number: int) -> str:
    page = week.at("minxy", "/ledgers/petition/new/")
    fill(
        page,
        {
            "place": place_of(page, "青禾镇"),
            "number": f"信访-2026-9{number}",
            "received_on": week.day(),
            "source": "上级转送交办",
            "kind": "申诉求决",
            "topic": "住房宅基地",
            "summary": "邻镇的地界上建房没有批",
        },
    )
    return save_new(page, "petition")


def be_away(week: Week) -> None:
    """A tells the days himself."""
    page = week.at("shuh", "/people/me/")
    picture(page, "me")
    page.get_by_role("link", name=re.compile("不在岗|请假|不在")).first.click()
    fill(page, {"first_day": week.day(), "last_day": week.day(1)})
    picture(page, "absence")
    page.get_by_role("button", name=re.compile("填好|存|登记|记")).last.click()
    expect(page.locator("main")).to_contain_text("陈志强")


def cover_signs_and_hands_on(week: Week, matter: str) -> None:
    page = week.at("chenzq", "/")
    expect(page.locator("main")).to_contain_text("舒慧")
    picture(page, "cover-inbox")
    week.took("chenzq", matter, "sign", signed_on=week.day())
    page = week.at("chenzq", f"/matters/{matter}/hand-on/")
    page.get_by_label(re.compile("机井专干")).check(force=True)
    page.fill("[name=reason]", "机井归农业农村办公室管")
    picture(page, "hand-on")
    send(page, matter)
    picture(page, "handed-on")


def the_other_office_sends_it_back(week: Week, matter: str) -> None:
    page = week.at("meixf", f"/matters/{matter}/offer/")
    page.fill("[name=reason]", "停水的是自来水管网，不是机井")
    picture(page, "offer")
    page.get_by_role("button", name=re.compile("退回")).click()
    page.wait_for_url(re.compile(rf"/matters/{matter}/$"))
    expect(page.locator("main")).to_contain_text("停水的是自来水管网")
    picture(page, "sent-back")


def the_post_changes_hands(week: Week, matter: str) -> None:
    """The administrator arranges it, the next holder confirms what the book lists."""
    page = week.at("guanli", "/people/posts/requests/hand-over/A/")
    # Who manages people counts what passes on, and does not read it.
    expect(page.locator("main")).to_contain_text("明细不归你看")
    fill(page, {"on": week.day()})
    taker = page.locator("main [name=taker] option", has_text="颜新晴").get_attribute("value")
    page.locator("main [name=taker]").select_option(taker)
    picture(page, "hand-over")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/people/handovers/\d+/$"))
    book = page.url.removeprefix(week.address)

    page = week.at("yanxj", book)
    expect(page.locator("main")).to_contain_text("用水用电")
    picture(page, "handover-book")
    page.get_by_role("button", name=re.compile("接")).click()
    expect(page.locator("body")).to_contain_text("从现在起归你办")
    page = week.at("yanxj", "/")
    expect(page.locator("main")).to_contain_text("用水用电")


def more_time_is_asked_for(week: Week, matter: str) -> None:
    page = week.at("yanxj", f"/matters/{matter}/extend/")
    fill(page, {"days": 5, "reason": "管道要从县里调"})
    picture(page, "extend")
    send(page, matter)
    expect(page.locator("main")).to_contain_text("管道要从县里调")


def more_time_is_given(week: Week, matter: str) -> None:
    page = week.at("zhoum", "/")
    picture(page, "leader-inbox")
    page = week.at("zhoum", f"/matters/{matter}/answer/")
    picture(page, "answer")
    page.get_by_role("button", name=re.compile("^批|同意")).click()
    page.wait_for_url(re.compile(rf"/matters/{matter}/$"))
    expect(page.locator("main")).to_contain_text("延")
    picture(page, "extended")


def send(page: Page, matter: str) -> None:
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(rf"/matters/{matter}/$"))


def hand_a_petition_back(week: Week, matter: str) -> None:
    values = {
        "objection": "地界在邻镇，不归本镇管",
        "handed_back_on": week.day(),
        "closed_on": week.day(),
    }
    week.took("minxy", matter, "hand_back", **values)
    page = week.at("minxy", f"/matters/{matter}/")
    expect(page.locator("main")).to_contain_text("不属本镇，已退回")
    expect(page.locator("main")).to_contain_text("地界在邻镇")
    picture(page, "handed-back")


def answer_and_close(week: Week, matter: str) -> None:
    values = {
        "contacted_on": week.day(),
        "outcome": "解决",
        "answer": "换了一段管，今天下午来水",
        "replied_on": week.day(),
    }
    week.took("yanxj", matter, "reply", **values)
    week.took("minxy", matter, "close", closed_on=week.day())
    page = week.at("minxy", f"/matters/{matter}/")
    expect(page.locator("main")).to_contain_text("回访员")
    picture(page, "closed-to-ask")


def the_resident_says_no(week: Week, matter: str) -> None:
    page = week.at("hesy", f"/matters/{matter}/ask-after/")
    page.get_by_label("没有解决").check(force=True)
    picture(page, "ask-after")
    send(page, matter)
    expect(page.locator("main")).to_contain_text("第 2 次")
    picture(page, "opened-by-no")
    page = week.at("yanxj", "/")
    expect(page.locator("main")).to_contain_text("用水用电")


def open_the_petition_again(week: Week, matter: str) -> None:
    page = week.at("minxy", f"/matters/{matter}/")
    page.get_by_role("link", name=re.compile("重新办")).first.click()
    page.fill("[name=reason]", "县信访局不同意退回，地界在本镇")
    picture(page, "reopen")
    send(page, matter)
    expect(page.locator("main")).to_contain_text("已登记，待甄别")
    picture(page, "reopened")


def too_late_to_hand_back(week: Week, matter: str) -> None:
    """After five working days it is not handed back without a written reason."""
    values = {
        "objection": "地界在邻镇",
        "handed_back_on": week.day(),
        "closed_on": week.day(),
    }
    page = week.step("minxy", matter, "hand_back", values)
    expect(page.locator("main")).to_contain_text("异议要在收到后 5 个工作日内提出")
    picture(page, "too-late")
