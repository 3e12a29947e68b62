"""Versions as plain rows, for the reference engine, and the commits that touched an entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qianxian_engine._source import (
    EPISODES,
    STOOD_FROM,
    STOOD_TO,
    LedgerSource,
    aligned,
    version_schema,
)
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


def stretches(version: Version) -> Iterator[Version]:
    """A version of a register once for each stretch of days, under the place that it had then."""
    for text in version[EPISODES] or ("//",):
        since, until, place = text.split("/")
        yield {
            **version,
            STOOD_FROM: date.fromisoformat(since) if since else None,
            STOOD_TO: date.fromisoformat(until) if until else None,
            "place": place or version["place"],
        }


def touches(
    source: LedgerSource, ledger: str, entries: Collection[str], *, after: int, upto: int
) -> Mapping[str, tuple[int, ...]]:
    """The commits after one and up to another that changed, made or ended an entry, in order."""
    wanted = pa.array(sorted(entries), pa.string())
    commits: dict[str, set[int]] = defaultdict(set)
    for acts in _acts(source, ledger, after):
        commit = acts["commit"]
        is_between = pc.and_(pc.greater(commit, after), pc.less_equal(commit, upto))
        mine = pc.and_(is_between, pc.is_in(acts["entry"], value_set=wanted))
        for act in acts.filter(mine).to_pylist():
            commits[act["entry"]].add(act["commit"])
    return {entry: tuple(sorted(found)) for entry, found in commits.items()}


def _acts(source: LedgerSource, ledger: str, after: int) -> Iterator[pa.Table]:
    """Entry and commit of every beginning and end of a version."""
    for path in _files(source, ledger, after):
        versions = pq.read_table(path, columns=["entry", "from_commit", "to_commit"])
        for column in ("from_commit", "to_commit"):
            yield versions.select(["entry", column]).rename_columns(["entry", "commit"])
    tail = source.tail(ledger).select(["entry", "from_commit"])
    yield tail.rename_columns(["entry", "commit"])


def _known_at(source: LedgerSource, ledger: Ledger, as_of: int) -> Iterator[Version]:
    """Every version that was saved by a commit, also if it had been superseded by then."""
    schema = version_schema(ledger)
    for path in _files(source, ledger.id, as_of):
        yield from _saved_by(as_of, aligned(pq.read_table(path), schema).to_pylist())
    tail = aligned(source.tail(ledger.id), schema).to_pylist()
    yield from _saved_by(as_of, [{**row, "to_commit": None} for row in tail])


def _files(source: LedgerSource, ledger: str, as_of: int) -> list[Path]:
    current = source.current(ledger)
    return [*source.history(ledger, as_of), *([current] if current else [])]


def _saved_by(as_of: int, rows: list[Version]) -> Iterator[Version]:
    return (row for row in rows if row["from_commit"] <= as_of)
