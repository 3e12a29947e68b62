"""Pages around a list: columns, kept lists, groups, the same for many rows, files of ticked rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from qianxian.core.models import Commit, Place, User
from qianxian.ledgers.lists.models import SavedList
from qianxian.ledgers.models import Entry

SWEPT = {"held_on": "2026-11-03", "kind": "大扫除", "people": "12", "waste": "1.5"}
AsUser = Callable[[User], Client]
MakeEntry = Callable[..., Entry]


def url(name: str, *more: object) -> str:
    return reverse(f"ledgers:{name}", args=["cleanup", *more])


def text(response: Any, status: int = 200) -> str:
    body = str(response.content.decode())
    assert response.status_code == status, body[:1500]
    return body


def test_a_list_is_kept_shared_and_dropped(
    as_user: AsUser, clerk: User, leader: User, make_entry: MakeEntry, village: Place
) -> None:
    make_entry("cleanup", SWEPT, place=village)
    client, asked = as_user(clerk), {"name": "大扫除", "query": "f_kind=大扫除&g=village"}

    client.post(url("keep"), {**asked, "is_shared": "on"})

    saved = SavedList.objects.get()
    page = text(as_user(leader).get(saved.get_absolute_url()))
    assert "大扫除 <small>王秀英</small>" in page
    assert "按什么小计：村" in page
    assert as_user(leader).post(url("unkeep", saved.pk)).status_code == 404
    refused = text(as_user(leader).post(url("keep"), {**asked, "is_shared": "on"}), 403)
    assert "改正权" in refused
    client.post(url("unkeep", saved.pk))
    assert not SavedList.objects.exists()


def test_chosen_columns_hold_on_the_page_in_files_and_on_paper(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, village: Place
) -> None:
    make_entry("cleanup", SWEPT, place=village)
    client = as_user(clerk)

    form = text(client.get(url("columns")))
    ticked = {"column": ["place", "f_waste"], "at_f_waste": "1", "at_place": "2", "query": "o=on"}
    answer = client.post(url("columns"), ticked)

    assert "想看哪几列就勾哪几列" in form
    assert answer["Location"] == url("list") + "?o=on"
    for query in ("", "?print=1"):
        heads = [each.label for each in client.get(url("list") + query).context["columns"]]
        assert heads == ["清运垃圾", "地方"]
    file = client.get(url("export", "csv")).content.decode("utf-8-sig").splitlines()
    assert file[0] == "村庄清洁行动台账"
    assert file[1].split(",")[1:] == ["清运垃圾（吨）", "地方"]
    assert any("王秀英" in line and "导出" in line for line in file)
    client.post(url("columns"), {"usual": "1"})
    assert len(client.get(url("list")).context["columns"]) > 2


def test_paper_has_groups_with_their_sums(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, village: Place, other_village: Place
) -> None:
    for place in (village, village, other_village):
        make_entry("cleanup", SWEPT, place=place)

    page = as_user(clerk).get(url("list"), {"g": "village", "print": "1", "c": "place,f_waste"})

    sections = page.context["sections"]
    assert [(s.label, s.count, s.sums[1].text) for s in sections] == [
        ("清水村", 2, "3"),
        ("石桥村", 1, "1.5"),
    ]
    assert "王秀英 打印" in text(page)


def test_ticked_rows_are_corrected_after_a_look_and_taken_back(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, village: Place
) -> None:
    made = [make_entry("cleanup", SWEPT, place=village) for _ in range(3)]
    client = as_user(clerk)
    ticked = {"do": "correct", "key": [e.pk.hex for e in made[:2]], "query": "f_kind=大扫除"}

    first = text(client.post(url("many"), ticked))
    asked = {**ticked, "field": "people", "people": "30", "reason": "重新数过", "look": "1"}
    wrong = text(client.post(url("many"), {**asked, "people": "三十来个"}), 422)
    seen = client.post(url("many"), asked)
    saved = client.post(
        url("many"), {**asked, "save": "1", "token": seen.context["foreseen"].token()}
    )

    assert "选了 2 条" in first
    assert "人" in wrong
    assert "能改 2 条" in text(seen)
    assert saved["Location"] == url("list") + "?f_kind=%E5%A4%A7%E6%89%AB%E9%99%A4"
    assert sorted(e.data["people"] for e in Entry.objects.filter(ledger="cleanup")) == [12, 30, 30]
    commit = Commit.objects.latest("number")
    page = text(client.get(saved["Location"]))
    assert reverse("ledgers:undo", args=[commit.stream_id, commit.number]) in page


def test_all_that_fit_are_meant_and_a_late_look_is_shown_again(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, village: Place
) -> None:
    for kind in ("大扫除", "大扫除", "沟渠清理"):
        make_entry("cleanup", {**SWEPT, "kind": kind}, place=village)
    client = as_user(clerk)
    asked = {"do": "remove", "which": "all", "query": "f_kind=大扫除", "reason": "记重了"}

    seen = client.post(url("many"), {**asked, "look": "1"})
    token = seen.context["foreseen"].token()
    make_entry("cleanup", SWEPT, place=village)
    late = text(client.post(url("many"), {**asked, "save": "1", "token": token}), 422)
    again = client.post(url("many"), {**asked, "look": "1"}).context["foreseen"].token()
    client.post(url("many"), {**asked, "save": "1", "token": again})

    assert "请再看一遍" in late
    assert [e.data["kind"] for e in Entry.objects.present().filter(ledger="cleanup")] == [
        "沟渠清理"
    ]


def test_nothing_outside_ones_reach_is_meant(
    as_user: AsUser, village_clerk: User, make_entry: MakeEntry, other_village: Place
) -> None:
    entry = make_entry("cleanup", SWEPT, place=other_village)
    client = as_user(village_clerk)
    ticked = {"do": "remove", "key": [entry.pk.hex], "reason": "试试", "look": "1"}

    page = text(client.post(url("many"), ticked), 422)

    assert "一条也没选" in page
    past = text(client.post(url("many"), {**ticked, "query": "as_of=2026-11-17"}), 422)
    assert "只能看" in past


def test_the_file_of_ticked_rows_holds_them_alone(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, village: Place
) -> None:
    made = [make_entry("cleanup", {**SWEPT, "people": n}, place=village) for n in ("71", "72")]
    client = as_user(clerk)

    answer = client.post(url("many"), {"do": "export", "key": [made[0].pk.hex], "query": ""})
    file = client.get(answer["Location"].replace(".xlsx", ".csv")).content.decode()

    assert "71" in file
    assert "72" not in file


def test_choosing_offers_only_ledgers_in_which_one_may_record(
    as_user: AsUser, clerk: User, leader: User
) -> None:
    address = reverse("ledgers:choose")

    assert reverse("ledgers:new", args=["cleanup"]) in text(as_user(clerk).get(address))
    assert "你的岗位不记台账" in text(as_user(leader).get(address))
