"""What a clause itself says of each of its figures: the words before it and the words after it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from qianxian_reader._lexicon import words as word_list
from qianxian_reader._measure_words import (
    ATTRIBUTE,
    CHANGE,
    FUNCTION_TAGS,
    GENERIC,
    LEADING,
    OWN_PLACE,
    REACHED,
    TRAILING,
    VAGUE,
    WORK,
)
from qianxian_reader._tokens import Word, text_of

_ENOUGH = 2  # characters of a word that says which thing
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
_JOINTS = frozenset(("的", "和", "及", "、", "与", "或", "以及"))
# What follows the thing counted and says something of it.
_PREDICATE = re.compile(
    r"^(?:于|均|已|全部|都|并|从|通过|用于|主要|现|由|被|给|就|而|且|可|能|将|得到|分布|来自|共同|正在|基本|按|实现|位于|超过|成为|达到|占|比|较|，)"
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
# A word ending in one of these before a number was cut wrongly: 参保|率达, 占|地约.
_STUCK = "达约为近超共计有"
_WHOLE = frozenset(
    (
        "发达", "到达", "表达", "传达", "下达", "送达", "直达", "通达", "行为", "作为", "人为", "条约", "节约", "集约", "预约",
        "合约", "签约", "履约", "契约", "附近", "最近", "邻近", "赶超", "反超", "中共", "公共", "统计", "审计", "会计", "设计",
        "生计", "预计", "合计", "总计", "共计", "累计", "估计", "所有", "国有", "拥有", "现有", "共有", "私有", "公有", "占有", "享有",
        "持有", "稀有", "固有", "专有", "含有",
    )
)  # fmt: skip


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
    raw = lead_off(_without_bounds(runs[index]) if index else runs[index])
    if index and raw and raw[-1][0] in ("和", "及", "与", "以及", "或"):
        raw = []  # 65家企业和45个项目: 企业 is the first one's
    if index + 2 < len(runs) and _RISES.match(text_of(runs[index + 1])):
        raw = _without_origin(raw)
    before = tail_off(raw)
    after = _after(runs, index, before)
    if after:
        before = tail_off(raw, is_followed=True)
    if index:
        opening = tail_off(lead_off(runs[0]))
        if not before and not after:
            return Own()
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
    following = _without_bounds(runs[index + 2])
    if text_of(after) == "的":
        return _thing(following, before)
    if (
        not after
        or starts_with_verb(after)
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
        (i for i, (word, tag) in enumerate(thing) if i and (tag == "p" or word == "累计")), None
    )
    return thing[:cut] if cut and is_specific(thing[:cut]) else thing


def _thing(words: list[Word], before: list[Word]) -> list[Word]:
    """The thing counted, up to what is said of it; all of it where the thing alone says little
    (8个村已全部通光纤).
    """
    words = words[1:] if words and words[0][0] == "的" else words
    if words and words[0][0] in ("、", "和") and len(words) > 1 and words[1][1] == "v":
        return []  # 提升至52%、进入普及化阶段
    words = _without_brackets(words)
    for place, (word, _) in enumerate(words):
        if place and word in _ADVERBS and is_specific([*before, *words[:place]]):
            return words[:place]
    return words


def _without_brackets(words: list[Word]) -> list[Word]:
    """17个乡镇（除城关镇）消防站: a remark in brackets is no part of the name."""
    out: list[Word] = []
    depth = 0
    for word in words:
        depth += word[0] == "（"
        if not depth or not out:
            out.append(word)
        depth -= word[0] == "）" and depth > 0
    return out


def _without_bounds(words: list[Word]) -> list[Word]:
    place = 0
    while place < len(words) and words[place][0] in _BOUNDS:
        place += 1
    return words[place:]


def lead_off(words: Sequence[Word]) -> list[Word]:
    """Without the words at the start that say when, that, how."""
    place = 0
    while place < len(words):
        pair = text_of(words[place : place + 2])
        if words[place][0] in LEADING or words[place][0] in OWN_PLACE:
            place += 1
        elif pair in OWN_PLACE:
            place += 2
        else:
            break
    return list(words[place:])


def tail_off(words: Sequence[Word], *, is_followed: bool = False) -> list[Word]:
    """Without the words at the end that only lead up to the number.

    is_followed  the thing counted stands behind the number: 为 in 为606户贫困户代缴医保 and
                 等 in 晓坪村等7个村 then belong to it
    """
    out = _unstuck(words)
    end = len(out)
    while end:
        word = out[end - 1][0]
        if is_followed and word in _KEPT:
            break
        reached = word in REACHED and end < len(out) and out[end][0] in ("到", "至", "在")
        done = word in _SETTLED and not is_followed and is_specific(out[: end - 1])
        if not (word in TRAILING or reached or done) or _is_half(out, end):
            break
        end -= 1
    if end and out[end - 1][0] in OWN_PLACE:
        end -= 1
    return out[:end]


_SETTLED = frozenset(("完成", "实现", "累计", "保持", "维持", "稳定", "控制"))
_KEPT = frozenset(("为", "对", "向", "给", "在", "从", "由", "等", "和", "与", "及", "的"))


def _is_half(words: Sequence[Word], end: int) -> bool:
    """违法行|为 was cut wrongly: the 为 is no verb of being."""
    return end > 1 and words[end - 1][0] == "为" and words[end - 2][0][-1] in "行作人认视成称"


def _unstuck(words: Sequence[Word]) -> list[Word]:
    if not words:
        return []
    word, tag = words[-1]
    if len(word) > 1 and word[-1] in _STUCK and word not in TRAILING and word not in _WHOLE:
        return [*words[:-1], (word[:-1], tag)]
    return list(words)


def starts_with_verb(words: Sequence[Word]) -> bool:
    return bool(words) and (words[0][0] in WORK or words[0][0] in CHANGE)


def verb_of(words: Sequence[Word]) -> list[Word]:
    """The verb of work that opens a clause, to be shared by its list."""
    return next(([word] for word in words[:2] if word[0] in WORK and word[0] not in ATTRIBUTE), [])


def without_verb(words: Sequence[Word]) -> list[Word]:
    place = 0
    while place < len(words) and words[place][0] in WORK and words[place][0] not in ATTRIBUTE:
        place += 1
    return list(words[place:])


def without_attribute(words: Sequence[Word]) -> list[Word]:
    """完成投资 and 占地面积 taken off the end: whose they are is left."""
    end = len(words)
    while end and (words[end - 1][0] in ATTRIBUTE or words[end - 1][0] in WORK):
        end -= 1
    return list(words[:end])


def noun_of(words: Sequence[Word]) -> list[Word]:
    """The thing in a measure: 查办吸毒案件 gives 吸毒案件."""
    place = 0
    while place < len(words) - 1 and words[place][0] in WORK and words[place][0] not in ATTRIBUTE:
        place += 1
    return list(words[place:])


def is_specific(words: Sequence[Word]) -> bool:
    """Whether words say which thing: more than verbs, sides and words for anything."""
    return (
        sum(
            _weight(word, tag)
            for word, tag in words
            if word not in GENERIC and tag not in FUNCTION_TAGS
        )
        >= _ENOUGH
    )


def _weight(word: str, tag: str) -> int:
    """A noun of one character (牛, 梨) says which thing as well as a longer one."""
    return _ENOUGH if tag[:1] == "n" else len(word)


_NAME_ENDS = "园村镇乡县市区站厂场社院校馆所库河湖江山桥路街店城楼寺庄屯组队部局办厅室房堂坊基类地"
# These say something of what stands before them; a name holds none of them.
_LINKS = word_list(
    "位于 地处 属 属于 成立 坐落 坐落于 分布 发源 经 经过 为 是 有 由 被 将 已 于 从 在 对 向 以 把 使 让 与 主要 全面 进行 受 因 因为 则 均 都 也 还 仍 现已 入选 荣获 获评 获批 列入 跻身 成为 通过 实现 充满 更加 剔除 扣除 考虑 现有 共有 设有 建有 拥有"
)
_LINKING_TAGS = word_list("p d c r")


def _is_link(word: Word) -> bool:
    text, tag = word
    if text in ("和", "及", "、", "与"):
        return False
    return text in _LINKS or tag in _LINKING_TAGS or (text in WORK and text not in ATTRIBUTE)


def is_firm_name(words: Sequence[Word]) -> bool:
    """The name of a place, works or body (晟源休闲山庄), not of a matter."""
    return bool(words) and words[-1][0][-1] in _NAME_ENDS


def is_nominal(words: Sequence[Word]) -> bool:
    """Whether words can be the name of a thing."""
    first, last = words[0], words[-1]
    if first[0] in WORK or any(text in _LINKS for text, _ in words):
        return False
    ends_well = last[1][:1] in "nbjls" or last[0][-1] in _NAME_ENDS
    return first[1] not in _LINKING_TAGS and ends_well


def leading_noun(words: Sequence[Word]) -> list[Word]:
    """The name that a clause begins with, before its verb: 合作社 in 合作社投资350万元."""
    end = 0
    while end < len(words) and not _is_link(words[end]):
        end += 1
    if end == len(words) or words[end][0] in ATTRIBUTE:
        return []
    name = list(words[:end])
    if not name or not 2 <= len(text_of(name)) <= 16 or name[-1][0] in ATTRIBUTE:
        return []
    return name if is_specific(name) and is_nominal(name) else []


def is_side(words: Sequence[Word]) -> bool:
    """占地面积, 产量, 项目投资: sides without the thing."""
    known = all(
        word in ATTRIBUTE or word in TRAILING or word in WORK or word in VAGUE for word, _ in words
    )
    return known and any(word in ATTRIBUTE for word, _ in words)
