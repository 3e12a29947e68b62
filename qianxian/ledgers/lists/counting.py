"""What is counted and added up over all rows of a list, kept until somebody saves in the ledger.

A number that was counted under the same heads (`lists.heads`) still holds, and is not counted again
for each page that is turned.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Generic, TypeVar

from django.db import connection

from qianxian.ledgers.lists.heads import Heads
from qianxian.ledgers.models import EntryQuerySet

T = TypeVar("T")
_KEPT = 1024


class Kept(Generic[T]):
    """The newest answers, by question. One a process: a second process counts for itself.

    Two threads that ask the same at once both make the answer: neither waits for the other.
    """

    def __init__(self, most: int = _KEPT) -> None:
        self._most = most
        self._found: OrderedDict[Any, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Any, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        answer = make()
        with self._lock:
            self._found[key] = answer
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return answer


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows of today, under the heads of `now`.

    words  tells by values which rows these are; `find` makes the query of nothing else
    """

    words: Hashable
    now: Heads
    find: Callable[[], EntryQuerySet] = field(compare=False)

    @property
    def key(self) -> Hashable:
        """What an answer is kept under."""
        return (connection.alias, self.now, self.words)

    @property
    def rows(self) -> EntryQuerySet:
        return self.find()


_counts: Kept[int] = Kept()


def count_of(asked: Asked) -> int:
    return _counts.get(asked.key, lambda: asked.rows.order_by().count())
