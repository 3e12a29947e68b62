"""What the read gate opens to somebody, told by values: ledgers and places by their names.

Rows that are found by something else than their place, as those that wait for a post, are asked
one by one whether they lie inside. And what was found in the same reach before can be told by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from qianxian.core import gate
from qianxian.core.definitions import ledgers_by_line
from qianxian.core.models import User
from qianxian.core.permissions import Permission
from qianxian.ledgers.lists.sql import OneOf
from qianxian.ledgers.models import Entry, EntryQuerySet


@dataclass(frozen=True, slots=True)
class Reached:
    """Entries of these ledgers in these places; None for every one."""

    ledgers: tuple[str, ...] | None
    places: tuple[str, ...] | None


def reached(user: User, on: date) -> tuple[Reached, ...]:
    """All that the user may read that day, line by line."""
    paths: dict[str, list[str]] = {}
    for reach in gate.reaches(user, Permission.ENTRY_VIEW, on):
        paths.setdefault(reach.line, []).append(reach.path)
    return tuple(Reached(_ledgers(line), _within(own)) for line, own in paths.items())


def _ledgers(line: str) -> tuple[str, ...] | None:
    return tuple(ledgers_by_line().get(line, ())) if line else None


def _within(paths: Iterable[str]) -> tuple[str, ...] | None:
    known = gate.places()
    starts = tuple(paths)
    found = tuple(code for code, place in known.items() if place.path.startswith(starts))
    return None if len(found) == len(known) else found


def entries_in(parts: Iterable[Reached]) -> EntryQuerySet:
    """The same entries as `visible_to`."""
    listed = list(parts)
    if Reached(None, None) in listed:
        return Entry.objects.all()
    condition = Q(pk__in=[])
    for part in listed:
        places = Q() if part.places is None else Q(OneOf("place_id", part.places))
        ledgers = Q() if part.ledgers is None else Q(ledger__in=part.ledgers)
        condition |= places & ledgers
    return Entry.objects.filter(condition)
