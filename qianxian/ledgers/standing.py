"""Where a matter stands after a save that is no step: a new entry, and a corrected one.

The flow's room is above this one, so it registers itself here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from qianxian.core.models import Commit, Place, User
from qianxian.ledgers.models import Entry
from qianxian.ledgers.states import EntryState
from qianxian_packs import Ledger


@dataclass(frozen=True, slots=True)
class Standing:
    """The state that a new matter has, the post that it waits for, until when, to whom it rose."""

    state: str = ""
    post: str = ""
    due_on: date | None = None
    risen: dict[str, str] = field(default_factory=dict)
    act: dict[str, Any] = field(default_factory=dict)


class Rules(Protocol):
    """What the room of matters knows."""

    def opened(self, ledger: Ledger, place: Place, on: date, values: Mapping[str, Any]) -> Standing:
        """Where a new entry stands that has these values."""
        ...

    def corrected(self, entry: Entry, state: EntryState, at: datetime) -> EntryState:
        """The state with its dates counted anew: a limit may hang on a field that was put right."""
        ...

    def guarded(
        self, entry: Entry, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> frozenset[str]:
        """Of the fields that a correction changes, those that somebody else must approve."""
        ...

    def check_undo(self, commit: Commit, *, by: User, at: datetime) -> None:
        """Raise where taking the commit back would be a way around the flow."""
        ...

    def check_removal(self, entry: Entry, going: Collection[UUID]) -> None:
        """Raise where a step was taken that rests on this entry."""
        ...


_rules: list[Rules] = []


def register(rules: Rules) -> None:
    """Called once, when the room of matters is ready."""
    _rules[:] = [rules]


def standing_of(ledger: Ledger, place: Place, on: date, values: Mapping[str, Any]) -> Standing:
    """Standing of a new entry of this ledger; empty for one without a flow."""
    if not ledger.flow or not _rules:
        return Standing()
    return _rules[0].opened(ledger, place, on, values)


def after_correction(entry: Entry, state: EntryState, at: datetime) -> EntryState:
    """The state of a corrected entry as it is to be stored."""
    if not entry.definition.flow or not _rules:
        return state
    return _rules[0].corrected(entry, state, at)


def guarded_by_flow(
    entry: Entry, before: Mapping[str, Any], after: Mapping[str, Any]
) -> frozenset[str]:
    """Fields of a matter that one person alone may not put right."""
    if not entry.definition.flow or not _rules:
        return frozenset()
    return _rules[0].guarded(entry, before, after)


def check_removal(entry: Entry, going: Collection[UUID]) -> None:
    """An entry on which a step of what it hangs on rests stays; `going` are all that go with it."""
    for rules in _rules if entry.parent_id else ():
        rules.check_removal(entry, going)


def check_undo(commit: Commit, *, by: User, at: datetime) -> None:
    for rules in _rules:
        rules.check_undo(commit, by=by, at=at)
