"""今日 and the pages of plans: adding, splitting, dropping, and what a village sees."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from qianxian.core.models import Place, User
from qianxian.core.queries import today
from qianxian.indicators.models import Target
from qianxian.plans import services
from qianxian.plans.models import Plan, Task
from qianxian_figures import Period


@pytest.fixture
def plan(leader: User, township: Place, village: Place, other_village: Place) -> Plan:
    return services.plan_for(
        place=township, period=Period.year(today().year), by=leader, at=timezone.now()
    )


@pytest.fixture
def task(plan: Plan, leader: User, now: datetime) -> Task:
    return services.accept_task(
        plan=plan,
        text="清洁行动100次",
        indicator_id="cleanup_activities",
        value=Decimal(100),
        by=leader,
        at=now,
    )


def test_today_opens_for_everybody_with_or_without_work(
    client: Client, leader: User, outsider: User, task: Task
) -> None:
    client.force_login(leader)
    assert "没有等你办的事" in client.get("/").content.decode()

    client.force_login(outsider)
    assert client.get("/").status_code == 200


def test_the_running_plan_opens_and_shows_its_tasks(
    client: Client, leader: User, task: Task
) -> None:
    client.force_login(leader)

    page = client.get("/plans/", follow=True).content.decode()

    assert "清洁行动100次" in page
    assert "灯 ＝ 完成率 ÷ 计划进度" in page


def test_without_a_plan_the_page_says_what_to_do(client: Client, leader: User) -> None:
    client.force_login(leader)

    assert "读一份去年的报告" in client.get("/plans/").content.decode()


def test_a_task_is_added_and_a_faulty_one_keeps_what_was_typed(
    client: Client, leader: User, plan: Plan
) -> None:
    client.force_login(leader)
    address = f"/plans/{plan.pk}/tasks/new/"

    wrong = client.post(address, {"text": "改厕", "value": "20"})
    right = client.post(
        address, {"text": "改厕20户", "value": "20", "indicator": "toilets_renovated"}
    )

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "还没选按哪个指标算" in wrong.content.decode()
    assert Target.objects.get().value == 20


def test_a_target_is_split_and_a_gap_asks_for_a_reason(
    client: Client, leader: User, task: Task, village: Place, other_village: Place
) -> None:
    client.force_login(leader)
    address = f"/plans/tasks/{task.pk}/split/"

    short = client.post(address, {village.pk: "40", other_village.pk: "50"})
    whole = client.post(address, {village.pk: "40", other_village.pk: "60"})

    assert "少10" in short.content.decode()
    assert whole.status_code == 302
    assert Target.objects.count() == 3


def test_a_curve_is_written_in_percent_and_shown_as_it_was_written(
    client: Client, leader: User, task: Task, village: Place
) -> None:
    client.force_login(leader)
    address = f"/plans/tasks/{task.pk}/split/"
    curve = "5 10 20 30 40 50 60 70 80 90 95 100"

    assert client.post(address, {village.pk: "100", "curve": curve}).status_code == 302

    assert f'value="{curve}"' in client.get(address).content.decode()


def test_a_task_is_dropped_once_and_with_a_reason(client: Client, leader: User, task: Task) -> None:
    client.force_login(leader)
    address = f"/plans/tasks/{task.pk}/drop/"

    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "县里收回"}).status_code == 302
    assert client.post(address, {"reason": "再来一次"}).status_code == 422


def test_a_village_opens_the_plan_and_cannot_change_it(
    client: Client, village_clerk: User, task: Task
) -> None:
    client.force_login(village_clerk)

    assert client.get(f"/plans/{task.plan_id}/").status_code == 200
    answer = client.post(f"/plans/{task.plan_id}/tasks/new/", {"text": "多改几户"})
    assert answer.status_code in (403, 404, 422)
    assert Task.objects.count() == 1
