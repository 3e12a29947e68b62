"""The one expression language: checks, filters and computed columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qianxian_packs._nodes import Column, Node, Row, Type, Value, walk
from qianxian_packs._parse import parse
from qianxian_packs._sql import render


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression. `text` is what the author wrote, for messages and editors only."""

    text: str
    node: Node

    @classmethod
    def parse(cls, text: str, columns: Mapping[str, Type]) -> Expression:
        """Read a text against the columns it may name. Raises ExpressionInvalid."""
        return cls(text, parse(text, columns))

    @property
    def type(self) -> Type:
        return self.node.type

    @property
    def columns(self) -> frozenset[str]:
        """Names of the columns that the expression reads."""
        return frozenset(n.name for n in walk(self.node) if isinstance(n, Column))

    def evaluate(self, row: Row) -> Value:
        """The value on one row, null rule as in SQL. Numbers of the row may be int or Decimal."""
        return self.node.evaluate(row)

    def sql(
        self,
        dialect: str = "duckdb",
        *,
        column: Callable[[str], str],
        prefix: str = "p",
    ) -> tuple[str, dict[str, Any]]:
        """SQL text with named parameters `$p0` … and their values, built from the nodes."""
        if dialect != "duckdb":
            raise ValueError(f"no SQL for dialect {dialect!r}")
        return render(self.node, column, prefix)
