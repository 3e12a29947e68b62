"""Ways to sort a list: as SQL for today, in Python for a past day; the two say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import F, Func, Value

from qianxian.ledgers.conditions import FieldText
from qianxian.ledgers.indexes import is_indexed
from qianxian.ledgers.lists.sql import FieldWhole
from qianxian.ledgers.models import Entry
from qianxian_packs import Field, Ledger

FIELD = "f_"
Column = F | Func
_LEAST = -(2**63)
_SORTED = ("date", "text", "integer")


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort. Rows without the value stand last, whichever way round.

    column  what is compared, in SQL
    of      the same of an entry, in Python
    least   no value of a field comes before it
    """

    key: str
    column: Column
    of: Callable[[Entry], Any]
    may_lack: bool
    is_down: bool = False
    least: str | int | None = None

    @property
    def text(self) -> str:
        """As the address holds it."""
        return f"-{self.key}" if self.is_down else self.key

    def value(self, value: Any) -> Value:
        """What a page ended with, read back from an address."""
        if self.key in ("on", "due"):
            return Value(date.fromisoformat(value))
        return Value(int(value) if isinstance(self.column, FieldWhole) else str(value))

    def can_hold(self, value: Any) -> bool:
        """Whether a page in this order can have ended with it: an address may be older than the
        definition, or written by hand."""
        if value is None:
            return self.may_lack
        try:
            read = self.value(value).value
        except (TypeError, ValueError):
            return False
        return not isinstance(read, int) or _LEAST <= read < -_LEAST

    def sorted(self, rows: list[Entry]) -> list[Entry]:
        """Rows that are in no table, in this order."""
        by_key = {row.pk: row for row in rows}
        return [by_key[key] for key in self.sorted_keys([(self.of(r), r.pk) for r in rows])]

    def sorted_keys(self, pairs: Iterable[tuple[Any, UUID]]) -> list[UUID]:
        """Ids in the order of their values; of the same value, in the order of the ids."""
        there, lacking = [], []
        for value, key in pairs:
            if value is None:
                lacking.append((key.hex, key))
            else:
                there.append(((value, key.hex), key))
        ways = (sorted(each, key=itemgetter(0), reverse=self.is_down) for each in (there, lacking))
        return [key for way in ways for _value, key in way]


def _always(ledger: Ledger) -> dict[str, Order]:
    found = [
        Order("title", F("title"), lambda e: e.title, may_lack=False),
        Order("place", F("place_id"), lambda e: e.place_id, may_lack=False),
    ]
    if ledger.date:
        found.insert(0, Order("on", F("on"), lambda e: e.on, may_lack=True))
    if ledger.flow:
        found.append(Order("state", F("state"), lambda e: e.state, may_lack=False))
        found.append(Order("due", F("due_on"), lambda e: e.due_on, may_lack=True))
    return {order.key: order for order in found}


def _of_field(field: Field) -> Order:
    is_whole = field.type == "integer"
    return Order(
        f"{FIELD}{field.name}",
        FieldWhole(field.name) if is_whole else FieldText(field.name),
        lambda entry: entry.data.get(field.name),
        may_lack=True,
        least=_LEAST if is_whole else "",
    )


def orders_of(ledger: Ledger) -> Mapping[str, Order]:
    """Every way to sort this ledger for which there is an index.

    A choice is filtered and grouped by: sorted by it, half of a ledger would be equal.
    """
    fields = [f for f in ledger.fields if is_indexed(ledger, f) and f.type in _SORTED]
    return {**_always(ledger), **{order.key: order for order in map(_of_field, fields)}}


def default_order(ledger: Ledger) -> str:
    return "-on" if ledger.date else "title"


def order_of(ledger: Ledger, text: str) -> Order:
    """The order that was asked for, or the usual one."""
    known = orders_of(ledger)
    if text.removeprefix("-") not in known:
        text = default_order(ledger)
    found = known[text.removeprefix("-")]
    return replace(found, is_down=text.startswith("-"))
