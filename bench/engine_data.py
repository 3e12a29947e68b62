"""A township's year of the environment pack, generated: the same versions at every call."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bench.machine import ROOT
from qianxian_engine import (
    Attestation,
    AttestationTable,
    Lake,
    LakeSource,
    Manifest,
    PlaceNode,
    PlaceTree,
    version_schema,
)
from qianxian_figures import Period
from qianxian_packs import Catalogue, load

SEED = 20261124
TOWNSHIP = "430999101"
VILLAGES = [f"{TOWNSHIP}{n:03d}" for n in range(200, 210)]
GROUPS = [f"{village}{n:03d}" for village in VILLAGES for n in range(1, 9)]
ENTRIES = {"toilet_renovation": 80_000, "cleanup": 20_000}
HOUSEHOLDS = 40_000
LAST_COMMIT, SEALED_AT = 400, (150, 300, 390)
# One entry in so many is corrected later, and one in so many of those is deleted.
CORRECTED, DELETED = 20, 10
MONTHS = [Period.of(f"2026-{month:02d}") for month in range(1, 13)]
_FIRST_DAY, _DAYS = date(2025, 7, 1), 540


def catalogue() -> Catalogue:
    return load([ROOT / "packs"])


def place_tree() -> PlaceTree:
    return PlaceTree(
        [
            PlaceNode(TOWNSHIP, "乡", "township", None),
            *(PlaceNode(code, code, "village", TOWNSHIP) for code in VILLAGES),
            *(PlaceNode(code, code, "group", code[:12]) for code in GROUPS),
        ]
    )


def attestations() -> AttestationTable:
    """Each village has attested eleven months of both ledgers."""
    return AttestationTable(
        Attestation(ledger, village, month, from_commit=1)
        for ledger in ENTRIES
        for n, village in enumerate(VILLAGES)
        for month in MONTHS
        if month != MONTHS[n]
    )


def sealed_lake(folder: Path, definitions: Catalogue) -> LakeSource:
    """All but the last commits in the lake, the rest in the tail."""
    tables = versions(definitions)
    lake = Lake(folder)
    manifests: dict[str, Manifest] = {}

    def tail(ledger: str, after: int) -> pa.Table:
        return tables[ledger].filter(pc.greater(tables[ledger]["from_commit"], after))

    for commit in SEALED_AT:
        for name in tables:
            previous = manifests.get(name)
            newer = tail(name, previous.commit if previous else 0)
            ledger = definitions.ledgers[name]
            manifests[name] = lake.seal(ledger, previous, newer, commit=commit)
    tails = {name: tail(name, SEALED_AT[-1]) for name in tables}
    return LakeSource(lake, manifests, lambda ledger, _: tails[ledger])


def versions(definitions: Catalogue) -> dict[str, pa.Table]:
    """Every version of both ledgers and of the register of households."""
    chance = random.Random(SEED)  # noqa: S311 - the same data each time is the point
    rows: dict[str, list[dict[str, Any]]] = {
        "household": [_household(chance, n) for n in range(HOUSEHOLDS)],
        "toilet_renovation": _with_corrections(
            chance, [_toilet(chance, n) for n in range(ENTRIES["toilet_renovation"])]
        ),
        "cleanup": _with_corrections(
            chance, [_cleanup(chance, n) for n in range(ENTRIES["cleanup"])]
        ),
    }
    return {
        name: pa.Table.from_pylist(given, schema=version_schema(definitions.ledgers[name]))
        for name, given in rows.items()
    }


def _household(chance: random.Random, n: int) -> dict[str, Any]:
    persons = chance.randint(1, 7)
    return {**_entry(f"h{n:06d}", chance.choice(GROUPS), 1), "persons": persons}


def _toilet(chance: random.Random, n: int) -> dict[str, Any]:
    started = _FIRST_DAY + timedelta(days=chance.randrange(_DAYS))
    completed = started + timedelta(days=chance.randint(5, 40)) if chance.random() < 0.9 else None
    is_accepted = completed is not None and chance.random() < 0.9
    accepted = (
        completed + timedelta(days=chance.randint(1, 20)) if completed and is_accepted else None
    )
    return {
        **_entry(f"t{n:06d}", chance.choice(GROUPS), chance.randint(1, LAST_COMMIT)),
        "subject": f"h{chance.randrange(HOUSEHOLDS):06d}",
        "state": "accepted" if is_accepted else "open",
        "on": accepted,
        "started_on": started,
        "completed_on": completed,
        "accepted_on": accepted,
        "kind": chance.choice(["三格化粪池", "三瓮式", "完整上下水道"]),
    }


def _cleanup(chance: random.Random, n: int) -> dict[str, Any]:
    held = _FIRST_DAY + timedelta(days=chance.randrange(_DAYS))
    return {
        **_entry(f"c{n:06d}", chance.choice(VILLAGES), chance.randint(1, LAST_COMMIT)),
        "on": held,
        "held_on": held,
        "kind": chance.choice(["大扫除", "沟渠清理"]),
        "people": chance.randint(5, 80),
    }


def _entry(name: str, place: str, commit: int) -> dict[str, Any]:
    return {"entry": name, "place": place, "from_commit": commit, "deleted": False}


def _with_corrections(chance: random.Random, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Some entries again in a later commit: moved to another village's group, or deleted."""
    corrections = [
        {
            **row,
            "from_commit": chance.randint(row["from_commit"] + 1, LAST_COMMIT),
            "place": chance.choice(GROUPS),
            "deleted": chance.randrange(DELETED) == 0,
        }
        for row in rows
        if row["from_commit"] < LAST_COMMIT and chance.randrange(CORRECTED) == 0
    ]
    return rows + corrections
