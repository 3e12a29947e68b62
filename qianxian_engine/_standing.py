"""SQL of the versions of a ledger that hold at a commit, from sealed files and the tail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlglot import select

from qianxian_engine._source import (
    EPISODES,
    STOOD_FROM,
    STOOD_TO,
    LedgerSource,
    aligned,
    can_read,
    version_schema,
)
from qianxian_engine._sql import DIALECT, quoted
from qianxian_packs import Ledger

_SQL_TYPES: Mapping[pa.DataType, str] = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
    pa.list_(pa.string()): "VARCHAR[]",
}


class Standing:
    """Collects the common tables of a statement, the values it binds, the Arrow tables it reads."""

    def __init__(self, source: LedgerSource, as_of: int) -> None:
        self._source = source
        self._as_of = as_of
        self.tables: list[str] = []
        self.values: dict[str, Any] = {}
        self.arrow: dict[str, pa.Table] = {}

    def add(self, name: str, ledger: Ledger, columns: Iterable[str]) -> None:
        """A common table with these columns of the versions that hold."""
        schema = version_schema(ledger)
        needed = {"entry", "from_commit", "deleted", *columns}
        wanted = pa.schema([schema.field(column) for column in sorted(needed)])
        is_past = self._as_of < self._source.sealed_commit(ledger.id)
        parts = (self._past if is_past else self._present)(name, ledger, wanted)
        held = f"{name}_held" if EPISODES in needed else name
        self.tables.append(f"{held} AS ({' UNION ALL '.join(parts)})")
        if held != name:
            self.tables.append(f"{name} AS ({_stretches_of(held)})")

    def _present(self, name: str, ledger: Ledger, wanted: pa.Schema) -> Iterator[str]:
        """The last version of what newer commits touched, and all else as it was sealed."""
        tail = self._source.tail(ledger.id)
        tail = tail.filter(pc.less_equal(tail["from_commit"], self._as_of))
        current = self._source.current(ledger.id)
        if tail.num_rows or current is None:
            yield self._of_tail(name, tail, wanted)
        if current is not None:
            touched = f"{name}_last" if tail.num_rows else ""
            yield from self._of_files(f"{name}_current", [current], wanted, "TRUE", touched)

    def _past(self, name: str, ledger: Ledger, wanted: pa.Schema) -> Iterator[str]:
        """What had been saved by the commit, and was superseded later if at all."""
        self.values["as_of"] = self._as_of
        current = self._source.current(ledger.id)
        if current is not None:
            known = "from_commit <= $as_of"
            yield from self._of_files(f"{name}_current", [current], wanted, known)
        history = self._source.history(ledger.id, self._as_of)
        held = "from_commit <= $as_of AND to_commit > $as_of"
        yield from self._of_files(f"{name}_history", history, wanted, held)

    def _of_tail(self, name: str, tail: pa.Table, wanted: pa.Schema) -> str:
        self.arrow[f"{name}_tail"] = aligned(tail, wanted)
        self.tables.append(f"{name}_last AS ({_last_of(f'{name}_tail')})")
        return _select(_names(wanted), f"{name}_last", "NOT deleted")

    def _of_files(
        self, name: str, paths: Sequence[Path], wanted: pa.Schema, condition: str, without: str = ""
    ) -> Iterator[str]:
        """One select for all files that hold the same columns in the same types."""
        alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for path in paths:
            alike[_columns(_schema_of(path), wanted)].append(str(path))
        for n, (columns, names) in enumerate(alike.items()):
            self.values[f"{name}{n}"] = names
            yield _select(columns, f"read_parquet(${name}{n})", condition, without)


@lru_cache(maxsize=1_000)
def _select(columns: tuple[str, ...], table: str, condition: str, without: str = "") -> str:
    found = select(*columns, dialect=DIALECT).from_(table, dialect=DIALECT)
    if without:
        found = found.join(without, using="entry", join_type="anti")
    return found.where(condition, dialect=DIALECT).sql(DIALECT)


@lru_cache(maxsize=100)
def _last_of(table: str) -> str:
    """The last version of each entry."""
    newest = "row_number() OVER (PARTITION BY entry ORDER BY from_commit DESC) = 1"
    return select("*").from_(table).qualify(newest).sql(DIALECT)


@lru_cache(maxsize=100)
def _stretches_of(table: str) -> str:
    """Each version once for each stretch of days, under the place that it had then."""
    text = f"unnest(CASE WHEN len({EPISODES}) > 0 THEN {EPISODES} ELSE ['//'] END)"
    parted = select("*", f"string_split({text}, '/') AS part", dialect=DIALECT).from_(table)
    columns = (
        f"* EXCLUDE ({EPISODES}, part) REPLACE (coalesce(nullif(part[3], ''), place) AS place)",
        f"CAST(nullif(part[1], '') AS DATE) AS {STOOD_FROM}",
        f"CAST(nullif(part[2], '') AS DATE) AS {STOOD_TO}",
    )
    return select(*columns, dialect=DIALECT).from_(parted.subquery("parted")).sql(DIALECT)


def _names(wanted: pa.Schema) -> tuple[str, ...]:
    return tuple(quoted(name) for name in wanted.names)


@lru_cache(maxsize=1_000)
def _schema_of(path: Path) -> pa.Schema:
    # A file of a given name never changes.
    return pq.read_schema(path)


def _columns(have: pa.Schema, wanted: pa.Schema) -> tuple[str, ...]:
    """A select list; what a file lacks or says in another type is null."""
    return tuple(_column(have, column) for column in wanted)


def _column(have: pa.Schema, column: pa.Field) -> str:
    name = quoted(column.name)
    if column.name not in have.names or not can_read(have.field(column.name).type, column.type):
        return f"CAST(NULL AS {_sql_type(column.type)}) AS {name}"
    if have.field(column.name).type == column.type:
        return name
    return f"CAST({name} AS {_sql_type(column.type)}) AS {name}"


def _sql_type(arrow: pa.DataType) -> str:
    if pa.types.is_decimal(arrow):
        return f"DECIMAL({arrow.precision}, {arrow.scale})"
    return _SQL_TYPES[arrow]
