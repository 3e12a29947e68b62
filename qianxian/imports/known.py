"""What the ledger holds already: the same row, the same key, or nothing of the kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from qianxian.core.digests import canonical
from qianxian.core.models import Place
from qianxian.imports.models import ImportRun, StagedRow
from qianxian.imports.rows import Outcome
from qianxian.imports.sealing import content_of
from qianxian.ledgers import privacy
from qianxian.ledgers.conditions import is_written
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger

_SLICE = 500


@dataclass
class Known:
    """Asked chunk by chunk, so that a large ledger is never read whole where it has a key."""

    ledger: Ledger
    township: Place
    # Of a new ledger nothing is known, so that nothing need be looked for.
    _is_new: bool = False
    _runs: frozenset[int] = frozenset()
    _open: dict[str, list[UUID]] = field(default_factory=dict)
    _seen_rows: dict[str, str] = field(default_factory=dict)
    _seen_keys: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, ledger: Ledger, township: Place) -> Known:
        is_new = not Entry.objects.present().filter(ledger=ledger.id).exists()
        runs = ImportRun.objects.landed(ledger.id, township)
        known = cls(ledger, township, is_new, frozenset(runs.values_list("pk", flat=True)))
        if not ledger.key:
            known._read_open()
        return known

    def _read_open(self) -> None:
        """The open part of every entry: with no key, only the whole row can tell two apart."""
        rows = Entry.objects.present().filter(
            ledger=self.ledger.id,
            place__in=Place.objects.within(self.township.path).values("code"),
        )
        found = rows.values_list("pk", "place_id", "subject_id", "data")
        for key, place, subject, data in found.iterator(chunk_size=2000):
            content = content_of(place, _hex(subject), canonical(data), {})
            self._open.setdefault(content, []).append(key)

    def seen(self, outcome: Outcome, content: str, label: str) -> tuple[str, str] | None:
        """(code, where) if the file has this row, or its key, further up."""
        if content in self._seen_rows:
            return "duplicate", self._seen_rows[content]
        key = outcome.key_text
        if key and key in self._seen_keys:
            return "duplicate_key", self._seen_keys[key]
        self._seen_rows[content] = label
        if key:
            self._seen_keys[key] = label
        return None

    def landed(self, contents: Sequence[str]) -> dict[str, UUID]:
        """Content → the present entry that an earlier import of the same row made or confirmed."""
        found: dict[str, UUID] = {}
        for part in _slices(contents if self._runs else ()):
            rows = StagedRow.objects.filter(is_written("content"), content__in=part).order_by()
            # Asked for the run as well, SQLite would go through all the rows of the run instead.
            told = rows.values_list("content", "entry", "run_id")
            found.update({content: key for content, key, run in told if key and run in self._runs})
        present: set[UUID] = set()
        for part in _slices(list(found.values())):
            rows_there = Entry.objects.present().filter(pk__in=part)
            present.update(rows_there.values_list("pk", flat=True))
        return {content: key for content, key in found.items() if key in present}

    def by_key(self, keys: Iterable[str]) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for part in _slices([] if self._is_new else sorted(set(keys) - {""})):
            rows = Entry.objects.present().filter(is_written("key_text"), key_text__in=part)
            rows = rows.filter(ledger=self.ledger.id).order_by()
            found.update({row.key_text: row for row in rows.select_related("place", "subject")})
        return found

    def same_whole(self, outcomes: Sequence[Outcome]) -> dict[int, UUID]:
        """Position → the entry that holds exactly this row; for rows that have no key."""
        hits = {
            n: self._open.get(_open_content(o), [])
            for n, o in enumerate(outcomes)
            if o.is_good and not o.key_text
        }
        private = privacy.read_many(
            [key for keys in hits.values() for key in keys], _private_names(self.ledger)
        )
        found = {}
        for n, keys in hits.items():
            for key in keys:
                if private.get(key, {}) == outcomes[n].private:
                    found[n] = key
                    break
        return found


def differences(
    outcome: Outcome, entry: Entry, private: Mapping[str, str]
) -> dict[str, tuple[Any, Any]]:
    """Field → (what stands there, what the row says). An empty cell says nothing."""
    found = {
        name: (entry.data.get(name), value)
        for name, value in outcome.data.items()
        if entry.data.get(name) != value
    }
    for name, text in outcome.private.items():
        if private.get(name) != text:
            found[name] = (None, None)
    if _is_moved(outcome, entry):
        found["place"] = (entry.place_id, outcome.place.pk if outcome.place else "")
    return found


def _is_moved(outcome: Outcome, entry: Entry) -> bool:
    """Only where the row names a place that the entry does not lie in."""
    if outcome.place is None or not outcome.is_place_told:
        return False
    return not entry.place.path.startswith(outcome.place.path)


def private_of(entries: Iterable[Entry], ledger: Ledger) -> dict[UUID, dict[str, str]]:
    names = _private_names(ledger)
    return privacy.read_many([entry.pk for entry in entries], names) if names else {}


def _private_names(ledger: Ledger) -> list[str]:
    return [f.name for f in ledger.fields if f.private]


def _open_content(outcome: Outcome) -> str:
    return _content(outcome, {})


def full_content(outcome: Outcome) -> str:
    return _content(outcome, outcome.private)


def _content(outcome: Outcome, private: Mapping[str, str]) -> str:
    place = outcome.place.code if outcome.place else ""
    subject = outcome.subject.pk.hex if outcome.subject else None
    return content_of(place, subject, outcome.text, private)


def _hex(key: UUID | None) -> str | None:
    return key.hex if key else None


def _slices(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[n : n + _SLICE] for n in range(0, len(items), _SLICE))
