"""The register of households, and what becomes of it: births, moves, the merger."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from qianxian.core.commits import Actor
from qianxian.core.models import Holding, Place
from qianxian.core.places import merge_place
from qianxian.demo import _names as names
from qianxian.demo._diary import Act
from qianxian.demo._township import Village, open_group
from qianxian.demo._world import SOURCE, World, entry_of, save
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, correct_entry
from qianxian.ledgers.store import state_of, store

_PERSONS = (1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 6, 7)


def register_households(world: World) -> None:
    """Each village enters its register in the first days of the first year, as one commit."""
    for number, village in enumerate(world.township.villages):
        rng = world.branch()

        def enter(at: datetime, village: Village = village, rng: Random = rng) -> None:
            rows = _rows(world, village, rng)
            save("household", rows, by=village.clerk, at=at, post=village.post.code)
            homes = [row.id for row in rows]
            world.homes[village.place.code] = homes
            world.untouched[village.place.code] = list(homes)

        world.diary.on(world.first + timedelta(days=1 + number % 4), enter)


def _rows(world: World, village: Village, rng: Random) -> list[Row]:
    """The households of a village, numbered through from its first group to its last."""
    groups = [
        group
        for group in village.groups
        for _ in range(rng.randint(54, 66) * world.size if world.size else 12)
    ]
    return [
        Row({**_household(rng), "number": f"{village.place.code}{n:04}"}, group, id=world.new_id())
        for n, group in enumerate(groups, 1)
    ]


def _household(rng: Random) -> dict[str, object]:
    return {
        "head": names.resident(rng),
        "persons": rng.choice(_PERSONS),
        "is_occupied": rng.random() < 0.83,
        "phone": names.phone(rng),
    }


def let_households_change(world: World) -> None:
    """Corrections with reasons: a birth, a wrong count, two households that move."""
    days = [40, 95, 160, 230, 300] if world.size else [40]
    for day in days:
        world.diary.on(world.first + timedelta(days=day), _birth(world))
    for day in (120, 410) if world.size else (120,):
        world.diary.on(world.first + timedelta(days=day), _move(world))


def _birth(world: World) -> Act:
    rng = world.branch()

    def act(at: datetime) -> None:
        village = rng.choice(world.township.standing)
        entry = entry_of(rng.choice(world.homes[village.place.code]))
        correct_entry(
            entry=entry,
            values_changed={"persons": entry.data["persons"] + 1},
            version=entry.version,
            by=village.clerk,
            at=at,
            reason=rng.choice(("新生儿上户", "嫁入一人，户口已迁来", "原来少登了一人，已入户核对")),
            post=village.post.code,
        )

    return act


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
        merge_place(
            place=gone.place,
            into=into.place,
            on=world.merged_on,
            by=Actor.of(world.person("compiler_a"), "compiler"),
            at=at,
            note=f"县里批复，{gone.place}并入{into.place}",
        )
        first = len(into.groups) + 1
        opened = {
            old.code: open_group(into.place, first + n, world.merged_on)
            for n, old in enumerate(gone.groups)
        }
        into.groups += opened.values()
        gone.is_merged_away = True
        _rehouse(world, opened, at)
        last = world.merged_on + timedelta(days=14)
        Holding.objects.filter(post=gone.post).update(valid_to=last)

    world.diary.on(world.merged_on, merge)


def _rehouse(world: World, opened: dict[str, Place], at: datetime) -> None:
    """The register follows the merger; everything else keeps the place of its date."""
    town = world.township
    moved = Entry.objects.present().filter(ledger="household", place__in=list(opened))
    states = [state_of(entry, place=opened[entry.place_id].code) for entry in moved]
    store(
        states=states,
        township=town.place,
        by=Actor.of(town.successor.clerk, town.successor.post.code),
        at=at,
        reason="并村，农户换到新的组",
        source=SOURCE,
    )
    for kind in (world.homes, world.untouched):
        kind[town.successor.place.code] += kind.pop(town.merged.place.code)


def merger_day(today: date) -> date:
    """The last 1 July that is past."""
    return date(today.year if today > date(today.year, 7, 1) else today.year - 1, 7, 1)
