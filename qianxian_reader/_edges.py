"""Words at the edges of a clause that only say when, that, how, or lead up to its number."""

from __future__ import annotations

from collections.abc import Sequence

from qianxian_reader._measure_words import ATTRIBUTE, LEADING, OWN_PLACE, REACHED, TRAILING
from qianxian_reader._phrases import is_specific
from qianxian_reader._tokens import Word

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


def lead_off(words: Sequence[Word]) -> list[Word]:
    """Without the words at the start that say when, that, how."""
    place = 0
    while place < len(words):
        word = words[place][0]
        if word == "争取" and words[place + 1 : place + 2] and words[place + 1][1][:1] == "n":
            break  # 争取资金 is a deed, 争取完成 a hope
        if word in LEADING or word in OWN_PLACE:
            place += 1
        elif place + 1 < len(words) and word + words[place + 1][0] in OWN_PLACE:
            place += 2
        elif word in ("按", "按照") and (end := _end_of_method(words, place)):
            place = end
        else:
            break
    if place == len(words) and place and words[-1][0] == "成功":
        return list(words[-1:])  # 调解126件，成功124件
    return list(words[place:])


def _end_of_method(words: Sequence[Word], start: int) -> int:
    """按可比价格计算 says how a growth was reckoned, not what grew. 0 if there is no such remark."""
    for place in range(start + 1, min(start + 6, len(words))):
        if words[place][0].endswith(("计算", "口径", "测算")):
            return place + 1
        if words[place][0].endswith(("价", "价格")) and words[place + 1 : place + 2] != [
            ("计算", "v")
        ]:
            return place + 1
    return 0


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
        if not _leads_up(out, end, is_followed=is_followed) or _is_half(out, end):
            break
        end -= 1
    if end and out[end - 1][0] in OWN_PLACE:
        end -= 1
    return out[:end]


def _leads_up(words: Sequence[Word], end: int, *, is_followed: bool) -> bool:
    """Whether the last of the first `end` words is one that only leads up to the number."""
    word = words[end - 1][0]
    if word in TRAILING:
        return True
    if word in REACHED and end < len(words) and words[end][0] in ("到", "至", "在"):
        return True
    if word not in _SETTLED or is_followed:
        return False
    whose = words[: end - 1]
    return is_specific(whose) or any(one in ATTRIBUTE for one, _ in whose)


_SETTLED = frozenset(("完成", "实现", "累计", "保持", "维持", "稳定", "控制"))
_KEPT = frozenset(("为", "对", "向", "给", "在", "从", "由", "等", "和", "与", "及", "的"))


def _is_half(words: Sequence[Word], end: int) -> bool:
    """违法行|为 was cut wrongly: the 为 is no verb of being."""
    return end > 1 and words[end - 1][0] == "为" and words[end - 2][0][-1] in "行作人认视成称"


def _unstuck(words: Sequence[Word]) -> list[Word]:
    if not words:
        return []
    word, tag = words[-1]
    is_whole = word in TRAILING or word[-2:] in _WHOLE
    if len(word) > 1 and word[-1] in _STUCK and not is_whole:
        return [*words[:-1], (word[:-1], tag)]
    return list(words)
