"""Which days are worked: the State Council's holidays and make-up days, and the office's own table.

Pure: the table comes in as a value. A year that nobody has announced yet is counted by its
weekends, and whoever asks is told so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from chinese_calendar import is_workday  # type: ignore[import-untyped]  # ships no types
from chinese_calendar.constants import holidays  # type: ignore[import-untyped]

_ANNOUNCED = frozenset(day.year for day in holidays)


class WorkCalendar:
    """Working days. `table` says of single days whether they are worked, and goes first."""

    def __init__(self, table: Mapping[date, bool] | None = None) -> None:
        self._table = dict(table or {})
        self._entered = frozenset(day.year for day in self._table)

    def is_working(self, day: date) -> bool:
        if day in self._table:
            return self._table[day]
        if day.year in _ANNOUNCED:
            return bool(is_workday(day))
        return day.weekday() < 5

    def is_announced(self, year: int) -> bool:
        """Whether the year's holidays are known, from the library or from the office's table."""
        return year in _ANNOUNCED or year in self._entered

    def next_working(self, day: date) -> date:
        """The day itself if it is worked, else the first one after it that is."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def after(self, day: date, count: int, *, working: bool) -> date:
        """The day on which so many days have been counted, from the one after `day`."""
        if not working:
            return day + timedelta(days=count)
        while count:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day
