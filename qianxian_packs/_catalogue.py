"""All definitions of a site as one immutable value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from pydantic import Field as Setting

from qianxian_packs._base import ID, Definition
from qianxian_packs._expression import Expression
from qianxian_packs._flow import Flow
from qianxian_packs._indicator import Indicator
from qianxian_packs._ledger import Ledger


class Line(Definition):
    """A line of work; its pack is the folder of the same name."""

    id: str = Setting(pattern=ID)
    name: str
    order: int = 100


class Paragraph(Definition):
    """A paragraph of a report: text with `{{ indicator }}` slots under a heading."""

    id: str = Setting(pattern=ID)
    line: str = Setting(pattern=ID)
    heading: str
    order: int = 100
    text: str


AnyDefinition = Line | Ledger | Flow | Indicator | Paragraph

KINDS: Mapping[str, type[Definition]] = MappingProxyType(
    {
        "line": Line,
        "ledger": Ledger,
        "flow": Flow,
        "indicator": Indicator,
        "paragraph": Paragraph,
    }
)


def canonical(definition: Definition) -> str:
    """One text form of a definition: only what was set, keys sorted."""
    data = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Catalogue:
    """Definitions by id. Hand it to readers and engines as a value."""

    lines: Mapping[str, Line] = field(default_factory=dict)
    ledgers: Mapping[str, Ledger] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    paragraphs: Mapping[str, Paragraph] = field(default_factory=dict)

    @classmethod
    def of(cls, definitions: Iterable[Any]) -> Catalogue:
        """Put checked definitions together and bind each filter to its ledger's columns."""
        groups: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
        for definition in definitions:
            kind = next(k for k, model in KINDS.items() if type(definition) is model)
            groups[kind][definition.id] = definition
        for indicator in groups["indicator"].values():
            if indicator.where_text and indicator.from_ in groups["ledger"]:
                columns = groups["ledger"][indicator.from_].columns
                indicator._where = Expression.parse(indicator.where_text, columns)
        return cls(*(MappingProxyType(groups[kind]) for kind in KINDS))

    def bodies(self) -> dict[str, str]:
        """`kind:id` → canonical JSON of every definition, as revisions keep them."""
        return {
            f"{kind}:{key}": canonical(definition)
            for kind, group in self._groups()
            for key, definition in group.items()
        }

    @classmethod
    def from_bodies(cls, bodies: Mapping[str, str]) -> Catalogue:
        """The catalogue that `bodies` gave, also of another day."""
        return cls.of(
            KINDS[key.partition(":")[0]].model_validate_json(body) for key, body in bodies.items()
        )

    @cached_property
    def digest(self) -> str:
        text = json.dumps(self.bodies(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _groups(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [
            ("line", self.lines),
            ("ledger", self.ledgers),
            ("flow", self.flows),
            ("indicator", self.indicators),
            ("paragraph", self.paragraphs),
        ]


def json_schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema of each kind of definition, for editors."""
    return {kind: model.model_json_schema(by_alias=True) for kind, model in KINDS.items()}
