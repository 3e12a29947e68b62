"""Index, lists, files, search and the page of an entry: what is shown, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from qianxian.core.models import Place, User
from qianxian.ledgers import blocks, search
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger

SWEPT = {"held_on": "2026-11-03", "kind": "大扫除", "people": "12", "waste": "1.5"}
PHONE = "13800138000"
AsUser = Callable[[User], Client]
MakeEntry = Callable[..., Entry]


def text_of(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def list_url(ledger: str, query: str = "") -> str:
    return reverse("ledgers:list", args=[ledger]) + query


def test_the_index_lists_ledgers_by_line_and_registers_apart(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, village: Place
) -> None:
    make_entry("cleanup", SWEPT, place=village)

    page = text_of(as_user(clerk), reverse("ledgers:index"))

    assert page.index("人居环境") < page.index("村庄清洁行动台账") < page.index("农户底册")
    assert "2026年10月" in page


def test_the_index_of_a_place_counts_that_place_only(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, village: Place, other_village: Place
) -> None:
    for _ in range(7):
        make_entry("cleanup", SWEPT, place=village)

    client = as_user(clerk)

    def count(place: Place) -> object:
        context = client.get(reverse("ledgers:index"), {"place": place.code}).context
        counts = {c.ledger.id: c.count for group in context["lines"] for c in group.ledgers}
        return counts["cleanup"]

    assert [count(village), count(other_village)] == [7, 0]


def test_whoever_has_no_grant_finds_no_ledger(as_user: AsUser, outsider: User) -> None:
    client = as_user(outsider)

    assert "还没有台账归你的岗位看" in text_of(client, reverse("ledgers:index"))
    assert "没有这本台账" in text_of(client, list_url("cleanup"), 404)
    assert "没有这本台账" in text_of(client, list_url("no_such_ledger"), 404)


def test_a_list_shows_rows_places_and_exact_totals(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, village: Place
) -> None:
    make_entry("cleanup", SWEPT, place=village)
    make_entry("cleanup", {**SWEPT, "waste": "0.1", "people": "30"}, place=village)

    page = text_of(as_user(clerk), list_url("cleanup"))

    assert "符合条件 2 条" in page
    assert "清水村" in page
    assert ">42</td>" in page
    assert ">1.6</td>" in page


def test_a_list_of_three_rows_asks_the_database_as_often_as_one_of_thirty(
    as_user: AsUser,
    clerk: User,
    make_entry: MakeEntry,
    group: Place,
) -> None:
    for _ in range(3):
        make_entry("toilet_renovation", {}, subject=make_entry())
    client, url = as_user(clerk), list_url("toilet_renovation")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(27):
        make_entry("toilet_renovation", {}, subject=make_entry())
    # What is counted is counted once after a save.
    client.get(url)

    with CaptureQueriesContext(connection) as many:
        client.get(url)

    assert len(many) == len(few) <= 14


def test_pages_of_a_list_hold_each_row_once(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, village: Place
) -> None:
    made = {make_entry("cleanup", SWEPT, place=village).pk for _ in range(45)}
    client = as_user(clerk)

    pages: list[Any] = []
    query = ""
    while not pages or (query := pages[-1].next):
        pages.append(client.get(list_url("cleanup", f"?{query}")).context["page"])
    back = client.get(list_url("cleanup", f"?{pages[2].previous}")).context["page"]
    last = client.get(list_url("cleanup", "?before=end")).context["page"]

    keys = [entry.pk for page in pages for entry in page.rows]
    assert [len(page.rows) for page in pages] == [20, 20, 5]
    assert [(page.first, page.last) for page in pages] == [(1, 20), (21, 40), (41, 45)]
    assert len(keys) == len(made)
    assert set(keys) == made
    assert (back, last) == (pages[1], pages[2])


def test_the_printed_list_has_all_rows_on_one_page(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, village: Place
) -> None:
    for _ in range(25):
        make_entry("cleanup", SWEPT, place=village)

    found = as_user(clerk).get(list_url("cleanup"), {"print": "1"}).context["found"]

    assert len(found.rows) == 25


def test_a_list_says_what_it_did_not_understand_and_shows_the_rest(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, village: Place
) -> None:
    make_entry("cleanup", SWEPT, place=village)

    page = text_of(as_user(clerk), list_url("cleanup", "?since=昨天"))

    assert "这不是日期，没有用上" in page
    assert "符合条件 1 条" in page


def test_the_list_of_a_past_day_says_so(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, village: Place
) -> None:
    make_entry("cleanup", SWEPT, place=village)

    page = text_of(as_user(clerk), list_url("cleanup", "?as_of=2026-11-17"))

    assert "这是过去某一天的样子" in page
    assert "符合条件 0 条" in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_holds_the_rows_of_the_list_and_no_private_value(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, kind: str
) -> None:
    make_entry(values={"head": "赵春桃", "phone": PHONE})

    response = as_user(clerk).get(reverse("ledgers:export", args=["household", kind]))

    assert response.status_code == 200
    assert f"农户底册_2026-11-18.{kind}" in unquote(response["Content-Disposition"])
    assert PHONE.encode() not in response.content
    if kind == "csv":
        assert "赵春桃" in response.content.decode()


def test_a_file_keeps_to_conditions_and_to_the_past_day(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, village: Place
) -> None:
    make_entry("cleanup", SWEPT, place=village)
    make_entry("cleanup", {**SWEPT, "kind": "沟渠清理"}, place=village)
    client, url = as_user(clerk), reverse("ledgers:export", args=["cleanup", "csv"])

    counts = [
        client.get(url + query).content.decode().count("清水村")
        for query in ("", "?f_kind=大扫除", "?as_of=2026-11-17")
    ]

    assert counts == [2, 1, 0]


def test_there_is_no_file_of_another_kind(as_user: AsUser, clerk: User) -> None:
    assert as_user(clerk).get(reverse("ledgers:export", args=["cleanup", "exe"])).status_code == 404


def test_too_many_rows_do_not_leave_as_one_file(
    as_user: AsUser,
    clerk: User,
    make_entry: MakeEntry,
    village: Place,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("qianxian.ledgers.views.lists.EXPORTED", 1)
    for _ in range(2):
        make_entry("cleanup", SWEPT, place=village)

    page = text_of(as_user(clerk), reverse("ledgers:export", args=["cleanup", "csv"]), 422)

    assert "行数太多" in page


def test_an_entry_shows_its_fields_with_private_ones_covered(
    as_user: AsUser, clerk: User, make_entry: MakeEntry
) -> None:
    household = make_entry(values={"head": "赵春桃", "phone": PHONE, "is_occupied": "是"})

    page = text_of(as_user(clerk), household.get_absolute_url())

    assert "赵春桃" in page
    assert "138****8000" in page
    assert PHONE not in page
    # A clerk may not read it in full, so the way there is not offered.
    assert "看一次" not in page.replace("“看一次”", "")


def test_an_entry_outside_ones_reach_is_not_there(
    as_user: AsUser, village_clerk: User, make_entry: MakeEntry, other_village: Place
) -> None:
    entry = make_entry("cleanup", SWEPT, place=other_village)
    client = as_user(village_clerk)

    for name in ("entry", "correct", "remove"):
        url = reverse(f"ledgers:{name}", args=["cleanup", entry.pk])
        assert "大扫除" not in text_of(client, url, 404)
    url = reverse("ledgers:entry", args=["household", entry.pk])
    assert client.get(url).status_code == 404


def test_an_entry_is_found_under_its_own_ledger_only(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, village: Place
) -> None:
    entry = make_entry("cleanup", SWEPT, place=village)

    url = reverse("ledgers:entry", args=["toilet_renovation", entry.pk])

    assert as_user(clerk).get(url).status_code == 404


def test_the_page_of_a_household_lists_what_is_about_it_where_the_ledger_allows(
    as_user: AsUser, everywhere: User, make_entry: MakeEntry, village: Place, patrol: Ledger
) -> None:
    household = make_entry()
    toilet = make_entry("toilet_renovation", {}, subject=household)
    values = {"number": "7", "what": "井盖松", "seen_on": "2026-11-02"}
    make_entry("patrol", values, place=village, subject=household, by=everywhere)

    page = as_user(everywhere).get(household.get_absolute_url())

    shown = {part["ledger"].id: part["rows"] for part in page.context["related"]}
    assert [row[0] for row in shown["toilet_renovation"]] == [toilet]
    assert len(shown["patrol"]) == 1
    text = page.content.decode()
    assert f"{reverse('ledgers:new', args=['patrol'])}?subject=" in text
    # One household has one toilet: a second record would be refused, so it is not offered.
    assert f"{reverse('ledgers:new', args=['toilet_renovation'])}?subject=" not in text


def test_the_page_of_an_entry_links_its_subject_and_the_subjects_other_entries(
    as_user: AsUser, everywhere: User, make_entry: MakeEntry, village: Place, patrol: Ledger
) -> None:
    household = make_entry()
    toilet = make_entry("toilet_renovation", {}, subject=household)
    values = {"number": "7", "what": "井盖松", "seen_on": "2026-11-02"}
    seen = make_entry("patrol", values, place=village, subject=household, by=everywhere)

    page = text_of(as_user(everywhere), toilet.get_absolute_url())

    assert household.get_absolute_url() in page
    assert seen.get_absolute_url() in page


def test_another_room_adds_its_block_to_the_page(
    as_user: AsUser,
    clerk: User,
    make_entry: MakeEntry,
    village: Place,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def builder(request: HttpRequest, entry: Entry) -> blocks.Block | None:
        if entry.ledger != "cleanup":
            return None
        return blocks.Block("_components/sorry.html", {"title": f"给{entry}的一块"}, place="side")

    monkeypatch.setattr(blocks, "_builders", [])
    blocks.register(builder)
    blocks.register(builder)
    client = as_user(clerk)

    page = text_of(client, make_entry("cleanup", SWEPT, place=village).get_absolute_url())
    other = text_of(client, make_entry().get_absolute_url())

    assert page.count("给大扫除 2026-11-03的一块") == 1
    assert "的一块" not in other


def test_history_is_shown_to_whom_it_is_open(
    as_user: AsUser,
    clerk: User,
    make_user: Callable[..., User],
    make_entry: MakeEntry,
    village: Place,
    township: Place,
) -> None:
    entry = make_entry("cleanup", SWEPT, place=village)
    reader = make_user("只看", role="privacy_reader", place=township)

    open_page = text_of(as_user(clerk), entry.get_absolute_url())
    shut_page = text_of(as_user(reader), entry.get_absolute_url())

    assert "第 1 号提交" in open_page
    assert "撤回这一次" in open_page
    assert "经过不归你的岗位看" in shut_page
    assert "第 1 号提交" not in shut_page


def test_a_reader_sees_why_it_cannot_change_an_entry(
    as_user: AsUser, leader: User, make_entry: MakeEntry, village: Place
) -> None:
    entry = make_entry("cleanup", SWEPT, place=village)

    page = text_of(as_user(leader), entry.get_absolute_url())

    assert "这一项不归你的岗位办" in page
    assert reverse("ledgers:correct", args=["cleanup", entry.pk]) not in page
    assert "撤回这一次" not in page


def test_the_search_of_the_site_lists_hits_by_kind(
    as_user: AsUser, clerk: User, make_entry: MakeEntry
) -> None:
    household = make_entry(values={"head": "赵春桃"})

    page = text_of(as_user(clerk), reverse("ledgers:search") + "?q=zct")

    assert household.get_absolute_url() in page
    assert 'value="zct"' in page


def test_the_search_says_what_to_do_where_nothing_is_found(
    as_user: AsUser, village_clerk: User, make_entry: MakeEntry, other_village: Place
) -> None:
    make_entry("cleanup", SWEPT, place=other_village)

    page = text_of(as_user(village_clerk), reverse("ledgers:search") + "?q=石桥")

    assert "没有找到你看得到的" in page


def test_another_room_answers_the_search_too(
    as_user: AsUser, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def searcher(user: User, text: str, on: object) -> list[search.Hits]:
        return [search.Hits("数字", [search.Hit(f"{text}，{user.name}", "/figures/")])]

    monkeypatch.setattr(search, "_searchers", [])
    search.register(searcher)
    search.register(searcher)

    page = text_of(as_user(clerk), reverse("ledgers:search") + "?q=<旱厕>")

    assert page.count(escape("<旱厕>，王秀英")) == 1


@pytest.mark.parametrize(
    "name", ["index", "choose", "search", "attestation", "check", "list", "new", "export", "entry"]
)
def test_every_page_wants_a_signed_in_person(
    name: str, client: Client, make_entry: MakeEntry, village: Place
) -> None:
    entry = make_entry("cleanup", SWEPT, place=village)
    arguments: dict[str, list[object]] = {
        "list": ["cleanup"],
        "new": ["cleanup"],
        "export": ["cleanup", "csv"],
        "entry": ["cleanup", entry.pk],
    }

    response = client.get(reverse(f"ledgers:{name}", args=arguments.get(name, [])))

    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]
