"""What calamine does not tell of an .xlsx: which cells show a percent sign, and how far cells reach.

A sheet is laid out as a full rectangle, so that one far cell costs as much as all: it is measured here
before that happens.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping

from lxml import etree

from qianxian_reader._limits import CELLS, oversized
from qianxian_reader._zip import Events, scan, tree

_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_BUILT_IN_PERCENTS = {9, 10}


def percent_cells(opened: zipfile.ZipFile, name: str) -> dict[str, frozenset[tuple[int, int]]]:
    """Row and column of the percent cells of each sheet, both from 1.

    Errors: DamagedFile for a sheet that is too large.
    """
    styles = _percent_styles(tree(opened, "xl/styles.xml"))
    found: dict[str, frozenset[tuple[int, int]]] = {}
    for title, part in _sheets(opened):
        cells = _Cells(name, styles)
        scan(opened, part, cells)
        found[title] = frozenset(cells.percents)
    return found


class _Cells(Events):
    """Parser target: looks at the cells in passing."""

    def __init__(self, name: str, styles: frozenset[str]) -> None:
        self._name = name
        self._styles = styles
        self._height = self._width = 0
        self._count = 0
        self._cell: tuple[int, int] | None = None
        self.percents: set[tuple[int, int]] = set()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag.endswith("}c"):
            self._count += 1
            if self._count > CELLS:
                raise oversized(self._name, f"有一张表超过{CELLS}格")
            found = _PLACE.fullmatch(attributes.get("r", ""))
            self._cell = (int(found[2]), _column(found[1])) if found else None
            if self._cell and attributes.get("s", "") in self._styles:
                self.percents.add(self._cell)
        elif self._cell and tag.endswith(("}v", "}is")):
            # Only a cell that holds something counts; a format may reach to the last column.
            self._height = max(self._height, self._cell[0])
            self._width = max(self._width, self._cell[1])
            self._cell = None
            if self._height * self._width > CELLS:
                raise oversized(self._name, f"有一张表超过{CELLS}格")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _sheets(opened: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    book, links = tree(opened, "xl/workbook.xml"), tree(opened, "xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        raise ValueError("not a workbook")
    parts = {
        str(link.get("Id")): str(link.get("Target"))
        for link in links
        if str(link.get("Type")).endswith("/worksheet")
    }
    for sheet in book.iter("{*}sheet"):
        key = next((str(v) for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
        if key in parts:
            target = parts[key]
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            yield str(sheet.get("name")), posixpath.normpath(path)


def _percent_styles(styles: etree._Element | None) -> frozenset[str]:
    """Numbers of the cell styles that show a percent sign, as they are written."""
    if styles is None:
        return frozenset()
    formats = {
        one.get("numFmtId") for one in styles.iter("{*}numFmt") if "%" in str(one.get("formatCode"))
    } | {str(number) for number in _BUILT_IN_PERCENTS}
    cells = next(styles.iter("{*}cellXfs"), None)
    listed = [] if cells is None else list(cells.iterchildren("{*}xf"))
    return frozenset(str(place) for place, xf in enumerate(listed) if xf.get("numFmtId") in formats)
