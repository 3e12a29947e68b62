"""Recording from an entry, to whom a matter rose, and the week's sheet, through pages."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qianxian.core.models import Commit, Place, User
from qianxian.ledgers.models import Entry
from qianxian.matters.sweeping import sweep
from tests.unit.matters.conftest import whole_office
from tests.unit.matters.office import Office

__all__ = ["whole_office"]

SignIn = Callable[[User], Client]


@pytest.fixture
def clerk(make_user: Callable[..., User], township: Place) -> User:
    return make_user("王秀英", role="office_clerk", place=township, username="wangxy")


@pytest.fixture
def inspection(make_entry: Callable[..., Entry], village: Place, now: datetime) -> Entry:
    premises = make_entry("premises", {"name": "青禾加油站", "kind": "加油站"}, place=village)
    values = {
        "inspected_on": timezone.localdate().isoformat(),
        "kind": "消防",
        "inspectors": 2,
        "result": "责令限期整改",
    }
    return make_entry("inspection", values, place=village, subject=premises, at=timezone.now())


@pytest.fixture
def make_late(
    make_entry: Callable[..., Entry], whole_office: Office, village: Place, start: datetime
) -> Callable[..., Entry]:
    """make_late(-3): a hazard whose limit ended three days ago."""

    def make(days: int, *, place: Place | None = None, what: str = "通道堵塞") -> Entry:
        today = timezone.localdate()
        found = timezone.localdate(start).isoformat()
        values = {"found_on": found, "kind": "消防", "level": "一般", "description": what}
        entry = make_entry("hazard", values, place=place or village, at=start)
        last = (today + timedelta(days=days)).isoformat()
        given = {"order_number": "青安改 3 号", "ordered_on": found, "fix_by": last}
        whole_office.take(entry, "order", start, given)
        return entry

    return make


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_from_an_inspection_one_records_hazards_with_what_is_known_filled_in(
    inspection: Entry, whole_office: Office, as_user: SignIn
) -> None:
    client = as_user(whole_office.a["safety_officer"])
    page = text_of(client, inspection.get_absolute_url())
    address = f"{reverse('ledgers:new', args=['hazard'])}?parent={inspection.pk}"
    assert "发现隐患，登记" in page
    assert f'href="{address}"' in page

    form = text_of(client, address)
    assert "青禾加油站" in form
    assert f'value="{inspection.subject_id}"' in form
    assert f'<option value="{inspection.place_id}" selected>' in form

    token = form.split('name="token" value="')[1].split('"')[0]
    sent = {
        "token": token,
        "place": inspection.place_id,
        "premises": str(inspection.subject_id),
        "found_on_near": timezone.localdate().isoformat(),
        "kind": "消防",
        "level": "一般",
        "description": "灭火器过期",
    }
    answer = client.post(address, sent)

    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == inspection.get_absolute_url()
    hazard = Entry.objects.get(ledger="hazard")
    assert hazard.parent_id == inspection.pk
    listed = text_of(client, inspection.get_absolute_url())
    assert reverse("matters:matter", args=[hazard.pk]) in listed
    for address in (hazard.get_absolute_url(), reverse("matters:matter", args=[hazard.pk])):
        assert inspection.get_absolute_url() in text_of(client, address)


def test_what_is_wrong_is_told_and_the_parent_is_kept(
    inspection: Entry, whole_office: Office, as_user: SignIn
) -> None:
    client = as_user(whole_office.a["safety_officer"])
    address = f"{reverse('ledgers:new', args=['hazard'])}?parent={inspection.pk}"
    token = text_of(client, address).split('name="token" value="')[1].split('"')[0]

    answer = client.post(address, {"token": token, "place": "", "kind": "不知道"})

    assert answer.status_code == 422
    assert inspection.get_absolute_url() in answer.content.decode()
    assert not Entry.objects.filter(ledger="hazard").exists()


@pytest.mark.parametrize("parent", ["00000000-0000-4000-8000-000000000000", "no-id", "other"])
def test_a_parent_that_is_not_there_or_of_another_ledger_is_not_found(
    parent: str, inspection: Entry, whole_office: Office, as_user: SignIn
) -> None:
    key = str(inspection.subject_id) if parent == "other" else parent
    client = as_user(whole_office.a["safety_officer"])

    answer = client.get(reverse("ledgers:new", args=["hazard"]), {"parent": key})

    assert answer.status_code == 404


def test_the_parent_of_another_village_is_not_named_to_who_may_not_see_it(
    inspection: Entry,
    make_entry: Callable[..., Entry],
    make_user: Callable[..., User],
    other_village: Place,
    as_user: SignIn,
) -> None:
    values = {"found_on": "2026-11-17", "kind": "消防", "level": "一般", "description": "堵塞"}
    hazard = make_entry("hazard", values, place=other_village)
    Entry.objects.filter(pk=hazard.pk).update(parent=inspection)
    neighbour = make_user("石报账", role="village_clerk", place=other_village)

    page = text_of(as_user(neighbour), hazard.get_absolute_url())

    assert "一条不归你的岗位看的记录" in page
    assert "青禾加油站" not in page
    assert str(inspection.pk) not in page


def test_to_whom_it_rose_stands_on_its_page_in_today_and_in_the_list(
    make_late: Callable[..., Entry], whole_office: Office, as_user: SignIn
) -> None:
    hazard = make_late(-3)
    sweep(timezone.now())
    head = as_user(whole_office.a["line_head"])

    matter = text_of(head, reverse("matters:matter", args=[hazard.pk]))
    today = text_of(head, reverse("today"))
    watched = text_of(head, f"{reverse('matters:list')}?scope=watched")

    assert "已升级到" in matter
    assert "超期 3 天" in matter
    assert "督办" in today
    assert hazard.title in today
    assert hazard.title in watched
    # Whoever watches is not asked to do it.
    assert reverse("matters:step", args=[hazard.pk, "fix"]) not in today


def test_the_limit_says_which_field_its_last_day_comes_from(
    make_late: Callable[..., Entry], whole_office: Office, as_user: SignIn
) -> None:
    hazard = make_late(4)

    page = text_of(
        as_user(whole_office.a["village_clerk"]), reverse("matters:matter", args=[hazard.pk])
    )

    assert "最后一天是“整改期限”写的" in page


def test_the_weeks_sheet_lists_by_post_and_by_village(
    make_late: Callable[..., Entry], whole_office: Office, as_user: SignIn, other_village: Place
) -> None:
    late, soon = make_late(-3, what="灭火器过期"), make_late(0, what="线路老化")
    far = make_late(60, what="标志不清")
    elsewhere = make_late(-1, place=other_village, what="护栏松动")
    sweep(timezone.now())

    page = text_of(as_user(whole_office.a["line_head"]), reverse("matters:late"))

    assert all(entry.title in page for entry in (late, soon, elsewhere))
    assert far.title not in page
    assert "超 3 天" in page
    assert "今天到期" in page
    assert "等整改完成" in page
    assert page.index(late.title) < page.index(soon.title)
    assert f"超期 {2} 件" in page


def test_the_sheet_narrows_by_village_line_and_week(
    make_late: Callable[..., Entry], whole_office: Office, as_user: SignIn, other_village: Place
) -> None:
    here, there = (
        make_late(-3, what="灭火器过期"),
        make_late(-1, place=other_village, what="护栏松动"),
    )
    later = make_late(8, what="线路老化")
    client, address = as_user(whole_office.a["line_head"]), reverse("matters:late")
    today = timezone.localdate()
    sunday = today + timedelta(days=6 - today.weekday())
    in_two = (sunday + timedelta(days=14)).isoformat()

    one = text_of(client, f"{address}?village={other_village.pk}")
    other_line = text_of(client, f"{address}?line=environment")
    ahead = text_of(client, f"{address}?week={in_two}")
    nonsense = text_of(client, f"{address}?week=9999-99-99&line=x&village=y")

    assert (here.title in one, there.title in one) == (False, True)
    assert here.title not in other_line
    assert later.title in ahead
    assert here.title in nonsense


def test_the_sheet_shows_only_what_the_reader_may_see(
    make_late: Callable[..., Entry],
    make_user: Callable[..., User],
    as_user: SignIn,
    other_village: Place,
) -> None:
    late = make_late(-3)
    neighbour = make_user("石报账", role="village_clerk", place=other_village)
    client = as_user(neighbour)

    page = text_of(client, reverse("matters:late"))
    table = client.get(reverse("matters:late_file", args=["csv"])).content.decode()

    assert late.title not in page
    assert late.title not in table


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_sheet_leaves_as_a_file(
    kind: str, make_late: Callable[..., Entry], whole_office: Office, as_user: SignIn
) -> None:
    make_late(-3, what="=1+1")
    commits = Commit.objects.count()
    client = as_user(whole_office.a["line_head"])

    answer = client.get(reverse("matters:late_file", args=[kind]))
    content = b"".join(answer) if answer.streaming else answer.content

    assert answer.status_code == 200
    assert Commit.objects.count() == commits
    if kind == "csv":
        rows = content.decode("utf-8-sig").splitlines()
        assert rows[0].startswith("岗位,事项,类别")
        assert ",3," in rows[1]
    else:
        with ZipFile(io.BytesIO(content)) as book:
            told = book.read("xl/sharedStrings.xml").decode()
        assert "超期天数" in told
        assert "没办结" in told


def test_an_unknown_kind_of_file_is_not_found(whole_office: Office, as_user: SignIn) -> None:
    client = as_user(whole_office.a["line_head"])

    assert client.get(reverse("matters:late_file", args=["pdf"])).status_code == 404


def test_the_sheet_is_a_few_queries_whatever_its_length(
    make_late: Callable[..., Entry],
    whole_office: Office,
    as_user: SignIn,
    django_assert_max_num_queries: Any,
) -> None:
    for n in range(4):
        make_late(-n)
    client = as_user(whole_office.a["line_head"])

    with django_assert_max_num_queries(30):
        text_of(client, reverse("matters:late"))
