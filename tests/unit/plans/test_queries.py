"""How far a plan is, and who sees what of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from qianxian.core.models import Place, User
from qianxian.indicators.light import Colour
from qianxian.indicators.queries import Reading
from qianxian.ledgers.models import Entry
from qianxian.plans import services
from qianxian.plans.models import Plan
from qianxian.plans.queries import plan_of, sheet
from qianxian_figures import Period


@pytest.fixture
def plan(
    leader: User, township: Place, village: Place, other_village: Place, now: datetime
) -> Plan:
    plan = services.plan_for(place=township, period=Period.year(2026), by=leader, at=now)
    task = services.accept_task(
        plan=plan,
        text="清洁行动10次",
        indicator_id="cleanup_activities",
        value=Decimal(10),
        by=leader,
        at=now,
    )
    services.split_target(
        task=task,
        shares={village: Decimal(4), other_village: Decimal(6)},
        by=leader,
        at=now,
    )
    services.accept_task(plan=plan, text="修一条路", by=leader, at=now)
    return plan


def test_a_plan_shows_the_whole_and_its_parts_with_lights(
    plan: Plan, make_entry: Callable[..., Entry], village: Place, leader: User, today: date
) -> None:
    for day in (3, 4, 5, 6):
        make_entry("cleanup", {"held_on": f"2026-11-0{day}", "kind": "大扫除"}, place=village)

    shown = sheet(plan, Reading.of(plan.place), today, user=leader)

    line, road = shown.lines
    assert line.whole is not None
    assert (line.whole.figure.value, line.whole.light.colour) == (Decimal(4), Colour.RED)
    assert [(s.place.name, s.light.colour) for s in line.shares] == [
        ("清水村", Colour.GREEN),
        ("石桥村", Colour.GREY),
    ]
    assert (road.whole, road.colour) == (None, Colour.GREY)
    assert dict(shown.counts()) == {
        Colour.GREEN: 0,
        Colour.YELLOW: 0,
        Colour.RED: 1,
        Colour.GREY: 1,
    }


def test_a_village_sees_its_own_part_and_the_sum_stays_the_same(
    plan: Plan,
    make_entry: Callable[..., Entry],
    village: Place,
    village_clerk: User,
    leader: User,
    today: date,
) -> None:
    make_entry("cleanup", {"held_on": "2026-11-03", "kind": "大扫除"}, place=village)
    reading = Reading.of(plan.place)

    own = sheet(plan, reading, today, user=village_clerk).lines[0]
    whole = sheet(plan, reading, today, user=leader).lines[0]

    assert own.whole is None
    assert [s.place for s in own.shares] == [village]
    assert own.shares[0].figure == whole.shares[0].figure


def test_the_plan_that_runs_on_a_day_is_found(plan: Plan, township: Place) -> None:
    assert plan_of(township, date(2026, 6, 1)) == plan
    assert plan_of(township, date(2027, 6, 1)) is None
