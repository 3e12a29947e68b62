"""Days as clerks write them: serial numbers, 2024.3.5, 24年3月, 3月5日 with the year of the title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from qianxian_figures import chinese
from qianxian_tables._words import compact

_YEAR = r"(\d{4}|\d{2})"
_SIGN = r"[-./年、,~]"
_FULL = re.compile(
    rf"{_YEAR}年?{_SIGN}(\d{{1,2}})月?[-./月、,](\d{{1,2}})[日号]?(?:[T\s日]?\d{{1,2}}[:时点].*)?"
)
_JOINED = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?")
_MONTH = re.compile(rf"{_YEAR}年?{_SIGN}(\d{{1,2}})(?:月份?)?(?:[上中下]旬|底|初|末|中)?[.\-/]?")
_JOINED_MONTH = re.compile(r"(\d{4})(\d{2})")
_NO_YEAR = re.compile(r"(\d{1,2})[月./-](\d{1,2})[日号]?")
_ONLY_MONTH = re.compile(r"(\d{1,2})月份?(?:[上中下]旬|底|初|末)?")
_AMERICAN = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})(?:\d{1,2}:.*)?")
_CHINESE = re.compile(
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})[日号])?"
)
_ONLY_YEAR = re.compile(r"((?:19|20)\d{2})年?度?")
# What stands behind a day and changes nothing: a day of the week, 前 of a deadline.
_BESIDE = re.compile(r"(?:\(?(?:周|星期)[一二三四五六日天]\)?|上午|下午|以?前)$")
_EPOCH = date(1899, 12, 30)
_SERIALS = range(14_000, 73_050)  # 1938 to 2099
_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Day:
    """`text` is 2022-03-05, 2022-03 or 2022; `notes` are codes of what was supposed."""

    text: str
    notes: tuple[str, ...] = ()


def day(raw: object, year: int | None = None) -> Day | None:
    """A day or month; None where it cannot be one (2024.2.30, 见附表)."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return Day(raw.isoformat()) if raw.year in _YEARS else None
    if isinstance(raw, int | float):
        return _number(raw)
    text = re.sub(r"[tT](?=\d\d:)", " ", str(raw).strip().strip("'’"))
    text = compact(re.sub(r"\s+\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?$", "", text))
    return _text(_BESIDE.sub("", text), year)


def _number(raw: int | float) -> Day | None:
    if raw in _SERIALS:
        return Day((_EPOCH + timedelta(days=int(raw))).isoformat(), ("serial_date",))
    if isinstance(raw, float) and not raw.is_integer():
        if int(raw) in _SERIALS:
            return Day((_EPOCH + timedelta(days=int(raw))).isoformat(), ("serial_date",))
        year, _, month = f"{raw:.2f}".rstrip("0").partition(".")
        return _month(year, month) if len(year) == 4 else None
    return _text(str(int(raw)), None)


def _text(text: str, year: int | None) -> Day | None:
    if found := _CHINESE.fullmatch(text):
        parts = [chinese(part) if part else None for part in found.groups()]
        text = "-".join(str(int(part)) for part in parts if part is not None)
    if year and _NO_YEAR.fullmatch(text) and (partial := _partial(text, year)):
        return partial  # 10.9 under the title of a year is a day of October, not of 2010
    for pattern, build in (
        (_FULL, _full),
        (_AMERICAN, _american),
        (_JOINED, _full),
        (_MONTH, _month_of),
        (_JOINED_MONTH, _month_of),
    ):
        if found := pattern.fullmatch(text):
            return build(found)
    return _partial(text, year)


def _partial(text: str, year: int | None) -> Day | None:
    if found := _NO_YEAR.fullmatch(text):
        made = _made(year, found[1], found[2]) if year else None
        return Day(made, ("year_assumed",)) if made else None
    if found := _ONLY_MONTH.fullmatch(text):
        month = _month(str(year), found[1]) if year else None
        return Day(month.text, ("year_assumed", "date_partial")) if month else None
    if re.fullmatch(r"\d{2},\d{3}|\d{5}", text) and int(text.replace(",", "")) in _SERIALS:
        return _number(int(text.replace(",", "")))
    found = _ONLY_YEAR.fullmatch(text)
    return Day(found[1], ("date_partial",)) if found else None


def _full(found: re.Match[str]) -> Day | None:
    made = _made(_year(found[1]), found[2], found[3])
    if not made:
        return None
    return Day(made, ("two_digit_year",) if len(found[1]) == 2 else ())


def _american(found: re.Match[str]) -> Day | None:
    """5/3/2024 is the third of May where a system wrote it, and 13/5/2024 can only be the other."""
    first, second = (found[1], found[2]) if int(found[1]) <= 12 else (found[2], found[1])
    made = _made(int(found[3]), first, second)
    return Day(made, ("date_order",)) if made else None


def _month_of(found: re.Match[str]) -> Day | None:
    return _month(found[1], found[2])


def _month(year: str, month: str) -> Day | None:
    if not year.isdecimal() or not month.isdecimal() or not 1 <= int(month) <= 12:
        return None
    whole = _year(year)
    if whole not in _YEARS:
        return None
    notes = ("date_partial", "two_digit_year") if len(year) == 2 else ("date_partial",)
    return Day(f"{whole}-{int(month):02d}", notes)


def _year(text: str) -> int:
    number = int(text)
    if len(text) == 4:
        return number
    return 2000 + number if number < 50 else 1900 + number


def _made(year: int | None, month: str, day_of_month: str) -> str:
    try:
        made = date(year or 0, int(month), int(day_of_month))
    except ValueError:
        return ""
    return made.isoformat() if made.year in _YEARS else ""
