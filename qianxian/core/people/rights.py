"""Who may change people and posts, and who sees them.

Everybody of a township sees its posts and who holds them. Three kinds of people change something:

- An administrator (`people.edit`) changes offices, posts, holders, grants and accounts within the
  own subtree. Roles are given by line as well: who manages one line gives roles in that line only.
  An administrator gives roles that he does not have himself, because managing people and reading
  ledgers are kept apart on purpose; so nobody gives anything to himself, neither by a grant nor by
  taking a post that carries one.
- The holder of an office's leading post changes holders and absences of that office's posts, but
  not of a post that manages people.
- Anybody enters the own absence.

A post is managed by whoever reaches all of it: its office, its place and every grant on it. A
person is managed by whoever reaches the home and every post and grant of that person: otherwise
a new password would be a way into what lies outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from qianxian.core import gate
from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.models import Grant, Holding, Office, Place, Post, User
from qianxian.core.permissions import ROLES, Permission
from qianxian.core.prepared_query import Given, PreparedQuery

MANAGING = [key for key, role in ROLES.items() if Permission.PEOPLE_EDIT in role.permissions]
_NOT_HERE = "没有这一页，或者不归你的岗位看。"


def lasting(on: date | Given, prefix: str = "") -> Q:
    """Holdings that stand on the day."""
    return Q(**{f"{prefix}valid_from__lte": on}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": on})
    )


def townships_of(user: User, on: date) -> list[Place]:
    """The townships whose posts the user sees: those of the own posts, grants and home."""
    if not user.is_active:
        return []
    held = Holding.objects.filter(lasting(on), user=user)
    granted = Grant.objects.filter(Q(user=user) | Q(post__in=held.values("post")))
    paths = {
        *held.values_list("post__place__path", flat=True),
        *held.values_list("post__office__place__path", flat=True),
        *granted.values_list("place__path", flat=True),
        *([user.home.path] if user.home else []),
    }
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(path__startswith=path) | Q(pk__in=path.rstrip("/").split("/"))
    return list(Place.objects.filter(condition, level=Place.Level.TOWNSHIP))


def require_seen(user: User, place: Place, on: date) -> None:
    """Outside of the own townships a post or person is not there."""
    seen = {township.pk for township in townships_of(user, on)}
    if not seen & set(place.ancestor_codes()):
        raise NotVisible(_NOT_HERE)


def manages_place(user: User, place: Place, on: date, *, line: str = "") -> bool:
    return gate.can(user, Permission.PEOPLE_EDIT, line=line, place=place, on=on)


def managed(user: User, on: date) -> Q:
    """A condition on the place table: where the user manages people in every line."""
    condition = Q(pk__in=[])
    for reach in gate.reaches(user, Permission.PEOPLE_EDIT, on):
        if not reach.line:
            condition |= Q(path__startswith=reach.path)
    return condition


def manages_somewhere(user: User, on: date) -> bool:
    """Whether the user opens offices, posts and accounts at all."""
    return any(not reach.line for reach in gate.reaches(user, Permission.PEOPLE_EDIT, on))


def may_manage(user: User, on: date) -> bool:
    """Whether the room of people is on the rail: administrators and heads of offices."""
    if gate.reaches(user, Permission.PEOPLE_EDIT, on):
        return True
    return user.is_active and bool(_led.rows(user=user.pk, on=on))


@PreparedQuery
def _led() -> QuerySet[Office, Any]:
    """Open offices of which the user holds the leading post."""
    held = Holding.objects.filter(lasting(Given("on")), user_id=Given("user"))
    return Office.objects.filter(head__in=held.values("post"), closed_on=None).values_list("pk")


def require_place(user: User, place: Place, on: date, *, line: str = "") -> None:
    if not manages_place(user, place, on, line=line):
        require_seen(user, place, on)
        raise NotAllowed(f"{place}的人和岗位不归你管。要改，请找那里的管理员。")


def manages_post(user: User, post: Post, on: date) -> bool:
    """Whether all of the post lies in what the user manages."""
    found = gate.reaches(user, Permission.PEOPLE_EDIT, on)
    parts = [("", post.place.path), ("", post.office.place.path)]
    parts += post.grants.values_list("line", "place__path")
    return all(any(reach.covers(*part) for reach in found) for part in parts)


def heads_post(user: User, post: Post, on: date) -> bool:
    """Whether the user leads the office of the post, and the post manages no people."""
    head = post.office.head_id
    if head is None or post.grants.filter(role__in=MANAGING).exists():
        return False
    return user.is_active and Post.objects.held_by(user, on).filter(pk=head).exists()


def may_change_holders(user: User, post: Post, on: date) -> bool:
    return manages_post(user, post, on) or heads_post(user, post, on)


def require_post(user: User, post: Post, on: date) -> None:
    """For the post itself and its grants: administrators."""
    if not manages_post(user, post, on):
        require_seen(user, post.place, on)
        raise NotAllowed(f"{post}不全在你管的范围里，只有管得到它全部授权的管理员能改。")


def require_holders(user: User, post: Post, on: date) -> None:
    """For who holds the post: administrators, and the head of its office."""
    if not may_change_holders(user, post, on):
        require_seen(user, post.place, on)
        raise NotAllowed(f"{post}由谁任，由管理员或{post.office}负责人定。请找他们。")


def refuse_self(user: User, by: User, post: Post) -> None:
    """Nobody takes a post that carries a grant by his own hand."""
    if user.pk == by.pk and post.grants.exists():
        raise NotAllowed("这个岗位带着授权，不能自己派给自己。请另一位管理员来办。")


def manages_person(user: User, person: User, on: date) -> bool:
    """Whether everything that the person has lies in what the user manages."""
    found = gate.reaches(user, Permission.PEOPLE_EDIT, on)
    held = Holding.objects.filter(user=person).exclude(valid_to__lt=on)
    grants = Grant.objects.filter(Q(user=person) | Q(post__in=held.values("post")))
    parts = [("", path) for path in held.values_list("post__place__path", flat=True)]
    parts += grants.values_list("line", "place__path")
    if person.home:
        parts.append(("", person.home.path))
    return bool(found) and all(any(r.covers(*part) for r in found) for part in parts)


def require_person(user: User, person: User, on: date) -> None:
    if not manages_person(user, person, on):
        if not people_in(townships_of(user, on), on).filter(pk=person.pk).exists():
            raise NotVisible(_NOT_HERE)
        raise NotAllowed(f"{person}的账号不全归你管。请找管得到他全部岗位的管理员。")


def may_tell_absence(user: User, person: User, on: date) -> bool:
    """Oneself, and whoever may change the holders of one of the person's posts."""
    if user.pk == person.pk:
        return True
    posts = Post.objects.held_by(person, on).select_related("office__place", "place")
    return any(may_change_holders(user, post, on) for post in posts)


