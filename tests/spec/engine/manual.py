"""Reads the cases of the manual: Markdown with definitions, versions and expected answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from qianxian_engine import Attestation, AttestationTable, PlaceNode, PlaceTree, version_schema
from qianxian_figures import Period
from qianxian_packs import Catalogue, Indicator, load

HERE = Path(__file__).parent
BASE = load([HERE / "pack"])
MERGED_ON = date(2026, 7, 1)
TREE = PlaceTree(
    [
        PlaceNode("T", "Town", "township", None),
        PlaceNode("A", "A", "village", "T"),
        PlaceNode("A1", "A1", "group", "A"),
        PlaceNode("A2", "A2", "group", "A"),
        PlaceNode("B", "B", "village", "T"),
        PlaceNode("B1", "B1", "group", "B"),
        PlaceNode("C", "C", "village", "T", valid_to=MERGED_ON, successor="A"),
        PlaceNode("C1", "C1", "group", "C", valid_to=MERGED_ON, successor="A2"),
    ]
)
Row = dict[str, str]


@dataclass
class Case:
    """A heading of the manual with its definitions and its tables by their first column."""

    name: str
    definitions: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def catalogue(self) -> Catalogue:
        indicators = [_indicator(name, given) for name, given in self.definitions.items()]
        return Catalogue.of([*BASE.ledgers.values(), *indicators])

    def versions(self) -> dict[str, pa.Table]:
        """Every version of each ledger."""
        return {
            name: pa.Table.from_pylist(
                [_version(name, row) for row in self.tables.get(name, [])],
                schema=version_schema(BASE.ledgers[name]),
            )
            for name in BASE.ledgers
        }

    def attested(self) -> AttestationTable:
        return AttestationTable(
            Attestation(
                row.get("ledger", "works"),
                row["attested"],
                Period.of(row["period"]),
                from_commit=int(row["commit"]),
                to_commit=int(row["until"]) if row.get("until") else None,
            )
            for row in self.tables.get("attested", [])
        )


def cases() -> Iterator[Case]:
    for path in sorted((HERE / "manual").glob("*.md")):
        for section in path.read_text(encoding="utf-8").split("\n## ")[1:]:
            yield _case(section)


def _case(section: str) -> Case:
    case = Case(section.partition("\n")[0])
    for block in re.findall(r"```yaml\n(.*?)```", section, re.DOTALL):
        case.definitions |= yaml.safe_load(block)
    for table in re.findall(r"(?:^\|.*\n?)+", section, re.MULTILINE):
        header, _, *lines = [_cells(line) for line in table.splitlines()]
        case.tables[header[0]] += [dict(zip(header, line, strict=True)) for line in lines]
    return case


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _indicator(name: str, given: dict[Any, Any]) -> Indicator:
    source = {} if given["kind"] == "rate" else {"from": "works"}
    # YAML 1.1 reads the key `on` as true.
    given = {"on" if key is True else key: value for key, value in given.items()}
    known = {"id": name, "line": "works", "name": name, "unit": "件", **source, **given}
    return Indicator.model_validate(known)


def _version(ledger: str, row: Row) -> dict[str, Any]:
    definition = BASE.ledgers[ledger]
    values: dict[str, Any] = {
        name: definition.by_name[name].parse(text) if name in definition.by_name else text
        for name, text in row.items()
        if text not in ("", "-")
    }
    if "episodes" in values:
        values["episodes"] = values["episodes"].split(", ")
    return {
        **values,
        "entry": row[ledger],
        "from_commit": int(row["commit"]),
        "deleted": row["place"] == "deleted",
        "on": values.get(definition.date or ""),
    }
