"""Changing history behind the product's back: single bytes of columns, as a disk or a hand would."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, models, transaction

from qianxian.core.models import Commit, Revision, Stream


@dataclass(frozen=True, slots=True)
class Spot:
    """One column of one row."""

    model: type[models.Model]
    key: Any
    column: str

    @property
    def where(self) -> str:
        return f"{self.model._meta.db_table}.{self.column} of {self.key}"


def columns_of(model: type[models.Model], *left_out: str) -> list[str]:
    """Every column of the table but its row id."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    return [str(field.column) for field in fields if field.column not in left_out]


def spots_of_history() -> list[Spot]:
    """Every column of every revision, commit and head."""
    return [
        Spot(model, row.pk, column)
        for model in (Revision, Commit, Stream)
        for row in model._default_manager.all()
        for column in columns_of(model)
    ]


def change_one_byte(spot: Spot, chance: random.Random) -> str:
    """Change one byte of what the column holds; says which, empty where nothing can be changed.

    Only SQLite takes any byte in any column.
    """
    table, pk = spot.model._meta.db_table, spot.model._meta.pk
    assert pk is not None
    column = f'"{spot.column}"'
    sql = f"SELECT CAST({column} AS BLOB), typeof({column}) FROM {table}"  # noqa: S608
    key = pk.get_db_prep_value(spot.key, connection)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(f"{sql} WHERE {pk.column} = %s", [key])
        before, kind = cursor.fetchone()
        if not before:
            return ""
        changed = bytearray(before)
        at = chance.randrange(len(changed))
        changed[at] = (changed[at] + chance.randrange(1, 256)) % 256
        value = "%s" if kind == "blob" else "CAST(%s AS TEXT)"
        update = f"UPDATE {table} SET {column} = {value} WHERE {pk.column} = %s"  # noqa: S608
        try:
            with transaction.atomic():
                cursor.execute(update, [bytes(changed), key])
        except IntegrityError:
            return ""  # two rows may not have the same number: the table itself refuses it
    return f"{spot.where}, byte {at}: {bytes(before)[:60]!r} -> {bytes(changed)[:60]!r}"
