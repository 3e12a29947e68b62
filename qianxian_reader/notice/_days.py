"""Why each day stands in a notice, and which of them is the deadline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, time

from qianxian_reader.notice._calendar import Anchor, Mention, mentions
from qianxian_reader.notice._model import Day, Role, Span
from qianxian_reader.notice._text import sentence_at

# So many characters around a day say why it is there; a sentence without a stop may be long.
_NEAR = 160
_TO = re.compile(r"^\s*(?:至|到|—+|-+|~|～|–|－)\s*$")
_UNTIL_AFTER = re.compile(
    r"^\s*(?:[（(][^）)]{1,8}[）)])?\s*(?:之?前(?!期|段)|以前|以内|之内|内|止|截止|为止|为限|为期限|下班前|上班前)"
)
_UNTIL_BEFORE = re.compile(
    r"(?:截止日?期?|截至|不迟于|不晚于|不超过|最迟|最晚|至迟|限于?|务必于?|时限|期限|(?:报送|上报|截止|完成|提交|报名|反馈|缴费|首次|首报)\S{0,4}(?:时间|日期)|"
    r"(?:推迟|延期|延长|延后|延|顺延|提前|调整|改)(?:至|到|为|在)|(?:推迟|延期|延长|提前)|即日起(?:至|到))\s*(?:为|是|在|至|到|于|：|:)?\s*$"
)
_REPLACED = re.compile(r"(?:原定|原计划|原要求|原通知|原来|原先|原)[^，。；]{0,8}$")
_ASOF_BEFORE = re.compile(r"截[至止]\s*(?:目前|今日)?[（(]?\s*$")
_ASOF_AFTER = re.compile(
    r"^\s*[，,]?\s*(?:24时|\d+时)?\s*[，,]?\s*(?:全|我|各|已|共|累计|仍|还有|尚|本|有|你|仅|只|县|镇)"
)
_STARTS = re.compile(r"^\s*(?:以来|起(?!草)|开始|之后|以后|后(?!续)|至今|来)")
_SINCE = re.compile(r"(?:自|从)\s*$")
_MEET = re.compile(
    r"召开|举行|举办|开会|会议|培训|参会|参加|集合|到会|演练|现场会|视频会|调度会|推进会|座谈|集中|碰头|比赛|观摩|开班"
)
_MEET_NOT = re.compile(r"(?:印发|通过|召开的|确定的|部署)")
_HAND_IN = re.compile(
    r"^[^，。；]{0,26}?(?:报(?!告|名|道|账|纸|销)|交(?!通|流|办)|上报|报送|报到|提交|送(?!达|审)|填(?!埋)|发(?:至|到|给|送)|反馈|回复|返回|完成|到位|上传|录入|参加|带|来(?:领|取|镇)|领取)"
)
_THEIRS = re.compile(
    r"(?:督查|督导|检查|抽查|暗访|验收|核查|调研|考核|通报|约谈|巡查组|督查组|暗访组|统一|发放|公布|下发|反馈给|组织专家|来我|来你|去各|到各|下村|入村)"
)
_PLANNED = re.compile(r"(?:将|拟|计划|预计|届时|适时)(?:于|在|从)?\s*$")
_CONDITION = re.compile(
    r"(?:发现|发生|接到|接报|受理|办结|验收合格|公示|事发|出现|收到(?:举报|线索|申请|投诉|群众|反映|问题|整改|交办)|的[，,]|事故|期满|结束|之日起|合格)[^。；]{0,12}$"
)
_FROM_RECEIPT = re.compile(
    r"(?:收到(?:后|本|此|该|通知|文件|之日|来文)|收文|接(?:到)?(?:此|本)?通知|自?即日|见文|接文|自?今日|从今天|印发之日|发文之日)[^。；]{0,12}$"
)
_FORECAST = re.compile(r"预计|预报|气温|有雨|降雨|公示期|假期|放假")
_TOLD_OF = re.compile(
    r"^\s*(?:印发|下发|发布|召开的|会议|的(?:会议|通知|文件|培训|演练)|出台|公布的|成立)"
)
_OURS = re.compile(
    r"(?:各|你|贵|本|我)?(?:乡镇|镇乡|镇(?!直|人居|安|民|财|农)|乡(?!村)|街道|村)(?!级)"
)
_OTHERS = re.compile(
    r"(?:县直|县级|市直|各?成员单位|各?(?:相关|有关)?部门|各?(?:中小)?学校|各?企业|我局|我办|我委|我中心|县局将|县[\u4e00-\u9fff]{1,8}[办局]将)"
)


def read_days(text: str, anchor: Anchor, furniture: Sequence[Span]) -> list[Day]:
    found = mentions(text, anchor)
    return [_day(text, found, at, anchor, furniture) for at in range(len(found))]


def _day(
    text: str, all_of_them: Sequence[Mention], at: int, anchor: Anchor, furniture: Sequence[Span]
) -> Day:
    one = all_of_them[at]
    sentence = sentence_at(text, one.start, one.end)
    if any(span.start <= one.start < span.end for span in furniture):
        role = Role.ISSUED
    else:
        role = _role(text, all_of_them, at, sentence, anchor)
    return Day(one.on, one.hour, Span(_start_of(text, one), _end(text, one)), sentence, role)


def _start_of(text: str, one: Mention) -> int:
    """Where its words begin: a day may be looked for from the end of the line above."""
    said = text[one.start : one.end]
    return one.start + len(said) - len(said.lstrip())


def _end(text: str, one: Mention) -> int:
    found = _UNTIL_AFTER.match(text[one.end : one.end + 12])
    return one.end + (found.end() if found else 0)


def _role(
    text: str, all_of_them: Sequence[Mention], at: int, sentence: Span, anchor: Anchor
) -> Role:
    one = all_of_them[at]
    before = text[max(sentence.start, one.start - _NEAR) : one.start]
    after = text[one.end : min(sentence.end, one.end + _NEAR)]
    for rule in (_replaced, _as_of, _counted, _start):
        if role := rule(one, before, after):
            return role
    following = all_of_them[at + 1] if at + 1 < len(all_of_them) else None
    if following and _TO.match(text[one.end : following.start]):
        return Role.START
    previous = all_of_them[at - 1] if at else None
    is_run = bool(previous and _TO.match(text[previous.end : one.start]))
    is_until = bool(_UNTIL_AFTER.match(after) or _UNTIL_BEFORE.search(before))
    if not is_until and one.on < anchor.received:
        return Role.OTHER
    if _is_theirs(before, after, is_until=is_until):
        return Role.THEIRS
    return _owed(one, before, after, is_run=is_run, is_until=is_until)


def _replaced(_one: Mention, before: str, _after: str) -> Role | None:
    return Role.REPLACED if _REPLACED.search(before) else None


def _as_of(_one: Mention, before: str, after: str) -> Role | None:
    is_as_of = _ASOF_BEFORE.search(before) and _ASOF_AFTER.match(after)
    return Role.OTHER if is_as_of or _TOLD_OF.match(after) else None


def _counted(one: Mention, before: str, _after: str) -> Role | None:
    if one.kind != "span" or _FROM_RECEIPT.search(before):
        return None
    return Role.CONDITIONAL if _CONDITION.search(before) else None


def _start(one: Mention, before: str, after: str) -> Role | None:
    if one.kind == "every":
        return Role.RECURRING
    if one.kind == "span":
        return None
    return Role.START if _STARTS.match(after) else None


def _is_theirs(before: str, after: str, *, is_until: bool) -> bool:
    """The issuer says what it will do itself, or the duty is another's."""
    said = re.split(r"[：:]", before)[-1]
    if _last(_OTHERS, said) > _last(_OURS, said):
        return True
    if is_until:
        return False
    clause = re.split(r"[，,]", after)[0]
    if _PLANNED.search(before) or re.match(r"\s*(?:左右)?将", after):
        return not _MEET.search(after) or bool(_THEIRS.search(clause))
    return bool(_THEIRS.search(clause)) and not _HAND_IN.match(after)


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((found.start() for found in pattern.finditer(text)), default=-1)


