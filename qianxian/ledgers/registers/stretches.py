"""The stretches of days in which an entry of a register stood, and under which place.

Kept oldest first as `{from, to, why, place}`: what is left out is open, or the place of the entry
itself. `to` is the first day without it. No stretch at all means that it always stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

Stretch = dict[str, str]
Stretches = tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """One stretch as people read it. `why` says why it ended, `back` why it was there again."""

    first: date | None
    gone: date | None
    why: str = ""
    back: str = ""
    place: str = ""


def read(stretches: Iterable[Stretch]) -> list[Stay]:
    """Oldest first; one without days where the entry always stood."""
    found = [
        Stay(
            _day(each.get("from")),
            _day(each.get("to")),
            each.get("why", ""),
            each.get("back", ""),
            each.get("place", ""),
        )
        for each in stretches
    ]
    return found or [Stay(None, None)]


def gone_by(stretches: Sequence[Stretch], day: date) -> Stay | None:
    """The stretch that was over on that day with none after it: what happened on the last day may
    still be about it. None for a day before the first stretch: it was not gone, only unknown."""
    before = [s for s in read(stretches) if s.first is None or s.first <= day]
    last = before[-1] if before else None
    return last if last and last.gone and last.gone < day else None


def since(stretches: Sequence[Stretch]) -> date | None:
    """The first day of the stretch that is the last one."""
    return read(stretches)[-1].first


def ended(stretches: Stretches, on: date, why: str) -> Stretches:
    """`on` is the first day without it."""
    last = stretches[-1] if stretches else {}
    return (*stretches[:-1], {**last, "to": on.isoformat(), "why": why})


def begun(stretches: Stretches, on: date, why: str) -> Stretches:
    """It stands again from this day on."""
    return (*stretches, {"from": on.isoformat(), "back": why})


def moved(stretches: Stretches, on: date, old_place: str, why: str) -> Stretches:
    """From this day on it stands under another place; one that has ended stays where it was."""
    if stretches and "to" in stretches[-1]:
        return stretches
    last = {**(stretches[-1] if stretches else {}), "place": old_place}
    return begun((*stretches[:-1], {**last, "to": on.isoformat(), "why": why}), on, why)


def moved_back(stretches: Stretches) -> tuple[Stretches, str]:
    """As if the last move had not been, and the place of then."""
    *earlier, before, last = stretches
    place = before["place"]
    kept = {k: v for k, v in before.items() if k not in ("to", "why", "place")}
    kept |= {k: v for k, v in last.items() if k in ("to", "why")}
    return (*earlier, *([kept] if kept or earlier else [])), place


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
