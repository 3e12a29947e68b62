"""What a figure counts, as a phrase that is understood alone.

The words before and after a number rarely say it all: 占地面积3400平方米 needs whose, 增长6% needs
of what, 办结4起 needs which cases. Each clause is therefore named from its own words and, where these
are not enough, from the subject that the sentence carries.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qianxian_reader._clauses import Clause
from qianxian_reader._fit import fitted
from qianxian_reader._lexicon import words
from qianxian_reader._measure_words import ATTRIBUTE, CHANGE, GENERIC, OF_THE_PLACE, WORK
from qianxian_reader._numbers import Candidate, Form
from qianxian_reader._own_words import (
    Own,
    is_firm_name,
    is_nominal,
    is_side,
    is_specific,
    lead_off,
    leading_noun,
    noun_of,
    own_words,
    starts_with_verb,
    tail_off,
    verb_of,
    without_attribute,
    without_verb,
)
from qianxian_reader._shared_subjects import Share, shares
from qianxian_reader._tokens import Tokens, Word, has_word, text_of

_PART = re.compile(r"其中|包括")
_LEADS_IN = re.compile(r"(?:[是为]|如下|目标|要求|任务|以下)$")
# A clause that begins so tells something of the subject; it does not name another one.
_TELLS = re.compile(r"主要|有|包括|由|以|是|系|属|位于|地处|分布|坐落|集中|用于|分为|其|含|涉及")
_OF_TOPIC = words("较 比 占 是 居 列 位居 位列 同比 为 位")
_BETWEEN = re.compile(r"以(.{2,14})为(?:重点|主|主体|依托|抓手|契机|目标|核心|载体|中心)")
_FORWARD = re.compile(r"用于|对|为|建设|新建|支持|改造|升级|修建|购买|整治")
# Headings that name no thing.
_NO_NAME = re.compile(r"情况|现状|概况|简介|问题|工作|打算|回顾|安排|方面|，|[。：；]")
_OF_UNIT = {"户": "总户数", "人": "总人口"}
_HOW = words("实际 全部 基本 按时 及时 已经")
_SHORT = 3
_FEW = 4
_PRICES = words("价格 单价 均价 价 收费 标准 费用 费 水价 电价 补贴 补助")
# What these verbs make or hold is what the next clauses tell of; guests and yields are not.
_HOLDING = words(
    "种植 养殖 栽植 栽种 发展 建设 建成 新建 建 实施 引进 打造 完成 推进 谋划 现有 有 拥有 改造 改扩建 投资 建立 成立 创建 流转"
)


@dataclass(slots=True)
class Named:
    """A measure before it is cut to length.

    of         number of the figure that it is a part of
    is_listed  that is said by 其中 or by brackets; else it only is one (受理20起，办结10起)
    is_pair    the same thing in another unit: 户 and 人
    said       what a shared predicate says of it (分别增长)
    """

    before: list[Word]
    after: list[Word] = field(default_factory=list)
    of: int | None = None
    is_listed: bool = False
    is_pair: bool = False
    said: str = ""

    @property
    def words(self) -> list[Word]:
        return [*self.before, *self.after]

    def text(self) -> str:
        return fitted(self.before, self.after)


@dataclass(slots=True)
class _Topic:
    """What the sentence speaks of."""

    words: list[Word] = field(default_factory=list)  # the last measure
    entity: list[Word] = field(default_factory=list)  # whose sides are being listed
    unit: str = ""
    figure: int | None = None  # the last figure that is no part
    part_unit: str = ""  # unit of the last part listed after 其中
    is_listing: bool = False
    is_firm: bool = False  # the entity was named by a clause of its own
    sentence: int = -1

    def nested(self, host: list[Word]) -> _Topic:
        """The topic of a bracket: what stands right before it."""
        if host:
            return _Topic(words=host, entity=host, sentence=self.sentence)
        return replace(self, entity=self.words or self.entity, is_listing=False)


@dataclass(frozen=True, slots=True)
class _Host:
    unit: str
    figure: int
    sentence: int


class Namer:
    """Names the figures of one paragraph, clause by clause."""

    def __init__(
        self, figures: Sequence[Candidate], tokens: Tokens, heading: str = "", start: int = 0
    ) -> None:
        """`heading` is the section's; the first `start` characters are a heading's number."""
        self._start = start
        self._figures = figures
        self._tokens = tokens
        is_name = 1 < len(heading) <= 14 and not _NO_NAME.search(heading)
        title = Tokens(heading).between(0, len(heading)) if is_name else []
        self._heading = noun_of(lead_off(title))
        self._topic = _Topic()
        self._stack: list[_Topic] = []
        self._sentence = -1
        self._stop = ""  # the mark before the clause at hand
        self._label: list[Word] = []
        self._subject: list[Word] = []  # who or what the sentence began with
        self._object: list[Word] = []  # the last words of a clause without figures
        self._fresh: list[Word] = []  # a subject named since the last figure
        self._verb: list[Word] = []
        self._labelled: list[Word] = []  # what a row of labels (一级：二级：) is about
        self._shares: dict[int, Share] = {}
        self._hosts: list[_Host] = []  # the wholes of this sentence and the last one before
        self._sentence_of: dict[int, int] = {}
        self.named: dict[int, Named] = {}

    def read(self, clauses: Sequence[Clause]) -> dict[int, Named]:
        self._shares = shares(clauses, self._tokens, self._figures)
        for place, clause in enumerate(clauses):
            self._enter(clause)
            if clause.figures:
                following = clauses[place + 1] if place + 1 < len(clauses) else None
                self._name_clause(clause, following)
            else:
                self._take_subject(clause)
        return self.named

    # -- where we are ---------------------------------------------------------------------

    def _enter(self, clause: Clause) -> None:
        while len(self._stack) < clause.depth:
            self._stack.append(self._topic)
            self._topic = self._topic.nested(self._fresh)
        while len(self._stack) > clause.depth:
            self._topic = self._stack.pop()
        if clause.sentence != self._sentence:
            self._sentence = clause.sentence
            self._label, self._subject, self._object = [], [], []
            self._fresh, self._verb, self._labelled = [], [], []
            self._topic.is_listing = False
            self._topic.entity, self._topic.is_firm = [], False
            self._hosts = self._hosts[-1:]
        if clause.stop == "；":
            self._label, self._hosts = [], []
            self._topic.is_firm = False

    def _words(self, start: int, end: int) -> list[Word]:
        return self._tokens.between(max(start, self._start), end)

    def _take_subject(self, clause: Clause) -> None:
        """A clause without a figure may name what the next ones count sides of."""
        raw = self._words(clause.start, clause.end)
        if _PART.match(text_of(raw)):
            self._topic.is_listing = True
            raw = raw[1:]
        words = tail_off(lead_off(raw))
        if not words:
            return
        if clause.after == "：":
            self._take_label(words, text_of(raw))
            return
        self._object = (
            _last_words(words)
            if not (named := _BETWEEN.match(text_of(words)))
            else [(named[1], "n")]
        )
        if _TELLS.match(text_of(raw)) and not self._topic.is_listing:
            return
        is_name = len(text_of(words)) <= 18 and is_nominal(words)
        subject = words if is_name else leading_noun(words)
        if subject:
            self._subject = self._fresh = self._topic.entity = subject
            self._topic.is_firm = is_name and is_firm_name(subject)
        elif clause.after == "（":
            self._fresh = words  # 年繁殖小牛（100头）
        if is_name and not clause.stop and clause.after == "。" and len(text_of(words)) <= 12:
            self._heading = words  # 一是草莓产业。……

    def _take_label(self, words: list[Word], raw: str) -> None:
        """居民用水：…… or 补偿标准为一级：……；二级：……"""
        for place, (word, _) in enumerate(words):
            if word in ("为", "是", "分为") and 0 < place < len(words) - 1:
                self._labelled, words = words[:place], words[place + 1 :]
                break
        is_label = 1 < len(text_of(words)) <= 12 and not _LEADS_IN.search(raw)
        self._label = words if is_label else []
        if self._label and not is_specific(self._label):
            self._label = [*self._labelled, *self._label]

    # -- naming -----------------------------------------------------------------------------

    def _name_clause(self, clause: Clause, following: Clause | None) -> None:
        runs = self._runs(clause)
        self._stop = clause.stop
        if _PART.search(text_of(runs[0][:3])):
            self._topic.is_listing = True
        elif self._topic.is_listing and not self._goes_on_listing(clause):
            self._topic.is_listing = False
        for index, number in enumerate(clause.figures):
            own = own_words(runs, index)
            named = self._compose(own, number, clause)
            self._fresh, self._object = [], []
            if not is_specific(named.words) and number == clause.figures[-1]:
                named.after = [*named.after, *self._forward(own, following)]
            self.named[number] = named
            self._sentence_of[number] = clause.sentence
            self._remember(named, own, number)
        opening = lead_off(runs[0])
        self._verb = verb_of(tail_off(opening)) or (self._verb if clause.stop == "、" else [])
        subject = leading_noun(opening)
        if subject and len(subject) < len(tail_off(opening)):
            self._subject = subject

    def _forward(self, own: Own, following: Clause | None) -> list[Word]:
        """What the next clause tells: 投入资金30万元，对市场升级改造; 剩余403户、964人贫困人口."""
        if following is None or following.sentence != self._sentence:
            return []
        if not following.figures:
            more = lead_off(self._words(following.start, following.end))
            return more if _FORWARD.match(text_of(more)) or starts_with_verb(more) else []
        first = self._figures[following.figures[0]]
        before = lead_off(self._words(following.start, first.start))
        if following.stop == "、" and not before:
            return self._words(first.end, following.end) if len(following.figures) == 1 else []
        is_short = len(text_of(own.words)) <= _FEW
        return tail_off(before) if is_short and starts_with_verb(before) else []

    def _goes_on_listing(self, clause: Clause) -> bool:
        """After 其中 a list goes on with the same unit."""
        if self._tokens.begins_with_time(clause.start):
            return False
        unit = self._figures[clause.figures[0]].unit
        return clause.stop == "、" or unit in (self._topic.part_unit, self._topic.unit)

    def _runs(self, clause: Clause) -> list[list[Word]]:
        places = [clause.start]
        for number in clause.figures:
            places += [self._figures[number].start, self._figures[number].end]
        places.append(clause.end)
        return [self._words(places[index], places[index + 1]) for index in range(0, len(places), 2)]

    def _compose(self, own: Own, number: int, clause: Clause) -> Named:
        share = self._shares.get(number)
        if share is not None:
            return self._shared(share)
        if not own:
            return self._nameless(number)
        if self._is_part(own, number):
            return self._part(own, number)
        carried = self._carried(own, number)
        if self._is_subset(own, number, carried):
            return Named(_joined(carried, own), own.after, self._topic.figure)
        if not carried and clause.stop == "、" and _is_plain_noun(own):
            carried = self._verb
        if not carried and self._topic.is_firm and own.before and own.before[-1][0] in ATTRIBUTE:
            carried = self._topic.entity
        return Named(_joined(carried, own), own.after)

    def _is_subset(self, own: Own, number: int, carried: list[Word]) -> bool:
        """受理20起，办结10起: fewer of the same, only said in a verb."""
        topic, figure = self._topic, self._figures[number]
        if not carried or topic.figure is None or topic.sentence != self._sentence:
            return False
        if own.words[0][0] in CHANGE:
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
        if self._fresh:
            if self._topic.is_listing and self._topic.figure is not None:
                return self._part(Own(self._fresh), number)
            return Named(self._fresh)
        unit = self._figures[number].unit
        before = self.named.get(number - 1)
        if before is not None and self._sentence_of.get(number - 1) == self._sentence:
            one, other = self._figures[number - 1], self._figures[number]
            if one.end == other.start:
                return replace(before, is_pair=True)
            if unit not in _OF_UNIT or one.unit in _OF_UNIT or self._topic.is_listing:
                return replace(before, before=before.words, after=[], is_pair=True)
        if unit in _OF_UNIT and not self._label and not self._object:
            return Named([*self._subject, (_OF_UNIT[unit], "n")])
        return Named(self._context())

    def _is_part(self, own: Own, number: int) -> bool:
        topic = self._topic
        if topic.figure is None or own.words[0][0] in ("占", "是"):
            return False
        if topic.is_listing:
            return not is_side(own.words) or topic.part_unit == ""
        # 砖厂5家（枣树2家，建中3家）
        same = topic.unit == self._figures[number].unit
        is_plain = not starts_with_verb(own.before) and not is_side(own.words)
        return bool(self._stack) and same and is_plain

    def _part(self, own: Own, number: int) -> Named:
        """A part of the last whole in its unit, else of the last whole."""
        unit = self._figures[number].unit
        here = [host for host in self._hosts if host.sentence == self._sentence] or self._hosts
        value = self._figures[number].value
        same = [
            host.figure
            for host in here
            if host.unit == unit and self._figures[host.figure].value >= value
        ]
        whole = same[-1] if same else self._topic.figure
        words = self.named[whole].words if whole is not None else self._topic.words
        ends_in_side = own.before and not own.after and is_side(own.before[-1:])
        if (ends_in_side and is_specific(own.words)) or text_of(words) in text_of(own.words):
            return Named(own.before, own.after, whole, is_listed=True)
        return Named([*noun_of(words), ("中", "f"), *own.before], own.after, whole, is_listed=True)

    def _carried(self, own: Own, number: int) -> list[Word]:
        """What the sentence must lend to a clause that does not say which thing it counts."""
        topic, figure = self._topic, self._figures[number]
        words = own.words
        here = topic.words if topic.sentence == self._sentence else []
        if self._needs_topic(words, figure):
            if words[0][0] in CHANGE and self._part_before(number):
                return _without_change(self.named[number - 1].words)
            return self._fresh or here or topic.words or self._context()
        if is_side(words):
            return self._whose(words, here)
        if _is_short_rate(words):
            return self._label or self._object or noun_of(here) or self._subject
        is_verbal = _is_verbal(words, in_list=self._stop == "、")
        if is_verbal and len(text_of(words)) <= _SHORT:
            return noun_of(here) if here and topic.unit == figure.unit else self._subject
        if is_specific(words):
            return self._label_for(words)
        if own.before and (is_verbal or len(text_of(words)) <= _SHORT or starts_with_verb(words)):
            if here and topic.unit == figure.unit:
                return noun_of(here)
            return self._context() if is_verbal or not here else []
        return []

    def _part_before(self, number: int) -> bool:
        """其中工业3亿元，增长9%: the growth is the part's."""
        before = self.named.get(number - 1)
        is_here = self._sentence_of.get(number - 1) == self._sentence
        return before is not None and is_here and before.is_listed

    def _whose(self, words: list[Word], here: list[Word]) -> list[Word]:
        """占地面积, 产量: of the thing that the sentence is about."""
        if text_of(words) in OF_THE_PLACE:
            return self._label or self._subject
        return self._topic.entity or self._context() or noun_of(here)

    def _label_for(self, words: list[Word]) -> list[Word]:
        """居民用水：到户价格4.25元. Words that say which thing need no label, but prices do."""
        return self._label if words[-1][0] in _PRICES else []

    def _needs_topic(self, words: list[Word], figure: Candidate) -> bool:
        """Growth, shares and ranks are of what was named last."""
        if figure.form is Form.RANK:
            return not is_specific(words)
        first = words[0][0]
        share = next((i for i, (word, _) in enumerate(words[:3]) if word in ("占", "是")), None)
        if share is not None:
            return not is_specific(words[:share])
        if figure.unit in ("百分点", "倍") and (first in CHANGE or first in _OF_TOPIC):
            return True
        if first in CHANGE or first in _OF_TOPIC:
            return not is_specific(words)
        return figure.form in (Form.PERCENT, Form.SHARE) and not is_specific(words)

    def _context(self) -> list[Word]:
        return self._label or self._object or self._subject or self._heading

    def _remember(self, named: Named, own: Own, number: int) -> None:
        topic, figure = self._topic, self._figures[number]
        entity = [] if named.is_pair else _entity(named, own)
        if named.of is not None and not named.is_listed:
            return
        if self._stack or named.of is not None:
            topic.part_unit = figure.unit
            topic.entity = entity or topic.entity  # 枣树2家，占地130亩
            return
        first = own.words[0][0] if own else ""
        is_change = first in ("是", "占") or (first in CHANGE and not is_specific(own.words))
        if named.is_pair or figure.form in (Form.RANK, Form.SHARE) or is_change:
            return
        topic.words = _without_change(named.words)
        topic.unit, topic.figure = figure.unit, number
        topic.part_unit, topic.sentence = "", self._sentence
        if not topic.is_firm:
            topic.entity = entity or topic.entity
        self._hosts.append(_Host(figure.unit, number, self._sentence))


