"""Values that cannot be: a share over a hundred, a part larger than its whole."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterator

from qianxian_figures import Bound, Kind, Status
from qianxian_reader._document import Code, Severity
from qianxian_reader._reading import Reading
from qianxian_reader.rules._rule import Case, Rule

# Shares of a whole. A task may be done over 100 %, a gross enrolment or a loan ratio may pass it.
_SHARE = re.compile(
    r"(?:接种|参保|参合|覆盖|合格|满意|办结|整改|入户|普及|就业|达标|优良|硬化|绿化|使用|到位|签约|处置|治理|化解|回复|"
    r"响应|利用|脱贫|销号|调解成功|火化|收缴|入学|巩固|完好|机械化|净化|检测|发放|兑现|及格|出勤|到会|参会|知晓|回收|清运|"
    r"解决|办复|完工|开工|拆除|复垦|空置|失业|城镇化|支付)率$|(?:占比|比重|比例)$|占[^，]{1,12}$"
)
_MAY_EXCEED = re.compile(r"毛入学率|计划|任务|目标|同期|上年|去年|预算|额定|序时|进度")
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
    Rule("I102", Code.IMPOSSIBLE, Severity.ERROR, "部分大于全部", _part_over_whole),
    Rule("I103", Code.IMPOSSIBLE, Severity.ERROR, "没有的日期", _dates),
)
