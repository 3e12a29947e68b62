"""Rates and shares that do not follow from the numbers beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from qianxian_figures import Kind
from qianxian_reader._document import Code, Severity
from qianxian_reader._found import Found
from qianxian_reader._reading import Reading
from qianxian_reader.rules._numeric import (
    between,
    is_exact,
    is_level,
    leading,
    plain,
    precision,
    sentences,
    shown,
)
from qianxian_reader.rules._rule import Case, Rule

_POINTS = Decimal(2)
_NEARLY_ALL = Decimal(99)
_ROUNDING = Decimal("0.051")
_NO_RATE = re.compile(r"增长率|发生率|出生率|自然增长|利率|税率|失业率|容积率")
_SHARE = re.compile(r"，?占(?:比)?(?:为|达|约)?$")
_OF_TASK = re.compile(
    r"(?:占|完成|达到?)(?:了)?(?:全?年度?|年初|县|乡|镇|市|下达)*(?:计划|任务|目标)数?的?$"
)
_TASK = re.compile(r"(?:计划|任务|目标)(?:数|完成|投资|为|是|[\u4e00-\u9fff]{0,8})$")
_OTHER_SHARE = Decimal(15)  # further off it is a share of something else
_ANY = Decimal("Infinity")
_LEAD = 14
# ，办结率达到; the deed that a rate is named after, said of the count before it.
_RATE_OF = re.compile(
    r"[，、（]?[\u4e00-\u9fff]{0,6}?(?P<deed>[\u4e00-\u9fff]{2})率(?:已|约|仅|均)?(?:达到?|为|是)?(?:了|约|到)?"
)
# What is called for or met with, before the count that was done of it.
_CALLED_FOR = re.compile(
    r"应|计划|任务|目标|共|累计|受理|接到?|收到|排查|发现|摸排|检查|抽查|抽检|现有|交办|下达|登记|核查|总数"
)
_OTHER_PLAN = re.compile(r"年|县|市|省|下达|序时|阶段")


def _is_percent(one: Found) -> bool:
    return one.figure.figure.kind is Kind.RATE and one.figure.unit == "%" and is_exact(one)


def _rates(reading: Reading) -> Iterator[Case]:
    """化解19件，共54件，化解率36%: a rate that its own numbers miss by a little."""
    for sentence in sentences(reading):
        for place, one in enumerate(sentence):
            if not _is_percent(one):
                continue
            measure = one.figure.figure.measure
            if measure.endswith("率") and not _NO_RATE.search(measure):
                named = list(_of_its_deed(reading, sentence[:place], one))
                yield from named or _nearest_ratio(sentence[:place], one)
            elif place:
                yield from _share(reading, sentence[:place], one)


def _of_its_deed(reading: Reading, before: Sequence[Found], rate: Found) -> Iterator[Case]:
    """受理159件，办结130件，办结率88.8%: both numbers of the rate stand right before it."""
    if len(before) < 2 or not all(is_level(one) and is_exact(one) for one in before[-2:]):
        return
    whole, part = before[-2:]
    named = _RATE_OF.fullmatch(between(reading, part, rate))
    if named is None or whole.figure.unit != part.figure.unit or whole.is_pair or part.is_pair:
        return
    words, lead = between(reading, whole, part), leading(reading, whole, _LEAD)
    if not _is_said(named["deed"], words, lead) or not _CALLED_FOR.search(
        re.split("[，。；]", lead)[-1]
    ):
        return
    if not 0 < part.figure.value <= whole.figure.value or _fits_some(before, rate):
        return
    if abs(_percent(part, whole) - rate.figure.value) > _room(part, whole, rate):
        yield _case(rate, part, whole)


def _is_said(deed: str, words: str, lead: str) -> bool:
    """办结 in 办结130件; the 到 of 到会率 in 应到80人，实到71人."""
    return deed in words or ("应" in lead and deed[0] in words)


def _fits_some(before: Sequence[Found], rate: Found) -> bool:
    """Whether the rate is that of two other counts of the sentence."""
    counts = [one for one in before if is_level(one) and is_exact(one) and one.figure.value > 0]
    return any(
        abs(_percent(small, big) - rate.figure.value) <= max(precision(rate), _ROUNDING)
        for small, big in _pairs(counts[-4:])
    )


def _nearest_ratio(before: Sequence[Found], rate: Found) -> Iterator[Case]:
    counts = [c for c in before if is_level(c) and is_exact(c) and c.figure.value > 0][-4:]
    if rate.figure.value >= _NEARLY_ALL:
        return  # many ratios come near it
    best: tuple[Decimal, Found, Found] | None = None
    for small, big in _pairs(counts):
        gap = abs(_percent(small, big) - rate.figure.value)
        if gap <= max(precision(rate), _ROUNDING):
            return
        if gap <= _POINTS and (best is None or gap < best[0]):
            best = (gap, small, big)
    if best is not None:
        yield _case(rate, best[1], best[2])


def _pairs(counts: Sequence[Found]) -> Iterator[tuple[Found, Found]]:
    for small in counts:
        for big in counts:
            same = small is not big and small.figure.unit == big.figure.unit
            if same and small.figure.value <= big.figure.value and big.figure.value >= 10:
                yield small, big


def _share(reading: Reading, before: Sequence[Found], rate: Found) -> Iterator[Case]:
    """其中女党员12人，占30%; 计划投资10亿元，完成10.5亿元，占年计划的115%."""
    part = before[-1]
    if not is_level(part) or not is_exact(part):
        return
    words = between(reading, part, rate)
    furthest = _OTHER_SHARE
    if _SHARE.fullmatch(words) and part.figure.part_of is not None:
        whole = reading.found[part.figure.part_of]
    elif _OF_TASK.search(words) and (planned := _planned(reading, before[:-1], part)):
        whole = planned
        furthest = furthest if _OTHER_PLAN.search(words) else _ANY
    else:
        return
    if not is_exact(whole) or whole.figure.unit != part.figure.unit or not whole.figure.value:
        return
    gap = abs(_percent(part, whole) - rate.figure.value)
    if _room(part, whole, rate) < gap <= furthest:
        yield _case(rate, part, whole)


def _planned(reading: Reading, before: Sequence[Found], done: Found) -> Found | None:
    """The task that a value done is measured against."""
    for one in reversed(before):
        if one.figure.unit == done.figure.unit and is_level(one):
            said = leading(reading, one, _LEAD)
            return one if _TASK.search(re.split("[，。；]", said)[-1]) else None
    return None


def _room(part: Found, whole: Found, rate: Found) -> Decimal:
    return max(precision(rate), _ROUNDING) + _spread(part, whole)


def _spread(part: Found, whole: Found) -> Decimal:
    """How far a share may be off because its numbers were rounded."""
    return _percent(part, whole) * (
        precision(part) / part.figure.value + precision(whole) / whole.figure.value
        if part.figure.value and "." in part.figure.span.text + whole.figure.span.text
        else Decimal(0)
    )


def _percent(part: Found, whole: Found) -> Decimal:
    return part.figure.value * 100 / whole.figure.value


def _case(rate: Found, part: Found, whole: Found) -> Case:
    return Case(
        (rate.figure.span, part.figure.span, whole.figure.span),
        f"比率与前面的数对不上：{part.figure.span.text}÷{whole.figure.span.text}＝"
        f"{shown(_percent(part, whole), '0.01')}%，文中写的是{rate.figure.span.text}。请写明分子、分母，或改正比率。",
        quote=rate.figure.span.text,
    )


_EACH = re.compile(r"占(?:总(?:人口|面积|数|户数))?的?(?:比(?:例|重)?)?(?:为|达|约)?$")
_ALL = Decimal("100.5")
_MOST = 8


def _shares(reading: Reading) -> Iterator[Case]:
    """汉族占66%，苗族占33.9%，其他占10%: shares side by side that make more than all."""
    for sentence in sentences(reading):
        group = [
            one
            for one in sentence
            if _is_percent(one) and _EACH.search(leading(reading, one, _LEAD))
        ]
        apart = len({one.clause for one in group}) == len(group)
        if not 2 <= len(group) <= _MOST or not apart or not _of_groups(group):
            continue
        over = _over_all(group)
        if over:
            added = sum((one.figure.value for one in over), Decimal(0))
            yield Case(
                tuple(one.figure.span for one in over),
                f"各部分的占比加起来是{plain(added)}%，超过了100%。请核对各项占比，或写明各项有交叉。",
                quote=over[0].figure.span.text,
            )


def _over_all(group: Sequence[Found]) -> list[Found]:
    """The shares that make more than all; those that make 100% stand by themselves (男女；民族)."""
    run: list[Found] = []
    added = Decimal(0)
    for one in group:
        run, added = [*run, one], added + one.figure.value
        if abs(added - 100) <= _ROUNDING:
            run, added = [], Decimal(0)
        elif added > _ALL:
            return run
    return []


def _of_groups(group: Sequence[Found]) -> bool:
    """A list of groups of people or uses of land: 汉族占…，苗族占…, each named in its own clause."""
    named = [one.figure.figure.measure for one in group]
    return len(set(named)) == len(named) and all(_GROUP.search(name) for name in named)


_GROUP = re.compile(
    r"族|[男女]性|男|女|非?农业人口|其他|其它|耕地|林地|水田|旱地|草地|第[一二三]产业|[一二三]产"
)


RULES = (
    Rule("A102", Code.ARITHMETIC, Severity.WARNING, "比率与前面的数对不上", _rates),
    Rule("A106", Code.ARITHMETIC, Severity.ERROR, "各项占比之和超过100%", _shares),
)
