"""A field of a ledger: its type, how it is read, and what it is in JSON and in columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field as Setting

from qianxian_packs import _parsing as parsing
from qianxian_packs._base import Definition
from qianxian_packs._errors import FieldInvalid
from qianxian_packs._nodes import Type

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
MEASURED = frozenset(parsing.PLACES)
_ARROW: Mapping[str, str] = {
    "integer": "int64",
    "boolean": "bool",
    "date": "date32",
    "datetime": "timestamp",
    "multichoice": "list<string>",
    **{name: f"decimal(18,{places})" for name, places in parsing.PLACES.items()},
}
_UNITS: Mapping[str, str] = {
    "money": "元",
    "area": "亩",
    "length": "米",
    "mass": "吨",
    "percent": "%",
}


class Field(Definition):
    """One column of a ledger. `name` is the id, `label` what people see."""

    name: str = Setting(pattern=r"^[a-z][a-z0-9_]{0,38}$")
    label: str
    type: FieldType
    choices: tuple[str, ...] = ()
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
    def shown_unit(self) -> str:
        """The unit that stands behind the value, or nothing."""
        return self.unit or _UNITS.get(self.type, "")

    @property
    def arrow_type(self) -> str:
        """Name of the column type that engines and lake use."""
        return _ARROW.get(self.type, "string")

    @property
    def expression_type(self) -> Type | None:
        """How the field may stand in an expression; None where it may not."""
        if self.private or self.type in ("multichoice", "datetime", "file", "photo", "point"):
            return None
        if self.type == "integer" or self.type in MEASURED:
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
            return parsing.as_integer(label, raw)
        if kind in MEASURED:
            return parsing.as_decimal(label, raw, parsing.PLACES[kind])
        if kind == "boolean":
            return parsing.as_boolean(label, raw)
        if kind == "date":
            return parsing.as_date(label, raw)
        if kind == "datetime":
            return parsing.as_datetime(label, raw)
        if kind in parsing.CODES:
            return parsing.as_code(label, raw, *parsing.CODES[kind])
        if kind == "choice":
            return self._choice(raw)
        if kind == "multichoice":
            parts = (
                raw if isinstance(raw, list | tuple) else str(raw).replace("，", "、").split("、")
            )
            return tuple(dict.fromkeys(self._choice(part) for part in parts))
        if kind == "point":
            return parsing.as_point(label, raw)
        return parsing.as_text(label, raw)

    def _choice(self, raw: Any) -> str:
        text = str(raw).strip()
        if text not in self.choices:
            raise FieldInvalid(f"{self.label}没有“{text}”这一项，请选 {'、'.join(self.choices)}。")
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
