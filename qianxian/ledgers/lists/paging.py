"""Pages of a list by where the last one ended: the ten-thousandth page costs what the first does.

A page is found by the row beside it, never by counting rows off. Where a value may be missing,
the rows that have it and the rows that lack it are walked one after the other, each along its
index.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db.models import F, Q, UUIDField, Value
from django.db.models.lookups import GreaterThanOrEqual, IsNull

from qianxian.core.prepared_query import PreparedQuery
from qianxian.core.requests import whole_number
from qianxian.ledgers.lists.counting import Asked, Kept
from qianxian.ledgers.lists.orders import Order
from qianxian.ledgers.lists.sql import Beyond
from qianxian.ledgers.models import Entry, EntryQuerySet

T = TypeVar("T")

# What of an address says which page, and goes when a condition changes.
PARAMETERS = ("after", "before", "n")
LAST = "end"


@dataclass(frozen=True, slots=True)
class Mark:
    """A row of the list as an address holds it: its value in the order, and its id."""

    value: Any
    id: UUID

    @classmethod
    def of(cls, entry: Entry, order: Order) -> Mark:
        value = order.of(entry)
        return cls(value.isoformat() if isinstance(value, date) else value, entry.pk)

    def text(self) -> str:
        raw = json.dumps([self.value, self.id.hex], ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """None for what no page has written."""
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            value, key = json.loads(raw)
            return cls(value, UUID(key)) if isinstance(value, str | int | None) else None
        except (binascii.Error, ValueError, TypeError, AttributeError):
            return None


@dataclass(frozen=True, slots=True)
class Ask:
    """Which page: after a row, before a row, the last one, or (nothing said) the first.

    `start` is how many rows stand before the page, as the page beside it told.
    """

    after: Mark | None = None
    before: Mark | None = None
    is_last: bool = False
    start: int = 0

    @classmethod
    def read(cls, after: str, before: str, start: str) -> Ask:
        number = whole_number(start)
        if before == LAST:
            return cls(is_last=True)
        if after and (mark := Mark.read(after)):
            return cls(after=mark, start=number)
        if before and (mark := Mark.read(before)):
            return cls(before=mark, start=number)
        return cls()


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page, and how to ask for those beside it ("" where there is none)."""

    rows: list[Entry]
    count: int
    start: int
    previous: str = ""
    next: str = ""

    @property
    def first(self) -> int:
        """The number of the first row, from 1."""
        return self.start + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.start + len(self.rows)

    @property
    def is_whole(self) -> bool:
        """Whether all rows stand on this one page."""
        return not self.previous and not self.next


class Walk(Protocol):
    """So many rows in order, from beyond a mark on, or before it."""

    def __call__(self, mark: Mark | None, limit: int, *, is_back: bool = False) -> list[Entry]: ...


def page(ask: Ask, order: Order, count: int, size: int, walk: Walk) -> Page:
    """One page of a list of which `walk` gives the rows."""
    mark = ask.after or ask.before
    if mark and not order.can_hold(mark.value):
        ask = Ask()
    if ask.is_last:
        # The last page holds what is left over, as it does when one gets there page by page.
        left = count % size or size
        rows = walk(None, left, is_back=True)[::-1]
        return _page(rows, order, count, max(0, count - len(rows)), has_next=False)
    if ask.before:
        rows = walk(ask.before, size, is_back=True)[::-1]
        start = ask.start - len(rows)
        if len(rows) == size and start > 0:
            return _page(rows, order, count, start, has_next=True)
        # The beginning is nearer than a page: it is shown whole.
        ask = Ask()
    rows = walk(ask.after, size + 1)
    start = ask.start if ask.after else 0
    return _page(rows[:size], order, count, start, has_next=len(rows) > size)


def _page(rows: list[Entry], order: Order, count: int, start: int, *, has_next: bool) -> Page:
    previous = following = ""
    if rows and start > 0:
        previous = f"before={Mark.of(rows[0], order).text()}&n={start}"
    if rows and has_next:
        following = f"after={Mark.of(rows[-1], order).text()}&n={start + len(rows)}"
    return Page(rows, count, start, previous, following)


