"""The same thing with two values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from qianxian_figures import Bound, Figure, Kind, Status, convert, is_comparable
from qianxian_reader._document import Code, Role, Severity
from qianxian_reader._found import Found
from qianxian_reader._match import core
from qianxian_reader._measure_words import ATTRIBUTE, OF_THE_PLACE, WORK
from qianxian_reader._reading import Reading
from qianxian_reader.rules._rule import Case, Rule

# What stands at a date has one value; what happens may happen several times.
_STANDING = re.compile(
    r"(?:面积|人口|户数|户籍|总产值|总收入|产量|总值|增加值|预算收入|纯收入|可支配收入|零售总额|覆盖率|参保率|普及率|城镇化率|里程|库容|耕地|林地|行政村|村民小组|社区|自然屯|居委会|党员)$"
)
_TOTAL = re.compile(
    r"(?:今年|全年|共|累计|全镇|全乡|全县|全村|年度|总计|合计|以来|来)[^，。；]{0,8}$"
)
_DISTANCE = re.compile(
    r"(?:距|距离|居|地处|位于)[^，。；、]{0,24}?([\u4e00-\u9fff]{2,4})(?:约|仅|处)?$"
)
# The names of a count that holds nothing else: 总户数 without its last word would say nothing.
_HOUSEHOLDS = re.compile(r"(?:总|户籍|常住)(?:总)?(?:户数|人数)$")
_COUNTED = frozenset("个户座处口家间栋")
# 林地总面积, 有林地 and 林地面积 are one thing.
_PLAIN = re.compile(r"^有|总(?=面积$|产量$|收入$|人口$)|(?<=[\u4e00-\u9fff]{2})面积$")
_SHORTEST = 2
_CLAUSE = 80  # characters before a number that may belong to its clause
_MOST = 60  # mentions of one thing that are compared with each other
_ABOUT = Decimal("0.1")
_MUCH, _LITTLE = Decimal(2), Decimal("1.15")


def _two_values(reading: Reading) -> Iterator[Case]:
    groups: dict[tuple[str, ...], list[Found]] = defaultdict(list)
    for one in reading.found:
        key = _key(reading, one)
        if key:
            groups[key].append(one)
    for key, members in groups.items():
        pair = _first_clash(members)
        if pair:
            name = key[0] if key[0].startswith("距") else pair[0].figure.measure
            yield _case(name, *pair)
            yield from (_case(name, pair[0], other) for other in _others(members, pair))


def _key(reading: Reading, one: Found) -> tuple[str, ...] | None:
    """What the figure is a value of, for whom and when; None where two values may stand side by side."""
    figure = one.figure.figure
    if figure.status is not Status.ACTUAL or figure.kind not in (Kind.LEVEL, Kind.RATE):
        return None
    if one.is_pair and figure.unit != "人":
        return None  # 2万亿元、达23562亿元; but 1200户3800人 are two counts
    if one.figure.part_of is not None or reading.role_of(one.paragraph) is Role.PLAN:
        return None
    before = _before(reading, one)
    distance = _DISTANCE.search(before) if figure.unit in ("公里", "米") else None
    if distance:
        return (f"距{distance[1]}的距离", "公里", "")
    name = core(figure.measure)
    if _HOUSEHOLDS.search(figure.measure) and re.search("户数|人数", before):
        name = figure.measure
    is_standing = bool(_STANDING.search(name))
    name = _PLAIN.sub("", name)
    is_side = name in ATTRIBUTE and name not in OF_THE_PLACE
    if len(name) < _SHORTEST or is_side or not (is_standing or _is_total(name, before)):
        return None
    unit = "个" if figure.unit in _COUNTED else _dimension(figure.unit)
    return (name, unit, figure.place, str(figure.period or ""))


def _is_total(name: str, before: str) -> bool:
    """全年改厕…: a total of what its own clause names; 累计保障… takes its thing from elsewhere."""
    is_named = name[:_SHORTEST] in before and name not in WORK
    return is_named and _TOTAL.search(before) is not None


def _dimension(unit: str) -> str:
    for base in ("平方米", "米", "公斤", "立方米"):
        if is_comparable(unit, base):
            return base
    return unit


def _before(reading: Reading, one: Found) -> str:
    text = reading.paragraphs[one.paragraph].text
    return re.split(r"[，。；：（]", text[max(0, one.start - _CLAUSE) : one.start])[-1]


def _first_clash(members: Sequence[Found]) -> tuple[Found, Found] | None:
    for one, other in combinations(members[:_MOST], 2):
        same_clause = (one.paragraph, one.clause) == (other.paragraph, other.clause)
        if not same_clause and _clash(one.figure.figure, other.figure.figure):
            return one, other
    return None


def _others(members: Sequence[Found], pair: tuple[Found, Found]) -> list[Found]:
    """Further mentions that fit neither of the two that clash."""
    return [
        one
        for one in members[:_MOST]
        if one not in pair
        and all(_clash(said.figure.figure, one.figure.figure) for said in pair)
        and all((said.paragraph, said.clause) != (one.paragraph, one.clause) for said in pair)
    ]


def _clash(one: Figure, other: Figure) -> bool:
    if one.value is None or other.value is None:
        return False
    value = other.value
    if one.unit != other.unit and is_comparable(one.unit, other.unit):
        value = convert(other.value, other.unit, one.unit)
    return not (_allows(one.bound, one.value, value) and _allows(other.bound, value, one.value))


def _over(said: Decimal) -> Decimal:
    """How much more a value may be: 14万多 is no 16万, but 1000余 may be anything up to 2000."""
    return _MUCH if len(said.normalize().as_tuple().digits) == 1 else _LITTLE


def _allows(bound: Bound, said: Decimal, value: Decimal) -> bool:
    """Whether a value is within what another figure says of itself."""
    if bound is Bound.OVER:
        return said <= value <= said * _over(said)
    if bound is Bound.UNDER:
        return value <= said
    slack = said * (_ABOUT if bound is Bound.ABOUT else Decimal("0.001"))
    return abs(value - said) <= abs(slack)


def _case(name: str, one: Found, other: Found) -> Case:
    first, second = one.figure.span, other.figure.span
    hint = "。两个数的数字相同、次序不同，可能有一处写颠倒了" if _transposed(one, other) else ""
    where = "同一行" if first.line == second.line else f"第{first.line}行和第{second.line}行"
    return Case(
        (first, second),
        f"“{name}”在{where}数值不一：前面是{first.text}，后面是{second.text}{hint}。请核对哪个是准的，"
        f"或写明各自的时间、范围。",
        quote=second.text,
    )


def _transposed(one: Found, other: Found) -> bool:
    digits = [re.sub(r"\D", "", found.figure.span.text) for found in (one, other)]
    return digits[0] != digits[1] and len(digits[0]) > 1 and sorted(digits[0]) == sorted(digits[1])


def _plan_turned_around(reading: Reading) -> Iterator[Case]:
    """967 planned where 976 were done: the same digits in another order."""
    done: dict[str, list[Found]] = defaultdict(list)
    for one in reading.found:
        figure = one.figure.figure
        if figure.kind is Kind.LEVEL and one.figure.value >= 100:
            name = core(figure.measure)
            if figure.status is Status.ACTUAL:
                done[name].append(one)
            for earlier in done.get(name, ()) if figure.status is Status.PLAN else ():
                if _transposed(earlier, one) and earlier.figure.unit == figure.unit:
                    yield _turned_case(name, earlier, one)


def _turned_case(name: str, one: Found, other: Found) -> Case:
    first, second = one.figure.span, other.figure.span
    return Case(
        (first, second),
        f"“{name}”完成数{first.text}（第{first.line}行）与计划数{second.text}（第{second.line}行）数字相同、次序不同，"
        f"可能有一处写颠倒了，请核对。",
        quote=second.text,
    )


RULES = (
    Rule("C101", Code.CONTRADICTION, Severity.ERROR, "同一个数前后不一", _two_values),
    Rule(
        "C102", Code.CONTRADICTION, Severity.NOTE, "计划数与完成数像是写颠倒了", _plan_turned_around
    ),
)
