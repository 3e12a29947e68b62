"""What a part of a report tells of, from its heading: work done, problems, plans ..."""

from __future__ import annotations

import re

from qianxian_reader._document import ReportKind, Role

# In order: the first that fits decides.
_OF_PARTS: tuple[tuple[re.Pattern[str], Role], ...] = (
    (re.compile(r"名词解释|注释"), Role.OTHER),
    (re.compile(r"问题|困难|不足|短板|困境"), Role.PROBLEM),
    (
        re.compile(
            r"回顾|总结|(?:完成|开展|进展|执行|运行|落实|推进)(?:的?)情况|成就|成效|成绩|做法"
        ),
        Role.DONE,
    ),
    (re.compile(r"建议|请求"), Role.SUGGESTION),
    (
        re.compile(
            r"打算|计划|思路|下一?步|后段|今后|安排|工作重点|重点工作|重点任务|任务|目标|总体要求|规划|未来|方向|意向|展望|要点|举措"
        ),
        Role.PLAN,
    ),
    (re.compile(r"主要工作|工作情况|过去|亮点"), Role.DONE),
    (
        re.compile(
            r"基本情况|概况|简介|现状|历史沿革|^(?:资源|产业|人口|交通|区位|自然|地理|土地|经济)\S{0,6}$"
        ),
        Role.PROFILE,
    ),
)
# Within a part only a heading that says so outright changes the role.
_WITHIN: tuple[tuple[re.Pattern[str], Role], ...] = (
    (
        re.compile(
            r"^(?:目前|当前|工作中)?存在(?:的|着)?(?:主要)?(?:问题|困难|不足|短板)|(?:主要|突出)(?:问题|困难)$"
        ),
        Role.PROBLEM,
    ),
    (
        re.compile(
            r"^(?:下一?步|今后|后段|下阶段|下半年)\S{0,12}(?:打算|安排|计划|思路|工作|措施|重点)"
            r"|^\d{4}年?\S{0,8}(?:工作)?(?:打算|计划|思路|安排|目标)$|^(?:工作|主要|预期|总体)(?:打算|思路|目标|要求)$"
        ),
        Role.PLAN,
    ),
    (re.compile(r"^(?:意见|工作)?建议$|^(?:意见|请求)(?:和|与|及)建议"), Role.SUGGESTION),
    (re.compile(r"^基本情况$|^概况$"), Role.PROFILE),
)
# 完成“创森”任务 tells of work, though it names a task.
_FINISHES = re.compile(r"(?:全面|圆满|超额|顺利|较好)*完成(?!.*(?:情况|明年|今后|下一?步))")
_DEFAULTS = {
    ReportKind.ANNUAL: Role.DONE,
    ReportKind.HALF_YEAR: Role.DONE,
    ReportKind.BULLETIN: Role.DONE,
    ReportKind.PLAN: Role.PLAN,
    ReportKind.PROFILE: Role.PROFILE,
    ReportKind.OTHER: Role.OTHER,
}


def default_role(kind: ReportKind) -> Role:
    return _DEFAULTS[kind]


def role_of_part(heading: str, before: Role | None, *, follows_review: bool = False) -> Role | None:
    """The role of a main part; None where the heading does not tell.

    before          the role of the part before it
    follows_review  the heading names the year after the one just reviewed (二、2020年工作)
    """
    if not _FINISHES.match(heading):
        for pattern, role in _OF_PARTS:
            if pattern.search(heading):
                return role
    if follows_review:
        return Role.PLAN
    # 三、加强政府自身建设 at the end of a report goes on planning.
    return before if before in (Role.DONE, Role.PLAN, Role.PROFILE) else None


def role_within(heading: str, parent: Role) -> Role:
    for pattern, role in _WITHIN:
        if pattern.search(heading):
            return role
    return parent
