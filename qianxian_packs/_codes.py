"""Codes that clerks copy from papers: identity card, bank card, credit code, telephone.

Each function says what is wrong with a code, or nothing where it is right. The code itself does
not stand in the words: they may be read on a shared screen or in a log.
"""

from __future__ import annotations

import re
from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
# GB 32100 leaves out I, O, S, V and Z, which are easily taken for digits.
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MOBILE = re.compile(r"1[3-9]\d{9}")
_FIXED_LINE = re.compile(r"0\d{2,3}-?\d{7,8}(-\d{1,6})?|[48]00-?\d{3}-?\d{4}|1\d{2}|1\d{4}")


def fault_of_id_card(text: str) -> str:
    """18 characters of GB 11643: a real birthday and a right check digit."""
    if re.fullmatch(r"\d{15}", text):
        return "是 15 位老号码，要用 18 位的新号码"
    if len(text) != 18:
        return f"应是 18 位，这里是 {len(text)} 位"
    if not re.fullmatch(r"\d{17}[\dX]", text):
        return "前 17 位应是数字，末位是数字或 X"
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return "里的出生日期没有这一天"
    total = sum(int(digit) * weight for digit, weight in zip(text, _ID_WEIGHTS, strict=False))
    return "" if _ID_CHECKS[total % 11] == text[17] else "末位校验不对，有一位抄错了"


def fault_of_bank_card(text: str) -> str:
    """12 to 19 digits whose last is the Luhn check digit."""
    if not re.fullmatch(r"\d{12,19}", text):
        return f"应是 12 到 19 位数字，这里是 {len(text)} 个字"
    total = 0
    for place, digit in enumerate(reversed(text)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return "" if total % 10 == 0 else "末位校验不对，有一位抄错了"


def fault_of_credit_code(text: str) -> str:
    """18 characters of GB 32100 with a right check character."""
    if len(text) != 18:
        return f"应是 18 位，这里是 {len(text)} 位"
    if strange := sorted(set(text) - set(_CREDIT_SIGNS)):
        return f"里不会有“{''.join(strange)}”"
    total = sum(_CREDIT_SIGNS.index(sign) * 3**place % 31 for place, sign in enumerate(text[:17]))
    right = _CREDIT_SIGNS[(31 - total % 31) % 31]
    return "" if right == text[17] else "末位校验不对，有一位抄错了"


def fault_of_phone(text: str) -> str:
    """A mobile number, a fixed line with its area code, or a service number."""
    if _MOBILE.fullmatch(text) or _FIXED_LINE.fullmatch(text):
        return ""
    digits = sum(sign.isdigit() for sign in text)
    if text.startswith("1"):
        return f"应是 11 位手机号，这里是 {digits} 位"
    return "不像电话号码，座机要带区号"


def plain_phone(text: str) -> str:
    """Without the country's code, and a mobile number without the dashes inside."""
    text = re.sub(r"^(\+|00)86-?", "", text)
    joined = text.replace("-", "")
    return joined if _MOBILE.fullmatch(joined) else text
