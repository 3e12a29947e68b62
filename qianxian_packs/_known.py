"""Definitions as the loader holds them while it compares them with each other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qianxian_packs._catalogue import AnyDefinition, Document, Line
from qianxian_packs._errors import ExpressionInvalid, PackError
from qianxian_packs._expression import Expression
from qianxian_packs._flow import Flow
from qianxian_packs._indicator import Indicator
from qianxian_packs._ledger import Ledger
from qianxian_packs._nodes import Column, Compare, In, Literal, Type, walk
from qianxian_packs._yaml import Source


@dataclass(frozen=True, slots=True)
class Loaded:
    """A definition that is well formed by itself, with the file it came from."""

    kind: str
    definition: AnyDefinition
    source: Source

    def error(self, says: str, *path: str | int) -> PackError:
        """A fault at a path of this file."""
        dotted = ".".join(str(part) for part in path)
        return PackError(self.source.file, self.source.line_of(path), dotted, says)


class Known:
    """Everything that definitions may name.

    roles    duty → what the packs call it, one name if they agree
    called   name and unit → the indicators that are called so
    """

    def __init__(self, loaded: Iterable[Loaded], broken: Collection[tuple[str, str]]) -> None:
        self._broken = broken
        self.ledgers: dict[str, Ledger] = {}
        self.flows: dict[str, Flow] = {}
        self.indicators: dict[str, Indicator] = {}
        self.documents: dict[str, Document] = {}
        self.roles: dict[str, set[str]] = defaultdict(set)
        self.called: dict[tuple[str, str], set[str]] = defaultdict(set)
        for item in loaded:
            match item.definition:
                case Ledger() as ledger:
                    self.ledgers[ledger.id] = ledger
                case Flow() as flow:
                    self.flows[flow.id] = flow
                case Indicator() as indicator:
                    self.indicators[indicator.id] = indicator
                    for name in indicator.names:
                        self.called[name, indicator.unit].add(indicator.id)
                case Document() as document:
                    self.documents[document.id] = document
                case Line() as line:
                    for role, label in line.roles.items():
                        self.roles[role].add(label)

    def lacks(self, kind: str, name: str) -> bool:
        """Whether there is no such definition. One that could not be read is there."""
        group: Mapping[str, Any] = getattr(self, f"{kind}s")
        return name not in group and (kind, name) not in self._broken

    def lacks_register(self, name: str) -> bool:
        ledger = self.ledgers.get(name)
        return self.lacks("ledger", name) if ledger is None else not ledger.is_register

    @property
    def has_all_roles(self) -> bool:
        """Whether every pack.yaml could be read, so that a role that is not there is not there."""
        return all(kind != "line" for kind, _ in self._broken)


def expression_faults(
    item: Loaded, ledger: Ledger, known: Known, text: str, *path: str | int
) -> Iterator[PackError]:
    """What is wrong with a condition on the entries of a ledger."""
    try:
        found = Expression.parse(text, ledger.columns)
    except ExpressionInvalid as error:
        private = [f.name for f in ledger.fields if f.private and re.search(rf"\b{f.name}\b", text)]
        says = f"“{private[0]}”是隐私，不能写进式子。" if private else str(error)
        yield item.error(says, *path)
        return
    if found.type is not Type.BOOLEAN:
        yield item.error("这里要写一个成立或不成立的式子。", *path)
    for name, value in _named_values(found):
        if says := _never(ledger, known, name, value):
            yield item.error(says, *path)


def _named_values(expression: Expression) -> Iterator[tuple[str, Any]]:
    """Each column with each value that it is compared with for equality."""
    for node in walk(expression.node):
        match node:
            case Compare("=" | "<>", Column(name), Literal(value)):
                yield name, value
            case Compare("=" | "<>", Literal(value), Column(name)):
                yield name, value
            case In(Column(name), items):
                yield from ((name, literal.value) for literal in items)


def _never(ledger: Ledger, known: Known, name: str, value: Any) -> str:
    """Why a column can never have a value; empty where it can."""
    field = ledger.by_name.get(name)
    if field is not None and field.type == "choice" and value not in field.choices:
        return f"{field.label}没有“{value}”这一项，只有 {'、'.join(field.choices)}。"
    if name != "state":
        return ""
    if ledger.flow is None:
        return f"{ledger.name}没有流程，没有状态可比。"
    flow = known.flows.get(ledger.flow)
    return f"流程里没有“{value}”这个状态。" if flow and value not in flow.states else ""
