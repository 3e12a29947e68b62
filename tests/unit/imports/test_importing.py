"""From a workbook to one commit, and back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.models import Commit, Place, Revision, User
from qianxian.imports import jobs, services
from qianxian.imports.models import Fault, ImportRun, StagedRow
from qianxian.ledgers import privacy
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import correct_entry
from qianxian_packs import Ledger
from tests.unit.imports.conftest import Hand, land

pytestmark = pytest.mark.django_db

HEAD = ["序号", "村", "日期", "做什么", "参加人次", "清运垃圾（吨）", "说明"]
GOOD = [1, "清水村", date(2026, 11, 3).isoformat(), "大扫除", 23, 1.5, "渠边"]
OTHER = [2, "清水村", "2026年11月4日", "沟渠清理", 12, None, None]
HOMES = ["户编号", "户主", "村", "组", "常住人口", "联系电话"]
HOME = ["2010001", "张三", "清水村", "三组", 3, "13800138000"]


@pytest.fixture(autouse=True)
def places(village: Place, group: Place) -> None:
    """清水村 with its 三组."""


@pytest.fixture
def everyone(make_user: Callable[..., User], township: Place) -> User:
    """Somebody who records in every line."""
    return make_user("何思", role="office_clerk", place=township)


def test_good_rows_land_as_one_commit_and_the_bad_one_stays_out(
    landed: Hand, cleanup: Ledger
) -> None:
    bad = [3, "清水村", "没有这一天", "大扫除", 5, None, None]

    run = landed(cleanup, [HEAD, GOOD, OTHER, bad])

    assert (run.state, run.new, run.faulty) == ("landed", 2, 1)
    commit = Commit.objects.get(source="import")
    assert (commit.number, commit.revisions_count) == (run.commit, 2)
    entries = Entry.objects.order_by("on")
    assert [str(e.data.get("waste")) for e in entries] == ["1.500", "None"]
    fault = Fault.objects.get()
    assert (fault.cell, fault.code, fault.value) == ("C4", "bad_date", "没有这一天")


def test_the_same_file_twice_adds_nothing(landed: Hand, checked: Hand, cleanup: Ledger) -> None:
    landed(cleanup, [HEAD, GOOD, OTHER])

    again = checked(cleanup, [HEAD, GOOD, OTHER])

    assert (again.new, again.changed, again.same) == (0, 0, 2)
    with pytest.raises(UserError, match="没有要存的行"):
        services.request_landing(run=again, takes_changes=True, by=again.by, at=again.started_at)


def test_a_row_that_was_corrected_since_is_still_the_one_that_was_imported(
    landed: Hand, checked: Hand, cleanup: Ledger, clerk: User, now: datetime
) -> None:
    landed(cleanup, [HEAD, GOOD])
    correct_entry(
        entry=Entry.objects.get(),
        values_changed={"people": "25"},
        version=1,
        by=clerk,
        at=now,
        reason="数错了",
    )

    assert checked(cleanup, [HEAD, GOOD]).same == 1


def test_undo_takes_the_import_back_and_it_can_come_in_again(
    landed: Hand, checked: Hand, cleanup: Ledger, now: datetime
) -> None:
    run = landed(cleanup, [HEAD, GOOD, OTHER])

    services.undo(run=run, by=run.by, at=now)

    run.refresh_from_db()
    assert run.state == "undone"
    assert not Entry.objects.present().exists()
    assert checked(cleanup, [HEAD, GOOD, OTHER]).new == 2


def test_a_known_key_with_other_values_is_shown_and_taken_only_if_wanted(
    landed: Hand, checked: Hand, household: Ledger, now: datetime
) -> None:
    landed(household, [HOMES, HOME])
    fewer = [*HOME[:4], 5, HOME[5]]

    run = checked(household, [HOMES, fewer])
    assert (run.new, run.changed) == (0, 1)
    assert Entry.objects.get().data["persons"] == 3

    run = land(run, now, changes=True)
    entry = Entry.objects.get()
    assert (run.state, entry.data["persons"], entry.version) == ("landed", 5, 2)
    services.undo(run=run, by=run.by, at=now)
    assert Entry.objects.get().data["persons"] == 3


def test_an_empty_cell_does_not_clear_what_is_there(
    landed: Hand, checked: Hand, household: Ledger
) -> None:
    landed(household, [HOMES, HOME])

    run = checked(household, [HOMES, [*HOME[:5], None]])

    assert (run.same, run.changed) == (1, 0)


def test_private_values_are_sealed_in_staging_and_open_after_landing(
    checked: Hand, household: Ledger, now: datetime, data: Path
) -> None:
    run = checked(household, [HOMES, HOME])

    staged = StagedRow.objects.get()
    assert "13800138000" not in staged.state + str(bytes(staged.sealed or b""))
    kept = [path for path in (data / "files").rglob("*") if path.is_file()]
    assert kept
    assert all("张三".encode() not in path.read_bytes() for path in kept)

    land(run, now)
    entry = Entry.objects.get()
    assert privacy.read(entry.pk, "phone") == "13800138000"
    revision = Revision.objects.get(kind="entry", key=entry.pk.hex)
    assert "13800138000" not in revision.body
    assert checked(household, [HOMES, HOME]).same == 1


def test_a_changed_private_value_replaces_the_old_one(landed: Hand, household: Ledger) -> None:
    landed(household, [HOMES, HOME])

    run = landed(household, [HOMES, [*HOME[:5], "13900139000"]], changes=True)

    assert (run.state, run.changed) == ("landed", 1)
    assert privacy.read(Entry.objects.get().pk, "phone") == "13900139000"


def test_a_fault_in_a_private_cell_does_not_tell_what_stands_there(
    checked: Hand, household: Ledger
) -> None:
    checked(household, [HOMES, [*HOME[:5], "1380013800"]])

    fault = Fault.objects.get()
    assert fault.code == "bad_phone"
    assert "1380013800" not in fault.says + fault.value


def test_rows_that_repeat_in_the_file_come_in_once(checked: Hand, household: Ledger) -> None:
    run = checked(household, [HOMES, HOME, HOME, [*HOME[:4], 7, None]])

    assert (run.new, run.faulty) == (1, 2)
    assert list(Fault.objects.values_list("row", "code")) == [
        (3, "duplicate"),
        (4, "duplicate_key"),
    ]


def test_an_unknown_village_is_named_with_the_near_one(checked: Hand, cleanup: Ledger) -> None:
    checked(cleanup, [HEAD, [1, "清水林村", *GOOD[2:]]])

    assert "是不是清水村" in Fault.objects.get().says


def test_a_village_out_of_reach_is_refused(
    checked: Hand, cleanup: Ledger, village_clerk: User, other_village: Place
) -> None:
    run = checked(cleanup, [HEAD, [1, "石桥村", *GOOD[2:]], GOOD], by=village_clerk)

    assert (run.new, run.faulty) == (1, 1)
    assert "不归你的岗位记" in Fault.objects.get().says


def test_who_may_not_record_here_hands_nothing_in(
    checked: Hand, cleanup: Ledger, outsider: User
) -> None:
    with pytest.raises(NotVisible):
        checked(cleanup, [HEAD, GOOD], by=outsider)


def test_matters_open_in_their_first_state_and_columns_of_steps_are_refused(
    landed: Hand, toilets: Ledger, make_entry: Callable[..., Entry]
) -> None:
    home = make_entry(values={"number": "2010007", "head": "李四"})
    head = ["户编号", "户主", "村", "改前类型", "验收日期"]

    run = landed(toilets, [head, ["2010007", "李四", "清水村", "旱厕", "2026-10-01"]])

    matter = Entry.objects.get(ledger=toilets.id)
    assert (matter.subject, matter.place) == (home, home.place)
    assert matter.state == catalogue().flows[toilets.flow or ""].initial
    assert "accepted_on" not in matter.data
    fault = Fault.objects.get(code="step_column")
    assert (fault.cell, fault.stops) == ("E1", False)
    assert "那一步时填" in fault.says
    assert run.faulty == 0


def test_a_name_that_two_households_bear_is_asked_about(
    checked: Hand, toilets: Ledger, make_entry: Callable[..., Entry]
) -> None:
    for number in ("2010001", "2010002"):
        make_entry(values={"number": number, "head": "王五"})

    checked(toilets, [["户主", "村", "改前类型"], ["王五", "清水村", "旱厕"]])

    says = Fault.objects.get().says
    assert "2 个“王五”" in says
    assert "2010001" in says


def test_what_somebody_recorded_meanwhile_is_not_recorded_twice(
    checked: Hand, household: Ledger, make_entry: Callable[..., Entry], now: datetime
) -> None:
    run = checked(household, [HOMES, HOME, ["2010002", "李四", "清水村", "三组", 2, None]])
    make_entry(values={"number": "2010001", "head": "张三", "persons": 3})

    run = land(run, now)

    assert (run.state, run.new, run.faulty) == ("landed", 1, 1)
    assert Fault.objects.get(code="moved").row == 2
    assert Entry.objects.filter(ledger="household").count() == 2


def test_a_file_that_is_no_table_is_told(
    clerk: User, township: Place, cleanup: Ledger, now: datetime
) -> None:
    run = services.hand_in(
        data=b"not a table", name="x.xlsx", ledger=cleanup, township=township, by=clerk, at=now
    )
    jobs.check_import.call(run.pk, run.check_number)

    run.refresh_from_db()
    assert run.state == ImportRun.State.FAILED
    assert "x.xlsx" in run.told


def test_title_lines_sums_and_a_village_written_once_are_understood(
    landed: Hand, cleanup: Ledger, other_village: Place
) -> None:
    rows = [
        ["青禾镇村庄清洁行动台账"],
        [None, None, None, "成效", None],
        ["村", "日期", "做什么", "参加人次", "清运垃圾（吨）"],
        ["清水村", "2026-11-03", "大扫除", 10, 1.5],
        [None, "2026-11-04", "大扫除", 20, 2],
        ["小计", None, None, 30, 3.5],
        ["石桥村", "2026-11-03", "沟渠清理", 5, 1],
        ["合计", None, None, 35, 4.5],
        ["填表人：王秀英", None, "审核：周明"],
    ]

    run = landed(cleanup, rows)

    assert (run.new, run.faulty) == (3, 0)
    told = Entry.objects.order_by("place__name", "on").values_list("place__name", "data__people")
    assert list(told) == [("清水村", 10), ("清水村", 20), ("石桥村", 5)]


def test_a_sheet_that_names_its_village_in_the_title_needs_no_column(
    landed: Hand, cleanup: Ledger, other_village: Place
) -> None:
    head = ["日期", "做什么", "参加人次"]

    run = landed(
        cleanup,
        [["石桥村清洁行动记录"], head, ["2026-11-03", "大扫除", 10], ["2026-11-05", "大扫除", 11]],
    )

    assert (run.new, run.faulty) == (2, 0)
    assert {e.place for e in Entry.objects.all()} == {other_village}


def test_an_amount_under_another_unit_is_converted(landed: Hand, cleanup: Ledger) -> None:
    head = ["村", "日期", "做什么", "清运垃圾（斤）"]

    landed(cleanup, [head, ["清水村", "2026-11-03", "大扫除", 500]])

    assert Entry.objects.get().data["waste"] == "0.250"


def test_ties_that_overlap_are_told_at_their_row(
    checked: Hand, make_entry: Callable[..., Entry], everyone: User
) -> None:
    make_entry(values={"number": "2010001", "head": "张三"})
    make_entry(values={"number": "2010002", "head": "李四"})
    make_entry("resident", {"number": "201000101", "name": "张三"}, by=everyone)
    head = ["户编号", "村", "人员", "与户主关系", "进户日期", "离户日期"]
    rows = [
        ["2010001", "清水村", "201000101", "户主", "2026-01-05", None],
        ["2010002", "清水村", "201000101", "子女", "2026-03-05", None],
    ]

    run = checked(catalogue().ledgers["membership"], [head, *rows], by=everyone)

    assert (run.new, run.faulty) == (1, 1)
    assert Fault.objects.get(code="overlap").row == 3
