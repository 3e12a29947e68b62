"""Days and amounts as clerks write them, where the strict reading of a definition fails.

3月5日 takes the year of the title, 26.3.5 the century, 46086 is a day as Excel counts; 约20 is 20.
What is supposed is told at its cell and does not keep the row out. A month without a day stays
unread: a ledger's date is a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from qianxian_packs import NUMBERS, Field, FieldInvalid
from qianxian_tables import amount, day

SUPPOSED = NUMBERS | {"date"}
_DAY = 10
_SAYS = {
    "year_assumed": "没写年，按表上的年当作 {day}。",
    "two_digit_year": "年只写了两位，当作 {day}。",
    "date_order": "日和月的先后不清楚，当作 {day}。",
}


@dataclass(frozen=True, slots=True)
class Supposed:
    """A value that the field can parse. `says` is empty where nothing had to be supposed."""

    value: Any
    code: str = ""
    says: str = ""


def suppose(field: Field, value: Any, unit: str, year: int | None) -> Supposed:
    """The value itself where the field reads it, else what it seems to mean."""
    if isinstance(value, bool | date):
        return Supposed(value)
    if field.type == "date":
        return _day(field, value, year)
    # 3.5 under 万元 is 3.5万元 for a field that is kept in 元; a field without a unit only counts.
    unit = unit if field.shown_unit else ""
    is_scaled = unit and unit != field.shown_unit and _is_bare(value)
    fitted = f"{value}{unit}" if is_scaled else value
    return Supposed(fitted) if not isinstance(value, str) else _amount(field, value, fitted, unit)


def _is_bare(value: Any) -> bool:
    """A number that names no unit of its own."""
    if not isinstance(value, str):
        return True
    found = amount(value)
    return found is not None and not found.unit and not found.is_scaled


def _reads(field: Field, value: Any) -> bool:
    try:
        field.parse(value)
    except FieldInvalid:
        return False
    return True


def _day(field: Field, value: Any, year: int | None) -> Supposed:
    if _reads(field, value):
        return Supposed(value)
    found = day(value, year)
    if found is None or len(found.text) != _DAY or not _reads(field, found.text):
        return Supposed(value)
    code = next((note for note in found.notes if note in _SAYS), "")
    says = f"{field.label}{_SAYS[code].format(day=found.text)}" if code else ""
    return Supposed(found.text, code, says)


def _amount(field: Field, text: str, fitted: Any, unit: str) -> Supposed:
    found = amount(text)
    if found is None or not found.is_about:
        return Supposed(fitted)
    own = found.unit or ("" if found.is_scaled else unit)
    own = own if field.shown_unit else ""
    value = f"{found.value:f}{own}"
    if not _reads(field, value):
        return Supposed(fitted)
    says = f"{field.label}写的是“{text}”，当作 {value}。"
    return Supposed(value, "approximate", says)
