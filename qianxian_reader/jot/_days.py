"""Days as people say them: 昨天, 上周五, 10月12号, 十八号, 三天前; and days that something is due."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from qianxian_figures import number
from qianxian_reader.jot._says import says

Role = Literal["day", "deadline", "asked"]

_N = r"\d{1,2}|[一二三四五六七八九十廿卅]{1,4}"
_SIGN = r"[号日]"
_RELATIVE = {
    "大前": -3,
    "前": -2,
    "昨": -1,
    "今": 0,
    "明": 1,
    "后": 2,
    "大后": 3,
}
_WEEK = {"上上": -14, "上": -7, "这": 0, "本": 0, "下": 7, "": 0}
_DAYS = {
    d: n
    for n, group in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天7末"))
    for d in group
}
_PATTERN = re.compile(
    rf"(?P<relative>大前|前|昨|今|明|大后|后)(?:天|日|儿个|儿|朝|晚上|晚|早上|早|晌)(?:早上|上午|下午|晚上|夜里|中午)?"
    rf"|(?P<week>上上|上|这|本|下)?(?:个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末1-7])(?![\d天年])"
    rf"|(?:(?P<year>20\d\d|今|去|前|明)年)?(?P<month>{_N})月(?:份)?(?P<lunar>初)?(?P<day>{_N}){_SIGN}?(?!\d)"
    rf"|(?P<which>上|这|本|下)个?月(?P<wday>{_N}){_SIGN}?"
    rf"|(?<![\d.月])(?P<dmonth>1[0-2]|[1-9])[./-](?P<dday>3[01]|[12]\d|0?[1-9])(?![\d.个万千百米吨斤方元块公里户人])"
    rf"|(?<![\d一二三四五六七八九十月第])(?P<bare>{_N})(?P<sign>[号])(?!楼|线|路|门|房|井|机|坝|库|水)"
    rf"|(?P<lonely>初[一二三四五六七八九十]{{1,2}})(?:日|那天)?"
    rf"|(?P<ago>\d{{1,2}}|[一两二三四五六七八九十]{{1,2}})天(?:前|以前|之前)"
    rf"|(?P<within>\d{{1,2}}|[一两二三四五六七八九十]{{1,2}})(?:天|日)(?:内|之内|以内)"
    rf"|(?P<end>(?:这个|本|这)?月底|年底)"
    rf"|(?P<now>刚刚|刚才|早上|上午|中午|下午|早晨|清早|清晨|一早|今晨|当天)"
)
_LUNAR_BEFORE = re.compile(r"(农历|阴历|旧历|老历|古历|冬月|腊月|正月)$")


@dataclass(frozen=True, slots=True)
class Day:
    """A day that was said. `on` None: it was said in a way that has to be asked back."""

    start: int
    end: int
    on: date | None
    role: Role = "day"
    doubtful: bool = False


def days(text: str, today: date) -> tuple[Day, ...]:
    """Every day of the sentence, in its order."""
    found = []
    for match in _PATTERN.finditer(text):
        day = _day(text, match, today)
        if day is not None:
            found.append(day)
    return tuple(found)


def _day(text: str, match: re.Match[str], today: date) -> Day | None:
    start, end = match.span()
    if match["within"]:
        count = number(match["within"])
        return Day(start, end, today + timedelta(days=int(count or 0)), "deadline")
    is_due = _is_due(text, start, end)
    role: Role = "deadline" if is_due else "day"
    if match["lunar"] or match["lonely"] or _LUNAR_BEFORE.search(text[:start]):
        # 初三 is how the lunar day is said. Which calendar is meant is asked.
        return Day(start, end, None, "asked", doubtful=True)
    try:
        on = _on(text, match, today, is_due=is_due)
    except ValueError:
        return None
    if match["end"] and not is_due:
        return None
    return Day(start, end, on, role) if on else None


@cache
def _due() -> tuple[re.Pattern[str], re.Pattern[str]]:
    before = "|".join(says().mood["deadline_before"])
    after = "|".join(says().mood["deadline_after"])
    return re.compile(rf"(?:{before})(?:在|到|于)?$"), re.compile(rf"(?:{after})(?!天|几天|年|面)")


def _is_due(text: str, start: int, end: int) -> bool:
    before, after = _due()
    return bool(before.search(text[:start]) or after.match(text, end))


def _on(text: str, match: re.Match[str], today: date, *, is_due: bool) -> date | None:
    if match["relative"]:
        return today + timedelta(days=_RELATIVE[match["relative"]])
    if match["weekday"]:
        return _of_week(match, today)
    if match["now"]:
        return today
    if match["ago"]:
        return today - timedelta(days=int(number(match["ago"]) or 0))
    if match["end"]:
        last = 12 if "年" in match["end"] else today.month
        return date(today.year, last, monthrange(today.year, last)[1])
    if match["bare"]:
        return _bare(text, match.end(), _int(match["bare"]), today, is_due=is_due)
    if match["which"]:
        return _shifted(today, match["which"], _int(match["wday"]))
    month = _int(match["month"] or match["dmonth"])
    day = _int(match["day"] or match["dday"])
    return _dated(match["year"], month, day, today, is_due=is_due)


def _int(text: str) -> int:
    value = number(text)
    if value is None:
        raise ValueError(text)
    return int(value)


def _of_week(match: re.Match[str], today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=_WEEK[match["week"] or ""] + _DAYS[match["weekday"]])
    # 周三 said on a Monday is the one gone by.
    if match["week"] is None and day > today:
        day -= timedelta(days=7)
    return day


def _shifted(today: date, which: str, day: int) -> date:
    step = {"上": -1, "下": 1}.get(which, 0)
    months = today.year * 12 + today.month - 1 + step
    return date(months // 12, months % 12 + 1, day)


_DONE = re.compile(r"[了的过完好]|前后")


def _bare(text: str, end: int, day: int, today: date, *, is_due: bool) -> date | None:
    """N号: of this month; a done thing of a day still to come is of the month before."""
    on = _in_month(today, 0, day)
    if is_due:
        return on if on and on >= today else _in_month(today, 1, day)
    if on and on <= today:
        return on
    is_done = bool(_DONE.search(text[end:]) or _DONE.search(text[: max(end - 3, 0)]))
    return _in_month(today, -1, day) if is_done else on or _in_month(today, -1, day)


def _in_month(today: date, step: int, day: int) -> date | None:
    months = today.year * 12 + today.month - 1 + step
    try:
        return date(months // 12, months % 12 + 1, day)
    except ValueError:
        return None


def _dated(year: str | None, month: int, day: int, today: date, *, is_due: bool) -> date:
    if year:
        said = {"今": 0, "去": -1, "前": -2, "明": 1}.get(year)
        return date(int(year) if said is None else today.year + said, month, day)
    on = date(today.year, month, day)
    # A December day that is told in January was last year's.
    if on > today + timedelta(days=120) and not is_due:
        return date(today.year - 1, month, day)
    return on
