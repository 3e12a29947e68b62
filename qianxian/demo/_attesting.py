"""报齐 and 镇核 of every line; one village has not reported for the last month."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from qianxian.demo._cleanups import months
from qianxian.demo._diary import Act, workday
from qianxian.demo._township import Village
from qianxian.demo._world import World, ledger
from qianxian.ledgers.attestation import attest, check, entries_in
from qianxian.ledgers.models import Attestation
from qianxian_figures import Period

# Told month by month, as the toilets' targets are; the other lines say so for longer periods.
_MONTHLY = ("toilet_renovation", "cleanup")
_OFFICERS = {
    "toilet-officer": _MONTHLY,
    "safety": ("inspection", "hazard", "reservoir_patrol"),
    "revitalisation": ("home_visit", "visit_problem", "monitoring"),
}
_LISTED = 5


def attest_periods(world: World) -> None:
    """The first year by halves or as a whole; of this one what is over."""
    year = world.first.year
    halves = [
        Period(date(year, 1, 1), date(year, 6, 30)),
        Period(date(year, 7, 1), date(year, 12, 31)),
    ]
    ends = [month - timedelta(days=1) for month in months(world.first, world.last)][1:]
    own = [Period(end.replace(day=1), end) for end in ends if end.year > year]
    own = _over(own)
    for officer, ledgers in _OFFICERS.items():
        if ledgers is _MONTHLY:
            _attest_all(world, officer, ledgers, [*halves, *own], checked=len(halves) + len(own))
        else:
            # The officers of the other lines have still to look at the last months.
            _attest_all(world, officer, ledgers, [Period.year(year), *own], checked=2)


def _over(own: list[Period]) -> list[Period]:
    """The last months one by one, as the page lists them; those before them in one piece."""
    if len(own) <= _LISTED:
        return own
    before = own[:-_LISTED]
    return [Period(before[0].start, before[-1].end), *own[-_LISTED:]]


def _attest_all(
    world: World,
    officer: str,
    ledgers: tuple[str, ...],
    periods: list[Period],
    *,
    checked: int,
) -> None:
    for nth, period in enumerate(periods):
        is_last = period is periods[-1]
        for number, village in enumerate(world.township.villages):
            # The one that is behind everywhere has not said anything of the last month; of two
            # others the township has not checked yet.
            if is_last and _is_behind(world, village):
                continue
            day = workday(period.end + timedelta(days=2 + number % 2))
            world.diary.on(day, _attest(world, village, ledgers, period))
            if nth < checked and not (is_last and number in (2, 5)):
                day = workday(period.end + timedelta(days=6))
                world.diary.on(day, _check(world, village, officer, ledgers, period))


def _is_behind(world: World, village: Village) -> bool:
    still = [v for v in world.township.villages if v is not world.township.merged]
    return village is still[min(7, len(still) - 1)]


def _is_over(world: World, village: Village, period: Period) -> bool:
    return village is world.township.merged and period.start >= world.merged_on


def _attest(world: World, village: Village, ledgers: tuple[str, ...], period: Period) -> Act:
    rng = world.branch()

    def act(at: datetime) -> None:
        if _is_over(world, village, period):
            return
        for name in ledgers:
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


def _check(
    world: World, village: Village, officer: str, ledgers: tuple[str, ...], period: Period
) -> Act:
    def act(at: datetime) -> None:
        by, post = world.acting(officer, at)
        rows = Attestation.objects.standing().filter(
            ledger__in=ledgers,
            place=village.place,
            start=period.start,
            end=period.end,
            checked_at__isnull=True,
        )
        for row in rows:
            check(attestation=row, by=by, at=at, post=post.code)

    return act
