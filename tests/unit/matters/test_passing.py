"""Handing a matter on: whoever has it answers for it until the next takes it over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from qianxian.core.models import Absence, User
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import passing, reopening
from qianxian.matters.errors import StepRefused
from qianxian.matters.lists import matter_list
from qianxian.matters.queries import OFFERED, inbox, pressing_count
from tests.unit.matters.hotline import Hotline

DAY = timedelta(days=1)


def keys(user: User, at: datetime) -> dict[str, int]:
    return {group.key: group.total for group in inbox(user, timezone.localdate(at)).groups}


def test_the_first_answers_for_it_until_the_next_takes_it_over(
    hotline: Hotline, start: datetime
) -> None:
    call = hotline.record()

    hotline.take(call, "dispatch", hotline.clerk, start)

    assert (call.state, call.post_id, call.offered_id) == ("dispatched", "post-clerk", "post-road")
    assert keys(hotline.clerk, start) == {"week": 1}
    assert keys(hotline.road, start) == {OFFERED: 1}
    assert pressing_count(hotline.road, timezone.localdate(start)) == 1

    passing.take_over(entry=call, by=hotline.road, at=start + DAY, version=call.version)

    assert (call.post_id, call.offered_id) == ("post-road", None)
    assert keys(hotline.road, start + DAY) == {"week": 1}
    assert keys(hotline.clerk, start + DAY) == {}


def test_the_list_marks_an_offer_to_a_post_that_one_covers(
    hotline: Hotline, start: datetime
) -> None:
    on = timezone.localdate(start)
    hotline.take(hotline.record(), "dispatch", hotline.clerk, start)
    hotline.posts["road"].holdings.create(user=hotline.water, rank="B", valid_from="2024-01-01")
    Absence.objects.create(user=hotline.road, first_day=on, last_day=on)

    (row,) = matter_list(hotline.water, on, {"scope": OFFERED}).rows

    assert row.covering


def test_within_the_days_it_may_be_sent_back_with_a_reason_and_after_them_not(
    hotline: Hotline, start: datetime
) -> None:
    call = hotline.record()
    hotline.take(call, "dispatch", hotline.clerk, start)
    send: dict[str, Any] = {"entry": call, "by": hotline.road, "version": call.version}

    with pytest.raises(InvalidEntry, match="为什么退"):
        passing.turn_down(**send, at=start, reason=" ")
    # Dispatched on a Tuesday: two working days end with the Thursday.
    with pytest.raises(StepRefused, match=r"11月5日.*写理由也不行"):
        passing.turn_down(**send, at=start + 3 * DAY, reason="不归公路站")
    passing.turn_down(**send, at=start + 2 * DAY, reason="不归公路站")

    assert (call.post_id, call.offered_id) == ("post-clerk", None)
    assert call.state == "dispatched"


def test_it_goes_to_another_post_and_stays_there_after_its_steps(
    hotline: Hotline, start: datetime
) -> None:
    call = hotline.record()
    hotline.take(call, "dispatch", hotline.clerk, start)
    passing.turn_down(
        entry=call, by=hotline.road, at=start, version=call.version, reason="是水管漏的"
    )

    passing.hand_on(
        entry=call,
        to=hotline.posts["water"],
        by=hotline.clerk,
        at=start,
        version=call.version,
        reason="供水管漏水",
    )
    with pytest.raises(StepRefused, match="舒供水"):
        passing.take_over(entry=call, by=hotline.road, at=start, version=call.version)
    passing.take_over(entry=call, by=hotline.water, at=start, version=call.version)
    hotline.take(call, "finish", hotline.water, start)
    reopening.reopen(
        entry=call, by=hotline.clerk, at=start + DAY, version=call.version, reason="又漏了"
    )
    hotline.take(call, "dispatch", hotline.clerk, start + DAY)

    # Whoever had it before is asked first, though another post of the duty is as near.
    assert call.offered_id == "post-water"


def test_only_whoever_has_it_or_may_correct_hands_it_on_and_only_to_who_can_go_on(
    hotline: Hotline, start: datetime, village_clerk: User
) -> None:
    call = hotline.record()
    hand: dict[str, Any] = {"entry": call, "at": start, "version": call.version, "reason": "请办"}

    with pytest.raises(StepRefused, match="不由李建国负责"):
        passing.hand_on(**hand, to=hotline.posts["road"], by=village_clerk)
    with pytest.raises(InvalidEntry, match="接不了"):
        passing.hand_on(**hand, to=hotline.posts["asker"], by=hotline.clerk)
    with pytest.raises(InvalidEntry, match="本来就在"):
        passing.hand_on(**hand, to=hotline.posts["clerk"], by=hotline.clerk)


def test_taking_the_handing_on_back_leaves_it_where_it_was(
    hotline: Hotline, start: datetime
) -> None:
    call = hotline.record()
    commit = hotline.take(call, "dispatch", hotline.clerk, start)

    reopening.take_back(entry=call, number=commit.number or 0, by=hotline.clerk, at=start)

    assert (call.state, call.offered_id) == ("received", None)
    assert keys(hotline.road, start) == {}
