"""How much of everything the demo holds: a few villages, a township, or many thousand entries."""

from __future__ import annotations

from dataclasses import dataclass

SMALL, NORMAL, LARGE = 0, 1, 60_000
LEAST = 10_000
# Of an office that has this many entries, what does not grow with its households, and what a
# household brings: itself, its people, their ties to it, the visits of two years.
_FIXED, _A_HOUSEHOLD, _GROUPS = 4_400, 17.8, 60


@dataclass(frozen=True, slots=True)
class Scale:
    """Counts of the township as a whole, unless they say otherwise.

    villages    which ones of the list there are
    homes       households of a group, at least and at most
    toilets     surveys for a renovation in a year
    planned     the printed target of the first year and of the second
    problems    problems that visits find in a year, which are put right step by step
    inspections in a month
    hazards     of the inspections, how many of a hundred find something
    screened    the share of the households that a screening visits
    visited     the share that somebody visits in every month beside; 0: a few in some months
    patrols     of a reservoir in a month
    notices     in a year
    """

    villages: tuple[int, ...]
    homes: tuple[int, int]
    toilets: int
    planned: tuple[int, int]
    cleanups: int
    problems: int
    inspections: int
    hazards: int
    screened: float
    visited: float
    patrols: int
    notices: int
    is_small: bool = False
    is_large: bool = False


_SMALL = Scale((0, 1, 10), (7, 9), 22, (18, 18), 60, 6, 3, 20, 0.2, 0, 2, 3, is_small=True)
_NORMAL = Scale((0, 1, 2, 3, 4, 6, 7, 10), (6, 9), 26, (26, 30), 170, 12, 6, 24, 0.3, 0, 3, 3)
_ALL = tuple(range(11))


def scale_of(size: int) -> Scale:
    """0 a very small township, 1 the usual one, from 10,000 on about so many entries."""
    if size == SMALL:
        return _SMALL
    if size == NORMAL:
        return _NORMAL
    if size < LEAST:
        raise ValueError(size)
    homes = max(12, round((size - _FIXED) / _A_HOUSEHOLD / _GROUPS))
    around = (homes - 3, homes + 3)
    return Scale(_ALL, around, 120, (115, 130), 260, 60, 24, 24, 0.45, 0.34, 8, 6, is_large=True)
