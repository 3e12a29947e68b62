"""Units that are missing, mixed or at odds with the number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qianxian_figures import is_count, unit
from qianxian_reader._document import Code, Severity
from qianxian_reader._found import Found
from qianxian_reader._reading import Reading
from qianxian_reader._scan import Scan
from qianxian_reader.rules._numeric import between, leading
from qianxian_reader.rules._rule import Case, Rule

_UNROUND = re.compile(r"(?<![\d.])\d*[1-9](?:余|多)(?![万亿])")


def _missing(reading: Reading) -> Iterator[Case]:
    yield from _no_unit(reading)
    yield from _bare(reading)


def _no_unit(reading: Reading) -> Iterator[Case]:
    for one in reading.found:
        if one.unit_missing and one.figure.unit == "元":
            text = one.figure.span.text
            right = f"{text.replace('个', '')}元"
            yield Case(
                (one.figure.span,),
                f"“{text}”后面少了单位，应写“{right}”。",
                correction=right,
            )


# 授信108亿。 leaves the unit out where the words before it do not say which.
_BARE = Scan(
    "[0-9]+",
    r"(?<![\d.A-Za-z])\d+(?:\.\d+)?[余多]?(?:万亿|亿|(?P<ten>万))[余多]?(?=[，。；、）]|以上|左右|产值|税收|收入|贷款|资金|$)",
)
_OF_MONEY = re.compile(
    r"(?:款|贷|贷款|授信|税费?|费用?|资金|补助|补贴|救助|奖励|总值|效益|减负|减免|债|金额|余额|销售|零售|投资|收入|经费|支出|捐)[^，。；\d]{0,6}(?:\d+[余多]?(?:户|人次?|名)，?)?$"
)


def _bare(reading: Reading) -> Iterator[Case]:
    """A number in 万 or 亿 that the reader could give no unit: money without 元."""
    read = {(one.paragraph, one.start) for one in reading.found if one.unit_missing}
    for paragraph in reading.text():
        for found in _BARE.finditer(paragraph.text):
            before = paragraph.text[max(0, found.start() - _LEAD) : found.start()]
            is_money = not found["ten"] or _OF_MONEY.search(before)
            if (paragraph.number, found.start()) in read or not is_money:
                continue
            span = reading.span(paragraph.number, *found.span())
            yield Case((span,), f"“{found[0]}”后面没有单位，请写明是元、人还是别的。")


def _mixed(reading: Reading) -> Iterator[Case]:
    """90人次，其中11人: persons are no part of visits."""
    for one in reading.found:
        if one.figure.part_of is None or not one.is_listed or one.figure.unit != "人":
            continue
        whole = reading.found[one.figure.part_of]
        if whole.figure.unit == "人次":
            yield Case(
                (one.figure.span, whole.figure.span),
                f"总数用“人次”（{whole.figure.span.text}），其中一项用“人”（{one.figure.span.text}），"
                f"口径不同不能相加，请统一单位。",
            )
            return


def _unround(reading: Reading) -> Iterator[Case]:
    for one in reading.found:
        if _UNROUND.match(one.figure.span.text):
            yield Case(
                (one.figure.span,),
                f"“{one.figure.span.text}”是确数又带“余”字。能数清的直接写确数，数不清的请写到整十整百。",
            )


# What a word before a number measures; a unit of something else cannot stand beside it.
_LEADING = r"(?:总计|共计|合计|分别|累计|约|近|超过?|突破|不少于|不低于|不超过|稳定在|控制在|保持在|增加到|扩大到|提高到|增至|可|达到?|为|是|共|有|完成|实现|：)*"
# 面积比上年增加21万亩: what is more of an area is an area.
_CHANGED = (
    r"(?:(?:较|比)(?:上年|去年|往年|年初)(?:同期)?)?(?:扩大|增加|新增|减少|下降|增长)?(?:了)?"
)
_SIDE = re.compile(
    r"(?:(?P<area>面积|占地|[水旱]田|旱地|耕地|林地|园地|草地|水面|人工林|天然林)"
    r"|(?P<length>里程|全长|总长|长度)"
    r"|(?P<money>产值|收入|支出|投资|税收|利润|总额|资金|补助款|补贴款|补偿款|慰问金|余额)"
    r"|(?P<mass>产量)|(?P<people>总人口|人口数?|人数)|(?P<share>覆盖率|参保率|合格率|满意率|入学率|普及率|绿化率|硬化率|办结率|完成率|整改率))"
    + _CHANGED
    + _LEADING
    + "$"
)
_OF_SIDE = re.compile("[积地田面林程长度值入出资收润额金款量口数率]")  # no side is without
_NAMES = {
    "area": "面积",
    "length": "长度",
    "money": "金额",
    "mass": "产量",
    "people": "人数",
    "share": "比率",
}
_MEASURED = frozenset(("area", "length", "money", "mass", "volume", "ratio"))
# What else may be given of each: a yield by volume or by the piece, money in another currency.
_ALSO = {
    "mass": frozenset(("volume",)),
    "share": frozenset(("ratio", "points", "times")),
    "people": frozenset(("ratio",)),
    "money": frozenset(("ratio",)),
    "length": frozenset(("ratio",)),
    "area": frozenset(("ratio",)),
}
_NEVER_COUNTED = re.compile(
    r"(?:面积|[水旱]田|旱地|水域|里程|全长|长度|可支配收入|纯收入|总产值)"
    + _CHANGED
    + _LEADING
    + "$"
)
_COUNTS = frozenset("户人个家座处项件头只株台辆")
_LEAD = 16
_AND = re.compile(r"[、和及与，]{1,2}")
# 面积比上年增加21万亩，达到近300万亩: what it came to is in the same unit.
_CAME_TO = re.compile(
    r"，(?:已|累计|总数|总量)?(?:达到?|增至|增加到|扩大到|上升到|降至|减少到)(?:近|约|超过?)?"
)


def _unfit(reading: Reading) -> Iterator[Case]:
    """种植面积12公里: a unit that measures something else."""
    before: Found | None = None
    said: re.Match[str] | None = None
    for one in reading.found:
        words = leading(reading, one, _LEAD)
        beside = _SIDE.search(words) if _OF_SIDE.search(words) else None
        goes_on = before is not None and before.paragraph == one.paragraph and said is not None
        listed = False
        if beside is None and goes_on and before is not None and said is not None:
            words = between(reading, before, one)
            listed = "分别" in said[0] and bool(_AND.fullmatch(words))
            beside = said if listed or _CAME_TO.fullmatch(words) else None
        before, said = one, beside
        is_other = one.is_pair and not listed
        if beside is not None and not is_other:
            yield from _unfit_case(one, beside)


def _unfit_case(one: Found, beside: re.Match[str]) -> Iterator[Case]:
    side, name = beside.lastgroup or "", one.figure.unit
    is_wrong = _is_count_of_a_size(name, beside[0]) if is_count(name) else _is_other(name, side)
    if is_wrong:
        named = _NAMES[side]
        yield Case(
            (one.figure.span,),
            f"“{beside[0]}{one.figure.span.text}”的单位不对：前面说的是{named}，"
            f"“{name}”不是{named}的单位，请核对。",
        )


def _is_other(name: str, side: str) -> bool:
    dimension = unit(name).dimension
    return dimension in _MEASURED and dimension != side and dimension not in _ALSO[side]


def _is_count_of_a_size(name: str, words: str) -> bool:
    """面积300户: households are no area."""
    return name in _COUNTS and _NEVER_COUNTED.search(words) is not None


_WHOLE_THINGS = frozenset("户人家座名头只辆台栋所")
_FRACTION = re.compile(r"\d+\.\d+[^\d万亿千百]+")
_PER = re.compile(r"均|每|各|比|率|系数|指数|平均")


def _fractions(reading: Reading) -> Iterator[Case]:
    """人工林3982.2户: what is counted one by one has no decimals, but for an average."""
    for one in reading.found:
        is_counted = one.figure.unit in _WHOLE_THINGS and _FRACTION.fullmatch(one.figure.span.text)
        if is_counted and not _PER.search(leading(reading, one, _LEAD)):
            yield Case(
                (one.figure.span,),
                f"“{one.figure.span.text}”带小数：“{one.figure.unit}”是一个一个数的，不会有小数。"
                f"请核对是单位错了，还是前面少了“万”。",
            )


_ONLY_DIGITS = re.compile(r"[\d.]+")


def _no_sign(reading: Reading) -> Iterator[Case]:
    """同比增长18.3；: a text copied out of an old program has often lost all its percent signs."""
    bare = [
        one.figure.span
        for one in reading.found
        if one.figure.unit == "%"
        and _ONLY_DIGITS.fullmatch(one.figure.span.text)
        and not reading.paragraphs[one.paragraph].cells  # a column's head may say it
    ]
    if bare:
        yield Case(
            tuple(bare),
            f"增幅、比重后面少了百分号（如“{bare[0].text}”，应写“{bare[0].text}%”），共{len(bare)}处，请补上。",
        )


RULES = (
    Rule("U101", Code.UNIT, Severity.WARNING, "万、亿后面少了单位", _missing),
    Rule("U102", Code.UNIT, Severity.WARNING, "人次与人混用", _mixed),
    Rule("U103", Code.UNIT, Severity.NOTE, "确数后面带“余”", _unround),
    Rule("U104", Code.UNIT, Severity.ERROR, "单位与所说的量不符", _unfit),
    Rule("U105", Code.UNIT, Severity.WARNING, "能数清的东西带了小数", _fractions),
    Rule("U106", Code.UNIT, Severity.WARNING, "增幅、比重少了百分号", _no_sign),
)
