"""Words that were true when an earlier draft was written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qianxian_reader._document import Code, ReportKind, Role, Severity
from qianxian_reader._reading import Reading
from qianxian_reader.rules._rule import Case, Rule

_AS_OF = re.compile(
    r"截[至止](?:到)?(?:(?P<year>20\d{2})年)?(?P<month>1[0-2]|[1-9])月(?:份)?(?:底|末|\d{1,2}日)?"
)
_SOON = re.compile(
    r"(?:预计|将于|拟于)(?:到)?(?:本月|下月|年内|年底(?:前)?|本年底|今年年底|\d{1,2}月(?:底|份|中旬|上旬|下旬)?)[^，。；]{0,10}(?:完成|投入使用|竣工|完工|投产|建成|投用)"
)
_DECEMBER = 12


def _as_of(reading: Reading) -> Iterator[Case]:
    """截至10月底 in a report on the whole year."""
    if reading.head.kind is not ReportKind.ANNUAL:
        return
    for paragraph in reading.text():
        if reading.role_of(paragraph.number) is not Role.DONE:
            continue
        for found in _AS_OF.finditer(paragraph.text):
            is_this_year = not found["year"] or int(found["year"]) == reading.head.year
            if is_this_year and int(found["month"]) < _DECEMBER:
                span = reading.span(paragraph.number, *found.span())
                yield Case(
                    (span,),
                    f"全年的报告里还是“{found[0]}”的数，请换成全年的数，或写明为什么只到这个时候。",
                )


def _soon(reading: Reading) -> Iterator[Case]:
    """预计本月投入使用 in the part on work done."""
    for paragraph in reading.text():
        if reading.role_of(paragraph.number) is not Role.DONE:
            continue
        for found in _SOON.finditer(paragraph.text):
            span = reading.span(paragraph.number, *found.span())
            yield Case(
                (span,), f"“{found[0]}”写在已完成的工作里，到报告时应当有了结果，请换成实际情况。"
            )


RULES = (
    Rule("S101", Code.STALE, Severity.WARNING, "全年报告里的旧时点", _as_of),
    Rule("S102", Code.STALE, Severity.NOTE, "工作总结里还在“预计”", _soon),
)
