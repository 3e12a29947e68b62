"""Numbers with their units in a paragraph, as candidates: whether each is a figure is ruled later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache

from qianxian_figures import Bound, arabic, canonical, chinese, scale, spellings
from qianxian_reader._scan import Scan
from qianxian_reader._unit_guards import NOT_BEFORE, NOT_READ


class Form(Enum):
    """How a number is written; rulings differ."""

    ARABIC = "arabic"
    CHINESE = "chinese"
    PERCENT = "percent"
    SHARE = "share"  # 三分之二, 1/3, 九成
    RANK = "rank"
    BARE = "bare"  # 万 or 亿 without a unit


@dataclass(frozen=True, slots=True)
class Candidate:
    start: int
    end: int
    value: Decimal
    unit: str
    form: Form
    text: str
    high: Decimal | None = None
    about: Bound = Bound.EXACT  # what stands inside the number: 20余台


_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_SCALE = r"(?:[十百千]?万亿|[十百千][余多]?[万亿]|个[余多]?亿(?!元)|[万亿]|[百千](?=[余多]?[元亩人户斤吨米公平立名个只头株棵台件辆次家门部册盏栋处条套张份]))"
_MORE = r"[余多来]"
_CN = "零〇一二两三四五六七八九十百千万亿"


def _unit_pattern() -> str:
    """All spellings, by their first characters: most runs of text are no unit after one look."""
    by_first: dict[str, list[str]] = {}
    for spelling in spellings():
        if spelling in NOT_READ:
            continue
        guard = NOT_BEFORE.get(spelling, "")
        ascii_end = "(?![A-Za-z])" if spelling[-1].isascii() and spelling[-1].isalpha() else ""
        rest = re.escape(spelling[1:]) + (f"(?!{guard})" if guard else "") + ascii_end
        by_first.setdefault(spelling[0], []).append(rest)
    # 3000亿度 is electricity; 5度 may be an angle, a temperature or a degree of anything.
    firsts = "".join(map(re.escape, {*by_first, "度"}))
    groups = (f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in by_first.items())
    return f"(?=[{firsts}])(?:{'|'.join(groups)}|(?<=[万亿])度(?!数))"


_UNIT = _unit_pattern()
_PER = r"(?:[/·](?:人|户|亩|吨|年|月|天|日|平方公里|公顷|平方米|㎡|立方米|公斤|斤|千瓦时|度|次|辆|件|个|株|头|小时))*"
_DASH = r"(?:-|—|–|~|～|至|到)"

_ARABIC = Scan(
    "[0-9]+",
    rf"(?:(?<![\d.A-Za-z])|(?<=GDP))"
    rf"(?:(?P<low>{_DIGITS})(?P<lowscale>{_SCALE})?(?P<lowunit>%|{_UNIT})?{_DASH})?"
    rf"(?:(?P<lead>\d{{1,4}})(?P<leadscale>[万亿])(?=\d+[百千万]))?"
    rf"(?P<number>{_DIGITS})(?P<more1>{_MORE})?(?P<scale>{_SCALE})?(?P<more2>{_MORE})?"
    rf"(?:(?P<unit>个百分点|个千分点|百分点|[%‰]|{_UNIT})(?P<per>{_PER})|(?P<bare>(?<=[万亿])))",
)
_MINUS = re.compile(
    r"(?:(?<![\d.A-Za-z])|(?<=GDP))(?:(?<![\d%\u4e00-\u9fff）])-|(?<=[为是达到至长降幅])-)"
)
_CHINESE = Scan(
    f"[{_CN}]",
    rf"(?P<share>(?:[{_CN}]+分之[{_CN}点]+))"
    rf"|(?<![数几\d])(?P<number>[{_CN}]+)(?P<more1>{_MORE})?(?P<scale>[万亿])?(?P<more2>{_MORE})?(?P<unit>{_UNIT})(?P<per>{_PER})",
)
_NO_SCALE = re.compile("[个余多来]")
_ONE = Decimal(1)
# 三四 in 三四十户; 一二三 is none, nor is 二三 in 一百二三.
_NEIGHBOURS = re.compile(
    "(?<![一二两三四五六七八九])(?:一两|一二|二三|两三|三四|三五|四五|五六|六七|七八|八九)(?![一二三四五六七八九])"
)
_RANK = re.compile(
    rf"第(?P<number>\d{{1,3}}|[{_CN}]{{1,3}})(?:(?P<unit>位|名)(?!单|誉|校|师)|(?=[，。；、）和的]|$))"
)
_FIRST = re.compile(r"(?:居|列|名列|位列|位居)[^，。；、]{0,8}?(?P<text>首位|榜首)")
# Ages and years are no quantities, but for these two; 度 is one of electricity alone.
_LIFETIME = re.compile(
    r"(?<![\d.])(?P<number>\d{1,2}(?:\.\d{1,2})?)(?P<unit>年|岁)(?![\d月—-])|(?<![\d.])(?P<power>\d+(?:\.\d+)?)度"
)
_LIVED = re.compile(r"(?:教育年限|(?:预期|期望|平均)寿命)[^。；]{0,24}$")
_POWER = re.compile(r"电量(?:为|达|约|近|仅)*$")
_LEAD = 40
_TOP = Scan(
    "前",
    rf"(?<=[^目之以])前(?P<number>\d{{1,3}}|[{_CN}]{{1,3}})(?:(?P<unit>位|名)(?!单|誉)|(?=[，。；、）]|$))",
)
_RANKED = re.compile(r"(?:居|列|排名|排在|位次|跃至|升至|升到|保持)\S{0,12}$|[省市县区镇乡国]$|名$")
_SLASHED = re.compile(r"(?<![\d./])(?P<top>\d{1,2})/(?P<bottom>\d{1,2})(?![\d/年月])")
_TENTHS = re.compile(
    r"(?P<number>[一二三四五六七八九])成(?:(?P<half>半)|(?P<more>多))?(?=以上|左右|以下|[，。；、的）]|$)"
)


# 同比增长18.3；, 占年计划的58.2，: the percent sign was lost.
_LEAD_TO_GROWTH = 22
_NO_UNIT = re.compile(r"[0-9](?=[，。；、（）]|$)")
_RISEN_BY = re.compile(
    r"(?:(?:同比|环比|可比|比[上去]年|较[上去]年|年均)[^，。；\d]{0,6}(?:增长|下降|上升|回落|提高)(?:了|约|近)?|[，、（](?:增长|下降)"
    r"|占[^，。；]{0,6}(?:计划|任务|目标)的)(?P<number>\d{1,3}(?:\.\d{1,2})?)$"
)


def candidates(text: str) -> list[Candidate]:
    """All numbers with units of a paragraph, in order, none inside another."""
    found = sorted(
        (
            *_arabic(text),
            *_chinese(text),
            *_ranks(text),
            *_shares(text),
            *_lifetimes(text),
            *_without_sign(text),
        ),
        key=lambda one: (one.start, -one.end),
    )
    out: list[Candidate] = []
    for one in found:
        if not out or one.start >= out[-1].end:
            out.append(one)
    return out


def _arabic(text: str) -> Iterator[Candidate]:
    for found in _ARABIC.finditer(text):
        unit, per = found["unit"] or "", found["per"] or ""
        spoken = found["scale"] or ""
        factor = scale(_NO_SCALE.sub("", spoken)) if spoken else _ONE
        value = _value(found["number"]) * factor
        if found["lead"]:
            value += _value(found["lead"]) * scale(found["leadscale"])  # 1亿2000万元
        start, high = found.start(), None
        if start and _MINUS.match(text, start - 1):
            start, value = start - 1, -value
        if found["low"]:
            low = _low(found, factor)
            if low is not None and _is_range(found, low, value):
                value, high = low, value
            else:
                start = found.start("number")
        percent = unit in ("%", "‰", "百分点", "个百分点", "个千分点")
        yield Candidate(
            start=start,
            end=found.end(),
            value=value,
            unit=_unit(unit, per),
            form=Form.PERCENT if percent else Form.ARABIC if unit else Form.BARE,
            text=text[start : found.end()],
            high=high,
            about=Bound.OVER if _says_more(found, spoken) else Bound.EXACT,
        )


def _says_more(found: re.Match[str], spoken: str) -> bool:
    return bool(found["more1"] or found["more2"] or any(more in spoken for more in "余多来"))


def _value(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))


def _low(found: re.Match[str], factor: Decimal) -> Decimal | None:
    """The lower end of a range; a scale after the upper end holds for both (3—5万元)."""
    low = _value(found["low"])
    if found["lowscale"]:
        return low * scale(found["lowscale"])
    return low if found["lowunit"] else low * factor


def _is_range(found: re.Match[str], low: Decimal, high: Decimal) -> bool:
    if low >= high:
        return False
    unit = found["unit"] or ""
    return not found["lowunit"] or canonical(found["lowunit"]) == canonical(unit)


@lru_cache(maxsize=1024)
def _unit(unit: str, per: str) -> str:
    name = canonical(unit) if unit else ""
    # 元/人/年 is money a head: the measure says whose, the unit stays 元.
    kept = [
        part
        for part in re.split("[/·]", per)
        if part and part not in ("人", "年", "户", "月", "天", "日")
    ]
    return "/".join((name, *map(canonical, kept)))


def _chinese(text: str) -> Iterator[Candidate]:
    for found in _CHINESE.finditer(text):
        if found["share"]:
            value, high = _fraction(found["share"]), None
            unit, form = "%", Form.SHARE
        else:
            value, high = _spoken(found["number"], found["scale"] or "")
            unit, form = _unit(found["unit"], found["per"]), Form.CHINESE
        if value is not None:
            more = not found["share"] and (found["more1"] or found["more2"])
            yield Candidate(
                found.start(),
                found.end(),
                value,
                unit,
                form,
                found[0],
                high=high,
                about=Bound.OVER if more else Bound.EXACT,
            )


def _spoken(number: str, after: str) -> tuple[Decimal | None, Decimal | None]:
    """A number in words, times the scale after it; 三四十 is 30 to 40, 十五六 is 15 to 16."""
    ends = [number]
    pair = _NEIGHBOURS.search(number)
    if pair is not None and "零" not in number and "〇" not in number:
        ends = [number.replace(pair[0], digit, 1) for digit in pair[0]]
    values = [chinese(end) for end in ends]
    factor = scale(after)
    low, high = values[0], values[-1]
    if low is None or high is None:
        return None, None
    return low * factor, high * factor if len(ends) > 1 else None


def _fraction(text: str) -> Decimal | None:
    bottom, _, top = text.partition("分之")
    parts = chinese(bottom), chinese(top)
    if parts[0] is None or parts[1] is None or not parts[0]:
        return None
    return _percent(parts[1], parts[0])


def _percent(top: Decimal, bottom: Decimal) -> Decimal:
    share = top * 100 / bottom
    return share if share == share.to_integral() else share.quantize(Decimal("0.01"))


def _ranks(text: str) -> Iterator[Candidate]:
    for found in _RANK.finditer(text):
        value = arabic(found["number"]) or chinese(found["number"])
        is_rank = bool(found["unit"]) or bool(_RANKED.search(text[: found.start()][-14:]))
        if value is not None and is_rank:
            yield Candidate(found.start(), found.end(), value, "位", Form.RANK, found[0])
    for found in _FIRST.finditer(text):
        yield Candidate(
            found.start("text"), found.end(), Decimal(1), "位", Form.RANK, found["text"]
        )
    for found in _TOP.finditer(text):
        value = arabic(found["number"]) or chinese(found["number"])
        is_rank = bool(found["unit"]) or bool(_RANKED.search(text[: found.start()][-14:]))
        if value is not None and is_rank:
            yield Candidate(found.start(), found.end(), value, "位", Form.RANK, found[0])


def _lifetimes(text: str) -> Iterator[Candidate]:
    """平均受教育年限10.2年, 人均预期寿命76.8岁, 人均用电量34度."""
    if "年限" not in text and "寿命" not in text and "电量" not in text:
        return
    for found in _LIFETIME.finditer(text):
        said = _POWER if found["power"] else _LIVED
        if said.search(text[max(0, found.start() - _LEAD) : found.start()]):
            value = Decimal(found["power"] or found["number"])
            yield Candidate(*found.span(), value, found["unit"] or "度", Form.ARABIC, found[0])


def _without_sign(text: str) -> Iterator[Candidate]:
    for ended in _NO_UNIT.finditer(text):
        end = ended.end()
        found = _RISEN_BY.search(text[max(0, end - _LEAD_TO_GROWTH) : end])
        if found:
            number = found["number"]
            start = end - len(number)
            yield Candidate(start, end, Decimal(number), "%", Form.PERCENT, number)


def _shares(text: str) -> Iterator[Candidate]:
    for found in _SLASHED.finditer(text) if "/" in text else ():
        top, bottom = Decimal(found["top"]), Decimal(found["bottom"])
        if 0 < top < bottom:
            yield Candidate(
                found.start(), found.end(), _percent(top, bottom), "%", Form.SHARE, found[0]
            )
    for found in _TENTHS.finditer(text):
        value = chinese(found["number"])
        if value is not None:
            value = value * 10 + (5 if found["half"] else 0)
            about = Bound.OVER if found["more"] else Bound.EXACT
            yield Candidate(
                found.start(), found.end(), value, "%", Form.SHARE, found[0], about=about
            )
