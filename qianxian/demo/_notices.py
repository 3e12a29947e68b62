"""Papers of the county that come in, are shared out to the villages, and are answered in time or not."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from qianxian.core.models import Post, User
from qianxian.demo._diary import Act, workday
from qianxian.demo._township import Village
from qianxian.demo._visits import SCREENINGS, code_of
from qianxian.demo._world import SOURCE, World, entry_of, ledger, save
from qianxian.ledgers.services import Row, raise_matters


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that comes in every year on about this day; without `asks` it is only read."""

    month: int
    day: int
    issuer: str
    series: str
    title: str
    asks: str
    answer: str
    list_class: str = "配合履职"


_FARMING, _SAFE, _WATER = "青禾县农业农村局", "青禾县应急管理局", "青禾县水利局"
_PAPERS = (
    Paper(
        3,
        24,
        _FARMING,
        "青农发",
        "关于开展春季防返贫大排查大走访的通知",
        "逐户走访，把发现的问题报上来",
        "已走访到户，问题已记入台账",
        "基本履职",
    ),
    Paper(
        10,
        20,
        _SAFE,
        "青应急发",
        "关于做好冬春火灾防控工作的通知",
        "查商铺、出租楼和敬老院的消防通道，报排查情况",
        "已查完，问题当场改了，没改的报了镇里",
    ),
    Paper(
        5,
        12,
        _WATER,
        "青水发",
        "关于汛期水库山塘巡查值守的通知",
        "落实巡查责任人，报值守表",
        "责任人已到位，值守表贴在村部",
        "基本履职",
    ),
    Paper(2, 17, "青禾县委办公室", "青办发", "关于印发全县重点工作要点的通知", "", "", "未列明"),
    Paper(
        7,
        8,
        "青禾县民政局",
        "青民发",
        "关于排查农村留守老人情况的通知",
        "摸清留守老人底数，填表上报",
        "已逐户摸清，表已报送",
    ),
    Paper(
        9,
        2,
        _FARMING,
        "青农发",
        "关于开展秋季防返贫大排查大走访的通知",
        "逐户走访，把发现的问题报上来",
        "已走访到户，问题已记入台账",
        "基本履职",
    ),
)


def receive_notices(world: World) -> None:
    """The papers of both years, two that are on the way today, and the campaigns that they begin."""
    _register_campaigns(world)
    for year in (world.first.year, world.first.year + 1):
        for paper in _PAPERS[: world.scale.notices]:
            day = workday(date(year, paper.month, paper.day))
            if day < world.last - timedelta(days=40):
                Notice(world, paper, day).begin()
    recent = (
        (_WINTER, 16, "shared"),
        (_CENSUS, 3, "approved"),
        (_MEETING, 1, "received"),
    )
    for paper, days, stops in recent[: 1 if world.scale.is_small else None]:
        day = workday(world.last - timedelta(days=days))
        Notice(world, paper, min(day, world.last), stops).begin()


_WINTER = Paper(
    0,
    0,
    _SAFE,
    "青应急函",
    "关于报送岁末年初安全隐患排查情况的函",
    "报这个月查了几处、改了几处",
    "已查完，隐患和整改都记在台账里",
)
_CENSUS = Paper(
    0, 0, "青禾县统计局", "青统字", "关于开展农村住户调查的通知", "配合调查员入户", "已配合"
)
_MEETING = Paper(
    0, 0, _FARMING, "青农函", "关于核对改厕奖补账号的函", "核对账号，有错的改过来", "已核对"
)


def _register_campaigns(world: World) -> None:
    for year in (world.first.year, world.first.year + 1):
        for month, season in SCREENINGS:
            first = date(year, month, 1)
            day = workday(first - timedelta(days=4))
            world.diary.on(day, _campaign(world, first, season))


def _campaign(world: World, first: date, season: str) -> Act:
    def act(at: datetime) -> None:
        by, post = world.acting("office-clerk", at)
        values = {
            "code": code_of(first),
            "name": f"{first.year}年{season}防返贫大排查大走访",
            "started_on": first.isoformat(),
            "ends_on": (first + timedelta(days=40)).isoformat(),
            "lead": "农业农村办公室",
            "rounds": 1,
        }
        row = Row(values, world.township.place, id=world.new_id())
        save("campaign", [row], by=by, at=at, post=post.code)

    return act


