"""Who holds what today: the table of AB posts, one post over time, the people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from qianxian.core.models import Absence, Grant, Handover, Holding, Office, Place, Post, User
from qianxian.core.models.people import PostQuerySet
from qianxian.core.people import rights
from qianxian.core.people.names import is_found


@dataclass(frozen=True, slots=True)
class Seat:
    """A or B of a post on a day: who holds it, who is still to confirm, who is away until when."""

    holder: User | None = None
    away: Absence | None = None
    taker: User | None = None

    @property
    def is_there(self) -> bool:
        return self.holder is not None and self.away is None


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post on the board."""

    post: Post
    a: Seat
    b: Seat

    @property
    def acts(self) -> User | None:
        """Who answers for it today: A, or B while A is away or nobody is A."""
        return next((seat.holder for seat in (self.a, self.b) if seat.is_there), None)

    @property
    def is_covered(self) -> bool:
        return not self.a.is_there and self.acts is not None


@dataclass(frozen=True, slots=True)
class OfficeRows:
    office: Office
    rows: tuple[PostRow, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Offices of the township first, then of the villages."""

    offices: tuple[OfficeRows, ...]
    villages: tuple[OfficeRows, ...]

    @property
    def rows(self) -> list[PostRow]:
        return [row for group in (*self.offices, *self.villages) for row in group.rows]

    @property
    def vacant(self) -> int:
        return sum(row.a.holder is None for row in self.rows)

    @property
    def covered(self) -> int:
        return sum(row.is_covered for row in self.rows)

    @property
    def nobody(self) -> int:
        return sum(row.acts is None for row in self.rows)


def board(user: User, on: date) -> Board:
    """All standing posts of the user's townships."""
    townships = rights.townships_of(user, on)
    places = _within(townships)
    offices = list(
        Office.objects.filter(place__in=places, closed_on__isnull=True)
        .select_related("place", "head")
        .order_by("place__path", "pk")
        .prefetch_related(Prefetch("posts", Post.objects.standing().order_by("code")))
    )
    # The office is known already: naming a post must not read it again for each.
    for office in offices:
        for post in office.posts.all():
            post.office = office
    rows = rows_of([post for office in offices for post in office.posts.all()], on)
    grouped = [
        OfficeRows(office, tuple(rows[post.pk] for post in office.posts.all()))
        for office in offices
    ]
    village = Place.Level.VILLAGE
    return Board(
        tuple(group for group in grouped if group.office.place.level != village),
        tuple(group for group in grouped if group.office.place.level == village),
    )


def rows_of(posts: Sequence[Post], on: date) -> dict[str, PostRow]:
    """Code → the post's row. Two queries, however many posts."""
    held = Holding.objects.filter(rights.lasting(on), post__in=posts).select_related("user")
    away = {
        absence.user_id: absence
        for absence in Absence.objects.filter(first_day__lte=on, last_day__gte=on)
    }
    seats: dict[tuple[str, str], list[Holding]] = defaultdict(list)
    for holding in held:
        seats[holding.post_id, holding.rank].append(holding)
    return {
        post.pk: PostRow(post, *(_seat(seats[post.pk, rank], away) for rank in ("A", "B")))
        for post in posts
    }


def _seat(held: Iterable[Holding], away: dict[int, Absence]) -> Seat:
    holder = next((h.user for h in held if h.is_confirmed), None)
    taker = next((h.user for h in held if not h.is_confirmed), None)
    return Seat(holder, away.get(holder.pk) if holder else None, taker)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of the list."""

    person: User
    posts: tuple[str, ...]
    away: Absence | None


def people(user: User, on: date, words: str = "") -> list[PersonRow]:
    """The people of the user's townships, found by a part of the name or its initials.

    Who may not manage people sees no closed accounts.
    """
    found = rights.people_in(rights.townships_of(user, on), on).order_by("name", "username")
    if not rights.may_manage(user, on):
        found = found.filter(is_active=True)
    persons = [person for person in found if is_found(person.name, words)]
    held: dict[int, list[str]] = defaultdict(list)
    holdings = Holding.objects.filter(rights.lasting(on), user__in=persons)
    for holding in holdings.select_related("post__office").order_by("rank", "post"):
        held[holding.user_id].append(f"{holding.post}（{holding.get_rank_display()}）")
    away = {
        absence.user_id: absence
        for absence in Absence.objects.filter(first_day__lte=on, last_day__gte=on)
    }
    return [PersonRow(p, tuple(held[p.pk]), away.get(p.pk)) for p in persons]


def posts_seen(user: User, on: date) -> PostQuerySet:
    """Every post of the user's townships, also closed ones: history names them."""
    return Post.objects.filter(place__in=_within(rights.townships_of(user, on))).select_related(
        "office__place", "office__head", "place"
    )


def holdings_of(post: Post) -> list[Holding]:
    """Everybody who held or will hold it, newest first."""
    rows = Holding.objects.filter(post=post).select_related("user")
    return list(rows.order_by("-valid_from", "rank"))


def absences_of(post: Post, on: date) -> list[Absence]:
    """Present and coming absences of those who hold it."""
    held = Holding.objects.filter(rights.lasting(on), post=post)
    rows = Absence.objects.filter(user__in=held.values("user"), last_day__gte=on)
    return list(rows.select_related("user").order_by("first_day"))


def open_handovers(post: Post) -> list[Handover]:
    rows = Handover.objects.filter(post=post, accepted_at=None, withdrawn_at=None)
    return list(rows.select_related("giver", "taker"))


def grants_of(post: Post) -> list[Grant]:
    return list(Grant.objects.filter(post=post).select_related("place").order_by("role", "line"))


def _within(townships: Iterable[Place]) -> list[str]:
    codes: list[str] = []
    for township in townships:
        codes += Place.objects.within(township.path).values_list("pk", flat=True)
    return codes
