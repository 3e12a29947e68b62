"""The DuckDB engine: all measures of a ledger in one statement over Parquet and Arrow."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from qianxian_engine._grid import CALENDAR, PATHS, PLACES, SPANS, periods_of, places_of
from qianxian_engine._measure import Measure, measure
from qianxian_engine._places import PlaceTree
from qianxian_engine._request import Cell, Parts, Request, TraceRow
from qianxian_engine._source import LedgerSource
from qianxian_engine._sql import Compiled, Compiler, trace_sql
from qianxian_engine._standing import Standing
from qianxian_packs import Catalogue

_Numbers = dict[str, Any]
_VALUE = re.compile(r"\$(\w+)")
# A database costs some threads, so only those of the folders in use are kept.
_MOST_DATABASES = 16
_MOST_STATEMENTS = 500
_MOST_PERIODS_IN_A_LOOP = 200
_FEWEST_ENTRIES_TO_SORT = 100_000


class DuckDBEngine:
    """Keeps compiled statements, and a database for each folder that it may read."""

    def __init__(self) -> None:
        self._statements: dict[tuple[str, tuple[str, ...]], Compiled] = {}
        self._database = lru_cache(_MOST_DATABASES)(_open)

    def parts(
        self, catalogue: Catalogue, request: Request, source: LedgerSource, tree: PlaceTree
    ) -> Mapping[Cell, Parts]:
        measures = [measure(catalogue, name) for name in request.indicators]
        cells = places_of(request, tree) | periods_of(request.periods)
        found: dict[Cell, Parts] = {}
        with self._database(source.folder).cursor() as cursor:
            for positions in _by_ledger(measures):
                mine = [measures[i] for i in positions]
                compiled = self._compiled(catalogue.digest, mine)
                standing = _standing(source, request.as_of, mine)
                standing.tables += [PLACES, PATHS, SPANS, CALENDAR, *compiled.tables]
                standing.values |= cells | compiled.values
                answer = _run(cursor, standing, compiled.select)
                for (asked, period), numbers in _by_cell(answer):
                    for m, i in enumerate(positions):
                        if numbers.get(f"n{m}"):
                            found[i, asked, period] = _parts(m, measures[i], numbers)
        return found

    def rows(
        self, catalogue: Catalogue, request: Request, source: LedgerSource, tree: PlaceTree
    ) -> Sequence[TraceRow]:
        (name,), (period,) = request.indicators, request.periods
        asked = measure(catalogue, name)
        standing = _standing(source, request.as_of, [asked])
        select = trace_sql(asked, standing.values)
        standing.tables.append(PLACES)
        standing.values |= places_of(request, tree) | {"starts": period.start, "ends": period.end}
        with self._database(source.folder).cursor() as cursor:
            rows = _run(cursor, standing, select).fetchall()
        return [TraceRow(name, entry, commit, _decimal(amount)) for entry, commit, amount in rows]

    def _compiled(self, digest: str, measures: Sequence[Measure]) -> Compiled:
        key = (digest, tuple(m.name for m in measures))
        if key not in self._statements:
            if len(self._statements) >= _MOST_STATEMENTS:
                self._statements.clear()
            self._statements[key] = Compiler(measures).compiled()
        return self._statements[key]


def _run(
    cursor: duckdb.DuckDBPyConnection, standing: Standing, select: str
) -> duckdb.DuckDBPyConnection:
    for name, table in standing.arrow.items():
        cursor.register(name, table)
    text = f"WITH {', '.join(standing.tables)} {select}"
    # DuckDB refuses a value that the statement does not name.
    values = {name: standing.values[name] for name in set(_VALUE.findall(text))}
    return cursor.execute(text, values)


def _open(folder: Path | None) -> duckdb.DuckDBPyConnection:
    """A database in memory that reads files below one folder, fetches nothing, and stays so."""
    database = duckdb.connect(
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    )
    database.execute("SET TimeZone = 'UTC'")
    database.execute("SET python_enable_replacements = false")
    # Periods are few, and comparing every entry with each is quicker than sorting the entries.
    database.execute(f"SET nested_loop_join_threshold = {_MOST_PERIODS_IN_A_LOOP}")
    database.execute(f"SET merge_join_threshold = {_FEWEST_ENTRIES_TO_SORT}")
    # Nothing is spilled to disk: records would lie outside the lake.
    database.execute("SET temp_directory = ''")
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


def _standing(source: LedgerSource, as_of: int, measures: Sequence[Measure]) -> Standing:
    """The common tables that the measures of one ledger read: its versions, and its register."""
    standing = Standing(source, as_of)
    standing.add("versions", measures[0].ledger, {c for m in measures for c in m.columns})
    registers = [m.persons for m in measures if m.persons]
    if registers:
        standing.add("register", registers[0].ledger, {r.field for r in registers})
    return standing


def _by_cell(answer: duckdb.DuckDBPyConnection) -> Iterable[tuple[tuple[int, int], _Numbers]]:
    """Place asked and period, with all numbers that the rows of that cell hold, by column."""
    cells: dict[tuple[int, int], _Numbers] = defaultdict(dict)
    _, _, *names = [column[0] for column in answer.description]
    for asked, period, *numbers in answer.fetchall():
        cell = cells[asked, period]
        for name, number in zip(names, numbers, strict=True):
            if number is not None:
                cell[name] = number
    return cells.items()


def _parts(m: int, asked: Measure, numbers: _Numbers) -> Parts:
    value = numbers.get(f"n{m}" if asked.how == "count" else f"v{m}")
    return Parts(int(numbers[f"n{m}"]), _decimal(value), _decimal(numbers.get(f"q{m}")))


def _decimal(number: Decimal | int | None) -> Decimal | None:
    return None if number is None else Decimal(number)
