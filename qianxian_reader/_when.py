"""The period that a figure is about, where the text names one."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from qianxian_figures import BadPeriod, Period
from qianxian_reader._clauses import Clause

_FIVE_YEARS = {"一": 2001, "二": 2011, "三": 2016, "四": 2021, "五": 2026, "六": 2031}
_TIME = re.compile(
    r"(?<![比较与是自同增])(?:"
    r"(?P<year>(?:19|20)\d{2})(?:[—–-](?P<until>(?:19|20)\d{2}))?年(?:度)?(?:(?P<half>[上下])半年|(?P<month>1[0-2]|[1-9])月)?"
    r"|(?P<plan>十[二三四五六]五)|(?P<last>去年|上年)(?!同期|末)|(?P<now>今年)|(?P<bare_half>[上下])半年"
    r"|(?<!\d)(?P<bare_month>1[0-2]|[1-9])月(?:份|底|末)?(?!\d))"
)
_MARK = re.compile("[年月五]")  # no time is without one of these
_BASE = re.compile(r"^(?:年)?(?:相比|以来|起|同期)")


def _of(found: re.Match[str], year: int | None) -> Period | None:
    try:
        return _period(found, year)
    except BadPeriod:
        return None


def _period(found: re.Match[str], year: int | None) -> Period | None:
    if found["plan"]:
        first = _FIVE_YEARS[found["plan"][1]]
        return Period.of(f"{first}-01-01/{first + 4}-12-31")
    if found["year"]:
        if found["until"]:
            return Period.of(f"{found['year']}-01-01/{found['until']}-12-31")
        return _within(int(found["year"]), found["half"], found["month"])
    if year is None:
        return None
    if found["last"]:
        return Period.year(year - 1)
    if found["now"]:
        return Period.year(year)
    return _within(year, found["bare_half"], found["bare_month"])


def _within(year: int, half: str | None, month: str | None) -> Period:
    if half:
        return Period.of(f"{year}-H{1 if half == '上' else 2}")
    return Period.of(f"{year}-{int(month):02d}") if month else Period.year(year)


def periods(
    text: str, clauses: Sequence[Clause], starts: Sequence[int], year: int | None
) -> dict[int, Period]:
    """For each figure the period that its own clause names before it, else its sentence's year."""
    marks = [found.start() for found in _MARK.finditer(text)]
    if not marks:
        return {}
    out: dict[int, Period] = {}
    sentence, carried = -1, None
    for clause in clauses:
        if clause.sentence != sentence:
            sentence, carried = clause.sentence, None
        if clause.stop == "；":
            carried = None
        last = clause.start
        here: Period | None = None
        for number in clause.figures:
            here = _last_named(text, marks, (last, starts[number]), year) or here
            last = starts[number]
            period = here or carried
            if period is not None:
                out[number] = period
        named = _last_named(text, marks, (clause.start, clause.end), year)
        if named is not None and (named.end - named.start).days >= 180:
            carried = named  # a month belongs to its clause, a year to what follows too
    return out


def _last_named(
    text: str, marks: Sequence[int], run: tuple[int, int], year: int | None
) -> Period | None:
    start, end = run
    if bisect_left(marks, start) == bisect_left(marks, end):
        return None
    last: Period | None = None
    for found in _TIME.finditer(text, start, end):
        if not _BASE.match(text[found.end() : found.end() + 3]):
            last = _of(found, year) or last
    return last
