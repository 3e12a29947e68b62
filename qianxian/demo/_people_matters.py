"""Petitions, calls of residents, illegal buildings and assistance: some sixty matters in two years.

Nobody is named in them but the households that applied for something.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from qianxian.core.models import Place, Post, User
from qianxian.demo._diary import Act, moment, workday
from qianxian.demo._people_care import HOUSEHOLDS
from qianxian.demo._people_posts import POSTS
from qianxian.demo._people_ways import ANSWERS, BUILDINGS, PETITIONS, REQUESTS, Case, Move
from qianxian.demo._township import Village, open_post
from qianxian.demo._world import World, entry_of, save
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row
from qianxian.matters.asking import keep_answer

# The last days before today, in which something is still under way.
_FIRST_DAY, _LAST_DAY = 45, 2


def handle_peoples_matters(world: World) -> None:
    """Open the posts, and spread the cases of each kind over the two years."""
    township = world.township
    for one in POSTS:
        township.posts[one.code] = open_post(one, township.place, township.people, world.first)
    for kind, cases, times in (
        ("petition", PETITIONS, 1),
        ("request", REQUESTS, 2),
        ("illegal_building", BUILDINGS, 1),
        ("social_assistance", HOUSEHOLDS, 1),
    ):
        chosen = cases[:2] if world.scale.is_small else cases * times
        for number, day in enumerate(_days(world, len(chosen))):
            _Told(world, kind, chosen[number], number, day).begin()


def _day_of(world: World, case: Case, day: date) -> date:
    return day if case.ago is None else workday(world.last - timedelta(days=case.ago))


def _days(world: World, count: int) -> list[date]:
    """So many days from the first weeks to the last days, as far apart as can be."""
    first = world.first + timedelta(days=_FIRST_DAY)
    length = (world.last - first).days - _LAST_DAY
    return [workday(first + timedelta(days=length * n // max(count - 1, 1))) for n in range(count)]


@dataclass
class _Told:
    """One case, from the day it came to wherever it stands today."""

    world: World
    kind: str
    case: Case
    number: int
    day: date
    rng: Random = field(init=False)
    id: uuid.UUID = field(init=False)
    village: Village = field(init=False)
    home: Entry | None = None

    def __post_init__(self) -> None:
        # Randomness of its own, so that the other stories stay what they are without this one.
        self.rng = Random(f"{self.kind} {self.number}")  # noqa: S311  made-up data, no secrets
        self.id = self._new_id()
        villages = self.world.township.villages[:-1]
        self.village = villages[self.number * 5 % len(villages)]

    def begin(self) -> None:
        day = _day_of(self.world, self.case, self.day)
        self._put_down(min(day, self.world.last), self._record)

    def _put_down(self, day: date, act: Act) -> None:
        self.world.diary.at(moment(day, self.rng), act)

    def _new_id(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def _record(self, at: datetime) -> None:
        self.day = timezone.localdate(at)
        values = self._filled(self.case.values, self.day)
        row = Row(values, self._place(), subject=self.home, id=self.id)
        by, post = self._actor(self.case.post, at)
        save(self.kind, [row], by=by, at=at, post=post.code)
        self._plan(self.case.moves)

    def _place(self) -> Place:
        if self.kind == "petition":
            return self.world.township.place
        if self.kind == "social_assistance":
            self.home = entry_of(self.rng.choice(self.world.homes[self.village.place.code]))
            return self.home.place
        return self.village.place

    def _plan(self, moves: Sequence[Move]) -> None:
        if moves:
            self.day = workday(self.day + timedelta(days=moves[0].after))
            self._put_down(self.day, lambda at: self._move(moves, at))

    def _move(self, moves: Sequence[Move], at: datetime) -> None:
        move, self.day = moves[0], timezone.localdate(at)
        by = self._actor(move.post, at)
        if move.step == ANSWERS:
            entry = entry_of(self.id)
            keep_answer(entry=entry, answer=move.reason, by=by[0], at=at, version=entry.version)
        else:
            if move.step == "pay":
                self._pay(by, at)
            self.world.step(
                self.id,
                move.step,
                by,
                at,
                values=self._filled(move.values, self.day),
                shows=self.rng if move.shows else None,
                reason=move.reason,
            )
        self._plan(moves[1:])

    def _pay(self, by: tuple[User, Post], at: datetime) -> None:
        entry = entry_of(self.id)
        values = {
            "paid_on": self.day.isoformat(),
            "kind": "低保金" if entry.data["kind"] == "低保" else "特困供养金",
            "persons": entry.data["covered"],
            "amount": entry.data["amount"],
            "way": "一卡通",
        }
        row = Row(values, entry.place, subject=self.home, parent=entry, id=self._new_id())
        save("benefit_payment", [row], by=by[0], at=at, post=by[1].code)

    def _actor(self, post: str, at: datetime) -> tuple[User, Post]:
        if post == "village":
            return self.village.clerk, self.village.post
        return self.world.acting(post, at)

    def _filled(self, values: Mapping[str, Any], day: date) -> dict[str, Any]:
        """`+3` is a day three days on; `{n}` and `{year}` number the case."""
        return {name: self._value(value, day) for name, value in values.items()}

    def _value(self, value: Any, day: date) -> Any:
        if not isinstance(value, str):
            return value
        if value.startswith("+"):
            return (day + timedelta(days=int(value))).isoformat()
        return value.replace("{n}", str(self.number + 1)).replace("{year}", str(day.year))
