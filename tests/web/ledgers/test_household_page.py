"""The page of a household: what is on it, for whom, and with how many queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qianxian.core.definitions import catalogue
from qianxian.core.models import Grant, Place, Post, User
from qianxian.ledgers.models import AccessLog, Entry
from qianxian_packs import Ledger
from tests.unit.ledgers.household import Family
from tests.web.ledgers.household_page import (
    ID_CARD,
    PHONE,
    AsUser,
    MakeUser,
    helped,
    page_of,
    text_of,
)

REVITALISATION = ("防返贫监测", "一户一套餐", "走访和问题", "三保障和饮水")


# ---- what is on it ----


def test_the_head_says_who_where_how_many_and_which_kind(as_user: AsUser, family: Family) -> None:
    family.member("孙有福", "户主", "2006-05-01")
    family.member("罗小满", "配偶", "2008-02-10")

    page = text_of(as_user(family.by), page_of(family))

    for told in ("孙有福户", "清水村 三组", "2 口人", "一般农户", family.household.data["number"]):
        assert told in page


def test_members_lead_to_their_entries_and_to_the_forms_for_coming_and_leaving(
    as_user: AsUser, family: Family
) -> None:
    family.member("孙有福", "户主", "2006-05-01")
    family.member("孙大山", "父母", "2006-05-01", "2024-12-03", "死亡")

    page = text_of(as_user(family.by), page_of(family))

    assert family.resident("孙有福").get_absolute_url() in page
    who = family.resident("孙有福")
    assert reverse("ledgers:end", args=["resident", who.pk]) in page
    add = f"{reverse('ledgers:new', args=['membership'])}?subject={family.household.pk}&amp;place="
    assert add + family.household.place_id in page
    assert "2024年12月3日</span> 死亡" in page


def test_the_form_for_a_member_opens_with_the_household_filled_in(
    as_user: AsUser, family: Family
) -> None:
    client = as_user(family.by)
    url = client.get(page_of(family)).context["members"].record_url

    form = client.get(url).context["form"]

    assert form["subject"].value() == str(family.household.pk)
    assert form["place"].value() == family.household.place_id


def test_a_past_day_shows_who_was_there_then(as_user: AsUser, family: Family) -> None:
    family.member("孙有福", "户主", "2006-05-01")
    family.member("孙大山", "父母", "2006-05-01", "2024-12-03", "死亡")
    family.member("孙一宁", "子女", "2025-03-03")
    client = as_user(family.by)

    then = client.get(page_of(family, "?day=2020-01-01"))

    assert [m.name for m in then.context["members"].present] == ["孙有福", "孙大山"]
    told = then.content.decode()
    assert "孙一宁" not in told
    assert "2020年1月1日" in told
    assert "后来又进户 1 人" in told


@pytest.mark.parametrize(
    ("day", "says"), [("2027-01-01", "这一天还没到"), ("前天", "这不是日期，看的是今天。")]
)
def test_a_day_that_is_none_shows_today_and_says_so(
    as_user: AsUser, family: Family, day: str, says: str, today: date
) -> None:
    family.member("孙有福", "户主", "2006-05-01")

    response = as_user(family.by).get(page_of(family, f"?day={day}"))

    assert response.context["members"].day == today
    assert says in response.content.decode()


def test_what_does_not_fit_is_told_and_a_head_that_fits_is_not(
    as_user: AsUser, family: Family
) -> None:
    family.member("孙大山", "户主", "2006-05-01")
    client = as_user(family.by)

    assert "户主不在家庭成员里" in text_of(client, page_of(family))
    family.member("孙有福", "户主", "2006-05-01")
    told = text_of(client, page_of(family))
    assert "有 2 个户主" in told
    assert "户主不在家庭成员里" not in told


def test_risks_stand_beside_measures_and_a_bare_one_is_proposed_kinds_not_verified(
    as_user: AsUser, family: Family
) -> None:
    helped(family)

    page = text_of(as_user(family.by), page_of(family))

    assert "1 个风险还没措施" in page
    assert "医疗救助" in page
    assert "还没有措施。可对：教育帮扶" in page
    assert "未核实" in page
    assert not Entry.objects.filter(ledger="measure", data__risk="因学").exists()


def test_the_monitoring_says_its_state_what_is_shut_and_what_comes_next(
    as_user: AsUser, family: Family
) -> None:
    helped(family)

    page = text_of(as_user(family.by), page_of(family))

    assert "防返贫监测：公示中" in page
    assert "按规定下一步：乡镇审核" in page
    assert "村内公示不满 5 天" in page
    assert "11月22日起能办" in page
    assert "线索到认定" in page


def test_visits_are_told_with_what_became_of_their_problems(
    as_user: AsUser, family: Family
) -> None:
    seen = family.record(
        "home_visit", {"visited_on": "2026-11-01", "kind": "大排查", "visitor": "何春桃"}
    )
    values = {"found_on": "2026-11-01", "kind": "饮水", "description": "枯水期断水"}
    problem = family.record("visit_problem", values, parent=seen)

    page = text_of(as_user(family.by), page_of(family))

    assert "何春桃" in page
    assert "1 个问题没办完" in page
    assert problem.get_absolute_url() in page


# ---- private values ----


def test_private_values_are_never_in_the_page(
    as_user: AsUser, family: Family, township: Place
) -> None:
    Grant.objects.create(role="privacy_reader", place=township, user=family.by)
    family.resident("孙有福", phone="13900139000", id_card=ID_CARD)
    family.member("孙有福", "户主", "2006-05-01")

    page = text_of(as_user(family.by), page_of(family))

    assert "138****8000" in page
    for value in (PHONE, "13900139000", ID_CARD, ID_CARD[:6], "139****9000"):
        assert value not in page


def test_a_private_value_is_read_where_a_reason_is_asked_and_the_reading_is_listed(
    as_user: AsUser, family: Family, township: Place
) -> None:
    Grant.objects.create(role="privacy_reader", place=township, user=family.by)
    client = as_user(family.by)
    url = reverse("ledgers:private", args=["household", family.household.pk, "phone"])

    assert url in text_of(client, page_of(family))
    client.post(url, {"reason": "通知补交材料"})

    assert AccessLog.objects.get().reason == "通知补交材料"
    assert "通知补交材料" in text_of(client, page_of(family))


def test_whoever_may_not_uncover_has_no_way_to(as_user: AsUser, family: Family) -> None:
    page = text_of(as_user(family.by), page_of(family))

    assert "138****8000" in page
    assert "/private/phone/" not in page


# ---- the gate ----


def test_outside_of_the_gate_there_is_no_page(
    as_user: AsUser,
    family: Family,
    outsider: User,
    make_user: MakeUser,
    other_village: Place,
    township: Place,
) -> None:
    neighbour = make_user("邻村", role="village_clerk", place=other_village)
    other_line = make_user("安全", role="office_clerk", place=township, line="safety")

    for user in (outsider, neighbour, other_line):
        assert "孙有福" not in text_of(as_user(user), page_of(family), 404)


def test_an_entry_of_another_register_has_no_such_page(as_user: AsUser, family: Family) -> None:
    resident = family.resident("孙有福")

    text_of(as_user(family.by), reverse("ledgers:household", args=[resident.pk]), 404)


def test_a_village_clerk_sees_the_household_of_the_own_village(
    as_user: AsUser, family: Family, village_clerk: User
) -> None:
    helped(family)

    page = text_of(as_user(village_clerk), page_of(family))

    assert all(part in page for part in REVITALISATION)


def test_a_reader_without_the_line_sees_the_household_and_no_monitoring(
    as_user: AsUser, family: Family, make_user: MakeUser, township: Place
) -> None:
    family.member("孙有福", "户主", "2006-05-01")
    helped(family)
    reader = make_user("底册员", role="office_clerk", place=township, line="common")

    page = text_of(as_user(reader), page_of(family))

    assert "孙有福" in page
    for hidden in (*REVITALISATION, "公示中", "边缘易致贫户", "医疗救助", "因病", "记入户走访"):
        assert hidden not in page


def test_whoever_only_reads_is_offered_nothing_to_record(
    as_user: AsUser, family: Family, leader: User
) -> None:
    family.member("孙有福", "户主", "2006-05-01")
    helped(family)

    page = text_of(as_user(leader), page_of(family))

    for offered in ("加成员", "加措施", "迁出、死亡", "记入户走访", "/correct/"):
        assert offered not in page


def test_a_ledger_that_is_kept_away_never_appears(
    as_user: AsUser, family: Family, petition: Ledger, now: datetime
) -> None:
    for subject in (family.household, family.resident("孙有福")):
        Entry.objects.create(
            ledger="letter",
            place=family.household.place,
            subject=subject,
            title="来访 要补助",
            changed_at=now,
        )
    client = as_user(family.by)

    urls = (page_of(family), family.resident("孙有福").get_absolute_url())
    for page in (text_of(client, url) for url in urls):
        assert "要补助" not in page
        assert petition.name not in page


# ---- how much it asks ----


def test_the_page_asks_the_database_as_often_whatever_is_recorded(
    as_user: AsUser,
    family: Family,
    patrol: Ledger,
    village: Place,
    village_clerk: User,
    make_post: Callable[..., Post],
) -> None:
    # Whoever holds a post has counts in the rail too; the post has read a private value before.
    post = make_post("报账员", duty="village_clerk", place=village, a=village_clerk)
    AccessLog.objects.create(
        entry=family.household, field="phone", at=family.at, by="lijg", post=post.pk, reason="办事"
    )
    client = as_user(village_clerk)
    family.member("孙有福", "户主", "2006-05-01")
    matter = helped(family)

    def asked(url: str) -> int:
        text_of(client, url)
        with CaptureQueriesContext(connection) as queries:
            text_of(client, url)
        return len(queries)

    few, shell = asked(page_of(family)), asked(reverse("help"))
    for n in range(8):
        family.member(f"孙{n}", "子女", "2010-01-01")
        family.measure("因病", f"措施{n}", matter)
        family.record("home_visit", {"visited_on": "2026-11-01", "kind": "慰问"})
        family.record("patrol", {"number": f"A{n}", "what": "渗漏", "seen_on": "2026-11-01"})

    assert asked(page_of(family)) == few
    # The shell asks the same on every page: session, person, counts of the rail.
    assert few - shell <= 13


def test_every_ledger_that_the_page_names_is_in_the_packs() -> None:
    from qianxian.ledgers.household import names

    known = catalogue().ledgers
    assert {names.HOUSEHOLD, names.RESIDENT, *names.OWN} <= set(known)
    assert all(known[name].subject == names.HOUSEHOLD for name in names.OWN)
