"""The one read gate: pages, figures, rows, exports, search and jobs all ask here.

What a person may do comes from grants: role × line × place subtree, given to the person or to a
post that the person holds today. Outside of it things are not there (404), rather than forbidden.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from qianxian.core.errors import NotAllowed, NotVisible
from qianxian.core.models import Grant, Place, User
from qianxian.core.permissions import ROLES, Permission
from qianxian.core.prepared_query import Given, PreparedQuery


@dataclass(frozen=True, slots=True)
class Reach:
    """A line (empty: every line) and the path of a place subtree."""

    line: str
    path: str

    def covers(self, line: str, path: str) -> bool:
        return self.line in ("", line) and path.startswith(self.path)


_T = TypeVar("_T")

# What was looked up within `remembering`, by what was asked.
_remembered: ContextVar[dict[Hashable, Any] | None] = ContextVar("remembered", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Look up once who holds what, for a page that asks about many things and saves nothing."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def remembered(asked: Hashable, look: Callable[[], _T]) -> _T:
    """What `look` finds; within `remembering` it looks only the first time."""
    held = _remembered.get()
    if held is None:
        return look()
    if asked not in held:
        held[asked] = look()
    found: _T = held[asked]
    return found


def reaches(user: User, permission: Permission, on: date) -> tuple[Reach, ...]:
    """Every line and subtree in which the user has the permission on that day."""
    if not user.is_active:
        return ()
    granted = remembered(("granted", user.pk, on), lambda: _granted(user, on))
    own = (
        Reach(line, path) for role, line, path in granted if permission in ROLES[role].permissions
    )
    return tuple(dict.fromkeys(own))


def _granted(user: User, on: date) -> list[tuple[str, str, str]]:
    """Role, line and path of each grant; who asks for one permission soon asks for the next."""
    return _grants.rows(user=user.pk, on=on)


@PreparedQuery
def _grants() -> QuerySet[Grant, Any]:
    on, user = Given("on"), Given("user")
    standing = Q(post__holdings__valid_to__isnull=True) | Q(post__holdings__valid_to__gte=on)
    through = standing & Q(post__holdings__user_id=user, post__holdings__valid_from__lte=on)
    grants = Grant.objects.filter(Q(user_id=user) | through, role__in=list(ROLES))
    return grants.values_list("role", "line", "place__path")


def places() -> Mapping[str, Place]:
    """Every place by its code with its parent, in official order; closed ones too."""
    return remembered("places", _places)


def _places() -> dict[str, Place]:
    found = {place.code: place for place in _all_places.objects()}
    for place in found.values():
        if place.parent_id:
            place.parent = found[place.parent_id]
    return found


@PreparedQuery
def _all_places() -> QuerySet[Place, Place]:
    return Place.objects.order_by("code")


def reaches_in(user: User, permission: Permission, line: str, on: date) -> tuple[Reach, ...]:
    """Those that hold for this line; none where the user has the permission nowhere in it."""
    return tuple(r for r in reaches(user, permission, on) if r.line in ("", line))


def can(user: User, permission: Permission, *, line: str, place: Place, on: date) -> bool:
    return any(reach.covers(line, place.path) for reach in reaches(user, permission, on))


def require(user: User, permission: Permission, *, line: str, place: Place, on: date) -> None:
    """Let pass, or raise NotVisible where nothing here may be seen, else NotAllowed."""
    if can(user, permission, line=line, place=place, on=on):
        return
    if can(user, Permission.ENTRY_VIEW, line=line, place=place, on=on):
        raise NotAllowed("这一项不归你的岗位办。要办，请找条线负责人给你的岗位开。")
    raise NotVisible("没有这一页，或者不归你的岗位看。")


def places_filter(found: Iterable[Reach], *, lines: dict[str, list[str]], field: str) -> Q:
    """A condition on rows that have a place and, in column `field`, a definition id.

    `lines` maps each line to the ids of its definitions. Places are matched by a subquery on the
    place table, which has at most a few hundred rows.
    """
    condition = Q(pk__in=[])
    for reach in found:
        places = Q(place__in=Place.objects.within(reach.path).values("code"))
        if reach.line:
            places &= Q(**{f"{field}__in": lines.get(reach.line, [])})
        condition |= places
    return condition


def visible_places(user: User, permission: Permission, on: date) -> Q:
    """A condition on the place table: all places in which the user has the permission."""
    condition = Q(pk__in=[])
    for reach in reaches(user, permission, on):
        condition |= Q(path__startswith=reach.path)
    return condition
