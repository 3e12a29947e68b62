"""What is counted and added up over all rows of a list, kept until somebody saves.

Every save moves the head of a township's stream, and the head's digest covers all that came
before. So a number that was counted under the same heads still holds, and is not counted again
for each page that is turned.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection

from qianxian.core.models import Stream
from qianxian.ledgers.models import EntryQuerySet

T = TypeVar("T")
_KEPT = 1024


class Kept(Generic[T]):
    """The newest answers, by question. One a process: a second process counts for itself."""

    def __init__(self, most: int = _KEPT) -> None:
        self._most = most
        self._found: OrderedDict[Any, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Any, count: Callable[[], T]) -> T:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        answer = count()
        with self._lock:
            self._found[key] = answer
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return answer


def heads() -> tuple[str, ...]:
    """The digests of all streams: another one after each save. Read before what is counted."""
    return tuple(Stream.objects.order_by("pk").values_list("head_digest", flat=True))


_counts: Kept[int] = Kept()


def question(rows: EntryQuerySet, now: tuple[str, ...]) -> tuple[Any, ...]:
    """What a query asks, as a key: its SQL with the values in it, under these heads."""
    try:
        sql, params = rows.order_by().query.sql_with_params()
    except EmptyResultSet:
        # No row can fit, so there is no SQL: words of which none may be looked for here.
        sql, params = "", ()
    return (connection.alias, now, sql, params)


def count_of(rows: EntryQuerySet, now: tuple[str, ...]) -> int:
    return _counts.get(question(rows, now), rows.order_by().count)
