"""Offices, posts, grants and accounts: who may make them, and what keeps them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from qianxian.core import gate
from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.models import Grant, Holding, Office, Place, Post, Revision, Stream, User
from qianxian.core.people import accounts, grants, names, offices, rights
from qianxian.core.permissions import Permission
from qianxian.core.verify import verify
from qianxian.ledgers.models import Entry
from qianxian.matters import routing
from tests.conftest import TODAY


@pytest.fixture
def office(administrator: User, township: Place, now: datetime) -> Office:
    return offices.open_office(name="农业农村办公室", place=township, by=administrator, at=now)


@pytest.fixture
def post(administrator: User, office: Office, township: Place, now: datetime) -> Post:
    return offices.open_post(
        name="验收岗",
        duty="acceptance_officer",
        office=office,
        place=township,
        by=administrator,
        at=now,
    )


def test_a_post_that_was_opened_is_found_by_its_duty_until_it_is_closed(
    administrator: User, post: Post, village: Place, now: datetime
) -> None:
    assert routing.posts_for("acceptance_officer", village) == [post]

    offices.close_post(post=post, by=administrator, at=now, reason="并入专干")

    assert routing.posts_for("acceptance_officer", village) == []
    assert list(verify(Stream.objects.get())) == []


def test_a_post_with_a_holder_or_open_work_is_not_closed(
    administrator: User,
    make_user: Callable[..., User],
    make_post: Callable[..., Post],
    make_entry: Callable[..., Entry],
    village: Place,
    now: datetime,
) -> None:
    clerk_post = make_post("报账员", duty="village_clerk", place=village, a=make_user())
    make_entry("toilet_renovation", {}, subject=make_entry())
    with pytest.raises(UserError, match="还有人任着"):
        offices.close_post(post=clerk_post, by=administrator, at=now, reason="撤")
    Holding.objects.all().delete()

    with pytest.raises(UserError, match="还挂着1件"):
        offices.close_post(post=clerk_post, by=administrator, at=now, reason="撤")


def test_an_office_is_closed_when_its_posts_are(
    administrator: User, office: Office, post: Post, now: datetime
) -> None:
    with pytest.raises(UserError, match="还有1个岗位"):
        offices.close_office(office=office, by=administrator, at=now, reason="机构改革")
    offices.close_post(post=post, by=administrator, at=now, reason="机构改革")
    offices.close_office(office=office, by=administrator, at=now, reason="机构改革")

    again = offices.open_office(name=office.name, place=office.place, by=administrator, at=now)
    assert again.pk != office.pk


def test_two_offices_of_one_place_do_not_share_a_name(
    administrator: User, office: Office, now: datetime
) -> None:
    with pytest.raises(UserError, match="已经有"):
        offices.open_office(name=office.name, place=office.place, by=administrator, at=now)


def test_a_renamed_office_keeps_its_posts_and_a_head_must_be_one_of_them(
    administrator: User,
    office: Office,
    post: Post,
    make_post: Callable[..., Post],
    village: Place,
    now: datetime,
) -> None:
    offices.change_office(office=office, name="农办", head=post, by=administrator, at=now)
    stranger = make_post("村里的", duty="other", place=village)

    with pytest.raises(UserError, match="不能当它的负责人"):
        offices.change_office(office=office, name="农办", head=stranger, by=administrator, at=now)

    office.refresh_from_db()
    assert (office.name, office.head, list(office.posts.all())) == ("农办", post, [post])


def test_a_post_that_moves_no_longer_leads_the_office_it_left(
    administrator: User, office: Office, post: Post, township: Place, now: datetime
) -> None:
    offices.change_office(office=office, name=office.name, head=post, by=administrator, at=now)
    other = offices.open_office(name="村镇建设中心", place=township, by=administrator, at=now)
    post.refresh_from_db()

    offices.change_post(post=post, name="验收", office=other, by=administrator, at=now)

    office.refresh_from_db()
    assert (office.head, post.office) == (None, other)


@pytest.mark.parametrize("where", ["county", "elsewhere"])
def test_an_administrator_opens_nothing_outside_the_own_subtree(
    administrator: User, make_place: Callable[..., Place], county: Place, now: datetime, where: str
) -> None:
    place = county if where == "county" else make_place("别的镇", parent=county)

    with pytest.raises((NotVisible, NotAllowed)):
        offices.open_office(name="办公室", place=place, by=administrator, at=now)

    assert not Office.objects.exists()


def test_a_clerk_opens_nothing(clerk: User, township: Place, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        offices.open_office(name="办公室", place=township, by=clerk, at=now)


def test_a_grant_lets_the_holder_see_and_revoked_it_does_not(
    administrator: User, post: Post, make_user: Callable[..., User], village: Place, now: datetime
) -> None:
    holder = make_user("谭建华")
    post.holdings.create(user=holder, valid_from=TODAY)

    def may() -> bool:
        return gate.can(holder, Permission.ENTRY_EDIT, line="environment", place=village, on=TODAY)

    before = may()
    grant = grants.grant_role(
        post=post,
        role="office_clerk",
        line="environment",
        place=post.place,
        by=administrator,
        at=now,
    )
    granted = may()
    grants.revoke_grant(grant=grant, by=administrator, at=now)

    assert (before, granted, may()) == (False, True, False)
    assert Revision.objects.filter(kind="grant").count() == 2


def test_nobody_grants_to_a_post_of_his_own(
    make_user: Callable[..., User], make_post: Callable[..., Post], township: Place, now: datetime
) -> None:
    one = make_user("管立新")
    own = make_post("管理员", duty="administrator", place=township, a=one, role="administrator")

    with pytest.raises(NotAllowed, match="自己给自己"):
        grants.grant_role(post=own, role="office_clerk", line="", place=township, by=one, at=now)


def test_who_manages_one_line_gives_roles_of_that_line_only(
    make_user: Callable[..., User], post: Post, township: Place, now: datetime
) -> None:
    narrow = make_user("条线管理员", role="administrator", place=township, line="environment")

    with pytest.raises(NotAllowed):
        grants.grant_role(post=post, role="leader", line="", place=township, by=narrow, at=now)


def test_the_last_grant_that_manages_people_stays(
    make_user: Callable[..., User], make_post: Callable[..., Post], township: Place, now: datetime
) -> None:
    one = make_user("管立新")
    own = make_post("管理员", duty="administrator", place=township, a=one, role="administrator")

    with pytest.raises(UserError, match="没有管理员"):
        grants.revoke_grant(grant=Grant.objects.get(post=own), by=one, at=now)

    assert rights.administrators(township, TODAY) == [one]


def test_an_account_is_made_with_a_password_that_must_be_changed(
    administrator: User, village: Place, now: datetime
) -> None:
    person, password = accounts.create_person(
        name="李建国", username="lijg", home=village, by=administrator, at=now
    )

    assert person.must_change_password
    assert person.check_password(password)
    assert all(password not in r.body for r in Revision.objects.all())


def test_a_user_name_is_given_once_whatever_its_case(
    administrator: User, village: Place, make_user: Callable[..., User], now: datetime
) -> None:
    make_user("李进", username="LiJG")

    with pytest.raises(UserError, match="已经有人用了"):
        accounts.create_person(
            name="李建国", username="lijg", home=village, by=administrator, at=now
        )


def test_an_administrator_resets_nobody_who_holds_something_outside(
    make_user: Callable[..., User],
    make_post: Callable[..., Post],
    village: Place,
    township: Place,
    now: datetime,
) -> None:
    local = make_user("村管理员", role="administrator", place=village)
    both = make_user("王秀英", home=village)
    make_post("镇专干", duty="other", place=township, a=both)

    with pytest.raises(NotAllowed):
        accounts.reset_password(person=both, by=local, at=now)


def test_an_account_with_a_post_is_not_closed_and_without_one_it_is(
    administrator: User,
    make_user: Callable[..., User],
    make_post: Callable[..., Post],
    village: Place,
    now: datetime,
) -> None:
    person = make_user("李建国", home=village)
    make_post("报账员", duty="village_clerk", place=village, a=person)
    with pytest.raises(UserError, match="还任着"):
        accounts.close_account(person=person, by=administrator, at=now)
    Holding.objects.all().delete()

    accounts.close_account(person=person, by=administrator, at=now)

    person.refresh_from_db()
    assert not person.is_active


def test_nobody_closes_or_resets_the_own_account(administrator: User, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        accounts.close_account(person=administrator, by=administrator, at=now)
    with pytest.raises(NotAllowed):
        accounts.reset_password(person=administrator, by=administrator, at=now)


def test_a_township_gets_its_first_administrator_once(township: Place, now: datetime) -> None:
    person, _ = accounts.first_administrator(
        name="管立新", username="guanlx", township=township, at=now
    )

    assert rights.administrators(township, TODAY) == [person]
    assert rights.manages_place(person, township, TODAY)
    with pytest.raises(UserError, match="已经有管理员"):
        accounts.first_administrator(name="乙", username="yi", township=township, at=now)


@pytest.mark.parametrize(
    ("name", "username"),
    [("王秀英", "wangxy"), ("曾国强", "zenggq"), ("欧阳春", "ouyangc"), ("单小满", "shanxm")],
)
def test_a_user_name_is_proposed_as_people_spell_their_name(name: str, username: str) -> None:
    assert names.username_for(name, set()) == username
    assert names.username_for(name, {username, f"{username}2"}) == f"{username}3"


@pytest.mark.parametrize("words", ["秀", "wxy", "WX", "王秀英", ""])
def test_a_person_is_found_by_a_part_of_the_name_or_its_initials(words: str) -> None:
    assert names.is_found("王秀英", words)
    assert not names.is_found("王秀英", "lj")
