"""The line of states at the head of a matter's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from qianxian.core.parts import Stage
from qianxian.ledgers.models import Entry
from qianxian.matters import flows
from qianxian.matters.acts import Act
from qianxian_packs import Flow


def stages_of(flow: Flow, entry: Entry, acts: Sequence[Act], on: date) -> list[Stage]:
    """States from the first to the end: with the day for what is behind, the due date for now."""
    reached = _reached(entry, acts)
    path = _path_through(flow, entry.state, reached)
    at = path.index(entry.state)
    is_open = flows.is_open(flow, entry.state)
    return [
        Stage(
            flow.states[name].label if name in flow.states else name,
            _note(name, n - at, reached, entry.due_on, on),
            "current" if n == at and is_open else "done" if n <= at else "",
        )
        for n, name in enumerate(path)
    ]


def _reached(entry: Entry, acts: Sequence[Act]) -> dict[str, date]:
    """State → the day on which it was last reached in this episode."""
    return {
        str(act.body.get("state", "")): act.at.date()
        for act in acts
        if act.stands
        and (act.is_first or act.step or act.act.get("reopen"))
        and act.body.get("episode", 1) == entry.episode
    }


def _path_through(flow: Flow, here: str, reached: Mapping[str, date]) -> list[str]:
    """The straight way, with the present state in it where that lies off the way.

    A detour stands where it rejoins; an end off the way stands last.
    """
    path = flows.straight(flow)
    if here in path:
        return path
    onward = {step.to for step in flow.steps_from(here)}
    back = next((n for n, name in enumerate(path) if name in onward), None)
    if back is not None:
        return [*path[:back], here, *path[back:]]
    return [*(name for name in path if name in reached), here]


def _note(name: str, ahead: int, reached: Mapping[str, date], due: date | None, on: date) -> str:
    if ahead == 0 and due:
        return f"到 {flows.said(due, on)}"
    return flows.said(reached[name], on) if ahead <= 0 and name in reached else ""
