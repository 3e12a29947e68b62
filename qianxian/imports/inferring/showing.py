"""A design as its page shows it: each column with its values, doubts and faults."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from qianxian.core.models import Place
from qianxian.imports.inferring.design import CHOSEN, SENSITIVE, Design, DesignField
from qianxian.imports.inferring.doubts import Doubt, doubts_of, doubts_of_all, shown_value
from qianxian.imports.inferring.faults import DesignFault
from qianxian.imports.inferring.jobs import places_of
from qianxian.imports.inferring.looking import Seen, SeenColumn
from qianxian.imports.inferring.proposing import looks_sensitive
from qianxian.ledgers.masking import COVERED, mask
from qianxian_packs import Field

_SAMPLES = 4
ROW_WORDS: Mapping[str, str] = {
    "title": "标题",
    "header": "表头",
    "section": "分段",
    "subtotal": "小计",
    "total": "合计",
    "note": "说明",
    "signature": "签名",
    "data": "一条记录",
}


@dataclass(frozen=True, slots=True)
class ColumnView:
    """`n` is its position; `faults` go by the part of the form that they concern."""

    n: int
    column: DesignField
    where: str = ""
    samples: tuple[str, ...] = ()
    filled: str = ""
    doubts: tuple[Doubt, ...] = ()
    faults: Mapping[str, list[str]] = field(default_factory=dict)
    is_sensitive: bool = False
    is_retired: bool = False
    is_retirable: bool = False

    @property
    def id(self) -> str:
        return f"c{self.n}"

    @property
    def choices_text(self) -> str:
        return "\n".join(self.column.choices)

    @property
    def has_choices(self) -> bool:
        return self.column.kind in CHOSEN


def column_views(
    design: Design,
    seen: Seen | None,
    township: Place | None,
    faults: Sequence[DesignFault] = (),
    retired: Sequence[str] = (),
    old: Collection[str] = (),
) -> list[ColumnView]:
    """`old` are names of fields that are there already, and so may be retired."""
    places = places_of(township) if seen and township else None
    found = []
    for n, column in enumerate(design.columns):
        shown = seen.column(column.source) if seen and column.source else None
        found.append(
            ColumnView(
                n=n,
                column=column,
                where=_where(shown),
                samples=_samples(column, shown),
                filled=f"{shown.filled:,} 行有，{shown.distinct:,} 种" if shown else "",
                doubts=tuple(doubts_of(column, shown, seen.rows, places))
                if shown and seen and places
                else (),
                faults=_by_key(faults, n),
                is_sensitive=column.kind in SENSITIVE or bool(shown and looks_sensitive(shown)),
                is_retired=column.name in retired,
                is_retirable=column.name in old,
            )
        )
    return found


def _where(shown: SeenColumn | None) -> str:
    """C列, or where the sheets differ each with its own."""
    if shown is None:
        return ""
    letters = dict.fromkeys(shown.letters.values())
    if len(letters) == 1:
        return f"{next(iter(letters))} 列"
    return "、".join(f"{sheet} {letter} 列" for sheet, letter in shown.letters.items())


def _samples(column: DesignField, shown: SeenColumn | None) -> tuple[str, ...]:
    """What the column holds. What is private, or looks so, is covered for whoever looks on."""
    if shown is None:
        return ()
    cells = shown.cells[:_SAMPLES]
    like = looks_sensitive(shown)
    if not (column.private or like):
        return tuple(shown_value(None, cell.value) for cell in cells)
    masked = Field(name="x", label="x", type=like if like in SENSITIVE else "text", private=True)  # type: ignore[arg-type]
    return tuple(dict.fromkeys(mask(masked, str(cell.value).strip()) or COVERED for cell in cells))


def _by_key(faults: Sequence[DesignFault], n: int | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for fault in faults:
        if fault.column == n:
            found.setdefault(fault.key, []).append(fault.says)
    return found


def whole_faults(faults: Sequence[DesignFault]) -> dict[str, list[str]]:
    return _by_key(faults, None)


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A line of the list at the top, with the control that it leads to."""

    anchor: str
    says: str


def fault_lines(design: Design, faults: Sequence[DesignFault]) -> list[FaultLine]:
    lines = []
    for fault in faults:
        if fault.column is None:
            lines.append(FaultLine(f"#{fault.key}", fault.says))
            continue
        label = design.columns[fault.column].label or f"第 {fault.column + 1} 栏"
        says = fault.says if label in fault.says else f"{label}：{fault.says}"
        lines.append(FaultLine(f"#c{fault.column}-{fault.key}", says))
    return lines


def whole_doubts(design: Design, seen: Seen | None) -> list[Doubt]:
    return doubts_of_all(design, seen) if seen else []
