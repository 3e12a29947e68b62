"""What a made ledger says, and the ways to write one as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import xlsxwriter


@dataclass
class Answer:
    """What a file says. `columns`: letter → name, type, unit. `rows`: (sheet, row) → place and
    values by letter, or None where the row is to be held back. `findings`: (sheet, cell, code)."""

    columns: dict[str, tuple[str, str, str | None]]
    rows: dict[tuple[str, int], tuple[str | None, dict[str, Any]] | None] = field(
        default_factory=dict
    )
    others: dict[tuple[str, int], str] = field(default_factory=dict)
    findings: set[tuple[str, str, str]] = field(default_factory=set)
    required: str = ""
    choices: dict[str, set[str]] = field(default_factory=dict)


Made = tuple[str, bytes, Answer]
SURNAMES, GIVEN = "邓龙卢谭阳晏欧舒向易", "国贵秀英志强春兰德明"


def name(n: int) -> str:
    return SURNAMES[n % 10] + GIVEN[n * 3 % 10] + GIVEN[n * 7 % 9]


def xlsx_of(fill: Callable[[Any], None]) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"strings_to_numbers": False}) as book:
        fill(book)
    return data.getvalue()


def grid(book: Any, title: str, rows: list[list[Any]]) -> Any:
    sheet = book.add_worksheet(title)
    day = book.add_format({"num_format": "yyyy/m/d"})
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, column, cell, day)
            elif isinstance(cell, str) and cell.startswith("#"):
                sheet.write_formula(number, column, "=1/0", None, cell)
            elif cell is not None:
                sheet.write(number, column, cell)
    return sheet


def csv_of(rows: list[list[str]], encoding: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)
