"""A list as a file and on paper: the same columns, order, groups and totals as on the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from qianxian.ledgers.exports import BOM, plain, safe, write_cell
from qianxian.ledgers.lists.columns import Column, Told, value_in
from qianxian.ledgers.lists.grouping import Grouping, Part
from qianxian.ledgers.lists.totals import Sums
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger

# Widths of columns, in characters.
_NARROWEST, _WIDEST = 8, 40


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sheet: a row, the head of a group, or a sum."""

    kind: str
    cells: list[Any]


@dataclass(frozen=True, slots=True)
class ListSheet:
    """What leaves. `notes` say what it is: conditions, as of when, by whom it was exported."""

    ledger: Ledger
    title: str
    notes: tuple[str, ...]
    name_head: str
    columns: Sequence[Column]
    rows: Sequence[Entry]
    told: Told
    names: Sequence[str]
    total: tuple[int, Sums] | None
    grouping: Grouping | None = None
    parts: Sequence[Part] = ()

    def heads(self) -> list[str]:
        return [self.name_head, *(column.head for column in self.columns)]

    def lines(self) -> Iterator[Line]:
        """Rows under their group, each group with its sum, the whole sum at the end."""
        named = list(zip(self.names, self.rows, strict=True))
        if self.grouping is None:
            yield from (self._row(name, entry) for name, entry in named)
        else:
            yield from self._grouped(self.grouping, named)
        if self.total:
            yield self._sum("total", _("Total"), *self.total)

    def _grouped(self, grouping: Grouping, named: Sequence[tuple[str, Entry]]) -> Iterator[Line]:
        own: dict[str, list[tuple[str, Entry]]] = {}
        for name, entry in named:
            own.setdefault(grouping.key_of(entry), []).append((name, entry))
        for part in self.parts:
            yield Line("group", [part.label, *[None] * len(self.columns)])
            yield from (self._row(name, entry) for name, entry in own.get(part.key, ()))
            label = _("Sum of %(group)s") % {"group": part.label}
            yield self._sum("sum", label, part.tally.count, part.tally.sums)

    def _row(self, name: str, entry: Entry) -> Line:
        values = [value_in(column, self.ledger, entry, self.told) for column in self.columns]
        return Line("row", [name, *values])

    def _sum(self, kind: str, label: str, count: int, sums: Sums) -> Line:
        values = [sums.get(c.field.name) if c.field and c.is_summed else None for c in self.columns]
        return Line(kind, [f"{label}：{count} 条", *values])


def as_csv(sheet: ListSheet) -> bytes:
    """UTF-8 with a mark, so that a spreadsheet shows Chinese right. The notes stand at the end."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe(sheet.title)])
    writer.writerow([safe(head) for head in sheet.heads()])
    for line in sheet.lines():
        writer.writerow([plain(value) for value in line.cells])
    for note in sheet.notes:
        writer.writerow([safe(note)])
    return (BOM + out.getvalue()).encode()


def as_xlsx(sheet: ListSheet) -> bytes:
    """One sheet that looks like the list: title, notes, heads that repeat, groups, sums."""
    out = io.BytesIO()
    # Strings stay strings: no formula and no link is made of what somebody typed.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        _write(book, book.add_worksheet(sheet.title[:31]), sheet)
    return out.getvalue()


def _write(book: Any, data: Any, sheet: ListSheet) -> None:
    data.write_string(0, 0, sheet.title, book.add_format({"bold": True, "font_size": 16}))
    note = book.add_format({"font_color": "#555555"})
    for n, text in enumerate(sheet.notes, start=1):
        data.write_string(n, 0, text, note)
    top = len(sheet.notes) + 1
    heads = sheet.heads()
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "top"})
    for column, label in enumerate(heads):
        data.write_string(top, column, label, head)
    lines = list(sheet.lines())
    formats = {kind: _formats(book, kind) for kind in ("row", "group", "sum", "total")}
    for n, line in enumerate(lines, start=top + 1):
        for column, value in enumerate(line.cells):
            write_cell(data, n, column, value, formats[line.kind])
    _lay_out(data, heads, lines, top)


def _formats(book: Any, kind: str) -> dict[str, Any]:
    look: dict[str, Any] = {"border": 1, "valign": "top"}
    if kind != "row":
        look |= {"bold": True, "bg_color": "#F0F2F5"}
    return {
        "": book.add_format(look),
        "date": book.add_format({**look, "num_format": "yyyy-mm-dd", "align": "left"}),
        "number": book.add_format({**look, "num_format": "#,##0.####;-#,##0.####"}),
        "whole": book.add_format({**look, "num_format": "#,##0"}),
    }


def _lay_out(data: Any, heads: Sequence[str], lines: Sequence[Line], top: int) -> None:
    """A4 across, the heads on every sheet of paper, columns as wide as what stands in them."""
    for column, label in enumerate(heads):
        longest = max((_width(line.cells[column]) for line in lines), default=0)
        data.set_column(column, column, min(max(longest, _width(label), _NARROWEST), _WIDEST) + 2)
    data.freeze_panes(top + 1, 1)
    data.repeat_rows(top)
    data.set_landscape()
    data.set_paper(9)  # A4
    data.fit_to_pages(1, 0)
    data.set_footer("&C&P / &N")


def _width(value: Any) -> int:
    """In half-width characters: a Chinese one takes two."""
    text = f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value or "")
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
