"""The DuckDB engine: all measures of a ledger in one statement over Parquet and Arrow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from qianxian_engine._grid import grid_of
from qianxian_engine._measure import Measure, measure
from qianxian_engine._places import PlaceTree
from qianxian_engine._request import Cell, Parts, Request, TraceRow
from qianxian_engine._source import LedgerSource
from qianxian_engine._sql import Compiled, Compiler, trace_sql
from qianxian_engine._standing import Standing
from qianxian_packs import Catalogue

_Row = tuple[Any, ...]
# A database costs some threads, so only those of the folders in use are kept.
_MOST_DATABASES = 16
_MOST_STATEMENTS = 500


class DuckDBEngine:
    """Keeps compiled statements, and a database for each folder that it may read."""

    def __init__(self) -> None:
        self._statements: dict[tuple[str, tuple[str, ...]], Compiled] = {}
        self._database = lru_cache(_MOST_DATABASES)(_open)

    def parts(
        self, catalogue: Catalogue, request: Request, source: LedgerSource, tree: PlaceTree
    ) -> Mapping[Cell, Parts]:
        measures = [measure(catalogue, name) for name in request.indicators]
        grid = grid_of(request, tree)
        found: dict[Cell, Parts] = {}
        for positions in _by_ledger(measures):
            mine = [measures[i] for i in positions]
            compiled = self._compiled(catalogue.digest, mine)
            standing = _standing(source, request.as_of, mine)
            standing.tables += compiled.tables
            standing.values |= compiled.values | (grid.days if compiled.needs_days else {})
            standing.arrow |= grid.arrow
            for asked, period, *numbers in self._run(standing, compiled.select):
                for i, parts in zip(positions, _parts(mine, numbers), strict=True):
                    if parts.rows:
                        found[i, asked, period] = parts
        return found

    def rows(
        self, catalogue: Catalogue, request: Request, source: LedgerSource, tree: PlaceTree
    ) -> Sequence[TraceRow]:
        (name,), (period,) = request.indicators, request.periods
        asked = measure(catalogue, name)
        standing = _standing(source, request.as_of, [asked], "from_commit")
        select = trace_sql(asked, standing.values)
        days = {"starts": period.start, "ends": period.end}
        standing.values |= {key: day for key, day in days.items() if f"${key}" in select}
        standing.arrow["places"] = grid_of(request, tree).arrow["places"]
        return [
            TraceRow(name, entry, commit, _decimal(amount))
            for entry, commit, amount in self._run(standing, select)
        ]

    def _compiled(self, digest: str, measures: Sequence[Measure]) -> Compiled:
        key = (digest, tuple(m.name for m in measures))
        if key not in self._statements:
            if len(self._statements) >= _MOST_STATEMENTS:
                self._statements.clear()
            self._statements[key] = Compiler(measures).compiled()
        return self._statements[key]

    def _run(self, standing: Standing, select: str) -> list[_Row]:
        tables = ", ".join(
            # Read more than once, so that the scan is shared.
            f"{name} AS {'MATERIALIZED ' if name == 'live' else ''}({text})"
            for name, text in standing.tables
        )
        with self._database(standing.folder).cursor() as cursor:
            for name, table in standing.arrow.items():
                cursor.register(name, table)
            return cursor.execute(f"WITH {tables} {select}", standing.values).fetchall()


def _open(folder: Path | None) -> duckdb.DuckDBPyConnection:
    """A database in memory that reads files below one folder, fetches nothing, and stays so."""
    database = duckdb.connect(
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    )
    database.execute("SET TimeZone = 'UTC'")
    database.execute("SET python_enable_replacements = false")
    if folder is not None:
        database.execute("SET allowed_directories = ?", [[str(folder)]])
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")
    return database


def _by_ledger(measures: Sequence[Measure]) -> Iterator[list[int]]:
    """Positions of the measures that can share a scan."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i, asked in enumerate(measures):
        groups[asked.ledger.id].append(i)
    yield from groups.values()


def _standing(
    source: LedgerSource, as_of: int, measures: Sequence[Measure], *columns: str
) -> Standing:
    """The common tables that the measures of one ledger read: its versions, and its register."""
    standing = Standing(source, as_of)
    standing.add("versions", measures[0].ledger, {*columns}.union(*(m.columns for m in measures)))
    registers = [m.persons for m in measures if m.persons]
    if registers:
        standing.add("register", registers[0].ledger, {r.field for r in registers})
    return standing


def _parts(measures: Sequence[Measure], numbers: Sequence[Any]) -> Iterator[Parts]:
    for m, asked in enumerate(measures):
        rows, value, persons = numbers[3 * m : 3 * m + 3]
        yield Parts(
            rows=int(rows or 0),
            value=_decimal(rows if asked.how == "count" else value),
            persons=_decimal(persons),
        )


def _decimal(number: Decimal | int | None) -> Decimal | None:
    return None if number is None else Decimal(number)
