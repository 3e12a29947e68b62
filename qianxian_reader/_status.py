"""Whether a figure is so, is to be so, or is expected to be so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qianxian_figures import Status
from qianxian_reader._clauses import Clause
from qianxian_reader._document import Role
from qianxian_reader._numbers import Candidate

# In a part on plans a figure is planned unless its clause says that it is so already.
_SO_ALREADY = re.compile(
    r"(?:目前|现)已|截[至止](?:目前|\d{1,2}月|[一二三]季度)|已(?:完成|建成|实现|达到?|投入|累计|经)|实际(?:分别)?(?:完成|改造|建成)|(?<![比较])去年|(?<![比较])上年(?!同期)|过去[一五]年"
)
# 全年计划新创建农场80个，新增农户271个: a plan for the year, up to what was done of it.
_OF_YEAR = re.compile(
    r"(?:今年|本年|年内)计划(?!内|外|任务|的|投资|总投资)|(?:全年|年度|今年|本年)计划(?=新|提升|改造|建|投|引|实施|种植|创建|培育|打造|整治|安排|减少|完成(?!率|情况))"
)
_PLANNED = re.compile(
    r"(?<!完成)(?<!行动)(?<!(?<!\d)年)(?<!工作)(?<!度)(?<!超)(?<!科技)计划(?!的|生育|内|外|单列|执行|完成|书|项目|编制|名录|支持)|拟(?:建|投|新|引|于|用|实施|征|改|安排)"
    r"|任务数|任务(?:为|是|指标)|(?<!完成)(?:收入|支出|投资|引资|税收|年度|全年|造林|脱贫|改厕|征收)任务$|(?<![完超])(?:年度|全年)目标(?:为|是|任务)|目标(?:为|是)|下达|需求|(?<!公共)(?<!财政)预算(?!内|收入|支出|总?额|执行)|意向|协议(?:总)?(?:引资|投资|资金)|力争"
    r"|规划(?:总)?投资|拟定|计划总|需(?:新增|投入|资金)|设计(?:年|日|能力|产能|规模)|(?<![束期]性)指标(?:任务|数)?(?:为|是)?$|(?:下达|考核|分配)\S{0,4}指标(?!已|的完成|居|位)"
)
# No word of these three lists is without one of these characters; most clauses have none of them.
_OF_EXPECTED, _OF_ALREADY = re.compile("[望预将]"), re.compile("[已截去上过实]")
_OF_PLANNED = re.compile("[划拟务标达求算向议争需计]")
_AFTER_BUILDING = re.compile(
    r"(?:建成|投产|达产|完工|竣工|建设完成|项目完成|全部完成|投入使用|运营|投用)(?:投产|运营|达效|达产)?(?:之)?后"
)
_EXPECTED = re.compile(
    r"预计|有望|可望|预期(?!目标|性|寿命)|将(?:于|在|达|实现|完成|突破|带动|新增|建成|投入|增加|可|为全|有\d|会|超|陆续|全部)"
)
# 总收入可达150万元: what it can come to; 2019年总产值可达1000万元 is told of a year that is over.
_CAN_BE = re.compile(
    r"(?:(?:产值|收入|产量|收益|利润|效益)可(?:达到?|实现|突破)|可(?:实现|产(?!业)|创|增收|(?:为\S{1,8})?带来)\S{0,8})$"
)
# 由18元提高到32元: what it rises from is so already.
_FROM = re.compile(r"(?:由|从)[^，。；]{0,14}$")
_RAISED = re.compile(r"^(?:提高|增加|提升|上调|增长|下降|降低|压减|缩短|扩大|减少)(?:到|至|为)")
# 10万吨锌锭等前期项目, 20万吨磷酸铁生产项目开工: size of a works.
_WORKS = re.compile(r"^(?:级)?[\u4e00-\u9fff、]{1,14}(?:项目|工程|生产线|装置)")
_SIZES = frozenset(("吨", "千瓦", "立方米", "千伏安", "方"))
_IN_YEAR = re.compile(r"20\d{2}年")
# 加强与甲、乙等7所高校合作: with what is there already.
_WITH, _TOGETHER = re.compile(r"[与同][^，。；]{2,30}等$"), re.compile(r"合作|交流|联系|对接$|结对")
# 新建1个处理设施，预计年内投入使用: the next clause tells of the figures before it.
_SOON = re.compile(
    r"^(?:预计|有望|可望|将于|计划于|力争|拟于)(?!.{0,8}(?:跻身|成为|进入|位居|列|创))"
)
_REACHED_TASK = re.compile(r"完成[^，。；]{0,14}(?:下达|任务)")
# 占年度目标任务51%, 为年初预算的103.6%: a task is only the measure of what was done.
_OF_TASK = re.compile(
    r"(?:占|为|达到?)(?:全年|年度|年初|年|县|市|区|省|上级|下达|考核|总|目标|计划|任务|初|的)*(?:任务|计划|目标|预算|指标)数?的?$"
)
# 改造任务33.86万亩; but 部署任务12项 counts the tasks.
_TASK_OF = re.compile(r"(?<!重点)任务(?:为|是)? ?$")
_LISTED_ONE_BY_ONE = frozenset(("项", "个", "件", "条", "次", "类", "种", "%"))
_PASSED_TASK = re.compile(
    r"(?:任务|计划|目标|预算|指标)数?的?超[^，。；]{0,4}$|超(?:额|过)?[^，。；]{0,4}(?:任务|计划|目标)数?的?$"
)
# 完成全年目标（4.29亿元）: what a bracket adds to a task is the task.
_TASK_END = re.compile(r"(?:目标|任务|计划)(?:任务|数|值)*$")
# 2万名群众都将用上自来水
_WILL = re.compile(r"^[^，。；、]{0,8}(?:都|均|也)将")
# What is expected for sure (预计) holds to the end of the sentence, what may come (有望) for its part.
_FORESEEN = re.compile(r"预计|预期")
_AIM = re.compile(r"^[^，。；]{0,8}的(?:目标|任务)")
_COMES_TO = re.compile(r"(?:达到?|增长|增幅达?|同比增长)")
_GOALS = re.compile(r"(?:目标(?:任务)?|计划|打算)(?:是|为|如下)?$")
_AHEAD = re.compile(r"(?:下一?步|今后|明年|接下来|下一阶段|下一年)")
_LATER = re.compile(r"(?:力争|确保|计划)?(?:到|至)?(20\d{2})年")
_PAST = re.compile(r"去年|上年(?!同期)|过去[的一五]|20\d{2}年以来")
_DONE_ALL = re.compile(r"^[^，。；]{0,30}?(?:已|基本|全部|均)(?:基本|全部|经)?完成")
# 年产6万吨项目签订协议: capacity of a works that is not built.
_CAPACITY = re.compile(
    r"(?:年产|年加工|年处理|日处理|日供水|日供热|日供气|产能|装机|年屠宰|年出栏|总库容|储能|(?:供水|供热|处理|生产)能力)\S{0,4}$"
)
_NOT_BUILT = re.compile(
    r"签[订定约署]|前期|谋划|洽谈|意向|拟|开工|在建|加快推进|加紧|(?:加快|正在)建设|启动|奠基|落户|协议|规划"
)


class Statuses:
    """Statuses of the figures of one paragraph, in order."""

    def __init__(
        self,
        role: Role,
        clauses: Sequence[Clause],
        year: int | None = None,
        figures: Sequence[Candidate] = (),
    ) -> None:
        """`year` is the one that the part tells of."""
        self._figures = figures
        self._role = role
        self._clauses = clauses
        self._year = year
        self._is_plan = False  # a sentence of a plan
        self._is_ahead = False  # from 下一步 on a paragraph tells of what is to be done
        self._spread = Status.ACTUAL  # what an earlier clause of the sentence has said
        self._is_past = False  # a sentence of a plan that tells of last year
        self._sentence = -1
        self._is_part = False  # what is expected is so up to the next ；
        self._before: Clause | None = None
        self._is_signed = False  # the sentence tells of contracts, not of works that run
        self._aimed = _aimed_at(clauses)
        self._last = Status.ACTUAL  # of the figure before

    def read(self) -> dict[int, Status]:
        out: dict[int, Status] = {}
        for place, clause in enumerate(self._clauses):
            self._enter(clause)
            following = self._clauses[place + 1] if place + 1 < len(self._clauses) else None
            for index, number in enumerate(clause.figures):
                self._last = out[number] = self._of(clause, index, following)
            self._go_on(clause)
            self._before = clause
        return out

    def _enter(self, clause: Clause) -> None:
        if clause.sentence != self._sentence and not self._goes_on(clause):
            self._spread = Status.ACTUAL
            self._is_past = self._is_signed = False
            self._is_ahead = self._is_ahead or bool(_AHEAD.match(clause.pieces[0]))
            self._is_plan = self._is_ahead or self._is_later(clause.pieces[0])
            if self._is_plan:
                self._spread = Status.PLAN
        self._sentence = clause.sentence
        if self._last is Status.PLAN and clause.pieces[0].startswith("其中"):
            self._spread = Status.PLAN  # the parts of a task
        self._is_past = self._is_past or bool(_PAST.match(clause.pieces[0]))
        is_apart = self._is_part or self._spread is Status.PLAN
        if clause.stop == "；" and is_apart and not self._is_plan:
            self._spread, self._is_part = Status.ACTUAL, False

    def _goes_on(self, clause: Clause) -> bool:
        """其中 opens a sentence on the parts of what the last one told."""
        return self._before is not None and clause.pieces[0].startswith("其中")

    def _is_later(self, words: str) -> bool:
        """到2025年 in a report on 2021."""
        named = _LATER.match(words)
        return named is not None and self._year is not None and int(named[1]) > self._year

    def _of(self, clause: Clause, index: int, following: Clause | None) -> Status:
        before = "".join(clause.pieces[: index + 1])
        if self._role is Role.PLAN or self._role is Role.SUGGESTION:
            if _FROM.search(clause.pieces[index]) and _RAISED.match(clause.pieces[index + 1]):
                return Status.ACTUAL
            if _WITH.search(clause.pieces[index]) and _TOGETHER.search(clause.pieces[index + 1]):
                return Status.ACTUAL
            return Status.ACTUAL if self._is_past or _is_so_already(before) else Status.PLAN
        if _is_expected(before) or self._will_be(clause, index, following):
            return Status.EXPECTED
        if self._is_planned(clause, index, before, following) or self._is_task(clause):
            return Status.PLAN
        if clause.figures[index] in self._aimed or self._is_reached(clause, index):
            return Status.PLAN
        if _is_so_already(before):
            return Status.ACTUAL
        piece = clause.pieces[index]
        if "可" in piece and _CAN_BE.search(piece) and not _IN_YEAR.search(before):
            return Status.EXPECTED
        is_soon = self._unit(clause, index) != "%" and self._is_soon(clause, following)
        return Status.EXPECTED if is_soon else self._spread

    def _will_be(self, clause: Clause, index: int, following: Clause | None) -> bool:
        told = [clause.pieces[index + 1]]
        if following is not None and following.stop == "、":
            told.append(following.words())
        return any("将" in after and _WILL.match(after) for after in told)

    def _is_task(self, clause: Clause) -> bool:
        if clause.stop != "（" or self._before is None:
            return False
        return bool(_TASK_END.search(self._before.pieces[-1]))

    def _is_reached(self, clause: Clause, index: int) -> bool:
        """计划收入增加18%，达到9170元: what a planned growth comes to."""
        is_next = self._last is Status.PLAN and clause.stop == "，" and not index
        return is_next and bool(_COMES_TO.fullmatch(clause.pieces[0]))

    def _is_soon(self, clause: Clause, following: Clause | None) -> bool:
        if following is None or following.figures or following.sentence != clause.sentence:
            return False
        return bool(_SOON.match(following.words())) and not clause.pieces[0].startswith("已")

    def _is_planned(
        self, clause: Clause, index: int, before: str, following: Clause | None
    ) -> bool:
        after = clause.pieces[index + 1]
        is_size = self._unit(clause, index) in _SIZES and _WORKS.match(after)
        if is_size or _CAPACITY.search(clause.pieces[index]):
            told = "".join(clause.pieces[index + 1 :])
            if following is not None and not following.figures and following.stop == "，":
                told += following.words()  # 50万吨不锈钢项目，已完成规划
            return self._is_signed or bool(_NOT_BUILT.search(told))
        near = before[-30:]
        if not _OF_PLANNED.search(near):
            return bool(re.match(r"(?:个性|考核)\S{0,4}指标", after))
        if "完成" in near[-4:] and "任务" not in near[-2:] and "力争完成" not in near:
            return False
        found = _PLANNED.search(near)
        if found and (_REACHED_TASK.search(near) or _PASSED_TASK.search(near)):
            return False
        unit = self._unit(clause, index)
        if _OF_TASK.search(near):
            return unit != "%"
        if _TASK_OF.search(near) and unit not in _LISTED_ONE_BY_ONE:
            return "完成" not in near
        if found and found[0] in ("下达", "指标"):
            return not _DONE_ALL.match(after)
        is_yearly = "计划" in near and _OF_YEAR.search(near)
        return bool(found or is_yearly) or bool(re.match(r"(?:个性|考核)\S{0,4}指标", after))

    def _unit(self, clause: Clause, index: int) -> str:
        return self._figures[clause.figures[index]].unit if self._figures else ""

    def _go_on(self, clause: Clause) -> None:
        """What this clause says of all later figures of its sentence."""
        words = clause.words()
        self._is_signed = self._is_signed or "签约" in words
        if clause.after == "：" and not clause.figures and _GOALS.search(words):
            self._spread, self._is_plan = Status.PLAN, True
        elif _is_planned_on(words):
            self._spread = Status.PLAN
        elif _is_expected(words):
            self._spread = Status.EXPECTED
            self._is_part = not _FORESEEN.search(words)
        elif _is_so_already(words):
            self._spread = Status.ACTUAL


def _aimed_at(clauses: Sequence[Clause]) -> set[int]:
    """围绕1000只羊、7000亩人工种草的目标: the figures of lists that end in an aim."""
    out: set[int] = set()
    if not any("的目标" in one.pieces[-1] or "的任务" in one.pieces[-1] for one in clauses):
        return out
    listed: list[int] = []
    opening = ""
    for clause in clauses:
        if clause.stop != "、" or clause.pieces[0].startswith("力争"):
            listed, opening = [], clause.pieces[0]
        listed += clause.figures
        if _AIM.match(clause.pieces[-1]) and "完成" not in opening.replace("力争完成", ""):
            out.update(listed)
    return out


def _is_planned_on(words: str) -> bool:
    """Whether what follows in the sentence is planned as well."""
    is_after = "后" in words and _AFTER_BUILDING.search(words)
    return bool(is_after or ("计划" in words and _OF_YEAR.search(words)))


def _is_expected(words: str) -> bool:
    return bool(_OF_EXPECTED.search(words) and _EXPECTED.search(words))


def _is_so_already(words: str) -> bool:
    return bool(_OF_ALREADY.search(words) and _SO_ALREADY.search(words))
