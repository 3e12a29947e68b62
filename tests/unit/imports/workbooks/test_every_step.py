"""Every step that a post of a village may take, through a workbook; every hard guard before it.

What a new pack brings is covered as soon as it is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Place
from qianxian.ledgers import values as entry_values
from qianxian.ledgers.models import Entry
from qianxian.matters import flows
from qianxian_packs import Expression, Guard, Ledger, Step
from qianxian_tables import letter
from tests.unit.imports.workbooks.conftest import Desk
from tests.unit.imports.workbooks.trip import VILLAGE, Trip, row_of
from tests.unit.matters.conftest import standing_stage, start
from tests.unit.matters.office import way_to
from tests.unit.matters.stage import Stage
from tests.unit.matters.test_every_flow import township, walker
from tests.unit.matters.walker import MATTERS, Walker, flow_of, likely

__all__ = ["standing_stage", "start", "township", "walker"]

pytestmark = pytest.mark.django_db

STEPS = [
    (name, step)
    for name in MATTERS
    for step in flow_of(catalogue().ledgers[name]).steps
    if step.role == VILLAGE
]
EVERY = [pytest.param(name, step.id, id=f"{name}:{step.id}") for name, step in STEPS]
GUARDED = [
    pytest.param(name, step.id, n, id=f"{name}:{step.id}:{n}")
    for name, step in STEPS
    for n, guard in enumerate(step.guards)
    if guard.hard
]


@pytest.fixture
def village(db: None, standing_stage: Stage) -> Place:
    return standing_stage.village


def brought(walker: Walker, name: str, step_id: str) -> tuple[Entry, Step, Ledger]:
    """A matter in the state before a step, with what hangs on it if the step wants that."""
    ledger = catalogue().ledgers[name]
    step = flow_of(ledger).step_by_id[step_id]
    entry = walker.record(ledger)
    walker.walk(entry, way_to(flow_of(ledger), step.from_[0]))
    walker.at += timedelta(days=1)
    for guard in step.guards:
        if guard.some_of:
            walker.hang(entry, guard.some_of)
        if guard.none_of:
            walker.clear(entry, guard.none_of)
    entry.refresh_from_db()
    return entry, step, ledger


def trip_of(walker: Walker, entry: Entry, village: Place) -> Trip:
    return Trip(entry, village, walker.taker(entry, walker_step(entry)), walker.at)


def walker_step(entry: Entry) -> Step:
    steps = flow_of(entry.definition).steps_from(entry.state)
    return next(step for step in steps if step.role == VILLAGE)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "step_id"), EVERY)
def test_every_step_of_a_village_is_taken_or_sent_to_the_phone(
    name: str, step_id: str, walker: Walker, village: Place
) -> None:
    entry, step, ledger = brought(walker, name, step_id)
    trip = trip_of(walker, entry, village)
    reason = "按规定办" if step.reason or asks(ledger, step) else ""
    trip.ask(step.label, walker.filled(entry, step), reason)
    before = entry.state

    says = trip.says()
    [result] = trip.confirm()

    entry.refresh_from_db()
    if flows.pictures_needed(step):
        assert "张照片，表里带不了" in says
        assert (result["ok"], entry.state) == (False, before)
    else:
        assert (says, result["ok"], entry.state) == ("", True, step.to), result["says"]


def asks(ledger: Ledger, step: Step) -> bool:
    return flow_of(ledger).states[step.to].kind == "cancelled"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "step_id"), EVERY)
def test_every_field_that_a_step_lacks_is_told_at_its_cell(
    name: str, step_id: str, walker: Walker, village: Place
) -> None:
    entry, step, ledger = brought(walker, name, step_id)
    trip = trip_of(walker, entry, village)

    wish = trip.ask(step.label, {}).wish()

    open_fields = [n for n in step.needs if n not in entry.data and not ledger.by_name[n].private]
    for field in open_fields:
        at = f"{letter(trip.sheet.targets[f'step:{field}'] + 1)}{trip.row}"
        assert any(p.cell == at and ledger.by_name[field].label in p.says for p in wish.faults)
    assert not wish.is_ready or not (open_fields or step.reason)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({name for name, _ in STEPS}))
def test_no_step_is_taken_from_a_state_that_it_does_not_lead_on_from(
    name: str, walker: Walker, village: Place
) -> None:
    """One sheet asks for all of them, each of a matter of its own."""
    ledger = catalogue().ledgers[name]
    flow = flow_of(ledger)
    own = [step for step in flow.steps if step.role == VILLAGE]
    asked: dict[str, Step] = {}
    for state, step in product(flow.states, own):
        if not any(state in each.from_ for each in own if each.label == step.label):
            entry = walker.record(ledger)
            Entry.objects.filter(pk=entry.pk).update(state=state)
            asked[entry.pk.hex] = step
    before = Commit.objects.count()
    desk = Desk(walker.office.a[VILLAGE], walker.at, ledger.id)
    sheet = desk.send(village)
    for pk, step in asked.items():
        sheet.fill(row_of(sheet, pk), step=step.label, reason="县里催得急")

    handback = desk.back(sheet)
    wishes = desk.look(handback).steps
    results = desk.confirm(handback).results

    assert {row.id for row, _ in wishes} == asked.keys()
    assert all("现在不能" in "".join(f.says for f in wish.faults) for _, wish in wishes)
    assert [each["ok"] for each in results] == [False] * len(asked)
    assert Commit.objects.count() == before


@pytest.mark.slow
@pytest.mark.parametrize(("name", "step_id", "n"), GUARDED)
def test_every_hard_guard_is_shut_through_a_workbook_with_its_sentence(
    name: str, step_id: str, n: int, walker: Walker, village: Place
) -> None:
    ledger = catalogue().ledgers[name]
    guard = flow_of(ledger).step_by_id[step_id].guards[n]
    entry, step, _ = brought(walker, name, step_id)
    if guard.some_of:
        Entry.objects.filter(parent=entry).update(deleted=True)
    if guard.none_of:
        walker.record(catalogue().ledgers[guard.none_of.ledger], parent=entry)
    given = walker.filled(entry, step)
    if guard.require:
        given = violating(walker, entry, given, guard)
        earlier = {name: given.pop(name) for name in [*given] if name not in own_fields(step)}
        if earlier:
            walker.correct(entry, earlier)
    trip = trip_of(walker, entry, village)
    before = Commit.objects.count()
    trip.ask(step.label, given, "县里催得急")

    says = trip.says()
    [result] = trip.confirm()

    entry.refresh_from_db()
    assert guard.sentence in says
    assert guard.sentence in result["says"]
    assert (result["ok"], entry.state) == (False, step.from_[0])
    assert Commit.objects.count() == before


def own_fields(step: Step) -> set[str]:
    return {*step.needs, *step.sets}


def violating(walker: Walker, entry: Entry, given: dict[str, Any], guard: Guard) -> dict[str, Any]:
    """The same values but for those that the guard looks at, so that it does not hold; also for
    what an earlier step filled."""
    ledger = entry.definition
    wanted = Expression.parse(guard.require or "", ledger.columns)
    given = {**{n: entry.data[n] for n in wanted.columns if n in entry.data}, **given}
    for tried in tries(walker, ledger, given, wanted):
        row = {
            **entry_values.loaded(ledger, entry.data),
            **entry_values.parse_fields(ledger, tried),
        }
        row |= {"place": entry.place_id, "subject": "x", "campaign": None, "state": entry.state}
        if wanted.evaluate(row) is False and not entry_values.failed_checks(ledger, row):
            return tried
    raise AssertionError(f"nothing makes “{guard.require}” false")


def tries(
    walker: Walker, ledger: Ledger, given: Mapping[str, Any], wanted: Expression
) -> Iterator[dict[str, Any]]:
    names = [name for name in given if name in wanted.columns]
    today = timezone.localdate(walker.at)
    days = [(today - timedelta(days=n)).isoformat() for n in (0, 1)]
    options = [
        days if ledger.by_name[name].type == "date" else likely(ledger.by_name[name])
        for name in names
    ]
    for choice in product(*options):
        yield {**given, **dict(zip(names, choice, strict=True))}


def test_there_are_steps_and_guards_to_try() -> None:
    assert len(EVERY) >= 12
    assert len(GUARDED) >= 6
