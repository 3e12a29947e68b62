"""The names of a ledger in one text, in which a part of a name is found in milliseconds.

No index leads to a part of a name of two characters, which is what people type. The text only says
which entries may have the words: the database is then asked for those, through the gate and by the
conditions, so that nothing is shown for standing here.

One a process and ledger. What was saved since is read anew, each entry by itself; after more than
a few thousand changes, or where it is not known what changed, all names are.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from qianxian.ledgers.conditions import in_ledger
from qianxian.ledgers.lists.heads import Seen, entries_since, is_older, seen_now
from qianxian.ledgers.models import Entry

# A ledger of more entries is left to the database: some 60 bytes are kept of each.
_LARGEST = 500_000
_LEDGERS = 16
# So many names that were saved since are looked at one by one.
_NEWER = 2_000
# A word that stands in more places than these is no help in finding the others beside it.
_OFTEN = 20_000


@dataclass(frozen=True, slots=True)
class _Text:
    """Names as they stood under `seen`, one after the other.

    ends    where in `words` the name of each entry ends
    keys    the ids, each as many characters
    newer   names that were saved since, by id; None for an entry that is in another ledger
    """

    seen: Seen
    words: str = ""
    ends: array[int] = field(default_factory=lambda: array("L"))
    keys: str = ""
    newer: dict[UUID, str] = field(default_factory=dict)

    def having(self, words: Sequence[str], most: int) -> list[UUID] | None:
        """Ids of the entries that have all words; None where there are more than `most`."""
        first = words[0] if len(words) == 1 else min(words, key=self.words.count)
        if len(words) > 1 and self.words.count(first) > _OFTEN:
            return None
        found = [key for key, name in self.newer.items() if all(word in name for word in words)]
        width = len(self.keys) // max(len(self.ends), 1)
        at = self.words.find(first)
        while at >= 0:
            row = bisect_right(self.ends, at)
            begin, end = self.ends[row - 1] if row else 0, self.ends[row]
            if all(self.words.find(word, begin, end) >= 0 for word in words):
                key = UUID(self.keys[row * width : (row + 1) * width])
                if key not in self.newer:
                    found.append(key)
                    if len(found) > most:
                        return None
            at = self.words.find(first, end)
        return found


class _Names:
    """The text of one ledger, brought up to date by whoever asks."""

    def __init__(self, ledger: str) -> None:
        self._ledger = ledger
        self._lock = Lock()
        self._text = _Text({})

    def now(self) -> _Text | None:
        """None for a ledger that is too large."""
        seen = seen_now()
        # Who asks while another reads all names waits for that rather than to read them too.
        with self._lock:
            if self._text.seen != seen:
                self._text = self._after(seen)
            return self._text if len(self._text.ends) <= _LARGEST else None

    def _after(self, seen: Seen) -> _Text:
        before = self._text
        keys = entries_since(before.seen, seen)
        if keys is None or len(before.newer) + len(keys) > _NEWER:
            return self._whole(seen)
        if is_older(seen, before.seen):
            # Another thread brought it further already.
            return before
        if not keys:
            return _Text(seen, before.words, before.ends, before.keys, before.newer)
        newer = before.newer | dict.fromkeys(keys, "")
        rows = Entry.objects.filter(in_ledger(self._ledger), pk__in=keys)
        newer |= {
            key: _folded(title, initials)
            for key, title, initials in rows.values_list("pk", "title", "initials")
        }
        return _Text(seen, before.words, before.ends, before.keys, newer)

    def _whole(self, seen: Seen) -> _Text:
        ends, keys, words = array("L"), list[str](), list[str]()
        length = 0
        for key, title, initials in _rows(self._ledger)[: _LARGEST + 1].iterator(5_000):
            word = _folded(title, initials)
            length += len(word)
            ends.append(length)
            keys.append(key)
            words.append(word)
        return _Text(seen, "".join(words), ends, "".join(keys))


def _rows(ledger: str) -> QuerySet[Entry, tuple[str, str, str]]:
    # The id as text: to make an object of each takes longer than all else.
    rows = Entry.objects.filter(in_ledger(ledger)).annotate(written=Cast("id", TextField()))
    return rows.order_by().values_list("written", "title", "initials")


def _folded(title: str, initials: str) -> str:
    """Signs beside which no word of a search stands: those have no blanks and no line breaks."""
    name = title.casefold()
    return f"{name}\n" if name == initials else f"{name}\t{initials.casefold()}\n"


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
    return None if text is None else text.having(wanted, most)
