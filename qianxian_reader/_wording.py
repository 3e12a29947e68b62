"""Whether the words of a clause name a thing, a deed or a rate, and how carried words join them."""

from __future__ import annotations

from collections.abc import Sequence

from qianxian_reader._lexicon import words as word_list
from qianxian_reader._measure_words import ATTRIBUTE, GENERIC, WORK
from qianxian_reader._own_words import Own
from qianxian_reader._phrases import starts_with_verb, without_verb
from qianxian_reader._tokens import Word, has_word, text_of

_HOW = word_list("实际 全部 基本 按时 及时 已经")


def is_plain_noun(own: Own) -> bool:
    """An item of a list that leaves its verb to the first one: 淘汰织机20台、印染设备4台."""
    first, last = own.words[0], own.words[-1]
    return not starts_with_verb(own.words) and first[1][:1] in "nbjla" and last[0] not in ATTRIBUTE


def is_verbal(words: Sequence[Word], *, in_list: bool = False) -> bool:
    """Only verbs: 提标, 办结, 实际完成, 带动 ... 受益."""
    return all(
        word in WORK or word in _HOW or _may_be_verb(word, tag, in_list=in_list)
        for word, tag in words
    )


def _may_be_verb(word: str, tag: str, *, in_list: bool) -> bool:
    """The tags of words that the dictionary does not hold are guesses: in a list (粮补32万元、种补15万元)
    they are taken for names, after a comma (到期420人，实接327人) for verbs.
    """
    return tag in ("v", "vd", "vn", "d") and (not in_list or has_word(word))


def is_short_rate(words: Sequence[Word]) -> bool:
    bare = text_of(without_verb(words))
    return bare.endswith("率") and len(bare) <= 3


def joined(carried: Sequence[Word], own: Own) -> list[Word]:
    """Carried words before own ones; 吸毒案件 and 办结案件 give 吸毒办结案件."""
    if own.words and own.words[0][0] in ("占", "是", "比", "较"):
        return [*carried, *own.before]  # 畜牧业总产值占农业总产值
    said = {word for word, _ in own.words}
    kept = [word for word in carried if not (word[0] in said and word[0] in GENERIC)]
    while kept and text_of(own.words).startswith(kept[-1][0]):
        kept.pop()  # 接种 before 接种率
    return own.before if text_of(kept) in text_of(own.words) else [*kept, *own.before]
