"""Reads of the core that join several tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from django.db.models import Q, QuerySet
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.models import Absence, Commit, Holding, Place, Post, User
from qianxian.core.prepared_query import Given, PreparedQuery
from qianxian_engine import Level, PlaceNode, PlaceTree


def today(at: datetime | None = None) -> date:
    """The day in the office's time zone. Only views, commands and jobs ask; services are told."""
    return timezone.localdate(at)


def place_tree(root: Place) -> PlaceTree:
    """The tree below a place as the engine's value, with merged and closed places in it."""
    rows = Place.objects.within(root.path)
    return PlaceTree(
        [
            PlaceNode(
                code=p.code,
                name=p.name,
                level=cast(Level, p.level),
                parent=p.parent_id if p.code != root.code else None,
                valid_from=p.valid_from,
                # The table keeps the last day, the engine the first day after it.
                valid_to=p.valid_to + timedelta(days=1) if p.valid_to else None,
                successor=p.successor_id,
            )
            for p in rows
        ]
    )


def standing_on(place: Place, day: date) -> Place:
    """The place itself, or what it has become by that day."""
    while place.valid_to and place.successor and day > place.valid_to:
        place = place.successor
    return place


def township_of(place: Place) -> Place:
    """The township whose stream records what happens at this place."""
    return Place.objects.get(code__in=place.ancestor_codes(), level=Place.Level.TOWNSHIP)


def commit_of(place: Place, number: int) -> Commit | None:
    """The commit of this number in the stream of the place's township."""
    return Commit.objects.filter(stream=township_of(place).pk, number=number).first()


def villages(township: Place, on: date | None = None) -> list[Place]:
    rows = (
        Place.objects.within(township.path)
        .filter(level=Place.Level.VILLAGE)
        .select_related("successor")
    )
    return list(rows.valid_on(on) if on else rows)


@dataclass(frozen=True, slots=True)
class Duty:
    """A post whose work a person sees today, and why: held as A or B, and who is covered."""

    post: Post
    rank: str
    covers: User | None


def held_by(user: User, on: date) -> list[Holding]:
    """What the user holds that day, as A first, then longest: posts with office and both places."""
    rows = _holdings(user, on)
    return [row for row in rows if row.valid_from <= on and (row.valid_to or on) >= on]


def has_to_confirm(user: User, on: date) -> bool:
    """Whether a hand-over, of whichever post, waits for the user's word."""
    return any(not row.is_confirmed for row in _holdings(user, on))


def _holdings(user: User, on: date) -> list[Holding]:
    return gate.remembered(("holdings", user.pk, on), lambda: _read_holdings(user, on))


@PreparedQuery
def _standing_or_offered() -> QuerySet[Holding, Holding]:
    on = Given("on")
    standing = Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    rows = Holding.objects.filter(standing | Q(is_confirmed=False), user_id=Given("user"))
    return rows.select_related("post__office").order_by("rank", "valid_from", "pk")


def _read_holdings(user: User, on: date) -> list[Holding]:
    found = _standing_or_offered.objects(user=user.pk, on=on)
    places = gate.places() if found else {}
    for row in found:
        for each in (row.post, row.post.office):
            # One that was opened since is read when it is asked for.
            if place := places.get(each.place_id):
                each.place = place
    return found


def duties(user: User, on: date) -> list[Duty]:
    """The posts whose work is in the user's inbox: A posts always, B posts while A is away.

    A post that nobody holds as A is covered too, for nobody: `covers` is None.
    """
    return gate.remembered(("duties", user.pk, on), lambda: _duties(user, on))


def _duties(user: User, on: date) -> list[Duty]:
    holdings = held_by(user, on)
    away = _uncovered([h.post_id for h in holdings if h.rank == Holding.Rank.B], on)
    found = []
    for holding in holdings:
        if holding.rank == Holding.Rank.A:
            found.append(Duty(holding.post, "A", None))
        elif holding.post_id in away:
            found.append(Duty(holding.post, "B", away[holding.post_id]))
    return found


def _uncovered(posts: Iterable[str], on: date) -> dict[str, User | None]:
    """Those of these posts whose A holder is away on the day, with that holder; None for a vacancy.

    Whoever is still to accept a hand-over does not stand in for the one who hands over.
    """
    wanted = list(posts)
    if not wanted:
        return {}
    holders = (
        Holding.objects.filter(post__in=wanted, rank=Holding.Rank.A, valid_from__lte=on)
        .exclude(valid_to__lt=on)
        .select_related("user")
        .order_by("is_confirmed")
    )
    absent = set(
        Absence.objects.filter(first_day__lte=on, last_day__gte=on).values_list(
            "user_id", flat=True
        )
    )
    found: dict[str, User | None] = dict.fromkeys(wanted)
    found.update({h.post_id: h.user for h in holders})
    there = {h.post_id for h in holders if h.is_confirmed and h.user_id not in absent}
    return {post: user for post, user in found.items() if post not in there}
