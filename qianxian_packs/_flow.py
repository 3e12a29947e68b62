"""Flows: states, steps, clocks and guards of a kind of matter."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from pydantic import Field as Setting

from qianxian_packs._base import Definition, FrozenMap, Id, Words

# What a limit rests on that no law gives and that the office set for itself.
INTERNAL = "内部时限"


class Stay(Definition):
    """How long a matter may stay in a state: the office's own limit, where no law names one."""

    days: int = Setting(gt=0, le=3650)
    kind: Literal["natural", "working"] = "natural"
    basis: Words = INTERNAL
    confirmed: bool = False


class State(Definition):
    """`open` waits for somebody, `closed` is done, `cancelled` was given up.

    within    a limit that begins when a matter comes into the state and ends when it leaves it
    no_limit  why a matter may wait here without any
    """

    label: Words
    kind: Literal["open", "closed", "cancelled"] = "open"
    within: Stay | None = None
    no_limit: Words | None = None


class Extension(Definition):
    """At most so many days (or hours) more each time, and so many times."""

    days: int = Setting(gt=0, le=365)
    times: int = Setting(default=1, gt=0, le=20)


class Clock(Definition):
    """A time limit. Counts from the day after its start; `confirmed: false` prints 未核实.

    until      instead of `days`: the date field that names the last day
    most       with `until`: a day more than so many days ahead takes a reason
    roll       a last day on a holiday moves to the next working day
    extension  how much more time may be granted, where the law says so
    """

    id: Id
    label: Words
    days: int | None = Setting(default=None, gt=0, le=3650)
    until: str | None = None
    most: int = Setting(default=365, gt=0, le=3650)
    kind: Literal["natural", "working", "hours"] = "natural"
    basis: Words
    confirmed: bool = False
    roll: bool = False
    extension: Extension | None = None


class Children(Definition):
    """Entries of `ledger` whose parent is the matter, of which `where` holds (all without it)."""

    ledger: Id
    where: Words | None = None


class DaysPassed(Definition):
    """So many whole days lie between the day in `since` and the day of the step, or not yet more.

    Counted as clocks count: from the day after. A notice of 5 days put up on the 1st ends with the
    6th, so the step opens on the 7th. `at_least: 0` opens the day after a last day; `at_most: 5`
    leaves a step open up to the 6th.
    """

    since: str
    at_least: int | None = Setting(default=None, ge=0, le=3650)
    at_most: int | None = Setting(default=None, gt=0, le=3650)
    kind: Literal["natural", "working"] = "natural"


class Guard(Definition):
    """What must hold before a step. `hard` opens for no reason given; others for a written one.

    One of four: `require` an expression over the entry's own fields; `days` that must have passed;
    `none_of` and `some_of` look at the entries that hang on the matter.
    here_only  other ways to the same state do not need it; without it, one that leads there past a
               hard guard is a fault
    basis      the law or paper that asks for it, which a number of days always has; without one the
               guard is the office's own way of working. `confirmed: false` prints 未核实.
    """

    require: Words | None = None
    days: DaysPassed | None = None
    none_of: Children | None = None
    some_of: Children | None = None
    says: Words
    basis: str = ""
    confirmed: bool = False
    hard: bool = False
    here_only: bool = False

    @property
    def sentence(self) -> str:
        """What it says, with what that rests on."""
        if not self.basis:
            return self.says
        mark = "" if self.confirmed else "，未核实"
        return f"{self.says.rstrip('。')}（{self.basis}{mark}）。"


class HandOn(Definition):
    """Another post may be asked to take a matter over; until it accepts, the first answers for it.

    steps          after these steps the post that comes next has to accept first
    refuse_within  days in which it may refuse with a reason; after that it may not
    """

    steps: tuple[str, ...] = ()
    refuse_within: int = Setting(gt=0, le=365)
    kind: Literal["natural", "working"] = "working"
    basis: Words
    confirmed: bool = False


class AskAfter(Definition):
    """When a matter was closed, somebody who did not handle it asks the person concerned.

    role      duty of the post that asks
    field     choice field of the ledger that holds the answer and nothing else; see ANSWERS
    within    days in which to ask, from the day after the closing
    tries     how often nobody may be reached before it is left at that
    back_to   the open state to which an answer of "not solved" leads, as a new episode
    starts    clocks that this begins; without both, the matter begins as a new one does
    """

    role: Id
    field: str
    within: int = Setting(gt=0, le=365)
    kind: Literal["natural", "working"] = "working"
    tries: int = Setting(default=3, gt=0, le=20)
    back_to: str | None = None
    starts: tuple[str, ...] = ()
    basis: Words
    confirmed: bool = False