# ---- rows in a table ----


_walked: Kept[PreparedQuery[Entry]] = Kept(500)


def walk_table(asked: Asked, order: Order) -> Walk:
    """Along the index of the order. A page that was asked for before is in SQL already."""

    def walk(mark: Mark | None, limit: int, *, is_back: bool = False) -> list[Entry]:
        rows: list[Entry] = []
        for lacks in _phases(order, mark, is_back=is_back):
            if len(rows) < limit:
                is_within = mark is not None and lacks in (None, mark.value is None)
                step = _Step(lacks, mark if is_within else None, limit - len(rows), is_back)
                rows += _prepared(asked, order, step).objects()
        return rows

    return walk


@dataclass(frozen=True, slots=True)
class _Step:
    """So many rows of one phase, from beyond a mark on."""

    lacks: bool | None
    mark: Mark | None
    limit: int
    is_back: bool

    def of(self, rows: EntryQuerySet, order: Order) -> EntryQuerySet:
        if self.lacks is not None:
            rows = rows.filter(_lacks(order, lacks=self.lacks))
        found = _from(rows, order, self.mark, lacks=bool(self.lacks), is_back=self.is_back)
        return found[: self.limit]


def _prepared(asked: Asked, order: Order, step: _Step) -> PreparedQuery[Entry]:
    # A field that was text and is whole numbers now is sorted in another way. The step is written
    # out, as Python takes 1 and True for the same.
    key = (asked.words, order.text, type(order.column), repr(step))
    return _walked.get(key, lambda: PreparedQuery(lambda: step.of(asked.rows, order)))


def _phases(order: Order, mark: Mark | None, *, is_back: bool) -> list[bool | None]:
    """Which rows are walked: those with the value (False), those without (True), all (None)."""
    if not order.may_lack:
        return [None]
    phases = [True, False] if is_back else [False, True]
    # What lies behind the mark is not walked again.
    begins = phases.index(mark.value is None) if mark else 0
    return list(phases[begins:])


def _lacks(order: Order, *, lacks: bool) -> Q:
    if lacks or order.least is None:
        return Q(IsNull(order.column, lacks))
    # Says the same as “is not null”, which SQLite does not look for in the index of a field.
    return Q(GreaterThanOrEqual(order.column, Value(order.least)))


def _from(
    rows: EntryQuerySet, order: Order, mark: Mark | None, *, lacks: bool, is_back: bool
) -> EntryQuerySet:
    """Rows beyond the mark, in order; the id tells rows with the same value apart."""
    columns = [F("id")] if lacks else [order.column, F("id")]
    is_down = order.is_down is not is_back
    if mark:
        key = Value(mark.id, output_field=UUIDField())
        values = [key] if lacks else [order.value(mark.value), key]
        rows = rows.filter(Q(Beyond(columns, values, "<" if is_down else ">")))
    return rows.order_by(*(c.desc() if is_down else c.asc() for c in columns))


# ---- rows that are in no table ----


def walk_list(rows: Sequence[Entry], order: Order) -> Walk:
    """Of a past day."""

    def walk(mark: Mark | None, limit: int, *, is_back: bool = False) -> list[Entry]:
        beside = None
        if mark:
            beside = next((n for n, r in enumerate(rows) if Mark.of(r, order) == mark), None)
        return stretch(rows, beside, limit, is_back=is_back)

    return walk


def stretch(
    listed: Sequence[T], beside: int | None, limit: int, *, is_back: bool = False
) -> list[T]:
    """So many of a list beyond its place `beside`, or before it, which come the other way round;
    None: from the first on, or from the last."""
    if is_back:
        return list(listed[:beside][::-1][:limit])
    begins = 0 if beside is None else beside + 1
    return list(listed[begins : begins + limit])
