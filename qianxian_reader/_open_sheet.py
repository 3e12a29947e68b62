"""Spreadsheets to lines: one line a row, tabs between the cells, the sheet's name before its rows.

A row of one cell between rows of a table ends in a tab, so that it stays a row of the table.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from qianxian_reader._decode import decode
from qianxian_reader._errors import DamagedFile
from qianxian_reader._limits import CELLS, check_text, oversized
from qianxian_reader._sheet_events import percent_cells
from qianxian_reader._source import Source
from qianxian_reader._zip import archive

_BROKEN = "它不是完好的 .xlsx 文件，或有密码。请在 Excel 或 WPS 中另存后再读一次。"
# Beyond it Excel's own numbers are no longer exact: 0.1 + 0.2 shows as 0.3 there.
_DIGITS = 15


def open_xlsx(data: bytes, name: str) -> Source:
    import python_calamine

    with archive(data, name, ".xlsx") as opened:
        percents = percent_cells(opened, name)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        lines: list[str] = []
        for title in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(title)
            if sheet.total_height * sheet.total_width > CELLS:
                raise oversized(name, f"有一张表超过{CELLS}格")
            rows = sheet.to_python(skip_empty_area=False)
            texts = list(_texts(rows, percents.get(title, frozenset())))
            if any(map(any, texts)):
                lines += (title, *_lines(texts))
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise DamagedFile(f"“{name}”打不开：{_BROKEN}") from error
    return Source(name, "xlsx", check_text("\n".join(lines), name))


def open_csv(data: bytes, name: str) -> Source:
    text, encoding = decode(data)
    check_text(text, name)
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:4096], delimiters=",;\t，")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = [list(map(_cell, row)) for row in csv.reader(io.StringIO(text, newline=""), dialect)]
    except csv.Error as error:
        raise DamagedFile(
            f"“{name}”不是完好的 .csv 文件：有一格太长，或引号没有配对。请在 Excel 或 WPS 中另存为 .xlsx，再读一次。"
        ) from error
    return Source(name, encoding, "\n".join(_lines(rows)))


def _texts(
    rows: Sequence[Sequence[object]], percents: frozenset[tuple[int, int]]
) -> Iterator[list[str]]:
    for number, row in enumerate(rows, 1):
        yield [
            _percent(value) if (number, column) in percents else _cell(value)
            for column, value in enumerate(row, 1)
        ]


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    filled = [sum(map(bool, row)) for row in rows]
    wide = [place for place, count in enumerate(filled) if count > 1]
    for place, row in enumerate(rows):
        inside = bool(wide) and wide[0] < place < wide[-1] and filled[place] == 1
        yield "\t".join(row).rstrip("\t") + ("\t" if inside else "")


def _percent(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{_number(round(value * 100, 2))}%"
    return _cell(value)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return _number(value)
    return " ".join(str(value).split())


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < 10**_DIGITS:
        return str(int(value))
    plain = f"{value:.{_DIGITS}g}"
    return f"{value:.10f}".rstrip("0").rstrip(".") if "e-" in plain else plain
