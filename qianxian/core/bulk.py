"""Many rows at once: inserted below Django's model layer, kept outside of memory until then."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import IO, Any, Generic, TypeVar
from weakref import finalize

from django.conf import settings
from django.db import connection, models

_IN_MEMORY = 10
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
    """Insert rows of ready database values.

    bulk_create prepares each value and compiles each batch anew; for a hundred thousand rows that
    costs several times what the database itself needs.
    """
    if not rows:
        return
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    table = quote(model._meta.db_table)
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  names come from models
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)
