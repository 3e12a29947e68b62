"""People who are away and posts that change hands, by the services of their pages."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from qianxian.core.models import Handover, Holding, User
from qianxian.core.people.absences import enter_absence
from qianxian.core.people.holders import accept_handover, hand_over
from qianxian.demo._diary import Act, workday
from qianxian.demo._world import World

_TRAINING = "去县里培训，验收请彭春兰代办。"


def change_staff(world: World) -> None:
    """One hand-over that is done, one that waits; one absence that is over, one of today."""
    spring = world.first.replace(month=3, day=3)
    world.diary.on(workday(spring), _away(world, "recheck_a", 6, "家里有事，复查请兰静代办。"))
    # The officer of the first year goes; the one of now takes over with what is open.
    day = workday(world.first.replace(month=10, day=9))
    world.diary.on(day, _hand_over(world, "revitalisation", "village_work_a", accepted=True))
    world.diary.on(world.last, _away(world, "acceptance_a", 4, _TRAINING))
    world.diary.on(world.last, _hand_over(world, "safety", "newcomer", accepted=False))


def _away(world: World, key: str, days: int, note: str) -> Act:
    def act(at: datetime) -> None:
        user, day = world.person(key), timezone.localdate(at)
        last = day + timedelta(days=days)
        enter_absence(user=user, first_day=day, last_day=last, note=note, by=user, at=at)
        world.staff_changed()

    return act


def _hand_over(world: World, post: str, taker: str, *, accepted: bool) -> Act:
    """The administrator arranges it; the next holder accepts a day later, or has not yet."""

    def act(at: datetime) -> None:
        after = world.person(taker)
        handover = hand_over(
            post=world.township.posts[post],
            rank=Holding.Rank.A,
            taker=after,
            on=timezone.localdate(at) + timedelta(days=1),
            note="台账和没办完的都在系统里，纸质的在柜子第二层。",
            by=world.person("administrator"),
            at=at,
        )
        if accepted:
            later = at + timedelta(hours=26)
            world.diary.at(later, lambda at: _accept(world, handover, after, at))

    return act


def _accept(world: World, handover: Handover, taker: User, at: datetime) -> None:
    accept_handover(handover=handover, by=taker, at=at)
    world.staff_changed()
