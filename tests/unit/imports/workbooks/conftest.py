"""A village with its workbook, and a hand that fills cells as people do."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import xlsxwriter

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.imports.workbooks import sending, taking
from qianxian.imports.workbooks.diff import Diff
from qianxian.imports.workbooks.models import Handback, Workbook
from qianxian.imports.workbooks.taking import Choices
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, correct_entry, save_entry
from qianxian_tables import open_book

HEADER, NAMES, FIRST = 3, 4, 5


class Sheet:
    """A workbook in the hands of somebody: its cells, and the file as another program saves it."""

    def __init__(self, data: bytes) -> None:
        self.book = open_book(data, "工作簿.xlsx")
        self.sheets: dict[str, list[list[Any]]] = {
            each.name: [list(row) for row in each.rows] for each in self.book
        }
        self.name = self.book.sheets[1].name
        self.merges: list[tuple[int, int, int, int]] = []

    @property
    def rows(self) -> list[list[Any]]:
        return self.sheets[self.name]

    @property
    def targets(self) -> dict[str, int]:
        return {str(value): n for n, value in enumerate(self.rows[NAMES - 1]) if value}

    def get(self, row: int, target: str) -> Any:
        cells = self.rows[row - 1]
        at = self.targets[target]
        return cells[at] if at < len(cells) else None

    def fill(self, row: int, **values: Any) -> None:
        """fill(5, field__people=30): `__` stands for the colon."""
        for name, value in values.items():
            cells = self.rows[row - 1]
            cells.extend([None] * (len(self.targets) - len(cells)))
            cells[self.targets[name.replace("__", ":")]] = value

    def row_of(self, target: str, value: Any) -> int:
        for row in range(FIRST, len(self.rows) + 1):
            if self.get(row, target) == value:
                return row
        raise AssertionError(f"no row has {value} at {target}")

    def day(self, day: int) -> int:
        return self.row_of("field:held_on", date(2026, 11, day))

    def empty_row(self) -> int:
        """The first row that waits for something new."""
        return next(
            row
            for row in range(FIRST, len(self.rows) + 1)
            if "-0-" in str(self.get(row, "key"))
            and not any(c for c in self.rows[row - 1] if c and c != self.get(row, "key"))
        )

    def drop_column(self, target: str) -> None:
        at = self.targets[target]
        for row in self.rows:
            del row[at : at + 1]

    def data(self) -> bytes:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"strings_to_numbers": False}) as made:
            day = made.add_format({"num_format": "yyyy-mm-dd"})
            for name, rows in self.sheets.items():
                sheet = made.add_worksheet(name)
                for r, row in enumerate(rows):
                    for c, value in enumerate(row):
                        if isinstance(value, date):
                            sheet.write_datetime(r, c, value, day)
                        elif value is not None:
                            sheet.write(r, c, value)
                if name == self.name:
                    for top, left, bottom, right in self.merges:
                        text = rows[top][left]
                        sheet.merge_range(top, left, bottom, right, text)
        return out.getvalue()


@dataclass
class Desk:
    """Sends out, takes back and confirms as one person would."""

    by: User
    at: datetime
    ledger: str = "cleanup"

    def send(self, village: Place, **more: Any) -> Sheet:
        by, ledger = more.get("by", self.by), catalogue().ledgers[more.get("ledger", self.ledger)]
        return Sheet(sending.write_workbook(ledger=ledger, village=village, by=by, at=self.at))

    def back(self, sheet: Sheet | bytes, **more: Any) -> Handback:
        data = sheet if isinstance(sheet, bytes) else sheet.data()
        own = {"name": "清水村.xlsx", "by": self.by, "at": self.at + timedelta(hours=2), **more}
        return taking.hand_back(data=data, **own)

    def look(self, handback: Handback, **more: Any) -> Diff:
        return taking.look(handback, **{"by": self.by, "at": handback.at, **more})

    def confirm(self, handback: Handback, by: User | None = None, **choices: Any) -> Handback:
        by = by or self.by
        diff = taking.look(handback, by=by, at=handback.at)
        return taking.confirm(
            handback=handback,
            choices=Choices(**choices),
            token=diff.token(),
            by=by,
            at=handback.at + timedelta(minutes=1),
        )


@pytest.fixture
def desk(village_clerk: User, now: datetime) -> Desk:
    return Desk(village_clerk, now)


@pytest.fixture
def cleanups(village: Place, clerk: User, now: datetime) -> list[Entry]:
    """Three cleanings of November, on the 3rd, 4th and 5th."""
    ledger = catalogue().ledgers["cleanup"]
    return [
        save_entry(
            ledger=ledger,
            row=Row(
                {"held_on": date(2026, 11, day).isoformat(), "kind": "大扫除", "people": 20 + day},
                village,
            ),
            by=clerk,
            at=now - timedelta(days=1),
        )
        for day in (3, 4, 5)
    ]


@pytest.fixture
def sent(desk: Desk, cleanups: list[Entry], village: Place) -> Sheet:
    return desk.send(village)


def workbook() -> Workbook:
    return Workbook.objects.latest("pk")


Change = Callable[..., Entry]


@pytest.fixture
def change(clerk: User, now: datetime) -> Change:
    """change(entry, people=31): somebody at the township corrects it after the workbook went out."""

    def correct(entry: Entry, **values: Any) -> Entry:
        entry.refresh_from_db()
        return correct_entry(
            entry=entry,
            values_changed=values,
            version=entry.version,
            by=clerk,
            at=now + timedelta(hours=1),
            reason="核实了",
        )

    return correct
