"""Recording entries: what is taken, what is refused, and with which words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.models import Commit, Place, Revision, User
from qianxian.core.place_events import acts, plans
from qianxian.ledgers import privacy
from qianxian.ledgers.attestation import attest, check
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, save_entries, save_entry
from qianxian.ledgers.values import InvalidEntry
from qianxian_figures import Period
from qianxian_packs import Ledger

SWEPT = {"held_on": "2026-11-03", "kind": "大扫除", "people": "12", "waste": "1.5"}
ID_NUMBER = "110101199003078494"


def test_an_entry_is_stored_with_its_columns_and_recorded_in_the_stream(
    clerk: User, village: Place, cleanup: Ledger, now: datetime
) -> None:
    entry = save_entry(ledger=cleanup, row=Row(SWEPT, village), by=clerk, at=now, post="p1")

    commit = Commit.objects.get()
    assert entry.on == date(2026, 11, 3)
    assert entry.data == {
        "held_on": "2026-11-03",
        "kind": "大扫除",
        "people": 12,
        "waste": "1.500",
    }
    assert (commit.number, commit.by, commit.post) == (1, "wangxy", "p1")
    body = json.loads(commit.revisions.get().body)
    assert (body["id"], body["data"]) == (entry.pk.hex, entry.data)


def test_all_rows_of_an_import_are_one_commit(
    clerk: User, village: Place, other_village: Place, cleanup: Ledger, now: datetime
) -> None:
    rows = [Row(SWEPT, village), Row(SWEPT, other_village), Row(SWEPT, village)]

    keys = save_entries(ledger=cleanup, rows=rows, by=clerk, at=now, source="import")

    assert Commit.objects.get().revisions_count == 3
    assert set(keys) == set(Entry.objects.values_list("pk", flat=True))


def test_one_bad_row_keeps_the_whole_import_out(
    clerk: User, village: Place, cleanup: Ledger, now: datetime
) -> None:
    rows = [Row(SWEPT, village), Row({**SWEPT, "people": "许多"}, village)]

    with pytest.raises(InvalidEntry):
        save_entries(ledger=cleanup, rows=rows, by=clerk, at=now)

    assert not Entry.objects.exists()
    assert not Commit.objects.exists()


def test_every_fault_is_told_at_its_field_at_once(
    clerk: User, village: Place, cleanup: Ledger, now: datetime
) -> None:
    row = Row({"kind": "唱歌", "people": "-3", "waste": "x", "colour": "红"}, village)

    with pytest.raises(InvalidEntry) as error:
        save_entry(ledger=cleanup, row=row, by=clerk, at=now)

    assert set(error.value.errors) == {"held_on", "kind", "people", "waste", ""}
    assert error.value.errors["held_on"] == "还没填日期。"


def test_a_check_between_fields_refuses_what_cannot_be(
    clerk: User,
    make_entry: Callable[..., Entry],
    group: Place,
    toilets: Ledger,
    now: datetime,
) -> None:
    values = {"surveyed_on": "2026-10-05", "declared_on": "2026-10-01"}

    with pytest.raises(InvalidEntry, match="申报日期不得早于摸排日期"):
        save_entry(ledger=toilets, row=Row(values, group, subject=make_entry()), by=clerk, at=now)


def test_a_place_that_is_not_fine_enough_is_refused(
    clerk: User, village: Place, now: datetime, make_entry: Callable[..., Entry], toilets: Ledger
) -> None:
    with pytest.raises(InvalidEntry, match="要写到组"):
        save_entry(ledger=toilets, row=Row({}, village, subject=make_entry()), by=clerk, at=now)


def test_a_place_of_another_village_is_not_the_village_clerks(
    village_clerk: User, other_village: Place, cleanup: Ledger, now: datetime
) -> None:
    with pytest.raises(NotAllowed, match="石桥村"):
        save_entry(ledger=cleanup, row=Row(SWEPT, other_village), by=village_clerk, at=now)


def test_a_merged_village_takes_entries_of_its_time_only(
    clerk: User,
    make_user: Callable[..., User],
    township: Place,
    village: Place,
    other_village: Place,
    cleanup: Ledger,
    now: datetime,
) -> None:
    admin = make_user("管理", role="administrator", place=township)
    acts.carry_out(plan=plans.merge(other_village, village, date(2026, 11, 1)), by=admin, at=now)
    other_village.refresh_from_db()
    before = {**SWEPT, "held_on": "2026-10-20"}

    entry = save_entry(ledger=cleanup, row=Row(before, other_village), by=clerk, at=now)

    assert entry.place == other_village
    with pytest.raises(InvalidEntry, match="现在归清水村"):
        save_entry(ledger=cleanup, row=Row(SWEPT, other_village), by=clerk, at=now)


def test_a_ledger_about_households_asks_which_one(
    clerk: User, group: Place, toilets: Ledger, now: datetime
) -> None:
    with pytest.raises(InvalidEntry) as error:
        save_entry(ledger=toilets, row=Row({}, group), by=clerk, at=now)

    assert set(error.value.errors) == {"subject"}


def test_a_household_that_one_may_not_see_cannot_be_the_subject(
    village_clerk: User,
    make_place: Callable[..., Place],
    make_entry: Callable[..., Entry],
    other_village: Place,
    group: Place,
    toilets: Ledger,
    now: datetime,
) -> None:
    stranger = make_entry(place=make_place("一组", parent=other_village))

    with pytest.raises(InvalidEntry) as error:
        save_entry(ledger=toilets, row=Row({}, group, subject=stranger), by=village_clerk, at=now)

    assert stranger.title not in str(error.value)


def test_an_entry_of_another_register_cannot_be_the_subject(
    clerk: User,
    make_entry: Callable[..., Entry],
    village: Place,
    group: Place,
    toilets: Ledger,
    now: datetime,
) -> None:
    swept = make_entry("cleanup", SWEPT, place=village)

    with pytest.raises(InvalidEntry, match="不在农村户厕改造台账要的底册里"):
        save_entry(ledger=toilets, row=Row({}, group, subject=swept), by=clerk, at=now)


def test_a_second_entry_with_the_same_key_is_refused_with_its_name(
    make_entry: Callable[..., Entry],
) -> None:
    household = make_entry()
    make_entry("toilet_renovation", {}, subject=household)

    with pytest.raises(UserError, match=f"{household.title}已经有一条了"):
        make_entry("toilet_renovation", {}, subject=household)

    assert Entry.objects.filter(ledger="toilet_renovation").count() == 1


def test_a_row_dated_into_a_locked_period_is_taken_and_marked_late(
    clerk: User, village_clerk: User, village: Place, cleanup: Ledger, now: datetime
) -> None:
    october = Period.of("2026-10")
    given = attest(
        ledger=cleanup, village=village, period=october, by=village_clerk, at=now, is_zero=True
    )
    check(attestation=given, by=clerk, at=now)

    late = {**SWEPT, "held_on": "2026-10-20"}
    rows = [Row(late, village), Row(SWEPT, village)]
    save_entries(ledger=cleanup, rows=rows, by=clerk, at=now)

    assert dict(Entry.objects.values_list("on", "late")) == {
        date(2026, 10, 20): True,
        date(2026, 11, 3): False,
    }


def test_private_values_are_sealed_and_only_their_digest_is_in_the_revision(
    everywhere: User, make_entry: Callable[..., Entry], village: Place, patrol: Ledger
) -> None:
    values = {
        "number": "7",
        "what": "井盖松",
        "seen_on": "2026-11-02",
        "id_number": ID_NUMBER,
        "illness": "腰伤",
    }
    entry = make_entry("patrol", values, place=village, subject=make_entry(), by=everywhere)

    stored = json.dumps(list(Entry.objects.values("data", "title", "initials", "key_text")))
    bodies = "".join(Revision.objects.values_list("body", flat=True))
    assert ID_NUMBER not in stored + bodies
    assert "腰伤" not in stored + bodies
    assert privacy.read(entry.pk, "id_number") == ID_NUMBER
    assert set(json.loads(Revision.objects.get(key=entry.pk.hex).body)["private"]) == {
        "id_number",
        "illness",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("from_place", "430199999999"),
        ("reported_to", "nobody"),
        ("other", "0" * 32),
        ("other", "不是编号"),
    ],
)
def test_a_field_that_points_to_nothing_is_refused(
    everywhere: User,
    make_entry: Callable[..., Entry],
    village: Place,
    patrol: Ledger,
    field: str,
    value: str,
) -> None:
    values = {"number": "7", "what": "井盖松", "seen_on": "2026-11-02", field: value}

    with pytest.raises(InvalidEntry) as error:
        make_entry("patrol", values, place=village, subject=make_entry(), by=everywhere)

    assert set(error.value.errors) == {field}


def test_the_same_form_sent_twice_cannot_become_two_entries(
    clerk: User, village: Place, cleanup: Ledger, now: datetime
) -> None:
    row = Row(SWEPT, village)
    save_entry(ledger=cleanup, row=row, by=clerk, at=now)

    with pytest.raises(UserError, match="已经记过"):
        save_entry(ledger=cleanup, row=row, by=clerk, at=now + timedelta(seconds=1))

    assert Entry.objects.count() == 1
