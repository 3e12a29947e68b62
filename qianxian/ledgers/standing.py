"""Where a new matter stands. The flow's room is above this one, so it registers itself here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from qianxian.core.models import Place
from qianxian_packs import Ledger


@dataclass(frozen=True, slots=True)
class Standing:
    """The state that a new matter has, the post that it waits for, and until when."""

    state: str = ""
    post: str = ""
    due_on: date | None = None


Opener = Callable[[Ledger, Place, date], Standing]

_openers: list[Opener] = []


def register(opener: Opener) -> None:
    """Called once, when the room of matters is ready."""
    _openers[:] = [opener]


def standing_of(ledger: Ledger, place: Place, on: date) -> Standing:
    """Standing of a new entry of this ledger; empty for one without a flow."""
    if not ledger.flow or not _openers:
        return Standing()
    return _openers[0](ledger, place, on)
