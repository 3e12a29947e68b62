"""What the sentence lends to a clause that does not say which thing it counts."""

from __future__ import annotations

import re

from qianxian_figures import is_count
from qianxian_reader._lexicon import words as word_list
from qianxian_reader._measure_words import CHANGE, OF_THE_PLACE
from qianxian_reader._numbers import Candidate, Form
from qianxian_reader._own_words import Own
from qianxian_reader._pairs import OF_UNIT
from qianxian_reader._phrases import is_side, is_specific, noun_of, starts_with_verb
from qianxian_reader._relations import is_average, is_task, needs_topic
from qianxian_reader._scene import Scene
from qianxian_reader._tokens import Word, text_of
from qianxian_reader._topic import without_change
from qianxian_reader._wording import is_short_rate, is_verbal

_RISES_OR_COMPARES = CHANGE | {"比", "较"}
_REACHES = word_list("涉及 惠及 带动 覆盖 受益")
_EVENTS = word_list("工作 活动 会议 会")
_RATES = word_list("增速 增幅 降幅 比重 占比 涨幅 增长率")
_CHARGED = re.compile(r"(?:收取|缴纳|征收|计收|收费)(?:每.{1,4})?$|每.{1,4}(?:收取|缴纳|征收)$")
_EACH = re.compile(r"(?:每(?:人|户|亩|个|月|年|天|日|季度?|家|村|名|头|株|吨|只))+")
_TASKS, _OF_TASKS = word_list("任务 计划 目标 指标 任务数"), word_list("全年 年度 实际 完成 为")
_PRICES = ("价", "价格", "标准", "费", "费用", "收费")
_SHORT = 3
_BARE = 2


class Lending(Scene):
    """A paragraph whose clauses lend each other their words."""

    def carried(self, own: Own, number: int) -> list[Word]:
        """What the sentence must lend to a clause that does not say which thing it counts."""
        topic, figure, said = self._topic, self._figures[number], self._said
        words = own.words
        here = topic.words if topic.sentence == self._sentence else []
        if _CHARGED.search(text_of(words)) and figure.unit == "元":
            return said.label or said.heading  # 按建筑面积每平方米收取18元
        if _EACH.fullmatch(text_of(words)):
            return noun_of(here) or said.context()  # 特困人员41人，每人每月300元
        if needs_topic(words, figure):
            is_rank = figure.form is Form.RANK
            is_share = words == [("占", "v")] or is_task(text_of(words))
            is_of_part = is_rank or is_share or words[0][0] in _RISES_OR_COMPARES
            if is_of_part and self._part_before(number):
                return without_change(self.named[number - 1].words)
            if figure.unit == "百分点" and topic.rate and words[0][0] not in _RATES:
                return [*noun_of(here), *topic.rate]
            if is_rank and not here:
                here = said.label or said.object or said.subject  # a rank is of its own sentence
            return said.fresh or here or topic.words or said.context()
        if is_average(words) and not is_specific(words):
            return noun_of(here) or said.context()
        if is_side(words):
            return self._whose(words, here, number)
        if is_short_rate(words):
            return said.label or said.object or noun_of(here) or said.subject
        return self._done_to(own, here, figure)

    def _done_to(self, own: Own, here: list[Word], figure: Candidate) -> list[Word]:
        """办结10起, 涉及30户: what a deed without its object was done to."""
        topic, said, words = self._topic, self._said, own.words
        if own.before and not is_specific(words) and _is_task(own.before):
            return said.fresh or said.object or noun_of(here)  # 村庄建设，全年任务为282个
        if is_verbal(here) and len(text_of(here)) <= _BARE:
            here = []  # 刑拘36人，逮捕31人
        is_like = len(words) > 1 and topic.words[-1:] == words[-1:]
        if is_like and (words[-1][0] in _EVENTS or not is_specific(here)):
            return []  # 开工项目11个，竣工项目8个; 检查工作3次，督查工作1次
        is_same = bool(here) and topic.unit == figure.unit
        if is_same and not own.before and _is_predicate(words[0]) and here:
            return noun_of(here)  # 18项实事，11项如期启动
        reaches = words[0][0] in _REACHES and figure.unit in OF_UNIT
        is_verb = is_verbal(words, in_list=self._stop == "、")
        is_short = len(text_of(words)) <= _SHORT
        if is_verb and not own.before and self._stop == "、" and figure.unit in OF_UNIT:
            return noun_of(here)  # 8个老旧小区、1360户改造
        if is_verb and is_short:
            return noun_of(here) if is_same or (reaches and not said.subject) else said.subject
        if is_specific(words):
            return said.label_for(words)
        if not own.before or not (is_verb or is_short or starts_with_verb(words)):
            return []
        if is_same:
            return [] if figure.unit == "元" and len(words) > 1 else noun_of(here)
        lent = said.context() if is_verb or not here else []
        return lent or (noun_of(here) if reaches else [])

    def _part_before(self, number: int) -> bool:
        """其中工业3亿元，增长9%: the growth is the part's."""
        before = self.named.get(number - 1)
        is_here = self._sentence_of.get(number - 1) == self._sentence
        return before is not None and is_here and before.of is not None

    def _whose(self, words: list[Word], here: list[Word], number: int) -> list[Word]:
        """占地面积, 产量: of the thing that the sentence is about."""
        figure = self._figures[number]
        if figure.unit != "元" and (beside := self._beside(number)):
            return beside
        is_of_works = text_of(words) == "面积" and (self._stop == "、" or starts_with_verb(here))
        if text_of(words) in OF_THE_PLACE and not (is_of_works and figure.unit != "平方公里"):
            return self._said.label or self._said.subject
        works = noun_of(here) if self._stop == "、" else []
        thing = [] if self._topic.unit in ("元", "%", "百分点") else noun_of(here)
        return self._topic.entity or works or self._said.context() or thing

    def _beside(self, number: int) -> list[Word]:
        """主变1台容量90000千伏安: of the thing that was counted right before it in the clause."""
        before = self.named.get(number - 1)
        if before is None or not self._run or not is_count(self._figures[number - 1].unit):
            return []
        is_here = self._clause_start <= self._figures[number - 1].start
        return noun_of(before.words) if is_here and is_specific(before.words) else []

    def _priced(self, own: Own, number: int) -> Own:
        """商服用地基准地价为1357元/平方米，住宅用地为634元/平方米: a price of each."""
        before = self.named.get(number - 1)
        is_listed = before is not None and self._sentence_of.get(number - 1) == self._sentence
        if (
            not is_listed
            or not before
            or not before.words
            or not before.words[-1][0].endswith(_PRICES)
        ):
            return own
        if self._figures[number - 1].unit != self._figures[number].unit:
            return own
        price = before.words[-1:]
        return own if own.before[-1:] == price else Own([*own.before, *price])


def _is_task(words: list[Word]) -> bool:
    """全年任务为, 实际完成: only that something was to be done, or was."""
    return all(word in _TASKS or word in _OF_TASKS for word, _ in words)


def _is_predicate(word: Word) -> bool:
    """如期, 已经, 需: what follows is said of things that were named before."""
    return word[1] in ("d", "p") or word[0] in ("如期", "按期", "需", "需要", "正在")
