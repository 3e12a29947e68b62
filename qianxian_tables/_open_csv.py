"""Text with separators to a sheet: encoding, separator, and what systems put around numbers."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from qianxian_tables._book import Book, Sheet, Value
from qianxian_tables._errors import DamagedTable, NoTable
from qianxian_tables._limits import CELL_CHARACTERS, CELLS, ROWS, check_area, too_large

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = ",\t;|，"
_SAMPLE = 20_000
# ="0123" keeps a spreadsheet from reading the digits as a number.
_FORMULA_TEXT = re.compile(r'="(.*)"', re.DOTALL)


def open_csv(data: bytes, name: str) -> Book:
    """One sheet without a name; its rows are the records of the file."""
    text = _decoded(data, name)
    if "\0" in text[:_SAMPLE]:
        raise DamagedTable(f"“{name}”不是表格文件，读不了。请上传 .xlsx、.xls 或 .csv 文件。")
    rows = [tuple(map(_plain, record)) for record in _records(text, name)]
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise NoTable(f"“{name}”里没有内容，请重新选择文件。")
    sheet = Sheet("", is_hidden=False, rows=rows)
    check_area(name, len(rows), sheet.width)
    return Book(name, "csv", (sheet,))


def _decoded(data: bytes, name: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    text = data.decode("gb18030", "replace")
    # A cell cut in half damages a few signs; a file of another kind damages nearly all.
    if text.count("\ufffd") * 50 > len(text):
        raise DamagedTable(
            f"“{name}”的文字读不出来。请用 Excel 或 WPS 打开，另存为 .xlsx，再上传一次。"
        )
    return text


def _records(text: str, name: str) -> Iterator[list[str]]:
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_separator(text[:_SAMPLE]), skipinitialspace=False)
    cells = 0
    try:
        for count, record in enumerate(reader, 1):
            cells += len(record)
            if count > ROWS or cells > CELLS:
                raise too_large(name, f"超过 {ROWS} 行或 {CELLS} 格")
            yield record
    except csv.Error as error:
        raise DamagedTable(
            f"“{name}”第 {reader.line_num} 行附近的引号不成对，读不下去。"
            "请用 Excel 或 WPS 打开，另存为 .xlsx，再上传一次。"
        ) from error


def _separator(sample: str) -> str:
    """The sign that cuts most records into the same number of cells, and into most of them."""
    best, score = ",", 0
    for sign in _SEPARATORS:
        widths: Counter[int] = Counter()
        try:
            for record in csv.reader(io.StringIO(sample, newline=""), delimiter=sign):
                widths[len(record)] += 1
        except csv.Error:
            continue
        reached = max((width - 1) * count for width, count in widths.items()) if widths else 0
        if reached > score:
            best, score = sign, reached
    return best


def _plain(cell: str) -> Value:
    found = _FORMULA_TEXT.fullmatch(cell.strip())
    text = found[1] if found else cell
    text = text.strip("\t")
    return text[:CELL_CHARACTERS] if text.strip() else None
