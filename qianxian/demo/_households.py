"""Made-up households: who lives in them, with numbers that nobody has."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from qianxian.core.models import Place
from qianxian.demo import _names as names
from qianxian.demo._world import World, entries_of
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row

_PERSONS = (1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 6, 7)
_DWELLINGS = ("自有住房",) * 9 + ("租住或借住", "集中安置点")
# What comes after the head, in this order; whoever is more is a child of somebody.
_RELATIONS = ("配偶", "子女", "子女", "父母", "父母", "其他")
_AGES = {"户主": (38, 68), "配偶": (36, 66), "子女": (3, 30), "父母": (66, 88), "其他": (4, 60)}
_YEAR = 365.25
_GROWN = 22


@dataclass(slots=True)
class Home:
    """One household with its people, as rows that are to be saved."""

    row: Row
    people: list[Row] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)


def make_home(world: World, village: Place, group: Place, number: int, rng: Random) -> Home:
    """A household of a group with everybody who lives in it."""
    count = rng.choice(_PERSONS)
    head, own = names.resident(rng), f"{village.code}{number:04}"
    relations = ["户主", *_relations(count, rng)]
    phone = names.phone(rng)
    values = {
        "number": own,
        "head": head,
        "persons": count,
        "dwelling": rng.choice(_DWELLINGS),
        "is_occupied": rng.random() < 0.83,
        "kind": "脱贫户" if rng.random() < 0.14 else "一般农户",
        "phone": phone,
    }
    home = Home(Row(values, group, id=world.new_id()), relations=relations)
    for place, relation in enumerate(relations):
        name = head if not place else names.relative(rng, head[0] if relation == "子女" else "")
        age = rng.uniform(*_AGES[relation])
        person = _person(world, f"{own}{place + 1:02}", name, age, rng)
        if not place:
            person["phone"] = phone
        home.people.append(Row(person, group, id=world.new_id()))
        if relation == "子女" and age >= _GROWN:
            world.grown.setdefault(village.code, []).append(home.people[-1].id)
    return home


def _relations(count: int, rng: Random) -> list[str]:
    more = count - 1
    return sorted(rng.sample(_RELATIONS, min(more, 6)), key=_RELATIONS.index) if more else []


def _person(world: World, number: str, name: str, age: float, rng: Random) -> dict[str, Any]:
    born_on = world.first - timedelta(days=int(age * _YEAR))
    values = person_values(world, number, name, born_on, rng)
    if age >= _GROWN and rng.random() < 0.6:
        values["phone"] = names.phone(rng)
    return values


def person_values(
    world: World, number: str, name: str, born_on: date, rng: Random
) -> dict[str, Any]:
    """A row of the register of people."""
    sex = rng.choice(("男", "女"))
    return {
        "number": number,
        "name": name,
        "sex": sex,
        "born_on": born_on.isoformat(),
        "id_card": world.own_id(lambda: names.id_card(rng, born_on, sex)),
    }


def ties(world: World, homes: list[Home], day: date) -> list[Row]:
    """Who belongs to which household, from the day that it was entered."""
    found = entries_of(home.row.id for home in homes)
    return [
        tie(world, person.id, relation, day, found[home.row.id])
        for home in homes
        for person, relation in zip(home.people, home.relations, strict=True)
    ]


def tie(world: World, person: uuid.UUID, relation: str, day: date, home: Entry) -> Row:
    values = {"resident": str(person), "relation": relation, "joined_on": day.isoformat()}
    return Row(values, home.place, subject=home, id=world.new_id())
