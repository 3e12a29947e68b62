"""What a returned workbook says that the ledger does not: the value that pages and services share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row
from qianxian_packs import Step


class Kind(StrEnum):
    """`changed` here only; `cleared` here; `conflict`: changed here and in the ledger."""

    CHANGED = "changed"
    CLEARED = "cleared"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence at its cell. `cell` is empty where it is about the whole row."""

    says: str
    cell: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One field of a row: what went out, what stands now, what came back; in words."""

    name: str
    label: str
    cell: str
    kind: Kind
    before: str
    now: str
    new: str
    value: Any
    who: str = ""


@dataclass(frozen=True, slots=True)
class StepWish:
    """A step that a row asks for. It is taken unless `faults` or `done` say why not."""

    step: Step
    values: dict[str, Any]
    reason: str
    cell: str
    faults: tuple[Fault, ...] = ()
    done: str = ""
    told: tuple[tuple[str, str], ...] = ()

    @property
    def is_ready(self) -> bool:
        return not self.faults and not self.done


@dataclass
class RowDiff:
    """A row of the sheet. `is_left`: nothing of it is taken but its step, for a reason that its
    faults name. `row` is what a new entry is made of."""

    number: int
    id: str
    title: str
    entry: Entry | None = None
    fields: list[FieldDiff] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    step: StepWish | None = None
    row: Row | None = None
    values: tuple[tuple[str, str], ...] = ()
    is_left: bool = False
    note: str = ""

    @property
    def is_new(self) -> bool:
        return self.row is not None

    @property
    def url(self) -> str:
        return self.entry.get_absolute_url() if self.entry else ""

    @property
    def conflicts(self) -> list[FieldDiff]:
        return [] if self.is_left else [f for f in self.fields if f.kind is Kind.CONFLICT]

    @property
    def says_something(self) -> bool:
        return bool(self.fields or self.faults or self.step or self.row)


@dataclass
class Diff:
    """`same` counts rows that say nothing new; `gone` are entries whose row was deleted."""

    rows: list[RowDiff] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    gone: list[Entry] = field(default_factory=list)
    same: int = 0

    @property
    def differing(self) -> list[RowDiff]:
        """Rows of which something may be taken."""
        return [r for r in self.rows if r.fields and not r.is_left]

    @property
    def changed(self) -> list[RowDiff]:
        """Rows of which something is taken unless the person says otherwise."""
        kinds = {r.id: {f.kind for f in r.fields} for r in self.differing}
        return [r for r in self.differing if Kind.CHANGED in kinds[r.id]]

    @property
    def conflicting(self) -> list[RowDiff]:
        return [r for r in self.rows if r.conflicts]

    @property
    def new(self) -> list[RowDiff]:
        return [r for r in self.rows if r.is_new]

    @property
    def faulty(self) -> list[RowDiff]:
        return [r for r in self.rows if r.faults]

    @property
    def steps(self) -> list[tuple[RowDiff, StepWish]]:
        return [(r, r.step) for r in self.rows if r.step]

    @property
    def has_anything(self) -> bool:
        ready = any(step.is_ready for _, step in self.steps)
        return bool(self.differing or self.new or ready)

    def token(self) -> str:
        """Changes as soon as anything does that the person who confirms has looked at."""
        text = "\n".join("|".join(map(str, part)) for part in self._parts())
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def _parts(self) -> Iterator[Sequence[object]]:
        for row in self.rows:
            step = row.step
            yield (
                row.number,
                row.id,
                row.entry.version if row.entry else 0,
                row.is_left,
                [(f.name, f.kind, f.now, f.new) for f in row.fields],
                (step.step.id, step.is_ready) if step else (),
            )
