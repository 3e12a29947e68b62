"""Places are merged, split, given and renamed; registers follow, figures of then stay, all comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

import pytest

from qianxian.core.errors import Conflict, NotAllowed, NotVisible, UserError
from qianxian.core.models import Grant, Place, PlaceAlias, PlaceEvent, Stream, User
from qianxian.core.place_events import acts, plans
from qianxian.core.place_events.plans import BadPlan, Plan
from qianxian.core.place_events.preview import preview
from qianxian.core.queries import place_tree
from qianxian.core.verify import verify
from qianxian.indicators.queries import Reading
from qianxian.ledgers.models import Entry
from qianxian.ledgers.place_finder import PlaceFinder, Told
from qianxian.ledgers.search import everything
from qianxian.ledgers.services import correct_entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.ledgers.verify import verify_entries
from qianxian_engine import Mode
from qianxian_figures import Period

MakeEntry = Callable[..., Entry]
JULY = date(2026, 7, 1)
SWEPT = {"kind": "大扫除", "people": "12"}


@pytest.fixture
def admin(make_user: Callable[..., User], township: Place) -> User:
    return make_user("管理", role="administrator", place=township)


@pytest.fixture
def stone(other_village: Place, make_place: Callable[..., Place]) -> Place:
    """石桥村 with a third group, as 清水村 has one."""
    make_place("三组", parent=other_village, code="430100100202003")
    return other_village


@pytest.fixture
def recorded(
    stone: Place, village: Place, group: Place, make_entry: MakeEntry
) -> Mapping[str, Entry]:
    """A household on either side, one swept before the day and one after it."""
    their_group = stone.children.get()
    return {
        "home": make_entry(place=group),
        "theirs": make_entry(values={"number": "3010001"}, place=their_group),
        "before": make_entry("cleanup", {**SWEPT, "held_on": "2026-06-10"}, place=stone),
        "after": make_entry("cleanup", {**SWEPT, "held_on": "2026-07-10"}, place=stone),
    }


def carry_out(plan: Plan, by: User, at: datetime) -> PlaceEvent:
    return acts.carry_out(plan=plan, by=by, at=at)


def counted(
    town: Place, place: Place, month: str, indicator: str, mode: Mode = "as_then"
) -> Decimal:
    found = {
        Reading.of(town)
        .figures([indicator], [place.code], [Period.of(month)], mode=mode, engine=engine)[0]
        .value
        for engine in ("duckdb", "reference")
    }
    (value,) = found
    return value or Decimal(0)


def test_a_merged_village_and_what_follows_it(
    recorded: Mapping[str, Entry],
    stone: Place,
    village: Place,
    township: Place,
    admin: User,
    village_clerk: User,
    now: datetime,
) -> None:
    plan = plans.merge(stone, village, JULY, note="县里批复")
    told = preview(plan, admin)
    assert told.becomes == (("石桥村", "清水村"), ("三组", "清水村 石桥三组"))
    assert [number for _, number in told.counts] == [1, 1, 1, 0]
    assert (told.grants, Place.objects.filter(name="石桥三组").count()) == (1, 0)

    event = carry_out(plan, admin, now)

    new = Place.objects.get(name="石桥三组", parent=village)
    for entry in recorded.values():
        entry.refresh_from_db()
    assert recorded["theirs"].place == new
    assert (recorded["before"].place, recorded["after"].place) == (stone, village)
    # The clerk of the village that takes over sees what was recorded in the other one.
    assert Entry.objects.visible_to(village_clerk, now.date()).count() == 4
    for month, here, there, together in (("2026-06", 1, 1, 2), ("2026-07", 2, 0, 2)):
        assert counted(township, village, month, "households") == here
        assert counted(township, stone, month, "households") == there
        assert counted(township, village, month, "households", "as_now") == together
    assert counted(township, stone, "2026", "cleanup_activities") == 1
    assert counted(township, village, "2026", "cleanup_activities") == 1
    assert counted(township, village, "2026", "cleanup_activities", "as_now") == 2
    assert counted(township, township, "2026", "cleanup_activities") == 2
    assert event.commit.reason == "石桥村并入清水村（县里批复）"
    assert [*verify(Stream.objects.get(pk=township.pk)), *verify_entries(township.path)] == []


def test_a_merger_is_taken_back_with_what_came_since(
    recorded: Mapping[str, Entry],
    stone: Place,
    village: Place,
    township: Place,
    admin: User,
    clerk: User,
    village_clerk: User,
    make_entry: MakeEntry,
    now: datetime,
) -> None:
    event = carry_out(plans.merge(stone, village, JULY), admin, now)
    new = Place.objects.get(name="石桥三组")
    recorded["theirs"].refresh_from_db()
    correct_entry(
        entry=recorded["theirs"],
        values_changed={"persons": "5"},
        version=2,
        by=clerk,
        at=now,
        reason="添了人口",
    )
    later = make_entry(values={"number": "3010002"}, place=new)

    acts.take_back(event=event, by=admin, at=now)

    stone.refresh_from_db()
    for entry in (*recorded.values(), later):
        entry.refresh_from_db()
    old_group = stone.children.get()
    assert (stone.valid_to, stone.successor, old_group.valid_to) == (None, None, None)
    theirs = recorded["theirs"]
    assert (theirs.place, theirs.episodes, theirs.data["persons"]) == (old_group, [], 5)
    assert (later.place, recorded["after"].place) == (old_group, stone)
    assert Entry.objects.visible_to(village_clerk, now.date()).count() == 1
    assert counted(township, stone, "2026-07", "households") == 2
    assert not place_tree(township)[new.code].is_valid(now.date())
    with pytest.raises(UserError, match="已经撤回过了"):
        acts.take_back(event=event, by=admin, at=now)
    assert [*verify(Stream.objects.get(pk=township.pk)), *verify_entries(township.path)] == []


def test_groups_become_a_village_and_one_goes_over_to_another(
    recorded: Mapping[str, Entry],
    village: Place,
    group: Place,
    stone: Place,
    township: Place,
    make_place: Callable[..., Place],
    admin: User,
    now: datetime,
) -> None:
    make_place("一组", parent=village)
    code = plans.free_village_code(township)
    split = carry_out(plans.split(village, "新水村", code, [group.code], JULY), admin, now)
    new = Place.objects.get(pk=code)

    assert [counted(township, new, m, "households") for m in ("2026-06", "2026-07")] == [0, 1]
    assert [counted(township, village, m, "households") for m in ("2026-06", "2026-07")] == [1, 0]
    assert counted(township, new, "2026-06", "households", "as_now") == 1

    leaving, september = new.children.get(), date(2026, 9, 1)
    with pytest.raises(BadPlan, match="已经有三组"):
        plans.give(leaving, stone, september)
    moved = carry_out(plans.give(leaving, stone, september, "六组"), admin, now)
    assert moved.kind == "moved"
    months = ("2026-06", "2026-08", "2026-09")
    assert [counted(township, stone, m, "households") for m in months] == [1, 1, 2]
    with pytest.raises(UserError, match="先撤回那一次"):
        acts.take_back(event=split, by=admin, at=now)
    for event in (moved, split):
        acts.take_back(event=event, by=admin, at=now)
    recorded["home"].refresh_from_db()
    assert (recorded["home"].place, recorded["home"].episodes) == (group, [])


def test_old_names_and_what_people_call_a_place_are_understood(
    recorded: Mapping[str, Entry],
    village: Place,
    township: Place,
    admin: User,
    clerk: User,
    now: datetime,
) -> None:
    event = carry_out(plans.rename(village, "清泉村", JULY), admin, now)
    village.refresh_from_db()
    acts.add_alias(place=village, name="水口屋场", by=admin, at=now)

    finder = PlaceFinder.of(clerk, "environment", township, now.date())
    for name in ("清泉村", "清泉", "清水村", "水口屋场", "清水村3组", "水口屋场三组"):
        found = finder.find(Told(whole=name)).place
        assert found and found.code.startswith(village.code), name
    hits = [hit.title for group in everything(clerk, "水口屋场", now.date()) for hit in group.hits]
    assert hits == ["清泉村"]
    with pytest.raises(BadPlan, match="已经是清泉村的叫法"):
        acts.add_alias(place=Place.objects.get(name="石桥村"), name="清水村", by=admin, at=now)
    acts.take_back(event=event, by=admin, at=now)
    village.refresh_from_db()
    assert (village.name, [a.name for a in PlaceAlias.objects.all()]) == ("清水村", ["水口屋场"])


def test_what_cannot_be_is_refused_and_changes_nothing(
    recorded: Mapping[str, Entry],
    village: Place,
    stone: Place,
    group: Place,
    township: Place,
    admin: User,
    clerk: User,
    outsider: User,
    now: datetime,
) -> None:
    for make, says in (
        (lambda: plans.merge(stone, group, JULY), "要是同一级"),
        (lambda: plans.rename(stone, "清水村", JULY), "已经有清水村"),
        (lambda: plans.split(village, "新水村", "4301", [group.code], JULY), "12位数字"),
        (lambda: plans.split(village, "新水村", "430100100999", [], JULY), "还没选哪些组"),
        (lambda: plans.give(group, village, JULY), "就在清水村"),
        (lambda: carry_out(plans.merge(stone, village, date(2027, 1, 1)), admin, now), "还没到"),
    ):
        with pytest.raises(BadPlan, match=says):
            make()
    plan = plans.merge(stone, village, JULY)
    for user, error in ((clerk, NotAllowed), (outsider, NotVisible)):
        with pytest.raises(error):
            carry_out(plan, user, now)
    assert not PlaceEvent.objects.exists()
    assert not Grant.objects.filter(place=stone).exists()
    carry_out(plan, admin, now)
    stone.refresh_from_db()
    with pytest.raises(BadPlan, match="不能再改"):
        plans.rename(stone, "石桥", JULY)


def test_a_row_dated_later_goes_to_where_the_place_went(
    recorded: Mapping[str, Entry],
    village: Place,
    stone: Place,
    admin: User,
    make_entry: MakeEntry,
    now: datetime,
) -> None:
    carry_out(plans.merge(stone, village, JULY), admin, now)
    stone.refresh_from_db()

    with pytest.raises(InvalidEntry, match="现在归清水村"):
        make_entry("cleanup", {**SWEPT, "held_on": "2026-08-10"}, place=stone)
    assert make_entry("cleanup", {**SWEPT, "held_on": "2026-06-20"}, place=stone).place == stone


def test_of_two_plans_for_the_same_place_the_second_is_refused(
    recorded: Mapping[str, Entry], village: Place, stone: Place, admin: User, now: datetime
) -> None:
    first, second = (plans.merge(stone, village, day) for day in (JULY, date(2026, 8, 1)))
    carry_out(first, admin, now)

    with pytest.raises(Conflict, match="刚才有人"):
        carry_out(second, admin, now)

    stone.refresh_from_db()
    assert (stone.valid_to, PlaceEvent.objects.count()) == (date(2026, 6, 30), 1)


def test_a_merger_that_went_on_into_a_third_village_is_taken_back_last_first(
    recorded: Mapping[str, Entry],
    village: Place,
    stone: Place,
    township: Place,
    make_place: Callable[..., Place],
    admin: User,
    now: datetime,
) -> None:
    willow = make_place("柳树村", parent=township, code="430100100203")
    first = carry_out(plans.merge(stone, village, JULY), admin, now)
    second = carry_out(plans.merge(village, willow, date(2026, 8, 1)), admin, now)

    with pytest.raises(UserError, match="先撤回那一次"):
        acts.take_back(event=first, by=admin, at=now)

    for event in (second, first):
        acts.take_back(event=event, by=admin, at=now)
    recorded["theirs"].refresh_from_db()
    assert recorded["theirs"].place == stone.children.get()
