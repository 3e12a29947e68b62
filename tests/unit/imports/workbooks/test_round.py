"""Out and back: what is taken, what is asked, and what never happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.models import Commit, Place, User
from qianxian.imports.workbooks import taking
from qianxian.imports.workbooks.diff import Kind
from qianxian.imports.workbooks.taking import Outdated, Undecided
from qianxian.ledgers.attestation import attest, check
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import correct_entry, remove_entry
from qianxian_figures import Period
from tests.unit.imports.workbooks.conftest import Change, Desk, Sheet

pytestmark = pytest.mark.django_db


def test_a_workbook_that_nobody_touched_says_nothing(desk: Desk, sent: Sheet) -> None:
    diff = desk.look(desk.back(sent))

    assert (diff.rows, diff.gone, diff.told, diff.same) == ([], [], [], 3)
    assert not diff.has_anything


def test_what_changed_here_only_is_taken_as_one_commit(
    desk: Desk, sent: Sheet, cleanups: list[Entry]
) -> None:
    first, second, third = cleanups
    sent.fill(sent.day(3), field__people=30)
    sent.fill(sent.day(4), field__held_on="2026.11.6")
    row = sent.empty_row()
    sent.fill(row, field__held_on="2026-11-9", field__kind="沟渠清理", field__people="12")
    before = Commit.objects.count()

    done = desk.confirm(desk.back(sent))

    for entry in cleanups:
        entry.refresh_from_db()
    assert (first.data["people"], second.on, third.version) == (30, date(2026, 11, 6), 1)
    made = Entry.objects.get(ledger="cleanup", on=date(2026, 11, 9))
    assert made.data == {"held_on": "2026-11-09", "kind": "沟渠清理", "people": 12}
    commit = Commit.objects.get(number=done.commit)
    assert (Commit.objects.count(), commit.revisions_count) == (before + 1, 3)
    assert (commit.by, commit.source, commit.source_ref) == ("lijg", "import", done.ref)


def test_the_same_workbook_twice_changes_nothing(
    desk: Desk, sent: Sheet, cleanups: list[Entry]
) -> None:
    sent.fill(sent.day(3), field__people=30)
    sent.fill(sent.empty_row(), field__held_on="2026-11-9", field__kind="沟渠清理")
    desk.confirm(desk.back(sent))
    before = Commit.objects.count(), Entry.objects.count()

    again = desk.back(sent)
    diff = desk.look(again)
    desk.confirm(again)

    assert (diff.rows, diff.same) == ([], 4)
    assert (Commit.objects.count(), Entry.objects.count()) == before


def test_a_new_row_that_was_corrected_since_does_not_come_in_twice(
    desk: Desk, sent: Sheet, change: Change
) -> None:
    sent.fill(sent.empty_row(), field__held_on="2026-11-9", field__kind="沟渠清理", field__people=5)
    desk.confirm(desk.back(sent))
    change(Entry.objects.get(on=date(2026, 11, 9)), people=6)

    diff = desk.look(desk.back(sent))

    assert (diff.rows, diff.same) == ([], 4)


def test_three_conflicts_are_asked_one_by_one(
    desk: Desk, sent: Sheet, cleanups: list[Entry], change: Change
) -> None:
    for day, mine, theirs in ((3, 30, 31), (4, 40, 41), (5, 50, 51)):
        sent.fill(sent.day(day), field__people=mine)
        change(cleanups[day - 3], people=theirs)
    handback = desk.back(sent)
    diff = desk.look(handback)
    conflicts = [one for row in diff.rows for one in row.fields]

    assert [(one.kind, one.before, one.now, one.new) for one in conflicts] == [
        (Kind.CONFLICT, "23 人次", "31 人次", "30 人次"),
        (Kind.CONFLICT, "24 人次", "41 人次", "40 人次"),
        (Kind.CONFLICT, "25 人次", "51 人次", "50 人次"),
    ]
    assert all(one.who == "王秀英 11-18 11:30" for one in conflicts)
    names = [f"{row.id}:people" for row in diff.rows]
    before = Commit.objects.count()
    with pytest.raises(Undecided, match="还有 1 处"):
        desk.confirm(handback, side={names[0]: "theirs", names[1]: "ours"})
    assert Commit.objects.count() == before

    desk.confirm(handback, side={names[0]: "theirs", names[1]: "ours", names[2]: "theirs"})

    found = [Entry.objects.get(pk=entry.pk).data["people"] for entry in cleanups]
    assert found == [30, 41, 50]
    assert Commit.objects.count() == before + 1


def test_both_wrote_the_same_is_no_conflict(
    desk: Desk, sent: Sheet, cleanups: list[Entry], change: Change
) -> None:
    sent.fill(sent.day(3), field__people=30)
    change(cleanups[0], people=30)

    assert desk.look(desk.back(sent)).rows == []


def test_what_the_ledger_changed_and_the_sheet_did_not_stays(
    desk: Desk, sent: Sheet, cleanups: list[Entry], change: Change
) -> None:
    change(cleanups[0], people=99)
    sent.fill(sent.day(3), field__note="下过雨")

    desk.confirm(desk.back(sent))

    assert Entry.objects.get(pk=cleanups[0].pk).data["people"] == 99
    assert Entry.objects.get(pk=cleanups[0].pk).data["note"] == "下过雨"


def test_an_emptied_cell_empties_only_where_it_is_said(
    desk: Desk, sent: Sheet, cleanups: list[Entry]
) -> None:
    row = sent.day(3)
    sent.fill(row, field__people=None)
    handback = desk.back(sent)
    [found] = desk.look(handback).rows

    assert found.fields[0].kind is Kind.CLEARED
    desk.confirm(handback)
    assert Entry.objects.get(pk=cleanups[0].pk).data["people"] == 23

    desk.confirm(desk.back(sent), clear=frozenset([f"{found.id}:people"]))
    assert "people" not in Entry.objects.get(pk=cleanups[0].pk).data


def test_a_required_cell_cannot_be_emptied_and_a_bad_one_is_told_at_its_cell(
    desk: Desk, sent: Sheet
) -> None:
    row = sent.day(3)
    sent.fill(row, field__kind=None, field__people="很多", field__held_on="2026-11-31")

    [found] = desk.look(desk.back(sent)).rows

    assert found.fields == []
    told = {fault.label: (fault.cell, fault.says) for fault in found.faults}
    assert told["做什么"][1] == "做什么必填，表里空了，没有动。"
    assert "很多" in told["参加人次"][1]
    assert "没有这一天" in told["日期"][1]
    assert {cell[1:] for cell, _ in told.values()} == {str(row)}


def test_a_row_that_was_deleted_deletes_nothing(
    desk: Desk, sent: Sheet, cleanups: list[Entry]
) -> None:
    del sent.rows[sent.day(4) - 1]
    handback = desk.back(sent)

    diff = desk.look(handback)
    desk.confirm(handback)

    assert diff.gone == [cleanups[1]]
    assert not Entry.objects.get(pk=cleanups[1].pk).deleted


def test_undo_takes_the_whole_commit_back_and_it_can_come_in_again(
    desk: Desk, sent: Sheet, cleanups: list[Entry]
) -> None:
    sent.fill(sent.day(3), field__people=30)
    sent.fill(sent.empty_row(), field__held_on="2026-11-9", field__kind="沟渠清理")
    done = desk.confirm(desk.back(sent))

    taking.undo(handback=done, by=desk.by, at=done.at)

    assert done.is_taken_back
    assert Entry.objects.get(pk=cleanups[0].pk).data["people"] == 23
    assert not Entry.objects.present().filter(on=date(2026, 11, 9)).exists()
    desk.confirm(desk.back(sent))
    assert Entry.objects.present().filter(on=date(2026, 11, 9)).count() == 1
    desk.confirm(desk.back(sent))
    assert Entry.objects.present().filter(on=date(2026, 11, 9)).count() == 1


def test_what_was_saved_while_somebody_looked_is_shown_again(
    desk: Desk, sent: Sheet, cleanups: list[Entry], change: Change
) -> None:
    sent.fill(sent.day(3), field__people=30)
    handback = desk.back(sent)
    token = desk.look(handback).token()
    change(cleanups[0], people=31)

    with pytest.raises(Outdated, match="再看一遍"):
        taking.confirm(
            handback=handback, choices=taking.Choices(), token=token, by=desk.by, at=handback.at
        )

    assert Entry.objects.get(pk=cleanups[0].pk).data["people"] == 31


def test_a_row_that_was_left_out_by_the_person_is_not_taken(
    desk: Desk, sent: Sheet, cleanups: list[Entry]
) -> None:
    sent.fill(sent.day(3), field__people=30)
    sent.fill(sent.empty_row(), field__held_on="2026-11-9", field__kind="沟渠清理")
    handback = desk.back(sent)
    changed, new = desk.look(handback).rows

    done = desk.confirm(handback, leave=frozenset([f"{changed.id}:people", f"{new.id}:row"]))

    assert done.commit is None
    assert Entry.objects.filter(ledger="cleanup").count() == 3


# ---- the gate ----


def test_a_village_gets_and_returns_only_its_own(
    desk: Desk, sent: Sheet, other_village: Place, clerk: User
) -> None:
    with pytest.raises(NotVisible):
        desk.send(other_village)
    theirs = desk.send(other_village, by=clerk)
    with pytest.raises(NotVisible):
        desk.back(theirs)
    assert desk.back(sent, by=clerk).by == clerk


def test_a_row_of_another_workbook_is_refused(
    desk: Desk, sent: Sheet, other_village: Place, clerk: User
) -> None:
    other = desk.send(other_village, by=clerk)
    row = other.empty_row()
    sent.fill(
        sent.empty_row(),
        key=other.get(row, "key"),
        field__held_on="2026-11-9",
        field__kind="大扫除",
    )

    [found] = desk.look(desk.back(sent)).rows

    assert "别的工作簿" in found.faults[0].says
    assert found.row is None


def test_a_tampered_signature_or_another_sites_is_noticed(
    desk: Desk, sent: Sheet, settings: Any
) -> None:
    sign = sent.sheets["签名"]
    right = sign[1][0]
    sign[1][0] = right.replace("|cleanup|", "|household|")
    with pytest.raises(UserError, match="签名对不上"):
        desk.back(sent)

    sign[1][0] = right
    data = sent.data()
    settings.SITE_KEY = "another site"
    with pytest.raises(UserError, match="签名对不上"):
        desk.back(data)


def test_a_tampered_row_key_names_no_entry(desk: Desk, sent: Sheet, cleanups: list[Entry]) -> None:
    row = sent.day(3)
    key = sent.get(row, "key")
    other = cleanups[1].pk.hex
    sent.fill(row, key=key.replace(cleanups[0].pk.hex, other), field__people=77)

    diff = desk.look(desk.back(sent))

    assert any("编号改过" in told for told in diff.told)
    assert cleanups[0] in diff.gone
    assert not any(row.entry and row.entry.pk.hex == other for row in diff.rows)


# ---- what stands in the way of a row ----


def test_a_locked_period_keeps_a_row_out_and_the_township_may_still_take_it(
    desk: Desk, sent: Sheet, cleanups: list[Entry], village: Place, clerk: User
) -> None:
    ledger = catalogue().ledgers["cleanup"]
    month = Period.of("2026-11")
    later = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
    said = attest(ledger=ledger, village=village, period=month, by=desk.by, at=later)
    check(attestation=said, by=clerk, at=later)
    sent.fill(sent.day(3), field__people=30)

    [row] = desk.look(desk.back(sent, at=later)).rows
    assert "镇里已经核过" in row.faults[0].says
    assert row.is_left

    desk.confirm(desk.back(sent, at=later, by=clerk), by=clerk)
    assert Entry.objects.get(pk=cleanups[0].pk).data["people"] == 30


def test_an_entry_that_was_taken_out_or_moved_away_is_not_touched(
    desk: Desk, sent: Sheet, cleanups: list[Entry], other_village: Place, clerk: User
) -> None:
    for day in (3, 4):
        sent.fill(sent.day(day), field__people=30)
    remove_entry(entry=cleanups[0], version=1, by=clerk, at=desk.at, reason="记重了")
    correct_entry(
        entry=cleanups[1],
        values_changed={},
        version=1,
        by=clerk,
        at=desk.at,
        reason="是石桥村的",
        place=other_village,
    )

    handback = desk.back(sent, by=clerk)
    says = [p.says for row in desk.look(handback, by=clerk).rows for p in row.faults]
    desk.confirm(handback, by=clerk)

    assert "已经从台账里去掉了" in says[0]
    assert "现在在石桥村" in says[1]
    assert Entry.objects.get(pk=cleanups[1].pk).data["people"] == 24


def test_a_row_about_somebody_of_another_village_is_not_taken(
    desk: Desk,
    village: Place,
    other_village: Place,
    clerk: User,
    make_place: Callable[..., Place],
    make_entry: Callable[..., Entry],
) -> None:
    far = make_place("一组", parent=other_village, code="430100100202001")
    make_entry("household", {"number": "2020001", "head": "周远"}, place=far)
    sheet = desk.send(village, by=clerk, ledger="toilet_renovation")
    sheet.fill(sheet.empty_row(), subject__number="2020001", field__kind_before="旱厕")

    [row] = desk.look(desk.back(sheet, by=clerk), by=clerk).rows

    assert "不是清水村的" in row.faults[0].says
    assert row.row is None


def test_values_that_contradict_keep_their_row_out_with_the_sentence(
    desk: Desk, village: Place, clerk: User, make_entry: Callable[..., Entry]
) -> None:
    resident = make_entry("resident", {"number": "201000101", "name": "张三"})
    household = make_entry("household")
    make_entry(
        "membership",
        {"resident": str(resident.pk), "joined_on": "2026-5-1"},
        subject=household,
    )
    sheet = desk.send(village, by=clerk, ledger="membership")
    assert sheet.get(5, "field:resident") == "201000101 张三"
    sheet.fill(5, field__left_on="2026-4-1", field__left_reason="迁出")

    [row] = desk.look(desk.back(sheet, by=clerk), by=clerk).rows

    assert "离户日期不得早于进户日期" in row.faults[0].says
    assert row.is_left


def test_the_same_returned_workbook_is_confirmed_once(desk: Desk, sent: Sheet) -> None:
    sent.fill(sent.day(3), field__people=30)
    handback = desk.back(sent)
    desk.confirm(handback)

    token = desk.look(handback).token()
    with pytest.raises(UserError, match="不能再确认"):
        taking.confirm(
            handback=handback, choices=taking.Choices(), token=token, by=desk.by, at=handback.at
        )


def test_a_file_is_kept_sealed_and_goes_after_a_month(
    desk: Desk, sent: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    handback = desk.back(sent)
    assert "大扫除".encode() not in bytes(handback.sealed or b"")

    assert taking.tidy(None) == 0
    monkeypatch.setattr(timezone, "now", lambda: handback.at + timedelta(days=31))
    assert taking.tidy(None) == 2

    handback.refresh_from_db()
    assert (handback.sealed, handback.state) == (None, "dropped")
