"""What the sentence speaks of while its figures are named one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from qianxian_reader._fit import fitted
from qianxian_reader._lexicon import words
from qianxian_reader._measure_words import ATTRIBUTE, CHANGE, WORK
from qianxian_reader._numbers import Candidate, Form
from qianxian_reader._own_words import Own
from qianxian_reader._phrases import is_specific, noun_of, without_attribute
from qianxian_reader._tokens import Word

# What these verbs make or hold is what the next clauses tell of; guests and yields are not.
_HOLDING = words(
    "种植 养殖 栽植 栽种 发展 建设 建成 新建 建 实施 引进 打造 完成 推进 谋划 现有 有 拥有 改造 改扩建 修建 新修 铺设 整修 硬化 开工 开通 投资 建立 成立 创建 流转"
)
_TASKS = words("任务 任务数 计划 目标 指标")
_COMPARED_TO = words("比 较 上年 去年 同期 年初 上年同期 去年同期 往年 前年")


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
class Topic:
    """The last measure, the thing whose sides are being listed, and the list under way."""

    words: list[Word] = field(default_factory=list)
    entity: list[Word] = field(default_factory=list)
    unit: str = ""
    figure: int | None = None  # the last figure that is no part
    part: int | None = None  # the last part listed after 其中
    part_unit: str = ""
    is_listing: bool = False
    is_wide: bool = False  # the list runs on over ；
    listed: int = 0  # figures since 其中
    part_sums: dict[str, Decimal] = field(default_factory=dict)  # of the parts, by unit
    inner: int | None = None  # the part that has parts of its own: 其中第二产业8亿元，其中工业5亿元
    is_firm: bool = False  # the entity was named by a clause of its own
    sentence: int = -1
    rate: list[Word] = field(default_factory=list)  # 增速 in 增速提高1个百分点，高于全市4个百分点

    def nested(self, host: list[Word]) -> Topic:
        """The topic of a bracket: what stands right before it."""
        if host:
            return Topic(words=host, entity=host, sentence=self.sentence)
        return replace(self, entity=self.words or self.entity, is_listing=False)

    def begin_sentence(self) -> None:
        self.is_listing = self.is_firm = False
        self.rate = []
        self.entity, self.inner = [], None

    def begin_list(self, *, is_wide: bool) -> None:
        """其中: a list of parts begins, inside another one where that is still open."""
        if self.is_listing and self.is_wide and not is_wide:
            self.inner = self.part
        else:
            self.is_wide, self.inner = is_wide, None
        self.is_listing, self.listed, self.part_sums = True, 0, {}

    def semicolon(self) -> None:
        """A list that 其中 opened a sentence with, or that ； parts from its first item on, goes on."""
        self.is_firm, self.inner = False, None
        self.is_wide = self.is_wide or self.listed == 1
        self.is_listing = self.is_listing and self.is_wide


def without_change(words: list[Word]) -> list[Word]:
    """预算收入增加1000亿元，达到3000亿元: the topic is the income, not its rise."""
    end = len(words)
    while end > 1 and (words[end - 1][0] in CHANGE or words[end - 1][0] == "预计"):
        end -= 1
    while 1 < end < len(words) and words[end - 1][0] in _COMPARED_TO:
        end -= 1
    return words[:end]


def without_task(words: list[Word]) -> list[Word]:
    """危房改造任务3800户，实际改造4559户: the topic is the work, not the task."""
    end = len(words)
    while end > 1 and words[end - 1][0] in _TASKS:
        end -= 1
    return words[:end]


def entity_of(named: Named, own: Own, figure: Candidate) -> list[Word]:
    """The thing whose sides the next clauses may list; an income or a share is none."""
    first = own.words[0][0] if own else ""
    if figure.form in (Form.PERCENT, Form.SHARE):
        return []
    if (
        figure.unit == "元"
        and not own.after
        and own.before[-1:]
        and own.before[-1][0] not in ATTRIBUTE
    ):
        return []
    if first in WORK and (first not in _HOLDING or not own.before):
        return []
    entity = noun_of(without_attribute(named.words))
    return entity if is_specific(entity) else []
