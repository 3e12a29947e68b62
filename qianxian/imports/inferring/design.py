"""A ledger while a person puts it together: the columns of a workbook and what each becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from qianxian_packs import NUMBERS, Field, Ledger, canonical

# What a column may be. Places are no fields of their own: every entry has one.
PLACES: Mapping[str, str] = {"village": "村名", "group": "组名", "place": "村和组在一格"}
TYPES: Mapping[str, str] = {
    "text": "文字",
    "integer": "整数",
    "number": "数（可带小数）",
    "money": "金额",
    "area": "面积",
    "length": "长度",
    "mass": "重量",
    "percent": "百分比",
    "date": "日期",
    "choice": "选一项",
    "multichoice": "可选几项",
    "boolean": "是或否",
    "phone": "电话",
    "id_card": "身份证号",
    "bank_card": "银行账号",
    "credit_code": "信用代码",
}
LEFT = ""
CHOSEN = ("choice", "multichoice")
# Private from the start. The papers of a person stay so; a phone may be said to be public.
ALWAYS_PRIVATE = ("id_card", "bank_card")
SENSITIVE: Mapping[str, str] = {"id_card": "身份证号", "bank_card": "银行账号", "phone": "电话"}
LEVELS: Mapping[str, str] = {"village": "村", "group": "组", "township": "乡镇"}
# Words of matters from which no page about a person may be put together.
_NEVER = (
    "信访",
    "上访",
    "矛盾",
    "纠纷",
    "违建",
    "违法建",
    "征地",
    "征收",
    "拆迁",
    "纪检",
    "违纪",
    "线索",
)


@dataclass(frozen=True, slots=True)
class DesignField:
    """One column. `source` is its header in the workbook; empty where a person added it.

    `kind` is a type, one of PLACES, or LEFT. `public_because` is why a column whose values look
    like those of a person may be seen.
    """

    source: str = ""
    kind: str = "text"
    name: str = ""
    label: str = ""
    unit: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    private: bool = False
    public_because: str = ""
    help: str = ""

    @property
    def is_field(self) -> bool:
        return self.kind in TYPES

    def field(self) -> Field:
        """Raises ValidationError where the definition cannot be."""
        is_choice = self.kind in CHOSEN
        own: dict[str, Any] = {
            "name": self.name,
            "label": self.label,
            "type": self.kind,
            "required": self.required,
            "private": self.private,
            "filter": not self.private and self.kind in ("choice", "boolean"),
            "help": self.help,
        }
        if is_choice:
            own["choices"] = self.choices
        if self.unit and self.kind in NUMBERS:
            own["unit"] = self.unit
        return Field.model_validate(own)


@dataclass(frozen=True, slots=True)
class Design:
    """The whole ledger. `date`, `title` and `key` name fields; `is_never`: not by person."""

    name: str = ""
    line: str = ""
    basis: str = ""
    place: str = "village"
    date: str = ""
    title: str = ""
    key: str = ""
    is_key_by_place: bool = False
    is_never: bool = False
    columns: tuple[DesignField, ...] = ()

    @property
    def fields(self) -> tuple[DesignField, ...]:
        return tuple(column for column in self.columns if column.is_field)

    def by_name(self, name: str) -> DesignField | None:
        return next((field for field in self.fields if field.name == name), None)

    def ledger(self, ledger_id: str) -> Ledger:
        """Raises ValidationError where the definition cannot be."""
        key = (self.key, *(["place"] if self.is_key_by_place else [])) if self.key else ()
        find_by = ("number", "place") if self.is_never else ("name", "number", "place")
        own: dict[str, Any] = {
            "id": ledger_id,
            "line": self.line,
            "name": self.name,
            "basis": self.basis,
            "place": self.place,
            "date": self.date or None,
            "profile": "never" if self.is_never else "shown",
            "find_by": find_by,
            "key": key,
            "title": (self.title,) if self.title else (),
            "fields": tuple(field.field() for field in self.fields),
        }
        return Ledger.model_validate(own)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Design:
        """Errors: TypeError where it is not one."""
        own = {one.name for one in fields(cls)} - {"columns"}
        known = {key: value for key, value in told.items() if key in own}
        columns = (
            DesignField(**{**one, "choices": tuple(one["choices"])})
            for one in told.get("columns", ())
        )
        return cls(**known, columns=tuple(columns))


def design_of(ledger: Ledger) -> Design:
    """The other way round: a ledger of the site as it may be changed on its page."""
    key = [name for name in ledger.key if name != "place"]
    return Design(
        name=ledger.name,
        line=ledger.line,
        basis=ledger.basis,
        place=ledger.place,
        date=ledger.date or "",
        title=ledger.title[0] if ledger.title else "",
        key=key[0] if key else "",
        is_key_by_place="place" in ledger.key,
        is_never=ledger.profile == "never",
        columns=tuple(_column(field) for field in ledger.fields),
    )


def retired_columns(ledger: Ledger) -> tuple[DesignField, ...]:
    """Fields that were retired, as columns that may come back."""
    return tuple(_column(field) for field in ledger.retired)


def with_changes(ledger: Ledger, **changes: Any) -> Ledger:
    """The ledger with other settings. A bare copy would carry along what was worked out from the
    old ones, its fields by name among them."""
    return Ledger.model_validate_json(canonical(ledger.model_copy(update=changes)))


def _column(field: Field) -> DesignField:
    # What is public already was said to be so when the field was made.
    is_public = field.type in SENSITIVE and not field.private
    return DesignField(
        kind=field.type,
        name=field.name,
        label=field.label,
        unit=field.unit or "",
        choices=field.choices,
        required=field.required,
        private=field.private,
        public_because="建台账时说过" if is_public else "",
        help=field.help,
    )


def is_about_disputes(name: str) -> bool:
    return any(word in name for word in _NEVER)


def with_names(design: Design, names: Iterable[str]) -> Design:
    """The same with an id for each column, in their order."""
    pairs = zip(design.columns, names, strict=True)
    return replace(design, columns=tuple(replace(one, name=name) for one, name in pairs))
