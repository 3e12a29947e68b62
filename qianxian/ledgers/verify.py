"""Comparing the present entries of a township with the newest revision of each.

Titles, initials and key texts are derived from the rest and not compared.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models
from django.db.models.functions import Cast

from qianxian.core.models import Revision
from qianxian.core.verify import Fault
from qianxian.ledgers.models import Entry, PrivateValue
from qianxian.ledgers.states import risen_text

_UNREADABLE = (DatabaseError, ValidationError, ValueError, TypeError, AttributeError)
_BATCH = 500
_COLUMNS = (
    "ledger",
    "place_id",
    "data",
    "on",
    "state",
    "post_id",
    "due_on",
    "campaign",
    "episode",
    "episodes",
    "version",
    "subject_id",
    "parent_id",
    "risen",
    "offered_id",
)


@dataclass(frozen=True, slots=True)
class _Recorded:
    """The newest revision of an entry. `told` is None where its body cannot be read.

    A digest instead of the body: a township's whole history would not fit in memory.
    """

    number: int | None
    told: bytes | None
    private: Mapping[str, str] = field(default_factory=dict)

    def fits(self, present: _Present) -> bool:
        """A value that was erased for good is missing now, which is no fault."""
        same = self.told is None or self.told == present.told
        return same and all(self.private.get(f) == d for f, d in present.private.items())


@dataclass(frozen=True, slots=True)
class _Present:
    """An entry as it stands; `told` is empty for a row that cannot be read."""

    told: bytes
    private: Mapping[str, str] = field(default_factory=dict)


def verify_entries(township_path: str) -> Iterator[Fault]:
    """Name every entry that is not as it was last saved, is unknown to history, or is gone."""
    recorded = _newest(Revision.objects.filter(commit__stream__township__path=township_path))
    keys = iter(_keys_of_entries(township_path))
    while batch := list(islice(keys, _BATCH)):
        for key, present in _present(batch):
            known = recorded.pop(key, None)
            if known is None or not known.fits(present):
                yield from _look_again(key)
    for key in recorded:
        yield from _look_again(key)


def _look_again(key: str) -> Iterator[Fault]:
    """Compare one entry anew: it may have been saved between the two readings."""
    known = _newest(Revision.objects.filter(key=key)).get(key)
    number = known.number if known else None
    if not _is_there(key):
        yield Fault("", number, "entry", key, "历史里有，现在的记录里没有了")
    elif known is None:
        yield Fault("", None, "entry", key, "历史里没有这条记录")
    elif not known.fits(dict(_present([key]))[key]):
        yield Fault("", number, "entry", key, "现状和最后一次存的不一样")


def _is_there(key: str) -> bool:
    try:
        return Entry.objects.filter(pk=key).exists()
    except _UNREADABLE:
        return True  # an id that is no id is in the table and in no history


def _newest(revisions: models.QuerySet[Revision]) -> dict[str, _Recorded]:
    rows = (
        revisions.filter(kind=Revision.Kind.ENTRY)
        .order_by("commit__number", "position")
        .annotate(raw_key=_raw("key"), raw_body=_raw("body"))
        .values_list("raw_key", "commit__number", "raw_body")
    )
    found = {}
    for key, number, body in rows.iterator(chunk_size=2000):
        found[_text(key)] = _recorded(number, _text(body))
    return found


def _recorded(number: int | None, text: str) -> _Recorded:
    try:
        body = json.loads(text)
        return _Recorded(number, _digest(_recorded_columns(body)), body.get("private", {}))
    except (ValueError, TypeError, KeyError, AttributeError):
        return _Recorded(number, None)  # the walk of the stream names it


def _keys_of_entries(township_path: str) -> Iterable[str]:
    rows = Entry.objects.filter(place__path__startswith=township_path).order_by("pk")
    if connection.vendor != "sqlite":
        return (pk.hex for pk in rows.values_list("pk", flat=True).iterator())
    raw = rows.annotate(raw=_raw("pk")).values_list("raw", flat=True)
    return (_text(key) for key in raw.iterator())


def _present(keys: Sequence[str]) -> Iterator[tuple[str, _Present]]:
    try:
        ids = [uuid.UUID(key) for key in keys]
        rows = {row[0].hex: _digest(row[1:]) for row in _columns_of(ids)}
        private = _sealed(ids)
        yield from ((k, _Present(rows.get(k, b""), private.get(k, {}))) for k in keys)
    except _UNREADABLE:
        if len(keys) == 1:
            yield keys[0], _Present(b"")
        else:
            for key in keys:
                yield from _present([key])


def _sealed(entries: Sequence[uuid.UUID]) -> dict[str, dict[str, str]]:
    """Digests of the present private values beside these entries, from what is sealed in them."""
    found: dict[str, dict[str, str]] = {}
    rows = PrivateValue.objects.filter(entry__in=entries).order_by("id")
    for entry, name, sealed in rows.values_list("entry", "field", "sealed"):
        found.setdefault(entry.hex, {})[name] = hashlib.sha256(bytes(sealed)).hexdigest()
    return found


def _raw(column: str) -> Any:
    """The column as bytes on SQLite, which does not check that text is text."""
    return Cast(column, models.BinaryField()) if connection.vendor == "sqlite" else models.F(column)


def _text(raw: str | bytes) -> str:
    return raw if isinstance(raw, str) else bytes(raw).decode(errors="replace")


def _digest(columns: tuple[Any, ...]) -> bytes:
    text = json.dumps(columns, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).digest()


def _columns_of(ids: Sequence[uuid.UUID]) -> Iterator[tuple[Any, ...]]:
    """Id and the columns that history tells of, in the order of `_recorded_columns`."""
    flags = ("late", "deleted")
    rows = Entry.objects.filter(pk__in=ids)
    if connection.vendor == "sqlite":
        # Django reads whatever is not 1 in a boolean column of SQLite as False.
        rows = rows.annotate(raw_late=_raw("late"), raw_deleted=_raw("deleted"))
        flags = ("raw_late", "raw_deleted")
    told = {b"0": False, b"1": True, True: True, False: False}
    for *row, late, deleted in rows.values_list("pk", *_COLUMNS, *flags):
        yield (*row, told.get(late, repr(late)), told.get(deleted, repr(deleted)))


def _recorded_columns(body: dict[str, Any]) -> tuple[Any, ...]:
    return (
        body["ledger"],
        body["place"],
        body["data"],
        _day(body.get("on")),
        body.get("state", ""),
        body.get("post") or None,
        _day(body.get("due_on")),
        body.get("campaign", ""),
        body.get("episode", 1),
        body.get("episodes", []),
        body.get("version", 1),
        uuid.UUID(body["subject"]) if body.get("subject") else None,
        uuid.UUID(body["parent"]) if body.get("parent") else None,
        risen_text(body.get("risen", {})),
        body.get("offered") or None,
        body.get("late", False),
        body.get("deleted", False),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
