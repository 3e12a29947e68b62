"""A ledger as a list: which rows, one page of them, with which totals and groups."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Q

from qianxian.core import gate
from qianxian.core.models import User
from qianxian.core.permissions import Permission
from qianxian.ledgers.asof import entries_as_of
from qianxian.ledgers.conditions import Condition, Within, all_of, in_ledger
from qianxian.ledgers.lists import columns as cells
from qianxian.ledgers.lists.columns import Column, Told
from qianxian.ledgers.lists.counting import Asked
from qianxian.ledgers.lists.found import Found, InMemory, InTable, Searched
from qianxian.ledgers.lists.grouping import Grouping, Part, grouping_of
from qianxian.ledgers.lists.heads import Heads, heads_of
from qianxian.ledgers.lists.orders import Order, default_order, order_of
from qianxian.ledgers.lists.paging import Ask, Page, page
from qianxian.ledgers.lists.sql import OneOf
from qianxian.ledgers.models import Entry, EntryQuerySet
from qianxian.ledgers.search import Matches
from qianxian_packs import Ledger

PAGE = 20
# A printed list is for the wall of a village office; longer ones leave as a file.
PRINTED = 1_000
# Of more rows the list says how many; their sums are asked for.
TOTALLED = 5_000


@dataclass(frozen=True, slots=True)
class View:
    """How a person wants the list: order, columns (none: the usual), groups, which page."""

    order: str = ""
    columns: tuple[str, ...] = ()
    group: str = ""
    ask: Ask = field(default_factory=Ask)
    size: int = PAGE
    wants_sums: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows that are shown, and what is told of all that fit the conditions."""

    ledger: Ledger
    columns: list[Column]
    order: Order
    page: Page
    totals: dict[str, Decimal]
    told: Told
    grouping: Grouping | None = None
    parts: list[Part] = field(default_factory=list)

    @property
    def may_sum(self) -> bool:
        """Whether there are sums that nobody has asked for yet."""
        return self.count > TOTALLED and bool(cells.summed_fields(self.ledger.fields))

    @property
    def rows(self) -> list[Entry]:
        return self.page.rows

    @property
    def count(self) -> int:
        return self.page.count


def selected(
    ledger: Ledger, conditions: Sequence[Condition], *, user: User, on: date
) -> EntryQuerySet:
    """The rows of today, through the gate."""
    return _asked(ledger, conditions, _split(ledger, conditions, user, on), ()).rows


def _asked(ledger: Ledger, conditions: Sequence[Condition], places: _Split, now: Heads) -> Asked:
    searches = [c for c in conditions if isinstance(c, Matches)]
    others = [c for c in conditions if not isinstance(c, Matches | Within)]

    def find() -> EntryQuerySet:
        # Words first: few rows have them, and only those are then asked where they are.
        rows = Entry.objects.present().filter(in_ledger(ledger.id), all_of(searches))
        return rows.filter(_within(*places), all_of(others))

    # Written out, as Python takes 1 and True for the same.
    return Asked((ledger.id, places, repr(searches), repr(others)), now, find)


# Codes of the places where rows may be, and of all other places.
_Split = tuple[tuple[str, ...], tuple[str, ...]]


def _split(ledger: Ledger, conditions: Sequence[Condition], user: User, on: date) -> _Split:
    """What the gate opens to the user, and the conditions ask for."""
    reach = gate.reaches(user, Permission.ENTRY_VIEW, on)
    within = [c.path for c in conditions if isinstance(c, Within)]
    inside: list[str] = []
    outside: list[str] = []
    for code, place in gate.places().items():
        is_seen = any(each.covers(ledger.line, place.path) for each in reach)
        is_in = is_seen and all(place.path.startswith(each) for each in within)
        (inside if is_in else outside).append(code)
    return tuple(inside), tuple(outside)


