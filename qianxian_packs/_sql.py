"""Nodes → SQL. Values are bound as named parameters; nothing of the user's text goes through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

from qianxian_packs._nodes import (
    Arithmetic,
    Both,
    Coalesce,
    Column,
    Compare,
    DaysBetween,
    Either,
    In,
    IsNull,
    Literal,
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
    def __init__(self, column: Callable[[str], str], prefix: str, values: dict[str, Any]) -> None:
        self._column = column
        self._prefix = prefix
        self._values = values

    def text(self, node: Node) -> str:  # noqa: C901  one line a node kind
        match node:
            case Column():
                return self._column(node.name)
            case Literal():
                return self._bound(node)
            case Compare():
                return f"({self.text(node.left)} {node.operator} {self.text(node.right)})"
            case Arithmetic():
                return f"({self._wide(node.left)} {node.operator} {self._wide(node.right)})"
            case Both():
                return f"({self.text(node.left)} AND {self.text(node.right)})"
            case Either():
                return f"({self.text(node.left)} OR {self.text(node.right)})"
            case Not():
                return f"(NOT {self.text(node.inner)})"
            case IsNull():
                return f"({self.text(node.inner)} IS NULL)"
            case In():
                items = ", ".join(self.text(item) for item in node.items)
                return f"({self.text(node.inner)} IN ({items}))"
            case DaysBetween():
                return f"date_diff('day', {self.text(node.right)}, {self.text(node.left)})"
            case Coalesce():
                return f"coalesce({', '.join(self.text(item) for item in node.items)})"
            case _:
                assert_never(node)

    def _wide(self, node: Node) -> str:
        # DuckDB multiplies columns of 18 digits within 18 digits and stops the whole query where
        # a product has more. All numbers have at most 4 decimals, so the cast changes no value.
        text = self.text(node)
        return text if isinstance(node, Arithmetic) else f"CAST({text} AS DECIMAL(38, 4))"

    def _bound(self, literal: Literal) -> str:
        name = f"{self._prefix}{len(self._values)}"
        self._values[name] = literal.value
        return f"${name}"
