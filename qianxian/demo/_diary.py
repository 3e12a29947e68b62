"""Acts of the demo in the order of their moments, whichever of them was planned first."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random

from django.utils import timezone

Act = Callable[[datetime], None]
_MORNING = 8 * 60 + 30
_MINUTES = 9 * 60


def moment(day: date, rng: Random) -> datetime:
    """Some minute of the office's hours on a day."""
    minute = _MORNING + rng.randrange(_MINUTES)
    at = time(minute // 60, minute % 60, rng.randrange(60))
    return datetime.combine(day, at, timezone.get_current_timezone())


def workday(day: date) -> date:
    """The day itself or the Monday after it."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


class Diary:
    """A queue of acts. An act may put down further acts, always later ones.

    What would happen after `until` does not happen: matters under way are simply those whose next
    step lies ahead.
    """

    def __init__(self, until: date, rng: Random) -> None:
        self.until = until
        self._rng = rng
        self._queue: list[tuple[datetime, int, Act]] = []
        self._numbers = count()

    def on(self, day: date, act: Act) -> None:
        """Put down an act for some minute of a day."""
        self.at(moment(day, self._rng), act)

    def at(self, when: datetime, act: Act) -> None:
        if timezone.localdate(when) <= self.until:
            heapq.heappush(self._queue, (when, next(self._numbers), act))

    def run(self, progress: Callable[[date], None]) -> None:
        """Do everything in order; `progress` is told each month that begins."""
        month = None
        while self._queue:
            when, _, act = heapq.heappop(self._queue)
            day = timezone.localdate(when)
            if (day.year, day.month) != month:
                month = (day.year, day.month)
                progress(day)
            act(when)
