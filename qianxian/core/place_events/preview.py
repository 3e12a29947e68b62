"""What an event touches, told before it is carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qianxian.core.models import Place, Post, User
from qianxian.core.place_events import followers
from qianxian.core.place_events.acts import grants_beside
from qianxian.core.place_events.plans import Plan


@dataclass(frozen=True, slots=True)
class Preview:
    """`becomes` are places with what they become; `counts` what follows and what stays."""

    becomes: tuple[tuple[str, str], ...]
    counts: tuple[tuple[str, int], ...]
    posts: tuple[str, ...]
    grants: int


def preview(plan: Plan, by: User) -> Preview:
    names = {each.code: each.name for each in plan.opened}
    known = Place.objects.in_bulk([*plan.ended, *plan.ended.values(), plan.into])
    names |= {code: place.name for code, place in known.items()}
    renamed = [(plan.place.name, name) for name in plan.renamed.values()]
    ended = [(known[old].name, _full(new, names, plan)) for old, new in plan.ended.items()]
    counts = followers.counts(plan.ended, plan.on)
    grants = len(grants_beside(plan, by))
    return Preview((*renamed, *ended), tuple(counts), tuple(_posts(plan)), grants)


def _full(code: str, names: Mapping[str, str], plan: Plan) -> str:
    """A group with the village that it lies in then."""
    above = plan.into if code != plan.into and code.startswith(plan.into) else ""
    return f"{names[above]} {names[code]}" if above in names else names[code]


def _posts(plan: Plan) -> list[str]:
    """Posts that stay at a place that ends: somebody gives them another place or closes them."""
    rows = Post.objects.standing().filter(place__in=list(plan.ended)).select_related("office")
    return [str(post) for post in rows]
