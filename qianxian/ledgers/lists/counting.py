"""What is counted and added up over all rows of a list, kept until somebody saves in the ledger.

Every save moves the head of a township's stream, and the head's digest covers all that came
before. So a number that was counted under the same heads still holds, and is not counted again
for each page that is turned.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from qianxian.core import gate
from qianxian.core.models import Commit, Revision, Stream
from qianxian.core.prepared_query import PreparedQuery
from qianxian.ledgers.models import Entry, EntryQuerySet
from qianxian_packs import Ledger

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


# Where more than these was saved since the last look, every ledger counts as touched.
_MOST_REVISIONS = 500
_Head = tuple[str, int, str]
# For each ledger that is asked about, the heads under which it was last saved.
Heads = tuple[tuple[str, ...], ...]


class _Epochs:
    """For each ledger the heads under which one of its entries was last saved.

    Whoever saves in one ledger leaves what was counted in the others as it is. Numbers have no
    gaps and appear in order, so what came since the last look is found by them; the digest of the
    commit that was last seen tells another database, or one that was restored.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: dict[str, tuple[int, str]] = {}
        self._base: tuple[str, ...] = ()
        self._touched: dict[str, tuple[str, ...]] = {}

    def of(self, ledgers: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        """Read before what is counted: what is saved meanwhile is then counted anew."""
        heads = gate.remembered("heads", _heads)
        with self._lock:
            if {pk: (number, digest) for pk, number, digest in heads} != self._seen:
                self._move(heads)
            return tuple(self._touched.get(ledger, self._base) for ledger in ledgers)

    def _move(self, heads: Sequence[_Head]) -> None:
        now = tuple(digest for _pk, _number, digest in heads)
        known = bool(self._seen) and all(map(self._is_known, self._seen.items()))
        if known and any(number < self._seen.get(pk, (0, ""))[0] for pk, number, _ in heads):
            # Read before another thread read a newer one: what is counted now is newer still.
            return
        ledgers = self._ledgers_since(heads) if known else None
        if ledgers is None:
            self._base, self._touched = now, {}
        else:
            self._touched.update(dict.fromkeys(ledgers, now))
        self._seen = {pk: (number, digest) for pk, number, digest in heads}

    def _is_known(self, seen: tuple[str, tuple[int, str]]) -> bool:
        pk, (number, digest) = seen
        same = Commit.objects.filter(stream=pk, number=number, digest=digest)
        return number == 0 or same.exists()

    def _ledgers_since(self, heads: Sequence[_Head]) -> set[str] | None:
        """Of which ledgers entries were saved; None where it may be any."""
        keys: list[UUID] = []
        for pk, number, _digest in heads:
            before = self._seen.get(pk, (0, ""))[0]
            rows = Revision.objects.filter(
                commit__stream=pk, commit__number__gt=before, commit__number__lte=number
            )
            listed = list(rows.values_list("kind", "key")[: _MOST_REVISIONS + 1])
            if len(listed) > _MOST_REVISIONS:
                return None
            if any(kind != Revision.Kind.ENTRY for kind, _key in listed):
                return None
            keys += [UUID(key) for _kind, key in listed]
        return set(Entry.objects.filter(pk__in=keys).values_list("ledger", flat=True))


def _heads() -> list[_Head]:
    return [(str(pk), number, digest) for pk, number, digest in _streams.rows()]


@PreparedQuery
def _streams() -> QuerySet[Stream, Any]:
    return Stream.objects.order_by("pk").values_list("pk", "head_number", "head_digest")


_epochs = _Epochs()


def heads_of(*ledgers: Ledger) -> Heads:
    """Under which heads these ledgers stand as they do: others after each save of an entry."""
    return _epochs.of(ledger.id for ledger in ledgers)


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
