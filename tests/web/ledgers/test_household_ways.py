"""The page of a household: the ledgers and pages that it leads to and is reached from."""

from __future__ import annotations

from django.urls import reverse

from qianxian.core.models import Place
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, save_entry
from qianxian_packs import Ledger
from tests.unit.ledgers.household import Family
from tests.web.ledgers.household_page import AsUser, MakeEntry, MakeUser, helped, page_of, text_of


def test_other_ledgers_are_counted_and_lead_to_their_list_of_this_household(
    as_user: AsUser, family: Family, make_entry: MakeEntry, patrol: Ledger
) -> None:
    other = make_entry("household")
    values = {"number": "A1", "what": "渗漏", "seen_on": "2026-11-01"}
    family.record("patrol", values)
    row = Row({**values, "number": "B2"}, other.place, other)
    save_entry(ledger=patrol, row=row, by=family.by, at=family.at)
    client = as_user(family.by)
    url = f"{reverse('ledgers:list', args=['patrol'])}?subject={family.household.pk}"

    assert url in text_of(client, page_of(family))
    found = client.get(url)

    assert [row.title for row in found.context["rows"]] == ["A1 渗漏"]
    assert f"农户：{family.household}" in found.content.decode()
    then = client.get(f"{url}&as_of=2026-11-18")
    assert [row.title for row in then.context["rows"]] == ["A1 渗漏"]


def test_a_list_about_a_household_outside_of_the_gate_is_the_whole_list_without_its_name(
    as_user: AsUser, family: Family, make_user: MakeUser, other_village: Place, patrol: Ledger
) -> None:
    neighbour = make_user("邻村", role="village_clerk", place=other_village)

    url = f"{reverse('ledgers:list', args=['patrol'])}?subject={family.household.pk}"

    assert "孙有福" not in text_of(as_user(neighbour), url)


def test_the_page_is_reached_from_search_from_the_list_and_from_the_entry(
    as_user: AsUser, family: Family
) -> None:
    client = as_user(family.by)
    starts = (
        reverse("ledgers:search") + "?q=孙有福",
        reverse("ledgers:list", args=["household"]),
        family.household.get_absolute_url(),
    )

    assert all(f'href="{page_of(family)}"' in text_of(client, url) for url in starts)
    assert f'href="{family.household.get_absolute_url()}"' in text_of(client, page_of(family))


def test_a_resident_shows_in_which_household_from_when_to_when_and_no_more(
    as_user: AsUser, family: Family, make_entry: MakeEntry
) -> None:
    family.member("孙一宁", "子女", "2010-03-03", "2020-06-01", "迁出")
    helped(family)
    other = Family(make_entry("household", {"head": "周外婆"}), family.by, family.at)
    other.residents = family.residents
    other.member("孙一宁", "其他", "2020-06-02")

    page = text_of(as_user(family.by), family.resident("孙一宁").get_absolute_url())

    assert page.index("周外婆") < page.index("孙有福")
    assert "2020年6月1日</span> 迁出" in page
    assert page_of(family) in page
    for not_of_the_person in ("医疗救助", "公示中", "因病"):
        assert not_of_the_person not in page


def test_a_removed_household_is_told_so_and_offers_nothing(as_user: AsUser, family: Family) -> None:
    family.member("孙有福", "户主", "2006-05-01")
    Entry.objects.filter(pk=family.household.pk).update(deleted=True)

    page = text_of(as_user(family.by), page_of(family))

    assert "已去掉" in page
    for offered in ("加成员", "记入户走访", "迁出、死亡"):
        assert offered not in page
