"""挂图: a plan on one sheet for the wall, village × task, with the days of the year below it.

What stands on it is chosen here; figures, lights and what a reader may see come with the plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from qianxian.core.models import Place
from qianxian.core.queries import villages
from qianxian.indicators.light import Colour
from qianxian.plans.queries import PlanSheet, Share, TaskLine
from qianxian_figures import Period

# What an A3 sheet holds so that it is read from the other side of a table.
TASKS_A_SHEET, VILLAGES_A_SHEET = 8, 14
# Names of tasks that fit into a day of the strip of months.
_NAMED = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One village: its share of each task of the sheet, None where it has none."""

    village: Place
    shares: tuple[Share | None, ...]
    is_late: bool

    @property
    def reds(self) -> int:
        return sum(share is not None and share.light.colour is Colour.RED for share in self.shares)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the strip: what is due in it, by day."""

    period: Period
    due: tuple[str, ...]
    is_past: bool
    today: date | None


@dataclass(frozen=True, slots=True)
class WallSheet:
    """One A3 sheet: up to eight tasks and fourteen villages of the plan. `number` counts from 1."""

    number: int
    lines: tuple[TaskLine, ...]
    rows: tuple[Row, ...]

    @property
    def wholes(self) -> tuple[Share | None, ...]:
        return tuple(line.whole for line in self.lines)

    @property
    def reds(self) -> int:
        return sum(row.reds for row in self.rows)


def wall_sheets(shown: PlanSheet) -> list[WallSheet]:
    """The sheets of a plan: tasks that are split to villages, villages in official order.

    Only villages of which the reader sees a share, or all where the reader sees the whole.
    """
    lines = shown.measured
    late = _late_villages(shown)
    rows = list(_villages(shown, lines))
    found: list[WallSheet] = []
    for own in _evenly(len(rows), VILLAGES_A_SHEET):
        for columns in _evenly(len(lines), TASKS_A_SHEET):
            some = tuple(_row(village, lines[columns], late) for village in rows[own])
            found.append(WallSheet(len(found) + 1, tuple(lines[columns]), some))
    return found


def quarter(shown: PlanSheet) -> int:
    """The quarter of the day in a plan of one year, from 1; 0 where the plan is none of a year."""
    period = shown.plan.period
    return (shown.on.month + 2) // 3 if period == Period.year(period.start.year) else 0


def _late_villages(shown: PlanSheet) -> set[str]:
    """Codes of the villages that have not reported in full for a task of the plan: their numbers
    may still change."""
    shares = [share for line in shown.measured for share in (line.whole, *line.shares) if share]
    asked = [share.figure.coverage for share in shares if share.figure.coverage]
    return {code for coverage in asked for code in coverage.missing}


def months(shown: PlanSheet) -> list[Month]:
    """The months of the plan with the days on which its tasks are due."""
    return [
        Month(
            month,
            tuple(_due(shown, month)),
            month.end < shown.on,
            shown.on if shown.on in month else None,
        )
        for month in shown.plan.period.months()
    ]


def _villages(shown: PlanSheet, lines: Sequence[TaskLine]) -> Iterator[Place]:
    sees_whole = any(line.whole for line in lines)
    seen = {share.place.pk for line in lines for share in line.shares}
    for village in villages(shown.plan.place, shown.on):
        if sees_whole or village.pk in seen:
            yield village


def _evenly(count: int, most: int) -> list[slice]:
    """Parts of at most so many, as even as they can be: nine are five and four, not eight and one."""
    parts = -(-count // most)
    return [slice(n * count // parts, (n + 1) * count // parts) for n in range(parts)]


def _row(village: Place, lines: Sequence[TaskLine], late: set[str]) -> Row:
    return Row(village, tuple(line.share_of(village) for line in lines), village.code in late)


def _due(shown: PlanSheet, month: Period) -> Iterator[str]:
    """“20日 户厕改造、沟渠疏浚等 5 项”, a line a day."""
    dated = [(day, line) for line in shown.lines if (day := line.task.due_on) and day in month]
    dated.sort(key=lambda one: (one[0], one[1].task.pk))
    for day, same in groupby(dated, key=lambda one: one[0]):
        names = [line.indicator.name if line.indicator else line.task.text for _day, line in same]
        more = f"等 {len(names)} 项" if len(names) > _NAMED else ""
        yield f"{day.day}日 {'、'.join(names[:_NAMED])}{more}"
