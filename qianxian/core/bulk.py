"""Many rows at once: inserted below Django's model layer, kept outside of memory until then."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Any, Generic, TypeVar
from weakref import finalize

from django.conf import settings
from django.db import connection, models

_IN_MEMORY = 10
# Values that one statement of SQLite is given. It takes 32,766, but from some 4,000 on its indexes
# are opened seldom enough, and a longer statement takes longer to be understood.
_VALUES_A_STATEMENT = 4_000
_T = TypeVar("_T")


class Spool(Generic[_T]):
    """Parts of something large, put away one by one and read in their order as often as wanted.

    The first ten stay in memory as they are, which is all of most imports: to read them back would
    cost time under the write lock. The others lie in a file of the data folder that has no name
    and goes with the spool.
    """

    def __init__(self, parts: Iterable[_T] = ()) -> None:
        self._first: list[_T] = []
        self._file: IO[bytes] | None = None
        self._in_file = 0
        for part in parts:
            self.add(part)

    def add(self, part: _T) -> None:
        if len(self._first) < _IN_MEMORY:
            self._first.append(part)
            return
        if self._file is None:
            self._file = TemporaryFile(dir=str(settings.DATA))  # noqa: SIM115  lives as long as the spool
            finalize(self, self._file.close)
        pickle.dump(part, self._file, pickle.HIGHEST_PROTOCOL)
        self._in_file += 1

    def __iter__(self) -> Iterator[_T]:
        yield from self._first
        if self._file is not None:
            self._file.seek(0)
            for _ in range(self._in_file):
                yield pickle.load(self._file)  # noqa: S301  what this process wrote a moment ago


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows of ready database values, many in one statement.

    bulk_create prepares each value and compiles each batch anew; for a hundred thousand rows that
    costs several times what the database itself needs.
    """
    if not rows:
        return
    # SQLite opens every index of the table for each statement, wanted or not: one of many rows
    # opens them once. PostgreSQL is sent all statements together.
    most = max(1, _VALUES_A_STATEMENT // len(columns)) if connection.vendor == "sqlite" else 1
    whole = len(rows) - len(rows) % most
    together = [tuple(chain.from_iterable(rows[n : n + most])) for n in range(0, whole, most)]
    with connection.cursor() as cursor:
        if together:
            cursor.executemany(_insert(model, columns, most), together)
        if others := rows[whole:]:
            cursor.execute(_insert(model, columns, len(others)), list(chain.from_iterable(others)))


def insert_selected(
    model: type[models.Model], columns: Mapping[str, Any], rows: models.QuerySet[Any]
) -> int:
    """Insert a row for each that a query gives, without reading them; their number.

    columns  name of the column → the expression that gives it; columns left out are null
    """
    sql, values = rows.values_list(*columns.values()).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"{_into(model, columns)} {sql}", values)
        return int(cursor.rowcount)


def _insert(model: type[models.Model], columns: Sequence[str], rows: int) -> str:
    marks = f"({', '.join(['%s'] * len(columns))})"
    return f"{_into(model, columns)} VALUES {', '.join([marks] * rows)}"


def _into(model: type[models.Model], columns: Iterable[str]) -> str:
    quote = connection.ops.quote_name
    return f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))})"
