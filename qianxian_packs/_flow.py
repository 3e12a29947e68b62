"""Flows: states, steps, clocks and guards of a kind of matter."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from pydantic import Field as Setting

from qianxian_packs._base import Definition, FrozenMap, Id, Words


class State(Definition):
    """`open` waits for somebody, `closed` is done, `cancelled` was given up."""

    label: Words
    kind: Literal["open", "closed", "cancelled"] = "open"


class Clock(Definition):
    """A time limit. Counts from the day after its start; `confirmed: false` prints 未核实.

    roll   a last day on a holiday moves to the next working day
    """

    id: Id
    label: Words
    days: int = Setting(gt=0, le=3650)
    kind: Literal["natural", "working", "hours"] = "natural"
    basis: Words
    confirmed: bool = False
    roll: bool = False


class Guard(Definition):
    """What must hold before a step. `hard` opens for no reason given; others for a written one."""

    require: Words
    says: Words
    hard: bool = False


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

    @cached_property
    def step_by_id(self) -> Mapping[str, Step]:
        return MappingProxyType({step.id: step for step in self.steps})

    @cached_property
    def clock_by_id(self) -> Mapping[str, Clock]:
        return MappingProxyType({clock.id: clock for clock in self.clocks})

    def steps_from(self, state: str) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if state in step.from_)
