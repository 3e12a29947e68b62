"""Making the demo: plan everything that happens, then let it happen in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from qianxian.core.commits import Actor
from qianxian.core.definitions import record_definitions
from qianxian.demo import _names as names
from qianxian.demo._attesting import attest_periods
from qianxian.demo._cleanups import clean_up, months
from qianxian.demo._diary import Diary, moment
from qianxian.demo._imported import import_stalls
from qianxian.demo._inspections import inspect
from qianxian.demo._monitoring import monitor
from qianxian.demo._notices import receive_notices
from qianxian.demo._patrols import patrol
from qianxian.demo._people_matters import handle_peoples_matters
from qianxian.demo._plans import plan_both_years
from qianxian.demo._premises import register_premises
from qianxian.demo._registers import (
    let_households_change,
    merge_villages,
    merger_day,
    register_households,
)
from qianxian.demo._renovations import renovate
from qianxian.demo._scale import NORMAL, scale_of
from qianxian.demo._staff import change_staff
from qianxian.demo._township import open_township
from qianxian.demo._visits import visit
from qianxian.demo._work_matters import run_works
from qianxian.demo._world import World
from qianxian.indicators import lake
from qianxian.ledgers.models import Entry
from qianxian.matters.sweeping import sweep


def make_demo(
    today: date, progress: Callable[[str], None], *, size: int = NORMAL, seed: int = 2026
) -> None:
    """Make the township with two years of records that end the day before `today`.

    Everything but the lake is one transaction: broken off, it leaves an empty database.

    size  0 a very small township, 1 the usual one, from 10,000 on about so many entries
    """
    with transaction.atomic():
        world = _open(today, progress, size, seed)
        register_households(world)
        let_households_change(world)
        merge_villages(world)
        register_premises(world)
        for story in _STORIES:
            story(world)
        attest_periods(world)
        plan_both_years(world)
        world.diary.run(lambda day: _tell(progress, day, world))
    lake.seal_due(world.township.place, limit=0)
    count = Entry.objects.present().count()
    progress(
        f"演示数据好了：{world.township.place}，{count:,} 条记录，事项办了 {world.steps:,} 步。"
    )


def _open(today: date, progress: Callable[[str], None], size: int, seed: int) -> World:
    rng = Random(seed)  # noqa: S311  made-up data, no secrets
    first = date(today.year - 1, 1, 1)
    scale = scale_of(size)
    chosen = [names.VILLAGES[number] for number in scale.villages]
    township = open_township(chosen, first)
    last = today - timedelta(days=1)
    diary = Diary(last, Random(seed + 1))  # noqa: S311
    world = World(township, diary, rng, first, last, merger_day(today), scale, progress)
    at = moment(first, Random(seed))  # noqa: S311
    record_definitions(township=township.place, by=Actor("system", "系统"), at=at)
    return world


def _let_matters_rise(world: World) -> None:
    """What the background does each day, on the first of each month and on the last days."""
    days = [*months(world.first, world.last), *(world.last - timedelta(days=n) for n in (14, 7))]
    for day in days:
        world.diary.at(moment(day, Random(0)), _sweep)  # noqa: S311
    late = datetime.combine(world.last, time(23, 30), timezone.get_current_timezone())
    world.diary.at(late, _sweep)


def _sweep(at: datetime) -> None:
    sweep(at)


_STORIES = (
    renovate,
    clean_up,
    visit,
    monitor,
    inspect,
    patrol,
    receive_notices,
    import_stalls,
    change_staff,
    _let_matters_rise,
    handle_peoples_matters,
    run_works,
)


def _tell(progress: Callable[[str], None], day: date, world: World) -> None:
    """Each half-year; where it takes minutes, each month, and how far it is."""
    if world.scale.is_large:
        count = Entry.objects.count()
        progress(f"  {day.year}年{day.month}月，已有 {count:,} 条，办了 {world.steps:,} 步……")
    elif day.month % 6 == 1:
        progress(f"  {day.year}年{day.month}月起的记录……")
