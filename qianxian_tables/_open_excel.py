"""Excel files to sheets: values through calamine, the rest from the parts of the file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from qianxian_tables._book import Area, Book, Row, Sheet, Value
from qianxian_tables._errors import DamagedTable, LockedTable, NoTable, UnsupportedTable
from qianxian_tables._limits import CELL_CHARACTERS, check_area
from qianxian_tables._parts import Parts, parts_of
from qianxian_tables._parts_xls import parts_of_xls
from qianxian_tables._refs import resolved

_SAVE_AS = "请在 Excel 或 WPS 里打开它，另存为没有密码的 .xlsx，再上传一次。"
# Beyond it a float no longer holds every digit; such a number is left as it is to be noticed.
_WHOLE = 10**15
_REMEMBERED = 4_096


def open_xlsx(data: bytes, name: str) -> Book:
    parts = parts_of(data, name)
    return _opened(data, name, "xlsx", parts)


def open_xls(data: bytes, name: str) -> Book:
    # A protected .xlsx is wrapped in the same container as an old .xls.
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise LockedTable(f"“{name}”有打开密码，读不了。{_SAVE_AS}")
    if "WordDocument".encode("utf-16-le") in data:
        raise UnsupportedTable(f"“{name}”是 Word 文件，不是表格。请把表格复制到 Excel 里再上传。")
    return _opened(data, name, "xls", parts_of_xls(data))


def _opened(data: bytes, name: str, kind: str, parts: Mapping[str, Parts]) -> Book:
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            _sheet(workbook, meta, name, parts.get(meta.name, Parts()))
            for meta in workbook.sheets_metadata
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except python_calamine.PasswordError as error:
        raise LockedTable(f"“{name}”有打开密码，读不了。{_SAVE_AS}") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise DamagedTable(f"“{name}”打不开，文件可能已损坏。{_SAVE_AS}") from error
    if not any(sheet.rows for sheet in sheets):
        raise NoTable(f"“{name}”里没有内容，请重新选择文件。")
    lists = {title: part.lists for title, part in parts.items()}
    return Book(name, kind, resolved(sheets, lists))


def _sheet(workbook: Any, meta: Any, name: str, part: Parts) -> Sheet:
    import python_calamine

    source = workbook.get_sheet_by_name(meta.name)
    check_area(name, source.total_height, source.total_width)
    rows = list(_rows(source))
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    return Sheet(
        meta.name,
        is_hidden=meta.visible != python_calamine.SheetVisibleEnum.Visible,
        rows=rows,
        merged=tuple(_areas(source.merged_cell_ranges or ())),
        hidden_columns=part.hidden_columns,
        errors=part.errors,
        percents=part.percents,
    )


def _rows(source: Any) -> Iterator[Row]:
    """Every row from the first of the sheet, as wide as the last column; one row at a time, so
    that the cells of a long sheet are not held twice."""
    before = (None,) * (source.start[1] if source.start else 0)
    # 50,000 times the same village need be there only once.
    same = lru_cache(_REMEMBERED, typed=True)(_value)
    for cells in source.iter_rows():
        yield (*before, *map(same, cells))


def _areas(ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> Iterable[Area]:
    for (top, left), (bottom, right) in ranges:
        yield Area(top + 1, left + 1, bottom + 1, right + 1)


def _value(cell: object) -> Value:
    if isinstance(cell, str):
        return cell[:CELL_CHARACTERS] if cell and not cell.isspace() else None
    if isinstance(cell, bool | date | datetime):
        return cell
    if isinstance(cell, int | float):
        if isinstance(cell, float) and cell.is_integer() and abs(cell) < _WHOLE:
            return int(cell)
        return cell
    if isinstance(cell, time | timedelta):
        return str(cell)
    return None
