"""What the flows of the packs promise beyond their guards: limits run on, and who may decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from qianxian.core.definitions import catalogue
from qianxian.matters import flows
from qianxian.matters.flows import Attempt, Position
from qianxian_packs import Flow, Step

FLOWS = sorted(catalogue().flows)
DAY = date(2026, 11, 3)


def moments(flow: Flow) -> Iterator[tuple[str, frozenset[str], Step]]:
    """Every step with the state and the limits that may run when it is taken."""
    waiting = [(flow.initial, frozenset(flow.first_clocks))]
    seen = set(waiting)
    while waiting:
        state, running = waiting.pop()
        for step in flow.steps_from(state):
            yield state, running, step
            stopped = running.difference(flow.stops_of(step, state), step.pauses)
            after = stopped.union(flow.starts_of(step, state))
            if flows.is_open(flow, step.to) and (step.to, after) not in seen:
                seen.add((step.to, after))
                waiting.append((step.to, after))


@pytest.mark.parametrize("name", FLOWS)
def test_no_step_begins_a_limit_anew_that_still_runs(name: str) -> None:
    flow = catalogue().flows[name]
    for state, running, step in moments(flow):
        starts, stops = flow.starts_of(step, state), flow.stops_of(step, state)
        anew = running.intersection(starts).difference(stops)
        assert not anew, f"{step.label} gives more time than {anew} says"


@pytest.mark.parametrize("name", FLOWS)
def test_where_a_matter_waits_some_limit_runs_or_the_definition_says_why_none_does(
    name: str,
) -> None:
    flow = catalogue().flows[name]
    for state, running, _step in moments(flow):
        known = flow.states[state]
        assert running or known.no_limit or known.kind != "open", known.label


@pytest.mark.parametrize("name", FLOWS)
def test_what_is_late_is_seen_by_somebody_above(name: str) -> None:
    assert any(rise.overdue for rise in catalogue().flows[name].escalations)


@pytest.mark.parametrize(
    ("step_id", "level", "amount", "is_shut"),
    [
        ("complete_papers", "乡镇", 900, False),
        ("complete_papers", "乡镇", 1100, True),
        ("complete_papers", "县级", 900, True),
        ("complete_papers_county", "县级", 1100, False),
        ("complete_papers_county", "乡镇", 900, True),
    ],
)
def test_aid_beyond_what_the_township_may_give_is_approved_by_the_county(
    step_id: str, level: str, amount: int, is_shut: bool
) -> None:
    flow, ledger = catalogue().flows["temporary_aid"], catalogue().ledgers["temporary_aid"]
    values = {"level": level, "amount": Decimal(amount), "small_limit": Decimal(1000)}

    found = flows.needs(
        flow, flow.step_by_id[step_id], ledger, Position("aided"), Attempt(DAY, values)
    )

    assert any(need.shut for need in found) is is_shut
