"""One matter that goes out in a workbook and comes back with a step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qianxian.core.models import Place, User
from qianxian.imports.workbooks.diff import Diff, StepWish
from qianxian.ledgers.models import Entry
from tests.unit.imports.workbooks.conftest import Desk, Sheet

VILLAGE = "village_clerk"


def row_of(sheet: Sheet, key: str) -> int:
    """The row that stands for an entry, by its hidden key."""
    rows = range(5, len(sheet.rows) + 1)
    return next(row for row in rows if key in str(sheet.get(row, "key")))


class Trip:
    """One matter on its way out and back, in the hands of a village's clerk."""

    def __init__(self, entry: Entry, village: Place, by: User, at: datetime) -> None:
        entry.refresh_from_db()
        self.entry, self.desk = entry, Desk(by, at, entry.ledger)
        self.sheet: Sheet = self.desk.send(village)
        self.row = row_of(self.sheet, entry.pk.hex)

    def ask(self, label: str, values: Mapping[str, Any], reason: str = "") -> Trip:
        self.sheet.fill(self.row, step=label, reason=reason or None)
        for name, value in values.items():
            text = "、".join(value) if isinstance(value, list) else value
            self.sheet.fill(self.row, **{f"step__{name}": text})
        return self

    def look(self) -> Diff:
        self.handback = self.desk.back(self.sheet)
        return self.desk.look(self.handback)

    def wish(self) -> StepWish:
        [(_, found)] = self.look().steps
        return found

    def says(self) -> str:
        return "".join(fault.says for fault in self.wish().faults)

    def confirm(self, **choices: Any) -> list[dict[str, Any]]:
        return list(self.desk.confirm(self.desk.back(self.sheet), **choices).results)
