"""Inspections of premises, and the hazards that they find, from the order to the recheck."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from qianxian.core.models import Post, User
from qianxian.demo._cleanups import months
from qianxian.demo._diary import Act, workday
from qianxian.demo._orders import Order
from qianxian.demo._township import Village
from qianxian.demo._world import SOURCE, World, entries_of, ledger
from qianxian.ledgers.services import Row, save_together

_SAYS = {
    "消防": ("灭火器压力不足", "疏散通道堆了货", "应急照明灯不亮", "消防栓没有水带"),
    "燃气": ("液化气瓶和灶台在同一间", "没有装燃气报警器", "软管老化超过年限"),
    "烟花爆竹": ("存放超过许可的箱数", "店里有人抽烟", "和住房没有隔开"),
    "自建房": ("二楼加了隔间，只有一个楼梯", "外墙有斜裂缝", "配电箱没有漏电保护"),
    "道路交通": ("临水路段没有护栏", "施工路口没有警示牌", "弯道的反光镜破了"),
    "综合": ("配电箱没有门，线头外露", "没有应急预案", "特种作业证过期"),
}
_FIXED = ("已换新，试过能用", "已清走，划了线", "已装好，拍了照", "已请人修好")
_FATES = ("closed",) * 7 + ("at_once",) * 3 + ("fails",) * 2


def inspect(world: World) -> None:
    """Some premises each month, by two officers; of some inspections a hazard comes."""
    for month in months(world.first, world.last):
        rng = world.branch()
        for _ in range(world.scale.inspections):
            # Nothing before the register is there.
            first = max(month, world.first + timedelta(days=12))
            day = workday(first + timedelta(days=rng.randrange(18)))
            village = rng.choice(world.township.villages)
            fate = rng.choice(_FATES) if rng.randrange(100) < world.scale.hazards else ""
            # The last weeks hold what is told one by one below.
            is_recent = day > world.last - timedelta(days=45)
            fate = "at_once" if fate and is_recent else fate
            world.diary.on(day, _enter(world, village, fate, rng.getrandbits(32)))
    _leave_some_waiting(world)


def _leave_some_waiting(world: World) -> None:
    """What an office has on its table today: one over its time and risen, one major, some new."""
    villages = world.township.villages
    waiting = (
        (1, "ordered", 34, "一般"),
        (0, "ordered", 6, "重大"),
        (3, "fixed", 12, "一般"),
        (2, "found", 1, "一般"),
        (5, "again", 20, "一般"),
        (4, "found", 9, "一般"),
        (7, "ordered", 8, "一般"),
    )
    for number, fate, days, level in waiting[: 3 if world.scale.is_small else None]:
        village = villages[number % (len(villages) - 1)]
        day = workday(world.last - timedelta(days=days))
        day = day if day <= world.last else world.last
        world.diary.on(day, _enter(world, village, fate, days, level))


def _enter(world: World, village: Village, fate: str, seed: int, level: str = "一般") -> Act:
    def act(at: datetime) -> None:
        where = world.township.successor if village.is_merged_away else village
        rng = Random(seed)  # noqa: S311  made-up data, no secrets
        key, kind = rng.choice(world.inspected[village.place.code])
        premises = entries_of([key])[key]
        result = {"": "未发现隐患", "at_once": "当场整改"}.get(fate, "责令限期整改")
        values = {
            "inspected_on": timezone.localdate(at).isoformat(),
            "kind": kind,
            "inspectors": rng.choice((2, 2, 3)),
            "result": result,
        }
        row = Row(values, where.place, subject=premises, id=world.new_id())
        batches = [(ledger("inspection"), [row])]
        hazard = Hazard(world, where, fate, row, kind, rng, level) if fate else None
        if hazard:
            batches.append((ledger("hazard"), [hazard.row]))
        by, post = world.acting("safety", at)
        save_together(batches=batches, by=by, at=at, post=post.code, source=SOURCE)
        if hazard:
            hazard.begin(at)

    return act


class Hazard:
    """One hazard, from the day it is found to whatever its fate is."""

    def __init__(
        self,
        world: World,
        village: Village,
        fate: str,
        above: Row,
        kind: str,
        rng: Random,
        level: str = "一般",
        says: str = "",
    ) -> None:
        self.world, self.village, self.fate, self.rng = world, village, fate, rng
        on = above.values.get("inspected_on") or above.values["patrolled_on"]
        self.day, self.was_sent_back = date.fromisoformat(on), False
        about = "reservoir" if "patrolled_on" in above.values else "premises"
        values: dict[str, Any] = {
            "found_on": on,
            "kind": kind,
            "level": level,
            "description": says or rng.choice(_SAYS[kind]),
            about: str(above.subject.pk) if above.subject else None,
        }
        self.row = Row(values, village.place, id=world.new_id(), parent=above)
        # Premises are ordered in writing; a village puts its reservoir right without.
        self.is_ordered = about == "premises"
        self.paper: Order | None = None

    def begin(self, at: datetime) -> None:
        # What a patrol finds is entered at the end of its month.
        self.day = timezone.localdate(at)
        if self.fate == "at_once":
            self._later(0, 1, self.fix_at_once)
        elif self.fate != "found":
            self._later(0, 2, self.order)

    def order(self, at: datetime) -> None:
        today = timezone.localdate(at)
        number = f"青应急责改〔{today.year}〕{self.world.next_order(today.year)}号"
        days = self.rng.randint(10, 20)
        values = {
            "order_number": number,
            "ordered_on": today.isoformat(),
            "fix_by": (today + timedelta(days=days)).isoformat(),
        }
        self._step("order", self.world.acting("safety", at), at, values)
        if self.is_ordered:
            self.paper = Order(self, values["fix_by"], at)
        if self.fate != "ordered":
            self._later(4, 9, self.fix)

    def fix_at_once(self, at: datetime) -> None:
        by = self.world.acting("safety", at)
        self._step("fix_at_once", by, at, self._fixed(at), shows=True)
        self._later(2, 6, self.close)

    def fix(self, at: datetime) -> None:
        by, fixed = (self.village.clerk, self.village.post), self._fixed(at)
        self._step("fix", by, at, fixed, shows=True)
        if self.paper:
            self.paper.report(at, fixed)
        if self.fate in ("fails", "again") and not self.was_sent_back:
            self._later(2, 5, self.recheck_fails)
        elif self.fate != "fixed":
            self._later(2, 7, self.close)

    def recheck_fails(self, at: datetime) -> None:
        self.was_sent_back = True
        fix_by = timezone.localdate(at) + timedelta(days=10)
        values = {"recheck_note": "只换了一半，另一处没有动", "fix_by": fix_by.isoformat()}
        by, why = self.world.acting("recheck", at), "到现场看过，没有改到位"
        self._step("recheck_fails", by, at, values, reason=why)
        if self.paper:
            self.paper.fail(at, values["recheck_note"], values["fix_by"])
        if self.fate == "fails":
            self._later(4, 8, self.fix)

    def close(self, at: datetime) -> None:
        values = {"rechecked_on": timezone.localdate(at).isoformat()}
        self._step("close", self.world.acting("recheck", at), at, values, shows=True)
        if self.paper:
            self.paper.close(at)

    def _fixed(self, at: datetime) -> dict[str, Any]:
        done = self.rng.choice(_FIXED)
        return {"measure_taken": done, "fixed_on": timezone.localdate(at).isoformat()}

    def _step(
        self,
        step: str,
        by: tuple[User, Post],
        at: datetime,
        values: dict[str, Any],
        *,
        shows: bool = False,
        reason: str = "",
    ) -> None:
        rng = self.rng if shows else None
        self.world.step(self.row.id, step, by, at, values=values, shows=rng, reason=reason)

    def _later(self, least: int, most: int, act: Act) -> None:
        """Always after what was done last, also on the same day."""
        self.day = workday(self.day + timedelta(days=self.rng.randint(max(1, least), most)))
        self.world.diary.on(self.day, act)
