"""The atom of the product: a value with its unit, its standing and where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from qianxian_figures._period import Period


class Kind(StrEnum):
    """What a value says: a quantity, a share, growth against something, a place in a ranking."""

    LEVEL = "level"
    RATE = "rate"
    CHANGE = "change"
    RANK = "rank"


class Status(StrEnum):
    """Whether it is so, is to be so, or is expected to be so."""

    ACTUAL = "actual"
    PLAN = "plan"
    EXPECTED = "expected"


class Bound(StrEnum):
    """How exact the text says the value is."""

    EXACT = "exact"
    ABOUT = "about"
    OVER = "over"
    UNDER = "under"


@dataclass(frozen=True, slots=True)
class Span:
    """Where a figure stands in a text: 1-based line, character offsets in that line, the words."""

    document: str
    line: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The records that a figure was counted from: ask the engine's `trace` for them.

    `count` is the number of entries, which for a distinct or a sum differs from the value.
    """

    ledger: str
    count: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the places asked have said that they reported everything."""

    attested: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_full(self) -> bool:
        return not self.missing

    @property
    def expected(self) -> int:
        return len(self.attested) + len(self.missing)


@dataclass(frozen=True, slots=True)
class Figure:
    """A value of an indicator, or of a phrase in a text, for a place and a period.

    value   exact decimal, 万 and 亿 multiplied out, a percentage as 95.1; None means not known,
            which is never the same as 0
    high    the upper end of a range, else None
    unit    canonical, without 万 or 亿: 户 人 元 亩 % ...
    place   code of the place tree, or a name where the figure comes from a text
    as_of   number of the commit that the value was computed from; None for a text
    """

    measure: str
    value: Decimal | None
    unit: str
    indicator: str | None = None
    high: Decimal | None = None
    kind: Kind = Kind.LEVEL
    status: Status = Status.ACTUAL
    bound: Bound = Bound.EXACT
    place: str = ""
    period: Period | None = None
    as_of: int | None = None
    coverage: Coverage | None = None
    provenance: Span | Rows | None = None
    parts: tuple[Figure, ...] = field(default=())