def _without_change(words: list[Word]) -> list[Word]:
    """预算收入增加1000亿元，达到3000亿元: the topic is the income, not its rise."""
    end = len(words)
    while end > 1 and words[end - 1][0] in CHANGE:
        end -= 1
    return words[:end]


def _entity(named: Named, own: Own) -> list[Word]:
    """The thing whose sides the next clauses may list."""
    first = own.words[0][0] if own else ""
    if first in WORK and (first not in _HOLDING or not own.before):
        return []
    entity = noun_of(without_attribute(named.words))
    return entity if is_specific(entity) else []


def _is_plain_noun(own: Own) -> bool:
    """An item of a list that leaves its verb to the first one: 淘汰织机20台、印染设备4台."""
    first, last = own.words[0], own.words[-1]
    return not starts_with_verb(own.words) and first[1][:1] in "nbjla" and last[0] not in ATTRIBUTE


def _is_verbal(words: Sequence[Word], *, in_list: bool = False) -> bool:
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


def _is_short_rate(words: Sequence[Word]) -> bool:
    bare = text_of(without_verb(words))
    return bare.endswith("率") and len(bare) <= 3


def _last_words(words: Sequence[Word]) -> list[Word]:
    """The object of a clause without figures, as far as it can stand for its subject:
    医保与社保收缴工作 in 做好医保与社保收缴工作.
    """
    verbs = (i for i, (word, _) in enumerate(words[:-1]) if word in WORK and word not in ATTRIBUTE)
    start = next(verbs, -1) + 1
    kept = [word for word in words[start:] if word[1] not in ("u", "uj", "ul", "x")]
    return kept if len(text_of(kept)) <= 14 else kept[-4:]


def _joined(carried: Sequence[Word], own: Own) -> list[Word]:
    """Carried words before own ones; 吸毒案件 and 办结案件 give 吸毒办结案件."""
    if own.words and own.words[0][0] in ("占", "是", "比", "较"):
        return [*carried, *own.before]  # 畜牧业总产值占农业总产值
    said = {word for word, _ in own.words}
    kept = [word for word in carried if not (word[0] in said and word[0] in GENERIC)]
    while kept and text_of(own.words).startswith(kept[-1][0]):
        kept.pop()  # 接种 before 接种率
    return own.before if text_of(kept) in text_of(own.words) else [*kept, *own.before]
