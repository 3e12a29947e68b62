"""Numbers of headings and lists: skipped, repeated, missing, other than announced."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from qianxian_figures import Span, chinese, chinese_numeral
from qianxian_reader._document import Code, Section, Severity
from qianxian_reader._headings import number_of
from qianxian_reader._reading import Reading
from qianxian_reader._scan import Scan
from qianxian_reader.rules._rule import Case, Rule

_NUMERAL = re.compile(r"[一二三四五六七八九十]+|\d+|[①-⑳㈠-㈩]")
_ANNOUNCED = re.compile(
    r"(?P<number>[一二三四五六七八九十]{1,3}|\d{1,2})(?:个|大)?方面(?:的)?(?:重点|主要)?(?:工作|任务|内容)?[：:。]?$"
)
_INLINE = Scan(
    "[一二三四五六七八九十]",
    r"(?:^|(?<=[，。；：！]))(?P<number>[一二三四五六七八九十]{1,2})(?:是|要)(?=[\u4e00-\u9fff])",
)


def _ordinal(section: Section) -> int:
    return number_of(section.number)[2] if section.number else 0


def _siblings(reading: Reading) -> Iterator[list[Section]]:
    """Headings of one level under one parent, in order; dashes do not count."""
    groups: dict[tuple[int | None, int], list[Section]] = defaultdict(list)
    for section in reading.sections:
        if section.level and not section.number.startswith("—"):
            groups[(section.parent, section.level)].append(section)
    yield from (group for group in groups.values() if len(group) > 1)


def _span(reading: Reading, section: Section) -> Span:
    paragraph = next(
        number
        for number, of in enumerate(reading.of_paragraph)
        if of == section.id and reading.paragraphs[number].line == section.first
    )
    length = min(
        len(reading.paragraphs[paragraph].text), len(section.number + section.heading) or 1
    )
    return reading.span(paragraph, 0, length)


def _skips(reading: Reading) -> Iterator[Case]:
    for group in _siblings(reading):
        expected = 1
        for place, section in enumerate(group):
            number = _ordinal(section)
            if not number:
                expected = 1 if section.level == 1 else expected
                continue
            if number > expected and not _has_unnumbered(group[:place]):
                yield _skip_case(reading, section, expected)
            expected = number + 1


def _has_unnumbered(before: Sequence[Section]) -> bool:
    return any(not _ordinal(section) for section in before)


def _skip_case(reading: Reading, section: Section, expected: int) -> Case:
    missing = _NUMERAL.sub(lambda found: _like(found[0], expected), section.number, count=1)
    return Case(
        (_span(reading, section),),
        f"标题序号不连续：“{section.number}{section.heading}”前面应当有“{missing.strip()}”，没有找到。请补上或重新编号。",
        quote=f"{section.number}{section.heading}"[:40],
    )


def _like(numeral: str, ordinal: int) -> str:
    """An ordinal not above the one of `numeral`, in the same writing: 3 ③ ㈢ 三."""
    if numeral.isdecimal():
        return str(ordinal)
    for first, last in ("①⑳", "㈠㈩"):
        if first <= numeral <= last:
            return chr(ord(first) + ordinal - 1)
    return chinese_numeral(ordinal)


def _repeats(reading: Reading) -> Iterator[Case]:
    for group in _siblings(reading):
        for one, other in pairwise(group):
            if _ordinal(one) and _ordinal(one) == _ordinal(other) and one.heading != other.heading:
                yield Case(
                    (_span(reading, other), _span(reading, one)),
                    f"标题序号重复：第{one.first}行和第{other.first}行都是“{other.number.strip()}”。请重新编号。",
                    quote=f"{other.number}{other.heading}"[:40],
                )


def _missing(reading: Reading) -> Iterator[Case]:
    """A heading without a number among numbered ones."""
    for group in _siblings(reading):
        numbered = [section for section in group if _ordinal(section)]
        bare = [section for section in group if not _ordinal(section)]
        if not numbered or not bare or group[0].level != 2:
            continue
        fits = _ordinal(numbered[-1]) <= len(group) and _in_place(group)
        if fits:
            names = "、".join(f"“{section.heading[:16]}”" for section in bare)
            yield Case(
                tuple(_span(reading, section) for section in bare),
                f"有{len(bare)}个小标题没有序号：{names}；同级的其他标题有序号（如“{numbered[0].number}”）。请补上序号。",
                quote=bare[0].heading[:40],
            )


def _in_place(group: Sequence[Section]) -> bool:
    """Whether the numbers are right once the bare headings are counted too."""
    return all(_ordinal(section) in (0, place) for place, section in enumerate(group, 1))


def _announced(reading: Reading) -> Iterator[Case]:
    """重点做好六方面工作 and five headings after it."""
    for paragraph in reading.text():
        found = _ANNOUNCED.search(paragraph.text[-24:])
        if not found or len(paragraph.text) > 120:
            continue
        number = chinese(found["number"]) or (
            int(found["number"]) if found["number"].isdecimal() else 0
        )
        section = reading.section_of(paragraph.number)
        following = [
            one
            for one in reading.sections
            if one.parent == section.id and one.first > paragraph.line and _ordinal(one)
        ]
        level = following[0].level if following else 0
        count = sum(one.level == level for one in following)
        if count >= 2 and number and count != number:
            yield Case(
                (reading.span(paragraph.number, 0, len(paragraph.text)),
                 *(_span(reading, one) for one in following if one.level == level)),
                f"前面说有{found['number']}个方面，后面只列了{count}个（到“{following[-1].number.strip()}”为止）。请核对是少写了还是数错了。"
                if count < number
                else f"前面说有{found['number']}个方面，后面列了{count}个。请核对。",
                quote=paragraph.text[-24:],
            )  # fmt: skip


def _inline(reading: Reading) -> Iterator[Case]:
    """一是……三是……: a number left out within a paragraph."""
    for paragraph in reading.text():
        last = 0
        for found in _INLINE.finditer(paragraph.text):
            value = chinese(found["number"])
            number = int(value) if value is not None else 0
            if last and number > last + 1:
                span = reading.span(paragraph.number, *found.span())
                yield Case(
                    (span,),
                    f"“{chinese_numeral(last)}是”之后接的是“{found[0]}”，中间少了“{chinese_numeral(last + 1)}是”。请补上或改正序号。",
                )
            last = number


RULES = (
    Rule("N101", Code.NUMBERING, Severity.ERROR, "标题序号不连续", _skips),
    Rule("N102", Code.NUMBERING, Severity.ERROR, "标题序号重复", _repeats),
    Rule("N103", Code.NUMBERING, Severity.ERROR, "标题缺序号", _missing),
    Rule("N104", Code.NUMBERING, Severity.ERROR, "说的个数与列的个数不符", _announced),
    Rule("N105", Code.NUMBERING, Severity.WARNING, "“一是、二是”缺号", _inline),
)
