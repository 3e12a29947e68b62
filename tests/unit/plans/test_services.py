"""Plans: tasks in, targets split, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.models import Place, Revision, User
from qianxian.indicators.models import Target
from qianxian.ledgers.models import Entry
from qianxian.plans import services
from qianxian.plans.models import Plan, Task
from qianxian_figures import Period

YEAR = Period.year(2026)
MakeEntry = Callable[..., Entry]


@pytest.fixture
def planner(make_user: Callable[..., User], township: Place) -> User:
    return make_user("周明", role="leader", place=township)


@pytest.fixture
def plan(planner: User, township: Place, now: datetime) -> Plan:
    return services.plan_for(place=township, period=YEAR, by=planner, at=now)


@pytest.fixture
def task(plan: Plan, planner: User, now: datetime) -> Task:
    return services.accept_task(
        plan=plan,
        text="改厕100户",
        indicator_id="toilets_renovated",
        value=Decimal(100),
        by=planner,
        at=now,
    )


def test_a_plan_is_opened_once(plan: Plan, planner: User, township: Place, now: datetime) -> None:
    again = services.plan_for(place=township, period=YEAR, by=planner, at=now)

    assert again == plan
    assert plan.title == "青禾镇2026年工作计划"


def test_a_task_with_an_indicator_sets_the_target_of_the_whole(task: Task) -> None:
    target = Target.objects.get()

    assert (target.place, target.value, target.period) == (task.plan.place, Decimal(100), YEAR)
    assert Revision.objects.filter(kind="target").count() == 1
    assert Revision.objects.filter(kind="task", key=f"task/{task.pk}").count() == 1


def test_a_second_task_of_the_same_indicator_is_refused(
    task: Task, planner: User, now: datetime
) -> None:
    with pytest.raises(UserError, match="已经有“改（新）建农村户用厕所”的任务"):
        services.accept_task(
            plan=task.plan,
            text="再改20户",
            indicator_id="toilets_renovated",
            value=Decimal(20),
            by=planner,
            at=now,
        )
    assert Target.objects.get().value == 100


def test_an_indicator_that_may_have_no_target_takes_none(
    plan: Plan, planner: User, now: datetime
) -> None:
    with pytest.raises(UserError, match="不设任务"):
        services.accept_task(
            plan=plan,
            text="验收率",
            indicator_id="toilet_acceptance_rate",
            value=Decimal(100),
            by=planner,
            at=now,
        )
    assert not Task.objects.exists()


def test_parts_that_add_up_become_targets_of_the_villages(
    task: Task, village: Place, other_village: Place, planner: User, now: datetime
) -> None:
    services.split_target(
        task=task,
        shares={village: Decimal(60), other_village: Decimal(40)},
        by=planner,
        at=now,
    )

    found = {t.place_id: t.value for t in Target.objects.all()}
    assert found == {
        task.plan.place_id: Decimal(100),
        village.pk: Decimal(60),
        other_village.pk: Decimal(40),
    }


def test_parts_that_do_not_add_up_need_a_reason(
    task: Task, village: Place, other_village: Place, planner: User, now: datetime
) -> None:
    shares = {village: Decimal(60), other_village: Decimal(30)}

    with pytest.raises(UserError, match="各村合计90，比全镇任务100少10"):
        services.split_target(task=task, shares=shares, by=planner, at=now)
    assert Target.objects.count() == 1

    services.split_target(task=task, shares=shares, by=planner, at=now, gap_reason="镇里留10户机动")
    task.refresh_from_db()
    assert task.gap_reason == "镇里留10户机动"


def test_a_place_that_is_no_village_of_the_plan_gets_no_part(
    task: Task, group: Place, planner: User, now: datetime
) -> None:
    with pytest.raises(UserError, match="三组不是青禾镇的村"):
        services.split_target(task=task, shares={group: Decimal(100)}, by=planner, at=now)


@pytest.mark.parametrize(
    "curve",
    [["1"], ["0.5"] * 12, ["0.9"] + ["0.1"] * 10 + ["1"], ["-0.1"] + ["0.5"] * 10 + ["1"]],
)
def test_a_curve_rises_to_one_month_by_month(
    task: Task, village: Place, planner: User, now: datetime, curve: list[str]
) -> None:
    with pytest.raises(UserError, match="进度曲线要有12个月"):
        services.split_target(
            task=task,
            shares={village: Decimal(100)},
            curve=[Decimal(share) for share in curve],
            by=planner,
            at=now,
        )


def test_only_who_may_edit_plans_does(
    plan: Plan, village_clerk: User, outsider: User, now: datetime
) -> None:
    for person, error in ((village_clerk, NotVisible), (outsider, NotVisible)):
        with pytest.raises(error):
            services.accept_task(plan=plan, text="x", by=person, at=now)


def test_a_clerk_of_one_line_takes_tasks_of_that_line_only(
    plan: Plan, clerk: User, now: datetime
) -> None:
    task = services.accept_task(
        plan=plan,
        text="清洁100次",
        indicator_id="cleanup_activities",
        value=Decimal(100),
        by=clerk,
        at=now,
    )

    assert task.line == "environment"
    with pytest.raises((NotAllowed, NotVisible)):
        services.accept_task(plan=plan, text="没有条线的任务", by=clerk, at=now)


def test_a_dropped_task_leaves_with_a_reason_and_frees_its_indicator(
    task: Task, planner: User, now: datetime
) -> None:
    with pytest.raises(UserError, match="还没写为什么"):
        services.drop_task(task=task, by=planner, at=now, reason=" ")

    services.drop_task(task=task, by=planner, at=now, reason="县里收回")
    again = services.accept_task(
        plan=task.plan, text="改厕80户", indicator_id="toilets_renovated", by=planner, at=now
    )
    assert again.pk != task.pk


def test_a_split_by_households_adds_up_whatever_the_weights(
    village: Place, other_village: Place, make_entry: MakeEntry, make_place: Callable[..., Place]
) -> None:
    other_group = make_place("一组", parent=other_village)
    for _ in range(2):
        make_entry()
    make_entry(place=other_group)

    shares = services.share_by_households(Decimal(100), [village, other_village])

    assert shares == {village: Decimal(67), other_village: Decimal(33)}
    assert services.proposed_split(Decimal("1.5"), {village: 1}) == {}
    assert services.proposed_split(Decimal(5), {village: 0}) == {}


def test_a_due_date_left_out_is_the_end_of_the_plan(task: Task) -> None:
    assert task.due_on == date(2026, 12, 31)
