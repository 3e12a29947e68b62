"""Sums over all rows of a list: exact decimals, added up by the database.

Number fields are text in JSON, and a database would make doubles of them. Their ten thousandths
are whole numbers, which add up exactly; a value too large for that, and text that an older
definition left there, are Python's to add up or leave out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs

from qianxian.ledgers.conditions import FieldText
from qianxian.ledgers.lists.columns import summed_fields
from qianxian.ledgers.lists.counting import Asked, Kept
from qianxian.ledgers.lists.sql import EXACT, NUMBER, SCALE, IsOdd, TenThousandths
from qianxian.ledgers.models import Entry, EntryQuerySet
from qianxian_packs import Field, Ledger

Sums = dict[str, Decimal]
_NUMBER = re.compile(NUMBER)
# More rows than any ledger has.
_EVERY = 2**40


@dataclass(slots=True)
class Tally:
    """How many rows, and the sums of their number fields. What no row fills has no sum."""

    count: int = 0
    sums: Sums = field(default_factory=dict)

    def add(self, count: int, sums: Mapping[str, Decimal]) -> None:
        self.count += count
        for name, value in sums.items():
            self.sums[name] = self.sums.get(name, Decimal(0)) + value


# Tallies by what the database has of the group; None for all rows together.
Tallies = dict[Any, Tally]
_kept: Kept[Tallies] = Kept(256)


def tallies(ledger: Ledger, asked: Asked, by: Combinable | None = None, name: str = "") -> Tallies:
    """One statement, whatever the number of rows; kept until somebody saves.

    `name` tells one `by` from another.
    """
    fields = summed_fields(ledger.fields)
    return _kept.get((asked.key, name), lambda: _added(asked.rows.order_by(), fields, by))


def tally_of(rows: Iterable[Entry], fields: Sequence[Field]) -> Tally:
    """The same of rows that are in no table."""
    names = [field.name for field in fields]
    return tally_of_values(names, ([row.data.get(name) for name in names] for row in rows))


def texts_of(fields: Sequence[Field]) -> dict[str, FieldText]:
    """What to annotate rows with, so that each value of these fields is read once."""
    return {f"text_{each.name}": FieldText(each.name) for each in fields}


def tally_of_values(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Tally:
    """The same of what each row has in these fields."""
    found = Tally()
    for values in rows:
        found.add(1, _numbers(names, values))
    return found


def _numbers(names: Sequence[str], values: Sequence[Any]) -> Sums:
    """Text that an older definition left in a field of numbers is none."""
    read = ((name, _number(value)) for name, value in zip(names, values, strict=True))
    return {name: number for name, number in read if number is not None}


def _number(value: Any) -> Decimal | None:
    """The same numbers as the database tells (`sql.NUMBER`): Python would read １２ and 1_000."""
    text = "" if value is None else str(value)
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _added(rows: EntryQuerySet, fields: Sequence[Field], by: Combinable | None) -> Tallies:
    wanted: dict[str, Any] = {"rows_count": Count("pk")}
    for each in fields:
        text = F(f"text_{each.name}")
        number = TenThousandths(text)
        wanted |= {f"sum_{each.name}": Sum(number), f"most_{each.name}": Max(Abs(number))}
        wanted[f"odd_{each.name}"] = Max(IsOdd(text))
    rows = rows.annotate(**texts_of(fields))
    if by is None:
        # Bounded, the rows are a query of their own, in which each text is read once.
        answers = [rows[:_EVERY].aggregate(**wanted)]
    else:
        grouped: Iterable[Any] = rows.annotate(part=by).values("part").annotate(**wanted)
        answers = list(grouped)
    if any(_is_for_python(answer, fields) for answer in answers):
        return _by_hand(rows, fields, by)
    return {a.get("part"): Tally(a["rows_count"], _sums(a, fields)) for a in answers}


def _is_for_python(answer: Mapping[str, Any], fields: Sequence[Field]) -> bool:
    """Whether a value is too large to be told exactly, or text that is no number."""
    return any(
        (answer[f"most_{f.name}"] or 0) > EXACT * SCALE or answer[f"odd_{f.name}"] for f in fields
    )


def _sums(answer: Mapping[str, Any], fields: Sequence[Field]) -> Sums:
    found = ((f.name, answer[f"sum_{f.name}"]) for f in fields)
    # Moved by the exponent, not divided: a division rounds to the digits of the context.
    return {name: Decimal(int(s)).scaleb(-4).normalize() for name, s in found if s is not None}


def _by_hand(rows: EntryQuerySet, fields: Sequence[Field], by: Combinable | None) -> Tallies:
    """`rows` as they were annotated for the database."""
    grouped = rows.annotate(part=by) if by is not None else rows
    names = [*(["part"] if by is not None else []), *texts_of(fields)]
    found: Tallies = {}
    for row in grouped.values_list(*names).iterator():
        key, values = (row[0], row[1:]) if by is not None else (None, row)
        found.setdefault(key, Tally()).add(1, _numbers([f.name for f in fields], values))
    return found