class Notice:
    """One paper: received, proposed, approved, shared out, answered, closed."""

    def __init__(self, world: World, paper: Paper, day: date, stops: str = "") -> None:
        self.world, self.paper, self.day, self.stops = world, paper, day, stops
        self.rng = world.branch()
        self.id: uuid.UUID = world.new_id()
        self.deadline = day + timedelta(days=14)
        self.open: set[uuid.UUID] = set()

    def begin(self) -> None:
        self.world.diary.on(self.day, self.receive)

    def receive(self, at: datetime) -> None:
        paper = self.paper
        values: dict[str, Any] = {
            "issuer": paper.issuer,
            "number": f"{paper.series}〔{self.day.year}〕{self.rng.randint(3, 90)}号",
            "subject_text": paper.title,
            "received_on": timezone.localdate(at).isoformat(),
            "summary": paper.title.removeprefix("关于").removesuffix("的通知").removesuffix("的函"),
        }
        if paper.asks:
            deadline = (self.deadline + timedelta(days=2)).isoformat()
            values |= {"asks": paper.asks, "deadline": deadline, "deadline_time": "17:00"}
        by, post = self.world.acting("office-clerk", at)
        row = Row(values, self.world.township.place, id=self.id)
        save("notice", [row], by=by, at=at, post=post.code)
        if self.stops != "received":
            self._later(0, 1, self.propose)

    def propose(self, at: datetime) -> None:
        values = {
            "list_class": self.paper.list_class,
            "proposal": "请分管领导阅示，分给各村办" if self.paper.asks else "请领导阅知",
        }
        self._step("propose", "office-head", at, values)
        self._later(0, 1, self.approve)

    def approve(self, at: datetime) -> None:
        self._step("approve", "deputy", at, {"approval": "同意，按时报"})
        if self.stops == "approved":
            return
        self._later(0, 1, self.share_out if self.paper.asks else self.file)

    def file(self, at: datetime) -> None:
        today = timezone.localdate(at).isoformat()
        self._step("file", "office-clerk", at, {"closed_on": today}, reason="已传阅，不用分办")

    def share_out(self, at: datetime) -> None:
        """One assignment a village. On the newest paper some have not answered yet."""
        by, post = self.world.acting("office-clerk", at)
        villages = self.world.township.standing
        deadline = self.deadline
        values = {
            "asks": self.paper.asks,
            "deadline": deadline.isoformat(),
            "deadline_time": "12:00",
        }
        rows = [Row(values, village.place, id=self.world.new_id()) for village in villages]
        raise_matters(
            parent=entry_of(self.id),
            ledger=ledger("assignment"),
            rows=rows,
            by=by,
            at=at,
            post=post.code,
            source=SOURCE,
        )
        self._step("distribute", "office-clerk", at, {})
        self.open = {row.id for row in rows}
        for row, village in zip(rows, villages, strict=True):
            self._answers(row.id, village, timezone.localdate(at))

    def _answers(self, key: uuid.UUID, village: Village, day: date) -> None:
        rng = self.world.branch()
        is_slow = village.pace < 0.8 or village is self.world.township.standing[-1]
        if self.stops and (is_slow or rng.random() < 0.2):
            return
        within = max(2, (self.deadline - day).days)
        days = within + rng.randint(1, 4) if is_slow else rng.randint(1, within)
        answer = Answer(self, key, village, rng, sent_back=rng.random() < 0.08)
        self.world.diary.on(workday(day + timedelta(days=days)), answer.give)

    def answered(self, key: uuid.UUID, at: datetime) -> None:
        """The last answer that is closed closes the paper."""
        self.open.discard(key)
        if not self.open and not self.stops:
            self.day = timezone.localdate(at)
            self._later(1, 2, self.close)

    def close(self, at: datetime) -> None:
        self._step("close", "office-head", at, {"closed_on": timezone.localdate(at).isoformat()})

    def _step(
        self, step: str, post: str, at: datetime, values: dict[str, Any], *, reason: str = ""
    ) -> None:
        by = self.world.acting(post, at)
        self.world.step(self.id, step, by, at, values=values, reason=reason)
        self.day = timezone.localdate(at)

    def _later(self, least: int, most: int, act: Act) -> None:
        day = workday(self.day + timedelta(days=self.rng.randint(max(1, least), most)))
        self.world.diary.on(day, act)


@dataclass(slots=True)
class Answer:
    """What a village says to an assignment, and the look that the office takes at it."""

    notice: Notice
    key: uuid.UUID
    village: Village
    rng: Random
    sent_back: bool

    def give(self, at: datetime) -> None:
        values = {
            "answer": f"{self.village.place.name}：{self.notice.paper.answer}",
            "answered_on": timezone.localdate(at).isoformat(),
        }
        self._step("answer", (self.village.clerk, self.village.post), at, values)
        self._later(at, self.send_back if self.sent_back else self.check)

    def send_back(self, at: datetime) -> None:
        self.sent_back = False
        by = self.notice.world.acting("office-clerk", at)
        self._step("send_back", by, at, {"return_reason": "没有写数，补上几户几处再报"})
        self._later(at, self.give)

    def check(self, at: datetime) -> None:
        by = self.notice.world.acting("office-clerk", at)
        self._step("close", by, at, {"checked_on": timezone.localdate(at).isoformat()})
        self.notice.answered(self.key, at)

    def _step(self, step: str, by: tuple[User, Post], at: datetime, values: dict[str, Any]) -> None:
        self.notice.world.step(self.key, step, by, at, values=values)

    def _later(self, at: datetime, act: Act) -> None:
        day = timezone.localdate(at) + timedelta(days=self.rng.randint(1, 2))
        self.notice.world.diary.on(workday(day), act)
