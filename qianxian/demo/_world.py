"""What every part of the demo's making shares: the township, the diary, the randomness."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, User
from qianxian.demo._diary import Diary
from qianxian.demo._township import Township, Village
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, save_entries
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
    size: int
    say: Callable[[str], None]
    homes: dict[str, list[uuid.UUID]] = field(default_factory=dict)
    untouched: dict[str, list[uuid.UUID]] = field(default_factory=dict)
    cleanups: list[uuid.UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = Random(self.rng.random())  # noqa: S311  made-up data, no secrets

    def new_id(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def branch(self) -> Random:
        """Randomness of its own for one story, so that others do not depend on its length."""
        return Random(self.rng.getrandbits(64))  # noqa: S311

    def person(self, key: str) -> User:
        return self.township.people[key]

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
