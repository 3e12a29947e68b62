"""Entries that hang on entries: recorded together or later, and never on what is not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Place, Stream, User
from qianxian.core.verify import verify
from qianxian.ledgers import history, services
from qianxian.ledgers.asof import entries_as_of
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row
from qianxian.ledgers.values import InvalidEntry
from qianxian.ledgers.verify import verify_entries

MakeEntry = Callable[..., Entry]
HAZARD = {"found_on": "2026-11-17", "kind": "消防", "level": "一般", "description": "通道堵塞"}


@pytest.fixture
def clerk(make_user: Callable[..., User], township: Place) -> User:
    """A clerk of every line in the whole township."""
    return make_user("王秀英", role="office_clerk", place=township, username="wangxy")


@pytest.fixture
def premises(make_entry: MakeEntry, village: Place) -> Entry:
    return make_entry("premises", {"name": "青禾加油站", "kind": "加油站"}, place=village)


def inspection_row(premises: Entry) -> Row:
    values = {
        "inspected_on": "2026-11-17",
        "kind": "消防",
        "inspectors": 2,
        "result": "责令限期整改",
    }
    return Row(values, premises.place, premises)


def hazard_row(place: Place, parent: Entry | Row, **more: Any) -> Row:
    return Row({**HAZARD, **more}, place, parent=parent)


@pytest.fixture
def inspection(premises: Entry, clerk: User, now: datetime) -> Entry:
    ledger = catalogue().ledgers["inspection"]
    return services.save_entry(ledger=ledger, row=inspection_row(premises), by=clerk, at=now)


def save_hazard(parent: Entry, by: User, at: datetime, **more: Any) -> Entry:
    row = replace(hazard_row(parent.place, parent), **more)
    return services.save_entry(ledger=catalogue().ledgers["hazard"], row=row, by=by, at=at)


def test_an_inspection_and_its_hazards_are_one_commit_and_are_taken_back_as_one(
    premises: Entry, clerk: User, now: datetime
) -> None:
    ledgers, first = catalogue().ledgers, inspection_row(premises)
    hazards = [
        hazard_row(premises.place, first),
        hazard_row(premises.place, first, description="灭火器过期"),
    ]
    before = Commit.objects.count()

    keys = services.save_together(
        batches=[(ledgers["inspection"], [first]), (ledgers["hazard"], hazards)], by=clerk, at=now
    )

    assert Commit.objects.count() == before + 1
    inspection = Entry.objects.get(pk=keys[0])
    assert {child.pk for child in inspection.children.all()} == set(keys[1:])
    assert list(verify_entries(premises.place.path)) == []

    history.undo_commit(commit=Commit.objects.latest("number"), by=clerk, at=now)
    assert not Entry.objects.present().filter(pk__in=keys).exists()


def test_more_can_be_raised_later_as_one_commit(
    inspection: Entry, clerk: User, now: datetime
) -> None:
    rows = [Row(HAZARD, inspection.place), Row({**HAZARD, "kind": "燃气"}, inspection.place)]
    before = Commit.objects.count()

    services.raise_matters(
        parent=inspection, ledger=catalogue().ledgers["hazard"], rows=rows, by=clerk, at=now
    )

    assert inspection.children.count() == 2
    assert Commit.objects.count() == before + 1


def test_history_holds_the_parent_and_notices_another_one(
    inspection: Entry, clerk: User, now: datetime, township: Place
) -> None:
    hazard = save_hazard(inspection, clerk, now)
    day = timezone.localdate(now)
    (then,) = entries_as_of(catalogue().ledgers["hazard"], day, user=clerk, on=day)

    assert then.parent_id == inspection.pk
    assert history.versions(hazard)[0].body["parent"] == inspection.pk.hex
    assert list(verify_entries(township.path)) == []
    assert list(verify(Stream.objects.get())) == []

    Entry.objects.filter(pk=hazard.pk).update(parent=None)
    assert [fault.key for fault in verify_entries(township.path)] == [hazard.pk.hex]


def test_undoing_a_correction_keeps_the_parent(
    inspection: Entry, clerk: User, now: datetime
) -> None:
    hazard = save_hazard(inspection, clerk, now)
    services.correct_entry(
        entry=hazard,
        values_changed={"kind": "燃气"},
        version=1,
        by=clerk,
        at=now,
        reason="记错了",
    )

    history.undo_commit(commit=Commit.objects.latest("number"), by=clerk, at=now)

    hazard.refresh_from_db()
    assert (hazard.data["kind"], hazard.parent_id) == ("消防", inspection.pk)


def test_an_entry_hangs_only_where_its_definition_lets_it(
    premises: Entry, clerk: User, now: datetime
) -> None:
    with pytest.raises(InvalidEntry, match="不能挂在场所底册下面") as refused:
        save_hazard(premises, clerk, now)

    assert list(refused.value.errors) == ["parent"]


def test_what_the_saver_does_not_see_is_not_there_to_hang_on(
    inspection: Entry, make_user: Callable[..., User], other_village: Place, now: datetime
) -> None:
    stranger = make_user("石报账", role="village_clerk", place=other_village)
    row = hazard_row(other_village, inspection)

    with pytest.raises(InvalidEntry, match="找不到"):
        services.save_entry(ledger=catalogue().ledgers["hazard"], row=row, by=stranger, at=now)


def test_nothing_hangs_across_townships(
    inspection: Entry, make_place: Any, county: Place, make_user: Any, now: datetime
) -> None:
    beyond = make_place("邻村", parent=make_place("邻镇", parent=county))
    everywhere = make_user("县里", role="office_clerk", place=county)
    row = hazard_row(beyond, inspection)

    with pytest.raises(InvalidEntry, match="别的乡镇"):
        services.save_entry(ledger=catalogue().ledgers["hazard"], row=row, by=everywhere, at=now)


def test_nothing_hangs_on_what_was_removed_and_a_stale_page_does_not_help(
    inspection: Entry, clerk: User, now: datetime
) -> None:
    stale = Entry.objects.get(pk=inspection.pk)
    services.remove_entry(entry=inspection, version=1, by=clerk, at=now, reason="重复了")

    with pytest.raises(InvalidEntry, match="已经去掉了"):
        save_hazard(stale, clerk, now)


def test_what_something_hangs_on_is_not_removed_before_it(
    inspection: Entry, clerk: User, now: datetime
) -> None:
    made = Commit.objects.latest("number")
    hazard = save_hazard(inspection, clerk, now)

    with pytest.raises(UserError, match="下面还挂着隐患排查整改台账"):
        services.remove_entry(entry=inspection, version=1, by=clerk, at=now, reason="重复了")
    with pytest.raises(UserError, match="下面还挂着"):
        history.undo_commit(commit=made, by=clerk, at=now)

    history.undo_commit(commit=history.last_commit(hazard), by=clerk, at=now)
    services.remove_entry(entry=inspection, version=1, by=clerk, at=now, reason="重复了")
    assert not Entry.objects.present().filter(pk=inspection.pk).exists()


def test_nothing_new_hangs_on_a_matter_that_has_ended(
    make_entry: MakeEntry, clerk: User, township: Place, village: Place, now: datetime
) -> None:
    notice = make_entry(
        "notice",
        {
            "issuer": "县农办",
            "subject_text": "报送摸排表",
            "received_on": "2026-11-16",
            "deadline": "2026-11-30",
            "asks": "报表",
        },
        place=township,
    )
    Entry.objects.filter(pk=notice.pk).update(state="closed", post=None)
    ledger = catalogue().ledgers["assignment"]
    row = Row({"asks": "报表", "deadline": "2026-11-25"}, village, parent=notice)

    with pytest.raises(InvalidEntry, match="已经办结了"):
        services.save_entry(ledger=ledger, row=row, by=clerk, at=now)

    Entry.objects.filter(pk=notice.pk).update(state="received")
    services.save_entry(ledger=ledger, row=row, by=clerk, at=now + timedelta(hours=1))
    assert notice.children.count() == 1
