"""Indicators: the definitions of figures."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field as Setting
from pydantic import PrivateAttr, WithJsonSchema, field_validator, model_serializer

from qianxian_packs._base import Definition, Id, Words
from qianxian_packs._errors import PacksError
from qianxian_packs._expression import Expression
from qianxian_packs._ledger import Ledger

_VALUE = re.compile(r"(count|sum|distinct|latest)(?:\(([a-z][a-z0-9_]*)\))?")
_HOW = WithJsonSchema(
    {
        "type": "string",
        "pattern": r"^(count|(sum|distinct|latest)\([a-z][a-z0-9_]*\))$",
    }
)


class Value(Definition):
    """How entries become a number: count, sum(field), distinct(field), latest(field)."""

    kind: Literal["count", "sum", "distinct", "latest"] = "count"
    field: str | None = None

    @model_serializer
    def __str__(self) -> str:
        return f"{self.kind}({self.field})" if self.field else self.kind


class Indicator(Definition):
    """The definition of a figure.

    flow adds up over a period; stock stands at its end (needs `during`); rate names its parts
    counts, person   with distinct(subject): the pair 户/人, persons from a field of the register
    curve            cumulative shares of a year's twelve months, 1 the whole, for seasonal work
    note             what is counted and what is not, as departments differ in it
    """

    id: Id
    line: Id
    name: Words
    synonyms: tuple[Words, ...] = ()
    unit: Words
    kind: Literal["flow", "stock", "rate"]
    better: Literal["more", "less", "none"] = "none"
    from_: str | None = Setting(default=None, alias="from")
    where_text: str | None = Setting(default=None, alias="where")
    on: str | None = None
    during: tuple[str, str] | None = None
    value: Annotated[Value, _HOW] = Value()
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
        """The filter. It is parsed when a catalogue puts the indicator beside its ledger.

        Raises PacksError for an indicator outside a catalogue: no filter would count too much.
        """
        if self.where_text and self._where is None:
            raise PacksError(f"the filter of {self.id} needs the catalogue with its ledger")
        return self._where

    def beside(self, ledger: Ledger) -> Indicator:
        """The same definition with its filter parsed against the columns of its ledger."""
        bound = self.model_copy()
        if self.where_text:
            bound._where = Expression.parse(self.where_text, ledger.columns)
        return bound

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.synonyms)
