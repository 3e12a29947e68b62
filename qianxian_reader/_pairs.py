"""Figures without words of their own: the thing before in another unit (13户42人), or what is left of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qianxian_reader._lexicon import words as word_list
from qianxian_reader._numbers import Candidate
from qianxian_reader._tokens import Word, text_of
from qianxian_reader._topic import Named, without_change
from qianxian_reader._wholes import is_share

# What 户 and 人 count where nothing is named.
OF_UNIT = {"户": "总户数", "人": "总人口"}
PLACES = ("村", "组", "小组", "社区", "屯", "寨", "居委会", "村委会")
_HAVING = word_list("现有 实有 尚有 在岗 在编")
_SUMS = word_list("共 共有 共计 合计 总计")


def paired(
    before: Named,
    number: int,
    figures: Sequence[Candidate],
    run: Sequence[Word],
    *,
    is_listing: bool,
) -> Named | None:
    """What figure `number` counts by the one before it, with only `run` between them; None where
    it counts something else.
    """
    one, other = figures[number - 1], figures[number]
    said = text_of(run)
    if said in _HAVING and one.unit == other.unit:
        return Named([*before.words, (said, "v")], [], number - 1)  # 编制13人，现有9人
    if _names_people(before, one) and one.unit != other.unit:
        return None  # 全乡3245户，14900余人: each has a name of its own
    if not is_share(other) and before.words != without_change(before.words):
        return Named(without_change(before.words))  # 预计增长10%，达到1.2亿元
    if not is_listing and not _is_same_thing(before, one, other, said):
        return None
    whole = _whole_of_pair(before.of, number, figures)
    return replace(before, before=before.words, after=[], of=whole, is_pair=True)


def _names_people(before: Named, one: Candidate) -> bool:
    return before.words[-1:] != [] and before.words[-1][0] == OF_UNIT.get(one.unit)


def _is_same_thing(before: Named, one: Candidate, other: Candidate, said: str) -> bool:
    if one.end == other.start or other.unit not in OF_UNIT or one.unit in OF_UNIT:
        return True
    # 3个少数民族，共971人; but 12个村，共971人 tells of a whole township.
    return said in _SUMS and not before.words[-1][0].endswith(PLACES)


def _whole_of_pair(whole: int | None, number: int, figures: Sequence[Candidate]) -> int | None:
    """贫困户50户120人，其中低保户17户36人: the people are a part of the people."""
    unit = figures[number].unit
    if whole is None or figures[whole].unit == unit:
        return whole
    if whole + 1 < number and figures[whole + 1].unit == unit:
        return whole + 1
    return whole if unit in OF_UNIT else None
