"""What a clause itself says of each of its figures: the words before it and the words after it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from qianxian_reader._edges import lead_off, tail_off
from qianxian_reader._measure_words import ATTRIBUTE, WORK
from qianxian_reader._phrases import is_side, is_specific, starts_with_verb, verb_of, without_verb
from qianxian_reader._tokens import Word, text_of

_SPENT = frozenset(
    ("投资", "投入", "投入资金", "累计投入", "累计投资", "筹资", "筹措资金", "总投资")
)
_PLACED = frozenset(("居", "位居", "位列", "排名", "跃居", "稳居"))
_TOTALS = frozenset(("累计", "共", "共有", "共计", "合计", "总计"))
_BOUNDS = frozenset(
    (
        "以上",
        "左右",
        "以下",
        "以内",
        "余",
        "多",
        "及以上",
        "不等",
        "上下",
        "之多",
        "有余",
        "内",
        "以",
    )
)
# 151个贫困村全部出列: a short predicate says which of them were counted.
_ALL = frozenset(("全部", "均", "已", "已经", "均已", "都"))
_TOLD = 12
_AND = frozenset(("和", "及", "与", "以及"))
_JOINTS = frozenset(("的", "和", "及", "、", "与", "或", "以及"))
# What follows the thing counted and says something of it.
_PREDICATE = re.compile(
    r"^(?:于|均|已|全部|都(?!市)|并|从(?!业)|通过|用于|主要(?=用于|是|为|由|分布|种植|从事|以|有)|现(?!代|场|行|金|实)|由|被|给|就(?!业|医|读|餐|近)|而|且|可(?!再生|持续|视|移动|燃)|能(?!源|力|人|手)|将(?!军)|得到|分布|来自|共同|正在|基本|按(?!摩)|实现|位于|超过|成为|达到|占|比(?!赛)|较|，|逐)"
)
_ADVERBS = frozenset(
    (
        "目前",
        "已",
        "已经",
        "均",
        "均已",
        "都",
        "全部",
        "于",
        "正在",
        "其中",
        "并",
        "得到",
        "基本",
        "今年",
        "现已",
        "，",
    )
)


@dataclass(slots=True)
class Own:
    """`before` leads up to the number, `after` names what follows it."""

    before: list[Word] = field(default_factory=list)
    after: list[Word] = field(default_factory=list)

    @property
    def words(self) -> list[Word]:
        return [*self.before, *self.after]

    def __bool__(self) -> bool:
        return bool(self.before or self.after)


def own_words(runs: Sequence[list[Word]], index: int) -> Own:
    """The words around figure number `index` of a clause; `runs` are those between its figures."""
    raw = _before(runs, index)
    if index and _RISES.fullmatch(text_of(raw)) and (whose := _risen(runs[0])):
        return Own(whose)
    before = tail_off(raw)
    after = _after(runs, index, before)
    if after:
        before = tail_off(raw, is_followed=True)
    if index:
        opening = tail_off(lead_off(runs[0]))
        if not before and (not after or (not runs[index] and _PREDICATE.match(text_of(after)))):
            return Own()  # 6户9人被纳入低保: the second counts what the first does
        if not before:
            before = verb_of(opening)
        elif not starts_with_verb(before) and not is_specific(before):
            before = [*verb_of(opening), *before]
    if is_specific(before) and after and _PREDICATE.match(text_of(after)):
        return Own(tail_off(raw) if not index else before)
    side = without_verb(before)
    if after and side and all(word in ATTRIBUTE for word, _ in side):
        return Own(after, side)  # 总投资3亿元的4个项目: 项目总投资
    return Own(before, after)


def _risen(opening: list[Word]) -> list[Word]:
    """贫困人口 in 贫困人口由1367户4947人减至88户147人, for what it came to."""
    words = lead_off(opening)
    origin = _without_origin(words)
    return tail_off(origin) if len(origin) < len(words) else []


def _before(runs: Sequence[list[Word]], index: int) -> list[Word]:
    """The words before a number that are not the number before's."""
    raw = lead_off(_without_bounds(runs[index]) if index else runs[index])
    if index and (cut := _joint(raw)):
        return raw[cut + 1 :]
    if index and raw and raw[-1][0] in ("和", "及", "与", "以及", "或"):
        return []  # 65家企业和45个项目: 企业 is the first one's
    if index and _is_thing_before(raw, runs[index + 1]):
        return []
    rises = index + 2 < len(runs) and _RISES.match(text_of(runs[index + 1]))
    return _without_origin(raw) if rises else raw


