"""Tasks of an old report, into the plan."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import User
from qianxian.indicators.models import Target
from qianxian.plans.models import Plan, Task
from qianxian.reports import services
from qianxian.reports.models import SourceReport
from qianxian.reports.services.sources import Taken
from qianxian.reports.stored import load_document
from qianxian.reports.tasks import Proposal, plan_period, proposals
from qianxian_figures import Period
from qianxian_reader import read_text


def proposed(source: SourceReport) -> tuple[Proposal, ...]:
    return proposals(load_document(source.reading), catalogue())


def accept_all(source: SourceReport, by: User, at: datetime) -> list[int]:
    taken = {
        p.number: Taken(p.text, p.indicator, p.value) for p in proposed(source) if p.is_matched
    }
    return services.accept_tasks(source=source, taken=taken, by=by, at=at)


def test_a_planned_figure_proposes_its_indicator_and_value(source: SourceReport) -> None:
    found = {p.indicator: (p.value, p.text) for p in proposed(source) if p.is_matched}

    assert found["toilets_renovated"] == (Decimal(6), "完成改厕6户")
    assert found["cleanup_activities"] == (Decimal(12), "开展村庄清洁行动12次")


def test_a_task_without_a_figure_is_proposed_as_text(source: SourceReport) -> None:
    texts = [p for p in proposed(source) if not p.is_matched]

    assert all(p.indicator == "" for p in texts)


@pytest.mark.parametrize(
    ("title", "told", "period"),
    [
        ("青禾镇2025年工作总结和2026年工作打算", "2025", "2026"),
        ("青禾镇2025年上半年工作总结和下半年工作打算", "2025-H1", "2025-H2"),
        ("青禾镇2026年工作计划", "2026", "2026"),
    ],
)
def test_tasks_are_for_the_period_that_follows(title: str, told: str, period: str) -> None:
    document = read_text(f"{title}\n一、工作情况\n改厕4户。\n二、下一步打算\n完成改厕6户。")

    assert plan_period(document, Period.of(told)) == Period.of(period)


def test_matched_tasks_go_into_the_plan_with_targets_and_their_sentence(
    source: SourceReport, writer: User, now: datetime
) -> None:
    accept_all(source, writer, now)

    plan = Plan.objects.get()
    assert plan.period == Period.year(2026)
    task = Task.objects.get(indicator="toilets_renovated")
    assert (task.document, task.source_line) == (source.digest, 11)
    assert "完成改厕6户" in task.source_text
    assert Target.objects.get(indicator="toilets_renovated").value == 6


def test_a_task_is_taken_once(source: SourceReport, writer: User, now: datetime) -> None:
    first = accept_all(source, writer, now)

    assert accept_all(source, writer, now) == []
    assert Task.objects.count() == len(first)


def test_a_refused_task_leaves_none_of_its_batch(
    source: SourceReport, writer: User, now: datetime
) -> None:
    numbers = [p.number for p in proposed(source)][:2]
    taken = {
        numbers[0]: Taken("改厕", "toilets_renovated", Decimal(6)),
        numbers[1]: Taken("改厕又一条", "toilets_renovated", Decimal(7)),
    }

    with pytest.raises(UserError, match="已经有"):
        services.accept_tasks(source=source, taken=taken, by=writer, at=now)

    source.refresh_from_db()
    assert source.accepted == {}
    assert not Task.objects.exists()


def test_a_clerk_of_one_line_adds_to_a_plan_that_is_open(
    source: SourceReport, writer: User, clerk: User, now: datetime
) -> None:
    toilets, cleanup, *_ = [p for p in proposed(source) if p.is_matched]
    services.accept_tasks(
        source=source,
        taken={toilets.number: Taken(toilets.text, toilets.indicator, toilets.value)},
        by=writer,
        at=now,
    )

    added = services.accept_tasks(
        source=source,
        taken={cleanup.number: Taken(cleanup.text, cleanup.indicator, cleanup.value)},
        by=clerk,
        at=now,
    )

    assert added == [cleanup.number]
