"""What engines are asked and what they answer: exact parts, rows of a trace, changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from qianxian_engine._places import Mode, PlaceTree
from qianxian_engine._source import LedgerSource
from qianxian_figures import Period
from qianxian_packs import Catalogue

# Positions of indicator, place and period in a request.
Cell = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Request:
    """A block of cells: every indicator for every place and every period, as of a commit.

    Engines take flow and stock indicators only; `compute` takes a rate apart before it asks.
    """

    indicators: tuple[str, ...]
    places: tuple[str, ...]
    periods: tuple[Period, ...]
    as_of: int
    mode: Mode = "as_then"


@dataclass(frozen=True, slots=True)
class Parts:
    """What one cell adds up to, nothing rounded and nothing divided.

    rows     entries that the definition lets in
    value    count, sum, number of distinct values, or sum of the latest values; None where no
             entry that was let in holds a value
    persons  where the definition counts persons too: the sum of the register's field
    """

    rows: int
    value: Decimal | None
    persons: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TraceRow:
    """An entry behind a figure, the commit that gave it this form, and what it adds.

    `indicator` tells the two parts of a rate apart. `amount` is None where the entry was let in
    but holds no value, and 0 where another entry already stands for the same thing.
    """

    indicator: str
    entry: str
    from_commit: int
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an entry's part in a figure, and the commits in between that touched it.

    `before` or `after` is None where it held no part. `commits` is empty where the entry itself
    was not touched: its part changed because another entry took it over or gave it up.
    """

    indicator: str
    entry: str
    before: Decimal | None
    after: Decimal | None
    commits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a figure differs between two commits."""

    came: tuple[Change, ...]
    went: tuple[Change, ...]
    changed: tuple[Change, ...]


class Engine(Protocol):
    """Turns definitions and versions into exact parts. All engines give the same answers."""

    def parts(
        self, catalogue: Catalogue, request: Request, source: LedgerSource, tree: PlaceTree
    ) -> Mapping[Cell, Parts]:
        """Parts of every cell that has entries; a cell that is not in the answer has none."""

    def rows(
        self, catalogue: Catalogue, request: Request, source: LedgerSource, tree: PlaceTree
    ) -> Sequence[TraceRow]:
        """The entries behind the one cell of a request, by date and id."""
