"""Every flow of every pack by HTTP: no illegal jump and no hard guard gives way to a program.

What a new pack brings is covered as soon as it is there. One world; a refused step changes
nothing, so a matter is walked to a state once and everything is tried from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from qianxian.api import calling
from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Grant, User
from qianxian.core.queries import township_of
from qianxian.ledgers import values as entry_values
from qianxian.ledgers.models import Entry
from qianxian_packs import Expression, Guard, Step
from tests.unit.matters.conftest import standing_stage, start
from tests.unit.matters.office import way_to
from tests.unit.matters.test_every_flow import (
    HARD,
    township,
    walker,
    way_through,
)
from tests.unit.matters.walker import MATTERS, Walker, flow_of, likely
from tests.web.api.program import Program, program_of

__all__ = ["standing_stage", "start", "township", "walker"]

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def clock(walker: Walker, monkeypatch: pytest.MonkeyPatch) -> None:
    """The API asks the clock; here it is the walker's. Thousands of requests a minute are let by."""
    monkeypatch.setattr(timezone, "now", lambda: walker.at)
    monkeypatch.setattr(calling, "A_MINUTE", 10**6)


class Programs:
    """One program a person, made when it is first needed."""

    def __init__(self, walker: Walker) -> None:
        self.walker = walker
        self.made: dict[str, Program] = {}

    def of(self, user: User) -> Program:
        if user.username not in self.made:
            self.made[user.username] = program_of(user, at=self.walker.at)
        return self.made[user.username]

    def take(
        self, entry: Entry, step: Step, user: User, values: dict[str, Any] | None = None
    ) -> Any:
        body = {"version": entry.version, "values": values or {}, "reason": "县里催得急"}
        return self.of(user).post(f"/matters/{entry.pk}/steps/{step.id}", body)


