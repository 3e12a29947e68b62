"""The year in the title beside the day on which the report was given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qianxian_reader._document import Code, ReportKind, Severity
from qianxian_reader._reading import Reading
from qianxian_reader.rules._rule import Case, Rule

_TITLE_YEAR = re.compile(r"(?<!\d)(20\d{2})年(?!\d)")
_GIVEN = re.compile(
    r"^[（(—\-\s]*(20\d{2})年(\d{1,2})月(\d{1,2})日在\S{2,30}?(?:会议|大会|全会|代表会)上?[）)]?$"
)
_HEAD = 14  # paragraphs in which the day of the speech may stand
_AUTUMN = 10


def _out_of_step(reading: Reading) -> Iterator[Case]:
    """A title of 2024 over a speech of January 2022: one of them is of another report.

    A report is named after the year that it looks back on or the one in which it is given, or,
    where it is given in autumn, after the coming one.
    """
    title = _TITLE_YEAR.search(reading.head.title)
    if title is None or reading.head.kind is not ReportKind.ANNUAL:
        return
    year = int(title[1])
    for paragraph in reading.paragraphs[:_HEAD]:
        given = _GIVEN.match(paragraph.text.strip())
        if given is None:
            continue
        spoken, month = int(given[1]), int(given[2])
        latest = spoken + 1 if month >= _AUTUMN else spoken
        if not spoken - 1 <= year <= latest:
            yield _case(reading, year, paragraph.number, given[0])
        return


def _case(reading: Reading, year: int, number: int, given: str) -> Case:
    spans = [reading.span(number, 0, len(reading.paragraphs[number].text))]
    if reading.head.title_at >= 0:
        at = reading.head.title_at
        spans.insert(0, reading.span(at, 0, len(reading.paragraphs[at].text)))
    return Case(
        tuple(spans),
        f"标题写的是{year}年，报告却是“{given.strip('（）() —-')}”作的，年份对不上。请核对标题和日期。",
        quote=f"{year}年",
    )


RULES = (
    Rule("C103", Code.CONTRADICTION, Severity.ERROR, "标题年份与报告日期对不上", _out_of_step),
)
