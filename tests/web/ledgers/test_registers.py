"""Pages on which entries of registers end, come back, part, become one, and are asked to change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from qianxian.core.models import Commit, Place, User
from qianxian.ledgers.models import ChangeRequest, Entry
from qianxian.ledgers.registers import households
from tests.unit.ledgers.household import Family

AsUser = Callable[[User], Client]
ID_NUMBER = "110101199003078494"


@pytest.fixture
def family(make_entry: Callable[..., Entry], clerk: User, now: datetime) -> Family:
    made = Family(make_entry(values={"head": "刘建国", "number": "2010001"}), clerk, now)
    made.member("刘建国", "户主", "2020-01-01")
    made.member("王秀兰", "配偶", "2020-01-01")
    return made


@pytest.fixture
def second(make_user: Callable[..., User], township: Place) -> User:
    return make_user("谭建华", role="office_clerk", place=township, line="common")


def url(name: str, entry: Entry, *more: object) -> str:
    return reverse(f"ledgers:{name}", args=[entry.ledger, entry.pk, *more])


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_resident_dies_and_the_page_tells_it(
    as_user: AsUser, clerk: User, family: Family
) -> None:
    client, who = as_user(clerk), family.residents["王秀兰"]
    assert "不在册了…" in text(client, who.get_absolute_url())
    posted = {"version": "1", "on": "2026-03-01", "why": "死亡", "note": "医院证明"}

    refused = client.post(url("end", who), {**posted, "on": "2999-01-01"})
    assert (refused.status_code, "这一天还没到" in refused.content.decode()) == (422, True)
    client.post(url("end", who), posted)

    page = text(client, who.get_absolute_url())
    assert "不在册了" in page
    assert "2026-03-01起不在册（死亡）" in page
    assert "又在册了…" in page
    client.post(
        url("again", who),
        {"version": "2", "on": "2026-04-01", "why": "误报", "place": who.place_id},
    )
    assert "2026-04-01起在册（误报）" in text(client, who.get_absolute_url())


def test_a_household_moves_away_with_its_members(
    as_user: AsUser, clerk: User, family: Family
) -> None:
    client, home = as_user(clerk), family.household
    form = text(client, url("end", home))
    assert all(name in form for name in ("刘建国", "王秀兰", "一起走的"))

    gone = [str(entry.pk) for entry in family.residents.values()]
    posted = {"version": "1", "on": "2026-03-01", "why": "整户迁出", "along": gone}
    client.post(url("end", home), posted)

    assert Entry.objects.filter(gone_on="2026-03-01").count() == 3


def test_a_household_parts_on_its_page_and_joins_again(
    as_user: AsUser, clerk: User, family: Family
) -> None:
    client, home = as_user(clerk), family.household
    wife = next(t for t in households.members_of(home) if t.data["relation"] == "配偶")
    posted = {"version": "1", "on": "2026-03-01", "place": home.place_id, "number": "2010099"}
    posted |= {"head": "王秀兰", "persons": "1", f"as_{wife.pk.hex}": "户主", "left_persons": "2"}
    nobody = client.post(url("part", home), posted)
    assert (nobody.status_code, "还没选谁分出去" in nobody.content.decode()) == (422, True)

    client.post(url("part", home), {**posted, f"go_{wife.pk.hex}": "on"})

    new = Entry.objects.get(ledger="household", data__number="2010099")
    home.refresh_from_db()
    assert (len(households.members_of(new)), home.data["persons"]) == (1, 2)
    (tie,) = households.members_of(new)
    found = client.post(
        url("join", new), {"version": "1", "subject_search": "刘建国", "look": "1"}
    ).content.decode()
    assert str(home.pk) in found
    joined = {"version": "1", "on": "2026-05-01", "subject": str(home.pk)}
    client.post(url("join", new), {**joined, f"as_{tie.pk.hex}": "配偶"})
    new.refresh_from_db()
    assert (new.episodes[-1]["why"], len(households.members_of(home))) == ("并户", 2)


def test_two_side_by_side_become_one(
    as_user: AsUser, clerk: User, village_clerk: User, family: Family
) -> None:
    one = family.resident("李国强", id_card=ID_NUMBER)
    other = family.resident("李国墙", id_card=ID_NUMBER, phone="13800001111")
    client = as_user(clerk)
    listed = text(client, reverse("ledgers:duplicates", args=["resident"]))
    assert "证件号相同" in listed
    page = f"{reverse('ledgers:merge', args=['resident'])}?one={one.pk}&other={other.pk}"

    assert as_user(village_clerk).get(page).status_code == 403
    compared = text(client, page)
    posted = {"one_version": "1", "other_version": "1", "keep": "one", "do": "merge"}
    without = client.post(page, posted)
    client.post(page, {**posted, "field_phone": "other", "reason": "户口簿上只有一人"})

    assert ID_NUMBER not in compared
    assert (without.status_code, "还没写凭什么" in without.content.decode()) == (422, True)
    other.refresh_from_db()
    assert other.deleted
    assert "这一条后来查明" in text(client, other.get_absolute_url())
    assert "并进来一条" in text(client, one.get_absolute_url())


def test_somebody_is_found_by_the_whole_number_only_by_post(
    as_user: AsUser, clerk: User, outsider: User, family: Family
) -> None:
    who = family.resident("李国强", id_card=ID_NUMBER)
    page = reverse("ledgers:by_number", args=["resident"])
    client = as_user(clerk)

    assert str(who.pk) in client.post(page, {"number": ID_NUMBER}).content.decode()
    assert str(who.pk) not in text(client, f"{page}?number={ID_NUMBER}")
    assert client.post(page, {"number": ID_NUMBER[:10]}).status_code == 422
    assert as_user(outsider).post(page, {"number": ID_NUMBER}).status_code == 404


def test_a_guarded_correction_is_handed_in_and_decided_by_another(
    as_user: AsUser, clerk: User, second: User, family: Family
) -> None:
    who = family.resident("李国强")
    mine, theirs = as_user(clerk), as_user(second)
    posted = {"version": "1", "place": who.place_id, "number": who.data["number"], "sex": "男"}

    mine.post(url("correct", who), {**posted, "name": "李国墙", "reason": "户口簿"})

    request = ChangeRequest.objects.get()
    assert "由另一个人来定" in text(mine, who.get_absolute_url())
    assert "李国墙" in text(theirs, reverse("ledgers:requests"))
    approve = reverse("ledgers:request_approve", args=[request.pk])
    mine.post(approve)
    who.refresh_from_db()
    assert who.data["name"] == "李国强"
    theirs.post(approve, {"answer": "核过了"})
    who.refresh_from_db()
    assert who.data["name"] == "李国墙"
    assert "王秀英提，谭建华核准" in text(mine, who.get_absolute_url())
    assert "没有等核准的" in text(theirs, reverse("ledgers:requests"))


def test_what_somebody_asks_for_at_the_counter(
    as_user: AsUser, clerk: User, second: User, village_clerk: User, family: Family
) -> None:
    who = family.resident("李国强", phone="13800001111")
    client = as_user(clerk)
    posted = {"version": "1", "number": who.data["number"], "name": "李国强", "sex": "女"}
    posted |= {"reason": "身份证上是女", "origin": "counter", "asked_on": "2026-11-16"}

    client.post(url("request_new", who), {**posted, "phone": "13900002222"})

    request = ChangeRequest.objects.get()
    page = text(as_user(second), who.get_absolute_url())
    assert "本人到柜台" in page
    assert "13900002222" not in page
    refuse = reverse("ledgers:request_refuse", args=[request.pk])
    as_user(village_clerk).post(refuse, {"answer": "不改"})
    as_user(second).post(refuse, {"answer": ""})
    request.refresh_from_db()
    assert request.state == "open"
    as_user(second).post(refuse, {"answer": "身份证上是男", "next": "https://example.org/"})
    assert "身份证上是男" in text(client, who.get_absolute_url())


def test_an_old_version_is_brought_back_and_a_field_tells_its_past(
    as_user: AsUser, clerk: User, village_clerk: User, family: Family
) -> None:
    who, client = family.resident("李国强"), as_user(clerk)
    posted = {"version": "1", "place": who.place_id, "number": who.data["number"]}
    client.post(
        url("correct", who), {**posted, "name": "李国强", "sex": "女", "reason": "写错性别"}
    )
    page = text(client, who.get_absolute_url())
    assert url("restore", who, 1) in page

    assert "写错性别" in text(client, url("field", who, "sex"))
    assert "写错性别" not in text(client, url("field", who, "name"))
    assert "女" in text(client, url("restore", who, 1))
    client.post(url("restore", who, 1), {"version": "2", "reason": "原来是对的"})

    who.refresh_from_db()
    assert (who.data["sex"], who.version) == ("男", 3)
    assert Commit.objects.latest("number").reason == "恢复到第1版：原来是对的"
    stale = client.post(url("restore", who, 2), {"version": "2", "reason": "又改"})
    assert stale.status_code == 422
