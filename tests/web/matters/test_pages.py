"""Pages of matters: each can be opened by whom it concerns, and acts as the services do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qianxian.core.models import Commit, Place, User
from qianxian.ledgers.models import Entry
from qianxian.matters import services
from qianxian.matters.acts import acts_of
from qianxian.matters.models import Holiday
from tests.unit.matters.office import Office, paths
from tests.web.matters.browser import FLOW, SignIn, at_state, typed, url

ILLEGAL = [
    (state, step.id) for state, step in product(FLOW.states, FLOW.steps) if state not in step.from_
]


@pytest.mark.parametrize("path", paths(FLOW), ids="-".join)
def test_a_matter_can_be_brought_to_its_end_on_pages_alone(
    path: tuple[str, ...], matter: Entry, office: Office, as_user: SignIn
) -> None:
    for n, step_id in enumerate(path):
        client = as_user(office.a[FLOW.step_by_id[step_id].role])
        page = client.get(url("matter", matter))
        assert url("step", matter, step_id) in page.content.decode()

        form = typed(matter, step_id, seed=10 * n)
        answer = client.post(url("step", matter, step_id), form)

        assert answer.status_code == 302, answer.content.decode()
        matter.refresh_from_db()

    assert matter.state == FLOW.step_by_id[path[-1]].to
    assert client.get(url("matter", matter)).status_code == 200


@pytest.mark.parametrize(("state", "step"), ILLEGAL)
def test_a_step_that_does_not_lead_on_is_refused_by_the_page_too(
    state: str, step: str, matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    at_state(matter, office, state, start)
    commits = Commit.objects.count()
    client = as_user(office.a[FLOW.step_by_id[step].role])

    shown = client.get(url("step", matter, step))
    sent = client.post(url("step", matter, step), typed(matter, step, seed=7))

    assert (shown.status_code, sent.status_code) == (422, 422)
    assert "现在不能" in sent.content.decode()
    matter.refresh_from_db()
    assert matter.state == state
    assert Commit.objects.count() == commits


def test_an_unknown_step_is_refused_by_the_page(
    matter: Entry, office: Office, as_user: SignIn
) -> None:
    client = as_user(office.a["village_clerk"])

    answer = client.post(url("step", matter, "fly"), {"version": 1})

    assert answer.status_code == 422
    assert "没有“fly”这一步" in answer.content.decode()


def test_the_page_says_why_the_one_who_reported_it_cannot_close_it(
    matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    doer = office.a["village_clerk"]
    office.posts["acceptance_officer"].holdings.filter(rank="B").update(user=doer)
    at_state(matter, office, "completed", start)
    client = as_user(doer)

    page = client.get(url("matter", matter)).content.decode()
    form = client.get(url("step", matter, "accept")).content.decode()
    sent = client.post(url("step", matter, "accept"), typed(matter, "accept", seed=3))

    assert "这一步要换人，写理由也不行" in page
    assert "现在不能办这一步" in form
    assert sent.status_code == 422
    matter.refresh_from_db()
    assert matter.state == "completed"


def test_what_is_missing_is_said_at_the_top_and_at_its_field_and_what_was_typed_is_kept(
    matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    at_state(matter, office, "declared", start)
    client = as_user(office.a["village_clerk"])

    answer = client.post(
        url("step", matter, "start"), {"version": matter.version, "builder": "刘师傅"}
    )

    assert answer.status_code == 422
    text = answer.content.decode()
    assert text.count("还差：开工日期。") == 2
    assert "刘师傅" in text


def test_the_second_of_two_takers_is_told_who_was_first(
    matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    at_state(matter, office, "completed", start)
    form = typed(matter, "send_back", seed=8)
    office.take(matter, "send_back", timezone.now() - timedelta(minutes=3))
    office.take(matter, "complete", timezone.now() - timedelta(minutes=2))

    answer = as_user(office.b["acceptance_officer"]).post(url("step", matter, "send_back"), form)

    assert answer.status_code == 422
    assert "何春桃" in answer.content.decode()
    matter.refresh_from_db()
    assert matter.state == "completed"


def test_after_a_step_it_can_be_taken_back_from_the_message(
    matter: Entry, office: Office, as_user: SignIn
) -> None:
    client = as_user(office.a["village_clerk"])

    done = client.post(
        url("step", matter, "declare"), typed(matter, "declare", seed=1), follow=True
    )
    number = acts_of(matter)[-1].number
    undo = url("undo", matter, number)
    assert f'action="{undo}"' in done.content.decode()
    back = client.post(undo, follow=True)

    assert back.status_code == 200
    matter.refresh_from_db()
    assert matter.state == "surveyed"
    assert "已撤回" in back.content.decode()


def test_a_clerk_types_for_the_village_and_both_names_stand_in_the_story(
    matter: Entry, office: Office, chief_clerk: User, as_user: SignIn
) -> None:
    client = as_user(chief_clerk)
    assert "你可以替他们录" in client.get(url("matter", matter)).content.decode()
    form = typed(matter, "declare", seed=1)

    without = client.post(url("step", matter, "declare"), form)
    done = client.post(
        url("step", matter, "declare"), {**form, "on_behalf_of": "hechuntao"}, follow=True
    )

    assert "还没选是谁办的" in without.content.decode()
    assert "何春桃 办，王干事 代录" in done.content.decode()


def test_whoever_only_reads_sees_whose_step_it_is_and_cannot_press(
    matter: Entry, office: Office, as_user: SignIn
) -> None:
    client = as_user(office.a["leader"])

    page = client.get(url("matter", matter)).content.decode()
    sent = client.post(url("step", matter, "declare"), typed(matter, "declare", seed=1))

    assert "这一步归清水村办公室·报账员办" in page
    assert url("step", matter, "declare") not in page
    assert sent.status_code == 422


def test_more_time_is_asked_for_and_granted_on_pages(
    matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    at_state(matter, office, "declared", start)
    due = matter.due_on
    assert due is not None
    asker, leader = as_user(office.a["village_clerk"]), as_user(office.a["leader"])

    wrong = asker.post(url("extend", matter), {"version": matter.version, "days": "几天"})
    asked = asker.post(
        url("extend", matter),
        {"version": matter.version, "clock": "start_work", "days": "10", "reason": "连阴雨"},
        follow=True,
    )
    matter.refresh_from_db()
    request_page = leader.get(url("matter", matter)).content.decode()
    form = leader.get(url("answer", matter)).content.decode()
    own = asker.post(url("answer", matter), {"version": matter.version, "answer": "grant"})
    granted = leader.post(
        url("answer", matter), {"version": matter.version, "answer": "grant"}, follow=True
    )

    assert wrong.status_code == 422
    assert "何春桃已申请，等青禾镇办公室·分管领导批" in asked.content.decode()
    assert "何春桃申请“申报后开工”延 10 天：连阴雨" in request_page
    assert "连阴雨" in form
    assert own.status_code == 403
    matter.refresh_from_db()
    assert matter.due_on == due + timedelta(days=10)
    assert "批准“申报后开工”延 10 天" in granted.content.decode()


def test_a_refusal_wants_a_reason_on_the_page(
    matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    at_state(matter, office, "declared", start)
    services.ask_extension(
        entry=matter,
        clock_id="start_work",
        days=5,
        by=office.a["village_clerk"],
        post=office.posts["village_clerk"],
        at=timezone.now(),
        version=matter.version,
        reason="连阴雨",
    )
    leader = as_user(office.a["leader"])
    form = {"version": matter.version, "answer": "refuse"}

    without = leader.post(url("answer", matter), form)
    done = leader.post(url("answer", matter), {**form, "reason": "天已放晴"}, follow=True)

    assert without.status_code == 422
    assert "没有批“申报后开工”的延期" in done.content.decode()


def test_an_ended_matter_is_opened_again_by_who_may_correct(
    matter: Entry, office: Office, start: datetime, chief_clerk: User, as_user: SignIn
) -> None:
    at_state(matter, office, "accepted", start)
    client = as_user(chief_clerk)

    without = client.post(url("reopen", matter), {"version": matter.version})
    done = client.post(
        url("reopen", matter),
        {"version": matter.version, "reason": "复查发现渗漏"},
        follow=True,
    )

    assert "还没写为什么重新办" in without.content.decode()
    assert "重新办，第 2 次" in done.content.decode()
    assert as_user(office.a["leader"]).get(url("matter", matter)).status_code == 200


def test_the_page_shows_the_limit_with_its_basis_and_that_it_is_not_verified(
    matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    at_state(matter, office, "completed", start)

    text = as_user(office.a["acceptance_officer"]).get(url("matter", matter)).content.decode()

    assert "从第二天起数 10 个工作日" in text
    assert "各县改厕验收办法口径不一" in text
    assert "未核实" in text
    assert text.count('<i class="') + text.count("<i></i>") == 10
    assert "申报后开工" in text


@pytest.mark.parametrize("name", ["matter", "extend", "reopen", "answer"])
def test_outside_the_gate_there_is_no_page(
    name: str, matter: Entry, outsider: User, as_user: SignIn
) -> None:
    assert as_user(outsider).get(url(name, matter)).status_code == 404
    assert Client().get(url(name, matter)).status_code == 302


def test_the_queries_of_a_matters_page_do_not_grow_with_its_story(
    matter: Entry,
    office: Office,
    start: datetime,
    as_user: SignIn,
    django_assert_max_num_queries: Any,
) -> None:
    for n, step in enumerate(["declare", "start", *["complete", "send_back"] * 4]):
        office.take(matter, step, start + timedelta(hours=n))
    client = as_user(office.a["village_clerk"])

    with django_assert_max_num_queries(34):
        assert client.get(url("matter", matter)).status_code == 200


def test_holidays_are_filled_in_on_a_page_and_due_dates_follow(
    matter: Entry,
    office: Office,
    start: datetime,
    township: Place,
    make_user: Callable[..., User],
    chief_clerk: User,
    as_user: SignIn,
) -> None:
    at_state(matter, office, "completed", start)
    assert matter.due_on is not None
    off = matter.due_on
    admin = as_user(make_user("管理员", role="administrator", place=township))
    form = {
        "first": off.isoformat(),
        "last": off.isoformat(),
        "is_working": "no",
        "name": "县庆",
        "basis": "云政办发〔2026〕3号",
    }

    wrong = admin.post(reverse("matters:holidays"), {**form, "basis": "", "last": "2020-01-01"})
    done = admin.post(reverse("matters:holidays"), form, follow=True)

    assert wrong.status_code == 422
    assert "还没写依据" in wrong.content.decode()
    assert "云政办发〔2026〕3号" in done.content.decode()
    assert Holiday.objects.get().day == off
    matter.refresh_from_db()
    assert matter.due_on > off
    assert as_user(chief_clerk).get(reverse("matters:holidays")).status_code == 403


def test_the_page_of_the_entry_shows_its_matter(
    matter: Entry, office: Office, as_user: SignIn
) -> None:
    client = as_user(office.a["village_clerk"])

    text = client.get(matter.get_absolute_url()).content.decode()

    assert url("step", matter, "declare") in text
    assert url("matter", matter) in text


def test_an_entry_that_is_no_matter_has_no_page_here(
    make_entry: Callable[..., Entry], office: Office, as_user: SignIn
) -> None:
    household = make_entry("household")

    client = as_user(office.a["village_clerk"])

    assert client.get(url("matter", household)).status_code == 404
    assert "下一步" not in client.get(household.get_absolute_url()).content.decode()
