"""Where the table of a sheet begins, and what its header says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from qianxian_tables._book import Area, Row, Sheet, Value
from qianxian_tables._headings import Heading, compact_unit, heading, split_unit
from qianxian_tables._words import compact, is_note, is_signature, is_unit, sum_label

_SEARCHED = 60
_DEEPEST = 6
_COLUMN_NUMBER = re.compile(
    r"[(（]?(?:\d{1,2}|[甲乙丙丁戊己庚辛A-Z]|[一二三四五六七八九十]{1,2})[)）]?(?:=.+)?"
)
_SUMS = re.compile(r"(?:小计|总计|共计)")
# What a header may say with a colon in it: 其中：财政资金, 电话（格式：手机）.
_ASIDE = re.compile(r"[(（].*[)）]|^其中[:：]")
_DATA_LIKE = re.compile(r"[\d.,%-]+|\d{4}年?[-./年]\d{1,2}.*|.*\d{11}.*")


@dataclass(frozen=True, slots=True)
class Table:
    """The table of one sheet. Rows count from 1; data stand below `last_header`."""

    sheet: Sheet
    first_header: int
    last_header: int
    headings: tuple[Heading, ...]

    @property
    def header_rows(self) -> range:
        return range(self.first_header, self.last_header + 1)

    def lines_above(self) -> Iterator[tuple[int, str]]:
        """Title lines and notes: row and text."""
        for number, row in enumerate(self.sheet.rows[: self.first_header - 1], 1):
            texts = [str(cell).strip() for cell in row if cell is not None]
            if texts:
                yield number, "  ".join(texts)


def filled(row: Row) -> list[int]:
    """Columns that hold something, counting from 1."""
    return [number for number, cell in enumerate(row, 1) if cell is not None]


def find_table(sheet: Sheet) -> Table | None:
    """The table of a sheet, or nothing where it holds notes or nothing."""
    widest = max((len(filled(row)) for row in sheet.rows[:400]), default=0)
    if widest < 2:
        return None
    for number in range(1, min(len(sheet.rows), _SEARCHED) + 1):
        if _begins(sheet, number, widest):
            return _table(sheet, number - 1 if _is_band(sheet, number - 1) else number)
    return None


def table_at(sheet: Sheet, first: int, last: int) -> Table | None:
    """The table whose header a person pointed at; nothing where these rows name no columns."""
    if not 0 < first <= last <= len(sheet.rows):
        return None
    headings = tuple(_headings(sheet, _Merges(sheet, first), first, last))
    return Table(sheet, first, last, headings) if len(headings) >= 2 else None


def _begins(sheet: Sheet, number: int, widest: int) -> bool:
    cells = [cell for cell in sheet.rows[number - 1] if cell is not None]
    wanted = max(2, widest * 0.5)
    if len(cells) < wanted or not all(map(_is_header_word, cells)):
        return False
    if any(_SUMS.match(compact(str(cell))) for cell in cells[:2]):
        return False  # a row of sums; further right 小计 is a column
    return len({compact(str(cell)) for cell in cells}) >= max(2, len(cells) * 0.6)


def _is_band(sheet: Sheet, number: int) -> bool:
    """Whether a row over the header groups its columns: 基本情况 over five, 资金 over three."""
    if number < 1:
        return False
    cells = filled(sheet.rows[number - 1])
    wide = [a for a in sheet.merged if a.top == a.bottom == number and a.right > a.left]
    row = sheet.rows[number - 1]
    return len(cells) >= 2 and len(wide) >= 1 and all(_is_header_word(row[c - 1]) for c in cells)


def _is_header_word(cell: Value) -> bool:
    if isinstance(cell, bool | date):
        return False
    if isinstance(cell, int | float):
        return 2000 <= cell <= 2100  # a year as the head of a column
    text = compact(str(cell))
    if is_signature(text):
        return False
    return (
        len(text) <= 60
        and (not re.search(r"[:：].", _ASIDE.sub("", text)) or split_unit(text)[1] is not None)
        and not (_DATA_LIKE.fullmatch(text))
    )


def _table(sheet: Sheet, first: int) -> Table | None:
    merges = _Merges(sheet, first)
    last = first
    while last < len(sheet.rows) and last - first < _DEEPEST:
        deepest = merges.bottom(first, last)
        if deepest > last:
            last = deepest
        elif _continues(sheet, merges, first, last + 1):
            last += 1
        else:
            break
    headings = tuple(_headings(sheet, merges, first, last))
    return Table(sheet, first, last, headings) if len(headings) >= 2 else None


class _Merges:
    """Merged cells of the header, by the cells that they cover."""

    def __init__(self, sheet: Sheet, first: int) -> None:
        self._areas = [
            area for area in sheet.merged if first <= area.top <= area.bottom < first + _DEEPEST
        ]
        self._by_cell: Mapping[tuple[int, int], Area] = {
            (row, column): area
            for area in self._areas
            for row in range(area.top, area.bottom + 1)
            for column in range(area.left, min(area.right, area.left + 702) + 1)
        }

    def bottom(self, first: int, last: int) -> int:
        return max((a.bottom for a in self._areas if first <= a.top <= last), default=last)

    def over(self, row: int, column: int) -> Area | None:
        return self._by_cell.get((row, column))


def _continues(sheet: Sheet, merges: _Merges, first: int, number: int) -> bool:
    """Whether the next row still belongs to the header."""
    row = sheet.rows[number - 1]
    columns = filled(row)
    texts = [compact(str(row[column - 1])) for column in columns]
    if not texts:
        return False
    if all(map(is_unit, texts)) or _is_numbering(texts, len(filled(sheet.rows[first - 1]))):
        return True
    if not all(_is_header_word(row[column - 1]) for column in columns):
        return False
    is_sum = sum_label(texts[0]) and not _is_parent(sheet, merges, number - 1, columns[0])
    if is_sum or any(map(is_note, texts)):
        return False
    blanks = 0
    for column in columns:
        is_blank = all(sheet.value(r, column) is None for r in range(first, number))
        blanks += is_blank
        if not is_blank and not _is_parent(sheet, merges, number - 1, column):
            return False
    return blanks > 0


def _is_numbering(texts: list[str], width: int) -> bool:
    """A row that numbers the columns: 1 2 3 ..., or 甲 乙 1 2 3."""
    if len(texts) < max(3, width * 0.5) or not all(map(_COLUMN_NUMBER.fullmatch, texts)):
        return False
    numbers = [int(t.strip("()")) for t in texts if t.strip("()").isdecimal()]
    return len(numbers) >= 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _is_parent(sheet: Sheet, merges: _Merges, row: int, column: int) -> bool:
    """Whether the header cell above also stands over the column to the right."""
    area = merges.over(row, column)
    if area:
        return area.right > column or area.left < column
    return sheet.value(row, column) is not None and sheet.value(row, column + 1) is None


def _headings(sheet: Sheet, merges: _Merges, first: int, last: int) -> Iterator[Heading]:
    rows = list(range(first, last + 1))
    unit_rows = [r for r in rows[1:] if _is_unit_row(sheet, r)]
    skipped = {r for r in rows[1:] if _is_number_row(sheet, first, r)} | set(unit_rows)
    named = [r for r in rows if r not in skipped]
    for column in range(1, sheet.width + 1):
        parts = [_part(sheet, merges, named, index, column) for index in range(len(named))]
        texts = [part for part in parts if part]
        units = [sheet.value(r, column) for r in unit_rows]
        unit = next((compact_unit(str(u)) for u in units if u is not None), None)
        if texts:
            yield heading(column, texts, unit)


def _is_unit_row(sheet: Sheet, number: int) -> bool:
    cells = [cell for cell in sheet.rows[number - 1] if cell is not None]
    return bool(cells) and all(is_unit(str(cell)) for cell in cells)


def _is_number_row(sheet: Sheet, first: int, number: int) -> bool:
    texts = [compact(str(cell)) for cell in sheet.rows[number - 1] if cell is not None]
    return _is_numbering(texts, len(filled(sheet.rows[first - 1])))


def _part(sheet: Sheet, merges: _Merges, rows: list[int], index: int, column: int) -> str:
    """What one header row says over a column."""
    row = rows[index]
    area = merges.over(row, column)
    if area:
        value = sheet.value(area.top, area.left)
        return "" if value is None or area.top < row else str(value)
    value = sheet.value(row, column)
    if value is not None:
        return str(value)
    # Without merged cells a parent stands over its first column only: 帮扶情况, "", "".
    below = any(sheet.value(r, column) is not None for r in rows[index + 1 :])
    if below and column > 1 and not any(sheet.value(r, column) for r in rows[:index]):
        left = _part(sheet, merges, rows, index, column - 1)
        has_children = any(sheet.value(r, column - 1) is not None for r in rows[index + 1 :])
        return left if left and has_children else ""
    return ""
