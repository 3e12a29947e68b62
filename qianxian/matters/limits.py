"""The time limits of a matter as its page shows them: those that run, and those that are behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from qianxian.core.parts import Clock
from qianxian.matters import clock_words
from qianxian.matters.clocks import Run, cells_of, due_of
from qianxian.matters.workdays import WorkCalendar
from qianxian_packs import Ledger

# More cells than this cannot be told apart in the side column.
_MOST_CELLS = 62


@dataclass(frozen=True, slots=True)
class Limit:
    """A clock of the page. `clock` is None while it is paused; `run` tells the rest."""

    run: Run
    clock: Clock | None
    how: str
    paused: str
    holidays: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A limit that is behind: kept, or by how many days not."""

    label: str
    limit: str
    due: date
    stopped: date
    days_over: int


def limits_of(
    runs: Iterable[Run], ledger: Ledger, calendar: WorkCalendar, on: date, stuck: str
) -> list[Limit]:
    """Those that run. `stuck`: the post that it waits for, and the step."""
    return [_limit(run, ledger, calendar, on, stuck) for run in runs if run.stopped is None]


def _limit(run: Run, ledger: Ledger, calendar: WorkCalendar, on: date, stuck: str) -> Limit:
    due = due_of(run, calendar)
    how, paused = clock_words.how(run, _until(run, ledger)), clock_words.pauses(run)
    holidays = clock_words.holidays(run, due)
    if due is None:
        return Limit(run, None, how, paused, holidays)
    cells = cells_of(run, calendar, on)
    clock = Clock(
        due=due.moment or due.day,
        cells=cells if len(cells) <= _MOST_CELLS else (),
        starts=_first_day(run, calendar),
        how=how,
        holidays=holidays,
        paused=paused,
        basis=run.clock.basis,
        stuck=stuck,
        confirmed=run.clock.confirmed,
    )
    return Limit(run, clock, how, paused, holidays)


def _until(run: Run, ledger: Ledger) -> str:
    """The label of the field that names the last day."""
    field = ledger.by_name.get(run.clock.until or "")
    return field.label if field else ""


def _first_day(run: Run, calendar: WorkCalendar) -> date:
    """The first day that counts: the one after the start, or the next that is worked."""
    day = run.started.date() + timedelta(days=1)
    return calendar.next_working(day) if run.clock.kind == "working" else day


def ended_of(runs: Iterable[Run], calendar: WorkCalendar) -> list[Ended]:
    found = []
    for run in runs:
        due = due_of(run, calendar)
        if run.stopped is not None and due is not None:
            stopped = run.stopped.date()
            over = max((stopped - due.day).days, 0)
            found.append(Ended(run.clock.label, clock_words.limit(run), due.day, stopped, over))
    return found
