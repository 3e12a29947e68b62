"""What became of a plan: the tasks of an earlier report beside what a later one tells.

A task with a number is looked for among the figures of the later report that are of the same
thing; one without is looked for among its sentences. Words that few sentences hold say more about
what a task is than words that stand everywhere, so a match is weighed by how rare its words are.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import chain

from qianxian_figures import Bound, Kind, Status, convert, is_comparable, is_count
from qianxian_reader._document import Document, ReportFigure, Role, Statement, Task
from qianxian_reader._match import is_loose


class Outcome(StrEnum):
    """What the later report says of a task of the earlier one."""

    MET = "met"
    PARTLY = "partly"
    MISSED = "missed"
    UNMENTIONED = "unmentioned"


@dataclass(frozen=True, slots=True)
class Commitment:
    """A task of the earlier report and what became of it.

    figure      of the later report, where the answer is a number
    statement   of the later report, where it is a sentence
    message     a Chinese sentence: planned, done, compared
    """

    task: Task
    outcome: Outcome
    message: str
    figure: ReportFigure | None = None
    statement: Statement | None = None


_SAME = 0.6  # share of a measure's weight that a figure must have in common
_TELLS = 0.55  # of a clause of a task, that a sentence must have
_FEWEST = 3  # pairs of characters below which a clause could be of anything
_SHORTEST = 10  # characters of a task without a number that can be looked for
_REACHED = Decimal("0.995")  # printed numbers are rounded
_CLAUSE = re.compile(r"[，、；：]")
_BRACKETS = re.compile("[（）]")  # 新（改）建 is 新改建
_NO_WORD = re.compile(r"[^\u4e00-\u9fffA-Za-z]")
# Words that any task and any account of it may hold, and until when.
_EMPTY = re.compile(
    r"年内|(?:年底|年末|国庆|春节|[一二三四]季度|\d{1,2}月[底末]?)之?前|新改扩建|新改建|同口径|可比|地方|县级|全县|全镇|全乡|全市|全区|完成|实现|新建|建成|改扩建|扩建|改建|加快|推进|建设|项目|工程|全面|积极|大力|进一步|持续|力争|确保|工作|着力|深入|启动|实施|开展|提升|打造|推动|不断|扎实|切实|投入使用|投用|并|等|和|与|的|了"
)
_EACH = re.compile(r"(.{2,}?)[、和](.{2,}?)(?:分别|均)(.{2,})")  # 甲、乙分别增长: said of each
_TAIL = 4  # characters that the names of two counts end in, where no third one ends so
_GROWTH = re.compile(r"(?:增长|增速|下降|提高|增加|增幅|降低|减少)$")
_TALLIED = re.compile(r"(?:累计|五年|“?十[二三四五]五”?)")
_LIMITS = re.compile(r"失业率|死亡|事故|不超过|控制|压减|发生率|人口自然增长率|能耗|排放")
_DONE = re.compile(
    r"完成|建成|竣工|投用|投入使用|通车|开园|开业|投产|达到|实现|落成|获批|通过验收|成功|圆满|摘牌|完工|运营|开放|覆盖|兑现|入选|荣获|获评|举办|成立|出台|新增|改造|新建|解决"
)
_UNDER_WAY = re.compile(
    r"加快|推进|有序|正在|启动|开工|前期|进展|筹建|在建|加紧|扎实|稳步|着手|主体|进场"
)
_FAILED = re.compile(
    r"未(?:能|完成|达|实现|开工)|没有(?:完成|达到|实现|开工)|滞后|缓慢|低于(?:预期|目标)|不及|差距"
)


def follow_up(earlier: Document, later: Document) -> tuple[Commitment, ...]:
    """Each task of `earlier` in its order, with what `later` tells of it.

    Tasks are what stands in the plan parts of the earlier report: numbers, and sentences long
    enough to be looked for (大力发展产业 is no promise). What the later report plans in its turn
    is not counted as an answer.
    """
    told = _Told(later)
    return tuple(told.answer(task) for task in _promises(earlier.tasks))


def _promises(tasks: Iterable[Task]) -> Iterable[Task]:
    """A goal is often said twice, in the outlook and in its chapter."""
    seen: set[tuple[str, Decimal | None, str]] = set()
    for task in chain.from_iterable(map(_of_each, tasks)):
        key = (task.measure or task.text, task.value, task.unit)
        is_checked = task.value is not None or task.due or len(task.text) >= _SHORTEST
        if is_checked and key not in seen:
            seen.add(key)
            yield task


def _of_each(task: Task) -> Iterator[Task]:
    """甲、乙分别增长10% is a goal for each of the two."""
    said = _EACH.fullmatch(task.measure) if task.value is not None else None
    measures = (said[1] + said[3], said[2] + said[3]) if said else (task.measure,)
    return (replace(task, measure=measure) for measure in measures)


def _pairs(text: str) -> frozenset[str]:
    """Neighbouring characters: they need no dictionary, and 卫生厕所 is in 户用卫生厕所."""
    bare = _NO_WORD.sub(" ", _EMPTY.sub(" ", _BRACKETS.sub("", text)))
    return frozenset(
        bare[place : place + 2]
        for place in range(len(bare) - 1)
        if " " not in bare[place : place + 2]
    )


def _first_words(measure: str) -> frozenset[str]:
    """The pairs that a measure begins with: they say which of several alike it is."""
    return _pairs(_bare(measure)[:3])


def _bare(measure: str) -> str:
    return _NO_WORD.sub("", _EMPTY.sub("", _BRACKETS.sub("", measure)))


class _Told:
    """The figures and sentences of a report that tell what was done."""

    def __init__(self, report: Document) -> None:
        roles = {section.id: section.role for section in report.sections}
        self._figures = [
            (one, _pairs(one.measure))
            for one in report.figures
            if one.figure.status is not Status.PLAN and roles.get(one.section or 0) is not Role.PLAN
        ]
        self._sentences = [
            (one, _pairs(one.text))
            for one in report.statements
            if roles.get(one.section) not in (Role.PLAN, Role.SUGGESTION)
        ]
        self._held = Counter(pair for _, pairs in self._sentences for pair in pairs)
        self._count = len(self._sentences) + 1

    def answer(self, task: Task) -> Commitment:
        if task.value is not None:
            figure = self._figure_of(task)
            if figure is not None:
                return _compared(task, figure)
        statement = self._sentence_of(task)
        if statement is None:
            return Commitment(
                task, Outcome.UNMENTIONED, f"去年说“{_short(task.text)}”，今年没有交代。"
            )
        return _told_in_words(task, statement)

    def _weight(self, pairs: Collection[str]) -> float:
        return sum(math.log(self._count / (1 + self._held[pair])) + 0.1 for pair in pairs)

    def _figure_of(self, task: Task) -> ReportFigure | None:
        """The figure of the same thing in a comparable unit, if one is near enough."""
        wanted = _pairs(task.measure)
        whole = self._weight(wanted)
        first = _first_words(task.measure)
        best: tuple[float, ReportFigure] | None = None
        for one, pairs in self._figures:
            # 服务业增加值 and 工业增加值 have all in common but what tells them apart.
            if not _is_answer(task, one) or (first and not first & pairs):
                continue
            common = self._weight(wanted & pairs)
            # What the figure says besides makes it another thing, but less so than what it lacks.
            excess = self._weight(pairs - wanted)
            near = common / (whole + excess / 5) if whole else 0.0
            if one.measure == task.measure:
                near = 1.0
            if near >= _SAME and (best is None or near > best[0]):
                best = near, one
        return best[1] if best else self._only_one_like(task)

    def _only_one_like(self, task: Task) -> ReportFigure | None:
        """新改建无害化卫生厕所 answers 新改建户用卫生厕所 where no other count is of 卫生厕所."""
        tail = _bare(task.measure)[-_TAIL:]
        if not is_count(task.unit) or len(tail) < _TAIL:
            return None
        like = [one for one, _ in self._figures if _bare(one.measure).endswith(tail)]
        return like[0] if len(like) == 1 and _is_answer(task, like[0]) else None

    def _sentence_of(self, task: Task) -> Statement | None:
        """The sentence that tells most of one clause of a task; of equals the first."""
        best: tuple[float, Statement] | None = None
        is_number = task.value is not None
        first = _first_words(task.measure) if is_number else frozenset()
        for clause in _CLAUSE.split(task.measure if is_number else task.text):
            wanted = _pairs(clause)
            if len(wanted) < _FEWEST:
                continue
            whole = self._weight(wanted)
            for one, pairs in self._sentences:
                if first and not first & pairs:
                    continue
                near = self._weight(wanted & pairs) / whole
                if near >= _TELLS and (best is None or near > best[0]):
                    best = near, one
        return best[1] if best else None


def _is_answer(task: Task, one: ReportFigure) -> bool:
    figure = one.figure
    if not (is_comparable(figure.unit, task.unit) or is_loose(figure.unit, task.unit)):
        return False
    if (figure.kind is Kind.CHANGE) != _grows(task):
        return False
    # 五年累计 is no answer to what was planned for one.
    return figure.kind is not Kind.RANK and not (
        _TALLIED.search(one.measure) and not _TALLIED.search(task.text)
    )


def _grows(task: Task) -> bool:
    return task.unit in ("%", "百分点") and bool(_GROWTH.search(task.measure))


def _compared(task: Task, one: ReportFigure) -> Commitment:
    planned = task.value or Decimal(0)
    done = one.value
    if is_comparable(one.unit, task.unit):
        done = convert(done, one.unit, task.unit)
    is_limit = one.figure.bound is Bound.UNDER or bool(_LIMITS.search(task.measure))
    planned_text = _told(planned, task.unit)
    told = f"“{task.measure}”去年计划{planned_text}，今年报{one.span.text}（第{one.span.line}行）"
    if done <= planned if is_limit else done >= planned * _REACHED:
        return Commitment(task, Outcome.MET, f"{told}，完成。", figure=one)
    if one.figure.kind in (Kind.CHANGE, Kind.RATE) or is_limit:
        return Commitment(task, Outcome.MISSED, f"{told}，没有达到。", figure=one)
    share = done * 100 / planned if planned else Decimal(0)
    words = f"{told}，完成{share:.1f}%，还差{_told(planned - done, task.unit)}。"
    return Commitment(task, Outcome.PARTLY if done else Outcome.MISSED, words, figure=one)


def _told(value: Decimal, unit: str) -> str:
    """150亿元 for 15000000000元."""
    for size, word in ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万")):
        if abs(value) >= size and not value % (size / 10000):
            return f"{(value / size).normalize():f}{word}{unit}"
    return f"{value.normalize():f}{unit}"


def _told_in_words(task: Task, statement: Statement) -> Commitment:
    told = f"去年说“{_short(task.text)}”，今年第{statement.line}行写“{_short(statement.text)}”"
    about = _part_about(task.measure or task.text, statement.text)
    if _FAILED.search(about):
        outcome, words = Outcome.MISSED, "，没有完成。"
    elif _UNDER_WAY.search(about) and not _is_done_first(about):
        outcome, words = Outcome.PARTLY, "，还在办。"
    elif _DONE.search(about):
        outcome, words = Outcome.MET, "，办成了。"
    else:
        outcome, words = Outcome.PARTLY, "，没说办成没有。"
    if task.value is not None:
        words = words.removesuffix("。") + "，没有给出对得上的数。"
    return Commitment(task, outcome, told + words, statement=statement)


def _part_about(wanted: str, told: str) -> str:
    """Of a sentence on several things the clause on this one, with the next if it has no verb."""
    pairs = _pairs(wanted)
    clauses = re.split(r"[，；]", told)
    best = max(range(len(clauses)), key=lambda place: len(pairs & _pairs(clauses[place])))
    tells = any(one.search(clauses[best]) for one in (_DONE, _UNDER_WAY, _FAILED))
    return clauses[best] if tells else "，".join(clauses[best : best + 2])


def _is_done_first(text: str) -> bool:
    """建成投用 tells more than 加快推进 before it."""
    return bool(re.search(r"建成|竣工|投用|投入使用|通车|完工|全部完成|通过验收|获批|入选", text))


def _short(text: str, length: int = 40) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
