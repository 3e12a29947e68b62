"""Nodes of the expression language: typed, frozen, evaluated on a row, rendered as SQL.

Logic is three-valued as in SQL: a missing value stays missing, and a comparison with it is
neither true nor false.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Context, Decimal
from enum import StrEnum
from typing import Any

Value = Decimal | str | bool | date | None
Row = Mapping[str, Any]

# What every number of a field or an expression keeps to, so that a product of two fits the 38
# digits of a DECIMAL with room for sums of it.
LARGEST = Decimal(10) ** 13
PLACES = 4

# Such a product has 34 digits, which the default of 28 would round.
_EXACT = Context(prec=60)
_ARITHMETIC: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _EXACT.add,
    "-": _EXACT.subtract,
    "*": _EXACT.multiply,
}
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Type(StrEnum):
    """What an expression gives. Moments take no part: a working year is counted in days."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: Type

    def evaluate(self, row: Row) -> Value:
        value = row.get(self.name)
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        return value


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value
    type: Type

    def evaluate(self, row: Row) -> Value:
        return self.value


@dataclass(frozen=True, slots=True)
class Compare:
    """`operator` is one of = <> < <= > >=."""

    operator: str
    left: Node
    right: Node
    type: Type = Type.BOOLEAN

    def evaluate(self, row: Row) -> Value:
        left, right = self.left.evaluate(row), self.right.evaluate(row)
        if left is None or right is None:
            return None
        return _COMPARISONS[self.operator](left, right)


@dataclass(frozen=True, slots=True)
class Logic:
    """AND is false if one side is false, OR is true if one is true; else missing if one is."""

    operator: str
    left: Node
    right: Node
    type: Type = Type.BOOLEAN

    def evaluate(self, row: Row) -> Value:
        found = (self.left.evaluate(row), self.right.evaluate(row))
        decisive = self.operator == "OR"
        if decisive in found:
            return decisive
        return None if None in found else not decisive


@dataclass(frozen=True, slots=True)
class Not:
    inner: Node
    type: Type = Type.BOOLEAN

    def evaluate(self, row: Row) -> Value:
        value = self.inner.evaluate(row)
        return None if value is None else not value


@dataclass(frozen=True, slots=True)
class IsNull:
    inner: Node
    type: Type = Type.BOOLEAN

    def evaluate(self, row: Row) -> Value:
        return self.inner.evaluate(row) is None


@dataclass(frozen=True, slots=True)
class In:
    inner: Node
    items: tuple[Literal, ...]
    type: Type = Type.BOOLEAN

    def evaluate(self, row: Row) -> Value:
        value = self.inner.evaluate(row)
        return None if value is None else value in {item.value for item in self.items}


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`operator` is one of + - *. Division is left to rates, which name their two parts, so that
    every value here is an exact decimal."""

    operator: str
    left: Node
    right: Node
    type: Type = Type.NUMBER

    def evaluate(self, row: Row) -> Value:
        left, right = self.left.evaluate(row), self.right.evaluate(row)
        if not isinstance(left, Decimal) or not isinstance(right, Decimal):
            return None
        return _ARITHMETIC[self.operator](left, right)


@dataclass(frozen=True, slots=True)
class DaysBetween:
    """Days from `right` to `left`, as left - right says it."""

    left: Node
    right: Node
    type: Type = Type.NUMBER

    def evaluate(self, row: Row) -> Value:
        left, right = self.left.evaluate(row), self.right.evaluate(row)
        if not isinstance(left, date) or not isinstance(right, date):
            return None
        return Decimal((left - right).days)


@dataclass(frozen=True, slots=True)
class Coalesce:
    items: tuple[Node, ...]
    type: Type

    def evaluate(self, row: Row) -> Value:
        return next((v for item in self.items if (v := item.evaluate(row)) is not None), None)


Node = Column | Literal | Compare | Logic | Not | IsNull | In | Arithmetic | DaysBetween | Coalesce


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for field in fields(node):
        value = getattr(node, field.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Node):
                yield from walk(part)
