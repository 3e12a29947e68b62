"""What clerks type → values, a function a field type. Errors are Chinese sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from qianxian_packs import _codes
from qianxian_packs._errors import FieldInvalid

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_SHORT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TRUE = {"是", "有", "对", "1", "true", "yes", "√", "✓"}
_FALSE = {"否", "无", "不", "没有", "0", "false", "no", "×"}
_LARGEST = Decimal(10) ** 15


def clean(raw: str) -> str:
    """Full-width digits, letters and signs made plain; spaces at the ends dropped."""
    return unicodedata.normalize("NFKC", raw).strip()


def as_text(label: str, raw: Any) -> str:
    text = str(raw).strip()
    if len(text) > 2_000:
        raise FieldInvalid(f"{label}太长，最多 2,000 字，请写短一些。")
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in text):
        raise FieldInvalid(f"{label}里有看不见的控制字符，请删掉重写。")
    return text


def as_decimal(label: str, raw: Any, places: int) -> Decimal:
    """A number with at most `places` decimals; 万 and 亿 are multiplied out."""
    if isinstance(raw, bool):
        raise FieldInvalid(f"{label}要写数字。")
    text = clean(str(raw)).replace(",", "").replace(" ", "").removesuffix("元")
    factor = Decimal(1)
    for sign, size in (("万", 10_000), ("亿", 100_000_000)):
        if text.endswith(sign):
            text, factor = text[:-1], Decimal(size)
    try:
        value = Decimal(text) * factor
    except InvalidOperation:
        raise FieldInvalid(f"{label}写成了“{raw}”，这里要写数字。") from None
    if not value.is_finite() or abs(value) >= _LARGEST:
        raise FieldInvalid(f"{label}写成了“{raw}”，数太大了，请核对。")
    rounded = value.quantize(Decimal(1).scaleb(-places))
    if rounded != value:
        raise FieldInvalid(f"{label}最多 {places} 位小数，“{raw}”多了。")
    return rounded


def as_integer(label: str, raw: Any) -> int:
    value = as_decimal(label, raw, 6)
    if value != value.to_integral_value():
        raise FieldInvalid(f"{label}要写整数，“{raw}”有小数。")
    return int(value)


def as_boolean(label: str, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    text = clean(str(raw)).lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise FieldInvalid(f"{label}写成了“{raw}”，这里写 是 或 否。")


def as_date(label: str, raw: Any) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = clean(str(raw))
    found = _DATE.fullmatch(text) or _SHORT_DATE.fullmatch(text)
    if not found:
        raise FieldInvalid(f"{label}写成了“{raw}”，请写成 2026-3-5 这样的日期。")
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise FieldInvalid(f"{label}写成了“{raw}”，没有这一天，请核对。") from None
    if not 1900 <= day.year <= 2100:
        raise FieldInvalid(f"{label}写成了“{raw}”，年份不对，请核对。")
    return day


def as_datetime(label: str, raw: Any) -> datetime:
    if isinstance(raw, datetime):
        return raw
    try:
        return datetime.fromisoformat(clean(str(raw)))
    except ValueError:
        raise FieldInvalid(f"{label}写成了“{raw}”，请写成 2026-03-05 09:30 这样的时间。") from None


def as_code(label: str, raw: Any, is_right: Callable[[str], bool], hint: str) -> str:
    text = clean(str(raw)).replace(" ", "").upper()
    if not is_right(text):
        raise FieldInvalid(f"{label}“{_masked(text)}”{hint}，请对着证件再看一遍。")
    return text


def _masked(text: str) -> str:
    # The sentence may stand on a shared screen and in a log.
    return text if len(text) < 8 else f"{text[:3]}…{text[-2:]}"


def as_point(label: str, raw: Any) -> str:
    parts = clean(str(raw)).replace(" ", "").split(",")
    try:
        east, north = (Decimal(part) for part in parts)
    except (InvalidOperation, ValueError):
        raise FieldInvalid(f"{label}要写成 经度,纬度，像 112.5,27.3。") from None
    if not (73 <= east <= 136 and 3 <= north <= 54):
        raise FieldInvalid(f"{label}“{raw}”不在国内，请看经度、纬度是不是写反了。")
    return f"{east},{north}"


CODES: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "phone": (_codes.is_phone, "不像电话号码"),
    "id_card": (_codes.is_id_card, "校验不对"),
    "bank_card": (_codes.is_bank_card, "校验不对"),
    "credit_code": (_codes.is_credit_code, "校验不对"),
}

# Decimals that each measured type keeps.
PLACES: Mapping[str, int] = {
    "number": 4,
    "money": 2,
    "area": 4,
    "length": 3,
    "mass": 3,
    "percent": 2,
}
