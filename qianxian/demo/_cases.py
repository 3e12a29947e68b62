"""Cases that come one by one: what is written down, and the steps that follow, days apart."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Self

from django.utils import timezone

from qianxian.core.models import Place, Post, User
from qianxian.demo._diary import Act, moment, workday
from qianxian.demo._township import Village
from qianxian.demo._world import World, entry_of, save
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row
from qianxian.matters.asking import keep_answer

# Not a step: somebody asks the person afterwards.
ANSWERS = "answers"
# The last days before today, in which something is still under way.
_FIRST_DAY, _LAST_DAY = 45, 2


@dataclass(frozen=True, slots=True)
class Child:
    """An entry that hangs on the matter; its values may follow from those of the matter."""

    ledger: str
    values: Mapping[str, Any] | Callable[[Entry], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Move:
    """A step so many days after the one before; `reason` is the answer where somebody is asked.

    `child` is recorded just before the step.
    """

    step: str
    after: int
    post: str
    values: Mapping[str, Any] = field(default_factory=dict)
    shows: bool = False
    reason: str = ""
    child: Child | None = None


def shown(step: str, after: int, post: str, **values: Any) -> Move:
    """A step that is taken with the photos that it asks for."""
    return Move(step, after, post, values, shows=True)


@dataclass(frozen=True, slots=True)
class Case:
    """What is written down at first, by whom, and what follows.

    ago  so many days before the last one, where a case must be under way today
    """

    post: str
    values: Mapping[str, Any]
    moves: tuple[Move, ...] = ()
    ago: int | None = None

    def days_ago(self, ago: int) -> Self:
        """The same so many days before the last one, so that every demo has it under way."""
        return replace(self, ago=ago)


@dataclass(frozen=True, slots=True)
class Kind:
    """The cases of one ledger, told so many times over; `at` says where each of them lies.

    at        township, village, or home: a household of the village, which it is about
    subjects  entries of a register that cases are about in turn, where that is no household
    """

    ledger: str
    cases: Sequence[Case]
    times: int = 1
    at: str = "village"
    subjects: Sequence[uuid.UUID] = ()


def tell(world: World, kinds: Sequence[Kind]) -> None:
    """Spread the cases of each kind over the two years."""
    for kind in kinds:
        chosen = kind.cases[:2] if world.scale.is_small else [*kind.cases] * kind.times
        for number, day in enumerate(_days(world, len(chosen))):
            _Told(world, kind, chosen[number], number, day).begin()


def _days(world: World, count: int) -> list[date]:
    """So many days from the first weeks to the last days, as far apart as can be."""
    first = world.first + timedelta(days=_FIRST_DAY)
    length = (world.last - first).days - _LAST_DAY
    return [workday(first + timedelta(days=length * n // max(count - 1, 1))) for n in range(count)]


def _day_of(world: World, case: Case, day: date) -> date:
    return day if case.ago is None else workday(world.last - timedelta(days=case.ago))


@dataclass
class _Told:
    """One case, from the day it came to wherever it stands today."""

    world: World
    kind: Kind
    case: Case
    number: int
    day: date
    rng: Random = field(init=False)
    id: uuid.UUID = field(init=False)
    village: Village = field(init=False)
    about: Entry | None = None

    def __post_init__(self) -> None:
        # Randomness of its own, so that the other stories stay what they are without this one.
        self.rng = Random(f"{self.kind.ledger} {self.number}")  # noqa: S311  made-up data
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
        row = Row(values, self._place(), subject=self.about, id=self.id)
        by, post = self._actor(self.case.post, at)
        save(self.kind.ledger, [row], by=by, at=at, post=post.code)
        self._plan(self.case.moves)

    def _place(self) -> Place:
        if self.kind.subjects:
            self.about = entry_of(self.kind.subjects[self.number % len(self.kind.subjects)])
        if self.kind.at == "township":
            return self.world.township.place
        if self.kind.at == "home":
            self.about = entry_of(self.rng.choice(self.world.homes[self.village.place.code]))
            return self.about.place
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
            if move.child:
                self._hang(move.child, by, at)
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

    def _hang(self, child: Child, by: tuple[User, Post], at: datetime) -> None:
        entry = entry_of(self.id)
        given = child.values(entry) if callable(child.values) else child.values
        values = self._filled(given, self.day)
        about = self.about if self.kind.at == "home" else None
        row = Row(values, entry.place, subject=about, parent=entry, id=self._new_id())
        save(child.ledger, [row], by=by[0], at=at, post=by[1].code)

    def _actor(self, post: str, at: datetime) -> tuple[User, Post]:
        if post == "village":
            return self.village.clerk, self.village.post
        return self.world.acting(post, at)

    def _filled(self, values: Mapping[str, Any], day: date) -> dict[str, Any]:
        """`+3` and `-3` are days on and back; `{n}` and `{year}` number the case."""
        return {name: self._value(value, day) for name, value in values.items()}

    def _value(self, value: Any, day: date) -> Any:
        if not isinstance(value, str):
            return value
        if value[:1] in ("+", "-") and value[1:].isdecimal():
            return (day + timedelta(days=int(value))).isoformat()
        return value.replace("{n}", str(self.number + 1)).replace("{year}", str(day.year))
