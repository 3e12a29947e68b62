"""How a value is written on a page: thousands with a comma, a true minus, — where nothing is known.

Pure functions of exact decimals; `look` registers them as filters. Rounding is half up and
happens here, at the edge, and nowhere before.
"""

from __future__ import annotations

from decimal import Decimal

from qianxian_figures import Figure, Kind
from qianxian_figures import rounded as half_up

NOTHING = "—"
_WAN = Decimal(10_000)

# "" is what a template hands over for a variable that is not there.
Value = Decimal | int | Figure | str | None


def exact(value: Value) -> Decimal | None:
    """The decimal behind whatever a template hands over.

    Errors: TypeError for a float or a text, which have lost or never had an exact value.
    """
    if isinstance(value, Figure):
        value = value.value
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"a page shows int, Decimal, Figure or None, not {type(value).__name__}")
    return Decimal(value)


def rounded(value: Value, places: int | None) -> Decimal | None:
    """The exact value to `places` decimals, half up; as it is where `places` is None."""
    number = exact(value)
    if number is None or places is None:
        return number
    return half_up(number, places)


def figure(value: Value, places: int | None = None) -> str:
    """1800 → 1,800; None → —; `places` fixes the decimals, without it trailing zeros go.

    A rate comes from the engine unrounded: it is shown to one decimal where nothing else is said.
    """
    if places is None and isinstance(value, Figure) and value.kind is Kind.RATE:
        places = 1
    number = rounded(value, places)
    if number is None:
        return NOTHING
    # A rounded −0.0 is nothing below zero.
    text = f"{abs(number):,f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"−{text}" if number < 0 else text


def money(value: Value) -> str:
    """Yuan with both decimals: 86,420.50."""
    return figure(value, 2)


def wan(value: Value, places: int = 2) -> str:
    """Yuan told in 万: 12000 → 1.20. The unit stands in the heading or after it."""
    number = exact(value)
    return NOTHING if number is None else figure(number / _WAN, places)


def percent(value: Value, places: int = 1) -> str:
    """A share that is already a percentage: 81.666 → 81.7%."""
    return NOTHING if exact(value) is None else f"{figure(value, places)}%"


def signed(value: Value, places: int | None = None) -> str:
    """A change: +14, −2, 0. The sign is that of the rounded value."""
    number = rounded(value, places)
    plus = "+" if number is not None and number > 0 else ""
    return plus + figure(value, places)


def unit(value: Value, name: str) -> str:
    """Value and unit in running text: 98 户, 81.7%, — when nothing is known.

    Shares come from the engine unrounded; one decimal is told of them.
    """
    is_share = name in {"%", "‰"}
    text = figure(rounded(value, 1) if is_share else value)
    if text == NOTHING or not name:
        return text
    return f"{text}{name}" if is_share else f"{text} {name}"
