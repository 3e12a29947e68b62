"""The throw-away township: eight villages of two groups, a post for every duty that flows name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from qianxian.core.models import Grant, Holding, Office, Place, Post, User
from qianxian.core.places import open_place
from qianxian_packs import Catalogue

VILLAGES, GROUPS = 8, 2
CLERK = "village_clerk"


@dataclass(frozen=True, slots=True)
class Town:
    """The township, its villages with their groups, and who does what."""

    place: Place
    villages: tuple[Place, ...]
    groups: dict[str, tuple[Place, ...]]
    posts: dict[tuple[str, str], tuple[Post, User]]
    writer: User

    def holder(self, role: str, village: Place) -> tuple[Post, User]:
        """The post with this duty for a village, and who holds it."""
        found = self.posts.get((role, village.code))
        return found or self.posts[role, self.place.code]


def build(name: str, since: date, catalogue: Catalogue) -> Town:
    """Open places, posts and people. `name` is the township's, as the report calls it."""
    county = open_place(code="990199000000", name="自检县", level="county", parent=None)
    place = open_place(code="990199100000", name=name or "自检镇", level="township", parent=county)
    villages = tuple(
        open_place(code=f"990199100{200 + n}", name=f"自检{n}村", level="village", parent=place)
        for n in range(1, VILLAGES + 1)
    )
    groups = {v.code: tuple(_groups(v)) for v in villages}
    posts = {}
    for village in villages:
        clerk = _post(CLERK, village, since, "village_clerk")
        posts[CLERK, village.code] = clerk
    roles = {step.role for flow in catalogue.flows.values() for step in flow.steps} - {CLERK}
    for role in sorted(roles):
        posts[role, place.code] = _post(role, place, since, "inspector")
    writer = _post("compiler", place, since, "office_clerk")[1]
    return Town(place, villages, groups, posts, writer)


def _groups(village: Place) -> Iterable[Place]:
    for n in range(1, GROUPS + 1):
        yield open_place(code=f"{village.code}{n:03}", name=f"{n}组", level="group", parent=village)


def _post(duty: str, place: Place, since: date, role: str) -> tuple[Post, User]:
    office, _ = Office.objects.get_or_create(place=place, name=f"{place}办公室")
    code = f"{duty[:26]}-{place.code}"
    post = Post.objects.create(code=code, name=duty, duty=duty, office=office, place=place)
    # Nobody signs in here, so nobody has a password.
    user = User.objects.create(username=code, name=f"{place}{duty}"[:30])
    Holding.objects.create(post=post, user=user, valid_from=since)
    Grant.objects.create(role=role, place=place, post=post)
    return post, user
