"""Days and moments in the ways that clerks write them."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from qianxian_packs._errors import FieldInvalid
from qianxian_packs._texts import clean

_DAY = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?"
_WITHOUT_SIGNS = r"(\d{4})(\d{2})(\d{2})"
_TIME = r"(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*分?)?(?::(\d{1,2})(?:\.\d+)?)?"
# What a spreadsheet puts behind a day that has no time.
_MIDNIGHT = re.compile(r"[\sT]0{1,2}:00(:00(\.0+)?)?$")
_FORMS = tuple(re.compile(form) for form in (_DAY, _WITHOUT_SIGNS))
_MOMENT = re.compile(rf"{_DAY}[\sT]*{_TIME}")


def as_date(label: str, raw: Any) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = _MIDNIGHT.sub("", clean(raw))
    for form in _FORMS:
        if found := form.fullmatch(text):
            return _day(label, raw, found)
    raise FieldInvalid(f"{label}写成了“{raw}”，请写成 2026-3-5 这样的日期。")


def _day(label: str, raw: Any, found: re.Match[str]) -> date:
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise FieldInvalid(f"{label}写成了“{raw}”，没有这一天，请核对。") from None
    if not 1900 <= day.year <= 2100:
        raise FieldInvalid(f"{label}写成了“{raw}”，年份不对，请核对。")
    return day


def as_datetime(label: str, raw: Any) -> datetime:
    """A moment. What is typed carries no zone; the office's own clock is meant."""
    if isinstance(raw, datetime):
        return raw
    found = _MOMENT.fullmatch(clean(raw))
    if not found:
        raise FieldInvalid(f"{label}写成了“{raw}”，请写成 2026-3-5 9:30 这样的时间。")
    day = _day(label, raw, found)
    try:
        at = time(int(found[4]), int(found[5] or 0), int(found[6] or 0))
    except ValueError:
        raise FieldInvalid(f"{label}写成了“{raw}”，没有这个钟点，请核对。") from None
    return datetime.combine(day, at)
