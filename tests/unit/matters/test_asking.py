"""The person concerned is asked afterwards; solved counts apart from closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from qianxian.core.models import Holding, Place, Post, User
from qianxian.ledgers.models import Entry
from qianxian.ledgers.states import risen_of
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import asking, passing
from qianxian.matters.acts import acts_of
from qianxian.matters.errors import StepRefused
from qianxian.matters.handing import open_count
from qianxian.matters.late import late_sheet
from qianxian.matters.lists import matter_list
from qianxian.matters.past import overdue_as_of
from qianxian.matters.queries import ASKED, WATCHED, inbox, overdue
from qianxian.matters.sweeping import sweep
from tests.unit.matters.hotline import Hotline

DAY = timedelta(days=1)


@pytest.fixture
def closed(hotline: Hotline, start: datetime) -> Entry:
    call = hotline.record()
    hotline.take(call, "dispatch", hotline.clerk, start)
    passing.take_over(entry=call, by=hotline.road, at=start, version=call.version)
    hotline.take(call, "finish", hotline.road, start)
    return call


@pytest.fixture
def head(make_user: Callable[..., User], make_post: Callable[..., Post], township: Place) -> User:
    user = make_user("龙科长")
    make_post(
        "龙科长", duty="call_head", place=township, a=user, role="office_clerk", code="post-head"
    )
    return user


def ask(hotline: Hotline, call: Entry, answer: str, at: datetime) -> None:
    asking.keep_answer(entry=call, answer=answer, by=hotline.asker, at=at, version=call.version)


def test_a_closed_matter_waits_for_the_one_who_asks_and_for_nobody_else(
    hotline: Hotline, closed: Entry
) -> None:
    # Closed on a Tuesday, three working days.
    assert (closed.state, closed.post_id, closed.offered_id) == ("done", None, "post-asker")
    assert closed.due_on == date(2026, 11, 6)
    (group,) = inbox(hotline.asker, date(2026, 11, 3)).groups
    assert (group.key, group.total, group.items[0].asks) == (ASKED, 1, ASKED)
    assert inbox(hotline.road, date(2026, 11, 3)).total == 0
    assert open_count(hotline.posts["asker"], date(2026, 11, 3)) == 1


def test_solved_is_kept_as_an_answer_without_a_person(
    hotline: Hotline, closed: Entry, start: datetime
) -> None:
    ask(hotline, closed, "解决了", start + DAY)

    assert closed.data["said_after"] == "解决了"
    assert (closed.state, closed.offered_id, closed.due_on) == ("done", None, None)
    assert Entry.objects.filter(state="done", data__said_after="解决了").count() == 1


def test_not_solved_goes_back_as_a_new_episode_with_its_clock_and_no_old_answer(
    hotline: Hotline, closed: Entry, start: datetime
) -> None:
    ask(hotline, closed, "没有解决", start + DAY)

    assert (closed.state, closed.episode, closed.offered_id) == ("dispatched", 2, None)
    assert closed.due_on == date(2026, 11, 11)
    assert closed.data.keys() == {"received_on", "about", "kind"}
    assert acts_of(closed)[-1].act == {"reopen": True, "starts": ["handle"], "asked": "没有解决"}


def test_nobody_reached_is_tried_again_as_often_as_the_flow_says(
    hotline: Hotline, closed: Entry, start: datetime
) -> None:
    ask(hotline, closed, "没联系上", start + DAY)
    assert closed.offered_id == "post-asker"

    ask(hotline, closed, "没联系上", start + 2 * DAY)
    assert not closed.offered_id
    assert closed.data["said_after"] == "没联系上"


def test_who_handled_it_does_not_ask_whatever_post_the_person_holds(
    hotline: Hotline, closed: Entry, start: datetime
) -> None:
    Holding.objects.create(
        post=hotline.posts["asker"], user=hotline.road, rank="B", valid_from=date(2026, 1, 1)
    )
    given: dict[str, Any] = {"entry": closed, "at": start, "version": closed.version}

    with pytest.raises(StepRefused, match="回访要换人"):
        asking.keep_answer(**given, answer="解决了", by=hotline.road)
    with pytest.raises(StepRefused, match="回访归"):
        asking.keep_answer(**given, answer="解决了", by=hotline.water)
    with pytest.raises(InvalidEntry, match="还没选"):
        asking.keep_answer(**given, answer="王家媳妇说修好了", by=hotline.asker)


def test_late_it_rises_like_any_other_is_on_the_sheets_and_who_it_rose_to_may_ask(
    hotline: Hotline, closed: Entry, head: User, start: datetime
) -> None:
    assert sweep(start + 3 * DAY) == 0
    late = start + 4 * DAY
    assert sweep(late) == 1

    closed.refresh_from_db()
    day = timezone.localdate(late)
    assert risen_of(closed.risen) == {"overdue": "post-head"}
    (group,) = inbox(head, day).groups
    assert (group.key, group.items[0].stuck) == (WATCHED, "青禾镇办公室·柳回访，等回访")
    (block,) = late_sheet(head, day, {}).blocks
    assert (block.post, block.over, block.lines[0].stuck) == ("青禾镇办公室·柳回访", 1, "等回访")
    assert [item.entry for item in overdue(head, day)] == [closed]
    assert [each.post for each in overdue_as_of(head, day, on=day)] == ["青禾镇办公室·柳回访"]
    assert matter_list(head, day, {"scope": "overdue"}).page.paginator.count == 1

    asking.keep_answer(entry=closed, answer="不愿说", by=head, at=late, version=closed.version)
    assert (closed.risen, closed.due_on, closed.offered_id) == ("", None, None)
    assert sweep(late + DAY) == 0


def test_where_nobody_else_holds_the_asking_post_one_asks_to_whom_it_would_rise(
    hotline: Hotline, head: User, start: datetime
) -> None:
    Holding.objects.filter(post=hotline.posts["asker"]).update(user=hotline.road)
    call = hotline.record()
    hotline.take(call, "dispatch", hotline.clerk, start)
    passing.take_over(entry=call, by=hotline.road, at=start, version=call.version)

    hotline.take(call, "finish", hotline.road, start, post=hotline.posts["road"])

    assert call.offered_id == "post-head"
    asking.keep_answer(entry=call, answer="解决了", by=head, at=start, version=call.version)


def test_three_calls_in_one_minute_are_one(
    hotline: Hotline, closed: Entry, start: datetime
) -> None:
    ask(hotline, closed, "没联系上", start)

    with pytest.raises(InvalidEntry, match="换一天再打"):
        ask(hotline, closed, "没联系上", start)
