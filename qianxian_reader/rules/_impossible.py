"""Values that cannot be: a share over a hundred, a part larger than its whole."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterator
from itertools import pairwise

from qianxian_figures import Bound, Kind
from qianxian_reader._document import Code, Severity
from qianxian_reader._found import Found
from qianxian_reader._reading import Reading
from qianxian_reader._scan import Scan
from qianxian_reader.rules._numeric import between, leading
from qianxian_reader.rules._rule import Case, Rule

# Shares of a whole: nothing of the kind can pass a hundred.
_SHARE = re.compile(
    r"(?:接种|参保|参合|覆盖|合格|满意|办结|整改|入户|普及|就业|达标|优良|硬化|绿化|使用|到位|签约|处置|治理|化解|回复|"
    r"响应|利用|脱贫|销号|调解成功|火化|收缴|入学|巩固|完好|机械化|净化|检测|发放|兑现|及格|出勤|到会|参会|知晓|回收|清运|"
    r"解决|办复|完工|拆除|复垦|空置|失业|城镇化|支付|确权|处理|转化|可办|安置|纳入|帮扶|成活|通车|监测|管护|升学)率[均都也]?$"
    r"|满意度[均都也]?$|(?:占比|比重|比例)[均都也]?$|占[^，]{1,16}$"
)
_RATE = re.compile(r"率[均都也]?$")
# A task may be done over 100 %, and so may what is measured against another year.
_OF_OTHERS = re.compile(r"计划|任务|目标|同期|上年|去年|(?<!公共)预算|额定|序时|进度")
# Rates that are no shares of a whole.
_NO_SHARE = re.compile(
    r"毛入[学园]|完成率|达成率|完成比|增长|增[速值加收]|递增|上升|提高|下降|"
    r"[利税汇费]率|收益|回报|报酬|周转|产销|负荷|产能|开工|存贷|贷存|负债|杠杆|拨备|偿付|流动比|速动比|容积|自给|贡献|"
    r"消费率|投资率|储蓄|依存|替代|保值|床位|病床|上座|客座|出租|入住|超|订单|成本|功率|效率|频率|速率|倍率|斜率|概率|曝光|"
    r"点击|转发|复种|换手|溢价|抵押|质押|保证率|保障率|供需|性别比|抚养比|盈利|毛利|净资产|分辨率|心率|产业化率"
)
_HUNDRED = 100
_LEAD = 10


def _over_hundred(reading: Reading) -> Iterator[Case]:
    for one in reading.found:
        figure = one.figure.figure
        is_over = figure.kind is Kind.RATE and figure.unit == "%" and one.figure.value > _HUNDRED
        if not is_over or not _is_share(figure.measure):
            continue
        is_known = _SHARE.search(figure.measure) is not None
        yield Case(
            (one.figure.span,),
            f"“{figure.measure}”是{one.figure.span.text}，超过了100%。比率不能大于全部，"
            f"多半是分母用错了，请核对分子和分母是不是同一批对象。",
            severity=None if is_known else Severity.WARNING,
        )


def _is_share(measure: str) -> bool:
    """Most rates are shares of a whole; those that are not are known by name."""
    if _OF_OTHERS.search(measure):
        return False
    if _RATE.search(measure):
        return _NO_SHARE.search(measure) is None
    return _SHARE.search(measure) is not None


def _part_over_whole(reading: Reading) -> Iterator[Case]:
    for one in reading.found:
        if one.figure.part_of is None or not one.is_listed:
            continue
        whole = reading.found[one.figure.part_of]
        part_figure, figure = one.figure.figure, whole.figure.figure
        same = part_figure.unit == figure.unit and part_figure.kind is figure.kind is Kind.LEVEL
        both = part_figure.status is figure.status  # done with done, planned with planned
        exact = part_figure.bound in (Bound.EXACT, Bound.OVER) and figure.bound is Bound.EXACT
        is_more = same and both and exact and one.figure.value > whole.figure.value
        if is_more and not _is_other_land(reading, one, whole):
            yield Case(
                (one.figure.span, whole.figure.span),
                f"部分大于全部：其中一项是{one.figure.span.text}，而总数是{whole.figure.span.text}。请核对这两个数。",
            )


_OTHER_LAND = re.compile(
    r"，(?:林地|园地|草地|水面|水域|荒山|湿地|建设用地)(?:面积)?(?:达到?|为|有)?$"
)


def _is_other_land(reading: Reading, one: Found, whole: Found) -> bool:
    """耕地320亩，其中水田80亩，林地1200亩: woods are no part of the fields."""
    is_next = _OTHER_LAND.search(leading(reading, one, _LEAD)) is not None
    return is_next and "耕地" in whole.figure.measure


def _over_whole(reading: Reading) -> Iterator[Case]:
    yield from _part_over_whole(reading)
    yield from _listed_over_whole(reading)


# 其中水田80亩、旱田930亩; a new clause goes on with the list where its name is of the same kind.
_NEXT_PART = re.compile(r"(?:、|，|和)(?P<name>[\u4e00-\u9fff]{1,6})")
_NOT_A_PART = re.compile(r"[共总另还新年达增]|完成|累计|面积")


def _listed_over_whole(reading: Reading) -> Iterator[Case]:
    """其中李子30亩、葡萄365亩 of 320亩: what is too large for a part is no part to the reader."""
    for one, other in pairwise(reading.found):
        if one.figure.part_of is None or not one.is_listed or other.figure.part_of is not None:
            continue
        whole = reading.found[one.figure.part_of]
        is_level = other.figure.figure.kind is whole.figure.figure.kind is Kind.LEVEL
        same = one.figure.unit == other.figure.unit == whole.figure.unit
        both = other.figure.figure.status is whole.figure.figure.status
        if not (is_level and same and both) or other.figure.value <= whole.figure.value:
            continue
        if one.sentence == other.sentence and _goes_on(reading, one, other):
            yield Case(
                (other.figure.span, whole.figure.span),
                f"部分大于全部：其中一项是{other.figure.span.text}，而总数是{whole.figure.span.text}。请核对这两个数。",
            )


def _goes_on(reading: Reading, one: Found, other: Found) -> bool:
    if one.paragraph != other.paragraph:
        return False
    found = _NEXT_PART.fullmatch(between(reading, one, other))
    if found is None or _NOT_A_PART.search(found["name"]):
        return False
    before = re.split("[，、：（和]|其中", leading(reading, one, _LEAD))[-1]
    pair = {before, found["name"]} == {"男", "女"}
    return pair or found[0][0] != "，" or before[-1:] == found["name"][-1]


_DATE = Scan(
    "[0-9]+", r"(?<!\d)(?:(?P<year>(?:19|20)\d{2})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日"
)
_MONTH = Scan("[12][09]", r"(?<!\d)(?:19|20)\d{2}年(?P<month>\d{1,2})月")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _dates(reading: Reading) -> Iterator[Case]:
    """13月, 2月30日."""
    for paragraph in reading.text():
        for found in (*_DATE.finditer(paragraph.text), *_MONTH.finditer(paragraph.text)):
            if not _is_day(found.groupdict()):
                span = reading.span(paragraph.number, *found.span())
                yield Case((span,), f"没有“{found[0]}”这个日期，请核对。")


def _is_day(named: dict[str, str | None]) -> bool:
    month, day = int(named["month"] or 0), int(named.get("day") or 1)
    if not 1 <= month <= len(_DAYS) or not 1 <= day <= _DAYS[month - 1]:
        return False
    year = named.get("year")
    return year is None or (month, day) != (2, 29) or isleap(int(year))


RULES = (
    Rule("I101", Code.IMPOSSIBLE, Severity.ERROR, "比率超过100%", _over_hundred),
    Rule("I102", Code.IMPOSSIBLE, Severity.ERROR, "部分大于全部", _over_whole),
    Rule("I103", Code.IMPOSSIBLE, Severity.ERROR, "没有的日期", _dates),
)