def _joint(between: list[Word]) -> int:
    """省下达的19项民心工程和县票决的6项实事: where the second one's words begin, else 0."""
    if not between or between[-1][0] != "的":
        return 0
    return next((i for i, (word, _) in enumerate(between) if i and word in _AND), 0)


def _is_thing_before(between: list[Word], following: list[Word]) -> bool:
    """7个村1个社区: 村 is what the first number counts, as 社区 is what the second does."""
    after = _without_bounds(following)
    is_noun = bool(between) and all(tag[:1] == "n" for _, tag in between)
    is_counted = bool(after) and not starts_with_verb(after) and after[0][0] not in _JOINTS
    is_said = bool(after) and (after[0][1] in ("p", "c") or after[0][0] in _ADVERBS)
    return is_noun and len(text_of(between)) <= 6 and is_counted and not is_said


_RISES = re.compile(
    r"(?:增加|提高|提升|发展|上升|扩大|增长|下降|降低|减少|缩小|缩短|压缩|压减|缩减|调整|升|降|增|减)(?:到|至|为)"
)


def _without_origin(words: list[Word]) -> list[Word]:
    """由去年的2亿元增加到3亿元: what it rose from is no name."""
    for place in range(len(words) - 1, -1, -1):
        if words[place][0] in ("由", "从"):
            return words[:place]
    return words


def _after(runs: Sequence[list[Word]], index: int, before: list[Word]) -> list[Word]:
    after = _without_bounds(runs[index + 1])
    if index + 2 == len(runs):
        return _thing(after, before)
    if joint := _joint(after):
        return after[:joint]
    following = _without_bounds(runs[index + 2])
    if (
        after
        and after[0][0] == "的"
        and all(word in WORK or word in ATTRIBUTE for word, _ in after[1:])
    ):
        return _thing(following, before)  # 投资6200万元的年产2万吨有机肥项目
    is_use = after and following and all(word in WORK for word, _ in after)
    if is_use and text_of(before) in _SPENT:
        return [*after, *_thing(following, before)]  # 投资3万元完成2个村电网改造
    if (
        not after
        or starts_with_verb(after)
        or _RISES.match(text_of(after))
        or text_of(after) in _JOINTS
        or after[0][0] in ("和", "及", "、")
    ):
        return []
    if following and following[0][0] == "的":
        kept = [word for word in after if word[0] not in ATTRIBUTE]
        return [*kept, *following[1:]]
    thing = _thing(after, before)
    # 11家银行累计向900家企业授信: what leads to the next figure is none of this one's.
    cut = next(
        (i for i, (word, tag) in enumerate(thing) if i and (tag == "p" or word in _TOTALS)), None
    )
    return thing[:cut] if cut and is_specific(thing[:cut]) else thing


def _thing(words: list[Word], before: list[Word]) -> list[Word]:
    """The thing counted, up to what is said of it; all of it where the thing alone says little
    (8个村已全部通光纤).
    """
    words = words[1:] if words and words[0][0] == "的" else words
    if words and words[0][0] in ("、", "和"):
        is_verb = words[1:2] and words[1][1] == "v"
        is_next_item = words[0][0] == "、" and before and not is_side(before)
        if is_verb or is_next_item:
            return []  # 提升至52%、进入普及化阶段
    words = _without_brackets(words)
    for place, (word, _) in enumerate(words):
        if not place or (word not in _PLACED and word not in _ADVERBS):
            continue
        is_told = word in _ALL and len(text_of(words[place:])) <= _TOLD
        if (word in _PLACED or not is_told) and is_specific([*before, *words[:place]]):
            return words[:place]
    return words


def _without_brackets(words: list[Word]) -> list[Word]:
    """17个乡镇（除城关镇）消防站: a remark in brackets is no part of the name."""
    out: list[Word] = []
    depth = 0
    for word in words:
        depth += word[0] == "（"
        if not depth:
            out.append(word)
        depth -= word[0] == "）" and depth > 0
    return out


def _without_bounds(words: list[Word]) -> list[Word]:
    place = 0
    while place < len(words) and words[place][0] in _BOUNDS:
        place += 1
    return words[place:]
