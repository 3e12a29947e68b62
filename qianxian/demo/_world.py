"""What every part of the demo's making shares: the township, the diary, the randomness."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any

from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.models import Absence, Commit, Holding, Post, User
from qianxian.demo._diary import Diary
from qianxian.demo._photos import photo
from qianxian.demo._scale import Scale
from qianxian.demo._township import Township, Village
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, save_entries
from qianxian.matters.flows import pictures_needed
from qianxian.matters.services import take_step
from qianxian_packs import Ledger

SOURCE = Commit.Source.GENERATOR


@dataclass(slots=True)
class World:
    """The township, what is planned to happen in it, and what happened so far.

    `first` and `last` are the first and last day of the records, `merged_on` the first day after
    the merger; `rng` decides everything that is left open, so that a seed gives the same demo.
    """

    township: Township
    diary: Diary
    rng: Random
    first: date
    last: date
    merged_on: date
    scale: Scale
    say: Callable[[str], None]
    homes: dict[str, list[uuid.UUID]] = field(default_factory=dict)
    untouched: dict[str, list[uuid.UUID]] = field(default_factory=dict)
    cleanups: list[uuid.UUID] = field(default_factory=list)
    # Children of a household who are grown up, by village.
    grown: dict[str, list[uuid.UUID]] = field(default_factory=dict)
    # Premises of a village, each with the kind of inspection that it gets; and its reservoirs.
    inspected: dict[str, list[tuple[uuid.UUID, str]]] = field(default_factory=dict)
    reservoirs: dict[str, list[uuid.UUID]] = field(default_factory=dict)
    orders: dict[int, int] = field(default_factory=dict)
    steps: int = 0
    _acting: dict[tuple[str, date], User] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.rng = Random(self.rng.random())  # noqa: S311  made-up data, no secrets

    def new_id(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def branch(self) -> Random:
        """Randomness of its own for one story, so that others do not depend on its length."""
        return Random(self.rng.getrandbits(64))  # noqa: S311

    def person(self, key: str) -> User:
        return self.township.people[key]

    def acting(self, code: str, at: datetime) -> tuple[User, Post]:
        """Who sits in a post of the township on a day: the A holder, or B while A is away."""
        day = timezone.localdate(at)
        if (code, day) not in self._acting:
            self._acting[code, day] = self._holder(code, day)
        return self._acting[code, day], self.township.posts[code]

    def _holder(self, code: str, day: date) -> User:
        held = Holding.objects.filter(post=code, valid_from__lte=day, is_confirmed=True)
        rows = held.exclude(valid_to__lt=day).select_related("user").order_by("rank")
        away = Absence.objects.filter(first_day__lte=day, last_day__gte=day)
        there = [row.user for row in rows.exclude(user__in=away.values("user"))]
        return (there or [row.user for row in rows])[0]

    def staff_changed(self) -> None:
        self._acting.clear()

    def step(
        self,
        key: uuid.UUID,
        step: str,
        by: tuple[User, Post],
        at: datetime,
        *,
        values: Mapping[str, Any] | None = None,
        shows: Random | None = None,
        reason: str = "",
    ) -> None:
        """Take a step of a matter; `shows` draws the photos that it asks for."""
        entry = entry_of(key)
        taken = catalogue().flows[entry.definition.flow or ""].step_by_id[step]
        count = max(pictures_needed(taken), 1)
        take_step(
            entry=entry,
            step_id=step,
            by=by[0],
            post=by[1],
            at=at,
            version=entry.version,
            values=values,
            photos=[photo(shows, timezone.localtime(at)) for _ in range(count) if shows],
            reason=reason,
            source=SOURCE,
        )
        self.steps += 1

    def own_id(self, make: Callable[[], str]) -> str:
        """An identity number that nobody of the demo has yet."""
        while (made := make()) in self._ids:
            pass
        self._ids.add(made)
        return made

    def next_order(self, year: int) -> int:
        """The next number of an order of a year."""
        self.orders[year] = self.orders.get(year, 0) + 1
        return self.orders[year]

    def take_home(self, village: Village, rng: Random) -> uuid.UUID | None:
        """A household that has no renovation yet; None where every one has."""
        left = self.untouched[village.place.code]
        return left.pop(rng.randrange(len(left))) if left else None


def ledger(name: str) -> Ledger:
    return catalogue().ledgers[name]


def save(name: str, rows: list[Row], *, by: User, at: datetime, post: str = "") -> list[uuid.UUID]:
    return save_entries(ledger=ledger(name), rows=rows, by=by, at=at, post=post, source=SOURCE)


def entry_of(key: uuid.UUID) -> Entry:
    return Entry.objects.select_related("place__parent", "subject").get(pk=key)


def entries_of(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, Entry]:
    """Many entries at once, with their places."""
    wanted, found = list(keys), {}
    for start in range(0, len(wanted), 500):
        rows = Entry.objects.filter(pk__in=wanted[start : start + 500])
        found.update({row.pk: row for row in rows.select_related("place__parent")})
    return found
