"""Tasks that a report sets itself, and problems that it names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qianxian_figures import Status
from qianxian_reader._document import Problem, Role, Section, Task
from qianxian_reader._found import Found
from qianxian_reader._headings import Heading, number_of
from qianxian_reader._measure_words import WORK
from qianxian_reader._paragraphs import Paragraph

_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?")
_ORDER = re.compile(r"^(?:[一二三四五六七八九十]{1,2}[是要]|第[一二三四五六七八九十]，|——)")
_DUE = re.compile(
    r"(?:(?P<year>20\d{2})年)?(?:(?P<month>1[0-2]|[1-9])月(?:(?P<day>[12]\d|3[01]|[1-9])日)?(?P<tail>底|末|中旬|上旬|下旬)?)(?:前|以前|之前|完成|完工|竣工)"
    r"|(?P<end>(?:20\d{2}年)?(?:年底|年末|年内)(?:前|以前|之前)?)|到(?P<until>20\d{2})年"
)
_LAST_DAY = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}
_LEADING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,2}[是要]|首先|其次|同时|此外|另外|并|要|将|继续|进一步|着力|切实|全力|积极|大力|持续|深入|扎实|稳步|有序|全面)+"
)
_NO_TASK = re.compile(
    r"^(?:以习近平|坚持以|高举|根据|按照|为实现|各位代表|同志们|回顾|展望|新的一年|今年是|\d{4}年是|做好今年|总体思路|总体要求|指导思想)"
)
_PROBLEM_TELLS = re.compile(
    r"存在.{0,12}(?:问题|困难|不足|短板|差距)|清醒(?:地)?(?:看到|认识到)|还面临|(?:主要|突出)(?:问题|困难)(?:是|有)"
)
# What a clause promises to bring to its end: each such clause of a sentence is a task by itself.
_ENDS = re.compile(
    r"建成|竣工|完工|通车|投用|投入使用|投产|开园|开业|验收|争创|创建(?:为|成)|创成|获批|挂牌|纳入|全覆盖|逐步实现|实现全"
)
_PROMISES = re.compile(r"^(?:力争|确保|争取|力促|务必)")
_LEAST = 8
_INLINE = 5  # the level of 一是 within a paragraph
_TASK_LENGTH = 160


def tasks(
    paragraphs: Sequence[Paragraph],
    skipped: frozenset[int],
    sections: Sequence[Section],
    of_paragraph: Sequence[int],
    headings: Sequence[Heading],
    found: Sequence[Found],
) -> tuple[Task, ...]:
    """One task for each planned figure, and for each sentence of a plan that says what to do."""
    figures: dict[int, list[Found]] = {}
    for one in found:
        figures.setdefault(one.paragraph, []).append(one)
    ends = {heading.paragraph: heading.end for heading in headings}
    out: list[Task] = []
    for paragraph in paragraphs:
        section = sections[of_paragraph[paragraph.number]]
        if paragraph.number in skipped or section.role is not Role.PLAN or paragraph.cells:
            continue
        start = ends.get(paragraph.number, 0)
        for sentence in _SENTENCE.finditer(paragraph.text, start):
            inside = [
                one
                for one in figures.get(paragraph.number, ())
                if sentence.start() <= one.start < sentence.end()
            ]
            out += _of_sentence(sentence[0], paragraph.line, section, inside)
    return tuple(out)


def _of_sentence(sentence: str, line: int, section: Section, inside: Sequence[Found]) -> list[Task]:
    text = _ORDER.sub("", sentence.strip("。！？； "))
    if len(text) < _LEAST or (_NO_TASK.match(text) and not inside):
        return []
    due = _due(text, section.year)
    planned = [one for one in inside if one.figure.figure.status is Status.PLAN and not one.is_pair]
    if planned:
        return [
            Task(
                line,
                text[:_TASK_LENGTH],
                one.figure.measure,
                one.figure.value,
                one.figure.unit,
                due,
                section.id,
            )
            for one in planned
        ]
    promised = _ended(text)
    if len(promised) > 1:
        return [
            Task(line, clause, "", None, "", _due(clause, section.year), section.id)
            for clause in promised
        ]
    verb = _LEADING.sub("", text)
    says = verb[:2] in WORK or promised or _PROMISES.match(text)
    if not says and not due:
        return []
    return [Task(line, text[:_TASK_LENGTH], "", None, "", due, section.id)]


def _ended(text: str) -> list[str]:
    """The clauses that promise an end: 甲路年内建成通车, 争创乙县; the rest only say how."""
    return [clause for clause in text.split("，") if len(clause) >= _LEAST and _ENDS.search(clause)]


def _due(text: str, year: int | None) -> str:
    """The last day named, as ISO text; "" where none is or its year is not known."""
    found = _DUE.search(text)
    if not found:
        return ""
    if found["until"]:
        return f"{found['until']}-12-31"
    if found["end"]:
        named = re.match(r"20\d{2}", found["end"])
        when = int(named[0]) if named else year
        return f"{when}-12-31" if when else ""
    when = int(found["year"]) if found["year"] else year
    if when is None:
        return ""
    month = int(found["month"])
    day = int(found["day"]) if found["day"] else _day(found["tail"], month)
    return f"{when}-{month:02d}-{day:02d}"


def _day(tail: str | None, month: int) -> int:
    return {"上旬": 10, "中旬": 20}.get(tail or "", _LAST_DAY.get(month, 31))


def problems(
    paragraphs: Sequence[Paragraph],
    skipped: frozenset[int],
    sections: Sequence[Section],
    of_paragraph: Sequence[int],
    headings: Sequence[Heading],
) -> tuple[Problem, ...]:
    """Headings and numbered sentences of a part on problems; elsewhere a sentence that names one."""
    titles = {heading.paragraph: heading for heading in headings}
    out: list[Problem] = []
    for paragraph in paragraphs:
        section = sections[of_paragraph[paragraph.number]]
        if paragraph.number in skipped or paragraph.cells:
            continue
        if section.role is Role.PROBLEM:
            texts = _in_problem_part(paragraph, titles.get(paragraph.number))
        else:
            texts = _told_elsewhere(paragraph)
        out += (Problem(paragraph.line, text, section.id) for text in texts)
    return tuple(out)


def _in_problem_part(paragraph: Paragraph, heading: Heading | None) -> list[str]:
    if heading and heading.level == 1:
        return []
    if heading and heading.title and heading.level < _INLINE:
        return [heading.title]
    text = paragraph.text[len(number_of(paragraph.text)[1]) :]
    numbered = [
        _ORDER.sub("", piece.strip("，"))
        for piece in re.split(r"[。；：]|，(?=[一二三四五六七八九]是)", paragraph.text)
        if _ORDER.match(piece)
    ]
    if numbered:
        return [one for one in numbered if len(one) >= 4]
    first = re.split(r"[。；]", text)[0]
    return [first] if len(first) >= _LEAST else []


def _told_elsewhere(paragraph: Paragraph) -> list[str]:
    if not _PROBLEM_TELLS.search(paragraph.text):
        return []
    return [
        sentence[0].strip("。！？；")
        for sentence in re.finditer(r"[^。！？]+", paragraph.text)
        if _PROBLEM_TELLS.search(sentence[0])
    ]
