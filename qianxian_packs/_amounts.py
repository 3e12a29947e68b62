"""Numbers and measured amounts, with 万, thousands separators and units as clerks write them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from qianxian_figures import (
    UnitMismatch,
    UnknownUnit,
    arabic,
    canonical,
    convert,
    number,
    spellings,
)
from qianxian_packs._errors import FieldInvalid
from qianxian_packs._nodes import LARGEST
from qianxian_packs._texts import compact

# Two whole numbers below it multiply within a column of 64 bits.
_LARGEST_INTEGER = 10**9


def as_decimal(label: str, raw: Any, *, places: int, unit: str = "") -> Decimal:
    """A number in `unit` with at most `places` decimals.

    What is written in another unit of the same kind is converted and rounded (500 斤 → 0.25 吨);
    what is written in the field's own unit is never rounded.
    """
    value, written = _read(label, raw, unit)
    if abs(value) >= LARGEST:
        raise FieldInvalid(f"{label}写成了“{raw}”，数太大了，请核对。")
    rounded = value.quantize(_quantum(places), ROUND_HALF_UP)
    if rounded != value and written == unit:
        raise FieldInvalid(f"{label}最多 {places} 位小数，“{raw}”多了，请核对。")
    return rounded


@cache
def _quantum(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


def as_integer(label: str, raw: Any, *, unit: str = "") -> int:
    value, _ = _read(label, raw, unit)
    if value != value.to_integral_value():
        raise FieldInvalid(f"{label}要写整数，“{raw}”有小数，请核对。")
    if abs(value) >= _LARGEST_INTEGER:
        raise FieldInvalid(f"{label}写成了“{raw}”，数太大了，请核对。")
    return int(value)


def _read(label: str, raw: Any, unit: str) -> tuple[Decimal, str]:
    """The value in `unit`, and the unit that was written; `unit` itself where none was."""
    if isinstance(raw, bool):
        raise FieldInvalid(f"{label}要写数字。")
    written = unit
    if isinstance(raw, int | float | Decimal):
        value: Decimal | None = Decimal(str(raw))
    else:
        text = compact(raw).lstrip("¥").removesuffix("整")
        value = _signed(text)
        if value is None:
            text, written = _without_unit(text, unit)
            value = _signed(text)
    if value is None or not value.is_finite():
        raise FieldInvalid(f"{label}写成了“{raw}”，这里要写数字。")
    return (value if written == unit else _converted(label, raw, value, written, unit)), written


def _without_unit(text: str, unit: str) -> tuple[str, str]:
    """The number and its unit, the field's own where it is written in another way."""
    for spelling in _endings(unit):
        if text.endswith(spelling):
            is_own = canonical(spelling) == canonical(unit)
            return text.removesuffix(spelling), unit if is_own else spelling
    return text, unit


@cache
def _endings(unit: str) -> tuple[str, ...]:
    """Every way a unit is written, the longest first: 万元/亩 before 亩."""
    return tuple(sorted(filter(None, {unit, *spellings()}), key=len, reverse=True))


def _signed(text: str) -> Decimal | None:
    value = number(text)
    if value is None and text.startswith("-"):
        value = number(text[1:])
        return None if value is None else -value
    return value


def _converted(label: str, raw: Any, value: Decimal, written: str, unit: str) -> Decimal:
    try:
        return convert(value, written, unit)
    except (UnitMismatch, UnknownUnit):
        wanted = f"的单位是{unit}" if unit else "只写数字"
        raise FieldInvalid(f"{label}{wanted}，“{raw}”写的是{written}，请改。") from None


def as_point(label: str, raw: Any) -> str:
    """East and north in degrees, as `112.5,27.3`."""
    east, _, north = compact(raw).partition(",")
    degrees = arabic(east), arabic(north)
    if degrees[0] is None or degrees[1] is None:
        raise FieldInvalid(f"{label}写成了“{raw}”，请写成 经度,纬度，像 112.5,27.3。")
    if not (73 <= degrees[0] <= 136 and 3 <= degrees[1] <= 54):
        raise FieldInvalid(f"{label}“{raw}”不在国内，请看经度、纬度是不是写反了。")
    return f"{degrees[0]},{degrees[1]}"
