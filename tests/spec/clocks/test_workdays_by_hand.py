"""Sixty sums of working days, made by hand from the State Council's notices for 2024, 2025 and 2026.

The notices: 国办发明电〔2023〕7号, 〔2024〕12号, 〔2025〕7号. Nothing in the table was computed.
"""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from qianxian.matters.clocks import Run, due_of
from qianxian.matters.workdays import WorkCalendar
from qianxian_packs import Clock

BEIJING = timezone(timedelta(hours=8))
TABLE = Path(__file__).parents[2] / "data" / "clocks" / "workdays.csv"
with TABLE.open(encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file))


def test_the_table_has_sixty_rows_over_three_years() -> None:
    assert len(ROWS) == 60
    assert {row["start"][:4] for row in ROWS} >= {"2024", "2025", "2026"}
    # Makeup days are what goes wrong: a good part of the sums ends on one or goes over one.
    assert sum("上班" in row["why"] for row in ROWS) >= 30


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['start']}+{row['days']}")
def test_a_limit_ends_on_the_day_that_was_counted_by_hand(row: dict[str, str]) -> None:
    start = datetime.combine(
        date.fromisoformat(row["start"]), datetime.min.time(), BEIJING
    ).replace(hour=10)
    clock = Clock(id="x", label="x", days=int(row["days"]), kind="working", basis="x")

    due = due_of(Run(clock, start), WorkCalendar())

    assert due is not None
    assert due.day == date.fromisoformat(row["last"]), row["why"]
    assert due.unannounced == ()