def people_in(townships: Iterable[Place], on: date) -> QuerySet[User]:
    """Everybody with a home, a post or a grant there; who has none anywhere is anybody's."""
    here, nowhere = Q(pk__in=[]), Q(home=None, holdings=None, grants=None)
    for township in townships:
        inside = Place.objects.within(township.path).values("pk")
        here |= Q(home__in=inside) | Q(grants__place__in=inside)
        here |= Q(
            holdings__in=Holding.objects.filter(post__place__in=inside).exclude(valid_to__lt=on)
        )
        here |= nowhere
    return User.objects.filter(here).distinct()


def administrators(township: Place, on: date) -> list[User]:
    """Who manages the whole township on the day."""
    whole = Q(role__in=MANAGING, line="", place__in=township.ancestor_codes())
    grants = Grant.objects.filter(whole)
    held = Holding.objects.filter(lasting(on), post__grants__in=grants)
    either = Q(pk__in=held.values("user")) | Q(pk__in=grants.values("user"))
    return list(User.objects.filter(either, is_active=True).order_by("name", "username"))


@contextmanager
def keeping_an_administrator(township: Place, *days: date) -> Iterator[None]:
    """Undo what is done inside where it would leave the township without an administrator."""
    before = bool(administrators(township, min(days)))
    yield
    if before and not all(administrators(township, day) for day in days):
        raise UserError(f"这样{township}就没有管理员了。先给另一个人派上管理员岗位，再来改。")
