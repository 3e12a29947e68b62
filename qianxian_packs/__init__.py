"""Definitions of ledgers, flows, indicators, paragraphs, documents: schema, loader, expressions."""

from __future__ import annotations

from qianxian_packs._base import canonical
from qianxian_packs._beside import faults_beside, key_of, merged
from qianxian_packs._catalogue import (
    AnyDefinition,
    Catalogue,
    Document,
    Line,
    Paragraph,
    json_schemas,
)
from qianxian_packs._errors import (
    ExpressionInvalid,
    FieldInvalid,
    PackError,
    PacksError,
    PacksInvalid,
)
from qianxian_packs._expression import Expression
from qianxian_packs._field import NUMBERS, UNITS, Field
from qianxian_packs._flow import (
    ANSWERS,
    NOT_REACHED,
    NOT_SOLVED,
    SOLVED,
    AskAfter,
    Children,
    Clock,
    DaysPassed,
    Escalation,
    Evidence,
    Flow,
    Guard,
    HandOn,
    State,
    Step,
)
from qianxian_packs._indicator import Indicator, Value
from qianxian_packs._ledger import RESERVED, Check, Ledger, Span
from qianxian_packs._loader import check, load
from qianxian_packs._nodes import Type

__all__ = [
    "ANSWERS",
    "NOT_REACHED",
    "NOT_SOLVED",
    "NUMBERS",
    "RESERVED",
    "SOLVED",
    "UNITS",
    "AnyDefinition",
    "AskAfter",
    "Catalogue",
    "Check",
    "Children",
    "Clock",
    "DaysPassed",
    "Document",
    "Escalation",
    "Evidence",
    "Expression",
    "ExpressionInvalid",
    "Field",
    "FieldInvalid",
    "Flow",
    "Guard",
    "HandOn",
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
    "canonical",
    "check",
    "faults_beside",
    "json_schemas",
    "key_of",
    "load",
    "merged",
]
