"""What may happen between the check and the landing, and what is left of a run afterwards."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import Place, Revision, Stream, User
from qianxian.core.verify import verify
from qianxian.imports import checking, jobs, landing, queries, services
from qianxian.imports.cargo import Cargo, load_cargo
from qianxian.imports.models import Fault, ImportRun, StagedRow
from qianxian.imports.sealing import KEPT_FOR
from qianxian.ledgers import privacy, store
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, correct_entry, save_entry
from qianxian_packs import Ledger
from tests.unit.imports.conftest import Hand, land

pytestmark = pytest.mark.django_db

HOMES = ["户编号", "户主", "村", "组", "常住人口", "联系电话"]
HOME: list[Any] = ["2010001", "张三", "清水村", "三组", 3, "13800138000"]
TIES = ["户编号", "人员", "进户日期"]


@pytest.fixture(autouse=True)
def places(village: Place, group: Place) -> None:
    """清水村 with its 三组."""


@pytest.fixture
def everyone(make_user: Callable[..., User], township: Place) -> User:
    """Somebody who records in every line."""
    return make_user("何思", role="office_clerk", place=township)


@pytest.fixture
def archived(monkeypatch: pytest.MonkeyPatch, household: Ledger) -> Callable[[], None]:
    """archived(): the ledger of households has ended, as far as the last room is told."""

    def end() -> None:
        ended = household.model_copy(update={"archived": True})
        known = SimpleNamespace(ledgers={**catalogue().ledgers, "household": ended})
        monkeypatch.setattr(store, "catalogue", lambda: known)

    return end


@pytest.fixture
def person(make_entry: Callable[..., Entry], everyone: User, group: Place, now: datetime) -> Entry:
    """李四 of the register of people, beside the household 2010001."""
    make_entry(values={"number": "2010001", "head": "张三"})
    resident = catalogue().ledgers["resident"]
    row = Row({"number": "R1", "name": "李四", "sex": "男"}, group)
    return save_entry(ledger=resident, row=row, by=everyone, at=now)


def ties(person: Entry, *days: str) -> list[list[Any]]:
    return [TIES, *[["2010001", str(person), day] for day in days]]


def test_an_entry_is_about_whom_the_row_names(
    checked: Hand, make_entry: Callable[..., Entry], everyone: User, now: datetime
) -> None:
    home = make_entry(values={"number": "2010001", "head": "张三"})
    head = ["户编号", "村", "走访日期", "走访人", "走访类型"]
    row = ["2010001", "清水村", "2026-11-03", "王秀英", "慰问"]

    run = land(checked(catalogue().ledgers["home_visit"], [head, row], by=everyone), now)

    assert run.state == "landed", (run.told, list(Fault.objects.values_list("says", flat=True)))
    entry = Entry.objects.get(ledger="home_visit")
    body = json.loads(Revision.objects.get(key=entry.pk.hex).body)
    assert (entry.subject, entry.changed_at) == (home, run.landed_at)
    assert body["subject"] == home.pk.hex
    assert not list(verify(Stream.objects.get(township=run.township)))


def test_a_tie_that_somebody_recorded_meanwhile_is_not_overlapped(
    checked: Hand, person: Entry, everyone: User, group: Place, now: datetime
) -> None:
    membership = catalogue().ledgers["membership"]
    run = checked(membership, ties(person, "2020-01-01"), by=everyone)
    assert run.new == 1, list(Fault.objects.values_list("says", flat=True))
    home = Entry.objects.get(ledger="household")
    tie = Row({"resident": person.pk.hex, "joined_on": "2021-01-01"}, group, home)
    save_entry(ledger=membership, row=tie, by=everyone, at=now)

    run = land(run, now)

    assert run.state == "ready"
    assert run.told
    assert Entry.objects.filter(ledger="membership").count() == 1


def test_nothing_new_comes_into_a_ledger_that_has_ended_meanwhile(
    checked: Hand, household: Ledger, archived: Callable[[], None], now: datetime
) -> None:
    run = checked(household, [HOMES, HOME])
    archived()

    run = land(run, now)

    assert run.state == "ready"
    assert "已经停用" in run.told
    assert not Entry.objects.exists()


def test_what_is_in_a_ledger_that_has_ended_may_still_change(
    landed: Hand, checked: Hand, household: Ledger, archived: Callable[[], None], now: datetime
) -> None:
    landed(household, [HOMES, HOME])
    run = checked(household, [HOMES, [*HOME[:4], 5, HOME[5]]])
    archived()

    run = land(run, now, changes=True)

    assert run.state == "landed", run.told
    assert Entry.objects.get().data["persons"] == 5


def test_a_changed_row_that_was_left_out_shows_what_it_would_have_changed(
    landed: Hand, checked: Hand, household: Ledger, clerk: User, now: datetime
) -> None:
    landed(household, [HOMES, HOME])
    other = ["2010002", *HOME[1:]]
    run = checked(household, [HOMES, [*HOME[:4], 8, HOME[5]], other])
    entry = Entry.objects.get()
    correct_entry(
        entry=entry, values_changed={"persons": "5"}, version=1, by=clerk, at=now, reason="数错了"
    )

    run = land(run, now, changes=True)

    assert (run.state, run.new, run.faulty) == ("landed", 1, 1)
    (left,) = queries.rows_page(run, "fault", "1", user=clerk, on=now.date()).rows
    assert [(each.label, each.old, each.new) for each in left.differences] == [
        ("常住人口", "3 人", "8 人")
    ]


def test_a_landing_that_another_check_overtook_leaves_the_rows_to_the_next(
    checked: Hand, household: Ledger, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = checked(household, [HOMES, HOME])

    def overtaken(found: ImportRun, at: datetime) -> Cargo:
        cargo = load_cargo(found, at)
        ImportRun.objects.filter(pk=found.pk).update(
            state="reading", check_number=found.check_number + 1
        )
        jobs.check_import.call(found.pk, found.check_number + 1)
        again = ImportRun.objects.get(pk=found.pk)
        services.request_landing(run=again, takes_changes=False, by=again.by, at=now)
        return cargo

    monkeypatch.setattr(landing, "load_cargo", overtaken)
    run = land(run, now)
    assert (run.state, Entry.objects.count()) == ("landing", 0)

    monkeypatch.setattr(landing, "load_cargo", load_cargo)
    jobs.land_import.call(run.pk)

    entry = Entry.objects.get()
    assert privacy.read(entry.pk, "phone") == "13800138000"


def test_rows_that_were_staged_in_another_form_are_checked_again(
    checked: Hand, household: Ledger, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_STAGED", "as an older version did")
    run = checked(household, [HOMES, HOME])
    monkeypatch.undo()

    run = land(run, now)

    assert (run.state, run.check_number) == ("reading", 2)
    assert not Entry.objects.exists()


def test_nothing_is_kept_of_the_entries_of_a_run_that_is_long_over(
    checked: Hand, person: Entry, everyone: User, now: datetime
) -> None:
    membership = catalogue().ledgers["membership"]
    run = checked(membership, ties(person, "2020-01-01", "2021-01-01"), by=everyone)
    assert [fault.code for fault in Fault.objects.filter(run=run)] == ["overlap"]
    assert land(run, now).state == "landed"
    ImportRun.objects.update(started_at=timezone.now() - KEPT_FOR - timedelta(days=1))

    jobs.tidy(now)

    held = StagedRow.objects.filter(run=run).values_list(*jobs._HELD)
    assert set(held) == {tuple(jobs._HELD.values())}


@pytest.mark.parametrize("fails", [False, True])
def test_the_garbage_of_others_is_collected_again_after_a_check(
    *, fails: bool, checked: Hand, household: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    during = []

    def tables_of(run: ImportRun) -> Any:
        during.append(gc.isenabled())
        if fails:
            raise UserError("不是表格。")
        return real(run)

    real = checking.tables_of
    monkeypatch.setattr(checking, "tables_of", tables_of)

    run = checked(household, [HOMES, HOME])

    assert run.state == ("failed" if fails else "ready")
    assert (during, gc.isenabled()) == ([False], True)
