"""Time limits: what starts, pauses and stops them, and on which day they run out.

Pure: the acts of a matter, the definitions of its clocks and the calendar come in; nothing here
asks what time it is. Moments are in the office's time zone, because a limit in days is counted
by the dates that people write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from qianxian.matters.flows import is_open
from qianxian.matters.workdays import WorkCalendar
from qianxian_packs import Clock, Flow, Step

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mark:
    """One act of a matter as its clocks see it. `label` is what people call the act.

    `extends` maps a clock to the days (or hours) that `by` granted; `untils` a clock to the last
    day that the entry names for it since this act.
    """

    at: datetime
    label: str = ""
    by: str = ""
    starts: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    stops_all: bool = False
    extends: Mapping[str, int] = field(default_factory=dict)
    untils: Mapping[str, date | None] = field(default_factory=dict)


def mark_of(flow: Flow, step: Step, state: str, at: datetime) -> Mark:
    """A step out of this state, as clocks see it. A matter that has ended keeps none running."""
    return Mark(
        at,
        step.label,
        starts=flow.starts_of(step, state),
        pauses=step.pauses,
        stops=flow.stops_of(step, state),
        stops_all=not is_open(flow, step.to),
    )


@dataclass(frozen=True, slots=True)
class Pause:
    """From a moment until another, or until now."""

    since: datetime
    until: datetime | None = None

    def covers(self, day: date) -> bool:
        """The day of the pause still counts; counting goes on the day after the resumption."""
        return self.since.date() < day and (self.until is None or day <= self.until.date())


@dataclass(frozen=True, slots=True)
class Extension:
    days: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a clock, from its start until it stops. `until` is the last day of one that is
    not counted in days; None while nobody has named it."""

    clock: Clock
    started: datetime
    because: str = ""
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    stopped: datetime | None = None
    until: date | None = None

    @property
    def granted(self) -> int:
        """Days (or hours) on top of the limit."""
        return sum(extension.days for extension in self.extensions)

    @property
    def limit(self) -> int:
        return (self.clock.days or 0) + self.granted

    @property
    def is_paused(self) -> bool:
        return self.stopped is None and bool(self.pauses) and self.pauses[-1].until is None

    def is_paused_on(self, day: date) -> bool:
        return any(pause.covers(day) for pause in self.pauses)


@dataclass(frozen=True, slots=True)
class Due:
    """When a clock runs out.

    day          the last day, on which it is still in time
    counted      the same before it was moved off a holiday
    moment       the minute, for a clock that counts hours
    unannounced  years whose holidays nobody has announced yet and that were counted by weekends
    """

    day: date
    counted: date
    moment: datetime | None = None
    unannounced: tuple[int, ...] = ()

    @property
    def has_rolled(self) -> bool:
        return self.day != self.counted


def runs_of(clocks: Mapping[str, Clock], marks: Iterable[Mark]) -> tuple[Run, ...]:
    """Every run of every clock, in the order in which they started.

    Starting a paused clock resumes it; starting one that runs begins it anew. Clocks that the
    flow no longer defines are left out.
    """
    runs: list[Run] = []
    current: dict[str, int] = {}
    for mark in marks:
        _end(runs, current, mark)
        for name, days in mark.extends.items():
            if name in current:
                runs[current[name]] = _extended(runs[current[name]], days, mark)
        for name in mark.starts:
            if name in clocks:
                _start(runs, current, clocks[name], mark)
        for name in mark.untils.keys() & current.keys():
            runs[current[name]] = replace(runs[current[name]], until=mark.untils[name])
    return tuple(runs)


def _end(runs: list[Run], current: dict[str, int], mark: Mark) -> None:
    """Stop and pause what the act stops and pauses."""
    for name in tuple(current) if mark.stops_all else mark.stops:
        if name in current:
            index = current.pop(name)
            runs[index] = _stopped(runs[index], mark.at)
    for name in mark.pauses:
        if name in current:
            runs[current[name]] = _paused(runs[current[name]], mark.at)