def _within(inside: tuple[str, ...], outside: tuple[str, ...], *, by_row: bool = False) -> Q:
    """Rows in the places `inside`.

    A township has some hundred places, so they are named: where none is left out, rows are not
    asked; one place is looked up by its index; several are looked at row by row along the index
    of the order, since finding their rows first would mean sorting all of them. `by_row` asks even
    one place of each row, where few rows are known already.
    """
    if not outside:
        return Q()
    if len(inside) < 2 and not by_row:
        return Q(place__in=inside)
    if len(outside) < len(inside):
        return ~Q(OneOf("place_id", outside))
    return Q(OneOf("place_id", inside))


def past(
    ledger: Ledger,
    conditions: Sequence[Condition],
    *,
    user: User,
    on: date,
    as_of: date,
    order: str = "",
) -> list[Entry]:
    """All rows as of a past day, in order: the gate of today decides who sees them."""
    rows = entries_as_of(ledger, as_of, user=user, on=on)
    fitting = [e for e in rows if all(c.holds(e) for c in conditions)]
    return order_of(ledger, order).sorted(fitting)


# The orders by a column of the table, for those who want one query for all rows.
_PLAIN = {"on": "on", "place": "place_id", "state": "state", "title": "title"}


def known_order(ledger: Ledger, text: str) -> str:
    """The plain order that was asked for, or the usual one."""
    return text if text.removeprefix("-") in _PLAIN else default_order(ledger)


def in_order(rows: EntryQuerySet, order: str) -> EntryQuerySet:
    """Rows in a plain order, undated ones last either way; the id tells equals apart."""
    column = F(_PLAIN[order.removeprefix("-")])
    first = column.desc(nulls_last=True) if order.startswith("-") else column.asc(nulls_last=True)
    return rows.order_by(first, F("id").asc()).select_related("place__parent")


def found(
    ledger: Ledger,
    conditions: Sequence[Condition],
    order: Order,
    *,
    user: User,
    on: date,
    as_of: date | None = None,
) -> Found:
    """All rows that fit, of today or as they were known at the end of a past day."""
    if as_of is not None:
        return InMemory(ledger, past(ledger, conditions, user=user, on=on, as_of=as_of))
    now, places = heads_of(ledger), _split(ledger, conditions, user, on)
    rows = _asked(ledger, conditions, places, now)
    searches = [c for c in conditions if isinstance(c, Matches)]
    if not searches:
        return InTable(ledger, rows)
    named = _asked(ledger, searches, places, now)
    others = [c for c in conditions if not isinstance(c, Matches | Within)]
    words = tuple(word for search in searches for word in search.only_in_names())

    def among(keys: Collection[UUID]) -> EntryQuerySet:
        # Asked row by row: an index of the ledger or of a place leads to far more rows than these.
        own = Entry.objects.present().filter(Q(OneOf("ledger", (ledger.id,))), pk__in=keys)
        return own.filter(_within(*places, by_row=True), all_of(searches), all_of(others))

    return Searched(ledger, rows, order, words, among, named, lambda: all_of(others))


def listing(
    ledger: Ledger,
    conditions: Sequence[Condition],
    *,
    user: User,
    on: date,
    view: View,
    as_of: date | None = None,
) -> Listing:
    """One page of a ledger."""
    order, columns = order_of(ledger, view.order), cells.chosen(ledger, view.columns)
    rows = found(ledger, conditions, order, user=user, on=on, as_of=as_of)
    count = rows.count()
    is_summed = bool(cells.summed_fields(ledger.fields))
    shown = page(view.ask, order, count, view.size, rows.walk(order))
    grouping = grouping_of(ledger, view.group)
    return Listing(
        ledger,
        columns,
        order,
        shown,
        rows.total().sums if is_summed and (count <= TOTALLED or view.wants_sums) else {},
        cells.told_of(ledger, shown.rows, columns, user=user, on=on),
        grouping,
        rows.parts(grouping) if grouping else [],
    )


def row_name(ledger: Ledger, entry: Entry) -> str:
    """What the row is called. The date is left out, as it has a column of its own."""
    if ledger.date not in ledger.title:
        return str(entry)
    parts = [str(entry.data[n]) for n in ledger.title if n != ledger.date and n in entry.data]
    return " ".join(parts) or str(entry)
