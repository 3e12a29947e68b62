"""The township of tests/data/intake/world.yaml as the reader's own world."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from qianxian_packs import Catalogue, load
from qianxian_reader.jot import Case, Clerk, Lexicon, Reading, Spot, Thing, World, hear

ROOT = Path(__file__).parents[4]
DATA = ROOT / "tests" / "data" / "intake"

# States of the sentences that the packs call otherwise.
STATES = {
    "monitoring": {
        "checked": "verified",
        "submitted": "township",
        "removal_check": "removal_checked",
    }
}


@cache
def raw() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DATA / "world.yaml").read_text(encoding="utf-8"))
    return found


@cache
def packs() -> Catalogue:
    return load([ROOT / "packs"])


@cache
def lexicon() -> Lexicon:
    return Lexicon.of(packs())


def state_of(ledger: str, state: str) -> str:
    return STATES.get(ledger, {}).get(state, state)


@cache
def world() -> World:
    data = raw()
    spots = [Spot(v["name"], v["name"], "village") for v in data["villages"]]
    for village in data["villages"]:
        spots += [Spot(village["name"] + g, g, "group", village["name"]) for g in village["groups"]]
    things = [*_households(data), *_residents(data), *_named(data)]
    return World.of(spots, things, [_case(data, one) for one in data["matters"]])


def _households(data: dict[str, Any]) -> list[Thing]:
    found = []
    for one in data["households"]:
        place = one["village"] + one["group"]
        found.append(
            Thing(
                one["id"],
                "household",
                (one["head"],),
                place,
                number=one["number"],
                is_person=True,
            )
        )
        # The head is a person of the household too.
        found.append(
            Thing(
                f"head:{one['id']}",
                "resident",
                (one["head"],),
                place,
                is_person=True,
                home=one["id"],
                relation="户主",
            )
        )
    return found


def _residents(data: dict[str, Any]) -> list[Thing]:
    homes = {one["id"]: one["village"] + one["group"] for one in data["households"]}
    return [
        Thing(
            one["id"],
            "resident",
            (one["name"],),
            homes[one["household"]],
            is_person=True,
            home=one["household"],
            relation=one["relation"],
            sex=one["sex"],
        )
        for one in data["residents"]
    ]


def _named(data: dict[str, Any]) -> list[Thing]:
    groups = (("premises", "premises"), ("reservoirs", "reservoir"))
    return [
        Thing(one["id"], register, (one["name"],), one["village"], kind=one["kind"])
        for key, register in groups
        for one in data[key]
    ]


def _case(data: dict[str, Any], one: dict[str, Any]) -> Case:
    places = {h["id"]: h["village"] + h["group"] for h in data["households"]}
    places |= {t["id"]: t["village"] for t in (*data["premises"], *data["reservoirs"])}
    values = one["values"]
    ledger = packs().ledgers[one["ledger"]]
    texts = [str(values[f.name]) for f in ledger.fields if f.type == "text" and f.name in values]
    return Case(
        one["id"],
        one["ledger"],
        state_of(one["ledger"], one["state"]),
        places[one["subject"]] if one["subject"] else values["village"],
        (one["subject"],) if one["subject"] else (),
        " ".join(texts),
    )


def read(said: str, village: str | None, role: str) -> Reading:
    return hear(
        said,
        today=date.fromisoformat(raw()["today"]),
        world=world(),
        catalogue=packs(),
        lexicon=lexicon(),
        clerk=Clerk(village or "", frozenset({role})),
    )
