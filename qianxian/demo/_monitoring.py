"""Households that are watched so that they do not fall into poverty: one case in every state."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from qianxian.core.models import Post, User
from qianxian.demo._diary import workday
from qianxian.demo._township import Village
from qianxian.demo._world import World, entry_of, save
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, correct_entry
from qianxian.matters.services import reopen

_LINE = {0: "8300", 1: "8600"}
_MEASURES = {
    "因病": ("医疗帮扶", "办好慢性病门诊，住院费二次报销"),
    "因学": ("教育帮扶", "申请寄宿生生活补助"),
    "因务工就业不稳": ("就业帮扶", "介绍到镇上的竹木厂做工"),
    "缺劳动力": ("综合保障", "申请低保，安排公益岗位"),
    "因房": ("住房帮扶", "纳入危房改造，年内修好"),
    "因产业项目失败": ("产业帮扶", "送两百只鸡苗，合作社包销"),
}
# What follows what on the way, and after how many days.
_WAY = (
    ("verify", 2),
    ("review", 2),
    ("announce", 1),
    ("approve_township", 7),
    ("approve_county", 2),
    ("help", 5),
    ("check_removal", 110),
    ("announce_removal", 2),
    ("approve_removal", 7),
    ("remove", 4),
)


@dataclass(frozen=True, slots=True)
class Case:
    """How a case goes: how many days ago it began, and after which step it stands still.

    then  what happens in its last state: archived, gone, back to the beginning, sent back
    """

    days: int
    stops: str
    kind: str
    risks: tuple[str, ...]
    source: str = "干部排查"
    then: str = ""


_UNSTABLE, _EDGE, _SUDDEN = "脱贫不稳定户", "边缘易致贫户", "突发严重困难户"
_ILL, _SCHOOL, _WORK, _WEAK = ("因病",), ("因学",), ("因务工就业不稳",), ("缺劳动力",)
# The first ones are the whole of the smallest demo.
_CASES = (
    Case(560, "remove", _EDGE, _ILL),
    Case(300, "help", _UNSTABLE, _WORK),
    Case(27, "review", _SUDDEN, _ILL),
    Case(500, "remove", _UNSTABLE, _WORK, then="again"),
    Case(8, "announce", _EDGE, _SCHOOL, source="农户自主申报"),
    Case(2, "", _EDGE, _ILL, source="部门筛查预警"),
    Case(5, "verify", _UNSTABLE, _WEAK),
    Case(14, "approve_township", _SUDDEN, ("因房",)),
    Case(22, "approve_county", _EDGE, ("因产业项目失败",)),
    Case(150, "check_removal", _UNSTABLE, _SCHOOL),
    Case(152, "announce_removal", _EDGE, _ILL),
    Case(156, "approve_removal", _SUDDEN, _WORK),
    Case(400, "help", _EDGE, _WEAK, then="gone"),
    Case(330, "verify", _EDGE, _WORK, source="部门筛查预警", then="rejected"),
    Case(640, "remove", _EDGE, ("因房",), then="returns"),
    Case(250, "help", _SUDDEN, ("因病", "因学")),
    Case(210, "help", _UNSTABLE, ("因病", "缺劳动力")),
)


def monitor(world: World) -> None:
    """Every case of the list; none in the village that is merged away."""
    villages = world.township.villages[:-1]
    cases = _CASES[:4] if world.scale.is_small else _CASES
    for number, case in enumerate(cases):
        village = villages[number * 3 % len(villages)]
        Watched(world, village, case).begin()


class Watched:
    """One case, walked through its flow by the posts that the flow asks for."""

    def __init__(self, world: World, village: Village, case: Case) -> None:
        self.world, self.village, self.case = world, village, case
        self.rng = world.branch()
        self.id: uuid.UUID = world.new_id()
        self.measures: list[uuid.UUID] = [world.new_id() for _ in case.risks]
        # A shorter way than the whole, or the second time on it.
        self.stops = case.stops
        self.episode = 1
        self.home: Entry | None = None

    def begin(self) -> None:
        # The register is entered in the first days of the first year.
        first = self.world.first + timedelta(days=12)
        self.day = workday(max(first, self.world.last - timedelta(days=self.case.days)))
        self.world.diary.on(self.day, self.record)

    def record(self, at: datetime) -> None:
        self.home = self.home or self._some_home()
        self.day = timezone.localdate(at)
        values = {"clue_on": self.day.isoformat(), "source": self.case.source}
        row = Row(values, self.home.place, subject=self.home, id=self.id)
        save("monitoring", [row], by=self.village.clerk, at=at, post=self.village.post.code)
        if self.case.stops:
            self._plan(0)

    def _some_home(self) -> Entry:
        """A household of the kind that the class of the case is for, that no case has yet."""
        wanted = "一般农户" if self.case.kind == _EDGE else "脱贫户"
        taken = set(Entry.objects.filter(ledger="monitoring").values_list("subject_id", flat=True))
        keys = list(self.world.homes[self.village.place.code])
        self.rng.shuffle(keys)
        homes = (entry_of(key) for key in keys if key not in taken)
        chosen = (
            home for home in homes if self.case.kind == _SUDDEN or home.data["kind"] == wanted
        )
        return next(chosen)

    def _plan(self, place: int) -> None:
        days = _WAY[place][1]
        self.day = workday(self.day + timedelta(days=days))
        self.world.diary.on(self.day, lambda at: self._take(place, at))

    def _take(self, place: int, at: datetime) -> None:
        step = _WAY[place][0]
        if step == "help":
            self._help(at)
        if step == "check_removal":
            self._solve(at)
        shows = self.rng if step in ("review", "announce", "announce_removal") else None
        by = self._by(step, at)
        self.world.step(self.id, step, by, at, values=self._values(step, at), shows=shows)
        if step != self.stops:
            self._plan(place + 1)
        else:
            self._end()

    def _by(self, step: str, at: datetime) -> tuple[User, Post]:
        posts = {
            "approve_township": "review",
            "approve_removal": "review",
            "reject": "review",
            "leave": "review",
            "approve_county": "county-review",
            "remove": "county-review",
            "help": "revitalisation",
        }
        if step in posts:
            return self.world.acting(posts[step], at)
        return self.village.clerk, self.village.post

    def _values(self, step: str, at: datetime) -> Mapping[str, Any]:
        today = timezone.localdate(at).isoformat()
        line = _LINE[min(1, timezone.localdate(at).year - self.world.first.year)]
        own: dict[str, dict[str, Any]] = {
            "verify": {
                "checked_on": today,
                "consent": True,
                "consent_on": today,
                "persons": self.home.data["persons"] if self.home else 1,
                "income_per_person": self._income(int(line)),
                "income_line": line,
                "object_kind": self.case.kind,
                "risks": list(self.case.risks),
            },
            "review": {"reviewed_on": today},
            "announce": {"notice_on": today},
            "approve_township": {"objections": 0, "township_on": today},
            "approve_county": {"approved_on": today},
            "help": {"plan_on": today, "helped_on": today},
            "check_removal": {
                "removal_checked_on": today,
                "removal_income": str(int(line) + self.rng.randint(20, 60) * 100),
                **dict.fromkeys(("housing_ok", "water_ok", "education_ok", "medical_ok"), True),
            },
            "announce_removal": {"removal_notice_on": today},
            "approve_removal": {"removal_township_on": today},
            "remove": {"removed_on": today, "removal_way": "帮扶消除"},
            "leave": {"removed_on": today},
        }
        return own.get(step, {})

    def _income(self, line: int) -> str:
        more = self.rng.randint(2, 18) * 100
        return str(line + more if self.case.kind == _SUDDEN else line - more)

    def _help(self, at: datetime) -> None:
        """One measure for each risk, before the step that asks for it."""
        by, post = self.world.acting("revitalisation", at)
        today = timezone.localdate(at).isoformat()
        # Back again, it is helped anew: the measures of before stay solved.
        if self.episode > 1:
            self.measures = [self.world.new_id() for _ in self.case.risks]
        parent = entry_of(self.id)
        rows = []
        for key, risk in zip(self.measures, self.case.risks, strict=True):
            kind, content = _MEASURES[risk]
            values = {
                "kind": kind,
                "risk": risk,
                "content": content,
                "helper": self.village.deputy.name,
                "started_on": today,
                "amount": str(self.rng.randint(5, 60) * 100),
            }
            row = Row(values, parent.place, subject=self.home, parent=parent, id=key)
            rows.append(row)
        save("measure", rows, by=by, at=at, post=post.code)

    def _solve(self, at: datetime) -> None:
        by, post = self.world.acting("revitalisation", at)
        for key in self.measures:
            entry = entry_of(key)
            correct_entry(
                entry=entry,
                values_changed={
                    "is_solved": True,
                    "solved_on": timezone.localdate(at).isoformat(),
                },
                version=entry.version,
                by=by,
                at=at,
                reason="到户核过，这项风险没有了",
                post=post.code,
            )

    def _end(self) -> None:
        """What happens after the last step of the way."""
        then = self.case.then if self.episode == 1 else ""
        acts = {
            "gone": (60, self._leave),
            "rejected": (1, self._reject),
            "again": (90, self._again),
            "returns": (120, self._returns),
        }
        if then:
            days, act = acts[then]
            self.day = workday(self.day + timedelta(days=days))
            self.world.diary.on(self.day, act)

    def _leave(self, at: datetime) -> None:
        by = self._by("leave", at)
        values = self._values("leave", at)
        why = "整户迁到县城，户口已迁"
        self.world.step(self.id, "leave", by, at, values=values, shows=self.rng, reason=why)

    def _reject(self, at: datetime) -> None:
        why = "核实后收入和刚性支出都没有问题，不符合"
        self.world.step(self.id, "reject", self._by("reject", at), at, reason=why)

    def _again(self, at: datetime) -> None:
        """Opened again after its removal: the second episode, which stands at helping today."""
        entry, by = entry_of(self.id), self.world.acting("revitalisation", at)[0]
        why = "县里抽查，收入不稳定，消除不实，重新办"
        reopen(entry=entry, by=by, at=at, version=entry.version, reason=why)
        self.episode, self.stops, self.day = 2, "help", timezone.localdate(at)
        self._plan(0)

    def _returns(self, at: datetime) -> None:
        """Another case of the same household after a removal that was right at its time."""
        case = Case(0, "help", self.case.kind, _WORK, source="消除后回退")
        other = Watched(self.world, self.village, case)
        other.home = self.home
        other.record(at)
