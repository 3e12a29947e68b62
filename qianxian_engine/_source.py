"""Where versions of entries come from: sealed files of the lake, and the tail of newer commits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from qianxian_packs import Ledger

# What every version has, whatever its ledger. Fields of the ledger follow.
VERSION_COLUMNS: Mapping[str, pa.DataType] = {
    "entry": pa.string(),
    "place": pa.string(),
    "subject": pa.string(),
    "on": pa.date32(),
    "state": pa.string(),
    "campaign": pa.string(),
    "deleted": pa.bool_(),
    "from_commit": pa.int64(),
    "to_commit": pa.int64(),
}

_TYPES: Mapping[str, pa.DataType] = {
    "string": pa.string(),
    "int64": pa.int64(),
    "bool": pa.bool_(),
    "date32": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "list<string>": pa.list_(pa.string()),
}
# What only versions of a register have: `from/to/place` of each stretch of days, empty parts open.
EPISODES = "episodes"
# What the stretches are read as. The day of `STOOD_TO` is the first without the entry.
STOOD_FROM, STOOD_TO = "stood_from", "stood_to"
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")


class LedgerSource(Protocol):
    """The versions of one stream's entries, a ledger at a time.

    A version holds from `from_commit` up to but not including `to_commit`. An entry has at most
    one version a commit. `deleted` marks the version that took the entry away.
    """

    @property
    def folder(self) -> Path | None:
        """The folder that all files lie below; None where there are no files."""

    def sealed_commit(self, ledger: str) -> int:
        """The commit that the files are as of; 0 where there are none."""

    def current(self, ledger: str) -> Path | None:
        """Parquet of the versions that stand at the sealed commit, without deleted ones."""

    def history(self, ledger: str, as_of: int) -> Sequence[Path]:
        """Parquet of superseded versions with their `to_commit`: all that may hold at a commit."""

    def tail(self, ledger: str) -> pa.Table:
        """Versions of later commits, also deleted ones; their `to_commit` is not read."""


class MemorySource:
    """Versions held in memory, all of them tail: for tests and for ledgers never sealed."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self._tables = tables

    @property
    def folder(self) -> Path | None:
        return None

    def sealed_commit(self, ledger: str) -> int:
        return 0

    def current(self, ledger: str) -> Path | None:
        return None

    def history(self, ledger: str, as_of: int) -> Sequence[Path]:
        return ()

    def tail(self, ledger: str) -> pa.Table:
        return self._tables.get(ledger, _NO_VERSIONS)


@cache
def arrow_type(name: str) -> pa.DataType:
    """The Arrow type that `Field.arrow_type` names."""
    found = _DECIMAL.fullmatch(name)
    return pa.decimal128(int(found[1]), int(found[2])) if found else _TYPES[name]


def version_schema(ledger: Ledger) -> pa.Schema:
    """Columns of a ledger's versions: those of every ledger, then its fields but the private."""
    columns = dict(VERSION_COLUMNS)
    if ledger.is_register:
        columns[EPISODES] = pa.list_(pa.string())
    for field in ledger.fields:
        if not field.private:
            columns[field.name] = arrow_type(field.arrow_type)
    return pa.schema(list(columns.items()))


def can_read(have: pa.DataType, want: pa.DataType) -> bool:
    """Whether a column of an older definition says the same under today's type.

    Whole numbers and decimals read as decimals that cut nothing off. Any other change of type is
    a change of meaning: the old values are absent, as they are where the column did not exist.
    """
    if have == want:
        return True
    if not pa.types.is_decimal(want):
        return False
    is_exact = pa.types.is_integer(have) or pa.types.is_decimal(have)
    return bool(is_exact and getattr(have, "scale", 0) <= want.scale)


def aligned(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with exactly these columns; what it lacks or says in another type is null."""
    return pa.table([_column(table, field) for field in schema], schema=schema)


def _column(table: pa.Table, field: pa.Field) -> pa.ChunkedArray:
    if field.name not in table.column_names:
        return pa.nulls(table.num_rows, field.type)
    column = table.column(field.name)
    if not can_read(column.type, field.type):
        return pa.nulls(table.num_rows, field.type)
    if pa.types.is_integer(column.type) and pa.types.is_decimal(field.type):
        # Arrow goes by what the type could hold, so it wants more room than the values need.
        column = column.cast(pa.decimal128(38, field.type.scale))
    return column.cast(field.type)


_NO_VERSIONS = pa.schema(list(VERSION_COLUMNS.items())).empty_table()
