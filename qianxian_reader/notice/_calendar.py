"""Days that a text names, whatever the way: 11月25日, 本周五, 月底, 三个工作日内, 每月25日."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Protocol

from qianxian_figures import chinese


class WorkingDayAfter(Protocol):
    """The day on which so many working days have passed, counted from the one after `day`."""

    def __call__(self, day: date, count: int, /) -> date: ...


@dataclass(frozen=True, slots=True)
class Mention:
    """A day and its hour, where the words stand, and what they are besides a plain day.

    kind  "day"; "span" for one counted from the day of receipt (三日内); "every" for one that
          comes again; "hour" for an hour without a day
    until the words themselves set an end: 内, 前, 底
    """

    on: date
    hour: time | None
    start: int
    end: int
    kind: str = "day"
    until: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    """From which days relative words are counted."""

    received: date
    issued: date | None
    after: WorkingDayAfter


_N = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_MD = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_WEEK = r"(?:周|星期|礼拜)"
_WEEKDAYS = {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6, "末": 6}
_NEAR = {"今": 0, "当": 0, "明": 1, "后": 2, "大后": 3, "昨": -1, "前": -2}
_YEARS = {"今": 0, "本": 0, "明": 1, "去": -1, "上": -1}
_TENS = {"上": 10, "中": 20}


def _int(text: str) -> int:
    if text.isdecimal():
        return int(text)
    if text == "两":
        return 2
    found = chinese(text)
    return int(found) if found is not None else 0


def _last(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(found: re.Match[str], anchor: Anchor, month: int) -> int:
    if found["year"]:
        return int(found["year"])
    base = anchor.received.year
    if found["near_year"]:
        return base + _YEARS[found["near_year"]]
    # 1月10日 in a notice of November is the next January; 11月 in one of January is the last.
    if month - anchor.received.month < -6:
        return base + 1
    return base - 1 if month - anchor.received.month > 8 else base


def _full(found: re.Match[str], anchor: Anchor, _before: date | None) -> date | None:
    month = _int(found["month"])
    return _made(_year(found, anchor, month), month, _int(found["day"]))


def _iso(found: re.Match[str], _anchor: Anchor, _before: date | None) -> date | None:
    return _made(int(found["year"]), int(found["month"]), int(found["day"]))


def _dotted(found: re.Match[str], anchor: Anchor, _before: date | None) -> date | None:
    return _made(anchor.received.year, int(found["month"]), int(found["day"]))


def _part_of_month(found: re.Match[str], anchor: Anchor, _before: date | None) -> date | None:
    named = found["month"]
    if named and named[0] in "0123456789一二三四五六七八九十":
        month = _int(named)
        year = _year(found, anchor, month)
    else:
        first = _month_after(anchor.received, 1 if named and named[0] in "下次" else 0)
        year, month = first.year, first.month
    if not 1 <= month <= 12:
        return None
    part = found["part"]
    if part[0] in _TENS:
        return date(year, month, _TENS[part[0]])
    return date(year, month, 5) if part == "初" else _last(year, month)


def _month_after(day: date, count: int) -> date:
    month = day.month - 1 + count
    return date(day.year + month // 12, month % 12 + 1, 1)


def _in_month(found: re.Match[str], anchor: Anchor, before: date | None) -> date | None:
    """A day without its month: of the month named just before, else the next such day."""
    day, named = _int(found["day"]), found["month"]
    if named:
        first = _month_after(anchor.received, 1 if named[0] in "下次" else 0)
        return _made(first.year, first.month, day)
    first = before or anchor.received
    made = _made(first.year, first.month, day)
    if made is None or made < anchor.received:
        later = _month_after(first, 1)
        return _made(later.year, later.month, day)
    return made


def _near(found: re.Match[str], anchor: Anchor, _before: date | None) -> date:
    return anchor.received + timedelta(days=_NEAR[found["near"]])


def _weekday(found: re.Match[str], anchor: Anchor, _before: date | None) -> date:
    monday = anchor.received - timedelta(days=anchor.received.weekday())
    named, number = found["which"] or "", _WEEKDAYS[found["weekday"]]
    day = monday + timedelta(days=7 * named.count("下") - 7 * named.count("上") + number)
    # Without a word for the week it is the next one that comes.
    return day + timedelta(days=7) if not named and day < anchor.received else day


def _this_week(found: re.Match[str], anchor: Anchor, _before: date | None) -> date:
    """本周内 ends with the working week, unless that has passed."""
    monday = anchor.received - timedelta(days=anchor.received.weekday())
    monday += timedelta(days=7 * found["which"].count("下"))
    friday = monday + timedelta(days=4)
    return friday if friday >= anchor.received else monday + timedelta(days=6)


def _this_month(found: re.Match[str], anchor: Anchor, _before: date | None) -> date:
    if found["long"] == "年":
        return date(anchor.received.year, 12, 31)
    month = anchor.received.month
    return _last(anchor.received.year, month if found["long"] == "月" else (month + 2) // 3 * 3)


def _year_end(found: re.Match[str], anchor: Anchor, _before: date | None) -> date:
    year = int(found["year"]) if found["year"] else anchor.received.year
    return date(year + (found["near_year"] == "明"), 12, 31)


def _counted(found: re.Match[str], anchor: Anchor, _before: date | None) -> date:
    start = anchor.issued if found["base"] and anchor.issued else anchor.received
    count, unit = 1 if found["count"] == "半" else _int(found["count"]), found["unit"]
    if unit == "工作日":
        return anchor.after(start, count)
    if found["count"] == "半":
        return start + timedelta(days=15 if unit == "月" else 0)
    if unit == "小时":
        return start + timedelta(days=count // 24)
    if unit == "月":
        first = _month_after(start, count)
        return _made(first.year, first.month, start.day) or _last(first.year, first.month)
    return start + timedelta(days=count * (7 if unit[0] in "周星礼" else 1))


def _every(found: re.Match[str], anchor: Anchor, _before: date | None) -> date | None:
    start = anchor.received
    if found["weekday"]:
        return start + timedelta(days=(_WEEKDAYS[found["weekday"]] - start.weekday()) % 7)
    if found["day"]:
        months = (_month_after(start, n) for n in range(3))
        made = (_made(first.year, first.month, _int(found["day"])) for first in months)
        return next((day for day in made if day and day >= start), None)
    if found["edge"] == "月":
        return _last(start.year, start.month)
    if found["edge"] == "季":
        return _last(start.year, (start.month + 2) // 3 * 3)
    return start


_Resolve = Callable[[re.Match[str], Anchor, "date | None"], "date | None"]
_Y = r"(?:(?P<year>20\d\d)\s{0,3}年\s{0,3}|(?P<near_year>[今本明去])年\s{0,3})?"
_FORMS: tuple[tuple[re.Pattern[str], _Resolve, str], ...] = (
    (
        re.compile(
            rf"每(?:个)?(?:月的?\s{{0,3}}(?P<day>{_MD})\s{{0,3}}[日号]|{_WEEK}的?(?P<weekday>[一二三四五六日天])"
            r"|(?P<edge>月|季)(?:度)?(?:底|末)|(?P<daily>天|日))"
        ),
        _every,
        "every",
    ),
    (
        re.compile(
            rf"{_Y}(?<![\d.])(?P<month>{_MD})\s{{0,3}}月(?:份)?\s{{0,3}}(?P<day>{_MD})\s{{0,3}}[日号]"
        ),
        _full,
        "day",
    ),
    (
        re.compile(r"(?P<year>20\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)日?"),
        _iso,
        "day",
    ),
    (
        re.compile(
            rf"{_Y}(?P<month>{_MD}|本|当|这个?|下个?|次)?月(?:份)?(?P<part>[底末初]|[上中下]旬)"
        ),
        _part_of_month,
        "day",
    ),
    (
        re.compile(
            r"(?<![\d.:/-])(?P<month>1[0-2]|0?[1-9])[./](?P<day>3[01]|[12]\d|0?[1-9])"
            r"(?=[日号]?\s{0,3}(?:之?前|以前|[上下]午|下班|中午|晚|\d{1,2}[:点时]|截止))[日号]?"
        ),
        _dotted,
        "day",
    ),
    (
        re.compile(
            r"(?:(?P<base>(?:发文|印发|下发)(?:之日起|后))\s{0,3}[，,]?\s{0,3})?"
            rf"(?P<count>{_N}|半)\s{{0,3}}个?\s{{0,3}}(?P<unit>工作日|天|日|小时|周|星期|礼拜|月)\s{{0,3}}(?:之|以)?内"
        ),
        _counted,
        "span",
    ),
    (re.compile(r"(?P<near>大后|[今明后昨前])(?:天|日|(?=[晚早]))"), _near, "day"),
    (
        re.compile(
            rf"(?<![（(])(?P<which>下下个?|下个?|本|这个?|上个?)?{_WEEK}(?P<weekday>[一二三四五六日天末])(?![至到—-]{_WEEK})"
        ),
        _weekday,
        "day",
    ),
    (re.compile(rf"(?P<which>本|这|下){_WEEK}(?:之|以)?内"), _this_week, "day"),
    (
        re.compile(r"(?:本|这个?|当)?(?P<long>月|季度|年)(?:之|以)?内(?=[，,。；完报])"),
        _this_month,
        "day",
    ),
    (
        re.compile(r"(?:(?P<year>20\d\d)|(?P<near_year>[今本明]))?年(?:底|末)(?=之?前|以前)"),
        _year_end,
        "day",
    ),
    (
        re.compile(
            r"(?<![\d月.〕\]）)第])(?P<month>本月|当月|这个?月|下个?月|次月)?\s{0,3}(?P<day>\d{1,2}|[一二三]?十[一二三四五六七八九]?)"
            r"\s{0,3}[日号](?![楼线机文院公室路内]|以内|之内)"
        ),
        _in_month,
        "day",
    ),
)

_HOUR = re.compile(
    r"(?P<part>凌晨|清早|清晨|早上|早晨|上午|早|中午|下午|傍晚|晚上|夜里|晚)?\s{0,3}"
    rf"(?:(?P<clock>[012]?\d)\s{{0,3}}[:：]\s{{0,3}}(?P<minutes>[0-5]\d)(?!\d)|(?P<hour>{_MD})\s{{0,3}}[点时](?!段|间|候|点)"
    r"(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<more>[0-5]?\d|[一二三四五]?十五?)\s{0,3}分?|整|钟)*)"
)
# What may stand between a day and its hour: the weekday in brackets, a comma, 的.
_BETWEEN = re.compile(r"(?:\s{0,3}[（(][^（）()\n]{1,6}[）)])?\s{0,3}[，,的]?\s{0,3}(?:的)?")
_BARE_PART = re.compile(
    r"\s{0,3}(?:[（(][^（）()\n]{1,6}[）)])?\s{0,3}(?:上午|下午|中午|晚上|晚|早上|早|全天)?(?:下班|上班)?"
)


def _hour(found: re.Match[str]) -> time | None:
    hour = int(found["clock"]) if found["clock"] else _int(found["hour"])
    minutes = int(found["minutes"] or 0)
    if found["half"]:
        minutes = 30
    elif found["quarter"]:
        minutes = 15 if found["quarter"] == "一" else 45
    elif found["more"]:
        minutes = _int(found["more"])
    part = found["part"] or ""
    if hour < 12 and (
        part in ("下午", "傍晚", "晚上", "晚", "夜里") or (part == "中午" and hour < 3)
    ):
        hour += 12
    if hour == 12 and part in ("晚上", "晚", "夜里"):
        hour, minutes = 24, 0
    if hour == 24 and not minutes:
        return time(23, 59)
    return time(hour, minutes) if hour < 24 and minutes < 60 else None


def mentions(text: str, anchor: Anchor) -> list[Mention]:
    """Every day that the text names, in order, none inside another."""
    out: list[Mention] = []
    before: date | None = None
    sentence_end = -1
    for found, resolve, kind in _matches(text):
        if (
            text.find("。", sentence_end, found.start()) >= 0
            or "\n" in text[sentence_end : found.start()]
        ):
            before = None
        day = resolve(found, anchor, before)
        sentence_end = found.end()
        if day is None:
            continue
        if kind == "day":
            before = day
        hour, end = _hour_after(text, found.end())
        until = kind == "span" or "内" in found[0] or found[0][-1] in "底末旬"
        out.append(Mention(day, hour, found.start(), end, kind, until))
    return sorted([*out, *_hours_alone(text, out, anchor)], key=lambda one: one.start)


def _matches(text: str) -> Iterator[tuple[re.Match[str], _Resolve, str]]:
    found = [
        (match, resolve, kind)
        for pattern, resolve, kind in _FORMS
        for match in pattern.finditer(text)
    ]
    end = 0
    for match, resolve, kind in sorted(found, key=lambda one: (one[0].start(), -one[0].end())):
        if match.start() >= end:
            end = match.end()
            yield match, resolve, kind


def _hour_after(text: str, end: int) -> tuple[time | None, int]:
    gap = _BETWEEN.match(text, end)
    start = gap.end() if gap else end
    found = _HOUR.match(text, start)
    if found and (hour := _hour(found)):
        return hour, found.end()
    part = _BARE_PART.match(text, end)
    return None, part.end() if part and part[0].strip() else end


def _hours_alone(text: str, days: list[Mention], anchor: Anchor) -> Iterator[Mention]:
    """下午5点前, with no day: the day named just before in the sentence, else that of receipt."""
    for found in _HOUR.finditer(text):
        if any(one.start < found.end() and found.start() < one.end for one in days):
            continue
        tail = text[found.end() : found.end() + 3]
        if (hour := _hour(found)) and re.match(r"\s{0,3}(?:之?前|以前|截止|止)", tail):
            start = max(text.rfind(stop, 0, found.start()) for stop in "。；\n")
            near = [one for one in days if start < one.start < found.start()]
            yield Mention(near[-1].on if near else anchor.received, hour, *found.span(), "hour")
