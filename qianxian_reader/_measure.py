"""What a figure counts, as a phrase that is understood alone.

The words before and after a number rarely say it all: 占地面积3400平方米 needs whose, 增长6% needs
of what, 办结4起 needs which cases. Each clause is therefore named from its own words and, where these
are not enough, from the subject that the sentence carries.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from qianxian_figures import is_count
from qianxian_reader._clauses import Clause
from qianxian_reader._edges import lead_off, tail_off
from qianxian_reader._lending import Lending
from qianxian_reader._lexicon import words as word_list
from qianxian_reader._measure_words import ATTRIBUTE, CHANGE, OWN_PLACE
from qianxian_reader._numbers import Form
from qianxian_reader._own_words import Own, own_words
from qianxian_reader._pairs import OF_UNIT, PLACES, paired
from qianxian_reader._phrases import is_side, is_specific, noun_of, starts_with_verb, without_verb
from qianxian_reader._relations import (
    OF_TOPIC,
    are_siblings,
    counts_others,
    innermost,
    is_average,
    is_change,
    is_said_of_topic,
)
from qianxian_reader._shared_subjects import Share, shares
from qianxian_reader._tokens import Word, text_of
from qianxian_reader._topic import Named, entity_of, without_change, without_task
from qianxian_reader._wording import is_plain_noun, joined

_PART = re.compile(r"其中|包括")
_BUILDS = re.compile(
    r"建设|新建|改造|升级|修建|购买|整治|硬化|维修|安装|实施|铺设|新修|扩建|打造|栽植|开展"
)
_FORWARD = re.compile(
    r"用于|对|为|建设|新建|支持|改造|升级|修建|购买|整治|改善|完善|加强|解决|补齐|保障"
)
_RATES = word_list("增速 增幅 降幅 比重 占比 涨幅 增长率")
_LEVELS = word_list("国家级 省级 市级 州级 区级 县级 镇级 乡级 村级 部级")
_STOCKS = word_list("存栏 存量 结存")  # never a part of what passed through
_THEN = re.compile(r"((?:去年|上年|前年)(?:同期|度)?)(?:的)?(?:为|是|仅|只有|实际|完成)*")
_HOUSES, _FLATS = word_list("栋 幢 座 层"), word_list("套 间 户")
_SORTS = word_list("类 种 批 批次 大类")
_BARE = 2
_FEW = 4
_NAMES = ("ns", "nr", "nt", "nz", "nrt", "nrfg")


class Namer(Lending):
    """Names the figures of one paragraph, clause by clause."""

    def read(self, clauses: Sequence[Clause]) -> dict[int, Named]:
        self._shares = shares(clauses, self._tokens, self._figures)
        last = {clause.sentence: n for n, clause in enumerate(clauses) if clause.figures}
        for place, clause in enumerate(clauses):
            self._enter(clause)
            if clause.figures:
                following = clauses[place + 1] if place + 1 < len(clauses) else None
                self._name_clause(clause, following)
            elif place < last.get(clause.sentence, -1) or clause.may_be_title():
                self._pass_clause(clause)  # others lend nothing to any figure
        return self.named

    # -- where we are ---------------------------------------------------------------------

    def _enter(self, clause: Clause) -> None:
        while len(self._stack) < clause.depth:
            self._stack.append(self._topic)
            self._topic = self._topic.nested(self._said.fresh)
        while len(self._stack) > clause.depth:
            self._topic = self._stack.pop()
        if clause.sentence != self._sentence:
            self._sentence = clause.sentence
            self._said.begin_sentence()
            self._topic.begin_sentence()
            self._wholes.begin_sentence(clause.sentence)
        if clause.stop == "；":
            self._said.label = []
            self._topic.semicolon()
            if not self._topic.is_listing:
                self._wholes.clear()

    def _pass_clause(self, clause: Clause) -> None:
        """A clause without a figure may name what the next ones count sides of."""
        raw = self._words(clause.start, clause.end)
        if _PART.match(text_of(raw)):
            self._topic.begin_list(is_wide=clause.after == "：" or not clause.stop)
            raw = raw[1:]
        self._said.take(raw, self._topic, clause.stop, clause.after)

    # -- naming -----------------------------------------------------------------------------

    def _name_clause(self, clause: Clause, following: Clause | None) -> None:
        runs = self._runs(clause)
        self._stop, self._clause_start = clause.stop, clause.start
        self._follow_list(clause, runs[0])
        for index, number in enumerate(clause.figures):
            own = self._own(runs, index, number)
            ahead = self._ahead(own, number, clause, following)
            named = Named(own.before, ahead) if ahead else self._compose(own, number)
            self._said.fresh, self._said.object = [], []
            if not is_specific(named.words) and number == clause.figures[-1]:
                named.after = [*named.after, *self._forward(own, number, following)]
            self.named[number] = named
            self._sentence_of[number] = clause.sentence
            self._remember(named, own, number)
        self._said.pass_figures(lead_off(runs[0]), clause.stop)

    def _own(self, runs: list[list[Word]], index: int, number: int) -> Own:
        """The clause's words for a figure; 6个村民组217户963人 counts the households of a place,
        not of its groups.
        """
        self._run = runs[index]
        self._deed = runs[index + 2] if index + 2 < len(runs) else []
        own = own_words(runs, index)
        if not own.after and self._deed and not runs[index + 1]:
            own = Own(own.before, self._after_neighbour(own, number))
        is_people = index and self._figures[number].unit in OF_UNIT
        if is_people and not own.after and own.before and own.before[-1][0].endswith(PLACES):
            self._said.subject = lead_off(runs[0]) or self._said.subject
            return Own()
        return own

    def _after_neighbour(self, own: Own, number: int) -> list[Word]:
        """What stands after the next number, where that touches this one: 带动104户265人受益;
        3台40吨锅炉.
        """
        one, other = self._figures[number : number + 2]
        if one.end != other.start:
            return []
        if one.unit in _HOUSES and other.unit in _FLATS:
            return own_words([[], self._deed], 0).after  # 32栋1526套安置房
        if not own.before:
            return []
        after = own_words([[], self._deed], 0).after
        if {one.unit, other.unit} == set(OF_UNIT):
            return after if not is_specific(own.before[-1:]) and len(text_of(after)) <= _FEW else []
        if one.unit in _SORTS:
            return after  # 10类42项实事
        is_size = is_count(one.unit) and one.unit not in OF_UNIT and not is_count(other.unit)
        return after if is_size and other.unit not in ("元", "%") else []

    def _follow_list(self, clause: Clause, opening: list[Word]) -> None:
        """Whether the clause begins a list of parts, goes on with one, or ends it."""
        if _PART.search(text_of(opening[:3])):
            self._topic.begin_list(is_wide=not clause.stop)
        elif self._topic.is_listing and not self._goes_on_listing(clause, opening):
            self._topic.is_listing = False
            if self._is_complete():
                # 39个，其中省2个、市37个，总投资9亿元: of all of them.
                self._topic.entity = noun_of(self._topic.words)

    def _is_complete(self) -> bool:
        """Whether the parts that were listed make up the whole."""
        topic = self._topic
        if topic.figure is None or topic.listed < _BARE:
            return False
        return topic.part_sums.get(topic.unit) == self._figures[topic.figure].value

    def _goes_on_listing(self, clause: Clause, opening: list[Word]) -> bool:
        """After 其中 a list goes on with the same unit; growth said of a part does not end it."""
        if self._tokens.begins_with_time(clause.start):
            return False
        figure = self._figures[clause.figures[0]]
        if clause.stop == "；" and not self._wholes.has_room(figure, self._topic):
            return False
        if clause.stop == "、" or figure.unit in (self._topic.unit, *self._topic.part_sums):
            return True
        if not self._topic.listed and self._wholes.has_unit(figure.unit):
            return True
        return self._topic.is_wide and is_said_of_topic(lead_off(opening), figure)

    def _ahead(self, own: Own, number: int, clause: Clause, following: Clause | None) -> list[Word]:
        """The thing that the next item of a list names for both: 剩余403户、964人贫困人口;
        投资5亿元、日供水10万吨的水厂.
        """
        is_last = number == clause.figures[-1] and following is not None
        if not is_last or following is None or following.stop != "、" or not following.figures:
            return []
        are_people = not own and self._are_people(number, following)
        if own.after or not (own.before or are_people):
            return []
        last = self._figures[following.figures[-1]]
        after = self._words(last.end, following.end)
        if are_people:
            return own_words([[], after], 0).after  # 8461户、29100人稳定脱贫
        if self._run[-1:] and self._run[-1][0] == "等" and after[1:] and after[0][0] == "的":
            return after[1:]  # 甲、乙等26个、总投资16亿元的项目
        if is_specific(own.before):
            return self._shared_thing(own, number, following)
        if after and after[0][0] == "的":
            return after[1:]
        is_bare = last.start == following.start and len(following.figures) == 1
        return after if is_bare else []

    def _are_people(self, number: int, following: Clause) -> bool:
        """Whether households and persons stand side by side: 8461户、29100人."""
        first = self._figures[following.figures[0]]
        is_beside = first.start == following.start and len(following.figures) == 1
        return is_beside and {self._figures[number].unit, first.unit} == set(OF_UNIT)

    def _shared_thing(self, own: Own, number: int, following: Clause) -> list[Word]:
        """完成甲村3000亩、乙村4000亩农田整理: what the last item names is of each."""
        if len(following.figures) != 1:
            return []
        other = self._figures[following.figures[0]]
        whose = without_verb(own.before), lead_off(self._words(following.start, other.start))
        are_short = all(2 <= len(text_of(words)) <= _FEW for words in whose)
        are_names = all(words[-1][1] in _NAMES for words in whose if words)
        if other.unit != self._figures[number].unit or not (are_short and are_names):
            return []
        return own_words([[], self._words(other.end, following.end)], 0).after

    def _forward(self, own: Own, number: int, following: Clause | None) -> list[Word]:
        """What the next clause tells: 投入资金30万元，对市场升级改造."""
        if following is None or following.sentence != self._sentence or following.stop == "；":
            return []
        is_money = self._figures[number].unit == "元"
        if not following.figures:
            more = lead_off(self._words(following.start, following.end))
            is_use = is_money and starts_with_verb(more)
            return more if _FORWARD.match(text_of(more)) or is_use else []
        first = self._figures[following.figures[0]]
        before = lead_off(self._words(following.start, first.start))
        is_short = is_money and len(text_of(own.words)) <= _FEW
        return tail_off(before) if is_short and _BUILDS.match(text_of(before)) else []

    def _runs(self, clause: Clause) -> list[list[Word]]:
        places = [clause.start]
        for number in clause.figures:
            places += [self._figures[number].start, self._figures[number].end]
        places.append(clause.end)
        return [self._words(places[index], places[index + 1]) for index in range(0, len(places), 2)]

    def _compose(self, own: Own, number: int) -> Named:
        share = self._shares.get(number)
        if share is not None:
            return self._shared(share)
        then = _THEN.fullmatch(text_of(self._run))
        if then and self._topic.words and self._topic.sentence == self._sentence:
            return Named([*self._topic.words, (then[1], "t")], is_pair=True)
        if not own:
            return self._nameless(number)
        if self._is_part(own, number):
            return self._part(own, number)
        carried = self.carried(own, number)
        if self._is_subset(own, number, carried):
            return Named(joined(carried, own), own.after, self._topic.figure)
        if not carried and self._stop == "、" and is_plain_noun(own):
            carried = self._said.verb + self._level(own)
        if not carried and not own.after and "/" in self._figures[number].unit:
            carried, own = [], self._priced(own, number)
        if not carried and self._topic.is_firm and own.before and own.before[-1][0] in ATTRIBUTE:
            carried = self._topic.entity
        return Named(joined(carried, own), own.after)

    def _level(self, own: Own) -> list[Word]:
        """省级先进乡镇1个、示范村2个: 省级 is said of both."""
        last = next((word for word in self._said.opening[:2] if word[0] in _LEVELS), None)
        is_short = len(text_of(own.words)) <= _FEW and own.words[0][0] not in _LEVELS
        return [last] if last and is_short else []

    def _is_subset(self, own: Own, number: int, carried: list[Word]) -> bool:
        """受理20起，办结10起: fewer of the same, only said in a verb."""
        topic, figure = self._topic, self._figures[number]
        if not carried or topic.figure is None or topic.sentence != self._sentence:
            return False
        first = own.words[0][0]
        if first in CHANGE or first in OF_TOPIC or first in _STOCKS or is_average(own.words):
            return False
        whole = self._figures[topic.figure]
        same = whole.unit == figure.unit and figure.form in (Form.ARABIC, Form.CHINESE)
        return same and figure.value <= whole.value and carried == noun_of(topic.words)

    def _shared(self, share: Share) -> Named:
        """分别增长8%和10%: each of the subjects in turn."""
        subject = share.subject
        if not subject and share.figure is not None:
            subject = self.named[share.figure].words
        return Named([*subject, *share.own], said=text_of(share.own))

    def _nameless(self, number: int) -> Named:
        """13户42人: the second counts what the first did. 烤烟为传统产业，现有20亩: see before."""
        said, topic = self._said, self._topic
        unit = self._figures[number].unit
        if deed := self._deed_of_pair(number):
            return Named(deed)
        if self._stop == "：" and said.label:
            return Named(said.label)  # 一级：6万元；二级：4万元
        if unit in OF_UNIT and self._run and self._run[0][0] in OWN_PLACE:
            return Named([(OF_UNIT[unit], "n")])  # 全村共174户
        if said.fresh:
            if topic.is_listing and topic.figure is not None:
                return self._part(Own(said.fresh), number)
            return Named(said.fresh)
        pair = self._pair(number)
        if pair is not None:
            return pair
        if unit in OF_UNIT and not said.label and not said.object:
            return Named([*said.subject, (OF_UNIT[unit], "n")])
        return Named(said.context())

    def _deed_of_pair(self, number: int) -> list[Word]:
        """1754户3735人脱贫: what is said of the second is said of the first."""
        one, *others = self._figures[number : number + 2]
        if not others or others[0].start != one.end or self._run or self._said.fresh:
            return []
        if {one.unit, others[0].unit} != set(OF_UNIT) or self._topic.is_listing:
            return []
        return own_words([[], self._deed], 0).after

    def _pair(self, number: int) -> Named | None:
        """The thing before in another unit, if the figure can be that."""
        before = self.named.get(number - 1)
        if before is None or self._sentence_of.get(number - 1) != self._sentence:
            return None
        is_listing = self._topic.is_listing
        return paired(before, number, self._figures, self._run, is_listing=is_listing)

    # -- parts --------------------------------------------------------------------------------

    def _is_part(self, own: Own, number: int) -> bool:
        topic, figure = self._topic, self._figures[number]
        if topic.figure is None or own.words[0][0] in ("占", "是"):
            return False
        if topic.is_listing:
            if is_said_of_topic(own.words, figure) and topic.part is not None:
                return False
            if is_side(own.words):
                return topic.part_unit == ""
            return not (self._stop == "；" and are_siblings(topic.words, own.words))
        # 砖厂5家（枣树2家，建中3家）
        is_plain = not starts_with_verb(own.before) and not is_side(own.words)
        return bool(self._stack) and self._stands_before(figure.unit) and is_plain

    def _stands_before(self, unit: str) -> bool:
        """Whether what stands before a bracket is in this unit, or is paired with what is."""
        topic = self._topic
        if topic.unit == unit or not topic.figure:
            return topic.unit == unit
        one, other = self._figures[topic.figure - 1], self._figures[topic.figure]
        return one.unit == unit and one.end == other.start

    def _part(self, own: Own, number: int) -> Named:
        """A part of the last whole in its unit, else of the last whole."""
        whole = self._wholes.of(number, self._topic)
        words = self.named[whole].words if whole is not None else self._topic.words
        words = innermost(without_change(words))
        if counts_others(words, own.words, self._figures[number].unit):
            return Named(own.before, own.after)
        if whole is not None and not self._wholes.can_hold(whole, number):
            whose = [] if is_specific(own.words) else noun_of(words)
            return Named([*whose, *own.before], own.after)
        ends_in_side = own.before and not own.after and is_side(own.before[-1:])
        if (ends_in_side and is_specific(own.words)) or text_of(words) in text_of(own.words):
            return Named(own.before, own.after, whole, is_listed=True)
        return Named([*noun_of(words), ("中", "f"), *own.before], own.after, whole, is_listed=True)

    # -- what the sentence lends ----------------------------------------------------------------

    def _remember(self, named: Named, own: Own, number: int) -> None:
        topic, figure = self._topic, self._figures[number]
        topic.listed += 1
        if own.before and own.before[0][0] in _RATES:
            topic.rate = own.before[:1]
        entity = [] if named.is_pair else entity_of(named, own, figure)
        if named.of is not None and not named.is_listed:
            return
        if self._stack or named.of is not None:
            parts = topic.part_sums.get(figure.unit, Decimal(0))
            topic.part_sums[figure.unit] = parts + figure.value
            topic.part, topic.part_unit = number, figure.unit
            topic.entity = entity or topic.entity  # 枣树2家，占地130亩
            return
        if named.is_pair or figure.form in (Form.RANK, Form.SHARE) or is_change(own):
            return
        topic.words = without_task(without_change(named.words))
        topic.unit, topic.figure = figure.unit, number
        topic.part, topic.part_unit, topic.sentence = None, "", self._sentence
        if not topic.is_firm:
            topic.entity = entity or topic.entity
        self._wholes.add(number)
