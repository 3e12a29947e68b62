"""Indicators: the definitions of figures."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from pydantic import Field as Setting
from pydantic import PrivateAttr, field_validator

from qianxian_packs._base import ID, Definition
from qianxian_packs._expression import Expression

_VALUE = re.compile(r"(count|sum|distinct|latest)(?:\(([a-z_][a-z0-9_]*)\))?")


class Value(Definition):
    """How entries become a number: count, sum(field), distinct(field), latest(field)."""

    kind: Literal["count", "sum", "distinct", "latest"] = "count"
    field: str | None = None


class Indicator(Definition):
    """The definition of a figure.

    flow adds up over a period; stock stands at its end (needs `during`); rate names its parts
    counts, person   with distinct(subject): the pair 户/人, persons from a field of the register
    curve            cumulative shares of a year's twelve months, for seasonal work
    """

    id: str = Setting(pattern=ID)
    line: str = Setting(pattern=ID)
    name: str
    synonyms: tuple[str, ...] = ()
    unit: str
    kind: Literal["flow", "stock", "rate"]
    better: Literal["more", "less", "none"] = "none"
    from_: str | None = Setting(default=None, alias="from")
    where_text: str | None = Setting(default=None, alias="where")
    on: str | None = None
    during: tuple[str, str] | None = None
    value: Value = Value()
    counts: tuple[Literal["household", "person"], ...] = ()
    person: str | None = None
    by: tuple[str, ...] = ()
    numerator: str | None = None
    denominator: str | None = None
    target: Literal["allowed", "never"] = "never"
    rank: Literal["allowed", "never"] = "never"
    curve: tuple[Decimal, ...] = ()
    note: str = ""

    _where: Expression | None = PrivateAttr(default=None)

    @field_validator("value", mode="before")
    @classmethod
    def _read_value(cls, raw: Any) -> Any:
        if not isinstance(raw, str):
            return raw
        found = _VALUE.fullmatch(raw.replace(" ", ""))
        if not found or (found[1] == "count") == bool(found[2]):
            raise ValueError("值只能是 count、sum(字段)、distinct(字段) 或 latest(字段)。")
        return {"kind": found[1], "field": found[2]}

    @property
    def where(self) -> Expression | None:
        """The filter, parsed against the ledger's columns when the catalogue was put together."""
        return self._where

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.synonyms)
