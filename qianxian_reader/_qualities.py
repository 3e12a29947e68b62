"""How exact a figure is said to be, and whether it is a quantity, a share, a change or a rank."""

from __future__ import annotations

import re

from qianxian_figures import Bound, Kind
from qianxian_reader._numbers import Candidate, Form

_ABOUT_BEFORE = re.compile(
    r"(?:(?<![附最邻临就靠])近|(?<![签条合公节预集履])约|大约|大概|接近|将近|约为|约有)[为有达]?$|约占[^，。；、]{0,10}的?$"
)
_OVER_BEFORE = re.compile(
    r"(?:超过?|逾|突破|不少于|不低于|(?<!不)(?:高于|多于|大于)|至少|最少|上|不小于)(?:了)?$"
)
_UNDER_BEFORE = re.compile(
    r"(?:不足|不到|(?<!不)(?:少于|低于|小于)|不超过|不高于|不大于|至多|最多|未达到?)$"
)
# What the three of them end in.
_LAST = frozenset("近约概为有达过超逾破于少上了足到多")
_OVER_AFTER = re.compile(r"^(?:及?以上|之多|有余|余(?![额款下热])|多(?=[，。；、）]|$))")
_ABOUT_AFTER = re.compile(r"^(?:左右|上下)")
_UNDER_AFTER = re.compile(r"^(?:以内|以下|之内)")

_CHANGE_WORD = (
    r"(?:(?<![稳保促])增长|增加|增产|增收|提高|提升|上升|上涨|下降|降低|减少|回落|扩大|缩小|增幅|降幅|减幅|涨幅|增速|递增|攀升|下滑|同比|环比|增值"
    r"|压减|缩减|压缩|缩短|提速|翻|减量|减产|降|(?<![新净])增|减|升)"
)
_FILLER = r"(?:了|约|近|超过?|逾|突破|不低于|不少于|达到?|为|是|保持|稳定|在|幅度?|预期|目标|至少|均|分别|目标为|一般|年均|：|力争|确保|比例|速度)*"
_OF_CHANGE = re.compile("[增提升涨降减回扩缩攀滑压翻递幅速同环]")  # no word of change is without
_CHANGE_BEFORE = re.compile(rf"{_CHANGE_WORD}{_FILLER}$")
# 扩大种植面积500亩: the verb opens the clause and the thing was there before.
_CHANGE_OPENS = re.compile(
    r"^(?:\d{1,2}月份?)?(?:同比|比上年|较上年|比去年|较去年|今年|全年|共|累计|已|再)*(?:扩大|压减|缩减|减少|降低|压缩)(?!到|至|了?融资)"
)
_COMPARED = re.compile(
    r"(?:较|比)(?:上年|去年|往年|同期|上年同期|去年同期|\d{4}年|年初|\d{4}年末)[^，]{0,12}?(?:多|少|高|低|增|减|扩大)(?:了|加)?$"
)
# 改造提升25个养老机构 counts what was improved; 同比增加25个 is a change.
_COUNTED = re.compile(r"(?!以[上下内]|左右|上下)[\u4e00-\u9fff]{2}")
# 改善提升610户: of things that are counted one by one, better is not more.
_BETTERED = re.compile(r"(?:改善|改造|整治|完善|优化|培训|巩固|修缮|质量|品质)(?:提升|提高)$")
_THINGS = frozenset("户个处座家所条栋幢间套口眼台项件块片段")
# 超计划23个百分点: how far a task was passed is no growth.
_BEYOND = re.compile(r"超(?:额|计划|任务|目标|序时进度|进度)[^，。；]{0,4}$")
_REACHING = re.compile(r"(?:到|至)(?:了|约|近)?$")


def bound(text: str, figure: Candidate) -> Bound:
    before, after = (
        text[max(0, figure.start - 14) : figure.start],
        text[figure.end : figure.end + 4],
    )
    if figure.about is Bound.OVER or _OVER_AFTER.match(after):
        return Bound.OVER
    # Most numbers follow a word that says nothing of the kind: one look at its end is enough.
    is_led_up = before[-1:] in _LAST or "约占" in before
    if _ABOUT_AFTER.match(after) or (is_led_up and _ABOUT_BEFORE.search(before)):
        return Bound.ABOUT
    if _UNDER_AFTER.match(after) or (is_led_up and _UNDER_BEFORE.search(before)):
        return Bound.UNDER
    return Bound.OVER if is_led_up and _OVER_BEFORE.search(before) else Bound.EXACT


def kind(clause_before: str, figure: Candidate, following: str = "") -> Kind:
    """`clause_before` is what stands in the clause before the number, `following` after it."""
    if figure.form is Form.RANK:
        return Kind.RANK
    words = clause_before[-24:]
    if figure.unit in ("百分点", "千分点", "倍"):
        return Kind.LEVEL if _BEYOND.search(words) else Kind.CHANGE
    is_share = figure.form in (Form.PERCENT, Form.SHARE)
    is_bettered = figure.unit in _THINGS and _BETTERED.search(words)
    if not _REACHING.search(words) and not is_bettered:
        opens = not is_share and _CHANGE_OPENS.match(clause_before)
        changed = (
            _OF_CHANGE.search(words)
            and _CHANGE_BEFORE.search(words)
            and (is_share or not _COUNTED.match(following))
        )
        is_compared = ("较" in words or "比" in words) and _COMPARED.search(words)
        if changed or opens or is_compared:
            return Kind.CHANGE
    return Kind.RATE if is_share else Kind.LEVEL
