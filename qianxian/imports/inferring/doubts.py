"""What in a workbook would not go into a design; told beside its column, since it may be right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from qianxian.imports.cells import NOTHING, says_nothing
from qianxian.imports.inferring.design import (
    CHOSEN,
    PLACES,
    SENSITIVE,
    TYPES,
    Design,
    DesignField,
)
from qianxian.imports.inferring.looking import Cell, Seen, SeenColumn
from qianxian.imports.inferring.proposing import looks_sensitive
from qianxian.imports.supposing import SUPPOSED, suppose
from qianxian.ledgers.masking import mask
from qianxian_packs import Field, FieldInvalid
from qianxian_tables import Places

_SHOWN = 3
_ANY_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Doubt:
    """A sentence about a column or the whole; `bad` counts the cells that would not come in."""

    says: str
    bad: int = 0


def doubts_of(column: DesignField, shown: SeenColumn, rows: int, places: Places) -> list[Doubt]:
    """What a person should look at before this column becomes one of the ledger."""
    if shown.is_second:
        return [Doubt("表里有两栏是这个表头，只导第一栏。两栏都要，先在表里改名再传。")]
    if column.kind in PLACES:
        return list(_of_villages(column, shown, places))
    if not column.is_field:
        return []
    try:
        field = column.field()
    except ValidationError:
        return []
    return [
        *_unread(field, shown),
        *_blank(column, shown, rows),
        *_choices(column, shown),
        *_about(column, shown),
    ]


def _unread(field: Field, shown: SeenColumn) -> Iterator[Doubt]:
    bad = [cell for cell in shown.cells if not _reads(field, cell, shown.unit)]
    if not bad:
        return
    count = sum(cell.count for cell in bad)
    more = "" if shown.is_whole else f"（看了最常见的 {len(shown.cells):,} 种写法）"
    says = f"{count:,} 格读不成{TYPES[field.type]}{more}：{_listed(field, bad)}。"
    yield Doubt(says + _advice(field), count)


def _advice(field: Field) -> str:
    if field.type in CHOSEN:
        return "要么加进选项，要么导的时候改。"
    return "这几行先不进，导的时候可以改；差得多就换个类型。"


def _listed(field: Field, cells: Sequence[Cell]) -> str:
    told = [f"{cell.at} “{shown_value(field, cell.value)}”" for cell in cells[:_SHOWN]]
    more = f"等 {len(cells)} 种" if len(cells) > _SHOWN else ""
    return "、".join(told) + more


def shown_value(field: Field | None, value: Any) -> str:
    text = " ".join(str(value).split())
    if field is not None and field.private:
        return mask(field, text)
    return text if len(text) <= 20 else f"{text[:20]}…"


def _reads(field: Field, cell: Cell, unit: str) -> bool:
    """Whether the import will take this value. What says nothing is no value."""
    value = cell.value
    if isinstance(value, str):
        text = value.strip()
        if says_nothing(field, text):
            return True
        value = text
    if field.type in SUPPOSED:
        # Where the year stands in the title, the import knows it; any will do here.
        value = suppose(field, value, unit, _ANY_YEAR).value
    try:
        field.parse(value)
    except FieldInvalid:
        return False
    return True


def _blank(column: DesignField, shown: SeenColumn, rows: int) -> Iterator[Doubt]:
    blank = rows - shown.filled
    if column.required and blank > 0:
        yield Doubt(f"必填，可是有 {blank:,} 行空着，这些行进不来。不是行行都有就别勾必填。", blank)


def _choices(column: DesignField, shown: SeenColumn) -> Iterator[Doubt]:
    if column.kind in CHOSEN and not shown.is_closed and column.choices == shown.choices:
        yield Doubt("选项是从表里看出来的，缺的请补上；以后还能加。")


def _about(column: DesignField, shown: SeenColumn) -> Iterator[Doubt]:
    if shown.is_hidden:
        yield Doubt("这一栏在表里是隐藏的，看看还要不要。")
    if column.kind == "money" and shown.unit and shown.unit != "元":
        yield Doubt(f"表里写的是{shown.unit}，存进来都换成元。")
    if column.kind == "money" and not shown.unit:
        yield Doubt("表头没写单位，当作元。")
    like = looks_sensitive(shown)
    if like and like != column.kind and column.kind != "text":
        yield Doubt(f"里面像是{SENSITIVE[like]}。")


def _of_villages(column: DesignField, shown: SeenColumn, places: Places) -> Iterator[Doubt]:
    if column.kind == "group":
        return
    bad = [cell for cell in shown.cells if not places.find(str(cell.value)).villages]
    bad = [cell for cell in bad if str(cell.value).strip() not in NOTHING]
    if bad:
        count = sum(cell.count for cell in bad)
        told = "、".join(f"{cell.at} “{shown_value(None, cell.value)}”" for cell in bad[:_SHOWN])
        yield Doubt(f"{count:,} 行的村名对不上：{told}。导的时候再改。", count)


def doubts_of_all(design: Design, seen: Seen) -> list[Doubt]:
    """About the ledger as a whole."""
    return list(_of_all(design, seen))


def _of_all(design: Design, seen: Seen) -> Iterator[Doubt]:
    kinds = {column.kind for column in design.columns}
    if not kinds & {"village", "place"}:
        says = (
            "没有村名这一栏，按标题行和分段里写的村名算。"
            if seen.has_village
            else "没有村名这一栏，标题里也没写。行导进来时不知道是哪个村，请指一栏。"
        )
        yield Doubt(says)
    if not design.date:
        yield Doubt("没有日期栏：不能按月报齐，也数不出哪个月多少。")
    left = [sheet.name for sheet in seen.sheets if sheet.role == "left"]
    if left:
        yield Doubt(f"{'、'.join(left)} 这{len(left)}张表没有用。要用，在下面改。")
    if design.key and (field := design.by_name(design.key)):
        yield from _repeated(design, field, seen)


def _repeated(design: Design, field: DesignField, seen: Seen) -> Iterator[Doubt]:
    shown = seen.column(field.source)
    if shown is None or design.is_key_by_place:
        return
    again = [cell for cell in shown.cells if cell.count > 1]
    if again:
        count = sum(cell.count - 1 for cell in again)
        told = "、".join(f"“{shown_value(None, cell.value)}”" for cell in again[:_SHOWN])
        yield Doubt(f"{field.label}有重复：{told}。重复的 {count:,} 行进不来。", count)
