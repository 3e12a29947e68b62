"""Making the demo: plan everything that happens, then let it happen in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from django.db import transaction

from qianxian.core.commits import Actor
from qianxian.core.definitions import record_definitions
from qianxian.core.models import Absence
from qianxian.demo import _names as names
from qianxian.demo._attesting import attest_months
from qianxian.demo._cleanups import clean_up
from qianxian.demo._diary import Diary, moment
from qianxian.demo._plans import plan_both_years
from qianxian.demo._registers import (
    let_households_change,
    merge_villages,
    merger_day,
    register_households,
)
from qianxian.demo._renovations import renovate
from qianxian.demo._township import open_township
from qianxian.demo._world import World
from qianxian.indicators import lake


def make_demo(
    today: date, progress: Callable[[str], None], *, size: int = 1, seed: int = 2026
) -> None:
    """Make the township with two years of records that end the day before `today`.

    Everything but the lake is one transaction: broken off, it leaves an empty database.

    size   1 is a township of about 3,600 households; 0 a very small one; 2 twice as many
    """
    with transaction.atomic():
        world = _open(today, progress, size, seed)
        register_households(world)
        let_households_change(world)
        merge_villages(world)
        renovate(world)
        clean_up(world)
        attest_months(world)
        plan_both_years(world)
        world.diary.run(lambda day: _tell(progress, day))
        _absences(world, today)
    lake.seal_due(world.township.place, limit=0)
    progress(f"演示数据好了：{world.township.place}。")


def _open(today: date, progress: Callable[[str], None], size: int, seed: int) -> World:
    rng = Random(seed)  # noqa: S311  made-up data, no secrets
    first = date(today.year - 1, 1, 1)
    chosen = names.VILLAGES if size else (*names.VILLAGES[:2], names.VILLAGES[names.MERGED])
    township = open_township(chosen, first)
    last = today - timedelta(days=1)
    diary = Diary(last, Random(seed + 1))  # noqa: S311
    world = World(township, diary, rng, first, last, merger_day(today), size, progress)
    at = moment(first, Random(seed))  # noqa: S311
    record_definitions(township=township.place, by=Actor("system", "系统"), at=at)
    return world


def _tell(progress: Callable[[str], None], day: date) -> None:
    if day.month % 6 == 1:
        progress(f"  {day.year}年{day.month}月起的记录……")


def _absences(world: World, today: date) -> None:
    Absence.objects.create(
        user=world.person("acceptance_a"),
        first_day=today - timedelta(days=1),
        last_day=today + timedelta(days=3),
        note="去县里培训，验收请彭春兰代办。",
    )
