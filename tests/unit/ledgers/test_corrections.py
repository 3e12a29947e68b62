"""Correcting and removing: a reason, the version that was seen, locks, and what only steps may do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from qianxian.core.errors import Conflict, NotAllowed, NotVisible, UserError
from qianxian.core.models import Commit, Grant, Place, Revision, User
from qianxian.ledgers import privacy
from qianxian.ledgers.attestation import attest, check
from qianxian.ledgers.history import last_commit, undo_commit
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import correct_entry, remove_entry
from qianxian.ledgers.values import InvalidEntry
from qianxian_figures import Period
from qianxian_packs import Ledger

SWEPT = {"held_on": "2026-10-20", "kind": "大扫除", "people": "12", "waste": "1.5"}


@pytest.fixture
def swept(make_entry: Callable[..., Entry], village: Place) -> Entry:
    return make_entry("cleanup", SWEPT, place=village)


@pytest.fixture
def locked(
    swept: Entry, clerk: User, village_clerk: User, village: Place, cleanup: Ledger, now: datetime
) -> Entry:
    """An entry in a month that the township has checked."""
    given = attest(
        ledger=cleanup, village=village, period=Period.of("2026-10"), by=village_clerk, at=now
    )
    check(attestation=given, by=clerk, at=now)
    return swept


@pytest.fixture
def put_right(clerk: User, now: datetime) -> Callable[..., Entry]:
    """put_right(entry, people="15"): as the clerk, at the present version."""

    def correct(entry: Entry, **more: Any) -> Entry:
        options = {
            "by": more.pop("by", clerk),
            "version": more.pop("version", entry.version),
            "reason": more.pop("reason", "重新数过"),
            "place": more.pop("place", None),
        }
        return correct_entry(entry=entry, values_changed=more, at=now, **options)

    return correct


def test_a_correction_is_a_new_revision_with_its_reason_and_the_old_one_stays(
    swept: Entry, put_right: Callable[..., Entry]
) -> None:
    put_right(swept, people="15")

    commits = list(Commit.objects.order_by("number"))
    bodies = Revision.objects.filter(key=swept.pk.hex).order_by("commit__number")
    assert swept.data["people"] == 15
    assert swept.version == 2
    assert commits[-1].reason == "重新数过"
    assert ['"people":12' in bodies[0].body, '"people":15' in bodies[1].body] == [True, True]


def test_a_correction_without_a_reason_is_refused(
    swept: Entry, put_right: Callable[..., Entry]
) -> None:
    with pytest.raises(InvalidEntry) as error:
        put_right(swept, people="15", reason="  ")

    swept.refresh_from_db()
    assert set(error.value.errors) == {"reason"}
    assert swept.version == 1


def test_whoever_comes_second_is_told_who_was_first_and_changes_nothing(
    swept: Entry, put_right: Callable[..., Entry]
) -> None:
    put_right(swept, people="15")

    with pytest.raises(Conflict, match=r"王秀英 .* 改过这条"):
        put_right(swept, people="20", version=1)

    swept.refresh_from_db()
    assert swept.data["people"] == 15


@pytest.mark.parametrize("version", [0, 2, 99])
def test_a_version_that_was_never_shown_is_a_conflict(
    swept: Entry, put_right: Callable[..., Entry], version: int
) -> None:
    with pytest.raises(Conflict):
        put_right(swept, people="15", version=version)

    assert Revision.objects.filter(key=swept.pk.hex).count() == 1


def test_a_required_field_cannot_be_emptied(swept: Entry, put_right: Callable[..., Entry]) -> None:
    with pytest.raises(InvalidEntry, match="还没填做什么"):
        put_right(swept, kind="")


def test_derived_columns_follow_the_correction(
    swept: Entry, put_right: Callable[..., Entry]
) -> None:
    put_right(swept, held_on="2026-11-02", kind="沟渠清理")

    assert swept.on == date(2026, 11, 2)
    assert swept.title == "沟渠清理 2026-11-02"
    assert swept.initials.startswith("gqql")


def test_an_entry_moves_only_to_a_place_that_the_clerk_may_record(
    swept: Entry, put_right: Callable[..., Entry], village_clerk: User, other_village: Place
) -> None:
    with pytest.raises(InvalidEntry, match="石桥村不归你的岗位记"):
        put_right(swept, by=village_clerk, place=other_village)

    put_right(swept, place=other_village)
    assert swept.place == other_village


def test_an_entry_does_not_move_into_another_township(
    swept: Entry,
    put_right: Callable[..., Entry],
    clerk: User,
    make_place: Callable[..., Place],
    county: Place,
) -> None:
    elsewhere = make_place("一村", parent=make_place("白水镇", parent=county))
    Grant.objects.create(role="office_clerk", line="", place=county, user=clerk)

    with pytest.raises(InvalidEntry, match="不能改到别的乡镇"):
        put_right(swept, place=elsewhere)


def test_in_a_locked_period_only_the_township_corrects(
    locked: Entry, put_right: Callable[..., Entry], village_clerk: User
) -> None:
    with pytest.raises(NotAllowed, match="镇里已经核过"):
        put_right(locked, by=village_clerk, people="15")

    put_right(locked, people="15")
    assert locked.data["people"] == 15
    assert not locked.late


def test_an_entry_that_is_moved_into_a_locked_period_is_late(
    locked: Entry, put_right: Callable[..., Entry], make_entry: Callable[..., Entry], village: Place
) -> None:
    newer = make_entry("cleanup", {**SWEPT, "held_on": "2026-11-05"}, place=village)

    put_right(newer, held_on="2026-10-31")

    assert newer.late


def test_outside_ones_reach_an_entry_is_not_there(
    swept: Entry, put_right: Callable[..., Entry], outsider: User
) -> None:
    with pytest.raises(NotVisible):
        put_right(swept, by=outsider, people="15")


def test_a_reader_sees_but_does_not_correct(
    swept: Entry, put_right: Callable[..., Entry], leader: User
) -> None:
    with pytest.raises(NotAllowed):
        put_right(swept, by=leader, people="15")


def test_a_field_that_a_step_fills_is_not_filled_by_a_correction(
    make_entry: Callable[..., Entry], put_right: Callable[..., Entry]
) -> None:
    toilet = make_entry("toilet_renovation", {}, subject=make_entry())

    with pytest.raises(InvalidEntry, match="在办“验收合格，销号”那一步时填"):
        put_right(toilet, accepted_on="2026-11-10")


def test_what_a_step_filled_can_be_put_right_but_not_emptied(
    make_entry: Callable[..., Entry], put_right: Callable[..., Entry]
) -> None:
    toilet = make_entry("toilet_renovation", {"started_on": "2026-10-01"}, subject=make_entry())

    put_right(toilet, started_on="2026-10-02")

    assert toilet.data["started_on"] == "2026-10-02"
    with pytest.raises(InvalidEntry, match="可以改，不能空着"):
        put_right(toilet, started_on="")


def test_a_value_that_the_definition_no_longer_knows_does_not_stand_in_the_way(
    swept: Entry, put_right: Callable[..., Entry]
) -> None:
    Entry.objects.filter(pk=swept.pk).update(data={**swept.data, "kind": "旧的一种"})
    swept.refresh_from_db()

    put_right(swept, people="15")

    assert (swept.data["kind"], swept.data["people"]) == ("旧的一种", 15)


def test_a_private_value_is_replaced_or_cleared_and_never_shown_in_the_revision(
    make_entry: Callable[..., Entry], put_right: Callable[..., Entry]
) -> None:
    household = make_entry(values={"phone": "13800138000"})

    put_right(household, phone="13900139000")
    replaced = privacy.read(household.pk, "phone")
    put_right(household, phone="")

    assert replaced == "13900139000"
    assert privacy.read(household.pk, "phone") is None
    assert not Revision.objects.filter(body__contains="13900139000").exists()


def test_removing_takes_an_entry_out_of_lists_and_keeps_its_history(
    swept: Entry, clerk: User, now: datetime
) -> None:
    remove_entry(entry=swept, version=1, by=clerk, at=now, reason="记重了")

    assert not Entry.objects.present().exists()
    assert Revision.objects.filter(key=swept.pk.hex).count() == 2


def test_removing_wants_a_reason_the_seen_version_and_something_to_remove(
    swept: Entry, clerk: User, now: datetime
) -> None:
    with pytest.raises(UserError, match="还没写为什么"):
        remove_entry(entry=swept, version=1, by=clerk, at=now, reason="")
    with pytest.raises(Conflict):
        remove_entry(entry=swept, version=7, by=clerk, at=now, reason="记重了")
    remove_entry(entry=swept, version=1, by=clerk, at=now, reason="记重了")
    with pytest.raises(UserError, match="已经去掉了"):
        remove_entry(entry=swept, version=2, by=clerk, at=now, reason="再来一次")


def test_a_removed_entry_is_not_corrected(
    swept: Entry, clerk: User, put_right: Callable[..., Entry], now: datetime
) -> None:
    remove_entry(entry=swept, version=1, by=clerk, at=now, reason="记重了")

    with pytest.raises(UserError, match="已经去掉了，不能再改"):
        put_right(swept, people="15")


def test_a_removed_entry_frees_its_key(
    make_entry: Callable[..., Entry], clerk: User, now: datetime
) -> None:
    household = make_entry()
    first = make_entry("toilet_renovation", {}, subject=household)
    undo_commit(commit=last_commit(first), by=clerk, at=now + timedelta(minutes=1))

    second = make_entry("toilet_renovation", {}, subject=household)

    assert second.pk != first.pk
