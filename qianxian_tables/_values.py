"""One cell → the value of its column, with what was wrong with it or supposed about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from qianxian_packs import Field, FieldInvalid
from qianxian_tables._book import Value
from qianxian_tables._dates import day
from qianxian_tables._kinds import parts_of
from qianxian_tables._numbers import TOO_LARGE, Amount, amount, from_number, in_unit
from qianxian_tables._places import Places
from qianxian_tables._proposal import Column
from qianxian_tables._words import (
    ERRORS,
    NO,
    YES,
    compact,
    is_not_yet,
    is_nothing,
    key,
    scaled,
)

Fact: TypeAlias = str | bool | Decimal | tuple[str, ...] | None
REJECTING = frozenset(
    [
        "bad_date",
        "bad_number",
        "bad_id_card",
        "damaged_id",
        "bad_choice",
        "unknown_place",
        "missing",
        "duplicate",
        "suspect_unit",
    ]
)
_DAMAGED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")
# A float holds 15 digits; what is longer has lost the others.
_SAFE_DIGITS = 15
# So much of a cell that is no quantity is told.
_SHOWN = 24
_WHOLE_TOWNSHIP = re.compile(r"(?:全|本)[乡镇县]|各村|所有村|[乡镇]?本级|[乡镇]直(?:机关|单位)?")
_PRIVATE_USE = re.compile(r"[\ue000-\uf8ff\ufffd□]")


@dataclass(frozen=True, slots=True)
class Fault:
    """A code and a finished Chinese sentence. Whether it holds the row back, the code says."""

    code: str
    message: str

    @property
    def rejects(self) -> bool:
        return self.code in REJECTING


@dataclass(frozen=True, slots=True)
class Reading:
    """What one cell says. `villages` are named by a place; `bare` is a number without a unit."""

    value: Fact = None
    faults: tuple[Fault, ...] = ()
    villages: tuple[str, ...] = ()
    bare: Decimal | None = None


EMPTY = Reading()


class Reader:
    """Reads the cells of one column of one sheet. `unit` is what that sheet's header says."""

    def __init__(self, column: Column, unit: str, places: Places, year: int | None = None) -> None:
        self._column, self.unit, self._places = column, unit, places
        self._keys = {key(choice): choice for choice in column.choices}
        self._field = _field_of(column)
        self._cache: dict[tuple[Value, type, int | None], Reading] = {}
        self._read: Callable[[Value, str], Reading] = _WAYS.get(column.type, Reader._text).__get__(
            self
        )
        self._year = year

    def read(self, raw: Value, year: int | None, *, is_percent: bool = False) -> Reading:
        if is_percent and isinstance(raw, int | float):
            return Reading(from_number(raw) * 100)
        self._year = year
        known = (raw, type(raw), year)
        reading = self._cache.get(known)
        if reading is None:
            if len(self._cache) > 5_000:
                self._cache.clear()
            reading = self._cache[known] = self._fresh(raw)
        return reading

    def _fresh(self, raw: Value) -> Reading:
        if raw is None:
            return EMPTY
        text = _plain_text(raw)
        plain = compact(text)
        if plain in ERRORS:
            return self.error(plain)
        if not plain or (is_nothing(plain) and not self._means_no(plain)):
            return EMPTY
        return self._read(raw, text)

    def error(self, shown: str) -> Reading:
        return self._fault("formula_error", f"公式出错，显示 {shown}，按没有填处理")

    def _means_no(self, plain: str) -> bool:
        """无 is an answer where yes or no is asked, or where the list holds it."""
        return key(plain) in self._keys or (self._column.type == "boolean" and plain in NO)

    def _fault(self, code: str, says: str) -> Reading:
        return Reading(None, (Fault(code, f"{self._column.name}：{says}。"),))

    def _placeholder(self, text: str) -> Reading:
        return self._fault("placeholder", f"写的是“{text}”，按还没有处理")

    def _text(self, raw: Value, text: str) -> Reading:
        shown = _shown(raw) if not isinstance(raw, str) else text
        if _PRIVATE_USE.search(shown):
            rare = Fault("rare_character", f"{self._column.name}：有一个字显示不出来，请核对。")
            return Reading(shown, (rare,))
        return Reading(shown)

    def _boolean(self, raw: Value, text: str) -> Reading:
        plain = compact(text)
        if isinstance(raw, bool) or plain in YES | NO:
            return Reading(raw if isinstance(raw, bool) else plain in YES)
        if re.match(r"(?:是|有|已)(?![否无])", plain):
            return Reading(True)  # noqa: FBT003 - the value itself
        if is_not_yet(plain) or re.match(r"否|无|不|没", plain):
            return Reading(False)  # noqa: FBT003 - the value itself
        return self._fault("bad_choice", f"写的是“{text}”，这里写 是 或 否")

    def _choice(self, raw: Value, text: str) -> Reading:
        text = _shown(raw) if not isinstance(raw, str) else text
        found = self._keys.get(key(text))
        if found:
            return Reading(found, self._respelled(text, found))
        if not self._column.is_closed:
            return Reading(text)
        if is_not_yet(compact(text)):
            return self._placeholder(text)
        return self._fault(
            "bad_choice", f"没有“{text}”这一项，只有 {'、'.join(self._column.choices[:12])}"
        )

    def _respelled(self, text: str, found: str) -> tuple[Fault, ...]:
        if compact(text) == compact(found):
            return ()
        return (Fault("script", f"{self._column.name}：“{text}”按“{found}”处理。"),)

    def _choices(self, raw: Value, text: str) -> Reading:
        whole = self._keys.get(key(text))
        parts = [whole] if whole else parts_of(text)
        found: list[str] = []
        faults: list[Fault] = []
        for part in parts:
            one = self._choice(part, part)
            faults += one.faults
            if isinstance(one.value, str):
                found.append(one.value)
        if any(fault.rejects for fault in faults):
            return Reading(None, tuple(faults))
        return Reading(tuple(dict.fromkeys(found)) or None, tuple(faults))

    def _date(self, raw: Value, text: str) -> Reading:
        found = day(raw, self._year)
        if found:
            return Reading(
                found.text, tuple(self._date_note(note, text, found.text) for note in found.notes)
            )
        if isinstance(raw, str) and is_not_yet(compact(text)):
            return self._placeholder(text)
        return self._fault("bad_date", f"“{text}”不是一个日期，请写成 2024-3-5 这样")

    def _date_note(self, note: str, text: str, became: str) -> Fault:
        says = {
            "year_assumed": f"“{text}”没有写年份，按表里的年份读作 {became}",
            "date_partial": f"“{text}”没有写到日，读作 {became}",
            "two_digit_year": f"“{text}”的年份是两位，读作 {became}",
            "date_order": f"“{text}”的月和日可能颠倒，读作 {became}",
            "serial_date": f"{text} 是 Excel 的日期数，读作 {became}",
        }[note]
        return Fault(note, f"{self._column.name}：{says}。")

    def _number(self, raw: Value, text: str) -> Reading:
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return self._amount(Amount(from_number(raw)), text)
        if isinstance(raw, bool | date | datetime):
            return self._fault("bad_number", f"“{text}”不是一个数")
        found = amount(text)
        if found:
            return self._amount(found, text)
        if is_not_yet(compact(text)):
            return self._placeholder(text)
        return self._fault("bad_number", f"“{text}”不是一个数，请写数字")

    def _amount(self, found: Amount, text: str) -> Reading:
        is_money = self._column.type == "money"
        target = self._target()
        written = found.unit
        if not written:
            written = target if found.is_scaled and is_money else self.unit or target
        value = found.value if not written else in_unit(found.value, written, target or written)
        if value is None:
            return self._fault(
                "bad_number", f"“{text}”的单位是{found.unit}，这一栏的单位是{target}"
            )
        if abs(value) >= TOO_LARGE:
            shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
            return self._fault("bad_number", f"“{shown}”太大，不像是数量，请核对")
        faults = []
        if found.is_about:
            faults.append(
                Fault("approximate", f"{self._column.name}：“{text}”是约数，按 {value:f} 记。")
            )
        if (found.unit and written != self.unit) or found.is_scaled:
            faults.append(Fault("unit_in_cell", f"{self._column.name}：“{text}”按 {value:f} 记。"))
        bare = None if found.unit or found.is_scaled else found.value
        return Reading(value, tuple(faults), (), bare)

    def _target(self) -> str:
        """The unit that values are kept in: money always in 元, a price without its 万."""
        if self._column.type != "money":
            return self._column.unit or self.unit
        return scaled(self.unit)[1] or "元"

    def _place(self, raw: Value, text: str) -> Reading:
        found = self._places.find(text)
        if found.villages:
            notes: tuple[Fault, ...] = ()
            if not found.is_own_name:
                shown = found.shown if isinstance(found.shown, str) else "、".join(found.shown)
                notes = (Fault("spelling", f"{self._column.name}：“{text}”就是{shown}。"),)
            return Reading(found.shown, notes, found.villages)
        if upper := self._places.upper(text):
            return Reading(upper)
        if _WHOLE_TOWNSHIP.fullmatch(compact(text)):
            return Reading(text)
        near = self._places.near(text)
        hint = f"，是不是{near}？请改或把它加为别名" if near else "，请核对"
        return self._fault("unknown_place", f"没有“{text}”这个村{hint}")

    def _id_card(self, raw: Value, text: str) -> Reading:
        plain = compact(text).upper()
        if isinstance(raw, float) or _DAMAGED.fullmatch(plain):
            return self._damaged()
        if isinstance(raw, int) and len(str(raw)) > _SAFE_DIGITS:
            return self._damaged()
        digits = re.sub(r"[^\dX]", "", plain)
        try:
            return Reading(self._field.parse(digits or plain))
        except FieldInvalid as error:
            return Reading(None, (Fault("bad_id_card", str(error)),))

    def _damaged(self) -> Reading:
        return self._fault("damaged_id", "存成了数字，后几位已被 Excel 改成 0，请照原件重新填写")

    def _bank_card(self, raw: Value, text: str) -> Reading:
        plain = compact(text).upper()
        if _DAMAGED.fullmatch(plain) or (
            isinstance(raw, int | float) and len(str(int(raw))) > _SAFE_DIGITS
        ):
            return self._damaged()
        digits = re.sub(r"\D", "", _shown(raw) if not isinstance(raw, str) else plain)
        if not digits:
            return self._placeholder(text) if is_not_yet(plain) else self._unusable(text)
        return Reading(digits)

    def _unusable(self, text: str) -> Reading:
        return self._fault("bad_number", f"“{text}”不是号码")

    def _phone(self, raw: Value, text: str) -> Reading:
        plain = _shown(raw) if not isinstance(raw, str) else re.sub(r"[\s.]", "", compact(text))
        try:
            return Reading(self._field.parse(plain).replace("-", ""))
        except FieldInvalid as error:
            if is_not_yet(compact(text)):
                return self._placeholder(text)
            return Reading(None, (Fault("bad_phone", str(error)),))

    def _credit_code(self, raw: Value, text: str) -> Reading:
        return Reading(compact(text).upper())


_WAYS: Mapping[str, Any] = {
    "boolean": Reader._boolean,
    "choice": Reader._choice,
    "multichoice": Reader._choices,
    "date": Reader._date,
    "place": Reader._place,
    "id_card": Reader._id_card,
    "bank_card": Reader._bank_card,
    "credit_code": Reader._credit_code,
    "phone": Reader._phone,
    **dict.fromkeys(
        ("integer", "number", "money", "area", "length", "mass", "percent"), Reader._number
    ),
}


def _field_of(column: Column) -> Field:
    kind = column.type if column.type in ("id_card", "phone") else "text"
    return Field.model_validate({"name": "value", "label": column.name[:500], "type": kind})


def _plain_text(raw: Value) -> str:
    return raw.strip().lstrip("'‘’") if isinstance(raw, str) else _shown(raw)


def _shown(raw: Value) -> str:
    """A cell that is no text, as a clerk sees it: 12, 12.5, 2024-03-05."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        return f"{from_number(raw):f}"
    return raw.isoformat() if isinstance(raw, date | datetime) else str(raw)
