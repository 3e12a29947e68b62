"""A blank workbook for a ledger: its headers, drop-down lists, and an example beside."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from qianxian.core.definitions import catalogue
from qianxian.imports.columns import subject_fields
from qianxian.imports.grid import NOT_READ
from qianxian.ledgers.checks import step_fields
from qianxian_packs import Field, Ledger

_LINES = 2_000
# A list in a cell may not be longer.
_LONGEST_LIST = 255
_EXAMPLES = {
    "date": "2026-3-5",
    "datetime": "2026-3-5 9:30",
    "boolean": "是",
    "phone": "13800000000",
    "integer": 3,
    "number": 12.5,
    "money": 2000,
    "area": 1.5,
    "length": 12.5,
    "mass": 0.8,
    "percent": 95,
}
_TEXT = {"id_card", "bank_card", "credit_code", "phone", "text", "entry"}


@dataclass(frozen=True, slots=True)
class BlankColumn:
    """A header of the workbook, how it is to be filled, and an example."""

    label: str
    how: str
    example: Any = ""
    choices: tuple[str, ...] = ()
    is_required: bool = False
    is_text: bool = False

    @property
    def header(self) -> str:
        return f"{self.label}*" if self.is_required else self.label


def columns_of(ledger: Ledger) -> list[BlankColumn]:
    """What may come in by a file: place, subject, and the fields that no step fills."""
    steps = step_fields(ledger)
    own = [
        _of_field(ledger, f)
        for f in ledger.fields
        if f.name not in steps and f.type not in ("file", "photo")
    ]
    return [*_places(ledger), *_subject(ledger), *own]


def left_to_steps(ledger: Ledger) -> list[str]:
    """Labels of the fields that are filled by taking a step."""
    return [ledger.by_name[name].label for name in step_fields(ledger) if name in ledger.by_name]


def _places(ledger: Ledger) -> list[BlankColumn]:
    if ledger.subject:
        return [BlankColumn("村", "可不填，按底册里的", "清水村")]
    found = [BlankColumn("村", "村名，和底册里一样", "清水村", is_required=True)]
    if ledger.place == "group":
        found.append(BlankColumn("组", "几组", "三组", is_required=True))
    return found if ledger.place in ("village", "group") else []


def _subject(ledger: Ledger) -> list[BlankColumn]:
    register = catalogue().ledgers.get(ledger.subject or "")
    if register is None:
        return []
    found = []
    for name in subject_fields(register):
        known = register.by_name[name]
        is_key = name in register.key
        how = f"{register.name}里的，用来找到是哪一个" if is_key else "写了编号可以不写名字"
        required = is_key or not register.key
        found.append(
            BlankColumn(known.label, how, _example(known), is_required=required, is_text=True)
        )
    return found


def _of_field(ledger: Ledger, known: Field) -> BlankColumn:
    label = f"{known.label}（{known.shown_unit}）" if known.shown_unit else known.label
    choices = ("是", "否") if known.type == "boolean" else known.choices
    return BlankColumn(
        label,
        _how(known),
        _example(known),
        tuple(choices) if known.type != "multichoice" else (),
        is_required=known.required and not ledger.flow,
        is_text=known.type in _TEXT,
    )


def _how(known: Field) -> str:
    if known.type == "multichoice":
        return f"{'、'.join(known.choices)}；有几个用顿号隔开"
    if known.type == "choice":
        return "、".join(known.choices)
    kinds = {"date": "写成 2026-3-5", "boolean": "是或否", "entry": "编号或名字"}
    told = known.help or kinds.get(known.type, "")
    return f"{told}（存进去就遮住）" if known.private else told


def _example(known: Field) -> Any:
    if known.choices:
        return known.choices[0]
    if known.private and known.type != "phone":
        return ""
    return _EXAMPLES.get(known.type, "0001" if known.name == "number" else "")


def workbook(ledger: Ledger) -> bytes:
    """One sheet to fill, one that shows how and is not read."""
    out = io.BytesIO()
    columns = columns_of(ledger)
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(ledger.name[:31])
        _fill_heads(book, sheet, columns)
        shown = book.add_worksheet(f"填写示例{NOT_READ}")
        _fill_example(book, shown, columns)
    return out.getvalue()


def _fill_heads(book: Any, sheet: Any, columns: list[BlankColumn]) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    for n, column in enumerate(columns):
        sheet.write_string(0, n, column.header, head)
        sheet.set_column(
            n, n, max(12, len(column.header) * 2 + 2), text if column.is_text else None
        )
        if column.choices and len(",".join(column.choices)) <= _LONGEST_LIST:
            sheet.data_validation(
                1, n, _LINES, n, {"validate": "list", "source": list(column.choices)}
            )
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _fill_example(book: Any, sheet: Any, columns: list[BlankColumn]) -> None:
    head = book.add_format({"bold": True, "bottom": 1})
    sheet.write_row(0, 0, ["栏", "怎么填", "例子"], head)
    for n, column in enumerate(columns, start=1):
        must = "必填。" if column.is_required else ""
        sheet.write_row(n, 0, [column.header, f"{must}{column.how}", column.example])
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 50)
    sheet.set_column(2, 2, 20)
