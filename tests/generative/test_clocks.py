"""Pauses and extensions of any limit, against counting day by day on a wall calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from hypothesis import assume, given
from hypothesis import strategies as st

from qianxian.matters.clocks import Due, Extension, Mark, Pause, Run, due_of, runs_of
from qianxian.matters.workdays import WorkCalendar
from qianxian_packs import Clock

BEIJING = timezone(timedelta(hours=8))
PLAIN = WorkCalendar()
DAY = timedelta(days=1)

starts = st.dates(date(2024, 1, 1), date(2026, 6, 30))
kinds = st.sampled_from(["natural", "working"])
limits = st.integers(1, 60)
# Gaps between what happens: pause, resumption, pause, resumption.
gaps = st.lists(st.integers(0, 20), max_size=8)
grants = st.lists(st.integers(1, 30), max_size=3)


def at(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), BEIJING) + timedelta(hours=10)


def run_of(kind: str, days: int, start: date, gaps: list[int], granted: list[int]) -> Run:
    """A run that is paused and resumed by turns; an odd gap too many is left out."""
    clock = Clock(id="x", label="x", days=days, kind=kind, basis="x")  # type: ignore[arg-type]
    pauses, day = [], start
    for before, length in zip(gaps[::2], gaps[1::2], strict=False):
        since = day + DAY * before
        day = since + DAY * length
        pauses.append(Pause(at(since), at(day)))
    given = tuple(Extension(n, at(start), "周明") for n in granted)
    return Run(clock, at(start), pauses=tuple(pauses), extensions=given)


def on_the_wall(run: Run) -> date:
    """Cross off day after day: a day counts if it is worked (or natural) and lies in no pause."""
    left = run.limit
    day = run.started.date()
    while left:
        day += DAY
        is_paused = any(
            pause.since.date() < day and pause.until is not None and day <= pause.until.date()
            for pause in run.pauses
        )
        if not is_paused and (run.clock.kind == "natural" or PLAIN.is_working(day)):
            left -= 1
    return day


def due(run: Run) -> Due:
    found = due_of(run, PLAIN)
    assert found is not None
    return found


@given(kinds, limits, starts, gaps, grants)
def test_a_limit_ends_where_a_wall_calendar_says(
    kind: str, days: int, start: date, gaps: list[int], granted: list[int]
) -> None:
    run = run_of(kind, days, start, gaps, granted)

    assert due(run).day == on_the_wall(run)


@given(kinds, limits, starts, gaps, grants, st.integers(1, 30))
def test_more_days_never_end_earlier_and_are_days_that_count(
    kind: str, days: int, start: date, gaps: list[int], granted: list[int], more: int
) -> None:
    shorter = due(run_of(kind, days, start, gaps, granted)).day
    longer = due(run_of(kind, days, start, gaps, [*granted, more])).day

    assert longer >= shorter + DAY * more
    # In which order days were granted, and whether the law gave them, changes nothing.
    assert longer == due(run_of(kind, days, start, gaps, [more, *reversed(granted)])).day
    assert longer == due(run_of(kind, days + more, start, gaps, granted)).day


@given(kinds, limits, starts, st.integers(0, 20), st.integers(1, 40))
def test_a_pause_gives_back_exactly_the_counting_days_that_it_took(
    kind: str, days: int, start: date, before: int, length: int
) -> None:
    plain = due(run_of(kind, days, start, [], [])).day
    assume(start + DAY * before < plain)
    paused = run_of(kind, days, start, [before, length], [])
    (pause,) = paused.pauses
    assert pause.until is not None

    inside = (pause.since.date() + DAY * n for n in range(1, length + 1))
    taken = sum(kind == "natural" or PLAIN.is_working(day) for day in inside)
    given_back = due(run_of(kind, days + taken, start, [], [])).day
    assert due(paused).day == given_back


@given(kinds, limits, starts, st.integers(0, 20))
def test_while_it_is_paused_nobody_can_say_and_resumed_at_once_nothing_is_lost(
    kind: str, days: int, start: date, before: int
) -> None:
    clock = Clock(id="x", label="x", days=days, kind=kind, basis="x")  # type: ignore[arg-type]
    begun = Mark(at(start), starts=("x",))
    stopped = Mark(at(start + DAY * before), pauses=("x",))
    resumed = Mark(at(start + DAY * before), starts=("x",))

    (paused,) = runs_of({"x": clock}, [begun, stopped])
    (again,) = runs_of({"x": clock}, [begun, stopped, resumed])

    assert due_of(paused, PLAIN) is None
    assert due(again).day == due(run_of(kind, days, start, [], [])).day


@given(limits, starts)
def test_a_rolled_day_is_worked_and_no_worked_day_lies_before_it(days: int, start: date) -> None:
    clock = Clock(id="x", label="x", days=days, kind="natural", basis="x", roll=True)
    found = due(Run(clock, at(start)))

    assert PLAIN.is_working(found.day)
    between = (found.day - found.counted).days
    assert not any(PLAIN.is_working(found.counted + DAY * n) for n in range(between))
