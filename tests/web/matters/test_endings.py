"""Pages on which matters come to their end: handing on, asking, ties, many at once, papers, flows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Post, User
from qianxian.ledgers.models import Entry
from qianxian.matters.models import Mail, Paper
from tests.unit.matters.hotline import Hotline, hotline_of, hotline_pack


@pytest.fixture
def start() -> datetime:
    """Pages use the real clock: long ago enough that working days lie between in any season."""
    return timezone.now() - timedelta(days=25)


@pytest.fixture
def hotline(
    settings: Any,
    tmp_path: Path,
    township: Place,
    village: Place,
    make_user: Callable[..., User],
    make_post: Callable[..., Post],
    make_entry: Callable[..., Entry],
    start: datetime,
) -> Iterator[Hotline]:
    with hotline_pack(settings, tmp_path):
        yield hotline_of(township, village, make_user, make_post, make_entry, start)


def page(user: User, name: str, *args: Any, **query: str) -> str:
    client = Client()
    client.force_login(user)
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200, response
    return response.content.decode()


def post(user: User, name: str, *args: Any, status: int = 302, **data: Any) -> str:
    client = Client()
    client.force_login(user)
    response = client.post(reverse(name, args=args), data)
    assert response.status_code == status, response.content.decode()[-3000:]
    return response.content.decode()


def dispatched(hotline: Hotline, start: datetime, about: str = "村口路面塌陷") -> Entry:
    call = hotline.record(about)
    hotline.take(call, "dispatch", hotline.clerk, start)
    return call


def test_a_matter_is_handed_on_sent_back_and_taken_over(hotline: Hotline, start: datetime) -> None:
    call = dispatched(hotline, start)
    assert "转来等接办" in page(hotline.road, "today")
    assert "接办或退回" in page(hotline.road, "matters:list", scope="offered")
    assert "已转给" in page(hotline.clerk, "matters:matter", call.pk)

    # Two working days lie behind: it can only be taken over.
    told = post(
        hotline.road,
        "matters:offer",
        call.pk,
        version=call.version,
        reason="不归我",
        answer="back",
        status=422,
    )
    assert "写理由也不行" in told
    post(hotline.road, "matters:offer", call.pk, version=call.version, answer="take")
    call.refresh_from_db()
    assert call.post_id == "post-road"

    assert "舒供水" in page(hotline.road, "matters:hand_on", call.pk)
    post(
        hotline.road,
        "matters:hand_on",
        call.pk,
        version=call.version,
        to="post-water",
        reason="水管漏的",
    )
    assert "最晚" in page(hotline.water, "matters:offer", call.pk)
    call.refresh_from_db()
    post(
        hotline.water,
        "matters:offer",
        call.pk,
        version=call.version,
        reason="不是供水管",
        answer="back",
    )
    story = page(hotline.road, "matters:matter", call.pk)
    assert "退回，没有接" in story and "不是供水管" in story


def test_the_person_is_asked_by_another_post_and_not_solved_opens_it_again(
    hotline: Hotline, start: datetime
) -> None:
    call = dispatched(hotline, start)
    hotline.take(call, "finish", hotline.road, start)
    assert "办结不等于解决" in page(hotline.clerk, "matters:matter", call.pk)
    assert "回访" in page(hotline.asker, "matters:list", scope="asked")
    assert "要换人回访" in page(hotline.road, "matters:ask_after", call.pk)

    form = page(hotline.asker, "matters:ask_after", call.pk)
    assert "textarea" not in form and "不愿说" in form
    given = {"version": call.version}
    post(hotline.asker, "matters:ask_after", call.pk, **given, answer="没有解决")

    told = page(hotline.clerk, "matters:matter", call.pk)
    assert "回访：没有解决" in told and "第 2 次" in told


def test_matters_are_linked_merged_and_parted_on_pages(hotline: Hotline) -> None:
    one, two = hotline.record(), hotline.record("村口路面塌了，过不去车")
    far = hotline.record("桥栏杆断了")

    assert two.title in page(hotline.clerk, "matters:matter", one.pk)
    found = page(hotline.clerk, "matters:ties", one.pk, q="栏杆")
    assert far.title in found and two.title in found
    address = reverse("matters:ties", args=[one.pk]) + "?q=栏杆"
    client = Client()
    client.force_login(hotline.clerk)
    given = {"version": one.version, "other": far.pk.hex, "answer": "link"}
    assert client.post(address, given).status_code == 302
    assert far.title in page(hotline.clerk, "matters:matter", one.pk)
    post(hotline.clerk, "matters:unlink", one.pk, far.pk)

    merge: dict[str, Any] = {"version": two.version, "other": one.pk.hex, "answer": "merge"}
    assert "为什么并" in post(hotline.clerk, "matters:ties", two.pk, status=422, **merge)
    post(hotline.clerk, "matters:ties", two.pk, **merge, reason="同一处")
    pointer = page(hotline.clerk, "matters:matter", two.pk)
    assert "已并入" in pointer and str(one.pk) in pointer
    assert "并进来的" in page(hotline.clerk, "matters:matter", one.pk)
    assert "接着办" in page(hotline.clerk, "matters:unmerge", two.pk)
    post(hotline.clerk, "matters:unmerge", two.pk, version=1, reason="不是一处")
    assert Entry.objects.get(pk=two.pk).post_id == "post-clerk"

    one.refresh_from_db()
    parts: dict[str, Any] = {
        "version": one.version,
        "parts": "路灯不亮\n水管漏水",
        "reason": "三件事",
    }
    page(hotline.clerk, "matters:split", one.pk)
    post(hotline.clerk, "matters:split", one.pk, **parts)
    assert "拆出去的" in page(hotline.clerk, "matters:matter", one.pk)


def test_while_recording_what_looks_alike_is_shown_and_only_to_who_may_see_it(
    hotline: Hotline, village: Place, outsider: User
) -> None:
    call = hotline.record()
    assert reverse("matters:similar", args=["phone_call"]) in page(
        hotline.clerk, "ledgers:new", "phone_call"
    )

    given: dict[str, Any] = {"place": village.pk, "about": "村口的路面塌陷了", "status": 200}
    assert str(call.pk) in post(hotline.clerk, "matters:similar", "phone_call", **given)
    assert str(call.pk) not in post(outsider, "matters:similar", "phone_call", **given)
    given["about"] = "有人养鸡扰民"
    assert str(call.pk) not in post(hotline.clerk, "matters:similar", "phone_call", **given)


def test_many_are_dispatched_at_once_and_the_refused_say_why(
    hotline: Hotline, start: datetime
) -> None:
    calls = [hotline.record(f"第{n}处路面塌陷") for n in range(3)]
    assert reverse("matters:many", args=["phone_call", "dispatch"]) in page(
        hotline.clerk, "matters:list"
    )
    form = page(hotline.clerk, "matters:many", "phone_call", "dispatch")
    hotline.record("还没派的一件")
    ticks = [f"{call.pk.hex}:{call.version}" for call in calls]
    assert all(tick in form for tick in ticks)
    hotline.take(calls[0], "drop", hotline.clerk, start, reason="打错了")

    told = post(
        hotline.clerk,
        "matters:many",
        "phone_call",
        "dispatch",
        chosen=[*ticks, "no-key:1"],
        kind="道路",
        status=200,
    )

    assert "1 件没有办" in told and "2 件已办" in told and "现在不能“派单”" in told
    assert "还没勾一件" in post(
        hotline.clerk, "matters:many", "phone_call", "dispatch", kind="道路", status=422
    )


def test_a_paper_is_downloaded_cancelled_and_keeps_its_line(
    hotline: Hotline, start: datetime, outsider: User
) -> None:
    call = dispatched(hotline, start)
    hotline.take(call, "finish", hotline.road, start)
    paper = Paper.objects.get()

    assert paper.number in page(hotline.clerk, "matters:matter", call.pk)
    client = Client()
    client.force_login(hotline.clerk)
    file = client.get(reverse("matters:paper", args=[call.pk, paper.digest]))
    assert b"".join(file)[:2] == b"PK"
    client.force_login(outsider)
    assert client.get(reverse("matters:paper", args=[call.pk, paper.digest])).status_code == 404
    assert paper.number not in page(outsider, "matters:papers")

    assert paper.number in page(hotline.clerk, "matters:papers")
    page(hotline.clerk, "matters:void_paper", paper.pk)
    post(hotline.clerk, "matters:void_paper", paper.pk, version=1, reason="写错了")
    told = page(hotline.clerk, "matters:papers")
    assert "写错了" in told and "作废 1 号" in told
    assert "（盖章）" in page(hotline.clerk, "matters:form", call.pk)


def test_every_flow_has_a_page_with_its_drawing_and_the_same_in_tables(
    hotline: Hotline, clerk: User, outsider: User
) -> None:
    listed = page(hotline.clerk, "matters:flows")
    for flow in catalogue().flows.values():
        assert flow.name in listed
        told = page(hotline.clerk, "matters:flow", flow.id)
        assert "<svg" in told and told.count("<circle") == len(flow.steps)
        for step in flow.steps:
            assert step.label in told
        for state in flow.states.values():
            assert told.count(state.label) >= 2
        guards = [guard for step in flow.steps for guard in step.guards]
        assert all(
            f"{guard.says.rstrip('。')}（{guard.basis}" in told for guard in guards if guard.basis
        )
        unread = [clock.label for clock in flow.clocks if not clock.confirmed]
        unread += [guard.says for guard in guards if guard.basis and not guard.confirmed]
        assert told.count("未核实") >= len(unread)
    # A clerk of the environment reads the flows of that line only.
    assert "热线办理" not in page(clerk, "matters:flows")
    assert "热线办理" not in page(outsider, "matters:flows")


def test_reminders_show_where_they_go_and_what_became_of_them(
    hotline: Hotline, now: datetime, settings: Any
) -> None:
    assert "现在不发邮件" in page(hotline.clerk, "matters:reminders")
    assert "邮箱写得不对" in post(hotline.clerk, "matters:reminders", address="x", status=422)
    post(hotline.clerk, "matters:reminders", address="tang@example.cn")
    hotline.clerk.refresh_from_db()
    assert hotline.clerk.email == "tang@example.cn"
    Mail.objects.create(
        user=hotline.clerk,
        day=now.date(),
        address="tang@example.cn",
        subject="千线提醒：超期 1 件",
        text="…",
        state="failed",
        not_before=now,
        changed_at=now,
    )
    settings.EMAIL_HOST = "mail.example"
    told = page(hotline.clerk, "matters:reminders")
    assert "没发出去" in told and "千线提醒" in told
    assert "千线提醒" not in page(hotline.road, "matters:reminders")


def test_a_past_day_is_listed_as_it_was(hotline: Hotline, start: datetime) -> None:
    call = dispatched(hotline, start)
    day = timezone.localdate(start) + timedelta(days=20)

    assert call.title in page(hotline.clerk, "matters:overdue", day=day.isoformat())
    hotline.take(call, "finish", hotline.road, timezone.now())
    assert call.title in page(hotline.clerk, "matters:overdue", day=day.isoformat())
    today = timezone.localdate().isoformat()
    assert call.title not in page(hotline.clerk, "matters:overdue", day=today)
    # An impossible day is yesterday.
    assert call.title in page(hotline.clerk, "matters:overdue", day="2026-13-45")
