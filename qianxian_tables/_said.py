"""What a person says of a workbook's layout, where the program took it for something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qianxian_tables._layout import Table
from qianxian_tables._lines import Lines

# What a row may be said to be.
ROW_KINDS = ("data", "title", "header", "section", "subtotal", "total", "note", "signature")
_LABELLED = ("section", "subtotal", "total")


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """Of one sheet: whether it holds rows, which rows are its header, what single rows are.

    `header` is the first and the last row of it, (0, 0) where the program finds it by itself.
    """

    is_used: bool | None = None
    header: tuple[int, int] = (0, 0)
    rows: Mapping[int, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "used": self.is_used,
            "header": list(self.header),
            "rows": {str(number): kind for number, kind in self.rows.items()},
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> SheetLayout:
        """Errors: KeyError, ValueError where it is not one."""
        first, last = told["header"]
        rows = {int(number): str(kind) for number, kind in told["rows"].items()}
        return cls(told["used"], (int(first), int(last)), rows)


Layouts = Mapping[str, SheetLayout]


def layouts_of(told: Mapping[str, Any]) -> dict[str, SheetLayout]:
    """By the name of the sheet, as it was stored."""
    return {name: SheetLayout.from_json(one) for name, one in told.items()}


def said_lines(lines: Lines, table: Table, rows: Mapping[int, str]) -> Lines:
    """The rows by kind, with those that a person named."""
    if not rows:
        return lines
    data = set(lines.data)
    others, labels = dict(lines.others), dict(lines.labels)
    for number, kind in rows.items():
        if not table.last_header < number <= len(table.sheet.rows):
            continue
        data.discard(number)
        others.pop(number, None)
        labels.pop(number, None)
        if kind == "data":
            data.add(number)
        else:
            others[number] = kind
        if kind in _LABELLED:
            cells = [str(cell) for cell in table.sheet.rows[number - 1] if cell is not None]
            labels[number] = " ".join(cells[:3])
    return Lines(sorted(data), others, labels)
