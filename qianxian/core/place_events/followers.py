"""What lies at a place and follows it. The rooms above register themselves here.

The core knows places; who stands in a register at one of them, the ledgers know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from qianxian.core.commits import Actor, Change, record
from qianxian.core.models import Commit, Place


@dataclass(frozen=True, slots=True)
class Saving:
    """The commit that an event becomes: what changes of the places, and who does it when."""

    township: Place
    changes: Sequence[Change]
    by: Actor
    at: datetime
    reason: str
    source: str
    undoes: int | None = None


class Followers(Protocol):
    def counts(self, moves: Mapping[str, str], on: date) -> list[tuple[str, int]]:
        """What would follow, and what stays: label and number."""
        ...

    def move(self, moves: Mapping[str, str], on: date, why: str, saving: Saving) -> Commit:
        """Take everything along from old codes to new ones and save it with the places."""
        ...

    def move_back(self, moves: Mapping[str, str], commit: Commit, saving: Saving) -> Commit:
        """Bring back what followed in this commit, and what came to the new places since."""
        ...


_followers: list[Followers] = []


def register(followers: Followers) -> None:
    """Called once, when the room of ledgers is ready."""
    _followers[:] = [followers]


def counts(moves: Mapping[str, str], on: date) -> list[tuple[str, int]]:
    return _followers[0].counts(moves, on) if _followers and moves else []


def move(moves: Mapping[str, str], on: date, why: str, saving: Saving) -> Commit:
    if _followers and moves:
        return _followers[0].move(moves, on, why, saving)
    return plain(saving)


def move_back(moves: Mapping[str, str], commit: Commit, saving: Saving) -> Commit:
    if _followers and moves:
        return _followers[0].move_back(moves, commit, saving)
    return plain(saving)


def plain(saving: Saving) -> Commit:
    """A commit of the places alone."""
    return record(
        township=saving.township,
        changes=saving.changes,
        by=saving.by,
        at=saving.at,
        reason=saving.reason,
        source=saving.source,
        undoes=saving.undoes,
    )
