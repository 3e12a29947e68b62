"""The forms: made from the definition, kept when refused, and saved once."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qianxian.core.models import Place, User
from qianxian.ledgers import privacy
from qianxian.ledgers.attestation import attest, check
from qianxian.ledgers.models import Entry
from qianxian_figures import Period
from qianxian_packs import Ledger

AsUser = Callable[[User], Client]
MakeEntry = Callable[..., Entry]


def new_url(ledger: str) -> str:
    return reverse("ledgers:new", args=[ledger])


def form_of(village: Place, **more: Any) -> dict[str, Any]:
    """What a browser sends from the form of the cleanup ledger."""
    return {
        "token": str(uuid.uuid4()),
        "place": village.code,
        "held_on_near": "2026-11-18",
        "held_on": "",
        "kind": "大扫除",
        "people": "12",
        **more,
    }


def test_the_form_has_a_field_for_each_kind_of_the_definition(
    as_user: AsUser, everywhere: User, patrol: Ledger, village: Place
) -> None:
    page = as_user(everywhere).get(new_url("patrol")).content.decode()

    for name in ("number", "grade", "faults", "is_fixed", "at", "from_place", "reported_to"):
        assert f'name="{name}"' in page
    assert 'name="other_search"' in page
    assert 'name="subject_search"' in page
    assert 'type="datetime-local"' in page
    assert page.count("加锁存放") == 2


def test_a_matter_is_not_asked_for_what_later_steps_fill(
    as_user: AsUser, clerk: User, group: Place
) -> None:
    page = as_user(clerk).get(new_url("toilet_renovation")).content.decode()

    assert 'name="surveyed_on"' in page
    assert 'name="accepted_on"' not in page


def test_places_are_those_that_the_clerk_may_record_and_fine_enough(
    as_user: AsUser, village_clerk: User, village: Place, other_village: Place, group: Place
) -> None:
    client = as_user(village_clerk)

    cleanup = client.get(new_url("cleanup")).content.decode()
    toilets = client.get(new_url("toilet_renovation")).content.decode()

    assert village.code in cleanup
    assert other_village.code not in cleanup
    assert f'value="{group.code}"' in toilets
    assert f'value="{village.code}"' not in toilets


def test_whoever_may_only_read_gets_no_form(as_user: AsUser, leader: User, village: Place) -> None:
    response = as_user(leader).get(new_url("cleanup"))

    assert response.status_code == 403
    assert "不归你的岗位记" in response.content.decode()


def test_saving_leads_to_the_entry_and_offers_to_take_it_back(
    as_user: AsUser, clerk: User, village: Place
) -> None:
    client = as_user(clerk)

    response = client.post(new_url("cleanup"), form_of(village), follow=True)

    entry = Entry.objects.get()
    page = response.content.decode()
    assert response.redirect_chain == [(entry.get_absolute_url(), 302)]
    assert "已记：大扫除 2026-11-18" in page
    undo = reverse("ledgers:undo", args=["430100100000", 1])
    assert f'action="{undo}"' in page
    client.post(undo)
    assert not Entry.objects.present().exists()


@pytest.mark.parametrize(
    ("near", "other", "day"),
    [
        ("2026-11-18", "", "2026-11-18"),
        ("2026-11-17", "", "2026-11-17"),
        ("other", "2026-11-03", "2026-11-03"),
        ("2026-11-18", "2026-11-03", "2026-11-18"),
        ("", "2026-11-03", "2026-11-03"),
    ],
)
def test_today_and_yesterday_are_buttons_and_another_day_is_typed(
    as_user: AsUser, clerk: User, village: Place, near: str, other: str, day: str
) -> None:
    form = form_of(village, held_on_near=near, held_on=other)

    as_user(clerk).post(new_url("cleanup"), form)

    assert Entry.objects.get().data["held_on"] == day


def test_a_refused_form_says_all_at_the_top_and_at_the_fields_and_keeps_what_was_typed(
    as_user: AsUser, clerk: User, village: Place, other_village: Place
) -> None:
    form = form_of(village, kind="", people="许多", note="沟边", place="")

    response = as_user(clerk).post(new_url("cleanup"), form)

    page = response.content.decode()
    assert response.status_code == 422
    assert page.count("还没填做什么。") == 2
    assert page.count("参加人次写成了“许多”，这里要写数字。") == 2
    assert page.count("还没选地方。请选一个归你记的地方。") == 2
    assert "有 3 处要改，还没有存" in page
    assert "沟边" in page
    assert not Entry.objects.exists()


def test_a_form_that_is_sent_twice_records_one_entry(
    as_user: AsUser, clerk: User, village: Place
) -> None:
    client, form = as_user(clerk), form_of(village)

    client.post(new_url("cleanup"), form)
    second = client.post(new_url("cleanup"), form, follow=True)

    assert Entry.objects.count() == 1
    assert "没有再记一遍" in second.content.decode()


def test_a_place_outside_ones_reach_cannot_be_sent_by_hand(
    as_user: AsUser, village_clerk: User, village: Place, other_village: Place
) -> None:
    response = as_user(village_clerk).post(new_url("cleanup"), form_of(other_village))

    assert response.status_code == 422
    assert not Entry.objects.exists()


def test_the_register_is_searched_through_the_gate_while_one_types(
    as_user: AsUser,
    clerk: User,
    village_clerk: User,
    make_entry: MakeEntry,
    make_place: Callable[..., Place],
    other_village: Place,
) -> None:
    near = make_entry(values={"head": "赵春桃"})
    far = make_entry(values={"head": "赵春生"}, place=make_place("一组", parent=other_village))
    url = reverse("ledgers:candidates", args=["toilet_renovation", "subject"])

    seen = {
        user.name: as_user(user).get(url, {"subject_search": "zc"}).content.decode()
        for user in (clerk, village_clerk)
    }

    assert str(near.pk) in seen["王秀英"]
    assert str(far.pk) in seen["王秀英"]
    assert str(near.pk) in seen["李建国"]
    assert str(far.pk) not in seen["李建国"]


def test_a_household_that_the_ledger_has_already_is_marked(
    as_user: AsUser, clerk: User, make_entry: MakeEntry
) -> None:
    household = make_entry(values={"head": "赵春桃"})
    toilet = make_entry("toilet_renovation", {}, subject=household)
    url = reverse("ledgers:candidates", args=["toilet_renovation", "subject"])

    page = as_user(clerk).get(url, {"subject_search": "赵"}).content.decode()

    assert toilet.get_absolute_url() in page


def test_without_script_the_search_is_a_button_that_saves_nothing(
    as_user: AsUser, clerk: User, make_entry: MakeEntry
) -> None:
    household = make_entry(values={"head": "赵春桃"})
    form = {"token": str(uuid.uuid4()), "subject_search": "赵", "look": "1"}

    response = as_user(clerk).post(new_url("toilet_renovation"), form)

    page = response.content.decode()
    assert response.status_code == 200
    assert str(household.pk) in page
    assert "还没有存" not in page
    assert Entry.objects.count() == 1


def test_the_place_left_empty_is_that_of_the_household(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, group: Place
) -> None:
    household = make_entry()
    form = {"token": str(uuid.uuid4()), "subject": str(household.pk), "place": ""}

    as_user(clerk).post(new_url("toilet_renovation"), form)

    toilet = Entry.objects.get(ledger="toilet_renovation")
    assert (toilet.subject, toilet.place) == (household, group)


def test_a_second_record_of_the_same_household_is_refused_at_the_top(
    as_user: AsUser, clerk: User, make_entry: MakeEntry
) -> None:
    household = make_entry(values={"head": "赵春桃"})
    make_entry("toilet_renovation", {}, subject=household)
    form = {"token": str(uuid.uuid4()), "subject": str(household.pk), "note": "沟边"}

    response = as_user(clerk).post(new_url("toilet_renovation"), form)

    page = response.content.decode()
    assert response.status_code == 422
    assert f"{household.title}已经有一条了，不能再记一条" in page
    assert "沟边" in page


def test_a_household_is_asked_for(as_user: AsUser, clerk: User, group: Place) -> None:
    form = {"token": str(uuid.uuid4()), "place": group.code}

    response = as_user(clerk).post(new_url("toilet_renovation"), form)

    assert response.status_code == 422
    assert response.content.decode().count("还没选是哪一户") == 2


def test_the_household_comes_along_from_its_page(
    as_user: AsUser, clerk: User, make_entry: MakeEntry
) -> None:
    household = make_entry()

    page = as_user(clerk).get(new_url("toilet_renovation"), {"subject": str(household.pk)})

    assert re.search(rf'value="{household.pk}" checked', page.content.decode())


def test_every_kind_of_field_goes_from_the_form_into_the_entry(
    as_user: AsUser,
    everywhere: User,
    make_entry: MakeEntry,
    village: Place,
    patrol: Ledger,
    make_post: Callable[..., Any],
) -> None:
    household, other = make_entry(), make_entry()
    post = make_post("管水员", duty="water", place=village)
    form = {
        "token": str(uuid.uuid4()),
        "subject": str(household.pk),
        "place": village.code,
        "number": "A-1",
        "what": "井盖松动",
        "seen_on_near": "2026-11-17",
        "grade": "重",
        "faults": ["渗漏", "缺水"],
        "is_fixed": "否",
        "next_on": "2026-12-01",
        "times": "１",
        "cost": "1.2万",
        "land": "3.5",
        "share": "95.1",
        "at": "2026-11-17T09:30",
        "from_place": village.code,
        "reported_to": post.code,
        "other": str(other.pk),
        "id_number": "11010119900307002x",
    }

    response = as_user(everywhere).post(new_url("patrol"), form, follow=True)

    assert response.status_code == 200
    entry = Entry.objects.get(ledger="patrol")
    assert entry.data == {
        "number": "A-1",
        "what": "井盖松动",
        "seen_on": "2026-11-17",
        "grade": "重",
        "faults": ["渗漏", "缺水"],
        "is_fixed": False,
        "next_on": "2026-12-01",
        "times": 1,
        "cost": "12000.00",
        "land": "3.5000",
        "share": "95.10",
        "at": "2026-11-17T09:30:00",
        "from_place": village.code,
        "reported_to": post.code,
        "other": str(other.pk),
    }
    assert privacy.read(entry.pk, "id_number") == "11010119900307002X"
    page = response.content.decode()
    for words in ("渗漏、缺水", "95.1%", "2026-11-17 09:30", "管水员", other.title, "12,000 元"):
        assert words in page


def test_an_entry_dated_into_a_locked_month_is_taken_with_a_warning(
    as_user: AsUser, clerk: User, village_clerk: User, village: Place, cleanup: Ledger, now: Any
) -> None:
    given = attest(
        ledger=cleanup, village=village, period=Period.of("2026-10"), by=village_clerk, at=now
    )
    check(attestation=given, by=clerk, at=now)
    form = form_of(village, held_on_near="other", held_on="2026-10-20")

    page = as_user(clerk).post(new_url("cleanup"), form, follow=True).content.decode()

    assert Entry.objects.get().late
    assert "这一条记成补录" in page
