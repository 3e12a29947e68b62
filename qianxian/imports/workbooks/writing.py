"""The sheet of a village as an .xlsx: what may be filled is open, all else is locked."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from qianxian.imports.grid import NOT_READ
from qianxian.imports.workbooks.layout import KEY, NOW, REASON, STEP, Column, Layout

HEADER_ROW, NAMES_ROW, FIRST_ROW = 3, 4, 5
HOW_SHEET, LISTS_SHEET, SIGN_SHEET = f"怎么填{NOT_READ}", "选项", "签名"
_LONGEST_NAME = 25
_TEXT = ("id_card", "bank_card", "credit_code", "phone", "text", "entry", "post", "place")
_INK, _GREY, _YELLOW, _LINE = "#1F2937", "#EEF0F3", "#FFFBE6", "#B8C0CC"


@dataclass(frozen=True, slots=True)
class OutRow:
    """A row as it goes out. `state` is that of a stored entry; None in an empty row."""

    key: str
    entry: UUID
    version: int
    state: str | None
    cells: tuple[Any, ...] = ()


def how_to_fill(layout: Layout, count: int, blank: int, said: str) -> list[str]:
    """Five sentences, and no more."""
    adds = f"新的写在下面 {blank} 个空行里" if blank else "这本台账不在这里加新的"
    steps = (
        "办了哪一步，在右边“这次办哪一步”里选，再填那一步的日期；要照片的步骤回来用手机办"
        if layout.steps
        else "带 * 的一定要填，日期写成 2026-3-5"
    )
    return [
        f"1. 这是{layout.village}的{layout.ledger.name}，{said}发出，里面有 {count} 条，填好原样发回来就行。",
        "2. 白底和黄底的格可以改，灰底的格锁着，不用管。",
        f"3. {steps}。",
        f"4. {adds}；不要的行也别删，删了台账里还在。",
        "5. 排序、隐藏栏、另存为都不要紧；发回来先看一遍改了什么，点了确认才进台账。",
    ]


def workbook_of(
    layout: Layout, rows: Sequence[OutRow], *, signature: str, title: str, how: Sequence[str]
) -> bytes:
    out = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, plain) as book:
        _Writer(book, layout).write(rows, signature, title, how)
    return out.getvalue()


class _Writer:
    def __init__(self, book: Any, layout: Layout) -> None:
        self._book, self._layout = book, layout
        self._lists: list[tuple[str, ...]] = []
        self._formats: dict[tuple[str, str], Any] = {}

    def write(self, rows: Sequence[OutRow], signature: str, title: str, how: Sequence[str]) -> None:
        self._how(how)
        sheet = self._book.add_worksheet(_sheet_name(self._layout.ledger.name))
        self._heads(sheet, title, rows)
        for n, row in enumerate(rows, start=FIRST_ROW - 1):
            self._row(sheet, n, row)
        self._finish(sheet, len(rows))
        self._hidden(signature)

    def _how(self, how: Sequence[str]) -> None:
        sheet = self._book.add_worksheet(HOW_SHEET)
        wide = self._book.add_format({"text_wrap": True, "valign": "top", "font_size": 12})
        sheet.set_column(0, 0, 90)
        sheet.fit_to_pages(1, 0)
        for n, line in enumerate(how):
            sheet.write_string(n, 0, line, wide)
            sheet.set_row(n, 36)
        sheet.protect("", {"select_locked_cells": True})

    # ---- heads ----

    def _heads(self, sheet: Any, title: str, rows: Sequence[OutRow]) -> None:
        add = self._book.add_format
        sheet.write_string(0, 0, title, add({"bold": True, "font_size": 14}))
        head = {
            "bold": True,
            "text_wrap": True,
            "valign": "vcenter",
            "border": 1,
            "bg_color": _GREY,
        }
        names = add({"font_color": _GREY, "font_size": 8})
        first_step = self._first_step()
        for n, column in enumerate(self._layout.columns):
            if n in (0, first_step):
                word = "办到哪一步" if n and n == first_step else "记录"
                sheet.write_string(1, n, word, add({"bold": True}))
            shade = {"bg_color": _YELLOW} if column.opens == "step" else {}
            sheet.write_string(HEADER_ROW - 1, n, column.header, add({**head, **shade}))
            sheet.write_string(NAMES_ROW - 1, n, column.target, names)
            hidden = {"hidden": True} if column.target == KEY else {}
            longest = max((_length(row.cells[n]) for row in rows if row.cells), default=0)
            sheet.set_column(n, n, _width(column, longest), None, hidden)
        sheet.set_row(HEADER_ROW - 1, 34)
        sheet.set_row(NAMES_ROW - 1, None, None, {"hidden": True})

    def _first_step(self) -> int:
        targets = [column.target for column in self._layout.columns]
        return targets.index(NOW) if NOW in targets else -1

    # ---- rows ----

    def _row(self, sheet: Any, n: int, row: OutRow) -> None:
        for c, column in enumerate(self._layout.columns):
            if column.target == KEY:
                sheet.write_string(n, c, row.key, self._format("key", ""))
                continue
            opens = self._opens(column, row)
            value = row.cells[c] if row.cells else None
            self._cell(sheet, n, c, value, self._format(opens, _kind(column)))
            if opens and column.target == STEP and row.state is not None:
                labels = tuple(step.label for step in self._layout.steps_from(row.state))
                self._drop_down(sheet, n, n, c, labels)

    def _opens(self, column: Column, row: OutRow) -> str:
        """Which paint a cell gets: "" is locked."""
        if row.state is None:
            return column.opens if column.opens in ("rows", "new") else ""
        return column.opens if self._layout.opens_at(column, row.state) else ""

    def _cell(self, sheet: Any, n: int, c: int, value: Any, style: Any) -> None:
        if value is None:
            sheet.write_blank(n, c, None, style)
        elif isinstance(value, date):
            day = value if isinstance(value, datetime) else datetime(*value.timetuple()[:3])  # noqa: DTZ001  a cell has no zone
            sheet.write_datetime(n, c, day, style)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            sheet.write_number(n, c, value, style)
        else:
            sheet.write_string(n, c, str(value), style)

    def _format(self, opens: str, kind: str) -> Any:
        if (opens, kind) not in self._formats:
            style: dict[str, Any] = {"border": 1, "border_color": _LINE, "font_color": _INK}
            if opens == "key":
                style = {"num_format": "@", "locked": True}
            elif opens:
                style["locked"] = False
                style |= {"bg_color": _YELLOW} if opens == "step" else {}
            else:
                style |= {"locked": True, "bg_color": _GREY}
            if kind:
                style["num_format"] = kind
            self._formats[(opens, kind)] = self._book.add_format(style)
        return self._formats[(opens, kind)]

    # ---- what the whole sheet has ----

    def _finish(self, sheet: Any, count: int) -> None:
        last = FIRST_ROW - 2 + max(count, 1)
        for c, column in enumerate(self._layout.columns):
            if column.opens and column.target != STEP:
                self._validate(sheet, last, c, column)
        width = len(self._layout.columns) - 1
        sheet.autofilter(HEADER_ROW - 1, 0, last, width)
        sheet.freeze_panes(FIRST_ROW - 1, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADER_ROW - 1)
        sheet.protect(
            "",
            {"format_cells": True, "format_columns": True, "format_rows": True, "autofilter": True},
        )
        sheet.activate()

    def _validate(self, sheet: Any, last: int, c: int, column: Column) -> None:
        if column.choices:
            self._drop_down(sheet, FIRST_ROW - 1, last, c, column.choices)
            return
        if rule := _rule(column):
            sheet.data_validation(FIRST_ROW - 1, c, last, c, rule)

    def _drop_down(self, sheet: Any, first: int, last: int, c: int, choices: Sequence[str]) -> None:
        """Listed on a hidden sheet: a list within the cell may hold 255 characters only."""
        own = tuple(choices)
        if own not in self._lists:
            self._lists.append(own)
        letters = xl_col_to_name(self._lists.index(own))
        source = f"={LISTS_SHEET}!${letters}$1:${letters}${len(own)}"
        sheet.data_validation(
            first,
            c,
            last,
            c,
            {
                "validate": "list",
                "source": source,
                "error_title": "请从列表里选",
                "error_message": "这一格只能选列表里的。",
            },
        )

    def _hidden(self, signature: str) -> None:
        lists = self._book.add_worksheet(LISTS_SHEET)
        for n, choices in enumerate(self._lists):
            lists.write_column(0, n, choices)
        sign = self._book.add_worksheet(SIGN_SHEET)
        sign.write_string(0, 0, "这一页用来认出这份工作簿，请不要动。")
        sign.write_string(1, 0, signature)
        for sheet in (lists, sign):
            sheet.hide()
            sheet.protect("")


def _sheet_name(name: str) -> str:
    return name[:_LONGEST_NAME]


def _length(value: Any) -> int:
    """How wide a text is in letters: a Chinese sign takes two."""
    return sum(2 if ord(sign) > 255 else 1 for sign in str(value or ""))


def _width(column: Column, longest: int) -> int:
    least = 24 if column.target == REASON else 11
    wanted = max(longest, _length(column.header), *map(_length, column.choices), 0) + 3
    return min(max(least, wanted), 30)


def _kind(column: Column) -> str:
    """The number format of its cells."""
    if column.field is None:
        return "@"
    kinds = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm"}
    return kinds.get(column.field.type, "@" if column.field.type in _TEXT else "")


def _rule(column: Column) -> dict[str, Any] | None:
    """What Excel lets pass. Only a help: everything is checked again when it comes back."""
    known = column.field
    if known is None:
        return None
    if known.type == "date":
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": date(1990, 1, 1),
            "maximum": date(2100, 12, 31),
            "error_title": "日期不对",
            "error_message": "请写成 2026-3-5 这样的日期。",
        }
    if known.type in ("integer", "number", "money", "area", "length", "mass", "percent"):
        lowest = float(known.min) if known.min is not None else -1e12
        highest = float(known.max) if known.max is not None else 1e12
        return {
            "validate": "integer" if known.type == "integer" else "decimal",
            "criteria": "between",
            "minimum": int(lowest) if known.type == "integer" else lowest,
            "maximum": int(highest) if known.type == "integer" else highest,
            "error_title": "数不对",
            "error_message": _range(column),
        }
    return None


def _range(column: Column) -> str:
    known = column.field
    if known is None or (known.min is None and known.max is None):
        return "这一格要写数字，不带单位。"
    low = f"不小于 {known.min}" if known.min is not None else ""
    high = f"不大于 {known.max}" if known.max is not None else ""
    return f"这一格要写数字，{'，'.join(filter(None, (low, high)))}，不带单位。"
