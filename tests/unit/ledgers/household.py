"""A household with members, visits, a monitoring and measures, made through the services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qianxian.core.definitions import catalogue
from qianxian.core.models import User
from qianxian.ledgers.household.reading import Home, Reader
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, save_entry

MakeEntry = Callable[..., Entry]


@dataclass
class Family:
    """One household, and short ways to record about it."""

    household: Entry
    by: User
    at: datetime
    residents: dict[str, Entry] = field(default_factory=dict)

    def record(self, ledger: str, values: dict[str, Any], *, parent: Entry | None = None) -> Entry:
        about = None if ledger == "resident" else self.household
        row = Row(values, self.household.place, subject=about, parent=parent)
        return save_entry(ledger=catalogue().ledgers[ledger], row=row, by=self.by, at=self.at)

    def resident(self, name: str, **private: str) -> Entry:
        if name not in self.residents:
            number = f"{self.household.data['number']}{len(self.residents) + 1:02}"
            values = {"number": number, "name": name, "sex": "男", **private}
            self.residents[name] = self.record("resident", values)
        return self.residents[name]

    def member(
        self, name: str, relation: str, joined_on: str, left_on: str = "", reason: str = ""
    ) -> Entry:
        values = {
            "resident": str(self.resident(name).pk),
            "relation": relation,
            "joined_on": joined_on,
            "left_on": left_on,
            "left_reason": reason,
        }
        return self.record("membership", values)

    def monitored(self, clue_on: str = "2026-11-05", **data: Any) -> Entry:
        """A monitoring with what its steps would have filled in."""
        found = self.record("monitoring", {"clue_on": clue_on, "source": "干部排查"})
        Entry.objects.filter(pk=found.pk).update(data={**found.data, **data})
        found.refresh_from_db()
        return found

    def measure(self, risk: str, content: str, parent: Entry | None, **more: str) -> Entry:
        values = {"kind": "医疗帮扶", "risk": risk, "content": content, **more}
        return self.record("measure", values, parent=parent)

    def seen_by(self, user: User, at: datetime | None = None) -> Home:
        household = Entry.objects.select_related("place__parent").get(pk=self.household.pk)
        return Home(household, Reader(user, at or self.at))
