"""Toilet renovations, walked through their flow by the posts that the flow asks for."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from qianxian.core.models import Post, User
from qianxian.demo import _names as names
from qianxian.demo._diary import workday
from qianxian.demo._township import Village
from qianxian.demo._world import World, entry_of, save
from qianxian.ledgers.services import Row
from qianxian.matters.services import ask_extension

_KINDS = ("三格化粪池", "三格化粪池", "三格化粪池", "三瓮式", "完整上下水道")
_BEFORE = ("旱厕", "旱厕", "旱厕", "无厕", "水冲直排", "其他")
_PROBLEMS = (
    "化粪池盖板没有封严，有缝",
    "出粪口高出地面不到 10 厘米，雨水会倒灌",
    "排气管没有高出屋檐",
    "第三格没有抹灰，渗水",
)
_DROPS = (
    "准备翻建住房，改厕和建房一起做",
    "全家在外务工，今年不回来，明年再说",
    "自己不愿意改，签了放弃单",
)
# How many surveys start in each month of a year, in relation to each other.
_SEASON = (2, 3, 8, 12, 12, 11, 10, 10, 9, 6, 3, 1)
_FATES = ("accepted",) * 40 + ("rework",) * 4 + ("dropped",) * 3


def renovate(world: World) -> None:
    """Two years of renovations, and towards the end some that wait too long."""
    year = world.first.year
    for village in world.township.villages:
        rng = world.branch()
        share = village.pace / sum(v.pace for v in world.township.villages)
        for month in range(1, 25):
            when = date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
            wanted = world.scale.toilets * share * _SEASON[when.month - 1] / sum(_SEASON)
            count = int(wanted) + (rng.random() < wanted % 1)
            for _ in range(count):
                # The register is entered in the first days of the first year.
                day = max(when + timedelta(days=rng.randrange(28)), world.first + timedelta(days=9))
                if not _overlaps_merger(world, village, day):
                    Story(world, village, _fate(world, day, rng)).begin(day)
    _leave_some_waiting(world)


def _fate(world: World, day: date, rng: Random) -> str:
    """Late in the first year nothing is sent back: it would be completed anew in the next, and
    the printed figures of that year would be wrong by more than what is meant to be."""
    chosen = rng.choice(_FATES)
    is_late = (day.year, day.month // 10) == (world.first.year, 1)
    return "accepted" if chosen == "rework" and is_late else chosen


def _overlaps_merger(world: World, village: Village, day: date) -> bool:
    """The merged village starts nothing that would not be over before it ends."""
    return village is world.township.merged and day > world.merged_on - timedelta(days=130)


def _leave_some_waiting(world: World) -> None:
    """Matters that are over their limit today, and one for which more time was asked."""
    waits = [("declared", 75), ("declared", 60), ("completed", 95), ("completed", 90)]
    waits += [("completed", 100), ("reworking", 110), ("reworking", 105), ("asking", 88)]
    villages = world.township.villages[:-1]
    for number, (fate, days) in enumerate(waits[2:4] if world.scale.is_small else waits):
        village = villages[(number * 3 + 4) % len(villages)]
        Story(world, village, fate).begin(world.last - timedelta(days=days))
    # The first village always has one to begin with.
    Story(world, villages[0], "surveyed").begin(world.last - timedelta(days=3))


class Story:
    """One renovation, from the survey to whatever its fate is."""

    def __init__(self, world: World, village: Village, fate: str) -> None:
        self.world, self.village, self.fate = world, village, fate
        self.rng = world.branch()
        self.id: uuid.UUID = world.new_id()
        self.day = world.first
        self.sent_back = False

    def begin(self, day: date) -> None:
        self.world.diary.on(day, self.survey)

    def survey(self, at: datetime) -> None:
        home = self.world.take_home(self.village, self.rng)
        if home is None:
            return
        # A household that has moved since is renovated where it lives now.
        subject = entry_of(home)
        self.day = timezone.localdate(at)
        values = {
            "surveyed_on": self.day.isoformat(),
            "kind_before": self.rng.choice(_BEFORE),
            "payee_account": names.bank_card(self.rng),
        }
        row = Row(values, subject.place, subject=subject, id=self.id)
        save("toilet_renovation", [row], by=self._clerk(), at=at, post=self.village.post.code)
        if self.fate == "dropped" and self.rng.random() < 0.5:
            self._later(12, 40, self.give_up)
        elif self.fate != "surveyed":
            self._later(3, 12, self.declare)

    def declare(self, at: datetime) -> None:
        kind = self.rng.choice(_KINDS)
        self._step("declare", at, {"kind": kind, "declared_on": self._told(at)})
        if self.fate == "dropped":
            self._later(8, 25, self.give_up)
        elif self.fate != "declared":
            self._later(4, 18, self.start)

    def start(self, at: datetime) -> None:
        builder = self.rng.choice(names.BUILDERS)
        self._step("start", at, {"started_on": self._told(at), "builder": builder})
        self._later(9, 26, self.complete)

    def complete(self, at: datetime) -> None:
        self._step("complete", at, {"completed_on": self._told(at)}, shows=True)
        if self.fate in ("rework", "reworking") and not self.sent_back:
            self._later(2, 7, self.send_back, official=True)
        elif self.fate == "asking":
            self._later(1, 2, self.ask, official=True)
        elif self.fate != "completed":
            self._later(2, 9, self.accept, official=True)

    def accept(self, at: datetime) -> None:
        self._step("accept", at, {"accepted_on": self._told(at)}, shows=True, official=True)

    def send_back(self, at: datetime) -> None:
        self.sent_back = True
        problem = self.rng.choice(_PROBLEMS)
        self._step("send_back", at, {"problem": problem}, reason="现场看过，不合格", official=True)
        if self.fate == "rework":
            self._later(4, 12, self.complete)

    def give_up(self, at: datetime) -> None:
        self._step("give_up", at, {}, shows=True, reason=self.rng.choice(_DROPS))

    def ask(self, at: datetime) -> None:
        entry = entry_of(self.id)
        ask_extension(
            entry=entry,
            clock_id="acceptance",
            days=15,
            by=self._official(at)[0],
            post=self._official(at)[1],
            at=at,
            version=entry.version,
            reason="进组的路在修，车过不去，等路通了去验收",
        )

    def _later(self, least: int, most: int, act: Any, *, official: bool = False) -> None:
        days = self.rng.randint(least, most)
        days = days if self.village.pace >= 0.8 else days + most // 2
        day = self.day + timedelta(days=days)
        self.world.diary.on(workday(day) if official else day, act)

    def _told(self, at: datetime) -> str:
        """The day that is typed: usually today, sometimes the day before, never before the last."""
        today = timezone.localdate(at)
        self.day = max(self.day, today - timedelta(days=self.rng.choice((0, 0, 0, 1))))
        return self.day.isoformat()

    def _step(
        self,
        step: str,
        at: datetime,
        values: dict[str, Any],
        *,
        shows: bool = False,
        reason: str = "",
        official: bool = False,
    ) -> None:
        self.world.step(
            self.id,
            step,
            self._official(at) if official else (self._clerk(), self.village.post),
            at,
            values=values,
            shows=self.rng if shows else None,
            reason=reason,
        )
        self.day = max(self.day, timezone.localdate(at))

    def _clerk(self) -> User:
        return self.village.clerk if self.rng.random() < 0.85 else self.village.deputy

    def _official(self, at: datetime) -> tuple[User, Post]:
        """The A holder of acceptance, and in the days of a past absence the B holder."""
        is_away = timezone.localdate(at).day % 11 == 0
        who = self.world.person("acceptance_b" if is_away else "acceptance_a")
        return who, self.world.township.posts["acceptance"]
