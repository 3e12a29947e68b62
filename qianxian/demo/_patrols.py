"""Patrols of reservoirs and ponds: dense while it rains, with one gap, and what they find."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from qianxian.demo._cleanups import months
from qianxian.demo._inspections import Hazard
from qianxian.demo._township import Village
from qianxian.demo._world import SOURCE, World, entries_of, ledger
from qianxian.ledgers.services import Row, save_together

# From April to September it rains, and everybody goes twice as often.
_WET = range(4, 10)
_SAYS = ("溢洪道里有倒下的树", "坝坡上有蚁穴", "放水洞的闸门关不严", "坝脚有渗水，水是清的")
# In the last month that is over nobody of this village went.
_GAP, _GAP_OF_FEW = 4, 1


def patrol(world: World) -> None:
    """Each month's patrols of a village, entered on its last day."""
    gap = _GAP_OF_FEW if world.scale.is_small else _GAP
    missed = (world.last.replace(day=1) - timedelta(days=1)).replace(day=1)
    for month in months(world.first + timedelta(days=31), world.last):
        for number, village in enumerate(world.township.villages):
            if (number, month) != (gap, missed):
                _plan_month(world, village, month)


def _plan_month(world: World, village: Village, month: date) -> None:
    rng = world.branch()
    end = month.replace(day=monthrange(month.year, month.month)[1])
    last = min(end, world.last)
    count = world.scale.patrols * (2 if month.month in _WET else 1)
    days = sorted(rng.sample(range((end - month).days + 1), count))
    held = [day for n in days if (day := month + timedelta(days=n)) <= last]
    finds = rng.random() < 0.06

    def enter(at: datetime) -> None:
        reservoirs = world.reservoirs.get(village.place.code, [])
        if not reservoirs or not held or village.is_merged_away:
            return
        about = entries_of(reservoirs)
        rows = [
            _row(world, village, about[key], day, rng, finds=finds and day == held[-1])
            for key in reservoirs
            for day in held
        ]
        batches = [(ledger("reservoir_patrol"), rows)]
        bad = [row for row in rows if not row.values["is_normal"]]
        hazards = [
            Hazard(world, village, "closed", row, "水库山塘", rng, says=row.values["found"])
            for row in bad
        ]
        if hazards:
            batches.append((ledger("hazard"), [hazard.row for hazard in hazards]))
        by, post = village.clerk, village.post.code
        save_together(batches=batches, by=by, at=at, post=post, source=SOURCE)
        for hazard in hazards:
            hazard.begin(at)

    world.diary.on(last, enter)


def _row(
    world: World, village: Village, reservoir: Any, day: date, rng: Random, *, finds: bool
) -> Row:
    values: dict[str, Any] = {
        "patrolled_on": day.isoformat(),
        "water_level": f"{rng.randint(880, 1120) / 10}",
        "is_normal": not finds,
    }
    if finds:
        values["found"] = rng.choice(_SAYS)
    return Row(values, village.place, subject=reservoir, id=world.new_id())
