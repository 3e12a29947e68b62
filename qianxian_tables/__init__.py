"""Workbooks as clerks make them: opened, their tables found, their rows read."""

from __future__ import annotations

from qianxian_tables._book import Area, Book, DropDown, Row, Sheet, Value, at, column_of, letter
from qianxian_tables._cells import Cells, cells_of
from qianxian_tables._context import Context, context_of
from qianxian_tables._dates import Day, day
from qianxian_tables._errors import (
    DamagedTable,
    LockedTable,
    NoTable,
    OversizedTable,
    TableError,
    UnsupportedTable,
)
from qianxian_tables._headings import Heading
from qianxian_tables._infer import ColumnSeen, columns_seen, infer
from qianxian_tables._json import import_to_json, value_to_json
from qianxian_tables._match import match
from qianxian_tables._numbers import Amount, amount
from qianxian_tables._open import open_book
from qianxian_tables._places import Found, Place, Places
from qianxian_tables._proposal import Column, Proposal
from qianxian_tables._read import Finding, Import, NotData, RowRead, read_rows
from qianxian_tables._said import ROW_KINDS, Layouts, SheetLayout, layouts_of
from qianxian_tables._survey import Surveyed, survey, surveyed, title_of
from qianxian_tables._values import REJECTING, Fact, Fault

__all__ = [
    "REJECTING",
    "ROW_KINDS",
    "Amount",
    "Area",
    "Book",
    "Cells",
    "Column",
    "ColumnSeen",
    "Context",
    "DamagedTable",
    "Day",
    "DropDown",
    "Fact",
    "Fault",
    "Finding",
    "Found",
    "Heading",
    "Import",
    "Layouts",
    "LockedTable",
    "NoTable",
    "NotData",
    "OversizedTable",
    "Place",
    "Places",
    "Proposal",
    "Row",
    "RowRead",
    "Sheet",
    "SheetLayout",
    "Surveyed",
    "TableError",
    "UnsupportedTable",
    "Value",
    "amount",
    "at",
    "cells_of",
    "column_of",
    "columns_seen",
    "context_of",
    "day",
    "import_to_json",
    "infer",
    "layouts_of",
    "letter",
    "match",
    "open_book",
    "read_rows",
    "survey",
    "surveyed",
    "title_of",
    "value_to_json",
]
