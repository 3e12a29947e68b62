"""A workbook as it lies in the file: sheets, cells, merges, drop-down lists, what is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | date | datetime | None
Row: TypeAlias = Sequence[Value]


def letter(column: int) -> str:
    """The letters of a column that counts from 1: 1 → A, 28 → AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_of(letters: str) -> int:
    """The other way round: A → 1, AB → 28."""
    number = 0
    for sign in letters.upper():
        number = number * 26 + ord(sign) - 64
    return number


def at(row: int, column: int) -> str:
    """The address of a cell; rows and columns count from 1: at(14, 3) is C14."""
    return f"{letter(column)}{row}"


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, its corners included; rows and columns count from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(frozen=True, slots=True)
class DropDown:
    """A list that cells may be filled from, as the file itself gives it."""

    areas: tuple[Area, ...]
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `rows[0]` is row 1 and `rows[0][0]` is A1; rows may differ in length.

    `errors` are cells that show #DIV/0! and the like; `percents` are cells shown with a percent
    sign, whose value is therefore a fraction.
    """

    name: str
    is_hidden: bool
    rows: Sequence[Row]
    merged: tuple[Area, ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    drop_downs: tuple[DropDown, ...] = ()
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    percents: frozenset[tuple[int, int]] = frozenset()

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)

    def value(self, row: int, column: int) -> Value:
        """What stands in a cell; None outside of the sheet and in an empty cell."""
        if not (0 < row <= len(self.rows) and 0 < column <= len(self.rows[row - 1])):
            return None
        return self.rows[row - 1][column - 1]

    def choices(self, column: int) -> tuple[str, ...]:
        """The drop-down list of a column, that of most rows where it has several."""
        found = {
            drop_down.choices: sum(a.bottom - a.top + 1 for a in drop_down.areas)
            for drop_down in self.drop_downs
            if any(area.left <= column <= area.right for area in drop_down.areas)
        }
        return max(found, key=lambda choices: found[choices], default=())


@dataclass(frozen=True, slots=True)
class Book:
    """A file that was opened: its name, its kind (xlsx, xls, csv) and its sheets."""

    name: str
    kind: str
    sheets: tuple[Sheet, ...]

    def __iter__(self) -> Iterator[Sheet]:
        return iter(self.sheets)

    def sheet(self, name: str) -> Sheet:
        """Errors: KeyError where no sheet has this name."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)
