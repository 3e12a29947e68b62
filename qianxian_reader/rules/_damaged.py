"""Text that was broken on its way: wrong encodings, wrong script, repeated runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qianxian_reader._document import Code, Severity
from qianxian_reader._reading import Reading
from qianxian_reader._repair import Mark
from qianxian_reader.rules._rule import Case, Rule

_REPEATED = re.compile(
    r"(?P<run>[\u4e00-\u9fff]{2,}\d[\d.,]*[\u4e00-\u9fff%]{1,4}|[\u4e00-\u9fff]{5,})(?P=run)"
)
# Without a stop, and long enough for a run of five characters twice.
_STRETCH = re.compile(r"[\u4e00-\u9fff\d.,%]{8,}")


def _of_kind(reading: Reading, *kinds: str) -> list[Mark]:
    return [mark for mark in reading.repaired.marks if mark.kind in kinds]


def _case(reading: Reading, marks: list[Mark], message: str) -> Case:
    spans = tuple(reading.source_span(mark.start, mark.end) for mark in marks)
    first = marks[0]
    quote = reading.source_span(max(0, first.start - 1), first.end + 1).text.strip()
    return Case(spans, message, quote=quote[:40])


def _mojibake(reading: Reading) -> Iterator[Case]:
    marks = _of_kind(reading, "shifted", "mojibake")
    if marks:
        yield _case(
            reading,
            marks,
            f"有{len(marks)}处乱码，是编码错位造成的，已按原文推断还原。请对照原稿改正后再发。",
        )


def _script(reading: Reading) -> Iterator[Case]:
    marks = _of_kind(reading, "script")
    if marks:
        text = reading.source.text
        wrong = "、".join(dict.fromkeys(text[mark.start : mark.end] for mark in marks))
        yield _case(
            reading,
            marks,
            f"繁简转换有{len(marks)}处用错了字（{wrong}），如“面积”成了“麵積”。请改回规范的简体字。",
        )


def _pinyin(reading: Reading) -> Iterator[Case]:
    marks = _of_kind(reading, "pinyin")
    if marks:
        yield _case(reading, marks, f"有{len(marks)}个字后面混进了括号拼音，是转换留下的，请删去。")


def _lost(reading: Reading) -> Iterator[Case]:
    marks = _of_kind(reading, "lost")
    if marks:
        yield _case(reading, marks, f"有{len(marks)}处文字已经损坏，还原不了，请对照原稿补上。")


def _question_marks(reading: Reading) -> Iterator[Case]:
    unread = {reading.paragraphs[number].line for number in reading.furniture}
    marks = [
        mark
        for mark in _of_kind(reading, "question_marks")
        if reading.source_span(mark.start, mark.end).line not in unread
    ]
    if marks:
        yield _case(
            reading,
            marks,
            f"有{len(marks)}处连着几个问号，多半是空格或文字没有转换好，请对照原稿改正。",
        )


def _escapes(reading: Reading) -> Iterator[Case]:
    marks = _of_kind(reading, "escape")
    if marks:
        yield _case(reading, marks, "换行写成了“\\r\\n”这样的字符，请换成真正的换行。")


def _repeats(reading: Reading) -> Iterator[Case]:
    for paragraph in reading.text():
        for found in _repeated(paragraph.text):
            span = reading.span(paragraph.number, *found.span())
            run = found["run"]
            yield Case((span,), f"“{run}”接连写了两遍，请删去一遍。", correction=None, quote=run)


def _repeated(text: str) -> Iterator[re.Match[str]]:
    """Only a stretch that holds three characters twice may hold a run twice: most hold none."""
    for stretch in _STRETCH.finditer(text):
        words = stretch[0]
        if len(set(zip(words, words[1:], words[2:], strict=False))) < len(words) - 2:
            yield from _REPEATED.finditer(text, *stretch.span())


_LONG = 30  # characters of a paragraph that is not repeated by chance


def _copies(reading: Reading) -> Iterator[Case]:
    """The same paragraph twice or more: one case, as a text that was pasted twice repeats them all."""
    seen: dict[str, int] = {}
    again: dict[str, list[int]] = {}
    for paragraph in reading.text():
        text = paragraph.text.strip()
        if len(text) >= _LONG and seen.setdefault(text, paragraph.number) != paragraph.number:
            again.setdefault(text, [seen[text]]).append(paragraph.number)
    for text, numbers in again.items():
        spans = tuple(reading.span(number, 0, len(text)) for number in numbers)
        times = "两次，请删去" if len(numbers) == 2 else f"{len(numbers)}次，请只留"
        yield Case(spans, f"“{text[:16]}……”这一段出现了{times}一段。", quote=text[:40])


RULES = (
    Rule("D101", Code.DAMAGED, Severity.ERROR, "编码错位的乱码", _mojibake),
    Rule("D102", Code.DAMAGED, Severity.ERROR, "繁简转换用错了字", _script),
    Rule("D103", Code.DAMAGED, Severity.ERROR, "字后混进括号拼音", _pinyin),
    Rule("D104", Code.DAMAGED, Severity.ERROR, "还原不了的损坏文字", _lost),
    Rule("D105", Code.DAMAGED, Severity.WARNING, "连着的问号", _question_marks),
    Rule("D106", Code.DAMAGED, Severity.WARNING, "换行写成了字符", _escapes),
    Rule("D107", Code.DAMAGED, Severity.WARNING, "同样的话接连写了两遍", _repeats),
    Rule("D108", Code.DAMAGED, Severity.WARNING, "同一段出现了两次", _copies),
)
