"""Columns of a workbook → fields of a ledger that exists, by what their headers say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from qianxian_packs import NUMBERS, Field, Ledger
from qianxian_tables._book import Book, letter
from qianxian_tables._headings import label_key
from qianxian_tables._infer import proposed
from qianxian_tables._places import Place, Places, as_places
from qianxian_tables._proposal import Column, Proposal
from qianxian_tables._survey import Surveyed, survey
from qianxian_tables._words import key

# Groups of words that mean the same in a header.
_SAME = (
    ("日期", "时间", "年月"),
    ("金额", "资金", "款", "补助", "补贴", "奖补"),
    ("姓名", "名字", "户主", "户主姓名"),
    ("电话", "手机", "联系电话", "联系方式", "手机号", "手机号码", "电话号码"),
    ("身份证", "身份证号", "身份证号码", "公民身份号码", "证件号码"),
    ("账号", "帐号", "银行账号", "银行卡号", "一卡通账号", "卡号"),
    ("类型", "类别", "种类", "性质"),
    ("数量", "个数", "数"),
    ("说明", "备注"),
    ("编号", "编码", "号"),
    ("面积", "亩数"),
    ("地点", "地址", "位置", "坐落"),
    ("村", "行政村", "村名", "所属村", "所在村", "村别", "填报单位"),
)
_SURE = 0.9
_UNSURE = 0.62
_FITS: Mapping[str, frozenset[str]] = {
    "date": frozenset({"date", "datetime"}),
    "boolean": frozenset({"boolean", "choice"}),
    "phone": frozenset({"phone"}),
    "id_card": frozenset({"id_card"}),
    "place": frozenset({"place"}),
}


@dataclass(frozen=True, slots=True)
class Known:
    """A field that columns are matched to: its id, its words, its type."""

    name: str
    words: tuple[str, ...]
    type: str
    unit: str | None
    choices: tuple[str, ...]
    is_required: bool


def matched(
    book: Book, surveyed: Sequence[Surveyed], definition: Proposal | Ledger, places: Places
) -> tuple[Column, ...]:
    """The workbook's columns, read by the definition: its types, lists and required fields.

    A proposal's own columns keep their names. A column of which nothing is known stays as it was
    inferred, with `field` empty; one that may be meant has `is_sure` false.
    """
    if isinstance(definition, Proposal):
        if _is_of(definition, surveyed):
            return definition.columns
        by_name = {label_key(column.name): column for column in definition.columns}
        columns = proposed(book, surveyed, places).columns
        return tuple(_as_before(column, by_name) for column in columns)
    fields = [_known(field) for field in definition.fields]
    return tuple(_by_fields(proposed(book, surveyed, places).columns, fields))


def match(
    book: Book, definition: Proposal | Ledger, places: Places | Iterable[Place]
) -> tuple[Column, ...]:
    """The same for a workbook, to be shown to a person before its rows are read.

    Errors: NoTable.
    """
    return matched(book, survey(book, wanted(definition)), definition, as_places(places))


def wanted(definition: Proposal | Ledger) -> list[str]:
    """Names that columns of the ledger's sheets should have."""
    if isinstance(definition, Proposal):
        return [column.name for column in definition.columns]
    return [field.label for field in definition.fields]


def _is_of(proposal: Proposal, surveyed: Sequence[Surveyed]) -> bool:
    """Whether the proposal was made of this very workbook, so that nothing is left to infer."""
    at = {(sheet, where) for column in proposal.columns for sheet, where in column.at.items()}
    headings = [(table.sheet.name, one) for table, _ in surveyed for one in table.headings]
    names = {label_key(column.name) for column in proposal.columns}
    return len(at) == len(headings) and all(
        (sheet, letter(one.column)) in at
        and names & {label_key(one.name), label_key(one.full_name)}
        for sheet, one in headings
    )


def _as_before(column: Column, known: Mapping[str, Column]) -> Column:
    before = known.get(label_key(column.name))
    if before is None:
        return replace(column, is_sure=False)
    is_closed = before.is_closed or column.is_closed
    choices = before.choices or column.choices
    return replace(before, at=column.at, choices=choices, is_closed=is_closed, unit=before.unit)


def _known(field: Field) -> Known:
    return Known(
        field.name,
        (field.label,),
        field.type,
        field.shown_unit or None,
        field.choices,
        field.required,
    )


def _by_fields(columns: Sequence[Column], fields: Sequence[Known]) -> Iterator[Column]:
    scores = sorted(
        (
            (_score(column, field), -index, number)
            for index, column in enumerate(columns)
            for number, field in enumerate(fields)
            if column.role != "serial"
        ),
        reverse=True,
    )
    taken: dict[int, tuple[Known, float]] = {}
    used: set[int] = set()
    for score, index, number in scores:
        if score >= _UNSURE and -index not in taken and number not in used:
            taken[-index] = fields[number], score
            used.add(number)
    for index, column in enumerate(columns):
        if index in taken:
            yield _as_field(column, *taken[index])
        else:
            yield column


def _as_field(column: Column, field: Known, score: float) -> Column:
    """Where the match is sure the field says how to read; else the values may mean another."""
    is_sure = score >= _SURE
    if not is_sure:
        return replace(column, field=field.name, is_sure=False)
    is_choice = field.type in ("choice", "multichoice")
    return replace(
        column,
        field=field.name,
        type=field.type if field.type in _READ else column.type,
        choices=field.choices if is_choice else column.choices,
        is_closed=is_choice,
        required=field.is_required or column.required,
    )


_READ = NUMBERS | {
    "text",
    "boolean",
    "date",
    "choice",
    "multichoice",
    "place",
    "phone",
    "id_card",
    "bank_card",
    "credit_code",
}


def _score(column: Column, field: Known) -> float:
    words = max(_likeness(name, word) for name in _names(column) for word in field.words)
    return words if _can_be(column, field) else words - 0.35


def _names(column: Column) -> tuple[str, ...]:
    last = column.name.rpartition("/")[2]
    return (last, column.name.replace("/", ""))


def _can_be(column: Column, field: Known) -> bool:
    if column.type in ("text", "choice") or field.type == "text":
        return True
    if column.type in NUMBERS:
        return field.type in NUMBERS
    return field.type in _FITS.get(column.type, {column.type, "choice", "multichoice"})


def _likeness(one: str, other: str) -> float:
    first, second = _bare(one), _bare(other)
    if first == second:
        return 1.0
    if _meaning(first) == _meaning(second):
        return 0.95
    from rapidfuzz import fuzz

    ratio = fuzz.ratio(_meaning(first), _meaning(second)) / 100
    inside = len(first) >= 2 and len(second) >= 2 and (first in second or second in first)
    return max(ratio * 0.85, 0.8 if inside else 0.0)


def _bare(name: str) -> str:
    """Without brackets, signs and 是否: what two headers must share."""
    plain = key(name).lower()
    plain = re.sub(r"[(\[【].*?[)\]】]", "", plain)
    return re.sub(r"[\W_]+|^是否|^有无", "", plain)


def _meaning(name: str) -> str:
    for number, group in enumerate(_SAME):
        if name in group:
            return f"<{number}>"
    for number, group in enumerate(_SAME):
        for word in sorted(group, key=len, reverse=True):
            if len(word) >= 2 and name.endswith(word):
                return f"{name.removesuffix(word)}<{number}>"
    return name
