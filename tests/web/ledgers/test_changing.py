"""Correcting, conflicts, removing, taking back, and seeing a private value once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qianxian.core.models import Commit, Place, User
from qianxian.ledgers import privacy
from qianxian.ledgers.models import AccessLog, Entry
from qianxian.ledgers.services import Row, correct_entry, save_entries
from qianxian_packs import Ledger

SWEPT = {"held_on": "2026-11-03", "kind": "大扫除", "people": "12", "waste": "1.5"}
PHONE = "13800138000"
AsUser = Callable[[User], Client]


@pytest.fixture
def swept(make_entry: Callable[..., Entry], village: Place) -> Entry:
    return make_entry("cleanup", SWEPT, place=village)


@pytest.fixture
def household(make_entry: Callable[..., Entry]) -> Entry:
    return make_entry(values={"head": "赵春桃", "phone": PHONE})


@pytest.fixture
def reader(make_user: Callable[..., User], township: Place) -> User:
    return make_user("李晓芸", role="privacy_reader", place=township, username="lixy")


def url_of(name: str, entry: Entry, *more: str) -> str:
    return reverse(f"ledgers:{name}", args=[entry.ledger, entry.pk, *more])


def correction(entry: Entry, **more: Any) -> dict[str, Any]:
    """What a browser sends from the form for correcting, with these fields changed."""
    given = {"version": entry.version, "place": entry.place_id, "reason": "对照签到表"}
    return {**given, **{k: str(v) for k, v in entry.data.items()}, **more}


def test_the_form_holds_the_present_values(as_user: AsUser, clerk: User, swept: Entry) -> None:
    page = as_user(clerk).get(url_of("correct", swept)).content.decode()

    assert 'value="1.500"' in page
    assert 'value="大扫除" required' not in page
    assert 'name="version" value="1"' in page


def test_a_correction_is_saved_told_and_can_be_taken_back(
    as_user: AsUser, clerk: User, swept: Entry
) -> None:
    client = as_user(clerk)

    page = client.post(url_of("correct", swept), correction(swept, people="15"), follow=True)

    swept.refresh_from_db()
    assert swept.data["people"] == 15
    assert "已改：大扫除 2026-11-03" in page.content.decode()
    assert "对照签到表" in page.content.decode()
    client.post(reverse("ledgers:undo", args=["430100100000", 2]))
    swept.refresh_from_db()
    assert swept.data["people"] == 12


def test_the_same_number_otherwise_typed_is_no_change(
    as_user: AsUser, clerk: User, swept: Entry
) -> None:
    form = correction(swept, people="１２", waste="1.50")

    response = as_user(clerk).post(url_of("correct", swept), form)

    assert response.status_code == 422
    assert "没有改动，和原来一样" in response.content.decode()
    assert Commit.objects.count() == 1


def test_a_refused_correction_keeps_what_was_typed(
    as_user: AsUser, clerk: User, swept: Entry
) -> None:
    form = correction(swept, people="许多", note="沟边", reason="")

    response = as_user(clerk).post(url_of("correct", swept), form)

    page = response.content.decode()
    assert response.status_code == 422
    assert "还没写为什么改" in page
    assert "沟边" in page
    swept.refresh_from_db()
    assert swept.version == 1


def test_a_conflict_shows_both_and_the_second_save_keeps_what_only_they_changed(
    as_user: AsUser,
    clerk: User,
    make_user: Callable[..., User],
    township: Place,
    swept: Entry,
    now: datetime,
) -> None:
    other = make_user("何春桃", role="office_clerk", place=township)
    mine = correction(swept, people="44", note="还清了排水沟")
    correct_entry(
        entry=swept,
        values_changed={"people": "30", "waste": "2.5"},
        version=1,
        by=other,
        at=now + timedelta(minutes=1),
        reason="重新数过",
    )
    client = as_user(clerk)

    refused = client.post(url_of("correct", swept), mine)

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "何春桃 11-18 10:31 改过这条" in page
    rows = {
        row["label"]: (row["theirs"], row["mine"]) for row in refused.context["conflict"]["rows"]
    }
    assert rows == {"参加人次": ("30 人次", "44"), "清运垃圾": ("2.5 吨", "")}
    form = refused.context["form"]
    again = {name: form[name].value() or "" for name in form.fields}
    assert again["note"] == "还清了排水沟"
    client.post(url_of("correct", swept), again)
    swept.refresh_from_db()
    assert (swept.version, swept.data["people"], swept.data["waste"]) == (3, 44, "2.500")


@pytest.mark.parametrize("version", ["", "0", "99", "许多"])
def test_a_tampered_version_changes_nothing(
    as_user: AsUser, clerk: User, swept: Entry, version: str
) -> None:
    form = correction(swept, people="15", version=version)

    response = as_user(clerk).post(url_of("correct", swept), form)

    assert response.status_code in (409, 422)
    swept.refresh_from_db()
    assert swept.data["people"] == 12


def test_a_private_value_is_not_in_the_form_and_stays_when_left_empty(
    as_user: AsUser, clerk: User, household: Entry
) -> None:
    client = as_user(clerk)
    form = {**correction(household, head="赵春生", phone=""), "is_occupied": ""}

    page = client.get(url_of("correct", household)).content.decode()
    client.post(url_of("correct", household), form)

    household.refresh_from_db()
    assert PHONE not in page
    assert household.data["head"] == "赵春生"
    assert privacy.read(household.pk, "phone") == PHONE


def test_a_private_value_is_replaced_or_deleted_by_a_tick(
    as_user: AsUser, clerk: User, household: Entry
) -> None:
    client, url = as_user(clerk), url_of("correct", household)

    client.post(url, {**correction(household, phone="13900139000"), "is_occupied": ""})
    replaced = privacy.read(household.pk, "phone")
    household.refresh_from_db()
    client.post(url, {**correction(household, clear_phone="on"), "is_occupied": ""})

    assert replaced == "13900139000"
    assert privacy.read(household.pk, "phone") is None


def test_a_reader_gets_no_form_for_correcting(as_user: AsUser, leader: User, swept: Entry) -> None:
    for name in ("correct", "remove"):
        assert as_user(leader).get(url_of(name, swept)).status_code == 403


def test_removing_asks_for_a_reason_and_can_be_taken_back(
    as_user: AsUser, clerk: User, swept: Entry
) -> None:
    client, url = as_user(clerk), url_of("remove", swept)

    asked = client.get(url).content.decode()
    refused = client.post(url, {"version": "1", "reason": ""})
    done = client.post(url, {"version": "1", "reason": "记重了"}, follow=True)

    assert "去掉“大扫除 2026-11-03”？" in asked
    assert refused.status_code == 422
    assert "已去掉：大扫除 2026-11-03" in done.content.decode()
    assert not Entry.objects.present().exists()
    page = client.get(swept.get_absolute_url()).content.decode()
    assert "这一条已去掉" in page
    client.post(reverse("ledgers:undo", args=["430100100000", 2]))
    assert Entry.objects.present().exists()


def test_removing_a_version_that_was_not_seen_is_refused(
    as_user: AsUser, clerk: User, swept: Entry
) -> None:
    response = as_user(clerk).post(url_of("remove", swept), {"version": "7", "reason": "记重了"})

    assert response.status_code == 422
    assert "改过这条" in response.content.decode()
    assert Entry.objects.present().exists()


def test_taking_back_an_import_takes_back_all_of_it(
    as_user: AsUser, clerk: User, village: Place, cleanup: Ledger, now: datetime
) -> None:
    rows = [Row(SWEPT, village) for _ in range(3)]
    save_entries(ledger=cleanup, rows=rows, by=clerk, at=now, source="import")
    client = as_user(clerk)

    asked = client.get(Entry.objects.all()[0].get_absolute_url()).content.decode()
    done = client.post(reverse("ledgers:undo", args=["430100100000", 1]), follow=True)

    assert "这一次存了 3 条，会一起撤回" in asked
    assert "已撤回 3 条" in done.content.decode()
    assert not Entry.objects.present().exists()


def test_taking_back_keeps_to_the_gate(
    as_user: AsUser, leader: User, outsider: User, swept: Entry
) -> None:
    url = reverse("ledgers:undo", args=["430100100000", 1])

    codes = [as_user(user).post(url).status_code for user in (leader, outsider)]

    assert codes == [403, 404]
    assert as_user(leader).get(url).status_code == 405
    unknown = reverse("ledgers:undo", args=["430100100000", 99])
    assert as_user(leader).post(unknown).status_code == 404
    assert Entry.objects.present().exists()


def test_seeing_once_asks_why_shows_the_value_and_lists_the_reading(
    as_user: AsUser, reader: User, household: Entry
) -> None:
    client, url = as_user(reader), url_of("private", household, "phone")

    asked = client.get(url)
    refused = client.post(url, {"reason": ""})
    shown = client.post(url, {"reason": "通知领补助"})
    afterwards = client.get(household.get_absolute_url())

    assert PHONE not in asked.content.decode() + refused.content.decode()
    assert refused.status_code == 422
    assert PHONE in shown.content.decode()
    assert shown["Refresh"].startswith("30; url=/ledgers/household/")
    assert "no-store" in shown["Cache-Control"]
    page = afterwards.content.decode()
    assert PHONE not in page
    assert "138****8000" in page
    assert "“通知领补助”" in page
    assert AccessLog.objects.count() == 1


def test_seeing_once_is_not_for_everybody(
    as_user: AsUser, clerk: User, outsider: User, reader: User, household: Entry
) -> None:
    url = url_of("private", household, "phone")

    codes = [
        as_user(user).post(url, {"reason": "通知领补助"}).status_code for user in (clerk, outsider)
    ]

    assert codes == [403, 404]
    assert as_user(reader).get(url_of("private", household, "head")).status_code == 404
    assert not AccessLog.objects.exists()
