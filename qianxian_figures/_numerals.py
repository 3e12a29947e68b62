"""Numerals as Chinese documents write them: Arabic, Chinese, capital, and mixed with 万 and 亿."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {
    **dict(zip("〇零一二三四五六七八九", (0, *range(10)), strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)),
    "两": 2,
    "俩": 2,
    "仨": 3,
}
SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
LARGE = {"万": 10_000, "亿": 100_000_000}
_TENS = {"廿": 20, "卅": 30}
_WRITTEN = "零一二三四五六七八九"
LARGEST_NUMERAL = 999

_ARABIC = re.compile(r"[-+－−]?\d+(?:[,，]\d{3})*(?:[.．]\d+)?")
_MIXED = re.compile(r"(\d+(?:\.\d+)?)([十百千]?[万亿]?|万亿)")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．－−", "0123456789.--")


def scale(text: str) -> Decimal:
    """What 万, 亿, 千, 百万 ... multiply by; 1 for an empty text.

    Errors: ValueError for anything else.
    """
    product = Decimal(1)
    for char in text:
        factor = SMALL.get(char) or LARGE.get(char)
        if factor is None:
            raise ValueError(f"not a scale: {text!r}")
        product *= factor
    return product


def arabic(text: str) -> Decimal | None:
    """An Arabic numeral with or without thousands separators, half or full width; else None."""
    if not _ARABIC.fullmatch(text.translate(_FULL_WIDTH)):
        return None
    plain = text.translate(_FULL_WIDTH)
    return Decimal(plain.replace(",", "").replace("，", ""))


def chinese(text: str) -> Decimal | None:
    """A Chinese numeral: 三万二千一百五十六, 两百, 一百零五, 三点五, 二〇二二, 壹佰; else None."""
    whole, point, fraction = text.partition("点")
    value = _whole(whole)
    if value is None or (point and not fraction):
        return None
    if not point:
        return value
    if any(char not in DIGITS for char in fraction):
        return None
    return value + Decimal("0." + "".join(str(DIGITS[char]) for char in fraction))


def chinese_numeral(number: int) -> str:
    """The numeral that headings use: 一 十 十二 二十 一百零三. Raises ValueError outside 1 to 999."""
    if not 1 <= number <= LARGEST_NUMERAL:
        raise ValueError(f"no heading numeral for {number}")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    last = _WRITTEN[ones] if ones else ""
    if not hundreds:
        return ("" if tens == 0 else "十" if tens == 1 else _WRITTEN[tens] + "十") + last
    # Inside a larger numeral 十 is written 一十, and an empty place is said: 一百零三.
    middle = _WRITTEN[tens] + "十" if tens else "零" if ones else ""
    return f"{_WRITTEN[hundreds]}百{middle}{last}"


def number(text: str) -> Decimal | None:
    """Any numeral of this module, also 3万5千 and 1.2亿; None where the text is not one."""
    plain = text.strip().translate(_FULL_WIDTH)
    for way in (arabic, _scaled, chinese):
        value = way(plain)
        if value is not None:
            return value
    return None


def _scaled(text: str) -> Decimal | None:
    """1.2亿, 3万5千: Arabic numbers each with its scale, falling from left to right."""
    total, position = Decimal(0), 0
    for found in _MIXED.finditer(text):
        if found.start() != position or not found[2]:
            return None
        total += Decimal(found[1]) * scale(found[2])
        position = found.end()
    return total if position and position == len(text) else None


def _whole(text: str) -> Decimal | None:
    if not text:
        return None
    if len(text) > 1 and all(char in DIGITS for char in text):
        return Decimal("".join(str(DIGITS[char]) for char in text))  # 二〇二二, read digit by digit
    total, section, digit, last = 0, 0, -1, 0
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in _TENS:
            section, digit = section + _TENS[char], -1
        elif char in SMALL:
            last = SMALL[char]
            section, digit = section + (1 if digit < 0 else digit) * last, -1
        elif char in LARGE:
            last = LARGE[char]
            total = _lifted(total, section + max(digit, 0), last)
            section, digit = 0, -1
        else:
            return None
    tail = max(digit, 0)
    if tail and last >= 100 and text[-2] in "百千万亿佰仟":
        tail *= last // 10  # 三千五 is 3,500
    return Decimal(total + section + tail)


def _lifted(total: int, section: int, factor: int) -> int:
    """一亿二千万 adds up; 三万亿 multiplies what came before."""
    if section == 0:
        return (total or 1) * factor
    return total + section * factor
