"""The read gate: who sees what, and which error says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from qianxian.core import gate
from qianxian.core.errors import NotAllowed, NotVisible
from qianxian.core.models import Holding, Place, Post, User
from qianxian.core.permissions import ROLES, Permission
from qianxian.ledgers.models import Entry
from tests.conftest import TODAY

EDIT, VIEW = Permission.ENTRY_EDIT, Permission.ENTRY_VIEW


def may(user: User, permission: Permission, place: Place, line: str = "environment") -> bool:
    return gate.can(user, permission, line=line, place=place, on=TODAY)


def test_a_clerk_reaches_the_whole_township_and_nothing_above(
    clerk: User, township: Place, village: Place, county: Place
) -> None:
    found = [may(clerk, EDIT, place) for place in (village, township, county)]

    assert found == [True, True, False]


def test_a_grant_of_one_line_says_nothing_of_another(clerk: User, village: Place) -> None:
    assert not may(clerk, VIEW, village, line="civil")


def test_a_grant_without_a_line_holds_for_every_line(village_clerk: User, village: Place) -> None:
    assert may(village_clerk, VIEW, village, line="civil")


def test_a_role_holds_what_it_bundles_and_no_more(leader: User, village: Place) -> None:
    assert may(leader, VIEW, village)
    assert not may(leader, EDIT, village)


def test_a_village_whose_code_begins_like_another_is_not_reached(
    make_place: Callable[..., Place], make_user: Callable[..., User], village: Place, county: Place
) -> None:
    """Paths end with a slash, so that one place is never taken for the start of another."""
    user = make_user("村里", role="village_clerk", place=village)
    cousin = Place(code="4301001002011", path=village.path.rstrip("/") + "1/")

    assert not may(user, VIEW, cousin)


def test_outside_is_not_there_and_inside_is_not_allowed(
    leader: User, outsider: User, village: Place
) -> None:
    with pytest.raises(NotAllowed):
        gate.require(leader, EDIT, line="environment", place=village, on=TODAY)
    with pytest.raises(NotVisible):
        gate.require(outsider, EDIT, line="environment", place=village, on=TODAY)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "reached"),
    [
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), False),
        (TODAY + timedelta(days=1), None, False),
    ],
)
def test_a_post_gives_its_grants_while_it_is_held(
    make_user: Callable[..., User],
    make_post: Callable[..., Post],
    village: Place,
    valid_from: date,
    valid_to: date | None,
    reached: bool,
) -> None:
    user = make_user("何春桃")
    post = make_post("报账员", duty="village_clerk", place=village, role="village_clerk")
    Holding.objects.create(post=post, user=user, valid_from=valid_from, valid_to=valid_to)

    assert may(user, EDIT, village) is reached


def test_the_b_holder_reaches_what_the_a_holder_reaches(
    make_user: Callable[..., User], make_post: Callable[..., Post], village: Place
) -> None:
    a, b = make_user("甲"), make_user("乙")
    make_post("报账员", duty="village_clerk", place=village, a=a, b=b, role="village_clerk")

    assert may(b, EDIT, village)


def test_another_persons_holding_of_the_same_post_gives_nothing(
    make_user: Callable[..., User], make_post: Callable[..., Post], village: Place
) -> None:
    past, present = make_user("前任"), make_user("现任")
    post = make_post("报账员", duty="village_clerk", place=village, role="village_clerk")
    yesterday = TODAY - timedelta(days=1)
    Holding.objects.create(post=post, user=past, valid_from=date(2025, 1, 1), valid_to=yesterday)
    Holding.objects.create(post=post, user=present, valid_from=TODAY)

    assert [may(user, VIEW, village) for user in (past, present)] == [False, True]


def test_an_account_that_was_closed_reaches_nothing(clerk: User, village: Place) -> None:
    clerk.is_active = False

    assert gate.reaches(clerk, VIEW, TODAY) == ()


def test_a_condition_on_rows_without_any_reach_holds_for_none(
    outsider: User, village: Place
) -> None:
    found = gate.reaches(outsider, VIEW, TODAY)

    assert not Place.objects.filter(gate.visible_places(outsider, VIEW, TODAY)).exists()
    assert gate.places_filter(found, lines={}, field="ledger").children == [("pk__in", [])]


def test_a_line_without_definitions_lets_no_row_through(
    make_user: Callable[..., User], make_entry: Callable[..., Entry], village: Place, clerk: User
) -> None:
    make_entry("cleanup", {"held_on": "2026-11-03", "kind": "大扫除"}, place=village)
    user = make_user("党建", role="office_clerk", place=village, line="party")

    seen = [Entry.objects.visible_to(who, TODAY).count() for who in (clerk, user)]

    assert seen == [1, 0]


def test_every_permission_belongs_to_a_role() -> None:
    bundled = {permission for role in ROLES.values() for permission in role.permissions}

    assert bundled == set(Permission)