def _start(runs: list[Run], current: dict[str, int], clock: Clock, mark: Mark) -> None:
    index = current.get(clock.id)
    if index is not None and runs[index].is_paused:
        runs[index] = _resumed(runs[index], mark.at)
        return
    if index is not None:
        runs[index] = _stopped(runs[index], mark.at)
    current[clock.id] = len(runs)
    runs.append(Run(clock, mark.at, mark.label))


def _resumed(run: Run, at: datetime) -> Run:
    if not run.is_paused:
        return run
    return replace(run, pauses=(*run.pauses[:-1], replace(run.pauses[-1], until=at)))


def _paused(run: Run, at: datetime) -> Run:
    return run if run.is_paused else replace(run, pauses=(*run.pauses, Pause(at)))


def _stopped(run: Run, at: datetime) -> Run:
    return replace(_resumed(run, at), stopped=at)


def _extended(run: Run, days: int, mark: Mark) -> Run:
    return replace(run, extensions=(*run.extensions, Extension(days, mark.at, mark.by)))


def due_of(run: Run, calendar: WorkCalendar) -> Due | None:
    """When the run is over; None while it is paused or no last day was named: nobody can say yet."""
    if run.is_paused or (run.clock.until and run.until is None):
        return None
    if run.clock.kind == "hours" and not run.clock.until:
        moment = run.started + timedelta(hours=run.limit) + _time_paused(run)
        return Due(moment.date(), moment.date(), moment)
    counted = _last_day(run, calendar)
    day = calendar.next_working(counted) if run.clock.roll else counted
    return Due(day, counted, None, _unannounced(run, day, calendar))


def _time_paused(run: Run) -> timedelta:
    spans = (pause.until - pause.since for pause in run.pauses if pause.until)
    return sum(spans, timedelta())


def _last_day(run: Run, calendar: WorkCalendar) -> date:
    if run.clock.until and run.until:
        # The days that a pause took away before the last day are given back after it.
        day, left = run.until, run.granted + _days_paused(run, calendar)
    else:
        day, left = run.started.date(), run.limit
    while left:
        day += _DAY
        left -= _counts(run, day, calendar)
    return day


def _counts(run: Run, day: date, calendar: WorkCalendar) -> bool:
    return _would_count(run, day, calendar) and not run.is_paused_on(day)


def _would_count(run: Run, day: date, calendar: WorkCalendar) -> bool:
    return run.clock.kind != "working" or calendar.is_working(day)


def _days_paused(run: Run, calendar: WorkCalendar) -> int:
    """How many days up to the last one would have counted, had the run not been paused."""
    if not run.pauses:
        return 0
    start, end = run.started.date(), run.until or run.started.date()
    days = (start + _DAY * n for n in range(1, (end - start).days + 1))
    return sum(run.is_paused_on(day) and _would_count(run, day, calendar) for day in days)


def _unannounced(run: Run, last: date, calendar: WorkCalendar) -> tuple[int, ...]:
    """Years that mattered: all that were counted, or for a rolled date the year of its end."""
    if run.clock.kind == "working":
        years = range(run.started.year, last.year + 1)
    else:
        years = range(last.year, last.year + 1) if run.clock.roll else range(0)
    return tuple(year for year in years if not calendar.is_announced(year))


def soonest_due(runs: Iterable[Run], calendar: WorkCalendar) -> Due | None:
    """The first of the clocks that still run to be over."""
    dues = [due_of(run, calendar) for run in runs if run.stopped is None]
    found = [due for due in dues if due is not None]
    return min(found, key=lambda due: (due.day, due.moment is None), default=None)


def cells_of(run: Run, calendar: WorkCalendar, today: date) -> tuple[str, ...]:
    """One word a day for the strip: past, today, paused, or empty for what is ahead.

    Days off are left out of a clock that counts working days. A clock in hours has no strip.
    """
    if run.clock.kind == "hours":
        return ()
    due = due_of(run, calendar)
    end = due.day if due else max(today, run.pauses[-1].since.date())
    days = (run.started.date() + _DAY * n for n in range(1, (end - run.started.date()).days + 1))
    return tuple(
        "paused" if run.is_paused_on(day) else _cell(day, today)
        for day in days
        if run.clock.kind != "working" or calendar.is_working(day)
    )


def _cell(day: date, today: date) -> str:
    if day == today:
        return "today"
    return "past" if day < today else ""