def _owed(one: Mention, before: str, after: str, *, is_run: bool, is_until: bool) -> Role:
    if is_until and (not is_run or re.search(r"即日起\s*(?:至|到)", before)):
        return Role.DUE
    if is_until or one.until:
        return Role.DUE
    clause = re.split(r"[。；]", after)[0]
    if is_run:
        return Role.OTHER if _FORECAST.search(before) else Role.RUN_END
    if _MEET.search(clause[:40]) or re.search(
        r"(?:会议|培训|开会|集合|参会|演练)\S{0,2}时间\s*[：:为是]?\s*$", before
    ):
        return Role.OTHER if _MEET_NOT.match(clause) else Role.MEETING
    return Role.DUE if _HAND_IN.match(after) else Role.OTHER


_ORDER = ((Role.DUE, Role.MEETING), (Role.RUN_END,), (Role.RECURRING,))
_END_OF_DAY = time(23, 59, 59)


def deadline_of(days: Sequence[Day], received: date) -> Day | None:
    """The first day on which something is owed; one that has passed only where no other is left."""
    for roles in _ORDER:
        found = [day for day in days if day.role in roles]
        coming = [day for day in found if day.on >= received]
        if found:
            return min(coming or found, key=lambda day: (day.on, day.hour or _END_OF_DAY))
    return None


def within(days: Sequence[Day], spans: Sequence[Span]) -> Iterator[Day]:
    for day in days:
        if any(span.start <= day.span.start < span.end for span in spans):
            yield day
