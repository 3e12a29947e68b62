"""Spreadsheets to lines: one line a row, tabs between the cells, the sheet's name before its rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from qianxian_reader._decode import decode
from qianxian_reader._errors import DamagedFile
from qianxian_reader._source import Source


def open_xlsx(data: bytes, name: str) -> Source:
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            (title, workbook.get_sheet_by_name(title).to_python(skip_empty_area=False))
            for title in workbook.sheet_names
        ]
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise DamagedFile(
            f"“{name}”打不开：它不是完好的 .xlsx 文件，或有密码。请在 Excel 或 WPS 中另存后再读一次。"
        ) from error
    lines: list[str] = []
    for title, rows in sheets:
        if any(any(cell != "" for cell in row) for row in rows):
            lines += (title, *map(_row, rows))
    return Source(name, "xlsx", "\n".join(lines))


def open_csv(data: bytes, name: str) -> Source:
    text, encoding = decode(data)
    try:
        dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t，")
    except csv.Error:
        dialect = csv.excel
    rows = csv.reader(io.StringIO(text, newline=""), dialect)
    return Source(name, encoding, "\n".join(map(_row, rows)))


def _row(cells: Sequence[object]) -> str:
    return "\t".join(_cell(cell) for cell in cells).rstrip("\t")


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())
