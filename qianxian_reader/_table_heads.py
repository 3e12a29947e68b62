"""The heading rows of a table to its columns: what each counts, in which unit, of which time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qianxian_figures import Kind, Period, Status, UnknownUnit, canonical, unit
from qianxian_reader._lexicon import words

_AMOUNT = re.compile(r"([-+]?\d+(?:,\d{3})*(?:\.\d+)?)\s*([%‰]|[^\d\s.,]{1,6})?")
_MOMENTS = frozenset("年月日")
_YEAR = re.compile(r"(?:19|20)\d{2}年?")
_UNIT_LINE = re.compile(r"单位[：:]\s*([^\s，,；;）)]{1,12})")
_IN_BRACKETS = re.compile(r"[（(](?:单位[：:])?([^（）()]{1,10})[）)]")
_PERCENT = re.compile(r"[%％‰]$")
_COUNTED = re.compile(r"(户|人|座|处|台|个|项|件|起|名|次|株|头|盏)数$")
_SCALED = re.compile(r"^([十百千]?[万亿]?)(\S+)$")
_TIME = re.compile(
    r"^(?:(?P<year>(?:19|20)\d{2})年?度?)?(?:(?P<first>\d{1,2})[-—–至](?P<last>\d{1,2})月|(?P<month>\d{1,2})月[份末底]?)?(?:末|底|累计)?$"
)
_PLACE = re.compile(
    r"^(?:所[在属])?(?:行政|自然)?(?:村|村[居别组]|乡镇|镇|社区|地区|单位|县区|村（社区）|村\(社区\)|村／社区)(?:名|名称)?$"
)
_CHANGE = re.compile(r"增长|增减|同比|增幅|升降|±")
_PLAN = re.compile(r"(?<!完成)(?:任务|计划|目标)(?:数|量|值|面积)?$|^计划(?:总?投资)?")
_SERIAL = re.compile(r"^(?:序号|编号|代码|电话|联系电话|手机.*|身份证.*|日期|时间|备注)$")
_DATED = re.compile(r"^(?:年份|年度|年)$")
_UNIT_HEAD = re.compile(r"^(?:计量)?单位$")
_PERSON = re.compile(r"姓名|户主|负责人|责任人|联系人|填表人")
# They say no more than that there is a number.
_PLAIN = words("数值 数量 绝对值 绝对数 绝对额 指标值 数据")


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    unit: str = ""
    is_own: bool = False  # whether the unit is the column's own, not the whole table's
    period: Period | None = None
    role: str = ""  # place, unit, year, or skipped; "" counts or names something

    @property
    def is_change(self) -> bool:
        return bool(_CHANGE.search(self.heading))

    def status(self) -> Status:
        return Status.PLAN if _PLAN.search(self.heading) else Status.ACTUAL

    def kind(self, of_unit: str) -> Kind:
        if self.is_change:
            return Kind.CHANGE
        if re.search(r"(?:排名|名次|位次)$", self.heading):
            return Kind.RANK
        return Kind.RATE if of_unit in ("%", "‰") else Kind.LEVEL


def squeezed(text: str) -> str:
    return re.sub(r"[\s　#]+", "", text)


def unit_of(text: str) -> str:
    """The unit that a line gives for a whole table: 单位：万元."""
    found = _UNIT_LINE.search(text)
    return found[1] if found else ""


def is_unit(text: str) -> bool:
    scaled = _SCALED.match(squeezed(text))
    try:
        return bool(scaled) and bool(unit(canonical(scaled[2] if scaled else "")))
    except UnknownUnit:
        return False


def amount(cell: str) -> tuple[str, str] | None:
    """The number of a cell and the unit that may follow it; None for words, years and months."""
    found = _AMOUNT.fullmatch(cell)
    if not found:
        return None
    own = found[2] or ""
    known = not own or own in "%‰" or (own not in _MOMENTS and is_unit(own))
    return (found[1], own) if known else None


def is_heading(cells: Sequence[str], *, has_columns: bool) -> bool:
    """Several words and no bare numbers but years; a lone cell is the table's title."""
    filled = [cell for cell in cells if cell]
    if len(filled) < 2 or unit_of(" ".join(filled)):
        return False
    numbers = [cell for cell in filled if amount(cell)]
    if not numbers:
        return True
    years = [int(cell) for cell in numbers if _YEAR.fullmatch(cell)]
    if len(years) < len(numbers) or len(years) < (2 if has_columns else 1):
        return False
    return sorted(set(years)) == years or sorted(set(years), reverse=True) == years


