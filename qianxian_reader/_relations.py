"""What the words of a clause have to do with the topic: growth of it, an average over it, a part of it."""

from __future__ import annotations

import re

from qianxian_reader._lexicon import words as word_list
from qianxian_reader._measure_words import CHANGE
from qianxian_reader._numbers import Candidate, Form
from qianxian_reader._own_words import Own
from qianxian_reader._phrases import is_specific
from qianxian_reader._tokens import Word, text_of

OF_TOPIC = word_list("较 比 占 是 居 列 位居 位列 同比 为 位")
_AVERAGES = word_list("人均 户均 村均 亩均 月均 年均 组均 社均")


# 改造厕所2.76万座，完成下达任务的248%
_OF_A_TASK = re.compile(
    r"(?:超额)?(?:完成|达到?|占|为|是)?(?:全|年|度|初|同|期|市|县|省|区|级|上|下|达|定|目标|计划|考核|总|的)*(?:任务|计划|目标|预算)(?:总?数|量|总额)?的?"
)


def is_task(words: str) -> bool:
    """完成全年目标, 占年度计划: how much of what was to be done."""
    return bool(_OF_A_TASK.fullmatch(words))


def is_average(words: list[Word]) -> bool:
    return any(word in _AVERAGES for word, _ in words)


def innermost(words: list[Word]) -> list[Word]:
    """第二产业 in 生产总值中第二产业, for what is a part of it in turn."""
    inside = next((i for i in range(len(words) - 1, 0, -1) if words[i] == ("中", "f")), None)
    return words if inside is None else words[inside + 1 :]


def are_siblings(one: list[Word], other: list[Word]) -> bool:
    """第二产业增加值 and 第三产业增加值: neither is a part of the other."""
    return bool(one) and one[-1] == other[-1] and "总" not in text_of(one)


_GROUPS = "村组社区镇乡户厂校站所院馆店园点班队会屯企业公司"


def counts_others(whole: list[Word], part: list[Word], unit: str) -> bool:
    """12个村，其中76个小组: what is counted by 个 is a part only of its own kind."""
    if unit != "个" or not whole or not part:
        return False
    one, other = whole[-1][0][-1], part[-1][0][-1]
    return one != other and one in _GROUPS and other in _GROUPS


def is_said_of_topic(words: list[Word], figure: Candidate) -> bool:
    """增长9%, 比上年提高2个百分点 say something of what was named last."""
    return (
        bool(words)
        and (words[0][0] in CHANGE or words[0][0] in OF_TOPIC)
        and needs_topic(words, figure)
    )


def needs_topic(words: list[Word], figure: Candidate) -> bool:
    """Growth, shares and ranks are of what was named last."""
    first = words[0][0]
    if figure.form is Form.RANK:
        return first in CHANGE or not is_specific(words)
    if figure.unit == "%" and is_task(text_of(words)):
        return True
    share = next((i for i, (word, _) in enumerate(words[:3]) if word in ("占", "是")), None)
    if share is not None:
        return not is_specific(words[:share])
    is_beyond = first in CHANGE or first in OF_TOPIC or first[0] == "超"
    if figure.unit in ("百分点", "倍") and is_beyond:
        return True  # 超序时进度11个百分点
    if first in CHANGE or first in OF_TOPIC:
        return not is_specific(words)
    return figure.form in (Form.PERCENT, Form.SHARE) and not is_specific(words)


def is_change(own: Own) -> bool:
    first = own.words[0][0] if own else ""
    compares = first in CHANGE or first in ("比", "较")
    return first in ("是", "占") or (compares and not is_specific(own.words))
