"""Ledgers and registers: what is recorded, with checks between fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field as Setting
from pydantic import WithJsonSchema, field_validator

from qianxian_packs._base import Definition, Id, Words
from qianxian_packs._expression import Expression
from qianxian_packs._field import Field
from qianxian_packs._nodes import Type

Level = Literal["county", "township", "village", "group"]

# What every entry has beside the fields of its ledger.
COMMON_COLUMNS: Mapping[str, Type] = {
    "place": Type.TEXT,
    "subject": Type.TEXT,
    "state": Type.TEXT,
    "campaign": Type.TEXT,
}
# No field is called so: columns that versions have beside the fields, in engines and lake.
RESERVED = frozenset(COMMON_COLUMNS) | frozenset(
    ["entry", "on", "deleted", "from_commit", "to_commit", "episodes", "stood_from", "stood_to"]
)

_ONE_OR_SEVERAL = WithJsonSchema(
    {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
)


class CheckText(Definition):
    """A check as it is written: `require` an expression, `says` the sentence when it fails."""

    require: Words
    says: Words


class Span(Definition):
    """A dated tie: of the entries with the same values in `of` no two may overlap in time.

    `to` empty means still standing; the day on which one ends is the first without it, as in
    figures, so that the next may begin on it. `why` is the field that says why a tie ended, so
    that one can be ended with what it ties.
    """

    of: tuple[str, ...] = Setting(min_length=1)
    from_: str = Setting(alias="from")
    to: str
    says: Words
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A check between fields of one entry."""

    require: Expression
    says: str

    def failed(self, row: Mapping[str, Any]) -> bool:
        """True only where all that it compares is present and it does not hold."""
        return self.require.evaluate(row) is False


class Ledger(Definition):
    """What is recorded. With `register` it holds lasting things with an identity.

    place   finest level that an entry must name
    people  a register of persons or households: a ledger with `profile: never` may not point to it
    date    the field that says into which period an entry falls
    key     fields (or subject, place) of which no second entry may have the same
    raises  ledgers with a flow whose entries may be opened from an entry of this one
    parent  the ledger, or several, on whose entry an entry of this one hangs
    span    dated ties that may not overlap
    ends    of a register: for which reasons an entry stops standing
    changes, approve  a correction waits until somebody else approves it: of these fields, of all
                      where none is named
    retired   fields that are asked for no more; what entries hold in them stays in their history
    archived  nothing new is recorded; what is there stays, and counts
    """

    id: Id
    line: Id
    name: Words
    basis: str = ""
    is_register: bool = Setting(default=False, alias="register")
    people: bool = False
    subject: str | None = None
    place: Level = "village"
    date: str | None = None
    period: Literal["month", "quarter", "year"] | None = None
    visibility: Literal["internal", "village_notice", "public"] = "internal"
    profile: Literal["shown", "never"] = "shown"
    find_by: tuple[Literal["name", "number", "place"], ...] = ()
    flow: str | None = None
    key: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    raises: tuple[str, ...] = ()
    span: Span | None = None
    ends: tuple[Words, ...] = ()
    changes: Literal["free", "approved"] = "free"
    approve: tuple[str, ...] = ()
    parents: Annotated[tuple[str, ...], _ONE_OR_SEVERAL] = Setting(default=(), alias="parent")
    fields: tuple[Field, ...] = Setting(min_length=1)
    check_texts: tuple[CheckText, ...] = Setting(default=(), alias="checks")
    retired: tuple[Field, ...] = ()
    archived: bool = False

    @field_validator("parents", mode="before")
    @classmethod
    def _read_parents(cls, raw: Any) -> Any:
        if isinstance(raw, str):
            return (raw,)
        return tuple(raw) if isinstance(raw, list) else raw

    @cached_property
    def columns(self) -> Mapping[str, Type]:
        """Everything that an expression about an entry may name."""
        own = {f.name: f.expression_type for f in self.fields}
        known = {name: kind for name, kind in own.items() if kind is not None}
        return MappingProxyType({**COMMON_COLUMNS, **known})

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        return tuple(
            Check(Expression.parse(c.require, self.columns), c.says) for c in self.check_texts
        )

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return MappingProxyType({field.name: field for field in self.fields})

    @cached_property
    def open_days(self) -> frozenset[str]:
        """Names of the date fields that are not private, so that anything may reckon with them."""
        return frozenset(f.name for f in self.fields if f.type == "date" and not f.private)

    @cached_property
    def guarded(self) -> frozenset[str]:
        """Names of the fields of which a correction waits until somebody else approves it."""
        if self.changes == "free":
            return frozenset()
        return frozenset(self.approve or self.by_name)

    @property
    def holds_people(self) -> bool:
        """Whether entries are persons or households, also where `people` was forgotten."""
        return self.people or any(field.type == "id_card" for field in self.fields)
