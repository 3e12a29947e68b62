"""Projects, houses that are built, and services at the window: some forty matters in two years."""

from __future__ import annotations

import uuid
from random import Random

from qianxian.demo._cases import Kind, tell
from qianxian.demo._diary import moment
from qianxian.demo._township import open_posts
from qianxian.demo._work_posts import POSTS
from qianxian.demo._work_ways import HOUSES, ITEMS, PROJECTS, SERVICES
from qianxian.demo._world import World, save
from qianxian.ledgers.services import Row


def run_works(world: World) -> None:
    """Open the posts, list the items of the window, and spread the cases over the two years."""
    open_posts(POSTS, world.township, world.first)
    tell(
        world,
        (
            Kind("project", PROJECTS),
            Kind("homestead", HOUSES, times=2, at="home"),
            Kind("service_request", SERVICES, times=4, subjects=_list_items(world)),
        ),
    )


def _list_items(world: World) -> list[uuid.UUID]:
    rng = Random("service items")  # noqa: S311  made-up data
    rows = [
        Row(
            {"code": code, "name": name, "kind": kind, "limit": limit, "is_village": limit > 1},
            world.township.place,
            id=uuid.UUID(int=rng.getrandbits(128), version=4),
        )
        for code, name, kind, limit in ITEMS
    ]
    at = moment(world.first, rng)
    by, post = world.acting("window", at)
    save("service_item", rows, by=by, at=at, post=post.code)
    return [row.id for row in rows]
