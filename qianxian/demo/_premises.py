"""What the office of safety looks at: premises, reservoirs and ponds. All of them are made up."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from qianxian.demo import _names as names
from qianxian.demo._diary import workday
from qianxian.demo._township import Village
from qianxian.demo._world import World, save
from qianxian.ledgers.services import Row

# Name behind that of the village, kind, and the kind of inspection that it gets.
_PREMISES = (
    ("小学", "学校", "消防"),
    ("便民超市", "商铺", "消防"),
    ("农资店", "商铺", "综合"),
    ("卫生室", "其他", "综合"),
    ("农家乐", "商铺", "燃气"),
    ("竹木加工厂", "企业", "消防"),
    ("烟花爆竹零售点", "烟花爆竹店", "烟花爆竹"),
    ("敬老院", "养老机构", "消防"),
    ("砂石场", "砂石场", "综合"),
    ("出租楼", "经营性自建房", "自建房"),
    ("通村路工地", "在建工地", "道路交通"),
    ("加油站", "加油站", "综合"),
)
_EVERYWHERE = 4
# Village, name, kind, capacity.
_RESERVOIRS = (
    ("桃溪村", "桃花水库", "小（二）型", "38.6"),
    ("石桥村", "石门水库", "小（一）型", "162"),
    ("泉塘村", "泉塘山塘", "山塘", "4.2"),
    ("柳湾村", "柳林水库", "小（二）型", "21.5"),
    ("大屋村", "大屋山塘", "山塘", "3.1"),
    ("白水村", "白水岩水库", "小（二）型", "55"),
    ("云岭村", "云岭水库", "小（二）型", "17.8"),
    ("杉木村", "杉木冲山塘", "山塘", "5.6"),
)


def register_premises(world: World) -> None:
    """Both registers, in the second week of the first year, by the officer of safety."""
    for number, village in enumerate(world.township.villages):
        world.inspected[village.place.code] = []
        rng = world.branch()
        day = workday(world.first + timedelta(days=7 + number % 3))

        def enter(
            at: datetime, village: Village = village, number: int = number, rng: Random = rng
        ) -> None:
            _enter_premises(world, village, number, rng, at)
            _enter_reservoirs(world, village, at)

        world.diary.on(day, enter)


def _enter_premises(world: World, village: Village, number: int, rng: Random, at: datetime) -> None:
    rest = _PREMISES[_EVERYWHERE:]
    own = [*_PREMISES[:_EVERYWHERE], *(rest[(number + n * 3) % len(rest)] for n in range(2))]
    rows = []
    for name, kind, about in own:
        values: dict[str, Any] = {
            "name": f"{village.place.name.removesuffix('村')}{name}",
            "kind": kind,
            "manager": names.resident(rng),
            "phone": names.phone(rng),
        }
        rows.append(Row(values, village.place, id=world.new_id()))
        world.inspected[village.place.code].append((rows[-1].id, about))
    by, post = world.acting("safety", at)
    save("premises", rows, by=by, at=at, post=post.code)


def _enter_reservoirs(world: World, village: Village, at: datetime) -> None:
    by, post = world.acting("safety", at)
    people = {
        "admin_person": world.person("deputy").name,
        "technical_person": world.person("acceptance_b").name,
        "patrol_person": village.deputy.name,
    }
    rows = [
        Row(
            {"name": name, "kind": kind, "capacity": capacity, **people},
            village.place,
            id=world.new_id(),
        )
        for own, name, kind, capacity in _RESERVOIRS
        if own == village.place.name
    ]
    if rows:
        save("reservoir", rows, by=by, at=at, post=post.code)
        world.reservoirs[village.place.code] = [row.id for row in rows]
