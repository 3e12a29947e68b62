"""Versions as plain rows, for the reference engine, and the commits that touched an entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qianxian_engine._source import LedgerSource, aligned, version_schema
from qianxian_packs import Ledger

Version = dict[str, Any]


def versions_at(source: LedgerSource, ledger: Ledger, as_of: int) -> list[Version]:
    """The versions that hold at a commit, without the deleted ones."""
    latest: dict[str, Version] = {}
    for row in _known_at(source, ledger, as_of):
        held = latest.get(row["entry"])
        if held is None or held["from_commit"] < row["from_commit"]:
            latest[row["entry"]] = row
    return [
        row
        for row in latest.values()
        if not row["deleted"] and (row["to_commit"] is None or row["to_commit"] > as_of)
    ]


def _known_at(source: LedgerSource, ledger: Ledger, as_of: int) -> Iterator[Version]:
    """Every version that was saved by a commit, also if it had been superseded by then."""
    schema = version_schema(ledger)
    files = [*source.history(ledger.id, as_of)]
    current = source.current(ledger.id)
    if current is not None:
        files.append(current)
    for path in files:
        yield from _saved_by(as_of, aligned(pq.read_table(path), schema).to_pylist())
    tail = aligned(source.tail(ledger.id), schema).to_pylist()
    yield from _saved_by(as_of, [{**row, "to_commit": None} for row in tail])


def _saved_by(as_of: int, rows: list[Version]) -> Iterator[Version]:
    return (row for row in rows if row["from_commit"] <= as_of)


def touches(
    source: LedgerSource, ledger: str, entries: Collection[str], *, after: int, upto: int
) -> Mapping[str, tuple[int, ...]]:
    """The commits after one and up to another that changed, made or ended an entry, in order."""
    commits: dict[str, set[int]] = defaultdict(set)
    wanted = pa.array(sorted(entries), pa.string())
    for table in _commit_columns(source, ledger, after):
        mine = table.filter(pc.is_in(table["entry"], value_set=wanted))
        for column in ("from_commit", "to_commit"):
            for entry, commit in zip(
                mine["entry"].to_pylist(), mine[column].to_pylist(), strict=True
            ):
                if commit is not None and after < commit <= upto:
                    commits[entry].add(commit)
    return {entry: tuple(sorted(found)) for entry, found in commits.items()}


def _commit_columns(source: LedgerSource, ledger: str, after: int) -> Iterator[pa.Table]:
    columns = ["entry", "from_commit", "to_commit"]
    current = source.current(ledger)
    for path in (*source.history(ledger, after), *([current] if current else [])):
        yield pq.read_table(path, columns=columns)
    yield (
        source.tail(ledger)
        .select(["entry", "from_commit"])
        .append_column("to_commit", pa.nulls(source.tail(ledger).num_rows, pa.int64()))
    )
