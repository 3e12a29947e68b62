"""One step of many matters: each by itself, and whoever cannot says why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from qianxian.ledgers.models import Entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import bulk, reopening
from qianxian.matters.bulk import Chosen
from tests.unit.matters.hotline import Hotline


def test_each_takes_it_by_itself_and_the_refused_say_why(hotline: Hotline, start: datetime) -> None:
    calls = [hotline.record(f"第{n}处路面塌陷") for n in range(4)]
    chosen = [Chosen(call, call.version) for call in calls]
    # Of two of them the page is no longer true.
    hotline.take(Entry.objects.get(pk=calls[1].pk), "dispatch", hotline.clerk, start)
    other = Entry.objects.get(pk=calls[2].pk)
    hotline.take(other, "drop", hotline.clerk, start, reason="打错了")
    calls[2].refresh_from_db()

    outcomes = bulk.take_step_of_many(
        chosen=chosen,
        step_id="dispatch",
        by=hotline.clerk,
        at=start,
        values={"kind": "供水"},
    )

    assert [bool(each.commit) for each in outcomes] == [True, False, False, True]
    assert "唐文员" in outcomes[1].says and "派单" in outcomes[1].says
    assert "现在不能“派单”" in outcomes[2].says
    numbers = [each.commit.number for each in outcomes if each.commit]
    assert len(set(numbers)) == 2
    reopening.take_back(entry=calls[0], number=numbers[0] or 0, by=hotline.clerk, at=start)
    states = [Entry.objects.get(pk=call.pk).state for call in calls]
    assert states == ["received", "dispatched", "dropped", "dispatched"]


def test_what_the_step_needs_is_asked_of_each_and_nothing_ticked_is_said(
    hotline: Hotline, start: datetime
) -> None:
    call = hotline.record()
    given: dict[str, Any] = {"by": hotline.clerk, "at": start, "values": {}}

    (outcome,) = bulk.take_step_of_many(
        chosen=[Chosen(call, call.version)], step_id="dispatch", **given
    )
    assert outcome.says == "还差：类别。"
    (outcome,) = bulk.take_step_of_many(
        chosen=[Chosen(call, call.version)], step_id="drop", **given
    )
    assert "不能批量办" in outcome.says
    with pytest.raises(InvalidEntry, match="还没勾"):
        bulk.take_step_of_many(chosen=[], step_id="dispatch", **given)
