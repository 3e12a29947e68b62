"""Values for the fields of any definition, made up in the order of the entries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from qianxian_packs import Field


class Unfit(Exception):
    """A field that has to be filled is of a type for which nothing can be made up."""


def value_for(field: Field, day: date, number: int) -> Any:
    """What somebody might type into the field on that day. Raises Unfit."""
    match field.type:
        case "choice":
            return field.choices[0]
        case "multichoice":
            return [field.choices[0]]
        case "boolean":
            return True
        case "date":
            return day.isoformat()
        case "text":
            return f"自检{number:06}"
        case "integer" | "number" | "money" | "area" | "length" | "mass" | "percent":
            return _amount(field)
        case "phone":
            return "19999000000"
    raise Unfit(f"{field.label}是{field.type}")


def _amount(field: Field) -> str:
    least = field.min if field.min is not None else Decimal(0)
    most = field.max if field.max is not None else least + 10
    return f"{min(least + 3, most):f}"
