"""What history tells, taking a whole save back, and finding what was changed behind its back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from qianxian.core.commits import Actor, Change
from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.models import Commit, Place, Revision, User
from qianxian.ledgers import privacy
from qianxian.ledgers.attestation import attest, check
from qianxian.ledgers.history import undo_commit, versions
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, correct_entry, remove_entry, save_entries
from qianxian.ledgers.store import state_of, store
from qianxian.ledgers.story import story
from qianxian.ledgers.verify import verify_entries
from qianxian_figures import Period
from qianxian_packs import Ledger

SWEPT = {"held_on": "2026-10-20", "kind": "大扫除", "people": "12"}


@pytest.fixture
def swept(make_entry: Callable[..., Entry], village: Place) -> Entry:
    return make_entry("cleanup", SWEPT, place=village)


def newest() -> Commit:
    return Commit.objects.latest("number")


def corrected(entry: Entry, by: User, at: datetime, **values: str) -> Commit:
    correct_entry(
        entry=entry, values_changed=values, version=entry.version, by=by, at=at, reason="写错了"
    )
    return newest()


def test_versions_say_what_differs_from_the_one_before(
    swept: Entry, clerk: User, now: datetime
) -> None:
    corrected(swept, clerk, now, people="15", note="补记")

    changes = [version.changes for version in versions(swept)]

    assert changes[0]["people"] == (None, 12)
    assert changes[1] == {"people": (12, 15), "note": (None, "补记")}


def test_undoing_a_correction_brings_the_old_values_back_as_a_new_commit(
    swept: Entry, clerk: User, now: datetime
) -> None:
    commit = corrected(swept, clerk, now, people="15")

    undone = undo_commit(commit=commit, by=clerk, at=now)

    swept.refresh_from_db()
    assert (swept.data["people"], swept.version) == (12, 3)
    assert (undone.number, undone.undoes) == (3, commit.number)


def test_undoing_an_import_takes_out_every_row_of_it(
    clerk: User, village: Place, cleanup: Ledger, now: datetime
) -> None:
    rows = [Row({**SWEPT, "people": str(n)}, village) for n in range(1, 8)]
    save_entries(ledger=cleanup, rows=rows, by=clerk, at=now, source="import")

    undone = undo_commit(commit=newest(), by=clerk, at=now)

    assert not Entry.objects.present().exists()
    assert undone.revisions_count == 7


def test_undoing_an_undo_brings_the_rows_back(swept: Entry, clerk: User, now: datetime) -> None:
    undone = undo_commit(commit=newest(), by=clerk, at=now)

    undo_commit(commit=undone, by=clerk, at=now)

    assert Entry.objects.present().get() == swept


def test_a_removal_can_be_taken_back(swept: Entry, clerk: User, now: datetime) -> None:
    remove_entry(entry=swept, version=1, by=clerk, at=now, reason="记重了")

    undo_commit(commit=newest(), by=clerk, at=now)

    assert Entry.objects.present().get().data == swept.data


def test_a_later_save_is_never_undone_silently(swept: Entry, clerk: User, now: datetime) -> None:
    first = newest()
    corrected(swept, clerk, now, people="15")

    with pytest.raises(UserError, match="后来王秀英又改过"):
        undo_commit(commit=first, by=clerk, at=now)

    swept.refresh_from_db()
    assert swept.data["people"] == 15


def test_the_same_commit_is_not_undone_twice(swept: Entry, clerk: User, now: datetime) -> None:
    first = newest()
    undo_commit(commit=first, by=clerk, at=now)

    with pytest.raises(UserError, match="已经撤回过了"):
        undo_commit(commit=first, by=clerk, at=now)


def test_undo_keeps_to_the_gate(swept: Entry, leader: User, outsider: User, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        undo_commit(commit=newest(), by=leader, at=now)
    with pytest.raises(NotVisible):
        undo_commit(commit=newest(), by=outsider, at=now)


def test_undo_keeps_to_the_lock(
    clerk: User, village_clerk: User, village: Place, cleanup: Ledger, now: datetime
) -> None:
    save_entries(ledger=cleanup, rows=[Row(SWEPT, village)], by=village_clerk, at=now)
    saved, october = newest(), Period.of("2026-10")
    given = attest(ledger=cleanup, village=village, period=october, by=village_clerk, at=now)
    check(attestation=given, by=clerk, at=now)

    with pytest.raises(NotAllowed, match="镇里已经核过"):
        undo_commit(commit=saved, by=village_clerk, at=now)


def test_undo_brings_a_private_value_back(
    make_entry: Callable[..., Entry], clerk: User, now: datetime
) -> None:
    household = make_entry(values={"phone": "13800138000"})
    commit = corrected(household, clerk, now, phone="13900139000")

    undo_commit(commit=commit, by=clerk, at=now)

    assert privacy.read(household.pk, "phone") == "13800138000"


def test_undo_takes_a_private_value_out_that_was_not_there_before(
    make_entry: Callable[..., Entry], clerk: User, now: datetime
) -> None:
    household = make_entry()
    commit = corrected(household, clerk, now, phone="13900139000")

    undo_commit(commit=commit, by=clerk, at=now)

    assert privacy.read(household.pk, "phone") is None


def test_a_commit_that_holds_more_than_entries_is_not_undone(
    swept: Entry, clerk: User, township: Place, now: datetime
) -> None:
    also = [Change(Revision.Kind.TARGET, "t", {"id": "t"})]
    state = state_of(swept, campaign="spring")
    commit = store(states=[state], township=township, by=Actor.of(clerk), at=now, also=also)

    with pytest.raises(UserError, match="不只动了记录"):
        undo_commit(commit=commit, by=clerk, at=now)


def test_the_history_is_told_in_words_newest_first(
    swept: Entry, clerk: User, other_village: Place, now: datetime, today: object
) -> None:
    correct_entry(
        entry=swept,
        values_changed={"people": "15"},
        version=1,
        by=clerk,
        at=now,
        reason="对照签到表",
        place=other_village,
    )

    told = story(swept, user=clerk, on=now.date())

    assert [c.commit.reason for c in told] == ["对照签到表", ""]
    assert [(d.label, d.old, d.new) for d in told[0].differences] == [
        ("地方", "清水村", "石桥村"),
        ("参加人次", "12 人次", "15 人次"),
    ]
    assert [bool(chapter.undo_url) for chapter in told] == [True, False]


def test_the_history_tells_that_a_private_value_changed_and_not_which(
    make_entry: Callable[..., Entry], clerk: User, now: datetime
) -> None:
    household = make_entry(values={"phone": "13800138000"})
    corrected(household, clerk, now, phone="13900139000")

    told = story(household, user=clerk, on=now.date())

    words = "".join(d.old + d.new for chapter in told for d in chapter.differences)
    assert [d.label for d in told[0].differences] == ["联系电话"]
    assert "138" not in words
    assert "139" not in words


def test_a_row_that_was_changed_in_the_table_alone_is_found(
    swept: Entry, township: Place, make_entry: Callable[..., Entry], village: Place
) -> None:
    make_entry("cleanup", SWEPT, place=village)
    before = list(verify_entries(township.path))
    Entry.objects.filter(pk=swept.pk).update(data={**swept.data, "people": 99})

    faults = list(verify_entries(township.path))

    assert before == []
    assert [fault.key for fault in faults] == [swept.pk.hex]


def test_undo_on_another_day_keeps_its_own_time(swept: Entry, clerk: User, now: datetime) -> None:
    later = now + timedelta(days=3)

    undone = undo_commit(commit=newest(), by=clerk, at=later)

    assert undone.at == later
