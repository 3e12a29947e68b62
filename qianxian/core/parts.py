"""What a view hands to a component: frozen values, so that a page cannot forget a part.

Templates take them through the tags of `{% load look %}`; docs/manual/look.md lists which.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


def undo(url: str) -> str:
    """`messages.success(request, text, extra_tags=undo(url))` gives the message its 撤回."""
    return f"undo:{url}"


@dataclass(frozen=True, slots=True)
class Link:
    """A word and where it leads; `current` for the tab or page that is open."""

    label: str
    url: str
    current: bool = False
    count: int | None = None
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """What a step needs: `have` ✓, `lack` ◌, `stop` ⊘ (not now, and when)."""

    text: str
    state: str = "lack"
    url: str = ""


@dataclass(frozen=True, slots=True)
class NextStep:
    """A button on the left, what it needs on the right. It stays when it cannot be pressed."""

    label: str
    url: str = ""
    needs: tuple[Need, ...] = ()
    primary: bool = False
    disabled: bool = False
    post: bool = False
    name: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """A knot of the timeline. `state` is done, now, or next; photos are links to files."""

    text: str
    when: date | datetime | None = None
    who: str = ""
    state: str = "done"
    note: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a flow's line of stages: done, current, or ahead (empty)."""

    label: str
    note: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class MatterRow:
    """A matter in a list: what, until when, where it stands, and the one button."""

    title: str
    url: str
    due: date | datetime | None = None
    note: str = ""
    meta: tuple[str, ...] = ()
    covering: bool = False
    stuck: str = ""
    action: str = ""
    action_url: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """A running time limit.

    `cells` is one word per day: past, today, paused, or empty for what is ahead.
    `confirmed` False prints 未核实 beside the basis.
    """

    due: date | datetime
    cells: tuple[str, ...] = ()
    starts: date | None = None
    how: str = ""
    holidays: str = ""
    paused: str = ""
    basis: str = ""
    overdue: str = ""
    stuck: str = ""
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class FindingCard:
    """A finding: severity error, warn or info; old → new only where certain."""

    title: str
    reason: str = ""
    severity: str = "warn"
    code: str = ""
    number: int | None = None
    old: str = ""
    new: str = ""
    fix_url: str = ""
    dismiss_url: str = ""
    undo_url: str = ""
    anchor: str = ""
    done: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a bar list: name, value as a number, value as written."""

    label: str
    value: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """A course over time with its plan.

    The title says the finding; `sub` says what, unit and period. A None in `values` is a gap,
    never a zero. `plan` is as long as `labels`; `done` and `due` word the labels at the end.
    """

    title: str
    sub: str
    labels: tuple[str, ...]
    values: tuple[Decimal | None, ...]
    plan: tuple[Decimal | None, ...] = ()
    target: Decimal | None = None
    unit: str = ""
    source: str = ""
