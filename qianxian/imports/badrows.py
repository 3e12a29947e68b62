"""The rows that did not come in, in the layout of the file, with what is wrong behind each.

Title lines and headers stay, rows keep their columns, cells with a fault are marked. Put right,
the file can be handed in again as it is.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from qianxian.imports import files
from qianxian.imports.checking import tables_of
from qianxian.imports.grid import FAULTS, Table
from qianxian.imports.models import Fault, ImportRun, StagedRow
from qianxian_tables import Area, Sheet, column_of, open_book

_WIDTH = 14


def workbook(run: ImportRun) -> bytes:
    """Raises UserError where the file is gone."""
    data = files.load(run.upload.digest)
    book, tables = open_book(data, run.name), tables_of(run)
    bad = _bad(run)
    out = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, plain) as made:
        writer = _Writer(made)
        for table in tables:
            rows = bad.get(table.sheet[:60], {})
            if rows:
                writer.sheet(_source(book, table), table, rows)
    return out.getvalue()


def _source(book: Any, table: Table) -> Sheet:
    found: Sheet = next(sheet for sheet in book if sheet.name == table.sheet)
    return found


def _bad(run: ImportRun) -> dict[str, dict[int, list[Fault]]]:
    """Sheet → row → its faults."""
    found: dict[str, dict[int, list[Fault]]] = {}
    rows = run.rows.filter(status=StagedRow.Status.FAULT).order_by("number")
    for sheet, row in rows.values_list("sheet", "row"):
        found.setdefault(sheet, {})[row] = []
    for fault in run.faults.filter(number__isnull=False, stops=True):
        own = found.get(fault.sheet, {})
        if fault.row in own:
            own[fault.row].append(fault)
    return found


def _overlap(one: Area, other: Area) -> bool:
    return (
        one.top <= other.bottom
        and other.top <= one.bottom
        and one.left <= other.right
        and other.left <= one.right
    )


class _Writer:
    def __init__(self, book: Any) -> None:
        self._book = book
        self._head = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        red = {"bg_color": "#FBE3E1", "border": 1, "border_color": "#B3261E"}
        self._formats = {
            (False, False): None,
            (True, False): book.add_format(red),
            (False, True): book.add_format({"num_format": "yyyy-mm-dd"}),
            (True, True): book.add_format({**red, "num_format": "yyyy-mm-dd"}),
        }
        self._says = book.add_format({"text_wrap": True, "valign": "top"})

    def sheet(self, source: Sheet, table: Table, rows: Mapping[int, Sequence[Fault]]) -> None:
        made = self._book.add_worksheet(source.name[:31] or None)
        width = max(source.width, *(column_of(c.letter) for c in table.columns))
        for n in range(table.header_row):
            self._row(made, n, source.rows[n], set(), head=True)
        self._merges(made, source, table.header_row)
        made.write_string(table.header_row - 1, width, FAULTS, self._head)
        for n, (number, faults) in enumerate(rows.items(), start=table.header_row):
            marked = {column_of(fault.column) for fault in faults if fault.column}
            self._row(made, n, source.rows[number - 1], marked)
            says = "；".join(dict.fromkeys(fault.says for fault in faults))
            made.write_string(n, width, f"原第 {number} 行：{says}", self._says)
        made.set_column(0, width - 1, _WIDTH)
        made.set_column(width, width, 60)
        made.freeze_panes(table.header_row, 0)

    def _row(
        self, made: Any, n: int, values: Sequence[Any], marked: set[int], *, head: bool = False
    ) -> None:
        for column, value in enumerate(values):
            is_day = isinstance(value, date)
            style = self._head if head else self._formats[(column + 1 in marked, is_day)]
            if value is None or value == "":
                made.write_blank(n, column, None, style)
            elif is_day:
                day = value if isinstance(value, datetime) else datetime(*value.timetuple()[:3])  # noqa: DTZ001  a cell has no zone
                made.write_datetime(n, column, day, style)
            elif isinstance(value, str):
                made.write_string(n, column, value, style)
            else:
                made.write(n, column, value, style)

    def _merges(self, made: Any, source: Sheet, header_row: int) -> None:
        taken: list[Area] = []
        for area in source.merged:
            # A damaged file may merge a cell twice; only the first can be written again.
            if any(_overlap(area, other) for other in taken):
                continue
            if area.bottom <= header_row and (area.bottom, area.right) != (area.top, area.left):
                taken.append(area)
                text = source.value(area.top, area.left)
                made.merge_range(
                    area.top - 1,
                    area.left - 1,
                    area.bottom - 1,
                    area.right - 1,
                    text or "",
                    self._head,
                )
