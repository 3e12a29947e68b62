"""The columns of a village's workbook: which may be filled, with what, and what stands in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Post
from qianxian.imports.columns import subject_fields
from qianxian.ledgers.checks import step_fields
from qianxian.ledgers.display import Names, state_label, value_of
from qianxian.ledgers.masking import mask
from qianxian.ledgers.models import Entry
from qianxian_packs import Field, Flow, Ledger, Step

KEY, GROUP, NOW, STEP, REASON = "key", "group", "now", "step", "reason"
_LEFT_OUT = ("file", "photo", "point", "campaign")
YES_NO = ("是", "否")


@dataclass(frozen=True, slots=True)
class Column:
    """`target` says what it is, in a hidden row of the sheet; `field` the one that it shows.

    `opens` tells where it may be filled: "rows", "new" (rows that are added), "step" (rows whose
    next step asks for it) or nowhere.
    """

    target: str
    label: str
    opens: str = ""
    field: Field | None = None
    choices: tuple[str, ...] = ()
    is_required: bool = False

    @property
    def header(self) -> str:
        unit = self.field.shown_unit if self.field else ""
        return f"{self.label}{f'（{unit}）' if unit else ''}{'*' if self.is_required else ''}"

    @property
    def name(self) -> str:
        return self.target.partition(":")[2]


@dataclass(frozen=True)
class Layout:
    """What the sheet of one ledger and village looks like."""

    ledger: Ledger
    village: Place
    groups: tuple[Place, ...]
    steps: tuple[Step, ...]
    columns: tuple[Column, ...] = ()
    by_target: Mapping[str, Column] = field(default_factory=dict)

    @property
    def takes_new(self) -> bool:
        return self.ledger.place in ("village", "group")

    @cached_property
    def known_by(self) -> tuple[str, ...]:
        """Targets of the columns that tell whom a row is about, in their order."""
        own = [f"field:{n}" for n in self.ledger.key]
        return tuple(t for t in self.by_target if t.startswith("subject:") or t in own)

    def steps_from(self, state: str) -> list[Step]:
        return [step for step in self.steps if state in step.from_]

    def opens_at(self, column: Column, state: str) -> bool:
        """Whether a cell of a stored entry in this state may be filled."""
        if column.opens != "step":
            return column.opens == "rows"
        steps = self.steps_from(state)
        if column.target in (STEP, REASON):
            return bool(steps)
        return any(column.name in (*step.needs, *step.sets) for step in steps)


def layout_of(ledger: Ledger, village: Place) -> Layout:
    groups = tuple(
        Place.objects.filter(parent=village, level=Place.Level.GROUP, valid_to__isnull=True)
    )
    bare = Layout(ledger, village, groups, _steps(ledger, village))
    columns = (*_who(bare), *_fields(bare), *_step_columns(bare), Column(KEY, "编号（请不要动）"))
    return Layout(ledger, village, groups, bare.steps, columns, {c.target: c for c in columns})


def flow_of(ledger: Ledger) -> Flow | None:
    return catalogue().flows.get(ledger.flow or "")


def _steps(ledger: Ledger, village: Place) -> tuple[Step, ...]:
    """The steps that a post of the village may take."""
    flow = flow_of(ledger)
    if flow is None:
        return ()
    own = Post.objects.standing().filter(place__path__startswith=village.path)
    duties = set(own.values_list("duty", flat=True))
    return tuple(step for step in flow.steps if step.role in duties)


def _who(layout: Layout) -> list[Column]:
    ledger, found = layout.ledger, []
    register = catalogue().ledgers.get(ledger.subject or "")
    if register is not None:
        for name in subject_fields(register):
            known = register.by_name[name]
            must = name in register.key or not register.key
            found.append(Column(f"subject:{name}", known.label, "new", is_required=must))
    if layout.groups:
        names = tuple(group.name for group in layout.groups)
        opens = "new" if register else "rows"
        must = ledger.place == "group" and register is None
        found.append(Column(GROUP, "组", opens, choices=names, is_required=must))
    return found


def _fields(layout: Layout) -> list[Column]:
    ledger, by_steps = layout.ledger, step_fields(layout.ledger)
    own = _asked(layout.steps)
    found = []
    for known in ledger.fields:
        if known.type in _LEFT_OUT or (known.name in own and not known.private):
            continue
        if known.private:
            found.append(Column(f"private:{known.name}", known.label, field=known))
        elif known.name in by_steps:
            found.append(Column(f"locked:{known.name}", known.label, field=known))
        else:
            found.append(_open(known, "field", "rows", is_required=known.required))
    return found


def _open(known: Field, kind: str, opens: str, *, is_required: bool = False) -> Column:
    choices = YES_NO if known.type == "boolean" else known.choices
    listed = () if known.type == "multichoice" else tuple(choices)
    return Column(f"{kind}:{known.name}", known.label, opens, known, listed, is_required)


def _asked(steps: Sequence[Step]) -> dict[str, None]:
    """Fields that these steps ask for, in their order."""
    return dict.fromkeys(name for step in steps for name in (*step.needs, *step.sets))


def _step_columns(layout: Layout) -> list[Column]:
    ledger = layout.ledger
    if not ledger.flow:
        return []
    found = [Column(NOW, "现在办到")]
    if not layout.steps:
        return found
    labels = tuple(dict.fromkeys(step.label for step in layout.steps))
    found.append(Column(STEP, "这次办哪一步", "step", choices=labels))
    for name in _asked(layout.steps):
        known = ledger.by_name[name]
        if known.type not in _LEFT_OUT and not known.private:
            found.append(_open(known, "step", "step"))
    return [*found, Column(REASON, "理由（要写时写）", "step")]


# ---- what stands in a cell ----


@dataclass(frozen=True)
class Shown:
    """What a cell needs beside the entry: names of what it points to, private values in clear."""

    names: Names
    private: Mapping[str, str] = field(default_factory=dict)


def cell_of(
    layout: Layout,
    column: Column,
    data: Mapping[str, Any],
    *,
    place: Place,
    subject: Entry | None,
    state: str,
    shown: Shown,
) -> Any:
    """The value as it is written into the sheet, None for an empty cell."""
    kind, name = column.target.partition(":")[::2]
    if kind == "subject":
        value = subject.data.get(name) if subject else None
        return None if value is None else str(value)
    if kind == GROUP:
        return place.name if place.level == Place.Level.GROUP else None
    if kind == NOW:
        return state_label(layout.ledger, state)
    if kind == "private":
        text = shown.private.get(name)
        return mask(column.field, text) if text and column.field else None
    if column.field is None:
        return None
    return plain_value(value_of(column.field, data, shown.names))


def plain_value(value: Any) -> Any:
    """Numbers and days as a cell holds them; all else as text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def alike(one: Any, other: Any) -> bool:
    """Whether two cells say the same: blanks, dates as texts and 3.0 for 3 do not count."""
    return _comparable(one) == _comparable(other)


def _comparable(value: Any) -> str:
    if isinstance(value, datetime):
        return (
            f"{value:%Y-%m-%d}" if value.time() == value.min.time() else f"{value:%Y-%m-%d %H:%M}"
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else "".join(str(value).split())
