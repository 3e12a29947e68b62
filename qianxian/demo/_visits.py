"""Visits to households: two screenings a year that are campaigns, and what they find put right."""

from __future__ import annotations

import uuid
from calendar import monthrange
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from qianxian.core.models import Post, User
from qianxian.demo._cleanups import months
from qianxian.demo._diary import Act, workday
from qianxian.demo._township import Village
from qianxian.demo._world import SOURCE, World, entries_of, ledger
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, save_together

# Months of the two screenings of a year, and how the codes of their campaigns end.
SCREENINGS = ((4, "春季"), (9, "秋季"))
_FOUND = {
    "住房": ("屋面漏雨，后墙有裂缝", "偏房的檩子朽了"),
    "饮水": ("水压不够，二楼没有水", "水管冻裂，接的邻居的水"),
    "教育": ("孩子请假超过两周，在家没上学", "寄宿生的生活补助没有到账"),
    "医疗": ("慢性病门诊卡没有办", "住院的钱没有报销到位"),
    "收入": ("务工的厂停了，两个月没有工资", "养的猪病了，亏了本"),
    "其他": ("残疾证到期没有换", "低保金的银行卡丢了"),
}
_FIXED = ("镇里已协调办好，到户看过", "村里帮着办妥了，本人签了字", "已修好，能正常用")


def visit(world: World) -> None:
    """Everyday visits month by month, condolences in January, and the two screenings."""
    for month in months(world.first, world.last):
        for village in world.township.villages:
            _plan_month(world, village, month)
            if month.month in dict(SCREENINGS):
                _plan_screening(world, village, month)


def code_of(month: date) -> str:
    """The code of the campaign of a screening that begins in this month."""
    return f"DPC{month.year}-{1 + [m for m, _ in SCREENINGS].index(month.month)}"


def _plan_month(world: World, village: Village, month: date) -> None:
    rng = world.branch()
    kind, count = ("慰问", 3) if month.month == 1 else ("日常走访", rng.randint(1, 2))
    wanted = world.scale.visited or (1 if world.scale.is_small else count)
    last = month.replace(day=monthrange(month.year, month.month)[1])
    # Nothing before the register is there.
    first = max(month, world.first + timedelta(days=7))
    day = workday(first + timedelta(days=rng.randint(4, 17)))
    # Where few are visited, in every other month nobody goes but for condolences.
    goes = kind == "慰问" or world.scale.visited or rng.random() < 0.5
    if goes and day <= min(last, world.last):
        world.diary.on(day, _enter(world, village, kind, wanted, rng))


def _plan_screening(world: World, village: Village, month: date) -> None:
    """The households of a screening, a third of them on each of three days."""
    share = world.scale.screened * (0.7 if village.pace < 0.8 else 1)
    problems = _problems(world, village)
    for turn in range(3):
        rng = world.branch()
        day = workday(month + timedelta(days=5 + 8 * turn + rng.randint(0, 4)))
        some = problems[turn::3]
        world.diary.on(day, _enter(world, village, "大排查", share / 3, rng, some, code_of(month)))


def _problems(world: World, village: Village) -> list[str]:
    """The fates of what a screening finds in a village; the slow one leaves some lying."""
    rng = world.branch()
    wanted = world.scale.problems / 2 / len(world.township.villages)
    count = int(wanted) + (rng.random() < wanted % 1)
    fates = ("closed", "closed", "closed", "closed", "again", "dropped")
    late = ("found", "fixing", "fixed") if village.pace < 0.8 else fates
    return [rng.choice(late if rng.random() < 0.4 else fates) for _ in range(count)]


