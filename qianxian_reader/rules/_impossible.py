"""Values that cannot be: a share over a hundred, a part larger than its whole."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterator
from itertools import pairwise

from qianxian_figures import Bound, Kind, Status
from qianxian_reader._document import Code, Severity
from qianxian_reader._found import Found
from qianxian_reader._reading import Reading
from qianxian_reader.rules._numeric import between, leading
from qianxian_reader.rules._rule import Case, Rule

# Shares of a whole. A task may be done over 100 %, a gross enrolment or a loan ratio may pass it.
_SHARE = re.compile(
    r"(?:接种|参保|参合|覆盖|合格|满意|办结|整改|入户|普及|就业|达标|优良|硬化|绿化|使用|到位|签约|处置|治理|化解|回复|"
    r"响应|利用|脱贫|销号|调解成功|火化|收缴|入学|巩固|完好|机械化|净化|检测|发放|兑现|及格|出勤|到会|参会|知晓|回收|清运|"
    r"解决|办复|完工|拆除|复垦|空置|失业|城镇化|支付|确权|颁证|安置|纳入|帮扶|升学|成活|通车|通畅|通达|供水|自来水|通水|"
    r"通电|上线|登记|建档|建卡|持证|录用|续签|公开|办理|采纳|采用|答复|受理|立案|破案|结案|审结|执结|起诉|巡查|排查|检查|"
    r"抽检|监测|管护|保洁|收集|无害化|资源化|综合利用|普惠|在园|巩固|升级|救助|保障|落实|履约|签订|投票|参选|到岗|"
    r"入园|入库|培训|抵达|送达|识别|整治|清零|复查|回访|反馈|产业化|去向落实|病死|死亡|缺勤)率均?$"
    r"|满意(?:率|度)均?$|(?:占比|比重|比例|比率)均?$|占[^，]{1,16}$"
)
_MAY_EXCEED = re.compile(
    r"毛入[学园]率|计划|任务|目标|同期|上年|去年|(?<!公共)预算|额定|序时|进度|拨备|(?:床位|病床)使用率"
)
_HUNDRED = 100


def _over_hundred(reading: Reading) -> Iterator[Case]:
    for one in reading.found:
        figure = one.figure.figure
        is_share = figure.kind is Kind.RATE and figure.unit == "%" and one.figure.value > _HUNDRED
        if is_share and _SHARE.search(figure.measure) and not _MAY_EXCEED.search(figure.measure):
            yield Case(
                (one.figure.span,),
                f"“{figure.measure}”是{one.figure.span.text}，超过了100%。比率不能大于全部，"
                f"多半是分母用错了，请核对分子和分母是不是同一批对象。",
            )


def _part_over_whole(reading: Reading) -> Iterator[Case]:
    for one in reading.found:
        if one.figure.part_of is None or not one.is_listed:
            continue
        whole = reading.found[one.figure.part_of]
        part_figure, figure = one.figure.figure, whole.figure.figure
        same = part_figure.unit == figure.unit and part_figure.kind is figure.kind is Kind.LEVEL
        both = part_figure.status is figure.status is Status.ACTUAL
        exact = part_figure.bound in (Bound.EXACT, Bound.OVER) and figure.bound is Bound.EXACT
        if same and both and exact and one.figure.value > whole.figure.value:
            yield Case(
                (one.figure.span, whole.figure.span),
                f"部分大于全部：其中一项是{one.figure.span.text}，而总数是{whole.figure.span.text}。请核对这两个数。",
            )


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
        both = other.figure.figure.status is whole.figure.figure.status is Status.ACTUAL
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
    before = re.split("[，、：（和]|其中", leading(reading, one, 8))[-1]
    pair = {before, found["name"]} == {"男", "女"}
    return pair or found[0][0] != "，" or before[-1:] == found["name"][-1]


_DATE = re.compile(r"(?<!\d)(?:(?P<year>(?:19|20)\d{2})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_MONTH = re.compile(r"(?<!\d)(?:19|20)\d{2}年(?P<month>\d{1,2})月")
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
