"""Conditions on entries. Each says the same twice: as SQL for a list, in Python for a past day.

A list of today is filtered by the database; a list as of a past day is made of revisions, which
hold no columns. Generated tests hold the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, TextField, Value
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThanOrEqual
from django.db.models.sql.compiler import SQLCompiler

from qianxian.core.models import Place
from qianxian.ledgers.models import Entry

_Sql = tuple[str, tuple[Any, ...]]


class FieldText(Func):
    """The value of a field in `data`, as text. The name stands in the SQL, so that an index fits.

    Names come from definitions, which allow lower-case letters, digits and underscores only.
    """

    output_field = TextField()

    def __init__(self, name: str) -> None:
        super().__init__(F("data"))
        self.name = checked(name)

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> _Sql:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"CAST(JSON_EXTRACT({sql}, '$.{self.name}') AS TEXT)", tuple(params)

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> _Sql:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"({sql} ->> '{self.name}')", tuple(params)


class FieldHolds(Func):
    """Whether a field that takes several choices holds this one."""

    output_field = BooleanField()

    def __init__(self, name: str, choice: str) -> None:
        super().__init__(F("data"), Value(choice))
        self.name = checked(name)

    def _parts(self, compiler: SQLCompiler) -> tuple[str, str, tuple[Any, ...]]:
        data, params = compiler.compile(self.source_expressions[0])
        choice, more = compiler.compile(self.source_expressions[1])
        return data, choice, (*params, *more)

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> _Sql:
        data, choice, params = self._parts(compiler)
        rows = f"JSON_EACH({data}, '$.{self.name}')"
        return f"EXISTS (SELECT 1 FROM {rows} WHERE JSON_EACH.value = {choice})", params  # noqa: S608

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> _Sql:
        data, choice, params = self._parts(compiler)
        return f"JSONB_EXISTS({data} -> '{self.name}', {choice})", params


class Word(Func):
    """A name from a definition as a literal of the SQL: a parameter hides it from the planner."""

    output_field = TextField()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = checked(name)

    def as_sql(self, *_: Any, **__: Any) -> _Sql:
        return f"'{self.name}'", ()


class _Nothing(Func):
    """The empty text as a literal."""

    output_field = TextField()

    def as_sql(self, *_: Any, **__: Any) -> _Sql:
        return "''", ()


def is_written(column: str) -> Q:
    """Rows in which a column is not empty, in the form that a partial index was made for."""
    return ~Q(Exact(F(column), _Nothing()))


def checked(name: str) -> str:
    """The name, if it can stand in SQL as it is."""
    if not (name.isascii() and name.replace("_", "").isalnum()):
        raise ValueError(f"not a field name: {name!r}")
    return name


class Condition(Protocol):
    """Something that holds of an entry or does not."""

    def q(self) -> Q: ...

    def holds(self, entry: Entry) -> bool: ...


def in_ledger(name: str) -> Q:
    """Rows of one ledger, in the form that the partial indexes of its fields were made for."""
    return Q(Exact(F("ledger"), Word(name)))


@dataclass(frozen=True, slots=True)
class Within:
    """In the place with this path or below it."""

    path: str

    def q(self) -> Q:
        return Q(place__in=Place.objects.within(self.path).values("code"))

    def holds(self, entry: Entry) -> bool:
        return entry.place.path.startswith(self.path)


@dataclass(frozen=True, slots=True)
class InStates:
    states: frozenset[str]

    def q(self) -> Q:
        return Q(state__in=self.states)

    def holds(self, entry: Entry) -> bool:
        return entry.state in self.states


@dataclass(frozen=True, slots=True)
class About:
    """About this entry of the register."""

    subject: UUID

    def q(self) -> Q:
        return Q(subject=self.subject)

    def holds(self, entry: Entry) -> bool:
        return entry.subject_id == self.subject


@dataclass(frozen=True, slots=True)
class IsLate:
    """补录: dated into a period that was locked already."""

    def q(self) -> Q:
        return Q(late=True)

    def holds(self, entry: Entry) -> bool:
        return entry.late


@dataclass(frozen=True, slots=True)
class Dated:
    """The business date lies in these days, both included; an open end is None."""

    start: date | None
    end: date | None

    def q(self) -> Q:
        condition = Q(on__isnull=False)
        if self.start:
            condition &= Q(on__gte=self.start)
        return condition & Q(on__lte=self.end) if self.end else condition

    def holds(self, entry: Entry) -> bool:
        on = entry.on
        return (
            on is not None
            and (self.start is None or on >= self.start)
            and (self.end is None or on <= self.end)
        )


@dataclass(frozen=True, slots=True)
class Undated:
    """Without a business date, as matters are before the step that dates them."""

    def q(self) -> Q:
        return Q(on__isnull=True)

    def holds(self, entry: Entry) -> bool:
        return entry.on is None


@dataclass(frozen=True, slots=True)
class FieldIs:
    """A field has this value, given as JSON holds it."""

    name: str
    value: str | int | bool

    def q(self) -> Q:
        return Q(Exact(FieldText(self.name), Value(_as_sql_text(self.value))))

    def holds(self, entry: Entry) -> bool:
        found = entry.data.get(self.name)
        return found == self.value and isinstance(found, bool) is isinstance(self.value, bool)


def _as_sql_text(value: Any) -> str:
    """What FieldText gives for a value: SQLite has no booleans and gives 1 and 0."""
    if isinstance(value, bool):
        return str(int(value)) if connection.vendor == "sqlite" else str(value).lower()
    return str(value)


@dataclass(frozen=True, slots=True)
class FieldHas:
    """A field that takes several choices has this one among them."""

    name: str
    choice: str

    def q(self) -> Q:
        return Q(FieldHolds(self.name, self.choice))

    def holds(self, entry: Entry) -> bool:
        return self.choice in entry.data.get(self.name, ())


@dataclass(frozen=True, slots=True)
class FieldDated:
    """A date field lies in these days, both included; dates are text that sorts as dates do."""

    name: str
    start: date | None
    end: date | None

    def q(self) -> Q:
        condition = Q()
        if self.start:
            start = Value(self.start.isoformat())
            condition &= Q(GreaterThanOrEqual(FieldText(self.name), start))
        if self.end:
            condition &= Q(LessThanOrEqual(FieldText(self.name), Value(self.end.isoformat())))
        return condition

    def holds(self, entry: Entry) -> bool:
        found = entry.data.get(self.name)
        return (
            found is not None
            and (self.start is None or found >= self.start.isoformat())
            and (self.end is None or found <= self.end.isoformat())
        )


def all_of(conditions: Iterable[Condition]) -> Q:
    """All conditions together, as SQL."""
    together = Q()
    for condition in conditions:
        together &= condition.q()
    return together
