"""Search: by what a ledger allows, in one ledger and over the site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.ledgers.models import Entry
from qianxian.ledgers.search import candidates, everything, matching
from qianxian_packs import Ledger


def test_a_register_is_searched_by_name_initials_number_and_place(
    clerk: User, make_entry: Callable[..., Entry], village_clerk: User, today: date
) -> None:
    make_entry(values={"head": "赵春桃", "number": "0312"})
    make_entry(values={"head": "刘建军", "number": "0417"})
    register = catalogue().ledgers["household"]

    def names(text: str, user: User = clerk) -> list[str]:
        return [e.data["head"] for e in candidates(register, text, user=user, on=today)]

    assert [names(t) for t in ("赵", "zct", "0417", "三组 刘", "LJJ", "")] == [
        ["赵春桃"],
        ["赵春桃"],
        ["刘建军"],
        ["刘建军"],
        ["刘建军"],
        [],
    ]
    assert names("０３１２") == ["赵春桃"]


@pytest.mark.parametrize("text", ["王大明", "wdm", "王大明 2026-003", "王"])
def test_a_ledger_that_allows_numbers_only_is_never_found_by_name(
    everywhere: User,
    make_entry: Callable[..., Entry],
    village: Place,
    petition: Ledger,
    today: date,
    text: str,
) -> None:
    values = {"number": "2026-003", "about": "王大明反映路不通", "received_on": "2026-11-02"}
    make_entry("letter", values, place=village, by=everywhere)

    rows = Entry.objects.filter(ledger="letter")
    assert not rows.filter(matching(petition, text).q()).exists()
    assert not matching(petition, text).holds(rows.select_related("place__parent").get())
    assert all(group.heading != petition.name for group in everything(everywhere, text, today))


def test_such_a_ledger_is_found_by_its_number(
    everywhere: User,
    make_entry: Callable[..., Entry],
    village: Place,
    petition: Ledger,
    today: date,
) -> None:
    values = {"number": "2026-003", "about": "王大明反映路不通", "received_on": "2026-11-02"}
    entry = make_entry("letter", values, place=village, by=everywhere)

    groups = everything(everywhere, "2026-003", today)

    assert [(g.heading, [h.url for h in g.hits]) for g in groups] == [
        ("来信登记台账", [entry.get_absolute_url()])
    ]


def test_the_search_of_the_site_finds_ledgers_entries_and_places_of_ones_own(
    clerk: User,
    village_clerk: User,
    make_entry: Callable[..., Entry],
    other_village: Place,
    today: date,
) -> None:
    make_entry(values={"head": "石桥生"})

    headings = {
        (user.name, text): [group.heading for group in everything(user, text, today)]
        for user in (clerk, village_clerk)
        for text in ("石桥", "厕", "")
    }

    assert headings["王秀英", "石桥"] == ["农户底册", "地方"]
    assert headings["李建国", "石桥"] == ["农户底册"]
    assert headings["王秀英", "厕"] == ["台账"]
    assert headings["王秀英", ""] == []


def test_one_ledger_with_many_hits_does_not_crowd_out_the_others(
    clerk: User, make_entry: Callable[..., Entry], today: date
) -> None:
    households = [make_entry(values={"head": f"李{n}"}) for n in range(12)]
    make_entry("toilet_renovation", {}, subject=households[0])

    groups = {group.heading: group for group in everything(clerk, "李", today)}

    assert len(groups["农户底册"].hits) == 8
    assert groups["农户底册"].more_url
    assert len(groups["农村户厕改造台账"].hits) == 1
