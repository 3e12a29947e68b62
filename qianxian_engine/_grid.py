"""The places and periods of a request as small tables that a statement joins."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import pyarrow as pa

from qianxian_engine._places import PlaceTree
from qianxian_engine._request import Request
from qianxian_figures import Period

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Grid:
    """Arrow tables by name, and the values that turn a day outside the calendar into a bucket.

    places    place, number, ceases: every place whose entries count
    paths     number, asked: under which asked places each counts
    spans     period, first_bucket, final_bucket, ends
    calendar  day, bucket: how many boundaries of periods lie on or before the day
    """

    arrow: Mapping[str, pa.Table]
    days: dict[str, Any]


def grid_of(request: Request, tree: PlaceTree) -> Grid:
    calendar, spans, days = _calendar(request.periods)
    return Grid({**_places(request, tree), "calendar": calendar, "spans": spans}, days)


def _places(request: Request, tree: PlaceTree) -> dict[str, pa.Table]:
    members = [tree.members(place, request.mode) for place in request.places]
    numbers = {code: n for n, code in enumerate(dict.fromkeys(c for m in members for c in m))}
    return {
        "places": pa.table(
            {
                "place": pa.array(list(numbers), pa.string()),
                "number": pa.array(list(numbers.values()), pa.int32()),
                "ceases": pa.array([tree.ceases(code) for code in numbers], pa.date32()),
            }
        ),
        "paths": pa.table(
            {
                "number": pa.array([numbers[c] for m in members for c in m], pa.int32()),
                "asked": pa.array([a for a, m in enumerate(members) for _ in m], pa.int32()),
            }
        ),
    }


@lru_cache(maxsize=100)
def _calendar(periods: Sequence[Period]) -> tuple[pa.Table, pa.Table, dict[str, Any]]:
    # A period ends where the next day begins, so both ends are boundaries of the same kind.
    bounds = sorted({p.start for p in periods} | {p.end + _ONE_DAY for p in periods})
    first, end = bounds[0], bounds[-1]
    days = [first + n * _ONE_DAY for n in range((end - first).days)]
    calendar = pa.table(
        {
            "day": pa.array(days, pa.date32()),
            "bucket": pa.array([bisect_right(bounds, day) for day in days], pa.int32()),
        }
    )
    spans = pa.table(
        {
            "period": pa.array(range(len(periods)), pa.int32()),
            "first_bucket": pa.array([bisect_right(bounds, p.start) for p in periods], pa.int32()),
            "final_bucket": pa.array(
                [bisect_left(bounds, p.end + _ONE_DAY) for p in periods], pa.int32()
            ),
            "ends": pa.array([p.end for p in periods], pa.date32()),
        }
    )
    return calendar, spans, {"first_day": first, "end_day": end, "last_bucket": len(bounds)}
