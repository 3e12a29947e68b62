"""Definitions of the site: every process sees a change without a restart, for one small query."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.signals import request_started
from django.db.backends.base.base import BaseDatabaseWrapper
from django_tasks.signals import task_started

from qianxian.core import definitions
from qianxian.core.commits import Actor, record
from qianxian.core.definitions import (
    catalogue,
    catalogue_as_of,
    changing_definitions,
    check_definitions,
    once_per_catalogue,
    put_definitions,
    record_definitions,
)
from qianxian.core.errors import Conflict, UserError
from qianxian.core.models import Place
from qianxian_packs import Catalogue, Indicator, Ledger, merged

Put = Callable[..., None]


def ledger(label: str = "棵数", **more: Any) -> Ledger:
    fields = ({"name": "count_of", "label": label, "type": "integer"},)
    own = {"id": "own_trees", "line": "environment", "name": "植树台账", "fields": fields, **more}
    return Ledger.model_validate(own)


@pytest.fixture
def put(township: Place, actor: Actor, now: datetime) -> Put:
    def do(*made: Any) -> None:
        checked = check_definitions(made)
        with changing_definitions():
            record(township=township, changes=put_definitions(checked, now), by=actor, at=now)

    return do


def test_another_process_sees_it_at_its_next_request(
    put: Put, django_assert_num_queries: Any
) -> None:
    other = definitions._Current()
    assert "own_trees" not in other().ledgers
    put(ledger())
    # In the middle of a request nothing changes.
    with django_assert_num_queries(0):
        assert "own_trees" not in other().ledgers
    other.look_again()
    with django_assert_num_queries(2):
        assert other().ledgers["own_trees"] == ledger()

    # From then on a request costs one look at one row, however often it asks.
    other.look_again()
    with django_assert_num_queries(1):
        assert other() is other()
    put(ledger("株数"))
    other.look_again()
    assert other().ledgers["own_trees"].fields[0].label == "株数"


@pytest.mark.parametrize("signal", [request_started, task_started])
def test_requests_and_jobs_begin_with_a_look(
    put: Put, signal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Django closes old connections at these signals; that of a test is still wanted.
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda _self: None)
    put(ledger())
    catalogue.hold_packs()
    assert "own_trees" not in catalogue().ledgers
    job = SimpleNamespace(id="1", status="", task=SimpleNamespace(module_path="job"))
    signal.send(sender=object, task_result=job, environ={})
    assert "own_trees" in catalogue().ledgers


def test_what_is_rolled_back_is_in_force_nowhere(now: datetime, township: Place) -> None:
    checked = check_definitions([ledger()])
    with pytest.raises(RuntimeError), changing_definitions():
        put_definitions(checked, now)
        assert "own_trees" in catalogue().ledgers
        raise RuntimeError
    assert "own_trees" not in catalogue().ledgers


def test_two_who_define_at_once(put: Put, now: datetime) -> None:
    first = check_definitions([ledger()])
    put(ledger("别的"))
    with pytest.raises(Conflict, match="刚才有人也改了"), changing_definitions():
        put_definitions(first, now)


def test_what_does_not_fit_is_told_before_the_lock(db: None) -> None:
    with pytest.raises(UserError, match="date 要写一个日期字段"):
        check_definitions([ledger(date="count_of")])
    # Beside the packs: a figure that is called like another.
    clash = Indicator.model_validate(
        {
            "id": "own_toilets",
            "line": "environment",
            "name": "改（新）建农村户用厕所",
            "unit": "户",
            "kind": "flow",
            "from": "toilet_renovation",
            "on": "accepted_on",
        }
    )
    with pytest.raises(UserError, match="分不清说的是哪个"):
        check_definitions([clash])


def test_a_past_commit_has_the_definition_of_its_day(
    put: Put, township: Place, actor: Actor, now: datetime
) -> None:
    record_definitions(township=township, by=actor, at=now)
    put(ledger())
    put(ledger("株数"))
    labels = [
        catalogue_as_of(township, number).ledgers["own_trees"].fields[0].label for number in (2, 3)
    ]
    assert labels == ["棵数", "株数"]
    assert "own_trees" not in catalogue_as_of(township, 1).ledgers
    # A start of the site finds nothing new to record.
    assert record_definitions(township=township, by=actor, at=now) is None


def test_packs_stand_and_lines_that_are_gone_leave_out_what_was_theirs() -> None:
    packs = catalogue.packs()
    own = Catalogue.of([ledger(id="cleanup"), ledger(line="gone")])
    assert merged(packs, own).ledgers == packs.ledgers


def test_what_is_made_of_the_catalogue_is_made_anew(put: Put) -> None:
    made = []

    @once_per_catalogue
    def count() -> int:
        made.append(1)
        return len(catalogue().ledgers)

    before = count()
    assert (count(), len(made)) == (before, 1)
    put(ledger())
    assert (count(), len(made)) == (before + 1, 2)
