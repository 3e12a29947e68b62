"""The read gate: who sees what, and which error says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from qianxian.core import gate
from qianxian.core.definitions import ledgers_by_line
from qianxian.core.errors import NotAllowed, NotVisible
from qianxian.core.models import Holding, Place, Post, User
from qianxian.core.permissions import Permission
from qianxian.ledgers.models import Entry
from tests.conftest import TODAY

EDIT, VIEW = Permission.ENTRY_EDIT, Permission.ENTRY_VIEW
LINE = "environment"


def can_edit(user: User, place: Place, *, line: str = LINE, on: date = TODAY) -> bool:
    return gate.can(user, EDIT, line=line, place=place, on=on)


def test_a_grant_reaches_the_whole_subtree_and_nothing_above_or_beside(
    clerk: User, village_clerk: User, township: Place, village: Place, other_village: Place
) -> None:
    places = (township, village, other_village, township.parent)

    assert [can_edit(clerk, place) for place in places if place] == [True, True, True, False]
    assert [can_edit(village_clerk, place) for place in places if place] == [
        False,
        True,
        False,
        False,
    ]


def test_a_grant_of_one_line_reaches_no_other(clerk: User, village: Place) -> None:
    assert can_edit(clerk, village, line="environment")
    assert not can_edit(clerk, village, line="safety")


def test_a_grant_without_a_line_reaches_every_line(village_clerk: User, village: Place) -> None:
    assert can_edit(village_clerk, village, line="safety")


def test_a_village_whose_code_begins_alike_is_not_reached(
    make_place: Callable[..., Place], make_user: Callable[..., User], township: Place
) -> None:
    one = make_place("一村", parent=township, code="430100100001")
    longer = make_place("一村一组", parent=one, code="430100100001001")
    other = make_place("别村", parent=township, code="430100100002")
    user = make_user(role="village_clerk", place=one)

    assert [can_edit(user, place) for place in (one, longer, other)] == [True, True, False]


def test_who_has_no_grant_reaches_nothing(outsider: User) -> None:
    assert gate.reaches(outsider, VIEW, TODAY) == ()


def test_nobody_and_the_dismissed_reach_nothing(clerk: User) -> None:
    clerk.is_active = False

    assert gate.reaches(clerk, VIEW, TODAY) == ()
    assert gate.reaches(AnonymousUser(), VIEW, TODAY) == ()  # type: ignore[arg-type]


@pytest.fixture
def post(make_post: Callable[..., Post], outsider: User, village: Place) -> Post:
    return make_post(duty="village_clerk", place=village, a=outsider, role="village_clerk")


def test_a_post_gives_its_holder_what_it_was_granted(
    post: Post, outsider: User, village: Place, clerk: User
) -> None:
    assert can_edit(outsider, village)
    assert not can_edit(clerk, village, line="safety")


@pytest.mark.parametrize(("days", "is_held"), [(-1, False), (0, True), (9, True), (10, False)])
def test_a_post_gives_it_only_while_it_is_held(
    post: Post, outsider: User, village: Place, days: int, is_held: bool
) -> None:
    first = date(2026, 11, 1)
    Holding.objects.update(valid_from=first, valid_to=first + timedelta(days=9))

    assert can_edit(outsider, village, on=first + timedelta(days=days)) == is_held


def test_require_lets_pass_or_tells_the_two_refusals_apart(
    clerk: User, leader: User, outsider: User, village: Place
) -> None:
    given = {"line": LINE, "place": village, "on": TODAY}

    gate.require(clerk, EDIT, **given)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        gate.require(leader, EDIT, **given)  # type: ignore[arg-type]
    with pytest.raises(NotVisible):
        gate.require(outsider, EDIT, **given)  # type: ignore[arg-type]


@pytest.fixture
def entries(
    make_entry: Callable[..., Entry],
    village: Place,
    other_village: Place,
) -> dict[str, Entry]:
    held = {"held_on": "2026-11-01", "kind": "大扫除"}
    return {
        "here": make_entry("cleanup", held, place=village),
        "there": make_entry("cleanup", held, place=other_village),
        "household": make_entry(),
    }


def test_the_filter_on_rows_says_what_can_says(
    entries: dict[str, Entry], clerk: User, village_clerk: User, outsider: User
) -> None:
    def seen_by(user: User) -> set[str]:
        rows = set(Entry.objects.visible_to(user, TODAY))
        return {name for name, entry in entries.items() if entry in rows}

    assert seen_by(clerk) == {"here", "there", "household"}
    assert seen_by(village_clerk) == {"here", "household"}
    assert seen_by(outsider) == set()


def test_the_filter_on_rows_keeps_to_the_ledgers_of_the_line(
    entries: dict[str, Entry], make_user: Callable[..., User], township: Place
) -> None:
    user = make_user(role="office_clerk", place=township, line="safety")
    found = gate.reaches(user, VIEW, TODAY)

    rows = Entry.objects.filter(gate.places_filter(found, lines=ledgers_by_line(), field="ledger"))

    assert found != ()
    assert list(rows) == []


def test_visible_places_are_those_of_the_reach(
    village_clerk: User, outsider: User, village: Place, group: Place, other_village: Place
) -> None:
    def places_of(user: User) -> set[Place]:
        return set(Place.objects.filter(gate.visible_places(user, VIEW, TODAY)))

    assert places_of(village_clerk) == {village, group}
    assert places_of(outsider) == set()
