"""Cleanups of the villages, month by month, with the slips that happen in any ledger."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from qianxian.demo._diary import Act
from qianxian.demo._township import Village
from qianxian.demo._world import World, entry_of, save
from qianxian.ledgers.services import Row, correct_entry, remove_entry

_KINDS = ("大扫除", "大扫除", "沟渠清理", "房前屋后清理", "农业废弃物回收")


def months(first: date, last: date) -> Iterator[date]:
    """The first day of every month that begins in these days."""
    day = first.replace(day=1)
    while day <= last:
        yield day
        day = (day + timedelta(days=32)).replace(day=1)


def clean_up(world: World) -> None:
    for month in months(world.first, world.last):
        end = monthrange(month.year, month.month)[1]
        for village in world.township.villages:
            _plan_month(world, village, month, month.replace(day=end))
    _let_slips_happen(world)


def _plan_month(world: World, village: Village, first: date, last: date) -> None:
    rng = world.branch()
    # The month that runs now is told as far as it is over.
    last = min(last, world.last)
    count = rng.choice((1, 2, 2, 3) if village.pace >= 0.8 else (0, 1, 1, 2))
    if first > world.last or not count:
        return
    days = sorted(rng.randint(0, (last - first).days) for _ in range(count))

    def enter(at: datetime) -> None:
        if village.is_merged_away:
            return
        held = [first + timedelta(days=n) for n in days]
        kinds = rng.sample(_KINDS, count)
        rows = [_row(world, village, day, kind, rng) for day, kind in zip(held, kinds, strict=True)]
        by = village.clerk if rng.random() < 0.8 else village.deputy
        world.cleanups += save("cleanup", rows, by=by, at=at, post=village.post.code)

    world.diary.on(last, enter)


def _row(world: World, village: Village, day: date, kind: str, rng: Random) -> Row:
    values = {
        "held_on": day.isoformat(),
        "kind": kind,
        "people": rng.randint(12, 90),
        "waste": f"{rng.randint(3, 60) / 10}",
    }
    return Row(values, village.place, id=world.new_id())


def _let_slips_happen(world: World) -> None:
    """Late rows, wrong counts put right with a reason, a row that was there twice."""
    year = world.last.year
    for month in (10,) if world.scale.is_small else (3, 5, 8, 10):
        for year in (world.first.year, world.last.year):
            # Nothing late is dated into last year once its report is out.
            world.diary.on(date(year, month, 19), _late(world, date(year, month - 1, 21)))
            world.diary.on(date(year, month, 22), _correction(world))
    world.diary.on(date(world.first.year, 6, 24), _double(world))


def _late(world: World, day: date) -> Act:
    """A row of last month, which has been attested and locked by now."""
    rng = world.branch()

    def act(at: datetime) -> None:
        village = rng.choice(world.township.standing)
        row = _row(world, village, day, "沟渠清理", rng)
        save("cleanup", [row], by=village.clerk, at=at, post=village.post.code)

    return act


def _correction(world: World) -> Act:
    rng = world.branch()

    def act(at: datetime) -> None:
        entry = entry_of(rng.choice(world.cleanups[-40:]))
        correct_entry(
            entry=entry,
            values_changed={"people": max(1, entry.data["people"] - rng.randint(1, 9))},
            version=entry.version,
            by=world.person("toilet_a"),
            at=at,
            reason=rng.choice(("和签到表核对，人数多写了", "照片上的人数对不上，按签到表改")),
            post="toilet-officer",
        )

    return act


def _double(world: World) -> Act:
    rng = world.branch()

    def act(at: datetime) -> None:
        village = world.township.villages[0]
        day = world.first.replace(month=6, day=23)
        first = _row(world, village, day, "大扫除", rng)
        kept = save("cleanup", [first], by=village.clerk, at=at, post=village.post.code)
        world.cleanups += kept
        again = Row(dict(first.values), village.place, id=world.new_id())
        twice = save("cleanup", [again], by=village.deputy, at=at, post=village.post.code)
        entry = entry_of(twice[0])
        remove_entry(
            entry=entry,
            version=entry.version,
            by=village.clerk,
            at=at + timedelta(minutes=20),
            reason="和上一条是同一次，记重了",
            post=village.post.code,
        )

    return act
