"""A field of a ledger: its type, how it is read, and what it is in JSON and in columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field as Setting

from qianxian_packs import _codes
from qianxian_packs._amounts import as_decimal, as_integer, as_point
from qianxian_packs._base import Definition, Words
from qianxian_packs._dates import as_date, as_datetime
from qianxian_packs._errors import FieldInvalid
from qianxian_packs._nodes import Type
from qianxian_packs._texts import as_boolean, as_choice, as_choices, as_text, compact

FieldType = Literal[
    "text",
    "integer",
    "number",
    "boolean",
    "date",
    "datetime",
    "choice",
    "multichoice",
    "place",
    "entry",
    "post",
    "campaign",
    "money",
    "area",
    "length",
    "mass",
    "percent",
    "phone",
    "id_card",
    "bank_card",
    "credit_code",
    "file",
    "photo",
    "point",
]
# Decimals that each measured type keeps; a column of numbers has 18 digits.
_PLACES: Mapping[str, int] = {
    "number": 4,
    "money": 2,
    "area": 4,
    "length": 3,
    "mass": 3,
    "percent": 2,
}
MEASURED = frozenset(_PLACES)
NUMBERS = MEASURED | {"integer"}
_ARROW: Mapping[str, str] = {
    "integer": "int64",
    "boolean": "bool",
    "date": "date32",
    "datetime": "timestamp",
    "multichoice": "list<string>",
    **{name: f"decimal(18,{places})" for name, places in _PLACES.items()},
}
# The unit that a type brings along.
UNITS: Mapping[str, str] = {
    "money": "元",
    "area": "亩",
    "length": "米",
    "mass": "吨",
    "percent": "%",
}
_CODES: Mapping[str, Callable[[str], str]] = {
    "phone": _codes.fault_of_phone,
    "id_card": _codes.fault_of_id_card,
    "bank_card": _codes.fault_of_bank_card,
    "credit_code": _codes.fault_of_credit_code,
}
_SIMPLE: Mapping[str, Callable[[str, Any], Any]] = {
    "boolean": as_boolean,
    "date": as_date,
    "datetime": as_datetime,
    "point": as_point,
}


class Field(Definition):
    """One column of a ledger. `name` is the id, `label` what people see."""

    name: str = Setting(pattern=r"^[a-z][a-z0-9_]{0,38}$")
    label: Words
    type: FieldType
    choices: tuple[Words, ...] = ()
    required: bool = False
    filter: bool = False
    private: bool = False
    min: Decimal | None = None
    max: Decimal | None = None
    of: str | None = None
    help: str = ""
    default: str | None = None
    unit: str | None = None

    @property
    def own_unit(self) -> str:
        """The unit that the type brings along, or nothing."""
        return UNITS.get(self.type, "")

    @property
    def shown_unit(self) -> str:
        """The unit that stands behind the value, or nothing."""
        return self.unit or self.own_unit

    @property
    def arrow_type(self) -> str:
        """Name of the column type that engines and lake use."""
        return _ARROW.get(self.type, "string")

    @property
    def expression_type(self) -> Type | None:
        """How the field may stand in an expression; None where it may not."""
        if self.private or self.type in ("multichoice", "datetime", "file", "photo", "point"):
            return None
        if self.type in NUMBERS:
            return Type.NUMBER
        return {"boolean": Type.BOOLEAN, "date": Type.DATE}.get(self.type, Type.TEXT)

    def parse(self, raw: Any) -> Any:
        """The value of what was typed; None for nothing.

        Types: int, Decimal, bool, date, datetime, tuple of str, or str.
        Raises FieldInvalid with a sentence that names the field and what to do.
        """
        if raw is None or (isinstance(raw, str) and not raw.strip()) or raw in ([], ()):
            return None
        value = self._parsed(raw)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            self._check_range(value, raw)
        return value

    def _parsed(self, raw: Any) -> Any:
        kind, label = self.type, self.label
        if kind == "integer":
            return as_integer(label, raw, unit=self.shown_unit)
        if kind in MEASURED:
            return as_decimal(label, raw, places=_PLACES[kind], unit=self.shown_unit)
        if kind == "choice":
            return as_choice(label, raw, self.choices)
        if kind == "multichoice":
            return as_choices(label, raw, self.choices)
        if kind in _CODES:
            return self._code(raw)
        read: Callable[[str, Any], Any] = _SIMPLE.get(kind, as_text)
        return read(label, raw)

    def _code(self, raw: Any) -> str:
        text = compact(raw).upper()
        if self.type == "phone":
            text = _codes.plain_phone(text)
        if fault := _CODES[self.type](text):
            raise FieldInvalid(f"{self.label}“{_masked(text)}”{fault}，请再核对一遍。")
        return text

    def _check_range(self, value: int | Decimal, raw: Any) -> None:
        if self.min is not None and value < self.min:
            raise FieldInvalid(f"{self.label}写成了“{raw}”，不能小于 {self.min}。")
        if self.max is not None and value > self.max:
            raise FieldInvalid(f"{self.label}写成了“{raw}”，不能大于 {self.max}。")

    def to_json(self, value: Any) -> Any:
        """A value as JSON holds it: decimals and dates as text, so that they stay exact."""
        if isinstance(value, Decimal):
            return f"{value:f}"
        if isinstance(value, date | datetime):
            return value.isoformat()
        return list(value) if isinstance(value, tuple) else value

    def from_json(self, value: Any) -> Any:
        """The other way round. Text that an older definition wrote is read as its own type."""
        if value is None:
            return None
        if self.type in MEASURED:
            return Decimal(str(value))
        if self.type == "date":
            return date.fromisoformat(value)
        if self.type == "datetime":
            return datetime.fromisoformat(value)
        return tuple(value) if self.type == "multichoice" else value


def _masked(text: str) -> str:
    # The sentence may stand on a shared screen and in a log.
    return text if len(text) < 8 else f"{text[:3]}…{text[-2:]}"
