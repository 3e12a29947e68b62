"""Periods of the working year: year, half-year, quarter, month, or any run of days.

The text forms follow ISO 8601 and SDMX: 2026, 2026-H1, 2026-Q3, 2026-06, 2026-01-01/2026-10-15.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from qianxian_figures._errors import BadPeriod

# Years that office work can be about. Far from the ends of the calendar, so that the year before
# and the month after always exist.
_YEARS = range(1900, 2200)
_FORM = re.compile(r"(\d{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?")


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _known(year: int) -> int:
    if year not in _YEARS:
        raise BadPeriod(f"year {year} is not from {_YEARS[0]} to {_YEARS[-1]}")
    return year


def _a_year_before(day: date) -> date:
    # 29 February has no day of its own a year before; the month's end stays the month's end.
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return date(day.year - 1, day.month, min(day.day, last))


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """All days from `start` to `end`, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise BadPeriod(f"period ends ({self.end}) before it starts ({self.start})")

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a text form. Raises BadPeriod for anything else."""
        if "/" in text:
            return cls._of_days(text)
        found = _FORM.fullmatch(text.strip())
        if not found:
            raise BadPeriod(f"not a period: {text!r}")
        year = _known(int(found[1]))
        if found[2]:
            first, months = (int(found[2]) - 1) * 6 + 1, 6
        elif found[3]:
            first, months = (int(found[3]) - 1) * 3 + 1, 3
        elif found[4]:
            first, months = int(found[4]), 1
        else:
            first, months = 1, 12
        return cls(date(year, first, 1), _month_end(year, first + months - 1))

    @classmethod
    def _of_days(cls, text: str) -> Self:
        first, _, last = text.partition("/")
        try:
            days = date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
        except ValueError as error:
            raise BadPeriod(f"not a period: {text!r}") from error
        for day in days:
            _known(day.year)
        return cls(*days)

    @classmethod
    def year(cls, year: int) -> Self:
        return cls.of(str(year))

    @classmethod
    def year_to(cls, day: date) -> Self:
        """From 1 January to `day`."""
        return cls(date(day.year, 1, 1), day)

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        for form in self._names():
            if Period.of(form) == self:
                return form
        return f"{self.start.isoformat()}/{self.end.isoformat()}"

    def _names(self) -> list[str]:
        year, month = self.start.year, self.start.month
        return [
            f"{year}",
            f"{year}-H{(month - 1) // 6 + 1}",
            f"{year}-Q{(month - 1) // 3 + 1}",
            f"{year}-{month:02d}",
        ]

    def a_year_before(self) -> Period:
        """The same days of the year before, the base of growth (同期)."""
        return Period(_a_year_before(self.start), _a_year_before(self.end))

    def months(self) -> list[Period]:
        """The months that the period touches, the last cut off at its end."""
        out, day = [], self.start
        while day <= self.end:
            last = min(_month_end(day.year, day.month), self.end)
            out.append(Period(day, last))
            day = last + timedelta(days=1)
        return out

    def label(self) -> str:
        """The period as a Chinese report says it: 2026年, 2026年上半年, 2026年1月1日至10月15日."""
        name, year = str(self), self.start.year
        if re.fullmatch(r"\d{4}", name):
            return f"{year}年"
        if "-H" in name:
            return f"{year}年{'上' if name[-1] == '1' else '下'}半年"
        if "-Q" in name:
            return f"{year}年{'一二三四'[int(name[-1]) - 1]}季度"
        if "/" not in name:
            return f"{year}年{self.start.month}月"
        until = "" if self.end.year == year else f"{self.end.year}年"
        return (
            f"{year}年{self.start.month}月{self.start.day}日"
            f"至{until}{self.end.month}月{self.end.day}日"
        )
