"""The handover book: what hangs on a post, section by section.

A room above this one registers a builder in its app's `ready()`:

    from qianxian.core.people import book

    book.register(matters_of_post, hanging=count_of_post)

A builder answers for what this reader may see and gives None where it has nothing to say.
`hanging` counts without a reader what keeps a post from being closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from qianxian.core.models import Post, User


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that passes to the next holder. `is_late`: its day is over."""

    what: str
    url: str = ""
    due: date | None = None
    state: str = ""
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Things of one kind, soonest first. `total` counts also what is not listed."""

    title: str
    lines: tuple[Line, ...]
    total: int
    counts: tuple[tuple[str, int], ...] = ()
    none: str = "没有。"
    # Whether these are among what `hanging` counts.
    hangs: bool = True

    @property
    def late(self) -> int:
        return sum(line.is_late for line in self.lines)

    @property
    def hanging(self) -> int:
        return self.total if self.hangs else 0

    @property
    def left_out(self) -> int:
        return self.total - len(self.lines)


Builder = Callable[[Post, User, date], Section | None]
Counter = Callable[[Post, date], int]

_builders: list[Builder] = []
_counters: list[Counter] = []


def register(builder: Builder, *, hanging: Counter | None = None) -> None:
    """Called once a builder, when its room is ready; sections keep that order."""
    if builder not in _builders:
        _builders.append(builder)
        if hanging is not None:
            _counters.append(hanging)


def sections(post: Post, reader: User, on: date) -> list[Section]:
    """What hangs on the post first, what merely falls to it after."""
    found = [section for builder in _builders if (section := builder(post, reader, on))]
    return sorted(found, key=lambda section: not section.hangs)


def hanging(post: Post, on: date) -> int:
    """How much is open on the post, whoever asks."""
    return sum(counter(post, on) for counter in _counters)
