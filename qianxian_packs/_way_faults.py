"""Faults of ways: a hard condition that another way to the same state walks around."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qianxian_packs._errors import PackError
from qianxian_packs._flow import Flow, Guard, Step
from qianxian_packs._known import Loaded


def faults(item: Loaded, flow: Flow) -> Iterator[PackError]:
    for n, step in enumerate(flow.steps):
        for g, guard in enumerate(step.guards):
            if guard.hard and not guard.here_only:
                yield from _guard(item, flow, n, g)
        if step.hard and step.differs_from:
            yield from _person(item, flow, n)


def _guard(item: Loaded, flow: Flow, n: int, g: int) -> Iterator[PackError]:
    """A guard on the step from A to B is walked around where other steps lead from A to B."""
    step = flow.steps[n]
    guard = step.guards[g]
    wanted = _essence(guard)

    def asks(other: Step) -> bool:
        return any(own.hard and _essence(own) == wanted for own in other.guards)

    for state in step.from_:
        if way := _way(flow, state, step.to, asks):
            labels = "、".join(f"“{each.label}”" for each in way)
            says = (
                f"“{step.label}”的硬条件可以绕过：从“{flow.states[state].label}”经{labels}"
                f"也到“{flow.states[step.to].label}”，没有这一条。"
                "给那几步也写上；本来就不用的，写 here_only: true。"
            )
            yield item.error(says, "steps", n, "guards", g)
            return


def _essence(guard: Guard) -> tuple[object, ...]:
    return (guard.require, guard.days, guard.none_of, guard.some_of)


def _person(item: Loaded, flow: Flow, n: int) -> Iterator[PackError]:
    """Who may not take a step that closes may not close by another one beside it either."""
    step = flow.steps[n]
    if step.to not in flow.states or flow.states[step.to].kind != "closed":
        return
    for other in flow.steps:
        shared = set(step.from_) & set(other.from_)
        is_beside = other.to == step.to and other.id != step.id and shared
        if is_beside and not (other.hard and set(step.differs_from) <= set(other.differs_from)):
            says = f"“{step.label}”要换人办，“{other.label}”不用，等于可以绕过。那一步也写 differs_from。"
            yield item.error(says, "steps", n, "differs_from")


def _way(flow: Flow, start: str, end: str, asks: Callable[[Step], bool]) -> tuple[Step, ...] | None:
    """The shortest walk between two states by steps that do not ask; None where there is none."""
    waiting: list[tuple[str, tuple[Step, ...]]] = [(start, ())]
    met = {start}
    while waiting:
        state, taken = waiting.pop(0)
        for step in flow.steps_from(state):
            if asks(step) or step.to not in flow.states:
                continue
            if step.to == end:
                return (*taken, step)
            if step.to not in met and flow.states[step.to].kind == "open":
                met.add(step.to)
                waiting.append((step.to, (*taken, step)))
    return None
