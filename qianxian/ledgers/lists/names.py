"""The names of a ledger, one after the other in a text, where a part of a name is soon found.

No index leads to a part of a name of two characters, which is what people type. The text only says
which entries may have the words: the database is then asked for those, through the gate and by the
conditions, so that nothing is shown for standing here.

One a process and ledger. What was saved since is read anew, each entry by itself; after many
changes, or where it is not known what changed, all names are.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import merge
from itertools import accumulate, groupby
from threading import Lock
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from qianxian.ledgers.conditions import in_ledger
from qianxian.ledgers.lists.heads import Seen, is_older, saved_since, seen_now
from qianxian.ledgers.lists.sql import OneOf
from qianxian.ledgers.models import Entry

# A ledger of more entries is left to the database: some 90 bytes are kept of each.
_LARGEST = 500_000
_LEDGERS = 16
# So many names that were saved since are looked at one by one, and so many revisions for them.
_NEWER = 2_000
# A word that stands in more places than these is no help in finding the others beside it.
_OFTEN = 20_000


@dataclass(frozen=True, slots=True)
class _Column:
    """One text an entry, one after the other; `ends` is where each ends."""

    text: str = ""
    ends: array[int] = field(default_factory=lambda: array("L"))

    @classmethod
    def of(cls, texts: Sequence[str]) -> _Column:
        return cls("".join(texts), array("L", accumulate(map(len, texts))))

    def rows(self, word: str) -> Iterator[int]:
        """The number of each entry whose text has the word."""
        at = self.text.find(word)
        while at >= 0:
            row = bisect_right(self.ends, at)
            yield row
            at = self.text.find(word, self.ends[row])

    def has(self, row: int, word: str) -> bool:
        begin = self.ends[row - 1] if row else 0
        return self.text.find(word, begin, self.ends[row]) >= 0


@dataclass(frozen=True, slots=True)
class _Text:
    """Names as they stood under `seen`.

    initials  empty where they are the name itself
    keys      the ids, each as many characters
    newer     both of what was saved since, by id
    """

    seen: Seen
    names: _Column = _Column()
    initials: _Column = _Column()
    keys: str = ""
    newer: Mapping[UUID, str] = field(default_factory=dict)
    is_too_large: bool = False

    def having(self, words: Sequence[str], most: int) -> list[UUID] | None:
        """Ids of the entries that have all words; None where there are more than `most`."""
        first = words[0]
        if len(words) > 1:
            times, first = min((self._times(word), word) for word in words)
            if times > _OFTEN:
                return None
        found = [key for key, name in self.newer.items() if all(word in name for word in words)]
        width = len(self.keys) // max(len(self.names.ends), 1)
        for row in self._rows(first):
            if all(self._has(row, word) for word in words):
                key = UUID(self.keys[row * width : (row + 1) * width])
                if key not in self.newer:
                    found.append(key)
                    if len(found) > most:
                        return None
        return found

    def _columns(self, word: str) -> tuple[_Column, ...]:
        """Only letters may be initials."""
        may_be_initials = word.isascii() and word.isalpha()
        return (self.names, self.initials) if may_be_initials else (self.names,)

    def _has(self, row: int, word: str) -> bool:
        return any(column.has(row, word) for column in self._columns(word))

    def _times(self, word: str) -> int:
        return sum(column.text.count(word) for column in self._columns(word))

    def _rows(self, word: str) -> Iterator[int]:
        rows = merge(*(column.rows(word) for column in self._columns(word)))
        return (row for row, _ in groupby(rows))


class _Names:
    """The names of one ledger, brought up to date by whoever asks."""

    def __init__(self, ledger: str) -> None:
        self._ledger = ledger
        self._lock = Lock()
        self._text = _Text({})

    def now(self) -> _Text:
        seen = seen_now()
        # Who asks while another reads all names waits for that rather than to read them too.
        with self._lock:
            if self._text.seen != seen:
                self._text = self._after(seen)
            return self._text

    def _after(self, seen: Seen) -> _Text:
        before = self._text
        since = saved_since(before.seen, seen, _NEWER)
        if since is None:
            return self._whole(seen)
        if is_older(seen, before.seen):
            # Another thread brought it further already.
            return before
        if before.is_too_large:
            return replace(before, seen=seen)
        if len(before.newer) + len(since.entries) > _NEWER:
            return self._whole(seen)
        return replace(before, seen=seen, newer={**before.newer, **self._read(since.entries)})

    def _read(self, keys: Sequence[UUID]) -> dict[UUID, str]:
        """The names of those that are in this ledger: an entry stays in its own."""
        rows = Entry.objects.filter(Q(OneOf("ledger", (self._ledger,))), pk__in=keys)
        return {
            key: "".join(_folded(title, initials))
            for key, title, initials in rows.values_list("pk", "title", "initials")
        }

    def _whole(self, seen: Seen) -> _Text:
        keys, names, shorts = list[str](), list[str](), list[str]()
        for key, title, initials in _rows(self._ledger)[: _LARGEST + 1].iterator(5_000):
            name, short = _folded(title, initials)
            keys.append(key)
            names.append(name)
            shorts.append(short)
        if len(keys) > _LARGEST:
            return _Text(seen, is_too_large=True)
        return _Text(seen, _Column.of(names), _Column.of(shorts), "".join(keys))


def _rows(ledger: str) -> QuerySet[Entry, tuple[str, str, str]]:
    # The id as text: to make an object of each takes longer than all else.
    rows = Entry.objects.filter(in_ledger(ledger)).annotate(written=Cast("id", TextField()))
    return rows.order_by().values_list("written", "title", "initials")


def _folded(title: str, initials: str) -> tuple[str, str]:
    """Name and initials, each closed by a sign that no word of a search holds."""
    name = title.casefold()
    return f"{name}\n", "\n" if name == initials else f"{initials.casefold()}\n"


_kept: OrderedDict[tuple[str, str], _Names] = OrderedDict()
_lock = Lock()


def names_having(ledger: str, words: Iterable[str], most: int) -> list[UUID] | None:
    """Ids of the entries of a ledger that may have all words in their name or its initials, also
    of deleted ones; None where there are more than `most`, or no words."""
    wanted = [word.casefold() for word in words]
    if not wanted:
        return None
    with _lock:
        key = (connection.alias, ledger)
        names = _kept.setdefault(key, _Names(ledger))
        _kept.move_to_end(key)
        while len(_kept) > _LEDGERS:
            _kept.popitem(last=False)
    text = names.now()
    return None if text.is_too_large else text.having(wanted, most)
