"""Queries of every page, put into SQL once a process: that takes longer than the answer does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet, UUIDField, Value
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)
_UUIDS: UUIDField[UUID, UUID] = UUIDField()
# More keys than these are no page: each number of them would be a query of its own to keep.
_MOST = 100
# What can be given when a query is asked.
_Value = str | int | date | UUID


class Given(Value):
    """Stands in a prepared query for a value that is given when it is asked."""

    def __init__(self, name: str) -> None:
        super().__init__(name)

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)


class PreparedQuery(Generic[M]):
    """A query made with `Given` for what changes: of plain columns, or of whole rows."""

    def __init__(self, make: Callable[[], QuerySet[M, Any]]) -> None:
        self._make = make
        self._written: dict[str, _Written] = {}

    def rows(self, **given: _Value) -> list[tuple[Any, ...]]:
        """What `values_list` gives."""
        return self._prepared().rows(given)

    def objects(self, **given: _Value) -> list[M]:
        """What the query set itself would give."""
        return self._prepared().objects(given)

    def _prepared(self) -> _Written:
        if connection.vendor not in self._written:
            self._written[connection.vendor] = _Written(self._make())
        return self._written[connection.vendor]


class PreparedBulk(Generic[M]):
    """`in_bulk` for as many keys as a page shows: in SQL once for each number of them."""

    def __init__(self, make: Callable[[], QuerySet[M, M]]) -> None:
        self._make = make
        self._prepared: dict[int, PreparedQuery[M]] = {}

    def of(self, keys: Iterable[str | UUID]) -> dict[Any, M]:
        listed = list(dict.fromkeys(keys))
        if len(listed) > _MOST:
            return self._make().in_bulk(listed)
        count = len(listed)
        query = self._prepared.setdefault(count, PreparedQuery(partial(self._query, count)))
        found = query.objects(**{f"key{n}": key for n, key in enumerate(listed)})
        return {each.pk: each for each in found}

    def _query(self, count: int) -> QuerySet[M, M]:
        given = [Given(f"key{n}") for n in range(count)]
        return self._make().filter(pk__in=given).order_by()


class _Written:
    """The SQL of a query, and how Django makes objects of its rows."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        # Kept for every thread: Django's `connection` stands for that of whichever thread asks.
        self._compiler = rows.query.get_compiler(connection=connection)
        try:
            self._sql, self._params = self._compiler.as_sql()
        except EmptyResultSet:
            # No row can fit, so there is no SQL.
            self._sql, self._params = "", ()

    def rows(self, given: dict[str, _Value]) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._converted(given)]

    def _converted(self, given: dict[str, _Value]) -> Iterable[Any]:
        answer = self._answer(given)
        if not answer or not self._converters:
            return answer
        converted: Iterable[Any] = self._compiler.apply_converters(answer, self._converters)
        return converted

    def _answer(self, given: dict[str, _Value]) -> list[tuple[Any, ...]]:
        if not self._sql:
            return []
        values = [_told(given[p.value]) if isinstance(p, Given) else p for p in self._params]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            return list(cursor.fetchall())

    def objects(self, given: dict[str, _Value]) -> list[Any]:
        """As `django.db.models.query.ModelIterable` does."""
        found = list[Any]()
        for row in self._converted(given):
            model, span, names, related = self._plan
            found.append(model.from_db(connection.alias, names, row[span]))
            for each in related:
                each.populate(row, found[-1])
        return found

    @cached_property
    def _converters(self) -> Any:
        return self._compiler.get_converters([column for column, *_ in self._compiler.select])

    @cached_property
    def _plan(self) -> tuple[type[Model], slice, list[str], list[Any]]:
        info, select = self._compiler.klass_info, self._compiler.select
        span = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        names = [column.target.attname for column, *_ in select[span]]
        # The types are those of a later Django.
        related = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg]
        return info["model"], span, names, related


def _told(value: _Value) -> Any:
    """The value as the database takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return _UUIDS.get_db_prep_value(value, connection) if isinstance(value, UUID) else value