@contextmanager
def undone() -> Iterator[None]:
    """What one attempt prepares is gone before the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.long
def test_no_step_is_taken_from_a_state_that_it_does_not_lead_on_from(walker: Walker) -> None:
    programs, tried = Programs(walker), 0
    for name in MATTERS:
        matter = walker.record(catalogue().ledgers[name])
        flow = flow_of(matter.definition)
        makers = {step.role: walker.office.a[step.role] for step in flow.steps}
        for user in makers.values():
            programs.of(user)
        before = Commit.objects.count()
        for state, step in product(flow.states, flow.steps):
            if state in step.from_:
                continue
            Entry.objects.filter(pk=matter.pk).update(state=state)
            answer = programs.take(matter, step, makers[step.role])
            assert answer.status_code == 422, (name, state, step.id, answer.content.decode())
            assert "现在不能" in answer.json()["says"]
            tried += 1
        assert Commit.objects.count() == before
    assert tried > 200


def test_no_hard_guard_opens_for_any_role_or_reason(walker: Walker) -> None:
    programs, tried = Programs(walker), 0
    for name in MATTERS:
        flow = flow_of(catalogue().ledgers[name])
        for state in flow.states:
            guarded = [
                (step, guard)
                for step in flow.steps_from(state)
                for guard in step.guards
                if guard.hard and step.from_[0] == state
            ]
            if not guarded:
                continue
            matter = walker.record(catalogue().ledgers[name])
            walker.walk(matter, way_to(flow, state))
            for step, guard in guarded:
                at = walker.at
                with undone():
                    is_shut(programs, matter, step, guard)
                walker.at = at
                tried += 1
    assert tried > 20


def is_shut(programs: Programs, matter: Entry, step: Step, guard: Guard) -> None:
    walker = programs.walker
    for other in step.guards:
        if other is not guard and other.some_of:
            walker.hang(matter, other.some_of)
        if other is not guard and other.days:
            walker.at += timedelta(days=2 * (other.days.at_least or 0) + 10)
    if guard.days:
        walker.keep_shut(matter, guard.days)
    given = walker.filled(matter, step)
    if guard.none_of:
        walker.record(catalogue().ledgers[guard.none_of.ledger], parent=matter)
    if guard.some_of:
        matter.children.update(deleted=True)
    taker = walker.taker(matter, step)
    for role in ("office_clerk", "leader", "inspector"):
        Grant.objects.create(role=role, place=township_of(walker.office.place), user=taker)
    matter.refresh_from_db()
    if guard.require:
        given = violating(walker, matter, given, guard)
    before = (Commit.objects.filter(source="api").count(), matter.state)

    answer = programs.take(matter, step, taker, given)

    matter.refresh_from_db()
    told = (matter.ledger, step.id, guard.says, answer.content.decode())
    assert answer.status_code == 422, told
    assert guard.sentence in answer.json()["says"] or is_told_before(answer, matter, guard), told
    assert (Commit.objects.filter(source="api").count(), matter.state) == before
    programs.made.clear()


def is_told_before(answer: Any, matter: Entry, guard: Guard) -> bool:
    """A condition over fields is not asked yet where one is missing or a check of them fails."""
    if not guard.require:
        return False
    faults, ledger = answer.json()["faults"], matter.definition
    checks = {check.says for check in ledger.checks}
    columns = Expression.parse(guard.require, ledger.columns).columns
    return any(fault["says"] in checks or fault["field"] in columns for fault in faults)


def violating(walker: Walker, entry: Entry, given: dict[str, Any], guard: Guard) -> dict[str, Any]:
    """Values, sent along or stored before, with which the guard does not hold.

    Where every such row also fails a check of the ledger, the check is what is told. What must
    be sent and be there is left out.
    """
    ledger = entry.definition
    wanted = Expression.parse(guard.require or "", ledger.columns)
    names = [n for n in ledger.by_name if n in wanted.columns]
    options = [[None, *likely(ledger.by_name[n]), *days(walker)] for n in names]
    second: dict[str, Any] | None = None
    for choice in product(*options):
        tried = dict(zip(names, choice, strict=True))
        row = row_with(entry, given, tried)
        if row is None or wanted.evaluate(row) is True:
            continue
        if not entry_values.failed_checks(ledger, row):
            return kept(entry, given, tried)
        second = second or tried
    if second is not None:
        return kept(entry, given, second)
    return {name: value for name, value in given.items() if name not in names}


def row_with(entry: Entry, given: dict[str, Any], tried: dict[str, Any]) -> dict[str, Any] | None:
    """The row that a step would look at; None where it could not come about."""
    ledger = entry.definition
    if any(name in given and value is None for name, value in tried.items()):
        return None
    try:
        parsed = entry_values.parse_fields(ledger, {**given, **tried})
    except entry_values.InvalidEntry:
        return None
    stored = entry_values.loaded(ledger, entry.data)
    beside = {"place": entry.place_id, "subject": "x", "campaign": None, "state": entry.state}
    return {**stored, **parsed, **beside}


def kept(entry: Entry, given: dict[str, Any], tried: dict[str, Any]) -> dict[str, Any]:
    """Put into the entry what is not sent along; the rest is sent."""
    fields = entry.definition.by_name
    stored = {n: fields[n].to_json(fields[n].parse(v)) for n, v in tried.items() if n not in given}
    data = {name: value for name, value in {**entry.data, **stored}.items() if value is not None}
    Entry.objects.filter(pk=entry.pk).update(data=data)
    return {**given, **{name: value for name, value in tried.items() if name in given}}


def days(walker: Walker) -> list[str]:
    today = timezone.localdate(walker.at)
    return [(today - timedelta(days=n)).isoformat() for n in (0, 1)]


def test_whom_a_step_bars_it_bars_in_every_role(walker: Walker) -> None:
    programs = Programs(walker)
    # One of the steps before each is enough: whom it bars is decided in one place.
    cases = {case.values[:2]: str(case.values[2]) for case in HARD}
    assert cases
    for (name, step_id), before in cases.items():
        with undone():
            matter = walker.record(catalogue().ledgers[str(name)])
            flow = flow_of(matter.definition)
            way = way_through(flow, before, str(step_id))
            first, last = flow.step_by_id[before].role, flow.step_by_id[str(step_id)].role
            doer = walker.office.a[first]
            if last != first:
                walker.office.posts[last].holdings.filter(rank="B").update(user=doer)
            for each in way[:-1]:
                walker.take(matter, each, **({"by": doer} if each == before else {}))

            answer = programs.take(matter, flow.step_by_id[str(step_id)], doer)

            assert answer.status_code == 422, (name, step_id)
            assert "写理由也不行" in answer.json()["says"], (name, step_id, answer.json()["says"])
        programs.made.clear()
