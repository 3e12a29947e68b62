"""What a workbook's ledger is taken to be: its columns, as a person will see and confirm them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """One column, in all the sheets that have it.

    `at` is the letter by sheet name; a CSV's only sheet has the name "". `field` is the field of
    an existing ledger that the column was matched to; `is_sure` is false where a person must say
    whether it is the right one.
    """

    name: str
    type: str
    unit: str | None = None
    choices: tuple[str, ...] = ()
    role: str = "field"
    required: bool = False
    at: Mapping[str, str] = field(default_factory=dict)
    field: str | None = None
    is_sure: bool = True
    is_hidden: bool = False
    # Whether the file itself closes the list; choices that were only seen close nothing.
    is_closed: bool = False

    def to_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "unit": self.unit,
            "choices": list(self.choices) or None,
            "role": self.role,
            "required": self.required,
            "at": dict(self.at),
        }
        if self.is_hidden:
            told["hidden"] = True
        if self.is_closed:
            told["closed"] = True
        if self.field is not None or not self.is_sure:
            told["field"] = self.field
            told["sure"] = self.is_sure
        return told


@dataclass(frozen=True, slots=True)
class Proposal:
    """A definition that was read out of a workbook. `sheets` are those that hold its rows."""

    title: str
    columns: tuple[Column, ...]
    sheets: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "sheets": list(self.sheets),
            "columns": [column.to_json() for column in self.columns],
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Proposal:
        """A proposal that was stored.

        Errors: KeyError, TypeError where it is not one.
        """
        columns: Iterable[Mapping[str, Any]] = told["columns"]
        return cls(
            told.get("title", ""),
            tuple(
                Column(
                    name=one["name"],
                    type=one["type"],
                    unit=one.get("unit"),
                    choices=tuple(one.get("choices") or ()),
                    role=one.get("role", "field"),
                    required=bool(one.get("required")),
                    at=dict(one.get("at") or {}),
                    field=one.get("field"),
                    is_sure=one.get("sure", True),
                    is_hidden=bool(one.get("hidden")),
                    is_closed=bool(one.get("closed")),
                )
                for one in columns
            ),
            tuple(told.get("sheets") or ()),
        )
