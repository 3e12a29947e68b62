"""Files of a list: what they hold, and that no private value is in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from qianxian.core.models import Place, User
from qianxian.ledgers import exports
from qianxian.ledgers.display import names_in
from qianxian.ledgers.listing import View, listing
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger
from tests.unit.ledgers.conftest import ID_NUMBER


@pytest.fixture
def sheet(patrols: list[Entry], patrol: Ledger, everywhere: User, today: date) -> exports.Sheet:
    rows = listing(patrol, [], user=everywhere, on=today, view=View()).rows
    names = names_in(patrol, (row.data for row in rows), user=everywhere, on=today)
    return exports.Sheet(patrol, rows, names, ("截至今天",))


def test_a_csv_holds_all_open_fields_and_no_private_one(sheet: exports.Sheet) -> None:
    content = exports.as_csv(sheet).decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["编号"] for row in rows] == ["B-3", "A-1", "A-2"]
    assert (rows[1]["花费（元）"], rows[1]["问题"], rows[1]["修好了"]) == (
        "120.50",
        "渗漏、缺水",
        "是",
    )
    assert "证件号" not in rows[0]
    assert ID_NUMBER not in content


def test_a_workbook_holds_numbers_dates_and_a_sheet_about_itself(sheet: exports.Sheet) -> None:
    content = exports.as_xlsx(sheet)

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    heads, *rows = book.get_sheet_by_name("巡查台账").to_python()
    row = dict(zip(heads, rows[1], strict=True))
    assert (row["花费（元）"], row["日期"], row["地方"]) == (120.5, date(2026, 11, 2), "清水村")
    notes = [line[0] for line in book.get_sheet_by_name("说明").to_python()]
    assert notes == ["截至今天", "隐私栏没有导出：证件号、病情。"]
    assert ID_NUMBER.encode() not in content


def test_a_text_that_looks_like_a_formula_stays_a_text(
    everywhere: User, make_entry: Callable[..., Entry], village: Place, patrol: Ledger, today: date
) -> None:
    evil = '=HYPERLINK("http://example.org")'
    values = {"number": "1", "what": evil, "seen_on": "2026-11-02"}
    make_entry("patrol", values, place=village, subject=make_entry(), by=everywhere)
    rows = listing(patrol, [], user=everywhere, on=today, view=View()).rows
    table = exports.Sheet(patrol, rows, names_in(patrol, [], user=everywhere, on=today), ())

    text = exports.as_csv(table).decode("utf-8-sig")
    book = CalamineWorkbook.from_filelike(io.BytesIO(exports.as_xlsx(table)))

    cells = next(csv.DictReader(io.StringIO(text)))
    assert cells["看到什么"] == f"'{evil}"
    assert evil in book.get_sheet_by_index(0).to_python()[1]
