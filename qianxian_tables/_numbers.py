"""Numbers as clerks write them, with units in the cell, 约 and 余, in exact decimals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from qianxian_figures import UnitMismatch, UnknownUnit, canonical, convert, number
from qianxian_tables._words import compact, dimension, is_unit, scaled

# Offices compute with 666.67 ㎡ to a 亩, not with two thirds.
_SQUARE_METRES = Decimal("666.67")
# Nothing that an office counts is as much, in 元, ㎡ or persons: it is the number of an account, of a
# card, or a mistake.
TOO_LARGE = Decimal(10) ** 13
_UNROUNDABLE = Decimal(10) ** 20
_ABOUT = re.compile(r"^(?:大约|大概|约为|约|近|估计|不足|超过|超|[><≥≤~≈]=?)")
_MORE = re.compile(r"(?:左右|上下|以上|以下|多|余|来|\+)$")
_FIGURES = re.compile(
    r"([-+]?(?:\d[\d,]*(?:\.\d+)?|\.\d+|[〇零一二三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟两廿卅点万亿]+))"
    r"(万|亿)?(多|余|来)?(.*)"
)
_PLAIN = re.compile(r"[-+]?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it stands in a cell. `unit` is the one that the cell itself names."""

    value: Decimal
    unit: str = ""
    is_about: bool = False
    # 1.2万 says its scale, so that a header's 万元 does not scale it once more.
    is_scaled: bool = False


def from_number(value: int | float) -> Decimal:
    """A cell's number, without the tail that binary fractions leave: 0.1 + 0.2 is 0.3."""
    if isinstance(value, int):
        return Decimal(value)
    return Decimal(f"{value:.12g}") if abs(value) < 1e15 else Decimal(repr(value))


@lru_cache(maxsize=20_000)
def amount(text: str) -> Amount | None:
    """约30, 8,123.50, 2公顷, 0.06万亩, 壹仟元整, 30余户; None for anything else."""
    plain = compact(text).lstrip("¥￥$")
    if _PLAIN.fullmatch(plain):
        return Amount(Decimal(plain))
    bare = _ABOUT.sub("", plain)
    is_about = bare != plain
    bare = re.sub(r"^(?:人民币|共计|共)", "", bare).lstrip("¥￥")
    bare = re.sub(r"[(（].{1,6}[)）]$", "", bare)
    ended = _MORE.sub("", bare)
    is_about = is_about or ended != bare
    found = _FIGURES.fullmatch(ended)
    if not found or "几" in plain or "数" in plain:
        return None
    return _amount(found, is_about=is_about)


def _amount(found: re.Match[str], *, is_about: bool) -> Amount | None:
    value = _value(found[1] + (found[2] or ""))
    rest = found[4]
    if value is None:
        return None
    rest = rest.removesuffix("整")
    if rest.startswith(("角", "点")) or (rest and not is_unit(rest)):
        return None
    is_scaled = bool(found[2]) or found[1][-1] in "万亿"
    return Amount(value, rest, is_about or bool(found[3]), is_scaled)


def _value(text: str) -> Decimal | None:
    if re.search(r",(?!\d{3}(?:,|\.|\D|$))", text):
        text = text.replace(",", "") if re.fullmatch(r"\d{1,4}(?:,\d{4})+", text) else text
    value = number(text.lstrip("+"))
    if value is None and text.startswith("-"):
        positive = number(text[1:])
        return None if positive is None else -positive
    return value


def in_unit(value: Decimal, written: str, wanted: str) -> Decimal | None:
    """A value in another unit of the same kind; None where the two measure different things."""
    factor, base = scaled(written)
    wanted_factor, wanted_base = scaled(wanted)
    value = value * factor
    if base != wanted_base:
        converted = _converted(value, base, wanted_base)
        if converted is None:
            return None
        value = converted
    return _tidy(value / wanted_factor)


def _converted(value: Decimal, base: str, wanted: str) -> Decimal | None:
    squares = {"㎡", "m2", "m²", "平方米", "平米", "平方", "平"}
    if base in squares and wanted in squares:
        return value
    if base == "亩" and wanted in squares:
        return value * _SQUARE_METRES
    if base in squares and wanted == "亩":
        return (value / _SQUARE_METRES).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    if base == "%" or wanted == "%":
        return value if dimension(base) == dimension(wanted) else None
    try:
        return convert(value, base, wanted)
    except (UnitMismatch, UnknownUnit):
        return _loosely(value, base, wanted)


def _loosely(value: Decimal, base: str, wanted: str) -> Decimal | None:
    """121公斤 under 公斤/亩 leaves out what the header says; 3口 under 人 is a count all the same."""
    first, own = (canonical(re.split(r"[/·.每]", name)[0]) for name in (wanted, base))
    if canonical(base) == first or own == canonical(wanted):
        return value
    counts = (dimension(base).startswith("count:"), dimension(wanted).startswith("count:"))
    return value if all(counts) or (not wanted) else None


def _tidy(value: Decimal) -> Decimal:
    if abs(value) >= _UNROUNDABLE:
        # With more digits than decimals are reckoned in there is nothing to round.
        return value
    return value.quantize(Decimal("0.000001"), ROUND_HALF_UP).normalize()
