"""Quantities as people say them: 四十二个人, 一吨半, 60多斤, 1.2万, 三千二."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from qianxian_figures import UnitMismatch, UnknownUnit, convert, number, spellings
from qianxian_reader.jot._says import says

_DIGITS = r"\d+(?:[.,，]\d+)?(?:[十百千]?万|[十百千万亿])?(?:\d+[百千十])?"
_HANZI = r"[零〇一二两俩三四五六七八九十百千万廿卅]+(?:点[零〇一二三四五六七八九]+)?"
_ABOUT_AFTER = r"(?P<about>[多来几余])?"
_ABOUT_BEFORE = re.compile(r"(?:约|大概|大约|差不多|将近|近|几|好几|上|快)$")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit as it stands. `is_about`: it is no exact number (60多斤)."""

    start: int
    end: int
    value: Decimal
    unit: str
    is_about: bool = False


@cache
def _pattern() -> re.Pattern[str]:
    told = {word for one in says().numbers.values() for word in one.get("units", ())}
    units = sorted({*spellings(), *told, "来米", "平"}, key=len, reverse=True)
    listed = "|".join(re.escape(unit) for unit in units)
    return re.compile(
        rf"(?P<number>{_DIGITS}|{_HANZI}){_ABOUT_AFTER}(?P<unit>{listed})?(?P<half>半)?(?P<rest>[一二三四五六七八九](?![十百千万个号月天]))?"
    )


def amounts(text: str, taken: list[tuple[int, int]]) -> tuple[Amount, ...]:
    """Numbers that do not lie in what was read as something else (days, names, groups)."""
    found = []
    for match in _pattern().finditer(text):
        if any(start < match.end("number") and match.start() < end for start, end in taken):
            continue
        amount = _amount(text, match)
        if amount is not None:
            found.append(amount)
    return tuple(found)


def _amount(text: str, match: re.Match[str]) -> Amount | None:
    told = match["number"].replace("，", ",")
    value = number(told)
    if value is None:
        return None
    unit = match["unit"] or ""
    if not unit and not _stands_alone(text, match, told):
        return None
    end = match.end("unit") if unit else match.end("number")
    if match["half"] and unit:
        value, end = value + Decimal("0.5"), match.end("half")
    is_about = bool(match["about"] or _ABOUT_BEFORE.search(text[: match.start()]))
    return Amount(match.start(), end, value, unit, is_about)


def _stands_alone(text: str, match: re.Match[str], told: str) -> bool:
    """A bare number counts where it has digits or a scale: 1.2万, 三千二; not the 一 of 一起."""
    return told[0].isdigit() or any(char in "百千万" for char in told)


def in_unit(amount: Amount, unit: str) -> Decimal | None:
    """The amount in the unit of a field; None where the two measure different things."""
    try:
        return convert(amount.value, amount.unit, unit)
    except (UnknownUnit, UnitMismatch):
        return None
