"""Who has said that a ledger is complete, and the coverage that follows from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Protocol

from qianxian_engine._places import Level, Mode, PlaceNode, PlaceTree
from qianxian_figures import Coverage, Period

_ONE_DAY = timedelta(days=1)


class Attested(Protocol):
    """Tells whether a place's word for a ledger covers a period, as known at a commit."""

    def __call__(self, ledger: str, place: str, period: Period, as_of: int) -> bool: ...


@dataclass(frozen=True, slots=True)
class Attestation:
    """A place's word for a ledger and a period, given in a commit and perhaps withdrawn later."""

    ledger: str
    place: str
    period: Period
    from_commit: int = 0
    to_commit: int | None = None

    def is_known(self, as_of: int) -> bool:
        return self.from_commit <= as_of and (self.to_commit is None or as_of < self.to_commit)


class AttestationTable:
    """Answers `Attested` from a list of attestations.

    Twelve attested months cover the year. A month that a period cuts short is not yet over, so
    nobody can have attested it: 1 January to 20 November is covered once October is. A period
    that lies within one month needs all its own days.
    """

    def __init__(self, attestations: Iterable[Attestation] = ()) -> None:
        self._by_place: dict[tuple[str, str], list[Attestation]] = defaultdict(list)
        for attestation in sorted(attestations, key=lambda a: a.period):
            self._by_place[attestation.ledger, attestation.place].append(attestation)

    def __call__(self, ledger: str, place: str, period: Period, as_of: int) -> bool:
        given = self._by_place.get((ledger, place), ())
        known = (a.period for a in given if a.is_known(as_of))
        return _cover(known, period.start, _last_day_needed(period))


def _last_day_needed(period: Period) -> date:
    if (period.end + _ONE_DAY).day == 1:
        return period.end
    month_before = period.end.replace(day=1) - _ONE_DAY
    return month_before if month_before >= period.start else period.end


def _cover(spans: Iterable[Period], start: date, end: date) -> bool:
    """Whether spans, sorted by start, leave no day open from `start` to `end`."""
    for span in spans:
        if span.start > start:
            break
        if span.end >= end:
            return True
        start = max(start, span.end + _ONE_DAY)
    return False


class CoverageOf:
    """Which places that answer for a ledger have attested it, and which are missing.

    Under `as_now` a place that took in others is covered when each of them, and it itself, is
    covered for the days on which it existed.
    """

    def __init__(self, tree: PlaceTree, mode: Mode, attested: Attested, as_of: int) -> None:
        self._tree = tree
        self._mode = mode
        self._attested = attested
        self._as_of = as_of
        self._units = cache(self._units_of)

    def __call__(self, ledger: str, unit: Level, place: str, period: Period) -> Coverage:
        """`unit` is the level that attests this ledger."""
        said: list[str] = []
        missing: list[str] = []
        for code, nodes in self._units(unit, place):
            parts = [n for n in nodes if n.overlaps(period.start, period.end)]
            if parts:
                covered = all(self._attests(ledger, node, period) for node in parts)
                (said if covered else missing).append(code)
        return Coverage(tuple(said), tuple(missing))

    def _units_of(self, unit: Level, place: str) -> list[tuple[str, list[PlaceNode]]]:
        """The units that answer for a place, each with the places of its level that it is made of."""
        tree, mode = self._tree, self._mode
        if tree.resolve(place, mode) != place:
            return []  # merged away: its successor answers, and is asked by its own code
        above = [c for c in tree.path(place, mode) if tree[c].level == unit]
        found: dict[str, list[PlaceNode]] = defaultdict(list)
        for member in tree.members(above[0] if above else place, mode):
            if tree[member].level == unit:
                found[tree.resolve(member, mode)].append(tree[member])
        return sorted(found.items())

    def _attests(self, ledger: str, node: PlaceNode, period: Period) -> bool:
        return self._attested(ledger, node.code, _lifetime(node, period), self._as_of)


def _lifetime(node: PlaceNode, period: Period) -> Period:
    """The days of a period on which a place existed."""
    start = max(period.start, node.valid_from or period.start)
    end = min(period.end, node.valid_to - _ONE_DAY if node.valid_to else period.end)
    return Period(start, end)
