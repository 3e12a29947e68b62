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
from qianxian.ledgers import values as entry_values
from qianxian.ledgers.models import Entry
from qianxian_packs import Expression, Guard, Step
from tests.unit.matters.conftest import start
from tests.unit.matters.office import way_to
from tests.unit.matters.test_every_flow import (
    HARD,
    MATTERS,
    Walker,
    flow_of,
    standing_stage,
    township,
    walker,
    way_through,
)
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
        entry.refresh_from_db()
        sent = {
            name: str(value) if value is not None else None
            for name, value in (values or {}).items()
        }
        sent = {n: v if isinstance(v, list) else sent[n] for n, v in (values or {}).items()}
        body = {"version": entry.version, "values": sent, "reason": "县里催得急"}
        return self.of(user).post(f"/matters/{entry.pk}/steps/{step.id}", body)


@contextmanager
def undone() -> Iterator[None]:
    """What one attempt prepares is gone before the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_no_step_is_taken_from_a_state_that_it_does_not_lead_on_from(walker: Walker) -> None:
    programs, tried = Programs(walker), 0
    for name in MATTERS:
        matter = walker.record(catalogue().ledgers[name])
        flow, before = flow_of(matter.definition), Commit.objects.count()
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
        if other.some_of and other is not guard:
            walker.hang(matter, other.some_of)
    if guard.none_of:
        walker.record(catalogue().ledgers[guard.none_of.ledger], parent=matter)
    if guard.some_of:
        matter.children.update(deleted=True)
    taker = walker.taker(matter, step)
    for role in ("office_clerk", "leader", "inspector"):
        Grant.objects.create(role=role, place=walker.office.place.parent.parent, user=taker)  # type: ignore[union-attr]
    matter.refresh_from_db()
    given = walker.filled(matter, step)
    if guard.require:
        given = violating(walker, matter, given, guard)
    before = (Commit.objects.filter(source="api").count(), matter.state)

    answer = programs.take(matter, step, taker, given)

    matter.refresh_from_db()
    told = (matter.ledger, step.id, guard.says, answer.content.decode())
    assert answer.status_code == 422, told
    assert guard.says in answer.json()["says"], told
    assert (Commit.objects.filter(source="api").count(), matter.state) == before
    programs.made.clear()


def violating(walker: Walker, entry: Entry, given: dict[str, Any], guard: Guard) -> dict[str, Any]:
    """Values, sent along or stored before, with which the guard does not hold and no check fails."""
    ledger = entry.definition
    wanted = Expression.parse(guard.require or "", ledger.columns)
    stored = entry_values.loaded(ledger, entry.data)
    names = [n for n in ledger.by_name if n in wanted.columns]
    options = [[None, *walker.likely(ledger.by_name[n]), *days(walker)] for n in names]
    for choice in product(*options):
        tried = dict(zip(names, choice, strict=True))
        try:
            parsed = entry_values.parse_fields(ledger, tried)
        except entry_values.InvalidEntry:
            continue
        row = {**stored, **entry_values.parse_fields(ledger, given), **parsed}
        row |= {"place": entry.place_id, "subject": "x", "campaign": None, "state": entry.state}
        if wanted.evaluate(row) is True or entry_values.failed_checks(ledger, row):
            continue
        if any(n in given and tried[n] is None for n in names):
            continue
        data = {**entry.data, **{n: ledger.by_name[n].to_json(parsed[n]) for n in names}}
        kept = {n: v for n, v in data.items() if n not in given and v is not None}
        Entry.objects.filter(pk=entry.pk).update(data=kept)
        return {**given, **{n: v for n, v in tried.items() if n in given}}
    raise AssertionError(f"nothing makes “{guard.require}” false")


def days(walker: Walker) -> list[str]:
    today = timezone.localdate(walker.at)
    return [(today - timedelta(days=n)).isoformat() for n in (0, 1)]


def test_whom_a_step_bars_it_bars_in_every_role(walker: Walker) -> None:
    programs = Programs(walker)
    assert HARD
    for case in HARD:
        name, step_id, before = (str(value) for value in case.values)
        with undone():
            matter = walker.record(catalogue().ledgers[name])
            flow = flow_of(matter.definition)
            way = way_through(flow, before, step_id)
            first, last = flow.step_by_id[before].role, flow.step_by_id[step_id].role
            doer = walker.office.a[first]
            if last != first:
                walker.office.posts[last].holdings.filter(rank="B").update(user=doer)
            for each in way[:-1]:
                walker.take(matter, each, **({"by": doer} if each == before else {}))

            answer = programs.take(matter, flow.step_by_id[step_id], doer)

            assert answer.status_code == 422, (name, step_id)
            assert "写理由也不行" in answer.json()["says"], (name, step_id, answer.json()["says"])
        programs.made.clear()
