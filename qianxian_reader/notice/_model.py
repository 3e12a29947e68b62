"""What is read out of a notice. Every value keeps where its words stand in the text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets into the text that was read: first character, and the one after the last."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Found:
    """A value as it is to be shown, and the words that it came from; `spans` is empty for one
    that was put together."""

    value: str
    spans: tuple[Span, ...] = ()


class Role(StrEnum):
    """Why a date stands in a notice."""

    DUE = "due"  # something is owed until then
    MEETING = "meeting"  # somebody has to be there
    RUN_END = "run_end"  # the last day of a stretch of days
    RECURRING = "recurring"  # the next of many days
    START = "start"
    ISSUED = "issued"
    REPLACED = "replaced"  # a day that the notice itself puts off
    CONDITIONAL = "conditional"  # counted from something that may happen
    THEIRS = "theirs"  # the issuer's own plan, or somebody else's duty
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Day:
    """A day that the text names; `hour` only where the text says one."""

    on: date
    hour: time | None
    span: Span
    sentence: Span
    role: Role


@dataclass(frozen=True, slots=True)
class NoticeRead:
    """A notice as read. `deadline` is one of `days`: the first on which something is owed.

    for_villages  the earlier day that whoever passed it on set for the villages
    to_villages   the text speaks to every village
    passed_on     the text passes a superior's message on
    list_class    only where the text itself says it
    """

    text: str
    issuer: Found | None
    number: Found | None
    title: Found | None
    issued_on: date | None
    deadline: Day | None
    for_villages: Day | None
    days: tuple[Day, ...]
    asks: tuple[Found, ...]
    attachments: tuple[Found, ...]
    addressee: Found | None
    acknowledge: Found | None
    list_class: Found | None
    to_villages: bool
    passed_on: bool
