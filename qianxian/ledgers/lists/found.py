"""All rows that fit the conditions: in the table for today, in memory for a past day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from qianxian.ledgers.conditions import in_ledger
from qianxian.ledgers.lists.columns import summed_fields
from qianxian.ledgers.lists.counting import Asked, Kept, count_of
from qianxian.ledgers.lists.grouping import Grouping, Part
from qianxian.ledgers.lists.names import names_having
from qianxian.ledgers.lists.orders import Order
from qianxian.ledgers.lists.paging import Mark, Walk, stretch, walk_list, walk_table
from qianxian.ledgers.lists.totals import Tally, tallies, tally_of, tally_of_values, texts_of
from qianxian.ledgers.models import Entry, EntryQuerySet, entries_by_key, put_places
from qianxian_packs import Ledger

# A search that finds no more than these is answered from the keys that it found.
_FEW = 2_000
# Up to so many rows are quicker found and sorted; more are quicker met along the index of the
# order, which passes all rows of the ledger.
_SORTED = 5_000


class Found(Protocol):
    """What a page, a file and a sheet of paper ask of the rows."""

    def count(self) -> int: ...

    def walk(self, order: Order) -> Walk: ...

    def total(self) -> Tally: ...

    def parts(self, grouping: Grouping) -> list[Part]: ...

    def only(self, keys: Collection[UUID]) -> Found:
        """Those of them that have one of these ids."""
        ...


@dataclass(frozen=True, slots=True)
class InMemory:
    """Rows of a past day."""

    ledger: Ledger
    rows: Sequence[Entry]

    def count(self) -> int:
        return len(self.rows)

    def walk(self, order: Order) -> Walk:
        return walk_list(order.sorted(list(self.rows)), order)

    def total(self) -> Tally:
        return tally_of(self.rows, summed_fields(self.ledger.fields))

    def parts(self, grouping: Grouping) -> list[Part]:
        return grouping.parts_of_list(self.rows)

    def only(self, keys: Collection[UUID]) -> Found:
        return InMemory(self.ledger, [row for row in self.rows if row.pk in keys])


@dataclass(frozen=True, slots=True)
class InTable:
    """Rows of today."""

    ledger: Ledger
    asked: Asked

    def count(self) -> int:
        return count_of(self.asked)

    def walk(self, order: Order) -> Walk:
        asked = self.asked
        # The index of days leaves few rows to sort. In another order the database would find all by
        # a condition and sort them, though along the index of the order it soon meets a page.
        if order.key != "on" and self.count() > _SORTED:
            asked = replace(asked, words=("by key", asked.words), find=self._by_key)
        return placed(walk_table(asked, order))

    def _by_key(self) -> EntryQuerySet:
        """The same rows, each asked by its key, so that no index but that of the order is used."""
        own = self.asked.rows.filter(pk=OuterRef("pk"))
        return Entry.objects.filter(Exists(own), in_ledger(self.ledger.id))

    def total(self) -> Tally:
        return tallies(self.ledger, self.asked)[None]

    def parts(self, grouping: Grouping) -> list[Part]:
        return grouping.parts(self.asked)

    def only(self, keys: Collection[UUID]) -> Found:
        asked = self.asked
        words = (asked.words, frozenset(keys))
        return InTable(
            self.ledger, replace(asked, words=words, find=lambda: asked.rows.filter(pk__in=keys))
        )


@dataclass(frozen=True, slots=True)
class _Few:
    """What was found, where it can be kept: (value in the order, id) of each, and the sums."""

    pairs: list[tuple[Any, UUID]]
    tally: Tally


_named_ids: Kept[list[UUID] | None] = Kept(256)
_hits: Kept[_Few | None] = Kept(256)


@dataclass(frozen=True, slots=True)
class Searched(InTable):
    """Rows that words were looked for in.

    No index leads to a part of a name: the names are looked through in memory, and the database is
    asked for those that may be meant. What was found is kept, in order, and its pages are cut from
    that.

    name_words  the words that an entry can only have in its name
    among       those of some entries that fit all that is asked
    named       the rows with all words and nothing else asked
    others      what else is asked: of the few that were found, rather than of half a ledger
    """

    order: Order
    name_words: tuple[str, ...]
    among: Callable[[Collection[UUID]], EntryQuerySet]
    named: Asked
    others: Callable[[], Q]

    def _few(self) -> _Few | None:
        """None where there are too many to keep."""
        return _hits.get((self.asked.key, self.order.key), self._looked_for)

    def _looked_for(self) -> _Few | None:
        fields = summed_fields(self.ledger.fields)
        summed, texts = [field.name for field in fields], texts_of(fields)
        valued = self._rows().order_by().annotate(sort_value=self.order.column, **texts)
        found = list(valued.values_list("sort_value", "pk", *texts)[: _FEW + 1])
        if len(found) > _FEW:
            return None
        return _Few([row[:2] for row in found], tally_of_values(summed, (row[2:] for row in found)))

    def _rows(self) -> EntryQuerySet:
        keys = names_having(self.ledger.id, self.name_words, _FEW)
        if keys is not None:
            return self.among(keys)
        # Words that many names have or that are places, or too large a ledger: every name is read
        # by the database, once for whatever else is asked.
        named = _named_ids.get(self.named.key, self._ids_by_name)
        if named is not None:
            return Entry.objects.filter(self.others(), pk__in=named)
        return self.asked.rows

    def _ids_by_name(self) -> list[UUID] | None:
        found = list(self.named.rows.order_by().values_list("pk", flat=True)[: _FEW + 1])
        return found if len(found) <= _FEW else None

    def count(self) -> int:
        few = self._few()
        return count_of(self.asked) if few is None else few.tally.count

    def total(self) -> Tally:
        few = self._few()
        return InTable.total(self) if few is None else few.tally

    def walk(self, order: Order) -> Walk:
        few = self._few()
        if few is None:
            return InTable.walk(self, order)
        keys = order.sorted_keys(few.pairs)
        places = {key: n for n, key in enumerate(keys)}

        def walk(mark: Mark | None, limit: int, *, is_back: bool = False) -> list[Entry]:
            beside = places.get(mark.id) if mark else None
            wanted = stretch(keys, beside, limit, is_back=is_back)
            # Kept under the places that the gate opens and under the heads, so that what was found
            # is what this person may still see. By their ids: the names are not read again.
            rows = entries_by_key.of(wanted)
            return [rows[key] for key in wanted]

        return placed(walk)


def placed(walk: Walk) -> Walk:
    """The same rows, each with its place, which a page has read already for its conditions."""

    def walked(mark: Mark | None, limit: int, *, is_back: bool = False) -> list[Entry]:
        rows = walk(mark, limit, is_back=is_back)
        put_places(rows)
        return rows

    return walked
