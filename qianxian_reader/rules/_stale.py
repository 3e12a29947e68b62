"""Words that were true when an earlier draft was written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qianxian_reader._document import Code, ReportKind, Role, Severity
from qianxian_reader._reading import Reading
from qianxian_reader.rules._rule import Case, Rule

_AS_OF = re.compile(
    r"截[至止](?:到)?(?:(?P<year>20\d{2})年|今年|本年|当年)?(?P<month>1[0-2]|0?[1-9])月(?:份)?(?:底|末|[上中下]旬|\d{1,2}日)?"
    r"|(?P<quarters>前三季度)(?=，|全|我|共|累计|完成|实现)"
    r"|(?<![\d—-])(?:(?P<from>20\d{2})年|今年)?0?1(?:月)?[-—–~～至到](?P<until>1[0-2]|[2-9])月(?:份)?"
)
_SOON = re.compile(
    r"(?:预计|将于|拟于|计划于|力争|确保)(?:到|在)?(?:本月|下月|年内|(?:今年|本年)?年?底(?:前|之前)?|年末|今冬|\d{1,2}月(?:底|份|中旬|上旬|下旬|\d{1,2}日)?(?:前|之前)?)[^，。；]{0,14}?(?:完成|投入使用|竣工|完工|投产|建成|投用|通车|验收|交付|启用|结束|达产|运营)"
)
_BY = re.compile(
    r"(?:到)?(?P<year>20\d{2})年年?(?:(?:1[0-2]|0?[1-9])月)?(?:份|底|末|[上中下]旬|\d{1,2}日)?"
    r"(?:(?:以|之)?前|(?<=底)(?=完成|建成))"
    r"(?=，?(?:各[村社]|全[镇乡县]|由[^，。；、]{2,6}?)?(?:确保|力争|全面|全部|基本|如期|按期|要)*"
    r"(?:完成|建成|实现|达到|竣工|完工|投产|投用|投入使用|启动|开工|发放|兑现|通车|验收|搬迁|整改|销号|清零)"
    # What these words stand before as part of a name: 建成区, 完成情况, 2019年前建成的小区.
    r"(?!的|区|率)(?![^，。；]{0,4}(?:情况|设备))"
    r"(?![^，。；]{0,30}的(?:\d|项目|事项|小区|房屋|设施|企业|对象|人员|村(?!民)|户(?!厕))))"
)
# The day is told as one that was: it was set then, or something was done by it.
_SET_BEFORE = re.compile(
    r"(?:原[^，。；]{0,4}|应当?|已|截[至止]|对|将|把|自|从)[于在]?$|(?<!确保)(?<!力争)(?<!计划)于$"
)
_PUT_OFF = re.compile(r"推迟|延期|延后|延至|顺延|结转|转入|今年|本年|明年")
_DONE = re.compile(r"^[^，]{0,4}，?[^，]{0,8}(?:已|完成|发放|建成|实现|新增|办理|投入|累计)")
_TO_DO = re.compile(r"力争|确保|计划|预计|将|要|目标|任务|全面|全部")
_CLAUSE = 40  # characters that tell what was done by then
_THIRD_QUARTER = 9
# The month that a report's numbers reach.
_LAST_MONTH = {ReportKind.ANNUAL: 12, ReportKind.HALF_YEAR: 6}
_WHOLE = {12: "全年", 6: "上半年"}


def _as_of(reading: Reading) -> Iterator[Case]:
    """截至10月底 in a report on the whole year."""
    last = _LAST_MONTH.get(reading.head.kind)
    if last is None:
        return
    for paragraph in reading.text():
        role = reading.role_of(paragraph.number)
        if role not in (Role.DONE, Role.PLAN, Role.PROBLEM):
            continue
        for found in _AS_OF.finditer(paragraph.text):
            if role is not Role.DONE and not _tells_of_work_done(paragraph.text, found):
                continue
            year = int(found["year"] or found["from"] or 0)
            month = int(found["month"] or found["until"] or _THIRD_QUARTER)
            if year in (0, *_years_of(reading, paragraph.number)) and month < last:
                span = reading.span(paragraph.number, *found.span())
                yield Case(
                    (span,),
                    f"{_WHOLE[last]}的报告里还是“{found[0]}”的数，请换成{_WHOLE[last]}的数，或写明为什么只到这个时候。",
                )


def _years_of(reading: Reading, paragraph: int) -> tuple[int | None, int | None]:
    """The year that a part looks back on, and the one in the title."""
    return reading.section_of(paragraph).year, reading.head.year


def _tells_of_work_done(text: str, found: re.Match[str]) -> bool:
    """截至9月底，已完成… in a plan; 到9月底完成… is a goal."""
    if not found[0].startswith("截"):
        return False
    rest = re.split("[。；]", text[found.end() : found.end() + _CLAUSE])[0]
    return _DONE.search(rest) is not None and _TO_DO.search(rest) is None


def _soon(reading: Reading) -> Iterator[Case]:
    """预计本月投入使用 in the part on work done; halfway through the year it may still come."""
    if reading.head.kind is ReportKind.HALF_YEAR:
        return
    for paragraph in reading.text():
        if reading.role_of(paragraph.number) is not Role.DONE:
            continue
        for found in _SOON.finditer(paragraph.text):
            span = reading.span(paragraph.number, *found.span())
            yield Case(
                (span,), f"“{found[0]}”写在已完成的工作里，到报告时应当有了结果，请换成实际情况。"
            )


def _by(reading: Reading) -> Iterator[Case]:
    """2025年6月底前完成 in a plan for 2026: left over from the plan of the year before."""
    for paragraph in reading.text():
        year = reading.section_of(paragraph.number).year or reading.head.year
        if year is None or reading.role_of(paragraph.number) is not Role.PLAN:
            continue
        for found in _BY.finditer(paragraph.text):
            if int(found["year"]) < year and not _tells_of_before(paragraph.text, found, year):
                span = reading.span(paragraph.number, *found.span())
                yield Case(
                    (span,),
                    f"{year}年的计划里写的是“{found[0]}”，这个时候已经过了，多半是从以前的计划里抄来的。请换成今年的时间。",
                )


def _tells_of_before(text: str, found: re.Match[str], year: int) -> bool:
    """原定2024年底前完成，推迟到…; 2024年底前完成立项，今年3月开工."""
    rest = re.split("[。；]", text[found.end() :])[0]
    is_new = _PUT_OFF.search(rest) or f"{year}年" in rest
    return bool(is_new or _SET_BEFORE.search(text[: found.start()]))


RULES = (
    Rule("S101", Code.STALE, Severity.WARNING, "全年报告里的旧时点", _as_of),
    Rule("S102", Code.STALE, Severity.NOTE, "工作总结里还在“预计”", _soon),
    Rule("S103", Code.STALE, Severity.WARNING, "计划里的期限已经过了", _by),
)
