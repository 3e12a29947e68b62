"""All definitions of a site as one immutable value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from types import MappingProxyType
from typing import Any

from pydantic import Field as Setting
from pydantic import ValidationError

from qianxian_packs._base import Definition, FrozenMap, Id, Words, canonical
from qianxian_packs._errors import PackError, PacksInvalid
from qianxian_packs._flow import Flow
from qianxian_packs._indicator import Indicator
from qianxian_packs._ledger import Ledger


class Line(Definition):
    """A line of work; its pack is the folder of the same name.

    roles   duties of posts that flows name → what people call them; they serve all lines
    """

    id: Id
    name: Words
    order: int = 100
    roles: FrozenMap[Words] = Setting(default={}, validate_default=True)


class Paragraph(Definition):
    """A paragraph of a report: text with `{{ indicator }}` slots under a heading."""

    id: Id
    line: Id
    heading: Words
    order: int = 100
    text: str = Setting(min_length=1)


class Document(Definition):
    """A paper that a step makes: text with `{{ slot }}` of the matter, in official layout.

    code        机关代字 of its number; numbers run for each code and year
    addressee   whom it is to; may hold slots
    sealed      leaves the room that a seal needs
    letterhead  prints the name of the issuer in red above, and the number below it
    """

    id: Id
    line: Id
    name: Words
    code: Words
    title: Words
    addressee: str = ""
    sealed: bool = True
    letterhead: bool = True
    text: str = Setting(min_length=1)


AnyDefinition = Line | Ledger | Flow | Indicator | Paragraph | Document

# The order is that of the fields of a catalogue.
KINDS: Mapping[str, type[AnyDefinition]] = MappingProxyType(
    {
        "line": Line,
        "ledger": Ledger,
        "flow": Flow,
        "indicator": Indicator,
        "paragraph": Paragraph,
        "document": Document,
    }
)


@dataclass(frozen=True)
class Catalogue:
    """Definitions by id. Hand it to readers and engines as a value."""

    lines: Mapping[str, Line] = field(default_factory=dict)
    ledgers: Mapping[str, Ledger] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    paragraphs: Mapping[str, Paragraph] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)

    @classmethod
    def of(cls, definitions: Iterable[AnyDefinition]) -> Catalogue:
        """Put checked definitions together and parse each filter against its ledger's columns."""
        groups: dict[type[Any], dict[str, Any]] = {model: {} for model in KINDS.values()}
        for definition in definitions:
            groups[type(definition)][definition.id] = definition
        ledgers = groups[Ledger]
        for name, indicator in groups[Indicator].items():
            if indicator.from_ in ledgers:
                groups[Indicator][name] = indicator.beside(ledgers[indicator.from_])
        return cls(*(MappingProxyType(group) for group in groups.values()))

    @cached_property
    def roles(self) -> Mapping[str, str]:
        """Every duty that a flow may name → what people call it."""
        return MappingProxyType(
            {role: name for line in self.lines.values() for role, name in line.roles.items()}
        )

    def groups(self) -> Iterator[tuple[str, Mapping[str, AnyDefinition]]]:
        """The kind and the definitions of each field, in the order of `KINDS`."""
        for kind, own in zip(KINDS, fields(self), strict=True):
            yield kind, getattr(self, own.name)

    def bodies(self) -> dict[str, str]:
        """`kind:id` → canonical JSON of every definition, as revisions keep them."""
        return dict(self._bodies)

    @cached_property
    def _bodies(self) -> Mapping[str, str]:
        return {
            f"{kind}:{key}": canonical(definition)
            for kind, group in self.groups()
            for key, definition in group.items()
        }

    @classmethod
    def from_bodies(cls, bodies: Mapping[str, str]) -> Catalogue:
        """The catalogue that `bodies` gave, also of another day.

        Raises PacksInvalid for a body that is none of a definition.
        """
        return cls.of(_revived(key, body) for key, body in bodies.items())

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all definitions: two sites with the same digest count the same."""
        text = json.dumps(self.bodies(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def _revived(key: str, body: str) -> AnyDefinition:
    try:
        return KINDS[key.partition(":")[0]].model_validate_json(body)
    except (KeyError, ValidationError) as error:
        says = "存下的这份定义读不出来，请恢复备份或找管理员。"
        raise PacksInvalid([PackError(key, 1, "", says)]) from error


def json_schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema of each kind of definition as its file is written, for editors."""
    return {kind: _schema_of_file(model) for kind, model in KINDS.items()}


def _schema_of_file(model: type[AnyDefinition]) -> dict[str, Any]:
    """Without what the file itself says: its name, its folder, and the text below the settings."""
    schema = model.model_json_schema(by_alias=True)
    for name in ("id", "line", "text"):
        schema["properties"].pop(name, None)
    schema["required"] = [name for name in schema["required"] if name in schema["properties"]]
    return schema
