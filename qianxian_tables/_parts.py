"""What calamine does not tell of an .xlsx: hidden columns, lists, error cells, percent cells.

The zip is measured before anything is unpacked into memory, and a sheet's cells before they are
laid out as a rectangle: a file of some kilobytes can ask for gigabytes of either.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO

from lxml import etree

from qianxian_tables._book import Area, column_of
from qianxian_tables._errors import DamagedTable, UnsupportedTable
from qianxian_tables._limits import PARTS, UNPACKED_BYTES, check_area, too_large
from qianxian_tables._refs import RawList, areas_of

_CHUNK = 1 << 20
_DATA = re.compile(rb"<(?:\w+:)?sheetData\b[^>]*?(/?)>")
_DATA_END = re.compile(rb"</(?:\w+:)?sheetData\s*>")
_ROW_END = re.compile(rb"</(?:\w+:)?row\s*>")
# A cell that holds something; one that only has a style closes at once.
_FILLED = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*[^/]>')
_ERROR = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})(\d+)"[^>]*>(.*?)</(?:\w+:)?c>', re.DOTALL
)
_SHOWN = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
_BUILT_IN_PERCENTS = {9, 10}


@dataclass(frozen=True, slots=True)
class Parts:
    """What one sheet has besides values."""

    hidden_columns: frozenset[int] = frozenset()
    lists: tuple[RawList, ...] = ()
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    percents: frozenset[tuple[int, int]] = frozenset()


def parts_of(data: bytes, name: str) -> dict[str, Parts]:
    """By sheet name.

    Errors: DamagedTable, UnsupportedTable, OversizedTable.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_archive(archive, name)
            return {
                title: _sheet(archive, path, name, _percent_styles(archive))
                for title, path in _sheets(archive)
            }
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, EOFError, ValueError) as error:
        raise DamagedTable(
            f"“{name}”打不开，文件可能没有传完或已损坏。请在 Excel 或 WPS 里另存为 .xlsx，再上传一次。"
        ) from error
    except (NotImplementedError, RuntimeError) as error:
        raise DamagedTable(
            f"“{name}”有密码或用了少见的压缩方式。请在 Excel 或 WPS 里另存为没有密码的 .xlsx，再上传一次。"
        ) from error


def _check_archive(archive: zipfile.ZipFile, name: str) -> None:
    infos = archive.infolist()
    if len(infos) > PARTS or sum(info.file_size for info in infos) > UNPACKED_BYTES:
        raise too_large(name, "里面的内容展开后太多")
    if "xl/workbook.xml" not in archive.namelist():
        raise UnsupportedTable(
            f"“{name}”不是 .xlsx 表格。请在 Excel 或 WPS 里打开它，另存为 .xlsx，再上传一次。"
        )


