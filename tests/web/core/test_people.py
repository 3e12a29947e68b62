"""Pages of people and posts: who sees what, handing over, accounts, days away."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from qianxian.core.models import Absence, Grant, Handover, Holding, Office, Place, Post, User
from qianxian.core.people import accounts
from qianxian.core.queries import today

DAY = timedelta(days=1)


@pytest.fixture
def stranger(
    make_place: Callable[..., Place], make_user: Callable[..., User], county: Place
) -> User:
    other = make_place("别的镇", parent=county, code="430100200000")
    return make_user("别镇管理员", role="administrator", place=other)


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_everybody_sees_who_holds_which_post_and_who_is_missing(
    as_user: Callable[[User], Client],
    a: User,
    b: User,
    post: Post,
    make_post: Callable[..., Post],
    township: Place,
) -> None:
    make_post("应急岗", duty="other", place=township, b=b)
    Absence.objects.create(user=a, first_day=today(), last_day=today())

    page = text(as_user(a), "/people/")

    assert all(word in page for word in ("何春桃", "刘建军", "空岗", "代岗", "报账员", "应急岗"))
    assert "设岗位" not in page
    assert "2 个岗位，空岗 1 个，今天代岗 2 个。" in page


@pytest.mark.parametrize(
    "address",
    [
        "/people/posts/{post}/",
        "/people/posts/{post}/change/",
        "/people/posts/{post}/assign/A/",
        "/people/posts/{post}/hand-over/A/",
        "/people/posts/{post}/grant/",
        "/people/offices/{office}/",
        "/people/persons/{person}/",
        "/people/persons/{person}/absence/",
        "/people/handovers/{handover}/",
    ],
)
def test_outside_the_own_township_nothing_is_there(
    as_user: Callable[[User], Client],
    stranger: User,
    a: User,
    newcomer: User,
    post: Post,
    address: str,
) -> None:
    handover = Handover.objects.create(
        post=post, giver=a, taker=newcomer, on=today(), arranged_by="管", arranged_at=timezone.now()
    )
    keys = {"post": post.pk, "office": post.office_id, "person": a.pk, "handover": handover.pk}

    assert as_user(stranger).get(address.format(**keys)).status_code == 404
    assert "何春桃" not in text(as_user(stranger), "/people/")
    assert "何春桃" not in text(as_user(stranger), "/people/persons/")


@pytest.mark.parametrize(
    "address",
    ["change/", "assign/A/", "hand-over/A/", "grant/"],
)
def test_inside_whoever_does_not_manage_is_refused(
    as_user: Callable[[User], Client], b: User, post: Post, address: str
) -> None:
    assert as_user(b).get(f"/people/posts/{post.pk}/{address}").status_code == 403


def test_only_those_who_manage_have_the_room_on_the_rail(
    as_user: Callable[[User], Client], administrator: User, a: User, post: Post
) -> None:
    link = 'href="/people/"'
    rails = [
        text(as_user(user), "/help/").split("</nav>")[0].count(link) for user in (administrator, a)
    ]

    assert rails == [1, 0]
    assert 'href="/people/me/"' in text(as_user(a), "/help/")


def test_a_post_is_handed_over_on_pages_and_confirmed_by_the_next(
    as_user: Callable[[User], Client], administrator: User, a: User, newcomer: User, post: Post
) -> None:
    address = f"/people/posts/{post.pk}/hand-over/A/"
    given = {"taker": newcomer.pk, "on": today().isoformat(), "note": "印章在抽屉", "seen": "hect"}
    made = as_user(administrator).post(address, given)
    book = made["Location"]
    assert "有交接等你确认" in text(as_user(newcomer), "/help/")
    assert "我接这个岗位" not in text(as_user(a), book)
    page = text(as_user(newcomer), book)
    assert all(word in page for word in ("我接这个岗位", "印章在抽屉", "移交人：", "监交人："))

    done = as_user(newcomer).post(f"{book}accept/")

    assert done.status_code == 302
    assert "有交接等你确认" not in text(as_user(newcomer), "/help/")
    assert Holding.objects.get(user=newcomer).is_confirmed
    assert as_user(newcomer).post(f"{book}accept/").status_code == 409


def test_the_book_lists_what_is_open_and_what_is_late(
    as_user: Callable[[User], Client],
    administrator: User,
    a: User,
    newcomer: User,
    post: Post,
    make_entry: Callable[..., Any],
    clerk: User,
) -> None:
    entry = make_entry("toilet_renovation", {}, subject=make_entry())
    type(entry).objects.filter(pk=entry.pk).update(due_on=today() - DAY)
    address = f"/people/posts/{post.pk}/hand-over/A/"
    given = {"taker": newcomer.pk, "on": today().isoformat(), "seen": "hect"}
    book = as_user(administrator).post(address, given)["Location"]

    mine, theirs = text(as_user(newcomer), book), text(as_user(administrator), book)

    assert entry.title in mine
    assert "过期 1 项" in mine
    assert entry.title not in theirs
    assert "还挂着 1 件没办完的事" in theirs


def test_a_second_hand_over_keeps_what_was_typed_and_says_who_was_first(
    as_user: Callable[[User], Client],
    administrator: User,
    newcomer: User,
    make_user: Callable[..., User],
    post: Post,
) -> None:
    address = f"/people/posts/{post.pk}/hand-over/A/"
    client, third = as_user(administrator), make_user("第三人")
    client.post(address, {"taker": newcomer.pk, "on": today().isoformat(), "seen": "hect"})

    late = client.post(
        address, {"taker": third.pk, "on": today().isoformat(), "note": "留言", "seen": "hect"}
    )

    assert late.status_code == 422
    assert "已经安排交给唐晓菊" in late.content.decode()
    assert "留言" in late.content.decode()


def test_one_enters_the_own_days_away_and_comes_back(
    as_user: Callable[[User], Client], a: User, b: User, post: Post
) -> None:
    days = {"first_day": today().isoformat(), "last_day": (today() + 3 * DAY).isoformat()}
    client = as_user(a)
    assert "由刘建军代" in text(client, f"/people/persons/{a.pk}/absence/")

    client.post(f"/people/persons/{a.pk}/absence/", {**days, "note": "培训"})
    assert "你代" in text(as_user(b), "/people/me/")
    client.post(f"/people/absences/{Absence.objects.get().pk}/end/")

    assert not Absence.objects.exists()
    assert as_user(b).get(f"/people/persons/{a.pk}/absence/").status_code == 403


def test_without_a_b_holder_the_page_warns_and_still_saves(
    as_user: Callable[[User], Client], a: User, b: User, post: Post
) -> None:
    Holding.objects.filter(user=b).delete()
    days = {"first_day": today().isoformat(), "last_day": today().isoformat()}

    page = as_user(a).post(f"/people/persons/{a.pk}/absence/", days, follow=True)

    assert "没有B岗在，没人代" in page.content.decode()
    assert Absence.objects.count() == 1


def test_a_new_person_signs_in_only_after_choosing_a_password(
    as_user: Callable[[User], Client], administrator: User, village: Place
) -> None:
    answer = as_user(administrator).post(
        "/people/persons/new/", {"name": "李建国", "username": "", "home": village.pk}
    )
    page = answer.content.decode()
    password = re.findall(r"<dd>([^<]+)</dd>", page)[1]
    client = Client()
    sign_in = {"login": "lijg", "password": password}

    first = client.post("/sign-in/", sign_in)
    assert first["Location"] == "/people/first-password/"
    # Nobody is in yet: every other page leads back to the sign-in.
    assert client.get("/")["Location"].startswith("/sign-in/")
    same = client.post(first["Location"], {"new_password1": password, "new_password2": password})
    assert same.status_code == 422
    own = {"new_password1": "qingshan-2026x", "new_password2": "qingshan-2026x"}
    assert client.post(first["Location"], own)["Location"] == "/"

    assert client.get("/").status_code == 200
    assert "no-store" in answer["Cache-Control"]
    again = Client().post("/sign-in/", {"login": "lijg", "password": "qingshan-2026x"})
    assert again["Location"] == "/"


def test_a_reset_ends_the_sessions_that_are_open(
    as_user: Callable[[User], Client], administrator: User, newcomer: User
) -> None:
    client = as_user(newcomer)
    assert client.get("/help/").status_code == 200

    as_user(administrator).post(f"/people/persons/{newcomer.pk}/reset/")

    assert client.get("/help/").status_code == 302


def test_a_token_of_the_door_is_worth_nothing_after_another_reset(
    administrator: User, newcomer: User
) -> None:
    password = accounts.reset_password(person=newcomer, by=administrator, at=timezone.now())
    client = Client()
    client.post("/sign-in/", {"login": "tangxj", "password": password})
    accounts.reset_password(person=newcomer, by=administrator, at=timezone.now())

    assert client.get("/people/first-password/")["Location"].startswith("/sign-in/")


def test_the_own_password_is_changed_with_the_old_one(
    as_user: Callable[[User], Client], newcomer: User
) -> None:
    client = as_user(newcomer)
    new = {"new_password1": "qingshan-2026x", "new_password2": "qingshan-2026x"}

    wrong = client.post("/people/me/password/", {"old_password": "不对", **new})
    right = client.post("/people/me/password/", {"old_password": "一二三四五六", **new})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert client.get("/help/").status_code == 200


def test_a_township_is_set_up_from_nothing(
    as_user: Callable[[User], Client], administrator: User, township: Place, newcomer: User
) -> None:
    client = as_user(administrator)
    assert "还没有站所" in text(client, "/people/")

    client.post("/people/offices/new/", {"name": "农业农村办公室", "place": township.pk})
    office = Office.objects.get()
    post = {
        "name": "验收岗",
        "duty": "acceptance_officer",
        "office": office.pk,
        "place": township.pk,
    }
    address = client.post("/people/posts/new/", post)["Location"]
    who = {"user": newcomer.pk, "on": today().isoformat(), "seen": ""}
    client.post(f"{address}assign/A/", who)
    role = {"role": "inspector", "line": "environment", "place": township.pk}
    client.post(f"{address}grant/", role)

    page = text(client, address)
    assert "唐晓菊" in page
    assert "验收员，人居环境条线，青禾镇" in page
    client.post(f"{address}revoke/{Grant.objects.get(post__isnull=False).pk}/")
    client.post(f"{address}end/{Holding.objects.get().pk}/")
    assert not Grant.objects.filter(post__isnull=False).exists()
    assert Holding.objects.get().valid_to == today()


def test_a_post_is_renamed_and_closed_with_a_reason(
    as_user: Callable[[User], Client],
    administrator: User,
    make_post: Callable[..., Post],
    township: Place,
) -> None:
    post, client = make_post("旧岗", duty="other", place=township), as_user(administrator)
    address = f"/people/posts/{post.pk}/"

    client.post(f"{address}change/", {"name": "新岗", "office": post.office_id})
    assert client.post(f"{address}close/", {"reason": ""}).status_code == 422
    client.post(f"{address}close/", {"reason": "机构改革"})
    client.post(f"/people/offices/{post.office_id}/close/", {"reason": "机构改革"})

    post.refresh_from_db()
    assert (post.name, post.closed_on, post.office.closed_on) == ("新岗", today(), today())
    assert "新岗" in text(client, address)


def test_the_head_is_chosen_among_the_posts_of_the_office(
    as_user: Callable[[User], Client], administrator: User, post: Post, a: User
) -> None:
    address = f"/people/offices/{post.office_id}/"

    as_user(administrator).post(address, {"name": "清水村委会", "head": post.pk})

    assert Office.objects.get().head == post
    assert "交接" in text(as_user(a), f"/people/posts/{post.pk}/")


@pytest.mark.parametrize("words", ["hct", "春桃", "何"])
def test_people_are_found_by_name_or_initials(
    as_user: Callable[[User], Client], b: User, post: Post, words: str
) -> None:
    page = text(as_user(b), f"/people/persons/?q={words}")

    assert "何春桃" in page
    assert "刘建军</a></th>" not in page
    # User names are for those who manage accounts.
    assert "hect" not in page


def test_an_account_is_closed_and_opened_again(
    as_user: Callable[[User], Client], administrator: User, newcomer: User
) -> None:
    client, address = as_user(administrator), f"/people/persons/{newcomer.pk}/"

    client.post(f"{address}close/")
    assert not User.objects.get(pk=newcomer.pk).is_active
    client.post(f"{address}reopen/")

    assert User.objects.get(pk=newcomer.pk).is_active


def test_the_board_asks_no_more_for_more_posts(
    as_user: Callable[[User], Client],
    a: User,
    post: Post,
    make_post: Callable[..., Post],
    make_user: Callable[..., User],
    township: Place,
    django_assert_max_num_queries: Any,
) -> None:
    client = as_user(a)
    with django_assert_max_num_queries(30) as first:
        client.get("/people/")
    for n in range(8):
        make_post(f"{n}号岗", duty="other", place=township, a=make_user(), b=make_user())

    with django_assert_max_num_queries(len(first) + 1):
        client.get("/people/")


def test_a_later_hand_over_is_seen_by_the_next_holder_before_the_day(
    as_user: Callable[[User], Client], administrator: User, newcomer: User, post: Post
) -> None:
    day: date = today() + 5 * DAY
    book = as_user(administrator).post(
        f"/people/posts/{post.pk}/hand-over/A/",
        {"taker": newcomer.pk, "on": day.isoformat(), "seen": "hect"},
    )["Location"]

    assert "起归你办" in text(as_user(newcomer), book)
