"""A ledger as a list: which columns, in which order, which rows, with which totals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, OrderBy

from qianxian.core.models import User
from qianxian.ledgers.asof import entries_as_of
from qianxian.ledgers.conditions import Condition, FieldText, all_of, in_ledger
from qianxian.ledgers.display import Names, names_in, state_badge, state_label, value_of
from qianxian.ledgers.models import Entry, EntryQuerySet
from qianxian.ledgers.search import full_name
from qianxian_packs import Field, Ledger

PAGE = 20
# A printed list is for the wall of a village office; longer ones leave as a file.
PRINTED = 1_000
_COLUMNS = 5
_SUMMED = ("integer", "number", "money", "area", "length", "mass")
_WORTH = {"money": 3, "area": 2, "mass": 2, "length": 2, "integer": 2, "date": 1, "choice": 1}

# Of many rows the list still says how many; their totals are a matter of figures.
TOTALLED = 50_000


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows that are shown, and what is told of all that fit the conditions."""

    ledger: Ledger
    rows: Sequence[Entry]
    page: Page[Any]
    count: int
    totals: dict[str, Decimal]
    names: Names


def shown_fields(ledger: Ledger) -> list[Field]:
    """The few fields that a list shows, in the order of the definition; private ones never."""
    named = set(ledger.title) - {ledger.date}
    worth = [
        (_worth(ledger, f), -n, f)
        for n, f in enumerate(ledger.fields)
        if not f.private and f.name not in named
    ]
    best = sorted((w for w in worth if w[0]), key=lambda w: w[:2], reverse=True)[:_COLUMNS]
    return [f for _, _, f in sorted(best, key=lambda w: -w[1])]


def _worth(ledger: Ledger, field: Field) -> int:
    if field.filter or field.name == ledger.date:
        return 4
    return 2 if field.required else _WORTH.get(field.type, 0)


def is_number(field: Field) -> bool:
    return field.type in _SUMMED or field.type == "percent"


def summed_fields(fields: Iterable[Field]) -> list[Field]:
    return [f for f in fields if f.type in _SUMMED and not f.private]


_Key = Callable[[Entry], Any]
_ORDERS: dict[str, tuple[str, _Key]] = {
    "on": ("on", lambda e: e.on or date.min),
    "place": ("place_id", lambda e: e.place_id),
    "state": ("state", lambda e: e.state),
    "title": ("title", lambda e: e.title),
}


def default_order(ledger: Ledger) -> str:
    return "-on" if ledger.date else "title"


def known_order(ledger: Ledger, text: str) -> str:
    """The order that was asked for, or the usual one."""
    return text if text.removeprefix("-") in _ORDERS else default_order(ledger)


def _order_by(order: str) -> list[OrderBy]:
    """Undated rows last either way; the key at the end makes pages stable."""
    column = F(_ORDERS[order.removeprefix("-")][0])
    first = column.desc(nulls_last=True) if order.startswith("-") else column.asc(nulls_last=True)
    return [first, F("id").asc()]


def _sorted(rows: list[Entry], order: str) -> list[Entry]:
    """The same order for rows that are not in a table."""
    key = _ORDERS[order.removeprefix("-")][1]
    rows = sorted(rows, key=lambda e: e.pk.hex)
    rows.sort(key=key, reverse=order.startswith("-"))
    if order == "on":
        rows.sort(key=lambda e: e.on is None)
    return rows


def selected(
    ledger: Ledger, conditions: Sequence[Condition], *, user: User, on: date
) -> EntryQuerySet:
    """The rows of today, through the gate."""
    rows = Entry.objects.visible_to(user, on).present().filter(in_ledger(ledger.id))
    return rows.filter(all_of(conditions))


def in_order(rows: EntryQuerySet, order: str) -> EntryQuerySet:
    return rows.order_by(*_order_by(order)).select_related("place__parent")


