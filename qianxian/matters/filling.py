"""Which fields steps fill, and which step fills a field. Pure, as `flows` is."""

from __future__ import annotations

from collections.abc import Iterable

from qianxian.matters.flows import Position
from qianxian_packs import Flow, Step


def owned_fields(flow: Flow) -> frozenset[str]:
    """Fields that belong to steps: they are filled by taking one, not beside another."""
    return _fields_of(flow, flow.steps)


def owned_after(flow: Flow, state: str) -> frozenset[str]:
    """Of these the ones that steps fill on any way from a state on: what a new start there empties."""
    return _fields_of(flow, steps_after(flow, state))


def steps_after(flow: Flow, state: str) -> list[Step]:
    """Every step on any way from a state on."""
    states = {state}
    while fresh := {s.to for s in flow.steps if states.intersection(s.from_)} - states:
        states |= fresh
    return [step for step in flow.steps if states.intersection(step.from_)]


def _fields_of(flow: Flow, steps: Iterable[Step]) -> frozenset[str]:
    """What these steps fill, and the answer of whoever is asked at the end."""
    asked = {flow.ask_after.field} if flow.ask_after else set()
    return frozenset(asked.union(*((*step.needs, *step.sets) for step in steps)))


def strays(flow: Flow, step: Step, names: Iterable[str]) -> dict[str, str]:
    """Of these fields the ones that another step fills → the label of that step."""
    own = frozenset((*step.needs, *step.sets))
    found: dict[str, str] = {}
    for name in names:
        if name not in own:
            owner = next((s for s in flow.steps if name in (*s.needs, *s.sets)), None)
            if owner is not None:
                found[name] = owner.label
    return found


def stale(flow: Flow, step: Step, position: Position) -> frozenset[str]:
    """Fields that steps filled after this one was last taken in this episode.

    Taken again, it begins a second round: what a later step wrote in the first is asked anew there.
    """
    taken = [each.step for each in position.taken if each.episode == position.episode]
    if step.id not in taken:
        return frozenset()
    last = len(taken) - 1 - taken[::-1].index(step.id)
    later = (flow.step_by_id[name] for name in taken[last + 1 :] if name in flow.step_by_id)
    return frozenset(name for each in later for name in each.needs).difference(
        step.needs, step.sets
    )
