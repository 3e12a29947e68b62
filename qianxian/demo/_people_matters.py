"""Petitions, calls of residents, illegal buildings and assistance: some sixty matters in two years.

Nobody is named in them but the households that applied for something.
"""

from __future__ import annotations

from qianxian.demo._cases import Kind, tell
from qianxian.demo._people_care import HOUSEHOLDS
from qianxian.demo._people_posts import POSTS
from qianxian.demo._people_ways import BUILDINGS, PETITIONS, REQUESTS
from qianxian.demo._township import open_posts
from qianxian.demo._world import World


def handle_peoples_matters(world: World) -> None:
    """Open the posts, and spread the cases of each kind over the two years."""
    open_posts(POSTS, world.township, world.first)
    tell(
        world,
        (
            Kind("petition", PETITIONS, at="township"),
            Kind("request", REQUESTS, times=2),
            Kind("illegal_building", BUILDINGS),
            Kind("social_assistance", HOUSEHOLDS, at="home"),
        ),
    )
