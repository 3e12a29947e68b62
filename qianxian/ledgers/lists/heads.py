"""What tells whether something that was found of the entries still holds, and what changed since.

Every save moves the head of a township's stream, and the head's digest covers all that came
before. So what was found under the same heads still holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from django.db.models import QuerySet

from qianxian.core import gate
from qianxian.core.models import Commit, Revision, Stream
from qianxian.core.prepared_query import PreparedQuery
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger

# Where more than these was saved between two looks, every ledger counts as touched.
_MOST_REVISIONS = 500
# For each stream the number and the digest of its head.
Seen = dict[str, tuple[int, str]]
# For each ledger that is asked about, the heads under which it was last saved.
Heads = tuple[tuple[str, ...], ...]


def seen_now() -> Seen:
    """The heads as this page first found them. Read before what is found: what is saved meanwhile
    is then found anew."""
    return gate.remembered("heads", _read)


def _read() -> Seen:
    return {str(pk): (number, digest) for pk, number, digest in _streams.rows()}


@PreparedQuery
def _streams() -> QuerySet[Stream, tuple[str, int, str]]:
    return Stream.objects.order_by("pk").values_list("pk", "head_number", "head_digest")


def is_older(one: Seen, other: Seen) -> bool:
    """Whether another thread read the heads after this one did."""
    return any(number < other.get(pk, (0, ""))[0] for pk, (number, _digest) in one.items())


@dataclass(frozen=True, slots=True)
class Since:
    """What was saved between two looks: ids of entries, and whether it was anything else too."""

    entries: list[UUID]
    has_others: bool


def saved_since(before: Seen, now: Seen, most: int) -> Since | None:
    """None where that is not known, or is more than `most` revisions.

    Numbers have no gaps and appear in order, so what came since is found by them; the digest of the
    commit that was last seen tells another database, or one that was restored.
    """
    if not before or not before.keys() <= now.keys():
        return None
    moved = {pk: head for pk, head in now.items() if before.get(pk) != head}
    if not all(_is_known(pk, before[pk]) for pk in moved if pk in before):
        return None
    keys: list[UUID] = []
    has_others = False
    for pk, (number, _digest) in moved.items():
        rows = Revision.objects.order_by().filter(
            commit__stream=pk,
            commit__number__gt=before.get(pk, (0, ""))[0],
            commit__number__lte=number,
        )
        listed = list(rows.values_list("kind", "key")[: most + 1])
        own = [UUID(key) for kind, key in listed if kind == Revision.Kind.ENTRY]
        has_others = has_others or len(own) < len(listed)
        keys += own
        if len(listed) > most or len(keys) > most:
            return None
    return Since(keys, has_others)


def _is_known(pk: str, seen: tuple[int, str]) -> bool:
    number, digest = seen
    return number == 0 or Commit.objects.filter(stream=pk, number=number, digest=digest).exists()


class _Epochs:
    """For each ledger the heads under which one of its entries was last saved.

    Whoever saves in one ledger leaves what was found in the others as it is.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: Seen = {}
        self._base: tuple[str, ...] = ()
        self._touched: dict[str, tuple[str, ...]] = {}

    def of(self, ledgers: Iterable[str]) -> Heads:
        now = seen_now()
        with self._lock:
            if now != self._seen:
                self._move(now)
            return tuple(self._touched.get(ledger, self._base) for ledger in ledgers)

    def _move(self, now: Seen) -> None:
        heads = tuple(digest for _number, digest in now.values())
        since = saved_since(self._seen, now, _MOST_REVISIONS)
        if since is None or since.has_others:
            self._base, self._touched = heads, {}
        elif is_older(now, self._seen):
            # What is found now is newer still.
            return
        else:
            ledgers = Entry.objects.filter(pk__in=since.entries).values_list("ledger", flat=True)
            self._touched.update(dict.fromkeys(ledgers, heads))
        self._seen = now


_epochs = _Epochs()


def heads_of(*ledgers: Ledger) -> Heads:
    """Under which heads these ledgers stand as they do: others after each save of an entry."""
    return _epochs.of(ledger.id for ledger in ledgers)