def _parsed(xml: bytes) -> etree._Element:
    # No office program writes a DTD; without one there are no entities to expand.
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise ValueError("a DTD inside an office file")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    return etree.fromstring(xml, parser)


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    relations = {
        str(relation.get("Id")): str(relation.get("Target"))
        for relation in _parsed(archive.read("xl/_rels/workbook.xml.rels"))
        if str(relation.get("Type")).endswith("/worksheet")
    }
    for sheet in _parsed(archive.read("xl/workbook.xml")).iter("{*}sheet"):
        link = next((v for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
        if str(link) in relations:
            target = relations[str(link)]
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            yield str(sheet.get("name")), posixpath.normpath(path)


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """Numbers of the cell styles that show a percent sign."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    styles = _parsed(archive.read("xl/styles.xml"))
    formats = {
        int(str(one.get("numFmtId")))
        for one in styles.iter("{*}numFmt")
        if "%" in str(one.get("formatCode"))
    } | _BUILT_IN_PERCENTS
    cells = next(styles.iter("{*}cellXfs"), None)
    if cells is None:
        return frozenset()
    listed = list(cells.iterchildren("{*}xf"))
    return frozenset(
        number for number, xf in enumerate(listed) if int(str(xf.get("numFmtId") or 0)) in formats
    )


def _sheet(archive: zipfile.ZipFile, path: str, name: str, percents: frozenset[int]) -> Parts:
    scan = _Scan(name, percents)
    with archive.open(path) as source:
        frame = scan.read(source)
    root = _parsed(frame)
    hidden = frozenset(
        number
        for column in root.iter("{*}col")
        if str(column.get("hidden")) in ("1", "true")
        for number in range(int(str(column.get("min"))), min(int(str(column.get("max"))), 702) + 1)
    )
    return Parts(hidden, tuple(_lists(root)), scan.errors, frozenset(scan.percents))


class _Scan:
    """One pass over a sheet, some megabytes in memory at a time."""

    def __init__(self, name: str, styles: frozenset[int]) -> None:
        self._name = name
        self._percent = self._pattern(styles)
        self._widths: set[bytes] = set()
        self._last_row = 0
        self.errors: dict[tuple[int, int], str] = {}
        self.percents: set[tuple[int, int]] = set()

    @staticmethod
    def _pattern(styles: frozenset[int]) -> re.Pattern[bytes] | None:
        if not styles:
            return None
        numbers = b"|".join(str(style).encode() for style in sorted(styles))
        return re.compile(
            rb'<(?:\w+:)?c\b(?=[^>]*\bs="(?:%s)")[^>]*\br="([A-Z]{1,3})(\d+)"[^>]*[^/]>' % numbers
        )

    def read(self, source: IO[bytes]) -> bytes:
        """The sheet without its cells, which are looked at in passing."""
        head = b""
        start = None
        while start is None and (chunk := source.read(_CHUNK)):
            head += chunk
            start = _DATA.search(head)
        if start is None:
            return head
        rest = head[start.end() :]
        if not start[1]:
            rest = self._cells(source, rest)
        tail = rest + b"".join(iter(lambda: source.read(_CHUNK), b""))
        return head[: start.start()] + tail

    def _cells(self, source: IO[bytes], rest: bytes) -> bytes:
        """Look at the rows; what stands behind the last one is given back."""
        while (end := _DATA_END.search(rest)) is None:
            cut = 0
            for found in _ROW_END.finditer(rest):
                cut = found.end()
            self._look(rest[:cut])
            chunk = source.read(_CHUNK)
            if not chunk:
                raise ValueError("the rows of a sheet do not end")
            rest = rest[cut:] + chunk
        self._look(rest[: end.start()])
        return rest[end.end() :]

    def _look(self, rows: bytes) -> None:
        filled = _FILLED.findall(rows)
        if not filled:
            return
        self._widths |= {letters for letters, _ in filled}
        # Not the last one only: a file made to do harm need not have its rows in order.
        self._last_row = max(self._last_row, *{int(row) for row in {row for _, row in filled}})
        check_area(self._name, self._last_row, max(column_of(w.decode()) for w in self._widths))
        if b't="e"' in rows:
            for letters, row, inner in _ERROR.findall(rows):
                shown = _SHOWN.search(inner)
                text = shown[1].decode("utf-8", "replace") if shown else "#ERROR"
                self.errors[int(row), column_of(letters.decode())] = text
        if self._percent:
            for letters, row in self._percent.findall(rows):
                self.percents.add((int(row), column_of(letters.decode())))


def _lists(root: etree._Element) -> Iterator[RawList]:
    for rule in root.iter("{*}dataValidation"):
        formula = next(rule.iter("{*}formula1"), None)
        if rule.get("type") != "list" or formula is None:
            continue
        # Newer Excel keeps both in elements of their own.
        text = "".join(str(part) for part in formula.itertext())
        areas = rule.get("sqref") or "".join(
            str(part) for one in rule.iter("{*}sqref") for part in one.itertext()
        )
        found: tuple[Area, ...] = areas_of(str(areas))
        if found:
            yield RawList(found, text.strip())
