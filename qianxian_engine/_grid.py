"""The places and periods of a request as small tables that a statement joins.

They are bound as lists: for tables this small that is quicker than any other way in.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from qianxian_engine._places import PlaceTree
from qianxian_engine._request import Request
from qianxian_figures import Period

_ONE_DAY = timedelta(days=1)

# Every place whose entries count, and the first day on which it is no more.
PLACES = """places AS MATERIALIZED (
    SELECT unnest($places_place::VARCHAR[]) AS place,
        unnest($places_number::INTEGER[]) AS number,
        unnest($places_ceases::DATE[]) AS ceases
)"""
# Under which of the places asked each of them counts.
PATHS = """paths AS MATERIALIZED (
    SELECT unnest($paths_number::INTEGER[]) AS number, unnest($paths_asked::INTEGER[]) AS asked
)"""
# The first and last bucket of each period, and its last day.
SPANS = """spans AS MATERIALIZED (
    SELECT unnest($spans_period::INTEGER[]) AS period,
        unnest($spans_first::INTEGER[]) AS first_bucket,
        unnest($spans_final::INTEGER[]) AS final_bucket,
        unnest($spans_ends::DATE[]) AS ends
)"""
# How many boundaries of periods lie on or before each day between the first and the last.
CALENDAR = """calendar AS MATERIALIZED (
    SELECT unnest($calendar_day::DATE[]) AS day, unnest($calendar_bucket::INTEGER[]) AS bucket
)"""


def places_of(request: Request, tree: PlaceTree) -> dict[str, Any]:
    """Values of PLACES and PATHS."""
    members = [tree.members(place, request.mode) for place in request.places]
    numbers = {code: n for n, code in enumerate(dict.fromkeys(c for m in members for c in m))}
    return {
        "places_place": list(numbers),
        "places_number": list(numbers.values()),
        "places_ceases": [tree.ceases(code) for code in numbers],
        "paths_number": [numbers[code] for m in members for code in m],
        "paths_asked": [asked for asked, m in enumerate(members) for _ in m],
    }


@lru_cache(maxsize=100)
def periods_of(periods: Sequence[Period]) -> dict[str, Any]:
    """Values of SPANS and CALENDAR, and what turns a day outside the calendar into a bucket."""
    # A period ends where the next day begins, so both ends are boundaries of the same kind.
    bounds = sorted({p.start for p in periods} | {p.end + _ONE_DAY for p in periods})
    first, end = bounds[0], bounds[-1]
    days = [first + n * _ONE_DAY for n in range((end - first).days)]
    return {
        "spans_period": list(range(len(periods))),
        "spans_first": [bisect_right(bounds, p.start) for p in periods],
        "spans_final": [bisect_left(bounds, p.end + _ONE_DAY) for p in periods],
        "spans_ends": [p.end for p in periods],
        "calendar_day": days,
        "calendar_bucket": [bisect_right(bounds, day) for day in days],
        "first_day": first,
        "end_day": end,
        "last_bucket": len(bounds),
    }
