"""From what stands in a workbook to a ledger that may be meant; a person puts it right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from qianxian.imports.columns import plain
from qianxian.imports.inferring.design import (
    ALWAYS_PRIVATE,
    CHOSEN,
    LEFT,
    SENSITIVE,
    TYPES,
    Design,
    DesignField,
    is_about_disputes,
    with_names,
)
from qianxian.imports.inferring.looking import Seen, SeenColumn
from qianxian.imports.inferring.naming import field_name
from qianxian_packs import NUMBERS, UNITS

_YUAN = re.compile(r"[十百千万亿]*元")
_GROUP = re.compile(r"^(?:村民)?(?:小组|组别|组)(?:名|号)?$")
_WHOLE = re.compile(r"地址|住址|村组|属地|所在地")
_BIRTH = re.compile(r"出生|生日")
_WHEN = re.compile(r"日期|时间")
_TITLE = re.compile(r"姓名|户主|名称|项目|地点")
_KEY = re.compile(r"编号|编码|代码|户号|证号|文号|档案号")
# A ledger goes on from year to year, in one township: neither is part of its name.
_OF_NAME = re.compile(r"\d{4}年(?:度|上半年|下半年)?|^关于|\(.*?\)|（.*?）")
_SHEET = re.compile(r"(?:情况)?(?:统计|登记|汇总|明细|花名)?(?:表|册|簿)$")
_ID = re.compile(r"\d{17}[\dXx]|\d{15}")
_CARD = re.compile(r"62\d{14,17}")
_PHONE = re.compile(r"1[3-9]\d{9}")
# A column of which this share looks like numbers of persons is taken as one.
_LIKE = 0.2


def proposed(seen: Seen, file_name: str, line: str, township: str) -> Design:
    """The whole proposal. Names of fields come from their headers and stay."""
    columns = [_column(one) for one in seen.columns]
    columns = _one_place(columns)
    named = with_names(Design(columns=tuple(columns)), _names(columns))
    name = _name(seen.title, file_name, township)
    return replace(
        named,
        name=name,
        line=line,
        date=_date(named, seen),
        title=_title(named),
        key=_key(named, seen),
        is_never=is_about_disputes(name),
    )


def seen_again(design: Design, seen: Seen) -> Design:
    """The design after the workbook was read another way: what was settled for a header stays."""
    known = {one.source: one for one in design.columns if one.source}
    fresh = [known.get(one.label) or _column(one) for one in seen.columns]
    typed = [one for one in design.columns if not one.source]
    columns = [*fresh, *typed]
    named = with_names(replace(design, columns=tuple(columns)), _names(columns))
    kept = {field.name for field in named.fields}
    return replace(
        named,
        date=design.date if design.date in kept else _date(named, seen),
        title=design.title if design.title in kept else _title(named),
        key=design.key if design.key in kept else "",
    )


def _names(columns: Iterable[DesignField]) -> list[str]:
    found: list[str] = []
    for one in columns:
        found.append(one.name or field_name(one.label, found))
    return found


def _name(title: str, file_name: str, township: str) -> str:
    stem = re.sub(r"\s+", "", title) or file_name.rpartition(".")[0]
    own = _OF_NAME.sub("", stem.replace(township, ""))
    own = own if own.endswith(("台账", "底册")) else _SHEET.sub("", own)
    own = own[:28] or stem[:28]
    return own if own.endswith(("台账", "底册")) else f"{own}台账"


def _column(one: SeenColumn) -> DesignField:
    kind = _kind(one)
    is_private = kind in SENSITIVE or bool(looks_sensitive(one))
    return DesignField(
        source=one.label,
        kind=kind,
        label=one.name,
        unit=_unit(kind, one.unit),
        choices=one.choices if kind in CHOSEN else (),
        required=one.is_required and kind in TYPES,
        private=is_private and kind in TYPES,
    )


def _kind(one: SeenColumn) -> str:
    if one.is_serial or one.is_second:
        return LEFT
    last = plain(one.label).rpartition("/")[2]
    if _GROUP.match(last):
        return "group"
    if one.type == "place":
        return "place" if _WHOLE.search(last) else "village"
    if one.type == "money" and one.unit and not _YUAN.fullmatch(one.unit):
        return "number"
    return one.type if one.type in TYPES else "text"


def _unit(kind: str, unit: str) -> str:
    """Money is kept in 元 whatever the header says: the import reckons it over."""
    if kind not in NUMBERS or kind in ("money", "percent"):
        return ""
    return "" if unit == UNITS.get(kind) else unit


def _one_place(columns: Sequence[DesignField]) -> list[DesignField]:
    """Of several columns of villages the first is where the entry belongs; others are left."""
    found: list[DesignField] = []
    taken: set[str] = set()
    for one in columns:
        is_again = one.kind in ("village", "group", "place") and one.kind in taken
        found.append(replace(one, kind="text") if is_again else one)
        taken.add(one.kind)
    return found


def looks_sensitive(one: SeenColumn) -> str:
    """The type that the values of a column look like: id_card, bank_card, phone, or nothing.

    Numbers that Excel has damaged still look like what they were.
    """
    if one.type in SENSITIVE:
        return one.type
    total = sum(cell.count for cell in one.cells)
    if not total:
        return ""
    for kind, pattern in (("id_card", _ID), ("bank_card", _CARD), ("phone", _PHONE)):
        hits = sum(c.count for c in one.cells if pattern.search(_digits(c.value)))
        if hits >= _LIKE * total:
            return kind
    return ""


def _digits(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return re.sub(r"[\s\-]", "", str(value))


def must_be_private(kind: str, like: str) -> bool:
    """Whether a column may not be public whatever anybody says."""
    return kind in ALWAYS_PRIVATE or like in ALWAYS_PRIVATE


def _filled(field: DesignField, seen: Seen) -> int:
    column = seen.column(field.source)
    return column.filled if column else 0


def _date(design: Design, seen: Seen) -> str:
    """The day on which what is recorded happened: the date that most rows have."""
    days = [
        field
        for field in design.fields
        if field.kind == "date" and not field.private and not _BIRTH.search(field.label)
    ]
    days.sort(key=lambda f: (-_filled(f, seen), not _WHEN.search(f.label)))
    half = seen.rows / 2
    return next((field.name for field in days if _filled(field, seen) >= half), "")


def _title(design: Design) -> str:
    """What a list calls an entry."""
    texts = [f for f in design.fields if f.kind in ("text", "choice") and not f.private]
    named = [field for field in texts if _TITLE.search(field.label)]
    return next((field.name for field in [*named, *texts]), "")


def _key(design: Design, seen: Seen) -> str:
    """A number of which no two rows have the same."""
    for field in design.fields:
        column = seen.column(field.source)
        if column is None or field.private or not _KEY.search(field.label):
            continue
        if column.is_whole and column.filled == column.distinct == seen.rows > 1:
            return field.name
    return ""
