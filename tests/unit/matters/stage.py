"""A township with a post for every duty, built once for the many tests of a module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Post, User
from tests.making import place_maker, post_maker, standing, user_maker
from tests.unit.matters.office import Office


def office_of_every_duty(
    township: Place,
    village: Place,
    make_user: Callable[..., User],
    make_post: Callable[..., Post],
) -> Office:
    """A post with an A and a B holder for every duty of every flow, also those that it rises to."""
    flows = catalogue().flows.values()
    duties = {step.role for flow in flows for step in flow.steps}
    duties |= {rule.to for flow in flows for rule in flow.escalations}
    office = Office(village, {}, {}, {})
    for duty in sorted(duties):
        place = village if duty == "village_clerk" else township
        role = {"village_clerk": "village_clerk", "leader": "leader"}.get(duty, "office_clerk")
        office.a[duty] = make_user(f"甲{duty}"[:30], username=f"a_{duty}")
        office.b[duty] = make_user(f"乙{duty}"[:30], username=f"b_{duty}")
        office.posts[duty] = make_post(duty, duty=duty, place=place, role=role)
        for rank, holder in (("A", office.a[duty]), ("B", office.b[duty])):
            office.posts[duty].holdings.create(user=holder, rank=rank, valid_from="2024-01-01")
    return office


@dataclass(frozen=True)
class Stage:
    """The places, the clerk who records, and the office; `office` acts in the group."""

    county: Place
    township: Place
    village: Place
    group: Place
    clerk: User
    office: Office

    def office_in(self, place: Place) -> Office:
        """The same people for a matter elsewhere; photos are numbered anew."""
        return replace(self.office, place=place)


@contextmanager
def stage(blocker: Any) -> Iterator[Stage]:
    make_place, make_user = place_maker(), user_maker()
    with standing(blocker):
        county = make_place("云溪县", code="430100000000")
        township = make_place("青禾镇", parent=county, code="430100100000")
        village = make_place("清水村", parent=township, code="430100100201")
        group = make_place("三组", parent=village, code="430100100201003")
        clerk = make_user("王秀英", role="office_clerk", place=township, username="wangxy")
        office = office_of_every_duty(township, village, make_user, post_maker())
        yield Stage(county, township, village, group, clerk, office)
