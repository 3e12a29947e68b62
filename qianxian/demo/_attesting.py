"""报齐 and 镇核, month by month; one village has not reported for the last month."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from qianxian.demo._cleanups import months
from qianxian.demo._diary import Act, workday
from qianxian.demo._township import Village
from qianxian.demo._world import World, ledger
from qianxian.ledgers.attestation import attest, check, entries_in
from qianxian.ledgers.models import Attestation
from qianxian_figures import Period

_LEDGERS = ("toilet_renovation", "cleanup")


def attest_months(world: World) -> None:
    ends = [month - timedelta(days=1) for month in months(world.first, world.last)][1:]
    for end in ends:
        period = Period(end.replace(day=1), end)
        is_last = end == ends[-1]
        for number, village in enumerate(world.township.villages):
            # The one that is behind everywhere has not said anything of the last month; of two
            # others the township has not checked yet.
            if is_last and _is_behind(world, village):
                continue
            day = workday(end + timedelta(days=2 + number % 2))
            world.diary.on(day, _attest(world, village, period))
            if not (is_last and number in (2, 5)):
                world.diary.on(workday(end + timedelta(days=6)), _check(world, village, period))


def _is_behind(world: World, village: Village) -> bool:
    still = [v for v in world.township.villages if v is not world.township.merged]
    return village is still[min(7, len(still) - 1)]


def _is_over(world: World, village: Village, period: Period) -> bool:
    return village is world.township.merged and period.start >= world.merged_on


def _attest(world: World, village: Village, period: Period) -> Act:
    rng = world.branch()

    def act(at: datetime) -> None:
        if _is_over(world, village, period):
            return
        for name in _LEDGERS:
            attest(
                ledger=ledger(name),
                village=village.place,
                period=period,
                by=village.clerk if rng.random() < 0.9 else village.deputy,
                at=at,
                is_zero=entries_in(name, village.place, period) == 0,
                post=village.post.code,
            )

    return act


def _check(world: World, village: Village, period: Period) -> Act:
    def act(at: datetime) -> None:
        rows = Attestation.objects.standing().filter(
            place=village.place, start=period.start, end=period.end, checked_at__isnull=True
        )
        for row in rows:
            check(attestation=row, by=world.person("toilet_a"), at=at, post="toilet-officer")

    return act


def last_month(day: date) -> Period:
    end = day.replace(day=1) - timedelta(days=1)
    return Period(end.replace(day=1), end)
