"""Nodes → SQL. Values are bound as named parameters; nothing of the user's text goes through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, assert_never

from qianxian_packs._nodes import (
    PLACES,
    Arithmetic,
    Coalesce,
    Column,
    Compare,
    DaysBetween,
    In,
    IsNull,
    Literal,
    Logic,
    Node,
    Not,
)


def render(node: Node, column: Callable[[str], str], prefix: str) -> tuple[str, dict[str, Any]]:
    """DuckDB text with `$<prefix>0`, `$<prefix>1` … and their values.

    `column` turns a name into a quoted SQL identifier.
    """
    values: dict[str, Any] = {}
    return _Writer(column, prefix, values).text(node), values


class _Writer:
    """Renders nodes. Computed numbers are DECIMAL(38, 8), and the factors of a product DECIMAL(38, 4).

    Left to itself, DuckDB multiplies columns of 18 digits within 18 digits and stops the query
    where a product has more, and cuts decimals off where scales meet in a coalesce. All numbers
    have at most 4 decimals and two factors, so the casts change no value.
    """

    def __init__(self, column: Callable[[str], str], prefix: str, values: dict[str, Any]) -> None:
        self._column = column
        self._prefix = prefix
        self._values = values

    def text(self, node: Node) -> str:
        match node:
            case Column():
                return self._column(node.name)
            case Literal():
                return self._bound(node)
            case Compare() | Logic():
                return f"({self.text(node.left)} {node.operator} {self.text(node.right)})"
            case Not():
                return f"(NOT {self.text(node.inner)})"
            case IsNull():
                return f"({self.text(node.inner)} IS NULL)"
            case In():
                return f"({self.text(node.inner)} IN ({self._list(node.items)}))"
            case DaysBetween():
                return f"date_diff('day', {self.text(node.right)}, {self.text(node.left)})"
            case Arithmetic():
                return self._number(node, 2 * PLACES)
            case Coalesce():
                return f"coalesce({self._list(node.items)})"
            case _:
                assert_never(node)

    def _list(self, nodes: Iterable[Node]) -> str:
        return ", ".join(self.text(node) for node in nodes)

    def _number(self, node: Node, scale: int) -> str:
        match node:
            case Arithmetic("*"):
                return f"({self._number(node.left, PLACES)} * {self._number(node.right, PLACES)})"
            case Arithmetic():
                left, right = self._number(node.left, scale), self._number(node.right, scale)
                return f"({left} {node.operator} {right})"
            case Coalesce():
                items = ", ".join(self._number(item, scale) for item in node.items)
                return f"coalesce({items})"
        return f"CAST({self.text(node)} AS DECIMAL(38, {scale}))"

    def _bound(self, literal: Literal) -> str:
        name = f"{self._prefix}{len(self._values)}"
        self._values[name] = literal.value
        return f"${name}"
