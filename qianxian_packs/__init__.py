"""Definitions of ledgers, flows, indicators and paragraphs: schema, loader, expressions."""

from __future__ import annotations

from qianxian_packs._catalogue import Catalogue, Line, Paragraph, json_schemas
from qianxian_packs._errors import (
    ExpressionInvalid,
    FieldInvalid,
    PackError,
    PacksError,
    PacksInvalid,
)
from qianxian_packs._expression import Expression
from qianxian_packs._field import Field
from qianxian_packs._flow import (
    Children,
    Clock,
    DaysPassed,
    Escalation,
    Evidence,
    Flow,
    Guard,
    State,
    Step,
)
from qianxian_packs._indicator import Indicator, Value
from qianxian_packs._ledger import Check, Ledger, Span
from qianxian_packs._loader import check, load
from qianxian_packs._nodes import Type

__all__ = [
    "Catalogue",
    "Check",
    "Children",
    "Clock",
    "DaysPassed",
    "Escalation",
    "Evidence",
    "Expression",
    "ExpressionInvalid",
    "Field",
    "FieldInvalid",
    "Flow",
    "Guard",
    "Indicator",
    "Ledger",
    "Line",
    "PackError",
    "PacksError",
    "PacksInvalid",
    "Paragraph",
    "Span",
    "State",
    "Step",
    "Type",
    "Value",
    "check",
    "json_schemas",
    "load",
]