def continues(heads: Sequence[Sequence[str]], cells: Sequence[str]) -> bool:
    """Whether a row of words goes on with the heading: it fills what merged cells left open."""
    if not heads or any(amount(cell) and not _YEAR.fullmatch(cell) for cell in cells):
        return False
    filled = [cell for cell in cells if cell]
    if filled and all(_IN_BRACKETS.fullmatch(cell) or is_unit(cell) for cell in filled):
        return True
    last = heads[-1]
    return bool(filled) and any(
        cell and not (last[place] if place < len(last) else "") for place, cell in enumerate(cells)
    )


def columns(heads: Sequence[Sequence[str]], given: str, year: int | None) -> list[Column]:
    """One column for each place of the widest row; `given` is the unit of the whole table."""
    width = max(map(len, heads))
    rows = [[*map(squeezed, row), *[""] * (width - len(row))] for row in heads]
    full = [_spread(rows, level) for level in range(len(rows))]
    return [
        _column([row[place] for row in full if row[place]], given, year, is_first=place == 0)
        for place in range(width)
    ]


def _spread(rows: Sequence[Sequence[str]], level: int) -> list[str]:
    """A row with merged cells written out over the columns that stand under them."""
    out: list[str] = []
    group = ""
    for place, cell in enumerate(rows[level]):
        below = any(row[place] for row in rows[level + 1 :])
        above = any(row[place] for row in rows[:level])
        if cell:
            group = cell if below else ""
        elif above or not below:
            group = ""
        out.append(cell or group)
    return out


def _column(levels: Sequence[str], given: str, year: int | None, *, is_first: bool) -> Column:
    name, of_unit, period = "", "", None
    for text in levels:
        own = _IN_BRACKETS.search(text)
        if own and (is_unit(own[1]) or _PERCENT.search(own[1]) or len(levels) == 1):
            of_unit, text = own[1], text.replace(own[0], "")
        elif _PERCENT.search(text):
            of_unit, text = text[-1].replace("％", "%"), text[:-1]
        elif len(levels) > 1 and name and is_unit(text):
            of_unit, text = text, ""
        when = _period(text, year)
        period = when or period
        if not when and text not in _PLAIN and text not in name:
            name += text
    counted = _COUNTED.search(name)
    own_unit = of_unit.strip("（）()") or (counted[1] if counted else "")
    role = _role(name, is_first=is_first)
    return Column(name, own_unit or given, bool(own_unit), period, role)


def _role(name: str, *, is_first: bool) -> str:
    if _UNIT_HEAD.match(name) and not is_first:
        return "unit"
    if _PLACE.match(name):
        return "place"
    if _DATED.match(name):
        return "year"
    return "skipped" if _SERIAL.match(name) or _PERSON.search(name) else ""


def _period(heading: str, year: int | None) -> Period | None:
    found = _TIME.match(heading)
    if not found or not heading:
        return None
    when = int(found["year"]) if found["year"] else year
    if when is None or not (found["month"] or found["last"] or found["year"]):
        return None
    first = found["first"] or found["month"]
    last = found["last"] or found["month"]
    if not first or not last:
        return Period.year(when)
    if not 1 <= int(first) <= int(last) <= 12:
        return None
    end = Period.of(f"{when}-{int(last):02d}")
    return Period(Period.of(f"{when}-{int(first):02d}").start, end.end)


def year_in(text: str) -> Period | None:
    """The period of a row whose year stands in a cell."""
    return Period.year(int(text[:4])) if _YEAR.fullmatch(text) else None
