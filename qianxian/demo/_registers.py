"""The registers of households and people, and what becomes of it: births, moves, the merger."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from qianxian.core.commits import through
from qianxian.core.models import Holding, Place
from qianxian.core.place_events import acts, plans
from qianxian.demo import _names as names
from qianxian.demo._diary import Act
from qianxian.demo._households import Home, make_home, person_values, tie, ties
from qianxian.demo._township import Village
from qianxian.demo._world import SOURCE, World, entry_of, ledger, save
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, correct_entry, save_together

_AT_ONCE = 2_000


def register_households(world: World) -> None:
    """Each village enters its households and their people in the first days of the first year."""
    for number, village in enumerate(world.township.villages):
        rng = world.branch()

        def enter(at: datetime, village: Village = village, rng: Random = rng) -> None:
            homes = _homes(world, village, rng)
            _save_homes(world, homes, village, at)
            keys = [home.row.id for home in homes]
            world.homes[village.place.code] = keys
            world.untouched[village.place.code] = list(keys)

        world.diary.on(world.first + timedelta(days=1 + number % 4), enter)


def _homes(world: World, village: Village, rng: Random) -> list[Home]:
    """The households of a village, numbered through from its first group to its last."""
    least, most = world.scale.homes
    groups = [group for group in village.groups for _ in range(rng.randint(least, most))]
    return [
        make_home(world, village.place, group, number, rng)
        for number, group in enumerate(groups, 1)
    ]


def _save_homes(world: World, homes: list[Home], village: Village, at: datetime) -> None:
    """Households and people as one commit; the ties between them after it, as they name both."""
    people = [person for home in homes for person in home.people]
    save_together(
        batches=[
            (ledger("household"), [home.row for home in homes]),
            (ledger("resident"), people),
        ],
        by=village.clerk,
        at=at,
        post=village.post.code,
        source=SOURCE,
    )
    rows = ties(world, homes, timezone.localdate(at))
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        save("membership", part, by=village.clerk, at=at, post=village.post.code)


def let_households_change(world: World) -> None:
    """Corrections with reasons: births, a death, a wedding, households that move."""
    few = world.scale.is_small
    for day in (40,) if few else (40, 95, 160, 230, 300):
        world.diary.on(world.first + timedelta(days=day), _birth(world))
    for day in (120,) if few else (120, 410):
        world.diary.on(world.first + timedelta(days=day), _move(world))
    for day in (66,) if few else (66, 275, 420):
        world.diary.on(world.first + timedelta(days=day), _death(world))
    for day in (133,) if few else (133, 480):
        world.diary.on(world.first + timedelta(days=day), _wedding(world))


def _birth(world: World) -> Act:
    rng = world.branch()

    def act(at: datetime) -> None:
        village = rng.choice(world.township.standing)
        home = entry_of(rng.choice(world.homes[village.place.code]))
        _count(home, 1, village, at, "新生儿上户")
        day = timezone.localdate(at) - timedelta(days=rng.randint(9, 30))
        number = f"{home.data['number']}{home.data['persons'] + 10}"
        name = names.relative(rng, home.data["head"][0])
        row = Row(person_values(world, number, name, day, rng), home.place, id=world.new_id())
        save("resident", [row], by=village.clerk, at=at, post=village.post.code)
        born = tie(world, row.id, "子女", day, home)
        save("membership", [born], by=village.clerk, at=at, post=village.post.code)

    return act


def _count(home: Entry, more: int, village: Village, at: datetime, why: str) -> None:
    correct_entry(
        entry=home,
        values_changed={"persons": home.data["persons"] + more},
        version=home.version,
        by=village.clerk,
        at=at,
        reason=why,
        post=village.post.code,
    )


def _death(world: World) -> Act:
    rng = world.branch()

    def act(at: datetime) -> None:
        village = rng.choice(world.township.standing)
        membership = _some_tie(world, village, "父母", rng)
        _end_tie(membership, village, at, "死亡", "已销户，户口簿核对过")
        _count(entry_of(_home_of(membership)), -1, village, at, "老人过世，人数减一")

    return act


def _wedding(world: World) -> Act:
    """A child of one household marries into another, on the day after leaving the first."""
    rng = world.branch()

    def act(at: datetime) -> None:
        town = world.township
        village, other = town.villages[0], town.villages[1]
        grown = world.grown[village.place.code]
        left = _tie_of(grown.pop(rng.randrange(len(grown))))
        _end_tie(left, village, at, "婚嫁", "嫁到外村")
        _count(entry_of(_home_of(left)), -1, village, at, "嫁出一人")
        home = entry_of(rng.choice(world.homes[other.place.code]))
        person = uuid.UUID(left.data["resident"])
        joins = tie(world, person, "配偶", timezone.localdate(at), home)
        # The person stands in the register of the other village, which its clerk does not see.
        by, post = world.acting("revitalisation", at)
        save("membership", [joins], by=by, at=at, post=post.code)
        _count(home, 1, other, at, "嫁入一人，户口已迁来")

    return act


def _home_of(membership: Entry) -> uuid.UUID:
    if membership.subject_id is None:
        raise ValueError(membership)
    return membership.subject_id


def _some_tie(world: World, village: Village, relation: str, rng: Random) -> Entry:
    """Somebody of a household with others in it; the same one for the same seed."""
    rows = Entry.objects.present().filter(
        ledger="membership", place__in=village.groups, data__relation=relation
    )
    standing = [key for key, data in rows.values_list("pk", "data") if "left_on" not in data]
    return entry_of(rng.choice(sorted(standing)))


def _tie_of(person: uuid.UUID) -> Entry:
    """Where somebody belongs who has belonged nowhere else."""
    return Entry.objects.get(ledger="membership", data__resident=str(person))


def _end_tie(membership: Entry, village: Village, at: datetime, why: str, reason: str) -> None:
    yesterday = timezone.localdate(at) - timedelta(days=1)
    correct_entry(
        entry=membership,
        values_changed={"left_on": yesterday.isoformat(), "left_reason": why},
        version=membership.version,
        by=village.clerk,
        at=at,
        reason=reason,
        post=village.post.code,
    )


def _move(world: World) -> Act:
    rng = world.branch()

    def act(at: datetime) -> None:
        village = world.township.villages[0]
        entry = entry_of(rng.choice(world.homes[village.place.code]))
        others = [group for group in village.groups if group.pk != entry.place_id]
        correct_entry(
            entry=entry,
            values_changed={},
            version=entry.version,
            by=village.clerk,
            at=at,
            reason="建了新房，搬到这个组住",
            post=village.post.code,
            place=rng.choice(others),
        )

    return act


def merge_villages(world: World) -> None:
    """On its day the smallest village becomes part of its neighbour, with new groups there."""

    def merge(at: datetime) -> None:
        town = world.township
        gone, into = town.merged, town.successor
        first = len(into.groups) + 1
        called = {old.code: names.group_name(first + n) for n, old in enumerate(gone.groups)}
        plan = plans.merge(gone.place, into.place, world.merged_on, called, "县里批复")
        with through(SOURCE, ""):
            acts.carry_out(plan=plan, by=world.person("administrator"), at=at)
        into.groups += Place.objects.filter(code__in=[o.code for o in plan.opened]).order_by("code")
        gone.is_merged_away = True
        for kind in (world.homes, world.untouched):
            kind[into.place.code] += kind.pop(gone.place.code)
        last = world.merged_on + timedelta(days=14)
        Holding.objects.filter(post=gone.post).update(valid_to=last)

    world.diary.on(world.merged_on, merge)


def merger_day(today: date) -> date:
    """The last 1 July that is past."""
    return date(today.year if today > date(today.year, 7, 1) else today.year - 1, 7, 1)
