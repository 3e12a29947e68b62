"""A grid saved: one commit of the good rows, the others told at their cells, nobody overwritten."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.models import Commit, Place, Revision, User
from qianxian.ledgers.grid import services
from qianxian.ledgers.grid.columns import columns_of
from qianxian.ledgers.grid.preparing import prepare
from qianxian.ledgers.grid.reading import Typed
from qianxian.ledgers.grid.services import MOST, Outcome, check_rows, save_rows
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import correct_entry, remove_entry
from qianxian.ledgers.values import InvalidEntry
from qianxian_packs import Ledger

GOOD = {"place": "清水村", "held_on": "2026.11.3", "kind": "大扫除", "people": "１２０"}


def new(cells: dict[str, str], picked: dict[str, str] | None = None) -> Typed:
    return Typed(uuid.uuid4(), 0, cells, picked or {})


def changed(entry: Entry, cells: dict[str, str], version: int = 0) -> Typed:
    return Typed(entry.pk, version or entry.version, cells)


@pytest.fixture
def save(cleanup: Ledger, clerk: User, now: datetime) -> Callable[..., Outcome]:
    def saved(
        *rows: Typed, reason: str = "", by: User = clerk, ledger: Ledger = cleanup
    ) -> Outcome:
        return save_rows(ledger=ledger, rows=rows, by=by, at=now, reason=reason)

    return saved


@pytest.fixture
def swept(make_entry: Callable[..., Entry], village: Place) -> Entry:
    values = {"held_on": "2026-11-01", "kind": "大扫除", "people": "80"}
    return make_entry("cleanup", values, place=village)


def test_good_rows_are_one_commit_and_bad_ones_are_told_at_their_cells(
    save: Callable[..., Outcome], village: Place, other_village: Place, swept: Entry
) -> None:
    good, second = new(GOOD), new({**GOOD, "place": "石桥", "waste": "3500公斤"})
    bad = new({**GOOD, "people": "很多人", "kind": "扫地", "place": "清泉村"})
    correction = changed(swept, {"people": "1,080"})

    found = save(good, bad, second, correction, reason="数错了")

    assert set(found.saved) == {good.key, second.key, swept.pk}
    assert found.commit is not None
    assert found.commit.revisions.count() == 3
    assert (found.commit.reason, found.commit.source) == ("数错了", Commit.Source.PAGE)
    assert found.saved[second.key].texts["waste"] == "3.5"
    assert found.saved[swept.pk].version == 2
    assert Entry.objects.get(pk=good.key).data["people"] == 120
    assert set(found.faults) == {bad.key}
    assert set(found.faults[bad.key]) == {"place", "people", "kind"}
    assert "这里要写数字" in found.faults[bad.key]["people"]
    assert "清水村" in found.faults[bad.key]["place"]


def test_what_is_sent_twice_is_saved_once(
    save: Callable[..., Outcome], swept: Entry, village: Place
) -> None:
    row, correction = new(GOOD), changed(swept, {"people": "90"})
    save(row, correction, reason="数错了")
    commits = Commit.objects.count()

    again = save(row, correction, reason="数错了")

    assert again.commit is None
    assert (set(again.saved), again.clashes) == ({row.key, swept.pk}, {})
    assert (Commit.objects.count(), Entry.objects.get(pk=swept.pk).version) == (commits, 2)


def test_a_new_row_that_was_typed_on_after_a_lost_answer_is_compared_not_doubled(
    save: Callable[..., Outcome], village: Place
) -> None:
    row = new(GOOD)
    save(row)

    found = save(Typed(row.key, 0, {**GOOD, "people": "130"}))

    clash = found.clashes[row.key]
    assert (clash.version, clash.cells["people"].now) == (1, "120")
    assert Entry.objects.filter(ledger="cleanup").count() == 1


def test_a_row_that_somebody_changed_comes_back_with_who_when_and_both_values(
    save: Callable[..., Outcome], swept: Entry, village_clerk: User, now: datetime
) -> None:
    seen = swept.version
    correct_entry(
        entry=swept,
        values_changed={"people": "95", "note": "雨天"},
        version=seen,
        by=village_clerk,
        at=now + timedelta(hours=1),
        reason="补数",
    )

    found = save(changed(swept, {"people": "100"}, seen), reason="数错了")

    clash = found.clashes[swept.pk]
    assert (found.commit, found.saved, found.faults) == (None, {}, {})
    assert (clash.who, clash.when, clash.version) == ("李建国", "11-18 11:30", 2)
    assert (clash.cells["people"].was, clash.cells["people"].now) == ("80", "95")
    assert clash.cells["note"].now == "雨天"
    assert Entry.objects.get(pk=swept.pk).data["people"] == 95
    decided = save(changed(swept, {"people": "100"}, clash.version), reason="数错了")
    assert decided.saved[swept.pk].texts["people"] == "100"


def test_a_save_in_between_is_seen_under_the_lock(
    save: Callable[..., Outcome],
    swept: Entry,
    village_clerk: User,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rows are worked out before the lock is taken; somebody may save just then."""

    def and_then_another(*args: Any, **options: Any) -> Any:
        found = prepare(*args, **options)
        monkeypatch.setattr(services, "prepare", prepare)
        change: dict[str, Any] = {"version": 1, "reason": "补数"}
        change["values_changed"] = {"people": "95"}
        correct_entry(entry=Entry.objects.get(pk=swept.pk), by=village_clerk, at=now, **change)
        return found

    monkeypatch.setattr(services, "prepare", and_then_another)
    good = new(GOOD)

    found = save(changed(swept, {"people": "100"}), good, reason="数错了")

    assert set(found.saved) == {good.key}
    assert found.clashes[swept.pk].cells["people"].now == "95"
    assert Entry.objects.get(pk=swept.pk).data["people"] == 95


