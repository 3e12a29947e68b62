"""What a run of words is: a deed, a thing, a side of a thing, a name; and what is left without each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qianxian_reader._lexicon import words as word_list
from qianxian_reader._measure_words import (
    ATTRIBUTE,
    CHANGE,
    FUNCTION_TAGS,
    GENERIC,
    TRAILING,
    VAGUE,
    WORK,
)
from qianxian_reader._tokens import Word, text_of

_ENOUGH = 2  # characters of a word that says which thing


def starts_with_verb(words: Sequence[Word]) -> bool:
    return bool(words) and (words[0][0] in WORK or words[0][0] in CHANGE)


def verb_of(words: Sequence[Word]) -> list[Word]:
    """The verb of work that opens a clause, to be shared by its list."""
    start = next((i for i, (word, _) in enumerate(words[:2]) if _is_deed(word)), 0)
    end = start
    while end < len(words) and _is_deed(words[end][0]):
        end += 1
    # 种植公司 names a firm; 发展较快的 says what sort of thing.
    is_name = end < len(words) and (words[end][0] in _OWNERS or words[end][0][0] in "较很最")
    return [] if is_name else list(words[start:end])


_OWNERS = frozenset(
    ("公司", "基地", "大户", "专业户", "合作社", "协会", "企业", "园", "场", "厂", "站")
)


def _is_deed(word: str) -> bool:
    return word in WORK and word not in ATTRIBUTE


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
    """The thing in a measure: 查办吸毒案件 gives 吸毒案件, 对接储备项目 gives 储备项目."""
    place = 0
    while place < len(words) - 1 and words[place][0] in WORK and words[place][0] not in ATTRIBUTE:
        place += 1
    says_little = all(word in VAGUE for word, _ in words[place:])
    if place > 1 and says_little and words[place - 1][1] == "vn":
        place -= 1
    return list(words[place:])


def is_specific(words: Sequence[Word]) -> bool:
    """Whether words say which thing: more than verbs, sides and words for anything."""
    weight, has_bound, has_number = 0, False, False
    for word, tag in words:  # one loop, as nothing is asked as often as this
        if word not in GENERIC and tag not in FUNCTION_TAGS:
            # A noun of one character (牛, 梨) says which thing as well as a longer one.
            weight += _ENOUGH if tag[:1] == "n" else len(word)
            if weight >= _ENOUGH:
                return True
        has_number = has_number or tag == "m"
        has_bound = has_bound or word in _BOUNDS
    return has_bound and has_number  # 10万元以上的村


_BOUNDS = frozenset(("以上", "以下"))


_NAME_ENDS = "园村镇乡县市区站厂场社院校馆所库河湖江山桥路街店城楼寺庄屯组队部局办厅室房堂坊基类地"
# These say something of what stands before them; a name holds none of them.
_LINKS = word_list(
    "位于 地处 穿 穿过 穿境 贯穿 纵贯 横贯 流经 途经 过境 环绕 属 属于 成立 坐落 坐落于 分布 发源 经 经过 为 是 有 由 被 将 已 于 从 在 对 向 以 把 使 让 与 主要 全面 进行 受 因 因为 则 均 都 也 还 仍 现已 入选 荣获 获评 获批 列入 跻身 成为 通过 实现 充满 更加 剔除 扣除 考虑 现有 共有 设有 建有 拥有 辖 下辖 管辖 现辖 共辖"
)
_LINKING_TAGS = word_list("p d c r")


_SAYS_HOW = re.compile(r"从.到.|再.{2,3}$|.{1,2}新高$")


def _is_link(word: Word) -> bool:
    text, tag = word
    if text in ("和", "及", "、", "与"):
        return False
    if tag == "i" or (tag == "l" and _SAYS_HOW.match(text)):
        return True  # 从无到有, 再创新高
    return text in _LINKS or tag in _LINKING_TAGS or (text in WORK and text not in ATTRIBUTE)


_HOW_MANY = frozenset(("数量", "数", "总数", "总量", "规模"))


def is_firm_name(words: Sequence[Word]) -> bool:
    """The name of a place, works or body (晟源休闲山庄), not of a matter."""
    return bool(words) and words[-1][0][-1] in _NAME_ENDS


def is_nominal(words: Sequence[Word]) -> bool:
    """Whether words can be the name of a thing."""
    first, last = words[0], words[-1]
    if len(words) == 1 and last[1] in ("i", "l") and last[0][-1] not in _NAME_ENDS:
        return False  # 多管齐下
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
    if name and name[-1][0] in _HOW_MANY:
        name.pop()  # 企业数量偏少
    if not name or not 2 <= len(text_of(name)) <= 16 or name[-1][0] in ATTRIBUTE:
        return []
    return name if is_specific(name) and is_nominal(name) else []


_SOURCES = frozenset(
    ("中央", "省级", "市级", "县级", "区级", "州级", "上级", "本级", "社会")
)  # of money


def is_side(words: Sequence[Word]) -> bool:
    """占地面积, 产量, 项目投资: sides without the thing."""
    known = all(
        word in ATTRIBUTE or word in TRAILING or word in WORK or word in VAGUE for word, _ in words
    )
    if any(word in _SOURCES for word, _ in words):
        return False
    return known and any(word in ATTRIBUTE for word, _ in words)
