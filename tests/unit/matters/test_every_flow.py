"""Every flow of every pack: each way is walked to its end with all that its guards ask for.

A new pack is covered as soon as it is there.
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import product
from typing import Any

import pytest

from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Grant, Place, Stream
from qianxian.core.verify import verify
from qianxian.ledgers.models import Entry
from qianxian.ledgers.verify import verify_entries
from qianxian.matters import flows
from qianxian.matters.acts import acts_of
from qianxian.matters.errors import StepRefused
from qianxian.matters.flows import Position
from qianxian_packs import Expression, Flow, Ledger
from tests.unit.matters.office import way_to
from tests.unit.matters.stage import Stage
from tests.unit.matters.walker import (
    MATTERS,
    Walker,
    chosen_paths,
    flow_of,
    likely,
)

pytestmark = pytest.mark.slow

PATHS = [
    pytest.param(name, path, id=f"{name}:{'-'.join(path)}")
    for name in MATTERS
    for path in chosen_paths(flow_of(catalogue().ledgers[name]))
]
HARD = [
    pytest.param(name, step.id, before, id=f"{name}:{step.id}-after-{before}")
    for name in MATTERS
    for step in flow_of(catalogue().ledgers[name]).steps
    if step.hard
    for before in step.differs_from
]
GUARDED = [
    pytest.param(name, step.id, n, id=f"{name}:{step.id}:{n}")
    for name in MATTERS
    for step in flow_of(catalogue().ledgers[name]).steps
    for n, guard in enumerate(step.guards)
    if guard.hard and (guard.days or guard.none_of or guard.some_of)
]


@pytest.fixture
def township(db: None, standing_stage: Stage) -> Place:
    return standing_stage.township


@pytest.fixture
def walker(db: None, standing_stage: Stage, start: datetime) -> Walker:
    return Walker(standing_stage.office_in(standing_stage.group), standing_stage.clerk, start)


def test_there_are_flows_and_every_step_of_them_is_walked() -> None:
    assert len(MATTERS) >= 6
    for name in MATTERS:
        flow = flow_of(catalogue().ledgers[name])
        walked = {step for path in chosen_paths(flow) for step in path}
        from_open = {s.id for s in flow.steps if any(flows.is_open(flow, x) for x in s.from_)}
        assert walked == from_open, name


@pytest.mark.parametrize(("name", "path"), PATHS)
def test_every_way_can_be_walked_to_its_end(
    name: str, path: tuple[str, ...], walker: Walker, township: Place
) -> None:
    matter = walker.record(catalogue().ledgers[name])

    walker.walk(matter, path)

    matter.refresh_from_db()
    assert matter.state == flow_of(matter.definition).step_by_id[path[-1]].to
    assert (matter.post, matter.risen) == (None, "")
    # One that has ended has a last day where somebody is to ask the person concerned.
    assert (matter.due_on is None) == (matter.offered is None)
    assert [act.step for act in acts_of(matter) if act.step] == list(path)
    assert list(verify_entries(township.path)) == []
    assert list(verify(Stream.objects.get())) == []


@pytest.mark.parametrize("name", MATTERS)
def test_every_step_that_does_not_lead_on_is_refused_and_changes_nothing(
    name: str, walker: Walker
) -> None:
    matter = walker.record(catalogue().ledgers[name])
    flow, before = flow_of(matter.definition), Commit.objects.count()

    for step in flow.steps:
        wrong = [state for state in flow.states if state not in step.from_]
        for state in wrong:
            assert flows.refusal(flow, step.id, state).startswith("现在不能")
        Entry.objects.filter(pk=matter.pk).update(state=wrong[0])
        matter.refresh_from_db()
        with pytest.raises(StepRefused, match="现在不能"):
            walker.office.take(matter, step.id, walker.at, reason="县里催得急")

    assert Commit.objects.count() == before


@pytest.mark.parametrize("name", MATTERS)
def test_every_hard_condition_shuts_with_its_sentence_whatever_the_reason(name: str) -> None:
    ledger = catalogue().ledgers[name]
    flow = flow_of(ledger)
    attempt = flows.Attempt(on=date(2026, 11, 3), reason="县里催得急")

    for step in flow.steps:
        for guard in step.guards:
            if guard.hard and guard.require:
                position = Position(step.from_[0], values=against(ledger, guard.require))
                needs = flows.needs(flow, step, ledger, position, attempt)
                shut = [need.text for need in needs if need.shut and not need.met]
                assert guard.sentence in shut, (step.id, guard.sentence)


def against(ledger: Ledger, require: str) -> dict[str, Any]:
    """Values with which a condition does not hold; mostly none at all are enough."""
    expression = Expression.parse(require, ledger.columns)
    names = [name for name in expression.columns if name in ledger.by_name]
    ways = ({None, *likely(ledger.by_name[name])} for name in names)
    for choice in product(*ways):
        row = {
            name: ledger.by_name[name].parse(value)
            for name, value in zip(names, choice, strict=True)
            if value is not None
        }
        if expression.evaluate({**dict.fromkeys(ledger.columns), **row}) is not True:
            return row
    raise AssertionError(f"“{require}” holds of everything")


@pytest.mark.parametrize(("name", "step", "before"), HARD)
def test_whom_a_step_bars_it_bars_in_every_role(
    name: str, step: str, before: str, walker: Walker, township: Place
) -> None:
    matter = walker.record(catalogue().ledgers[name])
    flow = flow_of(matter.definition)
    way = way_through(flow, before, step)
    doer = walker.office.a[flow.step_by_id[before].role]
    # Whoever did it gets the post that closes it, and a role beside.
    last = flow.step_by_id[step].role
    if last != flow.step_by_id[before].role:
        walker.office.posts[last].holdings.filter(rank="B").update(user=doer)
    for each in way[:-1]:
        walker.take(matter, each, **({"by": doer} if each == before else {}))

    for role in ("office_clerk", "leader"):
        Grant.objects.create(role=role, place=township, user=doer)
        with pytest.raises(StepRefused, match="写理由也不行"):
            walker.take(matter, step, by=doer, reason="人手不够")


def way_through(flow: Flow, before: str, step: str) -> tuple[str, ...]:
    """The shortest way that takes the one step and somewhere later the other."""
    waiting: list[tuple[str, bool, tuple[str, ...]]] = [(flow.initial, False, ())]
    seen = {(flow.initial, False)}
    while waiting:
        here, has_been, taken = waiting.pop(0)
        for onward in flow.steps_from(here):
            if onward.id == step and has_been:
                return (*taken, step)
            there = (onward.to, has_been or onward.id == before)
            if there not in seen:
                seen.add(there)
                waiting.append((*there, (*taken, onward.id)))
    raise AssertionError(f"{before} never comes before {step}")


@pytest.mark.parametrize(("name", "step", "n"), GUARDED)
def test_a_hard_guard_over_days_or_children_is_shut_for_every_role_and_reason(
    name: str, step: str, n: int, walker: Walker, township: Place
) -> None:
    ledger = catalogue().ledgers[name]
    flow = flow_of(ledger)
    asked = flow.step_by_id[step]
    guard = asked.guards[n]
    matter = walker.record(ledger)
    walker.walk(matter, way_to(flow, asked.from_[0]))
    for other in asked.guards:
        if other.some_of and other is not guard:
            walker.hang(matter, other.some_of)
    if guard.days:
        walker.keep_shut(matter, guard.days)
    given = walker.filled(matter, asked)
    if guard.none_of:
        child = walker.record(catalogue().ledgers[guard.none_of.ledger], parent=matter)
        assert walker.counted(matter, guard.none_of).maybe, child
    if guard.some_of:
        for child in matter.children.present():
            Entry.objects.filter(pk=child.pk).update(deleted=True)
    taker = walker.taker(matter, asked)
    for role in ("office_clerk", "leader", "inspector"):
        Grant.objects.create(role=role, place=township, user=taker)
    matter.refresh_from_db()
    before = Commit.objects.count()

    with pytest.raises(StepRefused) as refused:
        walker.office.take(matter, step, walker.at, given, by=taker, reason="县里催")

    assert guard.sentence in str(refused.value)
    assert Commit.objects.count() == before
