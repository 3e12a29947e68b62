"""Rows of a ledger with all their open fields as a file, .xlsx and CSV; no private field.

The list as it is looked at leaves by `lists.sheet`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

import xlsxwriter
from django.utils.translation import gettext as _

from qianxian.ledgers.display import Names, state_label, value_of
from qianxian.ledgers.listing import row_name
from qianxian.ledgers.models import Entry
from qianxian.ledgers.search import full_name
from qianxian_packs import Field, Ledger

BOM = "﻿"
# A spreadsheet takes a text that starts so for a formula and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Table(Protocol):
    """What can leave as a file: heads, rows of values, and the lines that say what it is."""

    @property
    def name(self) -> str: ...

    def heads(self) -> list[str]: ...

    def values(self) -> Iterable[list[Any]]: ...

    def told(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Sheet:
    """The table that leaves: rows, and what must be said about them."""

    ledger: Ledger
    rows: Sequence[Entry]
    names: Names
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.ledger.name

    def fields(self) -> list[Field]:
        return [f for f in self.ledger.fields if not f.private]

    def left_out(self) -> list[str]:
        return [f.label for f in self.ledger.fields if f.private]

    def heads(self) -> list[str]:
        state = [_("State")] if self.ledger.flow else []
        return [
            _("Entry"),
            _("Place"),
            _("Place code"),
            *state,
            *(f"{f.label}（{f.shown_unit}）" if f.shown_unit else f.label for f in self.fields()),
            _("Late entry"),
        ]

    def values(self) -> Iterator[list[Any]]:
        for entry in self.rows:
            state = [state_label(self.ledger, entry.state)] if self.ledger.flow else []
            own = [value_of(f, entry.data, self.names) for f in self.fields()]
            late = "是" if entry.late else ""
            where = [full_name(entry.place), entry.place_id]
            yield [row_name(self.ledger, entry), *where, *state, *own, late]

    def told(self) -> list[str]:
        """The lines of the second sheet, and of the end of a CSV."""
        left_out = self.left_out()
        private = [_("Private fields are left out: %(fields)s.") % {"fields": "、".join(left_out)}]
        return [*self.notes, *(private if left_out else [])]


def as_csv(sheet: Table) -> bytes:
    """UTF-8 with a mark, so that a spreadsheet shows Chinese right. Data only, no notes."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe(head) for head in sheet.heads()])
    for row in sheet.values():
        writer.writerow([plain(value) for value in row])
    return (BOM + out.getvalue()).encode()


def plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return safe(value) if isinstance(value, str) else str(value)


def safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_xlsx(sheet: Table) -> bytes:
    """One sheet of data, one that says what it is."""
    out, rows = io.BytesIO(), list(sheet.values())
    # Strings stay strings: no formula and no link is made of what somebody typed.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, plain) as book:
        data = book.add_worksheet(sheet.name[:31])
        _write_heads(book, data, sheet.heads(), len(rows))
        formats = {"date": book.add_format({"num_format": "yyyy-mm-dd"})}
        for n, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                write_cell(data, n, column, value, formats)
        about = book.add_worksheet("说明")
        about.set_column(0, 0, 80)
        for n, line in enumerate(sheet.told()):
            about.write_string(n, 0, line)
    return out.getvalue()


def _write_heads(book: Any, data: Any, heads: list[str], rows: int) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for column, label in enumerate(heads):
        data.write_string(0, column, label, head)
    data.set_column(0, 2, 18)
    data.set_column(3, len(heads), 14)
    data.freeze_panes(1, 1)
    if rows:
        data.autofilter(0, 0, rows, len(heads) - 1)
    data.repeat_rows(0)
    data.set_landscape()
    data.set_paper(9)  # A4
    data.fit_to_pages(1, 0)


def write_cell(data: Any, row: int, column: int, value: Any, formats: Mapping[str, Any]) -> None:
    """A number as a number, a date as a date, all else as text. `formats` by kind, "" for text."""
    usual = formats.get("")
    if value is None or value == "":
        if usual:
            data.write_blank(row, column, None, usual)
    elif isinstance(value, Decimal | int) and not isinstance(value, bool):
        kind = "whole" if value == int(value) else "number"
        data.write_number(row, column, value, formats.get(kind, usual))
    elif isinstance(value, date):
        data.write_datetime(row, column, value, formats["date"])
    else:
        data.write_string(row, column, str(value), usual)
