"""What clauses without figures lend to those with them: a label, a subject, an object, a heading."""

from __future__ import annotations

import re
from functools import lru_cache

from qianxian_reader._edges import lead_off, tail_off
from qianxian_reader._lexicon import words as word_list
from qianxian_reader._measure_words import ATTRIBUTE, LEADING, WORK
from qianxian_reader._phrases import (
    is_firm_name,
    is_nominal,
    is_specific,
    leading_noun,
    noun_of,
    verb_of,
)
from qianxian_reader._relations import is_task
from qianxian_reader._tokens import Tokens, Word, text_of
from qianxian_reader._topic import Topic

_LEADS_IN = re.compile(r"(?:[是为]|如下|目标|要求|任务|以下)$")
# A clause that begins so tells something of the subject; it does not name another one.
_TELLS = re.compile(
    r"主要|有(?!.{2,14}(?:穿|贯|流经|过境|通过|经过))|包括|由|以|是|系|属|纯属|位于|地处|分布|坐落|集中|用于|分为|其|含|涉及"
)
_BETWEEN = re.compile(r"以(.{2,14})为(?:重点|主|主体|依托|抓手|契机|目标|核心|载体|中心)")
# Headings that name no thing.
_NO_NAME = re.compile(r"情况|现状|概况|简介|问题|工作|打算|回顾|安排|任务|目标|方面|，|[。：；]")
# 旅游收入翻一番，达到6400万元: what is said of the subject is no object.
_RISEN = re.compile(
    r"(?:实现|持续|不断|保持|稳步|大幅)*(?:翻[了]?[一两]?番|再?创(?:历史)?新高|(?:快速|稳步|持续|平稳)(?:增长|提升|发展|回升))$"
)
_RISEN_END = "番高长升展"
_EXTREME = re.compile(r"最[长宽高深大远短窄低小近]$")
_PRICES = word_list("价格 单价 均价 价 收费 标准 费用 费 水价 电价 补贴 补助")
_LONGEST_NAME = 18
_GRADE = 2  # 一级, 甲等: of what stood before the first of them
_LONGEST_TITLE = 12
_SHORT_TITLE = 8


class Subjects:
    """What has been named so far in a paragraph, and in the sentence at hand."""

    def __init__(self, heading: str) -> None:
        self.heading = list(_named_by(heading))
        self.label: list[Word] = []
        self.subject: list[Word] = []  # who or what the sentence began with
        self.object: list[Word] = []  # the last words of a clause without figures
        self.fresh: list[Word] = []  # a subject named since the last figure
        self.opening: list[Word] = []  # what the first item of a list began with
        self.verb: list[Word] = []  # the verb that a list of things shares
        self._labelled: list[Word] = []  # what a row of labels (一级：二级：) is about

    def begin_sentence(self) -> None:
        self.label, self.subject, self.object = [], [], []
        self.fresh, self.verb, self._labelled, self.opening = [], [], [], []

    def context(self) -> list[Word]:
        return self.label or self.object or self.subject or self.heading

    def take(self, raw: list[Word], topic: Topic, stop: str, after: str) -> None:
        """A clause without figures, between the marks `stop` and `after`."""
        words = tail_off(lead_off(raw))
        said = text_of(words)
        if not words or said in LEADING or (after == "（" and is_task(said)):
            return
        if after == "：":
            self._take_label(words, text_of(raw))
            return
        is_count = words[0][1] == "m" and not words[0][0].startswith("第")  # 一个居委会
        if is_count or after == "；":  # 城镇人口翻两番；总投资达到85亿元: told to its end
            return
        if risen := _before_rise(words, said):
            self.subject = self.fresh = topic.entity = risen
            return
        between = _BETWEEN.match(said)
        self.object = [(between[1], "n")] if between else _last_words(words)
        if _TELLS.match(text_of(raw)) and not topic.is_listing:
            return
        is_name = len(said) <= _LONGEST_NAME and is_nominal(words)
        if _EXTREME.search(said):
            self.fresh = words  # 东北到西南最长，约24公里
            return
        subject = words if is_name else leading_noun(words)
        if subject:
            self.subject = self.fresh = topic.entity = subject
            topic.is_firm = is_name and is_firm_name(subject)
        elif after == "（":
            self.fresh = words  # 年繁殖小牛（100头）
        if is_name and not stop and after == "。" and len(said) <= _LONGEST_TITLE:
            self.heading = words  # 一是草莓产业。……

    def _take_label(self, words: list[Word], raw: str) -> None:
        """居民用水：…… or 补偿标准为一级：……；二级：……"""
        for place, (word, _) in enumerate(words):
            if word in ("为", "是", "分为") and 0 < place < len(words) - 1:
                self._labelled, words = words[:place], words[place + 1 :]
                break
        is_label = 1 < len(text_of(words)) <= _LONGEST_TITLE and not _LEADS_IN.search(raw)
        self.label = words if is_label else []
        if self.label and (len(text_of(self.label)) <= _GRADE or not is_specific(self.label)):
            self.label = [*self._labelled, *self.label]

    def label_for(self, words: list[Word]) -> list[Word]:
        """居民用水：到户价格4.25元. Words that say which thing need no label, but prices do."""
        return self.label if words[-1][0] in _PRICES else []

    def pass_figures(self, opening: list[Word], stop: str) -> None:
        """After a clause with figures, which began with `opening`."""
        bare = tail_off(opening)
        self.opening = (
            bare if stop != "、" or (bare and bare[0][0].endswith("级")) else self.opening
        )
        self.verb = _shared_verb(bare) or (self.verb if stop == "、" else [])
        subject = leading_noun(opening)
        if subject and len(subject) < len(bare):
            self.subject = subject


