"""Long lists of matters read in slices: by their keys first, then the rows of one slice.

So the index gives the order, and nothing is sorted with all its columns in hand. The keys are
kept until a matter is saved (`matters.keeping`); the rows are read each time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from qianxian.core.models import Post
from qianxian.core.prepared_query import PreparedBulk
from qianxian.ledgers.models import Entry, EntryQuerySet, entries_by_key, put_places
from qianxian.matters.keeping import kept, prepared

# Of so many the first ones are found by walking the index of due dates, rather than by sorting all.
_MANY, _NEAR = 5_000, 1_000


class Slices:
    """Rows in an order, as a list that a paginator takes.

    `asked` tells by values which rows these are; `total` how many, where it is known already.
    """

    def __init__(
        self,
        rows: Callable[[], EntryQuerySet],
        asked: Hashable,
        total: int | None = None,
        known: Mapping[str, Post] | None = None,
    ) -> None:
        self._find, self._asked, self._total, self._known = rows, asked, total, known or {}

    @cached_property
    def _rows(self) -> EntryQuerySet:
        return self._find()

    def count(self) -> int:
        if self._total is None:
            self._total = kept((self._asked, "count"), lambda: self._rows.order_by().count())
        return self._total

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, wanted: slice) -> list[Entry]:
        keys = self.keys(wanted.start or 0, wanted.stop)
        found = entries_of(keys, self._known)
        # One that was removed between the two statements is left out.
        return [found[key] for key in keys if key in found]

    def keys(self, start: int, stop: int) -> tuple[UUID, ...]:
        asked = (type(self).__name__, self._asked, start, stop)
        return kept(asked, lambda: tuple(self._keys(start, stop)))

    def _keys(self, start: int, stop: int) -> Iterable[UUID]:
        return self._found("all", lambda: self._rows, start, stop)

    def _found(
        self, part: str, rows: Callable[[], EntryQuerySet], start: int, stop: int
    ) -> list[UUID]:
        """The keys of a part of the rows, which the part's name tells."""
        asked = (self._asked, part, start, stop)
        query = prepared(asked, lambda: rows().values_list("pk")[start:stop])
        return [key for (key,) in query.rows()]


class Soonest(Slices):
    """Soonest due first, those without a date last: the two are asked for apart."""

    def _dated(self) -> EntryQuerySet:
        return self._rows.filter(due_on__isnull=False).order_by("due_on", "changed_at", "pk")

    def _keys(self, start: int, stop: int) -> Iterable[UUID]:
        if (self._total or 0) > _MANY and stop <= _NEAR:
            dated = self._found("walked", self._walked, start, stop)
        else:
            dated = self._found("dated", self._dated, start, stop)
        if len(dated) == stop - start:
            return dated
        before = start + len(dated) if dated else self._dated().order_by().count()
        rest = self._found("undated", self._undated, max(start - before, 0), stop - before)
        return [*dated, *rest]

    def _undated(self) -> EntryQuerySet:
        return self._rows.filter(due_on__isnull=True).order_by("changed_at", "pk")

    def _walked(self) -> EntryQuerySet:
        """Everything that is due, in order, asked whether it is one of these.

        Asked by its key, so that the index of due dates is walked and no other one is tried.
        """
        own = self._rows.order_by().filter(pk=OuterRef("pk"))
        every = Entry.objects.filter(Exists(own), due_on__isnull=False)
        return every.order_by("due_on", "changed_at", "pk")


@PreparedBulk
def _posts_by_key() -> QuerySet[Post, Post]:
    return Post.objects.select_related("office")


def entries_of(keys: Iterable[UUID], known: Mapping[str, Post]) -> dict[UUID, Entry]:
    """The entries by their keys, each with its place and post; `known` posts are not read again."""
    found = entries_by_key.of(keys)
    put_places(found.values())
    wanted = {entry.post_id for entry in found.values() if entry.post_id}
    more = _posts_by_key.of(sorted(wanted - known.keys()))
    posts = {**known, **more}
    for entry in found.values():
        if entry.post_id:
            entry.post = posts[entry.post_id]
    return found
