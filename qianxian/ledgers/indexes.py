"""An index for each field that a definition lets filter (`filter: true`), on either database.

The first field of a dated tie has one too: every save looks for other ties of the same person.

Fields live in one JSON document, so the index is on what FieldText gives, and only over the rows
of its ledger: entries of other ledgers cost it nothing. Queries name the ledger as a literal
(`conditions.in_ledger`), since a database does not look into parameters when it plans.

Behind the value stands what a list of the rows with this value is sorted by and what the gate
asks of each of them, so that a page is read off the index and a count never opens a row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from django.db import connection, transaction

from qianxian.ledgers.conditions import checked
from qianxian.ledgers.models import Entry
from qianxian_packs import Field, Ledger

_PREFIX = "entry_filter_"
# One value is one text; several choices and what is filtered by its own column have no use for it.
_INDEXED = ("choice", "boolean", "date", "text", "integer", "post", "place")


def wanted(ledgers: Iterable[Ledger]) -> dict[str, str]:
    """Name of the index → the statement that makes it."""
    found = {}
    for ledger in ledgers:
        for name, columns, rows in _indexes(ledger):
            statement = f"ON {_quoted(Entry._meta.db_table)} ({columns}) WHERE {rows}"
            key = _name(ledger, name, statement)
            found[key] = f"CREATE INDEX {key} {statement}"
    return found


def _indexes(ledger: Ledger) -> Iterator[tuple[str, str, str]]:
    """What an index is of, its columns, its rows."""
    own = f"{_quoted('ledger')} = '{checked(ledger.id)}'"
    day = _quoted("on" if ledger.date else "title")
    seen = ", ".join(map(_quoted, ("id", "place_id", "deleted")))
    for field in ledger.fields:
        if is_indexed(ledger, field):
            yield field.name, f"({_text(field)}), {day}, {seen}", own
        if is_indexed(ledger, field) and field.type == "integer":
            yield f"{field.name}_whole", f"({_whole(field)}), {seen}", own
    if ledger.flow:
        state, due = _quoted("state"), _quoted("due_on")
        yield "state", f"{state}, {day}, {seen}", own
        yield "due", f"{due}, {seen}", f"{own} AND {due} IS NOT NULL"


def is_indexed(ledger: Ledger, field: Field) -> bool:
    if ledger.span and field.name == ledger.span.of[0]:
        return True
    is_filter = field.filter and not field.private and field.type in _INDEXED
    return is_filter and field.name != ledger.date


def ensure_indexes(ledgers: Iterable[Ledger]) -> list[str]:
    """Make the indexes that are missing and drop those that are no longer wanted, or so no longer.

    Runs when the site starts; returns the names of what it made and dropped, [] as a rule.
    """
    statements, found = wanted(ledgers), existing()
    made = [name for name in statements if name not in found]
    gone = sorted(found - set(statements))
    with transaction.atomic(), connection.cursor() as cursor:
        for name in made:
            cursor.execute(statements[name])
        for name in gone:
            cursor.execute(f"DROP INDEX {_quoted(name)}")
    return [*made, *gone]


def existing() -> set[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Entry._meta.db_table)
    return {name for name in found if name.startswith(_PREFIX)}


def _name(ledger: Ledger, what: str, statement: str) -> str:
    """Within the 63 characters of PostgreSQL, the same each start, another for another shape."""
    plain = f"{checked(ledger.id)}_{checked(what)}"
    digest = hashlib.sha256(f"{plain} {statement}".encode()).hexdigest()[:8]
    return f"{_PREFIX}{plain[:40]}_{digest}"


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _text(field: Field) -> str:
    """What `conditions.FieldText` gives, in the words that it has in a query."""
    if connection.vendor == "sqlite":
        return f"CAST(JSON_EXTRACT({_quoted('data')}, '$.{checked(field.name)}') AS TEXT)"
    return f"({_quoted('data')} ->> '{checked(field.name)}')"


def _whole(field: Field) -> str:
    """What `lists.sql.FieldWhole` gives."""
    if connection.vendor == "sqlite":
        return f"CAST(JSON_EXTRACT({_quoted('data')}, '$.{checked(field.name)}') AS INTEGER)"
    text = _text(field)
    return f"(CASE WHEN {text} ~ '^-?[0-9]{{1,18}}$' THEN {text}::bigint END)"
