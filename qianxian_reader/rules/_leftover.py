"""Text that belongs to the page or the file the report came from, not to the report."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qianxian_reader._document import Code, Severity
from qianxian_reader._reading import Reading
from qianxian_reader._scan import Scan
from qianxian_reader.rules._rule import Case, Rule

_REPRINT = Scan(
    "[来转摘（(本免更]",
    r"(?:来自|转自|转载自|摘自)[\u4e00-\u9fffA-Za-z]{2,12}(?:网|网站|公众号|平台|客户端)(?=[。\s]|$)|[（(](?:本报记者|记者)[^）)]{2,12}[)）]"
    r"|本文(?:来源|转载|由)[^。\n]{2,30}|免责声明[：:]|更多(?:范文|资料|文章)[^。\n]{0,20}",
)
_NOTE = Scan(r"[\[［]", r"(?<=[^\s\u2028])[\[［](?P<number>\d{1,3})\s*[\]］]")
_NOTE_LINE = re.compile(r"(?:^|[\n\u2028])[ \t\u3000]*[\[［](\d{1,3})\s*[\]］]")


def _furniture(reading: Reading) -> Iterator[Case]:
    numbers = sorted(reading.furniture)
    if not numbers:
        return
    spans = tuple(
        reading.span(number, 0, len(reading.paragraphs[number].text)) for number in numbers
    )
    shown = max((span.text.strip() for span in spans[:6]), key=len)[:40]
    yield Case(
        spans,
        f"混进了发布网页的文字（如“{shown}”），共{len(numbers)}处，不是报告的内容，请删去。",
        quote=shown,
    )


def _reprint(reading: Reading) -> Iterator[Case]:
    for paragraph in reading.text():
        for found in _REPRINT.finditer(paragraph.text):
            span = reading.span(paragraph.number, *found.span())
            yield Case((span,), f"留有转载说明“{found[0]}”，请删去。")


def _entities(reading: Reading) -> Iterator[Case]:
    marks = [mark for mark in reading.repaired.marks if mark.kind in ("entity", "markup")]
    if marks:
        spans = tuple(reading.source_span(mark.start, mark.end) for mark in marks)
        yield Case(
            spans,
            f"留有{len(marks)}处网页代码（如“{spans[0].text[:20]}”），请换成相应的文字或删去。",
        )


def _notes(reading: Reading) -> Iterator[Case]:
    """[1] in the text and no note 1 after it."""
    mapped = reading.repaired.mapped
    marks = list(_NOTE.finditer(mapped.text))
    noted = set(_NOTE_LINE.findall(mapped.text)) if marks else set()
    missing = [found for found in marks if found["number"] not in noted]
    if missing:
        spans = tuple(reading.source_span(*mapped.place(*found.span())) for found in missing)
        shown = "".join(dict.fromkeys(found[0] for found in missing))
        yield Case(spans, f"有注释号“{shown}”，但文中没有对应的注释，请删去或补上注释。")


RULES = (
    Rule("L101", Code.LEFTOVER, Severity.ERROR, "混进了网页文字", _furniture),
    Rule("L102", Code.LEFTOVER, Severity.WARNING, "留有转载说明", _reprint),
    Rule("L103", Code.LEFTOVER, Severity.ERROR, "留有网页代码", _entities),
    Rule("L104", Code.LEFTOVER, Severity.WARNING, "注释号没有对应的注释", _notes),
)
