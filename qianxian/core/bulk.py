"""Many rows at once: inserted below Django's model layer, kept outside of memory until then."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import Any, Generic, TypeVar
from weakref import finalize

from django.conf import settings
from django.db import connection, models

_IN_MEMORY = 8 << 20
_T = TypeVar("_T")


class Spool(Generic[_T]):
    """Parts of something large, put away one by one and read in their order as often as wanted.

    They lie in memory as long as they are few, then in a file of the data folder that has no name
    and goes with the spool.
    """

    def __init__(self, parts: Iterable[_T] = ()) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY, dir=str(settings.DATA))  # noqa: SIM115  lives as long as the spool
        finalize(self, self._file.close)
        self._count = 0
        for part in parts:
            self.add(part)

    def add(self, part: _T) -> None:
        pickle.dump(part, self._file, pickle.HIGHEST_PROTOCOL)
        self._count += 1

    def __iter__(self) -> Iterator[_T]:
        self._file.seek(0)
        for _ in range(self._count):
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
