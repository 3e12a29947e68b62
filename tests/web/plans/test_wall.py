"""挂图: village × task for the wall, and the sheet that one village is handed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from qianxian.core.models import Place, User
from qianxian.core.queries import today
from qianxian.ledgers.models import Entry
from qianxian.plans import services, wallsheet
from qianxian.plans.models import Plan
from qianxian_figures import Period
from tests.unit.matters.conftest import make_matter, matter, office

__all__ = ["make_matter", "matter", "office"]


@pytest.fixture
def start() -> datetime:
    return timezone.now() - timedelta(days=6)


@pytest.fixture
def plan(leader: User, township: Place, village: Place, other_village: Place) -> Plan:
    at = timezone.now()
    plan = services.plan_for(place=township, period=Period.year(today().year), by=leader, at=at)
    for indicator, whole in (("cleanup_activities", 10), ("inspections", 30)):
        task = services.accept_task(
            plan=plan,
            text=f"{indicator} {whole}",
            indicator_id=indicator,
            value=Decimal(whole),
            by=leader,
            at=at,
        )
        shares = {village: Decimal(1), other_village: Decimal(whole - 1)}
        services.split_target(task=task, shares=shares, by=leader, at=at)
    return plan


@pytest.fixture
def cleaned(plan: Plan, make_entry: Callable[..., Entry], village: Place) -> None:
    held = {"held_on": today().isoformat(), "kind": "大扫除"}
    make_entry("cleanup", held, place=village, at=timezone.now())


def _page(client: Client, user: User, plan: Plan, asked: str = "") -> str:
    client.force_login(user)
    answer = client.get(f"/plans/{plan.pk}/wall/{asked}")
    assert answer.status_code == 200
    return answer.content.decode()


def _rows(page: str, table: str) -> list[str]:
    """The rows of a table as text, tags taken out."""
    found = re.search(rf'<table class="{table}">(.*?)</table>', page, re.DOTALL)
    assert found is not None
    rows = re.findall(r"<tr>(.*?)</tr>", found[1], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def test_the_wall_shows_each_village_and_the_whole(
    client: Client, leader: User, plan: Plan, cleaned: None
) -> None:
    page = _page(client, leader, plan)

    head, first, second, whole = _rows(page, "wt")
    assert "村庄清洁行动" in head
    assert "12月31日前" in head
    assert first.startswith("清水村 ※ 绿灯 100% 1 / 1")
    assert second.startswith("石桥村 ※")
    assert whole.startswith("青禾镇")
    assert "1 / 10" in whole
    assert "0/2 村，<b>※ 没报齐</b>" in page
    assert "灯 ＝ 完成率 ÷ 计划进度" in page
    assert re.search(r"31日 村庄清洁行动、", page)


def test_a_village_is_handed_what_it_lacks(
    client: Client, leader: User, plan: Plan, cleaned: None, village: Place, other_village: Place
) -> None:
    done = _rows(_page(client, leader, plan, f"?village={village.code}"), "duty")
    lacking = _rows(_page(client, leader, plan, f"?village={other_village.code}"), "duty")

    assert done[1].startswith("村庄清洁行动 1 次 1 0 绿灯")
    assert lacking[1].startswith("村庄清洁行动 9 次")


def test_households_stand_on_the_sheet_as_a_number_only(
    client: Client, leader: User, plan: Plan, matter: Entry, village: Place
) -> None:
    Entry.objects.filter(pk=matter.pk).update(due_on=today() + timedelta(days=3))

    page = _page(client, leader, plan, f"?village={village.code}")

    assert "农村户厕改造 1 件，见系统" in page
    assert matter.title not in page


def test_a_village_clerk_sees_the_own_sheet_and_no_other(
    client: Client, village_clerk: User, plan: Plan, village: Place, other_village: Place
) -> None:
    page = _page(client, village_clerk, plan)

    assert 'class="wt"' not in page
    assert "还有台账没报到这一天" in page
    assert f"{village}{plan.period.label()}要办的事" in page
    assert str(other_village) not in page
    other = client.get(f"/plans/{plan.pk}/wall/?village={other_village.code}")
    assert other.status_code == 404


def test_many_tasks_and_villages_take_several_sheets(
    client: Client, leader: User, plan: Plan, monkeypatch: Any
) -> None:
    monkeypatch.setattr(wallsheet, "TASKS_A_SHEET", 1)
    monkeypatch.setattr(wallsheet, "VILLAGES_A_SHEET", 1)

    page = _page(client, leader, plan)

    assert page.count('class="wt"') == 4
    assert "（4 / 4）" in page


def test_without_shares_the_page_says_where_they_are_made(
    client: Client, leader: User, township: Place
) -> None:
    period = Period.year(today().year)
    plan = services.plan_for(place=township, period=period, by=leader, at=timezone.now())

    assert "把任务的数分到村" in _page(client, leader, plan)
