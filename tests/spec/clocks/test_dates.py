"""Due dates against a table made by hand from the State Council's notices for 2025 and 2026.

2025 off: 1 Jan; 28 Jan–4 Feb; 4–6 Apr; 1–5 May; 31 May–2 Jun; 1–8 Oct.
     worked: 26 Jan, 8 Feb, 27 Apr, 28 Sep, 11 Oct.
2026 off: 1–3 Jan; 15–23 Feb; 4–6 Apr; 1–5 May; 19–21 Jun; 25–27 Sep; 1–7 Oct.
     worked: 4 Jan, 14 Feb, 28 Feb, 9 May, 20 Sep, 10 Oct.
2027 is not announced: weekends only, unless the office's table says otherwise.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from qianxian.matters.clocks import Run, cells_of, due_of
from qianxian.matters.workdays import WorkCalendar
from qianxian_packs import Clock

BEIJING = timezone(timedelta(hours=8))
PLAIN = WorkCalendar()

# The days that a wall calendar of 2027 with an invented announcement would show.
ENTERED = WorkCalendar(
    {
        date(2027, 1, 1): False,
        date(2027, 2, 5): False,
        date(2027, 2, 8): False,
        date(2027, 2, 9): False,
        date(2027, 2, 7): True,
    }
)

TABLE = """
kind     days roll  start       last day    counted over
working  1    no    2025-01-24  2025-01-26  Friday; the Sunday is made up for Spring Festival
working  3    no    2025-01-24  2025-02-05  Sunday and Monday worked, then eight days off
working  5    no    2025-01-24  2025-02-07
working  6    no    2025-01-24  2025-02-08  Saturday worked
working  1    no    2025-01-27  2025-02-05  eight days off
working  10   no    2025-01-27  2025-02-17
working  1    no    2025-04-03  2025-04-07  Qingming
working  2    no    2025-04-25  2025-04-28  the Sunday is worked
working  5    no    2025-04-25  2025-05-06  Labour Day
working  1    no    2025-05-30  2025-06-03  Dragon Boat
working  2    no    2025-09-26  2025-09-29  the Sunday is worked
working  5    no    2025-09-26  2025-10-10  eight days off
working  6    no    2025-09-26  2025-10-11  the Saturday is worked
working  10   no    2025-10-11  2025-10-24
working  1    no    2025-12-31  2026-01-04  New Year; the Sunday is worked
working  5    no    2025-12-29  2026-01-06  over the end of the year
working  1    no    2026-02-13  2026-02-14  the Saturday is worked
working  2    no    2026-02-13  2026-02-24  nine days off
working  6    no    2026-02-13  2026-02-28  the Saturday is worked
working  10   no    2026-02-10  2026-03-02
working  3    no    2026-04-30  2026-05-08  Labour Day
working  4    no    2026-04-30  2026-05-09  the Saturday is worked
working  1    no    2026-06-18  2026-06-22  Dragon Boat
working  1    no    2026-09-18  2026-09-20  the Sunday is worked
working  5    no    2026-09-18  2026-09-24
working  6    no    2026-09-18  2026-09-28  Mid-Autumn
working  10   no    2026-09-23  2026-10-14  Mid-Autumn, National Day, a Saturday worked
working  20   no    2026-10-08  2026-11-04  a Saturday worked
working  10   no    2026-12-25  2027-01-08  2027 by its weekends
working  5    no    2027-02-04  2027-02-11  2027 by its weekends
natural  15   no    2025-01-20  2025-02-04  holidays count
natural  15   yes   2025-01-20  2025-02-05  off until the fourth
natural  60   no    2025-08-06  2025-10-05
natural  60   yes   2025-08-06  2025-10-09  last day in National Day
natural  30   yes   2025-10-26  2025-11-25  a plain Tuesday stays
natural  5    yes   2025-09-23  2025-09-28  the Sunday is worked, so it stays
natural  15   yes   2026-02-03  2026-02-24  Spring Festival
natural  10   yes   2026-02-04  2026-02-14  the Saturday is worked
natural  30   yes   2026-09-01  2026-10-08  1 October rolls over seven days
natural  60   yes   2026-12-15  2027-02-15  Saturday rolls to Monday
natural  1    no    2025-12-31  2026-01-01
natural  365  no    2025-03-01  2026-03-01
natural  366  no    2027-03-01  2028-03-01  a leap day lies between
"""

ROWS = [line.split(maxsplit=5) for line in TABLE.strip().splitlines()[1:]]


def clock(kind: str = "natural", days: int = 10, *, roll: bool = False) -> Clock:
    return Clock.model_validate(
        {"id": "limit", "label": "办理", "days": days, "kind": kind, "basis": "暂行", "roll": roll}
    )


def started(day: str, at: str = "09:30") -> datetime:
    return datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=BEIJING)


def test_the_table_holds_thirty_dates_of_three_years() -> None:
    assert len(ROWS) >= 30
    assert {row[4][:4] for row in ROWS} >= {"2025", "2026", "2027"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[1]}-{row[3]}-{row[2]}")
def test_a_limit_is_over_on_the_day_of_the_table(row: list[str]) -> None:
    kind, days, roll, start, last = row[:5]
    run = Run(clock(kind, int(days), roll=roll == "yes"), started(start))

    due = due_of(run, PLAIN)

    assert due is not None
    assert due.day.isoformat() == last


def test_the_minute_of_the_start_does_not_matter_for_days() -> None:
    early, late = (Run(clock(), started("2026-11-03", at)) for at in ("00:00", "23:59"))

    assert due_of(early, PLAIN) == due_of(late, PLAIN)


@pytest.mark.parametrize(
    ("days", "last"), [(1, "2027-02-07"), (2, "2027-02-10"), (3, "2027-02-11")]
)
def test_days_in_the_offices_table_go_before_weekends(days: int, last: str) -> None:
    due = due_of(Run(clock("working", days), started("2027-02-04")), ENTERED)

    assert due is not None
    assert due.day.isoformat() == last
    assert due.unannounced == ()


def test_the_offices_table_goes_before_the_library_too() -> None:
    county = WorkCalendar({date(2026, 11, 5): False})

    due = due_of(Run(clock("working", 2), started("2026-11-03")), county)

    assert due is not None
    assert due.day == date(2026, 11, 6)


@pytest.mark.parametrize(
    ("kind", "roll", "start", "years"),
    [
        ("working", False, "2026-12-28", (2027,)),
        ("working", False, "2026-11-02", ()),
        ("natural", True, "2026-12-28", (2027,)),
        ("natural", False, "2026-12-28", ()),
    ],
)
def test_a_year_that_nobody_announced_is_named_where_it_mattered(
    kind: str, roll: bool, start: str, years: tuple[int, ...]
) -> None:
    due = due_of(Run(clock(kind, 10, roll=roll), started(start)), PLAIN)

    assert due is not None
    assert due.unannounced == years


def test_hours_run_over_nights_and_holidays_to_the_minute() -> None:
    due = due_of(Run(clock("hours", 24), started("2026-09-30", "16:05")), PLAIN)

    assert due is not None
    assert due.moment == started("2026-10-01", "16:05")
    assert due.day == date(2026, 10, 1)


def test_the_strip_shows_past_today_and_ahead_one_cell_a_day() -> None:
    run = Run(clock("natural", 5), started("2026-11-03"))

    assert cells_of(run, PLAIN, date(2026, 11, 6)) == ("past", "past", "today", "", "")


def test_the_strip_of_working_days_leaves_days_off_out() -> None:
    run = Run(clock("working", 3), started("2026-11-05"))

    assert cells_of(run, PLAIN, date(2026, 11, 8)) == ("past", "", "")


def test_a_day_that_the_limit_was_rolled_to_has_its_cell() -> None:
    run = Run(clock("natural", 2, roll=True), started("2026-11-05"))

    assert len(cells_of(run, PLAIN, date(2026, 11, 6))) == 4
