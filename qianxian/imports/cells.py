"""One cell of a table: what it says for its field, and what is to be told of it.

A column holds the same few words and days over and over, so cells that say the same are read once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from qianxian.imports.grid import Match
from qianxian.imports.supposing import SUPPOSED, suppose
from qianxian.ledgers.masking import mask
from qianxian_packs import NUMBERS, Field, FieldInvalid

# What clerks write where there is nothing to say; see also `says_nothing`.
NOTHING = {"", "/", "／", "-", "—", "——", "－", "－－", "--", "\\", "无", "暂无", "空"}
_ERROR_VALUE = re.compile(r"#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)")
_LONGEST_SHOWN = 60
NAMED = {"place", "post", "entry"}
# Different cells of a column that are remembered; more than the days of ten years.
_REMEMBERED = 4_096
_CODES = {
    "date": "bad_date",
    "datetime": "bad_date",
    "choice": "bad_choice",
    "multichoice": "bad_choice",
    "boolean": "bad_choice",
    "id_card": "bad_id_card",
    "phone": "bad_phone",
    "bank_card": "bad_bank_card",
    "credit_code": "bad_credit_code",
    "text": "bad_text",
}
WORDS = {
    "bad_date": "日期读不出来",
    "bad_number": "数字读不出来",
    "bad_choice": "不在可选的里面",
    "bad_id_card": "身份证号不对",
    "bad_phone": "电话不对",
    "bad_bank_card": "账号不对",
    "bad_credit_code": "信用代码不对",
    "bad_text": "文字太长或者有怪符号",
    "missing": "必填的空着",
    "unknown_place": "地方对不上",
    "unknown_subject": "底册里对不上",
    "unknown": "写的找不到",
    "check": "几栏之间说不通",
    "duplicate": "表里有一样的行",
    "duplicate_key": "表里编号重复",
    "key_taken": "台账里已经有了",
    "overlap": "时间上撞在一起",
    "locked": "这一期已经核过",
    "guarded": "要另一个人核准才能改",
    "formula_error": "公式出错",
    "year_assumed": "日期没写年",
    "two_digit_year": "年只写了两位",
    "date_order": "日和月的先后不清楚",
    "approximate": "写的是大约",
    "step_column": "要办手续时填的栏",
    "moved": "检查之后有人改过",
}

# (field, what stands there) → (what the ledger holds of it, "") or (None, the sentence).
Namer = Callable[[Field, Any], tuple[str | None, str]]
_Step = Callable[[Any, int | None, list["RowFault"]], Any]


@dataclass(frozen=True, slots=True)
class RowFault:
    """A fault before it is stored. `label` is the header of its column."""

    code: str
    says: str
    column: str = ""
    label: str = ""
    value: str = ""
    stops: bool = True


class Cell(NamedTuple):
    """What a cell came to: its value, as Python and as JSON hold it; None where it says nothing.

    `refused` is the field's own sentence where it cannot be read.
    """

    value: Any = None
    stored: Any = None
    faults: tuple[RowFault, ...] = ()
    refused: str = ""


class CellReader:
    """Reads the cells of one column. `read` takes a cell that is not empty, and the row's year."""

    def __init__(self, field: Field, match: Match, name: Namer) -> None:
        self.field = field
        self._letter, self._label = match.column.letter, match.column.label
        self._unit, self._name = match.column.unit, name
        # A number that stands in its own unit says all itself; a number of a day does not.
        self._takes_numbers = field.type in NUMBERS and self._unit in ("", field.shown_unit)
        self._steps: list[_Step] = [self._written]
        if field.type in NAMED:
            self._steps.append(self._named)
        if field.type in SUPPOSED:
            self._steps.append(self._supposed)
        # Told apart by their types as well: 1 is not the answer yes.
        self.read = lru_cache(_REMEMBERED, typed=True)(self._read)

    def _read(self, raw: Any, year: int | None) -> Cell:
        faults: list[RowFault] = []
        value = raw
        for step in self._steps:
            value = step(value, year, faults)
            if value is None:
                return Cell(faults=tuple(faults))
        try:
            parsed = self.field.parse(value)
        except FieldInvalid as error:
            return Cell(faults=tuple(faults), refused=str(error))
        return Cell(parsed, self.field.to_json(parsed), tuple(faults))

    def _written(self, value: Any, _year: int | None, faults: list[RowFault]) -> Any:
        """The text of a cell, None where it says nothing."""
        if not isinstance(value, str):
            return value
        text = value.strip()
        if says_nothing(self.field, text):
            return None
        if text[0] == "#" and _ERROR_VALUE.fullmatch(text):
            label = self.field.label
            says = f"{label}这一格的公式出错（{text}），当作没填。"
            faults.append(RowFault("formula_error", says, self._letter, label, text, stops=False))
            return None
        return text

    def _named(self, value: Any, _year: int | None, faults: list[RowFault]) -> Any:
        """Names of places, posts and entries become what the ledger holds of them."""
        held, says = self._name(self.field, value)
        if held is None:
            shown = shown_of(self.field, value)
            faults.append(RowFault("unknown", says, self._letter, self._label, shown))
        return held

    def _supposed(self, value: Any, year: int | None, faults: list[RowFault]) -> Any:
        """What the cell seems to mean, told at its place where that had to be supposed."""
        if self._takes_numbers and not isinstance(value, str):
            return value
        supposed = suppose(self.field, value, self._unit, year)
        if supposed.says:
            at = (self._letter, self._label, shown_of(self.field, value))
            faults.append(RowFault(supposed.code, supposed.says, *at, stops=False))
        return supposed.value


def code_of(field: Field) -> str:
    """The code of what cannot be read as a value of this field."""
    return _CODES.get(field.type, "bad_number")


def says_nothing(known: Field, text: str) -> bool:
    """无 is an answer where it can be chosen, or where the field asks yes or no."""
    if text not in NOTHING:
        return False
    return text not in known.choices and not (known.type == "boolean" and text == "无")


def shown_of(known: Field, value: Any) -> str:
    """What stands in a cell, as a fault may show it."""
    text = "" if value is None else str(value).strip()
    if known.private:
        return mask(known, text) if text else ""
    return text[:_LONGEST_SHOWN]
