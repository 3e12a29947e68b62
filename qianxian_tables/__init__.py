"""Workbooks as clerks make them: opened, their tables found, their rows read."""

from __future__ import annotations

from qianxian_tables._book import Area, Book, DropDown, Row, Sheet, Value, at, column_of, letter
from qianxian_tables._errors import (
    DamagedTable,
    LockedTable,
    NoTable,
    OversizedTable,
    TableError,
    UnsupportedTable,
)
from qianxian_tables._open import open_book

__all__ = [
    "Area",
    "Book",
    "DamagedTable",
    "DropDown",
    "LockedTable",
    "NoTable",
    "OversizedTable",
    "Row",
    "Sheet",
    "TableError",
    "UnsupportedTable",
    "Value",
    "at",
    "column_of",
    "letter",
    "open_book",
]
