"""Long lists of matters read in slices: by their keys first, then the rows of one slice.

So the index gives the order, and nothing is sorted with all its columns in hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import count
from uuid import UUID

from qianxian.ledgers.models import Entry, EntryQuerySet

# Of so many the first ones are found by walking the index of due dates, rather than by sorting all.
_MANY, _NEAR, _STRIDE = 5_000, 1_000, 500


class Slices:
    """Rows in an order, as a list that a paginator takes. `total` where it is known already."""

    def __init__(self, rows: EntryQuerySet, total: int | None = None) -> None:
        self._rows, self._total = rows, total

    def count(self) -> int:
        if self._total is None:
            self._total = self._rows.order_by().count()
        return self._total

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, wanted: slice) -> list[Entry]:
        keys = self._keys(wanted.start or 0, wanted.stop)
        related = ("place__parent", "post__office", "subject")
        found = Entry.objects.select_related(*related).in_bulk(keys)
        # One that was removed between the two statements is left out.
        return [found[key] for key in keys if key in found]

    def _keys(self, start: int, stop: int) -> Sequence[UUID]:
        return list(self._rows.values_list("pk", flat=True)[start:stop])


class Soonest(Slices):
    """Soonest due first, those without a date last: the two are asked for apart."""

    @cached_property
    def _dated(self) -> EntryQuerySet:
        return self._rows.filter(due_on__isnull=False).order_by("due_on", "changed_at", "pk")

    def _keys(self, start: int, stop: int) -> Sequence[UUID]:
        if (self._total or 0) > _MANY and stop <= _NEAR:
            dated = self._walked(stop)[start:stop]
        else:
            dated = list(self._dated.values_list("pk", flat=True)[start:stop])
        if len(dated) == stop - start:
            return dated
        before = start + len(dated) if dated else self._dated.order_by().count()
        undated = self._rows.filter(due_on__isnull=True).order_by("changed_at", "pk")
        rest = undated.values_list("pk", flat=True)[max(start - before, 0) : stop - before]
        return [*dated, *rest]

    def _walked(self, stop: int) -> list[UUID]:
        """The first `stop` keys: everything that is due, in order, asked whether it is one of these."""
        every = Entry.objects.filter(due_on__isnull=False).order_by("due_on", "changed_at", "pk")
        found: list[UUID] = []
        for start in count(0, _STRIDE):
            keys = list(every.values_list("pk", flat=True)[start : start + _STRIDE])
            own = set(self._rows.order_by().filter(pk__in=keys).values_list("pk", flat=True))
            found += [key for key in keys if key in own]
            if len(found) >= stop or len(keys) < _STRIDE:
                break
        return found
