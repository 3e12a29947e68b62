"""How a figure is printed in running text: rounded once, here, worded as official texts word it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from qianxian_figures import Figure, Kind, rounded

_MANY_YUAN = Decimal(10_000)
_VERY_MANY_YUAN = Decimal(100_000_000)
_SHARES = ("%", "‰", "百分点")


@dataclass(frozen=True, slots=True)
class Printed:
    """The words, and the value that they say after rounding."""

    text: str
    value: Decimal


def plain(value: Decimal) -> str:
    """Digits without thousands marks, exponents or trailing zeros."""
    return f"{value.normalize():f}" if value else "0"


def printed(value: Decimal, unit: str) -> Printed:
    """A value with its unit: 61户, 87.3%, 37.9万元.

    Shares keep one decimal, also a zero, so that a column of them reads evenly; only 100% drops
    it. Money from ten thousand yuan is told in 万元 with at most two decimals, from a hundred
    million in 亿元 with at most four; everything else has at most two.
    """
    if unit in _SHARES:
        share = rounded(value, 1)
        digits = "100" if share == 100 else f"{share:f}"
        return Printed(f"{digits}{'个' if unit == '百分点' else ''}{unit}", share)
    if unit == "元" and abs(value) >= _VERY_MANY_YUAN:
        return _scaled(value, _VERY_MANY_YUAN, 4, "亿元")
    if unit == "元" and abs(value) >= _MANY_YUAN:
        return _scaled(value, _MANY_YUAN, 2, "万元")
    return _scaled(value, Decimal(1), 2, unit)


def _scaled(value: Decimal, scale: Decimal, digits: int, unit: str) -> Printed:
    shown = rounded(value / scale, digits)
    return Printed(f"{plain(shown)}{unit}", shown * scale)


def printed_figure(figure: Figure) -> Printed | None:
    """A computed figure; the pair of households and persons is printed as both. None: not known."""
    if figure.value is None:
        return None
    if figure.kind is not Kind.RATE and len(figure.parts) == 2:
        pair = [printed(p.value, p.unit) for p in figure.parts if p.value is not None]
        if pair:
            return Printed("".join(p.text for p in pair), pair[0].value)
    return printed(figure.value, figure.unit)
