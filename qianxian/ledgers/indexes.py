"""An index for each field that a definition lets filter (`filter: true`), on either database.

The first field of a dated tie has one too: every save looks for other ties of the same person.

Fields live in one JSON document, so the index is on what FieldText gives, and only over the rows
of its ledger: entries of other ledgers cost it nothing. Queries name the ledger as a literal
(`conditions.in_ledger`), since a database does not look into parameters when it plans.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.db import connection, transaction

from qianxian.ledgers.conditions import checked
from qianxian.ledgers.models import Entry
from qianxian_packs import Field, Ledger

_PREFIX = "entry_filter_"
# One value is one text; several choices and what is filtered by its own column have no use for it.
_INDEXED = ("choice", "boolean", "date", "text", "integer", "post", "place")


def wanted(ledgers: Iterable[Ledger]) -> dict[str, str]:
    """Name of the index → the statement that makes it."""
    return {
        _name(ledger, field.name): _statement(ledger, field.name)
        for ledger in ledgers
        for field in ledger.fields
        if _is_looked_for(ledger, field)
    }


def _is_looked_for(ledger: Ledger, field: Field) -> bool:
    if ledger.span and field.name == ledger.span.of[0]:
        return True
    is_filter = field.filter and not field.private and field.type in _INDEXED
    return is_filter and field.name != ledger.date


def ensure_indexes(ledgers: Iterable[Ledger]) -> list[str]:
    """Make the indexes that are missing and drop those of fields that are no longer filtered.

    Runs when the site starts; returns the names of what it made and dropped, [] as a rule.
    """
    statements, found = wanted(ledgers), existing()
    made = [name for name in statements if name not in found]
    gone = sorted(found - set(statements))
    with transaction.atomic(), connection.cursor() as cursor:
        for name in made:
            cursor.execute(statements[name])
        for name in gone:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    return [*made, *gone]


def existing() -> set[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Entry._meta.db_table)
    return {name for name in found if name.startswith(_PREFIX)}


def _name(ledger: Ledger, field: str) -> str:
    """Within the 63 characters of PostgreSQL, the same on every start."""
    plain = f"{checked(ledger.id)}_{checked(field)}"
    digest = hashlib.sha256(plain.encode()).hexdigest()[:8]
    return f"{_PREFIX}{plain[:40]}_{digest}"


def _statement(ledger: Ledger, field: str) -> str:
    quote = connection.ops.quote_name
    data = quote("data")
    value = (
        f"CAST(JSON_EXTRACT({data}, '$.{checked(field)}') AS TEXT)"
        if connection.vendor == "sqlite"
        else f"({data} ->> '{checked(field)}')"
    )
    table, name = quote(Entry._meta.db_table), quote(_name(ledger, field))
    rows = f"WHERE {quote('ledger')} = '{checked(ledger.id)}'"
    return f"CREATE INDEX {name} ON {table} ({value}) {rows}"