def _enter(
    world: World,
    village: Village,
    kind: str,
    wanted: float,
    rng: Random,
    fates: list[str] | None = None,
    campaign: str = "",
) -> Act:
    """Visits of one day, a share of the households or so many; problems hang on their visits."""

    def act(at: datetime) -> None:
        if village.is_merged_away:
            return
        keys = world.homes[village.place.code]
        count = round(len(keys) * wanted) if wanted < 1 else int(wanted)
        chosen = rng.sample(keys, max(1, len(fates or ()), min(count, len(keys))))
        homes = entries_of(chosen)
        day, told = timezone.localdate(at), fates or []
        visits = [
            _visit(world, village, homes[key], kind, campaign, day, rng, finds=place < len(told))
            for place, key in enumerate(chosen)
        ]
        stories = [
            Problem(world, village, fate, row) for fate, row in zip(told, visits, strict=False)
        ]
        batches = [(ledger("home_visit"), visits)]
        if stories:
            batches.append((ledger("visit_problem"), [story.row for story in stories]))
        save_together(
            batches=batches, by=village.clerk, at=at, post=village.post.code, source=SOURCE
        )
        for story in stories:
            story.begin()

    return act


def _visit(
    world: World,
    village: Village,
    home: Entry,
    kind: str,
    campaign: str,
    day: date,
    rng: Random,
    *,
    finds: bool,
) -> Row:
    values: dict[str, Any] = {
        "visited_on": day.isoformat(),
        "visitor": (village.clerk if rng.random() < 0.7 else village.deputy).name,
        "kind": kind,
    }
    if finds:
        about = rng.choice(tuple(_FOUND))
        values |= {"found": [about], "problem": rng.choice(_FOUND[about])}
    return Row(values, home.place, subject=home, campaign=campaign, id=world.new_id())


class Problem:
    """A problem that a visit found, from the day it is found to whatever its fate is."""

    def __init__(self, world: World, village: Village, fate: str, visit: Row) -> None:
        self.world, self.village, self.fate = world, village, fate
        self.rng = world.branch()
        self.day = date.fromisoformat(visit.values["visited_on"])
        self.was_sent_back = False
        kind = visit.values["found"][0]
        values = {
            "found_on": visit.values["visited_on"],
            "kind": kind,
            "description": visit.values["problem"],
        }
        self.row = Row(
            values,
            visit.place,
            subject=visit.subject,
            campaign=visit.campaign,
            id=world.new_id(),
            parent=visit,
        )

    @property
    def id(self) -> uuid.UUID:
        return self.row.id

    def begin(self) -> None:
        if self.fate == "dropped":
            self._later(2, 5, self.drop)
        elif self.fate != "found":
            self._later(1, 4, self.start)

    def drop(self, at: datetime) -> None:
        by = self.world.acting("revitalisation", at)
        why = "到户核过，当天已经解决了"
        self.world.step(self.id, "drop", by, at, shows=self.rng, reason=why)

    def start(self, at: datetime) -> None:
        fix_by = timezone.localdate(at) + timedelta(days=self.rng.randint(15, 30))
        self.world.step(self.id, "start", self._clerk(), at, values={"fix_by": fix_by.isoformat()})
        if self.fate != "fixing":
            self._later(6, 14, self.fix)

    def fix(self, at: datetime) -> None:
        values = {
            "measure_taken": self.rng.choice(_FIXED),
            "fixed_on": timezone.localdate(at).isoformat(),
        }
        self.world.step(self.id, "fix", self._clerk(), at, values=values, shows=self.rng)
        if self.fate == "again" and not self.was_sent_back:
            self._later(3, 6, self.send_back)
        elif self.fate != "fixed":
            self._later(3, 8, self.close)

    def send_back(self, at: datetime) -> None:
        self.was_sent_back = True
        fix_by = timezone.localdate(at) + timedelta(days=15)
        by = self.world.acting("revitalisation", at)
        values = {"fix_by": fix_by.isoformat()}
        self.world.step(self.id, "send_back", by, at, values=values, reason="到户看过，还没办好")
        self._later(5, 10, self.fix)

    def close(self, at: datetime) -> None:
        values = {"checked_on": timezone.localdate(at).isoformat()}
        by = self.world.acting("revitalisation", at)
        self.world.step(self.id, "close", by, at, values=values)

    def _clerk(self) -> tuple[User, Post]:
        return self.village.clerk, self.village.post

    def _later(self, least: int, most: int, act: Act) -> None:
        self.day = workday(self.day + timedelta(days=self.rng.randint(least, most)))
        self.world.diary.on(self.day, act)
