"""Files to cells: kinds, encodings, what is hidden, and files that must be refused."""

from __future__ import annotations

import codecs
import io
import zipfile
from datetime import date
from typing import Any

import pytest
import xlsxwriter

import qianxian_tables
from qianxian_tables import (
    Area,
    Book,
    DamagedTable,
    LockedTable,
    NoTable,
    OversizedTable,
    TableError,
    UnsupportedTable,
    at,
    column_of,
    letter,
    open_book,
)


def workbook(fill: Any) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        fill(book)
    return data.getvalue()


def opened(fill: Any) -> Book:
    return open_book(workbook(fill), "台账.xlsx")


@pytest.mark.parametrize(
    ("row", "column", "address"), [(14, 3, "C14"), (1, 26, "Z1"), (2, 27, "AA2"), (9, 702, "ZZ9")]
)
def test_addresses_are_those_of_a_spreadsheet(row: int, column: int, address: str) -> None:
    assert at(row, column) == address
    assert column_of(letter(column)) == column


def test_only_listed_names_are_public() -> None:
    visible = {n for n in vars(qianxian_tables) if not n.startswith("_") and n != "annotations"}
    assert visible == set(qianxian_tables.__all__)


def test_cells_keep_their_kind() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("发放清单")
        sheet.write_row(0, 1, ["松竹村", 3, 2.5, True])
        sheet.write_datetime(0, 5, date(2024, 3, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_string(1, 1, "439901195804043687")

    sheet = opened(fill).sheet("发放清单")

    assert sheet.rows[0] == (None, "松竹村", 3, 2.5, True, date(2024, 3, 5))
    assert isinstance(sheet.value(1, 3), int)
    assert sheet.value(2, 2) == "439901195804043687"
    assert sheet.value(99, 99) is None


def test_merges_hidden_columns_lists_errors_and_percents_are_told() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("甲")
        sheet.merge_range("A1:A3", "松竹村")
        sheet.set_column("C:D", 9, None, {"hidden": True})
        sheet.data_validation("E2:E9", {"validate": "list", "source": ["旱厕", "无厕"]})
        sheet.data_validation("F2:F9", {"validate": "list", "source": "=字典!$A$1:$A$2"})
        sheet.write_formula("G2", "=1/0", None, "#DIV/0!")
        sheet.write_number("H2", 0.85, book.add_format({"num_format": "0.0%"}))
        other = book.add_worksheet("字典")
        other.write_column("A1", ["是", "否"])
        other.hide()

    book = opened(fill)
    sheet = book.sheet("甲")

    assert sheet.merged == (Area(1, 1, 3, 1),)
    assert sheet.hidden_columns == {3, 4}
    assert sheet.choices(5) == ("旱厕", "无厕")
    assert sheet.choices(6) == ("是", "否")
    assert sheet.errors == {(2, 7): "#DIV/0!"}
    assert sheet.percents == {(2, 8)}
    assert [s.is_hidden for s in book] == [False, True]


@pytest.mark.parametrize(
    "data",
    [
        "村,备注\n松竹村,𬌗\n".encode("gb18030"),
        codecs.BOM_UTF8 + "村,备注\n松竹村,𬌗\n".encode(),
        "村\t备注\n松竹村\t𬌗\n".encode("utf-16"),
        "村;备注\n松竹村;𬌗\n".encode(),
    ],
    ids=["gb18030", "bom", "utf-16 with tabs", "semicolons"],
)
def test_csv_in_any_encoding_and_with_any_separator(data: bytes) -> None:
    (sheet,) = open_book(data, "台账.csv")
    assert (sheet.name, sheet.rows) == ("", [("村", "备注"), ("松竹村", "𬌗")])


def test_csv_numbers_lose_what_protected_them() -> None:
    text = '附件\n"身份\n证号",卡号\n"=""439901195804043687""",\t6299990000000000019\n'
    (sheet,) = open_book(text.encode(), "台账.csv")
    assert sheet.rows[1:] == [("身份\n证号", "卡号"), ("439901195804043687", "6299990000000000019")]


def _zipped(**parts: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in parts.items():
            archive.writestr(path.replace("__", "/"), content)
    return data.getvalue()


COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WHOLE = workbook(lambda book: book.add_worksheet().write(0, 0, "村"))


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("台账.xlsx", b"", DamagedTable),
        ("台账.et", WHOLE, UnsupportedTable),
        ("报告.wps", WHOLE, UnsupportedTable),
        ("报告.pdf", b"%PDF-1.7", UnsupportedTable),
        ("台账.xls", b"<html><table>", UnsupportedTable),
        ("台账.docx", _zipped(word__document=b"<w/>"), UnsupportedTable),
        ("台账.xlsx", WHOLE[: len(WHOLE) // 2], DamagedTable),
        ("台账.xlsx", "不是表格".encode(), DamagedTable),
        ("台账.xls", COMPOUND + b"\0" * 4096, DamagedTable),
        ("台账.xls", COMPOUND + "EncryptedPackage".encode("utf-16-le"), LockedTable),
        ("台账.csv", b"\x00\x01\x02" * 99, DamagedTable),
        ("台账.csv", b"\xff\xfa\x81\xff" * 99, DamagedTable),
        ("台账.csv", b" , \n,", NoTable),
        ("台账.xlsx", workbook(lambda book: book.add_worksheet()), NoTable),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(
    name: str, data: bytes, error: type[TableError]
) -> None:
    with pytest.raises(error) as caught:
        open_book(data, name)
    assert "请" in caught.value.sentence
    assert name in caught.value.sentence


def test_a_zip_that_unpacks_to_far_more_is_refused_unopened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("qianxian_tables._parts.UNPACKED_BYTES", 2**20)
    bomb = _zipped(**{"xl__workbook.xml": b"<w/>", "xl__big.xml": b"\0" * 2**21})
    assert len(bomb) < 10_000
    with pytest.raises(OversizedTable, match="展开"):
        open_book(bomb, "台账.xlsx")


@pytest.mark.parametrize(("row", "column"), [(1_048_575, 0), (0, 16_383), (150_000, 100)])
def test_one_far_cell_is_refused_before_the_sheet_is_laid_out(row: int, column: int) -> None:
    def fill(book: Any) -> None:
        book.add_worksheet().write(row, column, "远")

    with pytest.raises(OversizedTable, match="超过"):
        opened(fill)


def test_far_cells_that_only_have_a_style_cost_nothing() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("甲")
        sheet.write(0, 0, "村")
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))

    assert opened(fill).sheet("甲").rows == [("村",)]


def test_entities_are_never_expanded() -> None:
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
        for path in archive.namelist():
            parts[path] = archive.read(path)
    evil = b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<workbook", evil + b"<workbook")
    with pytest.raises(DamagedTable):
        open_book(_zipped(**parts), "台账.xlsx")
