"""Marks and forms that the standard for official documents (GB/T 9704) asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qianxian_reader._document import Code, Severity
from qianxian_reader._reading import Reading
from qianxian_reader._scan import Scan
from qianxian_reader.rules._rule import Case, Rule

_NUMBERED = re.compile(
    r"(?P<issuer>[\u4e00-\u9fff]{2,6}(?:发|函|字|办|通|政|党))(?P<open>[\[【(（])(?P<year>20\d{2})(?P<close>[\]】)）])(?P<rest>第?0?\d{1,4}号)"
)
_HALF_BRACKETS = re.compile(r"^[ \u3000]*\((?P<number>[一二三四五六七八九十]{1,3})\)")
_YEAR_IN_BRACKETS = re.compile(r"[\[【(（]20\d{2}[\]】)）]")
_ZERO_DATE = Scan("20", r"(?<!\d)20\d{2}年(?:0\d月\d{1,2}日|\d{1,2}月0\d日)")


def _document_numbers(reading: Reading) -> Iterator[Case]:
    """乡政发[2024]3号: the year stands in 〔〕."""
    mapped = reading.repaired.mapped
    if not _YEAR_IN_BRACKETS.search(mapped.text):
        return
    for found in _NUMBERED.finditer(mapped.text):
        span = reading.source_span(*mapped.place(*found.span()))
        rest = re.sub(r"^第?0?", "", found["rest"])
        right = f"{found['issuer']}〔{found['year']}〕{rest}"
        yield Case(
            (span,),
            f"发文字号的年份要用六角括号，序号不加“第”、不补零：应写“{right}”。",
            correction=right,
        )


def _heading_brackets(reading: Reading) -> Iterator[Case]:
    lines = reading.source.lines()
    found = [
        (number, match)
        for number, line in enumerate(lines, 1)
        if (match := _HALF_BRACKETS.match(line))
    ]
    if not found:
        return
    starts = _line_starts(lines)
    spans = tuple(
        reading.source_span(
            starts[number - 1] + match.start("number") - 1, starts[number - 1] + match.end()
        )
        for number, match in found
    )
    shown = found[0][1]["number"]
    yield Case(spans, f"第二层标题的括号要用全角：“({shown})”应写“（{shown}）”，共{len(found)}处。")


def _line_starts(lines: tuple[str, ...]) -> list[int]:
    starts, place = [], 0
    for line in lines:
        starts.append(place)
        place += len(line) + 1
    return starts


def _dates(reading: Reading) -> Iterator[Case]:
    for paragraph in reading.text():
        for found in _ZERO_DATE.finditer(paragraph.text):
            right = re.sub(r"(?<=[年月])0(?=\d)", "", found[0])
            span = reading.span(paragraph.number, *found.span())
            yield Case((span,), f"日期的月、日前面不补零，应写“{right}”。", correction=right)


def _brackets(reading: Reading) -> Iterator[Case]:
    """A bracket without its partner in the paragraph."""
    for paragraph in reading.text():
        place = _unmatched(paragraph.text)
        if place >= 0:
            span = reading.span(paragraph.number, place, place + 1)
            yield Case(
                (span,), f"这一段里有一个“{paragraph.text[place]}”没有配对的另一半，请补上或删去。"
            )


def _points(reading: Reading) -> Iterator[Case]:
    """Decimal points typed as list marks."""
    marks = [mark for mark in reading.repaired.marks if mark.kind == "point"]
    if marks:
        spans = tuple(reading.source_span(mark.start, mark.end) for mark in marks)
        first = reading.source_span(marks[0].start - 3, marks[0].end + 3).text
        yield Case(
            spans, f"小数点写成了顿号，共{len(marks)}处（如“{first}”），请改成“.”。", quote=first
        )


_DOUBLED = Scan(
    "[，；：、。](?=[，；：、。])", r"(?P<marks>[，；：、]{2,}|[，；：、]+。|。[，；：、。]+)(?!。)"
)


def _doubled(reading: Reading) -> Iterator[Case]:
    """，， and ；。"""
    for paragraph in reading.text():
        for found in _DOUBLED.finditer(paragraph.text):
            if paragraph.text[found.start() : found.end() + 1].count("。") > 2:
                continue  # 。。。 stands for an ellipsis
            span = reading.span(paragraph.number, *found.span())
            quote = paragraph.text[max(0, found.start() - 4) : found.end()]
            yield Case((span,), f"标点重复或相连（“{quote}”），请留下一个。", quote=quote)


_BRACKET = re.compile("[（）]")


def _unmatched(text: str) -> int:
    opened: list[int] = []
    for found in _BRACKET.finditer(text):
        place = found.start()
        if found[0] == "（":
            opened.append(place)
        elif opened:
            opened.pop()
        elif not re.match(r"\d{1,2}$|[a-z]$", text[:place]):
            return place
    return opened[0] if opened else -1


RULES = (
    Rule("F101", Code.FORMAT, Severity.NOTE, "发文字号的写法", _document_numbers),
    Rule("F102", Code.FORMAT, Severity.NOTE, "标题括号用了半角", _heading_brackets),
    Rule("F103", Code.FORMAT, Severity.NOTE, "日期补了零", _dates),
    Rule("F104", Code.FORMAT, Severity.NOTE, "括号不成对", _brackets),
    Rule("F105", Code.FORMAT, Severity.WARNING, "小数点写成了顿号", _points),
    Rule("F106", Code.FORMAT, Severity.NOTE, "标点重复", _doubled),
)
