"""Small ledgers of the shipped packs, and what the indicators make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from qianxian_engine import AttestationTable, PlaceNode, PlaceTree, compute, version_schema
from qianxian_figures import Figure, Period
from qianxian_packs import load
from tests.spec.engine.sealing import sealed

CATALOGUE = load([Path(__file__).parents[3] / "packs"])
TREE = PlaceTree(
    [
        PlaceNode("T", "镇", "township", None),
        PlaceNode("A", "村", "village", "T"),
        PlaceNode("A1", "组", "group", "A"),
    ]
)
HOUSEHOLDS = {
    "h1": {"number": "1", "head": "甲", "persons": 4, "kind": "脱贫户"},
    "h2": {"number": "2", "head": "乙", "persons": 3, "kind": "一般农户"},
    "h3": {"number": "3", "head": "丙", "persons": 2, "kind": "脱贫户"},
}
Rows = Sequence[Mapping[str, Any]]


def figures(folder: Path, names: Sequence[str], period: str, **rows: Rows) -> dict[str, Figure]:
    """Each indicator for the township, on these entries and three households."""
    given = {"household": list(HOUSEHOLDS.values()), **rows}
    versions = {
        name: pa.Table.from_pylist(
            [_version(name, n, row) for n, row in enumerate(given.get(name, []), 1)],
            schema=version_schema(ledger),
        )
        for name, ledger in CATALOGUE.ledgers.items()
    }
    found = compute(
        CATALOGUE,
        list(names),
        ["T"],
        [Period.of(period)],
        as_of=1,
        source=sealed(CATALOGUE.ledgers, versions, folder, []),
        tree=TREE,
        attested=AttestationTable(()),
        mode="as_then",
        engine="reference",
    )
    return {figure.indicator or "": figure for figure in found}


def _version(name: str, n: int, row: Mapping[str, Any]) -> dict[str, Any]:
    ledger = CATALOGUE.ledgers[name]
    values = {
        key: ledger.by_name[key].parse(value) if key in ledger.by_name else value
        for key, value in row.items()
    }
    return {
        "entry": f"{name[0]}{n}",
        "place": "A1",
        **values,
        "from_commit": 1,
        "deleted": False,
        "on": values.get(ledger.date or ""),
    }


def pair(figure: Figure) -> tuple[Any, ...]:
    return tuple(part.value for part in figure.parts)


def value(figure: Figure) -> Decimal | None:
    return figure.value