def _before_rise(words: list[Word], said: str) -> list[Word]:
    """旅游收入 in 旅游收入实现翻一番, [] where a clause says nothing of the kind."""
    risen = _RISEN.search(said) if said[-1] in _RISEN_END else None
    if risen is None or not risen.start():
        return []
    end = next(i for i in range(len(words) + 1) if len(text_of(words[:i])) >= risen.start())
    whose = words[:end]
    return whose if is_specific(whose) and whose[0][0] not in WORK else []


@lru_cache(maxsize=256)
def _named_by(heading: str) -> tuple[Word, ...]:
    """The matter that a heading names; each paragraph under it asks again."""
    if not 1 < len(heading) <= 14 or _NO_NAME.search(heading):
        return ()
    title = Tokens(heading).between(0, len(heading))
    return tuple(_name_in(noun_of(lead_off(title))))


def _name_in(title: list[Word]) -> list[Word]:
    """A heading that names a matter; a slogan (稳扎稳打抓发展, 招商成效显著) names none."""
    if not title or any(tag[:1] in "id" or word in "—·" for word, tag in title):
        return []
    is_short = len(text_of(title)) <= _SHORT_TITLE and title[0][1][:1] in "nbjls"
    return title if is_short or is_nominal(title) else []


def _shared_verb(opening: list[Word]) -> list[Word]:
    """What a list leaves to its first item: the verb of work, or 每百户拥有."""
    place = next((i for i, (word, _) in enumerate(opening) if word in ("拥有", "有")), 0)
    if opening and opening[0][0].startswith("每") and place:
        return opening[: place + 1]
    return verb_of(opening)


def _last_words(words: list[Word]) -> list[Word]:
    """The object of a clause without figures, as far as it can stand for its subject:
    医保与社保收缴工作 in 做好医保与社保收缴工作.
    """
    verbs = (i for i, (word, _) in enumerate(words[:-1]) if word in WORK and word not in ATTRIBUTE)
    start = next(verbs, -1) + 1
    kept = [word for word in words[start:] if word[1] not in ("u", "uj", "ul", "x")]
    return kept if len(text_of(kept)) <= 14 else kept[-4:]
