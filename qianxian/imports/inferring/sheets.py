"""A definition as two sheets: 台账 (its name and the like) and 栏 (one row a column)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import xlsxwriter

from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.imports.inferring.design import (
    CHOSEN,
    LEVELS,
    PLACES,
    SENSITIVE,
    TYPES,
    Design,
    DesignField,
)
from qianxian.imports.inferring.naming import field_name
from qianxian_tables import Book, Sheet, TableError, open_book

LEDGER, COLUMNS = "台账", "栏"
_HEADS = ("栏名", "类型", "单位", "选项", "必填", "隐私", "用作", "说明", "字段")
# What a cell may write → the kind that it means.
_KINDS = {words: kind for kind, words in {**TYPES, **PLACES}.items()} | {k: k for k in TYPES}
_USES = {"日期栏": "date", "名称栏": "title", "编号栏": "key"}
_YES = ("是", "√", "y", "Y", "1", "必填", "隐私")
_NO = ("", "否", "×", "n", "N", "0")
_BETWEEN = re.compile(r"[、,，;；/\n]+")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,35}")
_EXPLAINED = (
    "一行一栏。类型写："
    + "、".join(TYPES.values())
    + "；村名、组名、村和组在一格不是栏，写了就当地方。",
    "选项用顿号隔开。必填、隐私写是或者不写。用作：日期栏、名称栏、编号栏各至多一个。字段可以不写。",
)


class SheetInvalid(UserError):
    """Sentences, each with its sheet and row."""

    def __init__(self, says: Sequence[str]) -> None:
        super().__init__("；".join(says))
        self.says = list(says)


# ---- writing ----


def workbook(design: Design) -> bytes:
    """The sheets of a ledger; an empty design gives blank ones to fill."""
    out = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, plain) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E8EBF4", "border": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        _write_ledger(book.add_worksheet(LEDGER), design, bold)
        _write_columns(book.add_worksheet(COLUMNS), design, bold, wrap)
    return out.getvalue()


def _write_ledger(sheet: Any, design: Design, bold: Any) -> None:
    line = catalogue().lines.get(design.line)
    told = (
        ("台账名", design.name),
        ("条线", line.name if line else ""),
        ("依据", design.basis),
        ("记到哪一级", LEVELS.get(design.place, "")),
        ("同一村里编号不重复", "是" if design.is_key_by_place else ""),
        ("不按人查", "是" if design.is_never else ""),
    )
    for n, (key, value) in enumerate(told):
        sheet.write_string(n, 0, key, bold)
        sheet.write_string(n, 1, value)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 40)


def _write_columns(sheet: Any, design: Design, bold: Any, wrap: Any) -> None:
    for n, text in enumerate(_EXPLAINED):
        sheet.merge_range(n, 0, n, len(_HEADS) - 1, text, wrap)
        sheet.set_row(n, 32)
    top = len(_EXPLAINED)
    for n, head in enumerate(_HEADS):
        sheet.write_string(top, n, head, bold)
    for n, column in enumerate(design.columns, top + 1):
        for c, text in enumerate(_row(design, column)):
            sheet.write_string(n, c, text)
    kinds = [*TYPES.values(), *PLACES.values()]
    last = top + max(len(design.columns), 30)
    sheet.data_validation(top + 1, 1, last, 1, {"validate": "list", "source": kinds})
    sheet.set_column(0, 3, 18)
    sheet.set_column(4, 6, 9)
    sheet.set_column(7, 8, 22)
    sheet.freeze_panes(top + 1, 1)


def _row(design: Design, column: DesignField) -> tuple[str, ...]:
    use = next((w for w, key in _USES.items() if getattr(design, key) == column.name), "")
    return (
        column.label,
        {**TYPES, **PLACES}.get(column.kind, ""),
        column.unit,
        "、".join(column.choices),
        "是" if column.required else "",
        "是" if column.private else "",
        use if column.is_field else "",
        column.help,
        column.name if column.is_field else "",
    )


# ---- reading ----


def read(data: bytes, name: str) -> Design:
    """A design out of a workbook that was written like ours, also with the columns in another
    order or the first sheet left out.

    Raises SheetInvalid with each fault at its sheet and row, UserError where it cannot be opened.
    """
    try:
        book = open_book(data, name)
    except TableError as error:
        raise UserError(error.sentence) from error
    reader = _Reader(book)
    design = reader.design()
    if reader.says:
        raise SheetInvalid(reader.says)
    if not design.name:
        design = replace(design, name=name.rpartition(".")[0][:30])
    return design


class _Reader:
    def __init__(self, book: Book) -> None:
        self._book, self.says = book, list[str]()
        self._uses: dict[str, str] = {}

    def design(self) -> Design:
        sheet, row, heads = self._head()
        if sheet is None:
            says = f"没有找到写栏的表。要有一张“{COLUMNS}”表，表头有“栏名”和“类型”两列。"
            self.says.append(says)
            return Design()
        columns = tuple(self._columns(sheet, row, heads))
        if not columns:
            self.says.append(f"“{sheet.name}”表的表头下面一行都没有。一行写一栏。")
        told = self._ledger()
        return Design(
            name=told.get("台账名", ""),
            line=self._line(told.get("条线", "")),
            basis=told.get("依据", ""),
            place=next((k for k, w in LEVELS.items() if w == told.get("记到哪一级")), "village"),
            is_key_by_place=told.get("同一村里编号不重复", "") in _YES,
            is_never=told.get("不按人查", "") in _YES,
            columns=columns,
            **self._uses,
        )

    def _head(self) -> tuple[Sheet | None, int, Mapping[str, int]]:
        """The sheet of columns, the row of its header, and where each head stands."""
        for sheet in self._book:
            for number, row in enumerate(sheet.rows[:20], 1):
                heads = {"".join(str(c).split()): n for n, c in enumerate(row) if c is not None}
                if "栏名" in heads and "类型" in heads:
                    return sheet, number, heads
        return None, 0, {}

    def _ledger(self) -> dict[str, str]:
        sheet = next((one for one in self._book if one.name == LEDGER), None)
        found: dict[str, str] = {}
        for row in sheet.rows[:30] if sheet else ():
            if len(row) >= 2 and row[0] is not None and row[1] is not None:
                found[str(row[0]).strip()] = str(row[1]).strip()
        return found

    def _line(self, name: str) -> str:
        if not name:
            return ""
        found = next((line.id for line in catalogue().lines.values() if line.name == name), "")
        if not found:
            names = "、".join(line.name for line in catalogue().lines.values())
            self.says.append(f"“{LEDGER}”表：没有“{name}”这条线，只有{names}。")
        return found

    def _columns(self, sheet: Sheet, top: int, heads: Mapping[str, int]) -> Iterator[DesignField]:
        names: list[str] = []
        for number, row in enumerate(sheet.rows[top:], top + 1):
            told = {h: _text(row[n] if n < len(row) else None) for h, n in heads.items()}
            if any(told.values()):
                column = self._column(sheet.name, number, told, names)
                names.append(column.name)
                yield column

    def _column(
        self, sheet: str, number: int, told: Mapping[str, str], names: list[str]
    ) -> DesignField:
        def wrong(says: str) -> None:
            self.says.append(f"“{sheet}”表第 {number} 行：{says}")

        label, words = told.get("栏名", ""), told.get("类型", "") or "文字"
        kind = _KINDS.get(words, "text")
        if not label:
            wrong("没写栏名。")
        if words not in _KINDS:
            wrong(f"没有“{words}”这种类型，只有{'、'.join(TYPES.values())}。")
        written = map(str.strip, _BETWEEN.split(told.get("选项", "")))
        choices = tuple(choice for choice in written if choice)
        if kind in CHOSEN and not choices:
            wrong("选项是空的。用顿号隔开，写上有哪几项。")
        for head in ("必填", "隐私"):
            if told.get(head, "") not in (*_YES, *_NO):
                wrong(f"{head}写的是“{told[head]}”，写是，或者空着。")
        name = told.get("字段", "")
        if name and (not _NAME.fullmatch(name) or name in names):
            wrong(f"字段“{name}”不行：只用小写英文、数字和下划线，以字母开头，不能重复。空着也行。")
        if not name or not _NAME.fullmatch(name):
            name = field_name(label, names)
        self._use(told.get("用作", ""), name, wrong)
        is_private = told.get("隐私", "") in _YES or (
            kind in SENSITIVE and not told.get("隐私", "")
        )
        return DesignField(
            kind=kind,
            name=name,
            label=label,
            unit=told.get("单位", ""),
            choices=choices if kind in CHOSEN else (),
            required=told.get("必填", "") in _YES,
            private=is_private and kind in TYPES,
            help=told.get("说明", ""),
        )

    def _use(self, words: str, name: str, wrong: Callable[[str], None]) -> None:
        if not words:
            return
        key = _USES.get(words)
        if key is None:
            wrong(f"用作写的是“{words}”，只能写{'、'.join(_USES)}。")
        elif key in self._uses:
            wrong(f"{words}前面有了，只能有一个。")
        else:
            self._uses[key] = name


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
