"""The township of the demo: places, offices, posts with A and B holders, people, grants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password

from qianxian.core.models import Grant, Holding, Office, Place, Post, User
from qianxian.core.places import open_place
from qianxian.demo import _names as names
from qianxian.demo._accounts import PASSWORD
from qianxian.demo._posts import POSTS, PostOf


@dataclass(slots=True)
class Village:
    """A village with its groups and the two people of its clerk's post."""

    place: Place
    groups: list[Place]
    post: Post
    clerk: User
    deputy: User
    pace: float
    is_merged_away: bool = False


@dataclass(slots=True)
class Township:
    """Everything that the acts of the demo need to know of the township."""

    place: Place
    villages: list[Village]
    people: dict[str, User]
    posts: dict[str, Post] = field(default_factory=dict)

    @property
    def merged(self) -> Village:
        return self.villages[names.MERGED]

    @property
    def successor(self) -> Village:
        return self.villages[names.SUCCESSOR]

    @property
    def standing(self) -> list[Village]:
        return [v for v in self.villages if not v.is_merged_away]


def open_township(chosen: Sequence[names.VillageName], since: date) -> Township:
    """Open places, offices, posts and accounts as they stood on the first day."""
    county = open_place(code=names.COUNTY_CODE, name=names.COUNTY, level="county", parent=None)
    place = open_place(
        code=names.TOWNSHIP_CODE, name=names.TOWNSHIP, level="township", parent=county
    )
    # One hash for all: it is a printed password, and hashing anew for each takes half a minute.
    hashed = make_password(PASSWORD)
    people = {key: _user(*who, hashed, place) for key, who in names.PEOPLE.items()}
    found = Township(place, [], people)
    for one in POSTS:
        found.posts[one.code] = open_post(one, place, people, since)
    for number, name in enumerate(chosen, 1):
        found.villages.append(_village(name, number, place, hashed, since))
    return found


def _user(username: str, name: str, hashed: str, home: Place) -> User:
    return User.objects.create(
        username=username, name=name, password=hashed, home=home, is_demo=True
    )


def open_post(one: PostOf, place: Place, people: dict[str, User], since: date) -> Post:
    office, _ = Office.objects.get_or_create(place=place, name=one.office)
    post = Post.objects.create(
        code=one.code, name=one.name, duty=one.duty, office=office, place=place
    )
    for rank, key in (("A", one.a), ("B", one.b)):
        if key:
            Holding.objects.create(post=post, user=people[key], rank=rank, valid_from=since)
    for role, line in one.roles:
        Grant.objects.create(role=role, line=line, place=place, post=post)
    return post


def open_posts(posts: Iterable[PostOf], township: Township, since: date) -> None:
    """Posts of the township that a story needs, held by people who are there already."""
    for one in posts:
        township.posts[one.code] = open_post(one, township.place, township.people, since)


def _village(
    name: names.VillageName, number: int, township: Place, hashed: str, since: date
) -> Village:
    code = f"{township.code[:9]}{200 + number}"
    place = open_place(code=code, name=name.name, level="village", parent=township)
    groups = [open_group(place, n) for n in range(1, name.groups + 1)]
    office = Office.objects.create(place=place, name=f"{name.name}村民委员会")
    post = Post.objects.create(
        code=f"clerk-{name.username}",
        name="报账员",
        duty="village_clerk",
        office=office,
        place=place,
    )
    clerk = _user(name.username, name.clerk, hashed, place)
    deputy = _user(f"{name.username}2", name.deputy, hashed, place)
    for rank, user in (("A", clerk), ("B", deputy)):
        Holding.objects.create(post=post, user=user, rank=rank, valid_from=since)
    Grant.objects.create(role="village_clerk", place=place, post=post)
    return Village(place, groups, post, clerk, deputy, name.pace)


def open_group(village: Place, number: int) -> Place:
    return open_place(
        code=f"{village.code}{number:03}",
        name=names.group_name(number),
        level="group",
        parent=village,
    )