# What the person may answer, in this order: the choices of the field that an AskAfter names.
ANSWERS = ("解决了", "部分解决", "没有解决", "不愿说", "没联系上")
SOLVED, PARTLY, NOT_SOLVED, DECLINED, NOT_REACHED = ANSWERS


class Escalation(Definition):
    """A matter rises to the nearest post with the duty `to`, once for each episode.

    overdue  counted from the end of the clock that is due first; false: from the day it was opened
    after    days (of `kind`) after that; 0 is the first day over, or the day it was opened
    when     only matters of which this holds
    """

    id: Id
    label: Words
    to: Id
    overdue: bool = True
    after: int = Setting(default=0, ge=0, le=3650)
    kind: Literal["natural", "working"] = "natural"
    when: Words | None = None


class Evidence(Definition):
    """How many photos or files a step needs at least."""

    photo: int = Setting(default=0, ge=0, le=20)
    file: int = Setting(default=0, ge=0, le=20)


class Step(Definition):
    """A way from one of `from` to `to`, taken by a post of the duty `role` of a pack.yaml.

    needs         fields that must have a value after the step
    differs_from  steps of this episode that the taker must not have taken; with `hard` no reason
                  opens it
    sets          field → "today", or a value as it is typed
    reason        the taker writes why
    bulk          "allowed": many matters may take it at once, with the same values
    document      the document of a pack that the step makes, with a number of its own
    """

    id: Id
    label: Words
    from_: tuple[str, ...] = Setting(alias="from", min_length=1)
    to: str
    role: Id
    needs: tuple[str, ...] = ()
    evidence: Evidence = Evidence()
    differs_from: tuple[str, ...] = ()
    hard: bool = True
    starts: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    sets: FrozenMap[str] = Setting(default={}, validate_default=True)
    guards: tuple[Guard, ...] = ()
    reason: bool = False
    bulk: Literal["no", "allowed"] = "no"
    document: Id | None = None
    hint: str = ""


class Flow(Definition):
    """The states and steps of a kind of matter. `begins` are clocks that a new matter starts."""

    id: Id
    line: Id
    name: Words
    initial: str
    begins: tuple[str, ...] = ()
    states: FrozenMap[State]
    steps: tuple[Step, ...]
    clocks: tuple[Clock, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    hand_on: HandOn | None = None
    ask_after: AskAfter | None = None

    @cached_property
    def step_by_id(self) -> Mapping[str, Step]:
        return MappingProxyType({step.id: step for step in self.steps})

    @cached_property
    def stays(self) -> Mapping[str, Clock]:
        """State → the clock of its own limit."""
        return MappingProxyType(
            {
                name: _clock_of(name, state, state.within)
                for name, state in self.states.items()
                if state.within
            }
        )

    @cached_property
    def clock_by_id(self) -> Mapping[str, Clock]:
        return MappingProxyType({clock.id: clock for clock in (*self.clocks, *self.stays.values())})

    @cached_property
    def first_clocks(self) -> tuple[str, ...]:
        """What runs from the day on which a matter is recorded."""
        return (*self.begins, *self.stay_in(self.initial))

    def stay_in(self, state: str) -> tuple[str, ...]:
        return (self.stays[state].id,) if state in self.stays else ()

    def starts_of(self, step: Step, state: str) -> tuple[str, ...]:
        """Clocks that begin with a step out of this state. Whoever stays in a state gains no time."""
        return (*step.starts, *(() if step.to == state else self.stay_in(step.to)))

    def stops_of(self, step: Step, state: str) -> tuple[str, ...]:
        return (*step.stops, *(() if step.to == state else self.stay_in(state)))

    def steps_from(self, state: str) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if state in step.from_)


def _clock_of(name: str, state: State, stay: Stay) -> Clock:
    return Clock(
        id=f"in_{name}"[:59],
        label=state.label,
        days=stay.days,
        kind=stay.kind,
        basis=stay.basis,
        # Nobody can confirm what the office set for itself; it says that it is its own.
        confirmed=stay.confirmed or stay.basis == INTERNAL,
    )
