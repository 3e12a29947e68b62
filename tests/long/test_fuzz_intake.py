"""Sentences, notices and workbooks damaged at random: read or refused, never a crash or a hang.

QIANXIAN_FUZZ_SECONDS says how long each; a case that fails is made again from its number:
`python -m tests.long.test_fuzz_intake SORT NUMBER`.
"""

from __future__ import annotations

import csv
import io
import os
import random
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import xlsxwriter

from qianxian_tables import TableError, infer, open_book, read_rows
from tests.long.limits import LIMIT, Hangs, limited, needs_timers
from tests.long.reader_mutations import CELL, OF_TEXT
from tests.spec.reader.jot import _world, score
from tests.spec.reader.notice import scoring
from tests.spec.tables.messy import MADE
from tests.spec.tables.places import PLACES, VILLAGES

_WHO = ("village_clerk", "line_head", "acceptance_officer")
_WORDS = (
    *("小计", "合计", "其中：", "〃", "同上", "—", "/", "无", "是", "否", "√", "男", "已完成", "序号", "姓名"),
    *("金额（万元）", "日期", "备注", "#REF!", "2024.2.30", "24年3月", "3月5号", "三十二", "约50", "1,2", "-0"),
    *VILLAGES,
)  # fmt: skip


@cache
def _sentences() -> list[str]:
    return [case["said"] for case in score.cases(_world.DATA / "sentences_dev.yaml")]


@cache
def _notices() -> list[str]:
    return [case["text"] for case in scoring.cases(_world.DATA / "notices_dev.yaml")]


def _damaged(chance: random.Random, texts: list[str]) -> str:
    text = chance.choice(texts)
    for _ in range(chance.randint(1, 4)):
        text = chance.choice(OF_TEXT)(chance, text, texts)
    return text[:4_000]


def _sentence(chance: random.Random) -> None:
    text = _damaged(chance, _sentences())[:400]
    reading = _world.read(text, chance.choice([*VILLAGES, "石桥村", None]), chance.choice(_WHO))
    for one in reading.heard:
        assert reading.text[one.start : one.end] == one.text


def _notice(chance: random.Random) -> None:
    case = {"text": _damaged(chance, _notices()), "received": "2026-11-03T09:30:00"}
    found = scoring.read(case)
    for ask in found.asks:
        assert ask.spans[0].of(found.text) == ask.value
    for day in found.days:
        assert day.sentence.start <= day.span.start < day.span.end


@cache
def _made() -> list[list[list[Any]]]:
    """The cells of the made ledgers, sheet by sheet."""
    found = []
    for make in MADE:
        name, data, _ = make()
        found += [[list(row) for row in sheet.rows] for sheet in open_book(data, name).sheets]
    return found


def _cell(chance: random.Random) -> Any:
    drawn = chance.random()
    if drawn < 0.4:
        return "".join(chance.choices(CELL, k=chance.randint(0, 9)))
    if drawn < 0.8:
        return chance.choice(_WORDS)
    return chance.choice([None, "", 0, 1, -3, 45_000, 1e300, 3.14, True, "\n", "\u3000", "x" * 300])


def _table(chance: random.Random) -> None:
    rows = [list(row) for row in chance.choice(_made())]
    if chance.random() < 0.2:
        rows = [[_cell(chance) for _ in range(chance.randint(1, 9))] for _ in range(12)]
    for _ in range(chance.randint(1, 40)):
        row = chance.choice(rows)
        drawn = chance.random()
        if drawn < 0.7 and row:
            row[chance.randrange(len(row))] = _cell(chance)
        elif drawn < 0.8:
            rows.insert(chance.randrange(len(rows)), [_cell(chance) for _ in range(3)])
        elif drawn < 0.9:
            rows.insert(chance.randrange(len(rows)), list(chance.choice(rows)))
        elif len(rows) > 1:
            rows.remove(row)
    data, name = chance.choice((_as_csv, _as_xlsx))(rows)
    try:
        book = open_book(data, name)
        told = read_rows(book, infer(book, PLACES), PLACES)
    except TableError as error:
        assert error.sentence.endswith("。")
        return
    assert all(row.row > 0 for row in told.rows)


def _as_csv(rows: list[list[Any]]) -> tuple[bytes, str]:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("gb18030", "replace"), "a.csv"


def _as_xlsx(rows: list[list[Any]]) -> tuple[bytes, str]:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet()
        for n, row in enumerate(rows):
            page.write_row(n, 0, row)
    return out.getvalue(), "a.xlsx"


_SORTS: dict[str, Callable[[random.Random], None]] = {
    "sentence": _sentence,
    "notice": _notice,
    "table": _table,
}


def _check(sort: str, number: int) -> None:
    try:
        with limited():
            _SORTS[sort](random.Random(number))  # noqa: S311 - the same case each time is the point
    except Hangs:
        pytest.fail(f"{sort} {number} took more than {LIMIT} s")
    except Exception as error:
        raise AssertionError(f"{sort} {number}: {error!r}") from error


def _run(sort: str, seconds: float, first: int) -> int:
    number, end = first, time.monotonic() + seconds
    while time.monotonic() < end:
        _check(sort, number)
        number += 1
    return number - first


@needs_timers
@pytest.mark.slow
@pytest.mark.parametrize("sort", _SORTS)
def test_damaged_input_is_read_or_refused(sort: str) -> None:
    """The same cases each time, as many as the time gives."""
    assert _run(sort, float(os.environ.get("QIANXIAN_FUZZ_SECONDS", "8")), first=0)


@needs_timers
@pytest.mark.long
@pytest.mark.parametrize("sort", _SORTS)
def test_new_damaged_input_is_read_or_refused(sort: str) -> None:
    first = random.SystemRandom().randrange(1_000_000, 1_000_000_000)
    assert _run(sort, float(os.environ.get("QIANXIAN_FUZZ_SECONDS", "300")), first)


if __name__ == "__main__":
    _check(sys.argv[1], int(sys.argv[2]))
