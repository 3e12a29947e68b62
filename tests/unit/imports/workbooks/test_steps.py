"""Steps through a workbook: taken one by one, refused with their sentence, never guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from qianxian.core.models import Commit, Grant, Place, User
from qianxian.imports.workbooks import stepping
from qianxian.ledgers.models import Entry
from tests.unit.imports.workbooks.trip import VILLAGE, Trip
from tests.unit.matters.conftest import START, make_matter, matter, office, start
from tests.unit.matters.office import MakeMatter, Office

__all__ = ["make_matter", "matter", "office", "start"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def declared(matter: Entry, office: Office, village: Place) -> Trip:
    """A toilet that was surveyed, in the workbook of its village."""
    return Trip(matter, village, office.a[VILLAGE], START + timedelta(days=1))


DECLARED = {"kind": "三格化粪池", "declared_on": "2026-11-4"}


def test_a_step_is_taken_by_whoever_confirms_in_their_post(declared: Trip, office: Office) -> None:
    declared.ask("申报", DECLARED)

    [result] = declared.confirm()

    declared.entry.refresh_from_db()
    assert (result["ok"], declared.entry.state) == (True, "declared")
    assert declared.entry.data["declared_on"] == "2026-11-04"
    commit = Commit.objects.latest("pk")
    assert (commit.by, commit.post) == ("hechuntao", office.posts[VILLAGE].pk)


def test_fields_and_new_rows_are_one_commit_and_each_step_is_its_own(
    declared: Trip, make_matter: MakeMatter
) -> None:
    declared.ask("申报", DECLARED).sheet.fill(declared.row, field__note="墙角有树")
    before = Commit.objects.count()

    declared.confirm()

    declared.entry.refresh_from_db()
    assert Commit.objects.count() == before + 2
    assert (declared.entry.data["note"], declared.entry.version) == ("墙角有树", 3)


def test_a_crash_between_the_commit_and_its_steps_loses_none(
    declared: Trip, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared.ask("申报", DECLARED).sheet.fill(declared.row, field__note="墙角有树")
    declared.look()

    def crash(_pk: int, *, at: datetime) -> None:
        raise RuntimeError(at)

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(stepping, "take", crash)
        declared.desk.confirm(declared.handback)
    declared.handback.refresh_from_db()
    waiting = bytes(declared.handback.pending or b"")
    assert (declared.handback.state, declared.handback.results) == ("confirmed", [])
    assert waiting
    assert b"2026" not in waiting

    for _ in range(2):  # a job may run twice
        stepping.finish_handback.call(declared.handback.pk)

    declared.entry.refresh_from_db()
    declared.handback.refresh_from_db()
    assert (declared.entry.state, declared.entry.version) == ("declared", 3)
    assert [result["ok"] for result in declared.handback.results] == [True]
    assert declared.handback.pending is None


def test_a_step_that_was_taken_is_not_taken_again_by_the_same_workbook(declared: Trip) -> None:
    declared.ask("申报", DECLARED)
    declared.confirm()
    before = Commit.objects.count()

    again = declared.wish()
    [result] = declared.confirm()

    assert "何春桃办过了" in again.done
    assert result["ok"]
    assert Commit.objects.count() == before


def test_what_the_next_step_asks_for_is_open_and_all_else_of_steps_is_locked(
    declared: Trip, office: Office, village: Place
) -> None:
    sheet = declared.sheet
    assert sheet.get(declared.row, "now") == "已摸排"
    sheet.fill(declared.row, step__completed_on="2026-11-4")

    [row] = declared.look().rows

    assert "完工日期这一格是锁着的" in row.faults[0].says


def test_a_date_without_a_step_takes_no_step(declared: Trip) -> None:
    declared.sheet.fill(declared.row, step__declared_on="2026-11-4")

    [row] = declared.look().rows

    assert "没选“这次办哪一步”" in row.faults[0].says
    assert row.step is None


def test_a_step_that_there_is_not_is_told_with_those_that_there_are(declared: Trip) -> None:
    declared.ask("修好了", {})

    [row] = declared.look().rows

    assert "没有“修好了”这一步。现在能办的是：申报、农户放弃。" in row.faults[0].says


def test_giving_up_wants_its_reason_and_a_photo_that_no_workbook_holds(declared: Trip) -> None:
    assert "还差：写一句为什么" in declared.ask("农户放弃", {}).says()

    asked = declared.ask("农户放弃", {}, reason="外出务工")

    assert "要 1 张照片，表里带不了" in asked.says()


def test_the_township_cannot_take_a_step_of_the_village(
    declared: Trip, office: Office, chief: User
) -> None:
    declared.ask("申报", DECLARED)
    declared.desk.by = chief

    assert "这一步归" in declared.says()
    [result] = declared.confirm()
    declared.entry.refresh_from_db()
    assert (result["ok"], declared.entry.state) == (False, "surveyed")


@pytest.fixture
def chief(make_user: Callable[..., User], township: Place) -> User:
    user = make_user("王干事", username="wangganshi")
    Grant.objects.create(role="office_clerk", place=township, user=user)
    return user


def test_a_step_that_the_person_leaves_is_not_taken(declared: Trip) -> None:
    declared.ask("申报", DECLARED)

    assert declared.confirm(leave=frozenset([f"{declared.entry.pk.hex}:step"])) == []

    declared.entry.refresh_from_db()
    assert declared.entry.state == "surveyed"


def test_a_step_after_what_somebody_moved_on_meanwhile_is_refused(
    declared: Trip, office: Office
) -> None:
    at = declared.desk.at + timedelta(minutes=5)
    office.take(declared.entry, "give_up", at, reason="外出务工")

    assert "这一件是“农户放弃”" in declared.ask("申报", DECLARED).says()


# ---- every flow of every pack ----
