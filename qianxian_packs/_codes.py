"""Check digits of the codes that clerks copy: identity, bank card, credit code, telephone."""

from __future__ import annotations

import re
from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_id_card(text: str) -> bool:
    """18 characters of GB 11643: a real birthday and a right check digit."""
    if not re.fullmatch(r"\d{17}[\dX]", text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _ID_WEIGHTS, strict=False))
    return _ID_CHECKS[total % 11] == text[17]


def is_bank_card(text: str) -> bool:
    """12 to 19 digits whose last is the Luhn check digit."""
    if not re.fullmatch(r"\d{12,19}", text):
        return False
    total = 0
    for place, digit in enumerate(reversed(text)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_credit_code(text: str) -> bool:
    """18 characters of GB 32100 with a right check character."""
    if len(text) != 18 or any(sign not in _CREDIT_SIGNS for sign in text):
        return False
    total = sum(_CREDIT_SIGNS.index(sign) * 3**place % 31 for place, sign in enumerate(text[:17]))
    return _CREDIT_SIGNS[(31 - total % 31) % 31] == text[17]


def is_phone(text: str) -> bool:
    """A mobile number, or a fixed line with its area code."""
    return bool(re.fullmatch(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?", text))
