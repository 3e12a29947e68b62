"""What a page of a notice shows: which village has answered, which has not, and what to say to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, F, Q

from qianxian.core.definitions import catalogue
from qianxian.core.models import User
from qianxian.core.templatetags import _dates as dates
from qianxian.intake.notice.services import ASSIGNMENT, NOTICE
from qianxian.ledgers.models import Entry, EntryQuerySet
from qianxian.matters.acts import acts_of, photos_used

CLOSED, ANSWERED, OVER, BACK, OWED, CANCELLED = (
    "closed",
    "answered",
    "over",
    "back",
    "owed",
    "cancelled",
)


@dataclass(frozen=True)
class Answer:
    """One village's assignment as the grid shows it."""

    entry: Entry
    on: date

    @property
    def due(self) -> date | None:
        return _day(self.entry, "deadline")

    @property
    def time(self) -> str:
        return self.entry.data.get("deadline_time") or ""

    @property
    def answered_on(self) -> date | None:
        return _day(self.entry, "answered_on")

    @property
    def text(self) -> str:
        return self.entry.data.get("answer") or ""

    @property
    def returned(self) -> str:
        """Why it was sent back, while the village has not answered anew."""
        is_back = self.entry.state == "assigned" and self.answered_on
        return (self.entry.data.get("return_reason") or "") if is_back else ""

    @property
    def kind(self) -> str:
        state = self.entry.state
        if state in (CLOSED, ANSWERED, CANCELLED):
            return state
        if self.is_over:
            return OVER
        return BACK if self.returned else OWED

    @property
    def is_over(self) -> bool:
        return self.owes and self.due is not None and self.due < self.on

    @property
    def days_over(self) -> int:
        return (self.on - self.due).days if self.due and self.is_over else 0

    @property
    def owes(self) -> bool:
        return self.entry.state == "assigned"

    @property
    def came_late(self) -> bool:
        """Answered, but after the day."""
        return bool(not self.owes and self.answered_on and self.due and self.answered_on > self.due)

    @cached_property
    def photos(self) -> list[str]:
        return sorted(photos_used(acts_of(self.entry)))


@dataclass(frozen=True)
class Grid:
    """All villages of a notice in official order."""

    answers: tuple[Answer, ...]

    @property
    def counted(self) -> list[Answer]:
        return [one for one in self.answers if one.kind != CANCELLED]

    @property
    def places(self) -> list[tuple[str, bool]]:
        return [(one.entry.place.name, not one.owes) for one in self.counted]

    @property
    def owing(self) -> list[Answer]:
        return [one for one in self.counted if one.owes]

    @property
    def to_check(self) -> list[Answer]:
        return [one for one in self.counted if one.kind == ANSWERED]

    @property
    def said(self) -> list[Answer]:
        return [one for one in self.counted if one.text]


def _day(entry: Entry, name: str) -> date | None:
    text = entry.data.get(name)
    return date.fromisoformat(text) if text else None


def grid(notice: Entry, user: User, on: date) -> Grid:
    """Through the gate: a reader sees the villages that are theirs."""
    rows = assignments(user, on).filter(parent=notice).order_by("place__code", "changed_at")
    return Grid(tuple(Answer(row, on) for row in rows))


def assignments(user: User, on: date) -> EntryQuerySet:
    rows = Entry.objects.visible_to(user, on).present().filter(ledger=ASSIGNMENT)
    return rows.select_related("place__parent", "parent", "post__office")


def notices(user: User, on: date) -> EntryQuerySet:
    rows = Entry.objects.visible_to(user, on).present().filter(ledger=NOTICE)
    return rows.select_related("place", "post__office")


def open_states(ledger: str) -> list[str]:
    flow = catalogue().flows[catalogue().ledgers[ledger].flow or ""]
    return [name for name, state in flow.states.items() if state.kind == "open"]


@dataclass(frozen=True, slots=True)
class Line:
    """A notice in the list, with how many villages have answered."""

    entry: Entry
    state: str
    issuer: str
    deadline: date | None
    time: str
    shared: int
    owing: int
    is_open: bool


def listed(user: User, on: date, *, state: str = "open", issuer: str = "") -> list[Line]:
    """Open ones first, soonest due first; those that ended after them, newest first."""
    rows = notices(user, on)
    opened = open_states(NOTICE)
    if state == "open":
        rows = rows.filter(state__in=opened)
    elif state == "ended":
        rows = rows.exclude(state__in=opened)
    if issuer:
        rows = rows.filter(data__issuer=issuer)
    hanging = Q(children__ledger=ASSIGNMENT, children__deleted=False) & ~Q(
        children__state="cancelled"
    )
    rows = rows.annotate(
        shared=Count("children", filter=hanging),
        owing=Count("children", filter=hanging & Q(children__state="assigned")),
    )
    found = rows.order_by(F("due_on").asc(nulls_last=True), "-on", "pk")[:300]
    lines = [_line(row, opened) for row in found]
    return sorted(lines, key=lambda line: not line.is_open)


def _line(row: Entry, opened: Sequence[str]) -> Line:
    flow = catalogue().flows[row.definition.flow or ""]
    known = flow.states.get(row.state)
    return Line(
        entry=row,
        state=known.label if known else row.state,
        issuer=row.data.get("issuer") or "",
        deadline=_day(row, "deadline"),
        time=row.data.get("deadline_time") or "",
        shared=getattr(row, "shared", 0),
        owing=getattr(row, "owing", 0),
        is_open=row.state in opened,
    )


def issuers(user: User, on: date) -> list[str]:
    found = notices(user, on).order_by().values_list("data__issuer", flat=True).distinct()
    return sorted(name for name in found if name)


def mine(user: User, on: date) -> list[Answer]:
    """What the user's own villages still owe, soonest first."""
    rows = assignments(user, on).filter(state="assigned").order_by(F("due_on").asc(nulls_last=True))
    return [Answer(row, on) for row in rows[:100]]


def until(day: date | None, time: str, on: date) -> str:
    """今天17:00前, 11月25日前."""
    return f"{dates.said(day, on)}{time}前" if day else "尽快"


def reminder(title: str, owing: Iterable[Answer], on: date, name: str) -> str:
    """To paste into the group: who still owes and until when, without blame."""
    rows = list(owing)
    by_day: dict[str, list[Answer]] = {}
    for one in rows:
        said = "已过期限，请今天报" if one.is_over else f"请{until(one.due, one.time, on)}报"
        by_day.setdefault(said, []).append(one)
    lines = [f"{title}，还没报的村看一下："]
    for said, those in by_day.items():
        names = "、".join(_named(one) for one in those)
        lines.append(f"{names}：{said}")
    return "\n".join([*lines, f"在千线手机页上报就行，来不及的先跟我说一声。辛苦了。{name}"])


def _named(one: Answer) -> str:
    again = f"（退回重报：{one.returned}）" if one.returned else ""
    return f"{one.entry.place.name}{again}"


def answers_as_text(notice: Entry, answers: Iterable[Answer]) -> str:
    return "\n".join([notice.title, *(f"{one.entry.place.name}：{one.text}" for one in answers)])
