"""What was over its time on a past day is told the same for ever."""

from __future__ import annotations

import os
import random
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from qianxian.core.models import User
from qianxian.ledgers.history import last_commit, undo_commit
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import correct_entry
from qianxian.matters import passing, reopening, ties
from qianxian.matters.past import overdue_as_of
from qianxian.matters.queries import overdue
from tests.unit.matters.hotline import Hotline

DAY = timedelta(days=1)
Shown = list[tuple[UUID, str, date, int]]


def shown_on(user: User, day: date) -> Shown:
    """The list that leaders see, on its own day."""
    return [(x.entry.pk, x.state, x.entry.due_on or day, x.days_over) for x in overdue(user, day)]


def shown_of(user: User, day: date, on: date) -> Shown:
    """The same list, asked for later."""
    return [(x.key, x.state, x.due_on, x.days_over) for x in overdue_as_of(user, day, on=on)]


def change(hotline: Hotline, chance: random.Random, at: datetime) -> None:
    """Anything that may happen to a call on a day."""
    calls = list(Entry.objects.present().filter(ledger="phone_call").order_by("pk"))
    if len(calls) < 6 or chance.random() < 0.15:
        hotline.record(f"第{chance.randrange(1000)}处路面塌陷")
        return
    call = chance.choice(calls)
    given: dict[str, Any] = {"entry": call, "at": at, "version": call.version}
    match call.state:
        case _ if chance.random() < 0.15:
            correct_or_take_back(hotline, call, chance, at)
        case "received":
            hotline.take(call, "dispatch", hotline.clerk, at)
        case "dispatched" if call.offered_id and chance.random() < 0.6:
            passing.take_over(**given, by=taker_of(hotline, call))
        case "dispatched" if not call.offered_id and chance.random() < 0.2:
            other = hotline.posts["water" if call.post_id != "post-water" else "road"]
            passing.hand_on(**given, to=other, by=hotline.clerk, reason="归他们管")
        case "dispatched" if chance.random() < 0.4:
            hotline.take(call, "finish", hotline.road, at)
        case "dispatched" if chance.random() < 0.3 and (same := due_no_later(calls, call)):
            ties.merge(**given, into=chance.choice(same), by=hotline.clerk, reason="同一处")
        case "done" if chance.random() < 0.5:
            reopening.reopen(**given, by=hotline.clerk, reason="又坏了")


def taker_of(hotline: Hotline, call: Entry) -> User:
    return hotline.water if call.offered_id == "post-water" else hotline.road


def due_no_later(calls: list[Entry], call: Entry) -> list[Entry]:
    """Those that it may go into."""
    open_ones = (each for each in calls if each.state == "dispatched" and each.pk != call.pk)
    return [
        each for each in open_ones if each.due_on and call.due_on and each.due_on <= call.due_on
    ]


def correct_or_take_back(
    hotline: Hotline, call: Entry, chance: random.Random, at: datetime
) -> None:
    commit = last_commit(call)
    is_own_day = timezone.localdate(commit.at) == timezone.localdate(at)
    if chance.random() < 0.5 and is_own_day and not commit.undoes:
        undo_commit(commit=commit, by=User.objects.get(username=commit.by), at=at)
        return
    correct_entry(
        entry=call,
        values_changed={"about": f"第{chance.randrange(1000)}处路面塌陷"},
        version=call.version,
        by=hotline.clerk,
        at=at,
        reason="写错了地方",
    )


@pytest.mark.parametrize(
    "changes",
    [pytest.param(60, id="small"), pytest.param(1_000, id="large", marks=pytest.mark.long)],
)
def test_the_list_of_a_past_day_is_what_was_shown_on_it(
    hotline: Hotline, start: datetime, changes: int
) -> None:
    seed = int(os.environ.get("PAST_SEED", "20261130"))
    chance = random.Random(seed)  # noqa: S311  invented history
    shown: dict[date, Shown] = {}
    days = 30
    for n in range(days):
        at = start + DAY * n
        for _ in range(max(changes // 3 // days, 1)):
            change(hotline, chance, at)
        shown[timezone.localdate(at)] = shown_on(hotline.clerk, timezone.localdate(at))
    assert sum(map(bool, shown.values())) > 10
    later = start + DAY * days
    for n in range(changes - changes // 3):
        change(hotline, chance, later + timedelta(hours=n))

    on = timezone.localdate(later) + DAY * 90
    for day, was in shown.items():
        assert shown_of(hotline.clerk, day, on) == was, day


def test_who_may_not_see_a_matter_does_not_see_its_past(
    hotline: Hotline, start: datetime, outsider: User
) -> None:
    hotline.take(hotline.record(), "dispatch", hotline.clerk, start)
    day = timezone.localdate(start) + DAY * 10

    assert len(overdue_as_of(hotline.clerk, day, on=day)) == 1
    assert overdue_as_of(outsider, day, on=day) == []
