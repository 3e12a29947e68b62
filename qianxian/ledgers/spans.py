"""Dated ties that may not overlap: nobody belongs to two households at once.

Looked at where states are stored, so that no way in (page, import, undo) goes past it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Stream
from qianxian.ledgers.conditions import FieldText, in_ledger
from qianxian.ledgers.models import Entry
from qianxian.ledgers.values import InvalidEntry
from qianxian_packs import Ledger, Span

if TYPE_CHECKING:
    from qianxian.ledgers.states import EntryState

_SLICE = 500
_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tie:
    """One entry as a stretch of days; `last` is None while it still stands."""

    entry: UUID
    key: _Key
    first: date
    last: date | None

    def overlaps(self, other: Tie) -> bool:
        """The day on which one ends is the first without it, so the next may begin on it."""
        return self._begins_before(other.last) and other._begins_before(self.last)

    def _begins_before(self, last: date | None) -> bool:
        return last is None or self.first < last


def check(states: Sequence[EntryState], township: Place) -> None:
    """Refuse states of which two, or one and a stored entry, tie the same at the same time.

    Raises InvalidEntry with the definition's sentence at the field of the first day.
    """
    for name in dict.fromkeys(state.ledger for state in states):
        ledger = catalogue().ledgers.get(name)
        if ledger and ledger.span:
            _check(ledger, ledger.span, [s for s in states if s.ledger == name], township)


def _check(ledger: Ledger, span: Span, states: Sequence[EntryState], township: Place) -> None:
    ties = _ties(ledger, span, states)
    if ties:
        _lock(ledger, span, ties, township)
    if clashing(ledger, states):
        raise InvalidEntry({span.from_: span.says})


def clashing(ledger: Ledger, states: Sequence[EntryState]) -> set[UUID]:
    """The entries of these that overlap with a stored one or with one before them.

    Only under the lock of a save is the answer final; an import asks before, to name the rows.
    """
    span = ledger.span
    ties = _ties(ledger, span, states) if span else []
    if span is None or not ties:
        return set()
    own = {state.id for state in states}
    beside: dict[_Key, list[Tie]] = {}
    for tie in _stored(ledger, span, ties):
        if tie.entry not in own:
            beside.setdefault(tie.key, []).append(tie)
    found = set()
    for tie in ties:
        others = beside.setdefault(tie.key, [])
        if any(tie.overlaps(other) for other in others):
            found.add(tie.entry)
        others.append(tie)
    return found


def _ties(ledger: Ledger, span: Span, states: Sequence[EntryState]) -> list[Tie]:
    return [
        tie
        for state in states
        if not state.deleted and (tie := _tie(ledger, span, state.id, state.subject, state.data))
    ]


def _tie(
    ledger: Ledger, span: Span, key: UUID, subject: UUID | None, data: Mapping[str, Any]
) -> Tie | None:
    """None where a value is not known yet: what cannot be told ties nothing."""
    values = [_value(name, subject, data) for name in span.of]
    first, last = data.get(span.from_), data.get(span.to)
    if first is None or any(value is None for value in values):
        return None
    end = date.fromisoformat(last) if last else None
    return Tie(key, tuple(str(value) for value in values), date.fromisoformat(first), end)


def _value(name: str, subject: UUID | None, data: Mapping[str, Any]) -> Any:
    return subject if name == "subject" else data.get(name)


def _lock(ledger: Ledger, span: Span, ties: Iterable[Tie], township: Place) -> None:
    """Hold what two saves of the same tie share, so that the second looks after the first.

    That is the entries that are tied; where none is named, the township's stream.
    """
    places = [n for n, name in enumerate(span.of) if _is_entry(ledger, name)]
    if not places:
        Stream.objects.get_or_create(township=township)
        list(Stream.objects.select_for_update().filter(township=township))
        return
    keys = sorted({UUID(tie.key[n]) for tie in ties for n in places})
    for start in range(0, len(keys), _SLICE):
        rows = Entry.objects.select_for_update(of=("self",)).order_by("pk")
        list(rows.filter(pk__in=keys[start : start + _SLICE]).values_list("pk"))


def _is_entry(ledger: Ledger, name: str) -> bool:
    field = ledger.by_name.get(name)
    return name == "subject" or (field is not None and field.type == "entry")


def _stored(ledger: Ledger, span: Span, ties: Iterable[Tie]) -> Iterable[Tie]:
    """Present entries that share the first value with one of these."""
    first = span.of[0]
    wanted = sorted({tie.key[0] for tie in ties})
    rows = Entry.objects.present().filter(in_ledger(ledger.id))
    for start in range(0, len(wanted), _SLICE):
        part = wanted[start : start + _SLICE]
        if first == "subject":
            found = rows.filter(subject__in=[UUID(key) for key in part])
        else:
            found = rows.annotate(tied=FieldText(first)).filter(tied__in=part)
        for key, subject, data in found.values_list("pk", "subject_id", "data"):
            if tie := _tie(ledger, span, key, subject, data):
                yield tie