def test_a_correction_wants_a_reason_and_nothing_is_saved_without(
    save: Callable[..., Outcome], swept: Entry
) -> None:
    row = new(GOOD)

    with pytest.raises(InvalidEntry, match="还没写为什么改"):
        save(row, changed(swept, {"people": "90"}))

    assert not Entry.objects.filter(pk=row.key).exists()
    swept.refresh_from_db()
    assert swept.version == 1


def test_a_removed_row_is_told_so(
    save: Callable[..., Outcome], swept: Entry, clerk: User, now: datetime
) -> None:
    remove_entry(entry=swept, version=1, by=clerk, at=now, reason="记重了")

    found = save(changed(swept, {"people": "90"}, 1), reason="数错了")

    assert "已经去掉了" in found.faults[swept.pk][""]


def test_fields_of_steps_and_private_fields_are_refused(
    toilets: Ledger,
    save: Callable[..., Outcome],
    make_entry: Callable[..., Entry],
    clerk: User,
    now: datetime,
) -> None:
    household = make_entry()
    columns = {c.name: c for c in columns_of(toilets, clerk, now.date())}
    assert columns["accepted_on"].why_not
    assert columns["payee_account"].why_not
    row = new(
        {
            "subject": household.title,
            "accepted_on": "2026-11-01",
            "payee_account": "6222020200112233",
        }
    )

    found = save(row, ledger=toilets)

    assert found.commit is None
    assert "那一步时填" in found.faults[row.key]["accepted_on"]
    assert "隐私" in found.faults[row.key]["payee_account"]


def test_a_household_is_found_by_number_or_name_and_never_guessed(
    toilets: Ledger, save: Callable[..., Outcome], make_entry: Callable[..., Entry], village: Place
) -> None:
    one = make_entry(values={"number": "2010001", "head": "张明"})
    two = make_entry(values={"number": "2010002", "head": "张明"})
    by_number, by_name, picked = (
        new({"subject": "2010001"}),
        new({"subject": "张明"}),
        new({"subject": two.title}, {"subject": two.pk.hex}),
    )
    twice = new({"subject": "2010001"})

    found = save(by_number, by_name, picked, twice, ledger=toilets)

    assert Entry.objects.get(pk=by_number.key).subject == one
    assert Entry.objects.get(pk=picked.key).subject == two
    assert "有 2 个" in found.faults[by_name.key]["subject"]
    assert "已经有一条了" in found.faults[twice.key]["subject"]


def test_checking_writes_nothing_and_says_how_each_cell_is_read(
    cleanup: Ledger, clerk: User, now: datetime, village: Place, swept: Entry
) -> None:
    row = new({**GOOD, "people": "约120"})
    commits, revisions = Commit.objects.count(), Revision.objects.count()

    found = check_rows(
        ledger=cleanup,
        rows=[row, changed(swept, {"people": "0.9万", "waste": "500 公斤"})],
        by=clerk,
        at=now,
    )

    assert found.texts[row.key] | {"people": ""} == {
        "place": "清水村",
        "held_on": "2026-11-03",
        "kind": "大扫除",
        "people": "",
    }
    assert "约120" in found.faults[row.key]["people"]
    assert found.texts[swept.pk] == {"people": "0.9万", "waste": "0.5"}
    assert "不能大于 2000" in found.faults[swept.pk]["people"]
    assert (Commit.objects.count(), Revision.objects.count()) == (commits, revisions)


def test_the_gate_is_asked_for_every_row(
    save: Callable[..., Outcome],
    outsider: User,
    village_clerk: User,
    other_village: Place,
    make_entry: Callable[..., Entry],
) -> None:
    values = {"held_on": "2026-11-01", "kind": "大扫除"}
    elsewhere = make_entry("cleanup", values, place=other_village)
    row = new({**GOOD, "place": "石桥村"})

    found = save(changed(elsewhere, {"people": "9"}), row, reason="改", by=village_clerk)

    assert "不归你的岗位看" in found.faults[elsewhere.pk][""]
    assert "不归你的岗位记" in found.faults[row.key]["place"]
    with pytest.raises(NotAllowed):
        save(new(GOOD), by=outsider)
    with pytest.raises(UserError, match="一次最多存"):
        save(*(new(GOOD) for _ in range(MOST + 1)))
