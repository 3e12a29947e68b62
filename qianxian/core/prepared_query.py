"""Queries of every page, put into SQL once a process: that takes longer than the answer does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler


class Given(Value):
    """Stands in a prepared query for a value that is given when it is asked."""

    def __init__(self, name: str) -> None:
        super().__init__(name)

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)


class PreparedQuery:
    """A query of plain columns (words, numbers, truths), made with `Given` for what changes.

    Its rows come as the database tells them, so no column of it may be a day or a document.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Any]]) -> None:
        self._make = make
        self._written: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def rows(self, **given: str | int | date) -> list[tuple[Any, ...]]:
        sql, params = self._sql()
        values = [_told(given[p.value]) if isinstance(p, Given) else p for p in params]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    def _sql(self) -> tuple[str, tuple[Any, ...]]:
        if connection.vendor not in self._written:
            sql, params = self._make().query.sql_with_params()
            self._written[connection.vendor] = (sql, tuple(params))
        return self._written[connection.vendor]


def _told(value: str | int | date) -> Any:
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
