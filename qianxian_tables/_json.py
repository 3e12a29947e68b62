"""Proposals and imports as plain data, for the command line and for what stores them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from qianxian_tables._read import Import
from qianxian_tables._values import Fact


def import_to_json(read: Import) -> dict[str, Any]:
    """Columns, rows, rows that are no data, findings."""
    return {
        "columns": [column.to_json() for column in read.columns],
        "rows": [
            {
                "sheet": row.sheet,
                "row": row.row,
                "status": row.status,
                "place": row.place,
                "values": {name: value_to_json(value) for name, value in row.values.items()},
            }
            for row in read.rows
        ],
        "not_data": [{"sheet": n.sheet, "row": n.row, "kind": n.kind} for n in read.not_data],
        "findings": list(_findings(read)),
    }


def _findings(read: Import) -> Iterator[dict[str, str]]:
    for one in read.findings():
        yield {
            "sheet": one.sheet,
            "cell": one.cell,
            "code": one.code,
            "message": one.message,
        }


def value_to_json(value: Fact) -> Any:
    """Numbers as numbers, whole ones without a point; several choices as a list."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return list(value) if isinstance(value, tuple) else value
