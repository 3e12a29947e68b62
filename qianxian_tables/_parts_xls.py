"""What calamine does not tell of an .xls: the same as of an .xlsx, from its records."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from qianxian_tables._book import Area, at
from qianxian_tables._compound import stream
from qianxian_tables._parts import Parts
from qianxian_tables._refs import RawList

_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_BUILT_IN_PERCENTS = {9, 10}
_BOF, _EOF = 0x0809, 0x000A
_MOST_RECORDS = 5_000_000


@dataclass(slots=True)
class _Sheet:
    name: str
    hidden: set[int] = field(default_factory=set)
    lists: list[RawList] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)


def parts_of_xls(data: bytes) -> dict[str, Parts]:
    """By sheet name. Nothing where the records are not those of Excel 97 and later."""
    try:
        sheets = _Records(stream(data, ("Workbook",))).sheets()
    except (ValueError, struct.error, IndexError):
        # The values stand without them; calamine says whether the file can be read at all.
        return {}
    return {
        one.name: Parts(
            frozenset(one.hidden), tuple(one.lists), one.errors, frozenset(one.percents)
        )
        for one in sheets
    }


class _Records:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._formats: set[int] = set(_BUILT_IN_PERCENTS)
        self._styles: list[int] = []
        self._titles: list[tuple[int, str]] = []
        self._links: list[int] = []

    def sheets(self) -> list[_Sheet]:
        for kind, body in self._from(0):
            self._global(kind, body)
        return [self._sheet(start, title) for start, title in self._titles]

    def _from(self, position: int) -> Iterator[tuple[int, bytes]]:
        """The records of one part of the stream, up to its end."""
        for _ in range(_MOST_RECORDS):
            if position + 4 > len(self._data):
                return
            kind, size = struct.unpack_from("<2H", self._data, position)
            if kind == _EOF:
                return
            yield kind, self._data[position + 4 : position + 4 + size]
            position += 4 + size

    def _global(self, kind: int, body: bytes) -> None:
        if kind == 0x041E and "%" in _text(body, 2)[0]:  # a number format
            self._formats.add(struct.unpack_from("<H", body)[0])
        elif kind == 0x00E0:  # a cell style
            self._styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == 0x0085:  # a sheet
            (start,) = struct.unpack_from("<I", body)
            self._titles.append((start, _short_text(body, 6)[0]))
        elif kind == 0x0017:  # which sheets references mean
            (count,) = struct.unpack_from("<H", body)
            self._links += [struct.unpack_from("<H", body, 4 + 6 * n)[0] for n in range(count)]

    def _sheet(self, start: int, title: str) -> _Sheet:
        sheet = _Sheet(title)
        for kind, body in self._from(start):
            if kind in (0x0203, 0x027E, 0x0006):  # numbers and formulas
                row, column, style = struct.unpack_from("<3H", body)
                self._number(sheet, row, column, style)
                if kind == 0x0006 and body[12:14] == b"\xff\xff" and body[6] == 2:
                    sheet.errors[row + 1, column + 1] = _ERRORS.get(body[8], "#ERROR")
            elif kind == 0x00BD:  # several numbers
                row, column = struct.unpack_from("<2H", body)
                for index in range((len(body) - 6) // 6):
                    (style,) = struct.unpack_from("<H", body, 4 + 6 * index)
                    self._number(sheet, row, column + index, style)
            elif kind == 0x0205 and body[7]:  # an error that was typed
                row, column = struct.unpack_from("<2H", body)
                sheet.errors[row + 1, column + 1] = _ERRORS.get(body[6], "#ERROR")
            elif kind == 0x007D:  # columns
                self._column(sheet, body)
            elif kind == 0x01BE:  # a rule for what may be filled in
                sheet.lists += self._rule(body)
        return sheet

    def _number(self, sheet: _Sheet, row: int, column: int, style: int) -> None:
        if style < len(self._styles) and self._styles[style] in self._formats:
            sheet.percents.add((row + 1, column + 1))

    def _column(self, sheet: _Sheet, body: bytes) -> None:
        first, last = struct.unpack_from("<2H", body)
        if struct.unpack_from("<H", body, 8)[0] & 1:
            sheet.hidden |= set(range(first + 1, min(last, 255) + 2))

    def _rule(self, body: bytes) -> Iterator[RawList]:
        (flags,) = struct.unpack_from("<I", body)
        position = 4
        for _ in range(4):  # two titles, two messages
            _, position = _text(body, position)
        (size,) = struct.unpack_from("<H", body, position)
        formula = body[position + 4 : position + 4 + size]
        position += 4 + size
        (size,) = struct.unpack_from("<H", body, position)
        position += 4 + size
        (count,) = struct.unpack_from("<H", body, position)
        areas = []
        for index in range(count):
            top, bottom, left, right = struct.unpack_from("<4H", body, position + 2 + 8 * index)
            areas.append(Area(top + 1, left + 1, bottom + 1, right + 1))
        if flags & 0xF == 3 and (listed := self._listed(formula)):
            yield RawList(tuple(areas), listed)

    def _listed(self, formula: bytes) -> str:
        """A list that is written out, or a reference to cells; nothing for a formula."""
        kind = formula[0]
        if kind == 0x17:
            return '"' + _short_text(formula, 1)[0].replace("\0", ",") + '"'
        if kind & 0x1F == 0x1B and kind >= 0x20:  # cells of another sheet
            link, top, bottom, left, right = struct.unpack_from("<5H", formula, 1)
            title = self._titles[self._links[link]][1].replace("'", "''")
            return f"'{title}'!{_cells(top, bottom, left, right)}"
        if kind & 0x1F == 0x05 and kind >= 0x20:
            return _cells(*struct.unpack_from("<4H", formula, 1))
        return ""


def _cells(top: int, bottom: int, left: int, right: int) -> str:
    return f"{at(top + 1, (left & 0xFF) + 1)}:{at(bottom + 1, (right & 0xFF) + 1)}"


def _text(body: bytes, position: int) -> tuple[str, int]:
    (count,) = struct.unpack_from("<H", body, position)
    return _signs(body, position + 2, count)


def _short_text(body: bytes, position: int) -> tuple[str, int]:
    return _signs(body, position + 1, body[position])


def _signs(body: bytes, position: int, count: int) -> tuple[str, int]:
    """Letters of one byte or two, behind a byte that says which; and where they end."""
    is_wide = body[position] & 1
    end = position + 1 + count * (2 if is_wide else 1)
    encoding = "utf-16-le" if is_wide else "latin-1"
    return body[position + 1 : end].decode(encoding, "replace"), end