def listing(
    ledger: Ledger,
    conditions: Sequence[Condition],
    *,
    user: User,
    on: date,
    order: str,
    number: int | str = 1,
    per_page: int = PAGE,
    as_of: date | None = None,
) -> Listing:
    """One page of a ledger, of today or as it was known at the end of a past day."""
    if as_of is None:
        found: Any = in_order(selected(ledger, conditions, user=user, on=on), order)
    else:
        found = past(ledger, conditions, user=user, on=on, as_of=as_of, order=order)
    page = Paginator(found, per_page).get_page(number)
    rows = list(page.object_list)
    return Listing(
        ledger,
        rows,
        page,
        page.paginator.count,
        totals(ledger, found, page.paginator.count),
        names_in(ledger, (row.data for row in rows), user=user, on=on),
    )


def past(
    ledger: Ledger,
    conditions: Sequence[Condition],
    *,
    user: User,
    on: date,
    as_of: date,
    order: str,
) -> list[Entry]:
    """All rows as of a past day: the gate of today decides who sees them."""
    rows = entries_as_of(ledger, as_of, user=user, on=on)
    return _sorted([e for e in rows if all(c.holds(e) for c in conditions)], order)


def totals(ledger: Ledger, found: Any, count: int) -> dict[str, Decimal]:
    """Exact sums of the number fields over all rows that fit; nothing where there are too many.

    A field that no row fills has no sum: nothing is not zero.
    """
    fields = summed_fields(ledger.fields)
    if not fields or count > TOTALLED:
        return {}
    if isinstance(found, list):
        rows: Iterable[Sequence[Any]] = ([e.data.get(f.name) for f in fields] for e in found)
    else:
        texts = {f"sum_{f.name}": FieldText(f.name) for f in fields}
        rows = found.order_by().annotate(**texts).values_list(*texts).iterator()
    sums: dict[str, Decimal] = {}
    for row in rows:
        for field, text in zip(fields, row, strict=True):
            if text is not None:
                sums[field.name] = sums.get(field.name, Decimal(0)) + Decimal(str(text))
    return sums


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row, with what its column needs to show it."""

    label: str
    value: Any
    places: int | None
    num: bool
    phone: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as the page shows it."""

    entry: Entry
    name: str
    place: str
    state: str
    badge: str
    cells: list[Cell]


def shown_rows(found: Listing, fields: Sequence[Field]) -> list[ShownRow]:
    values = [[value_of(f, row.data, found.names) for f in fields] for row in found.rows]
    places = [_places([row[n] for row in values], f) for n, f in enumerate(fields)]
    ledger = found.ledger
    return [
        ShownRow(
            entry=entry,
            name=row_name(ledger, entry),
            place=full_name(entry.place),
            state=state_label(ledger, entry.state),
            badge=state_badge(ledger, entry.state),
            cells=[
                Cell(f.label, value, at, num=is_number(f), phone=value is not None)
                for f, value, at in zip(fields, own, places, strict=True)
            ],
        )
        for entry, own in zip(found.rows, values, strict=True)
    ]


def shown_totals(found: Listing, fields: Sequence[Field]) -> list[Cell]:
    """A cell a column for the last row; without a sum where the column has none."""
    sums = [found.totals.get(f.name) for f in fields]
    return [
        Cell(f.label, total, _places([total], f), num=is_number(f), phone=total is not None)
        for f, total in zip(fields, sums, strict=True)
    ]


def _places(values: Iterable[Any], field: Field) -> int | None:
    """Decimals of a column: none where all are whole, else as many as the longest has."""
    numbers = [v.normalize() for v in values if isinstance(v, Decimal)]
    if not numbers:
        return None
    longest = max(-int(n.as_tuple().exponent) for n in numbers)
    return max(0, 2 if field.type == "money" and longest > 0 else longest)


def row_name(ledger: Ledger, entry: Entry) -> str:
    """What the row is called. The date is left out, as it has a column of its own."""
    if ledger.date not in ledger.title:
        return str(entry)
    parts = [str(entry.data[n]) for n in ledger.title if n != ledger.date and n in entry.data]
    return " ".join(parts) or str(entry)
