"""What a sentence is heard against, and what is proposed. Values only; nothing here is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Kind = Literal["entry", "step", "end"]
Why = Literal["question", "future", "negation", "not_a_record"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that may be named: a village, or a group with the village above it.

    `also` are its former names, and what people call it.
    """

    code: str
    name: str
    level: str
    parent: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thing:
    """An entry of a register. `names` are what it is called; `kind` what sort of thing it is.

    home      the household that a person belongs to, with relation and sex
    is_person whether the names are of persons: given names and surnames then count too
    """

    id: str
    register: str
    names: tuple[str, ...]
    place: str
    kind: str = ""
    number: str = ""
    is_person: bool = False
    home: str = ""
    relation: str = ""
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """An open matter: what it is about (entries of registers) and the words of its own texts."""

    id: str
    ledger: str
    state: str
    place: str
    things: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who speaks. `village` is the code of the clerk's own village, "" for the township's."""

    village: str = ""
    duties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Heard:
    """A run of the sentence and what it was read as. `doubtful` asks the clerk to look."""

    start: int
    end: int
    text: str
    sort: Literal["place", "thing", "word", "day", "number"]
    means: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One thing, or one matter, that may be meant. `blocked`: the step does not lead on from there."""

    thing: str = ""
    case: str = ""
    place: str = ""
    blocked: bool = False
    person: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be saved if the clerk says so.

    `options` are ordered; `chosen` is None where more than one fits and the clerk has to pick.
    `values` are raw, as a form takes them, by name of the field; the day is among them too.
    """

    kind: Kind
    ledger: str
    step: str = ""
    to: str = ""
    options: tuple[Option, ...] = ()
    chosen: Option | None = None
    place: str = ""
    day: date | None = None
    day_field: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    doubts: Mapping[str, str] = field(default_factory=dict)
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as it was read: its pieces, what may be saved of it, or why nothing is."""

    text: str
    heard: tuple[Heard, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    why: Why | None = None
    # What the sentence would have been about, where it is no record.
    about: str = ""
