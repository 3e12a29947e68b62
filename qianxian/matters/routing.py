"""Which post a matter waits for: the nearest one above its place that has the duty."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from qianxian.core import gate
from qianxian.core.models import Grant, Holding, Place, Post, User
from qianxian.core.permissions import ROLES, Permission
from qianxian.matters.flows import main_step
from qianxian.matters.models import Holiday
from qianxian.matters.workdays import WorkCalendar
from qianxian_packs import Flow, Step


def posts_for(duty: str, place: Place) -> list[Post]:
    """Every standing post with the duty whose place covers this one, nearest first."""
    found = Post.objects.standing().filter(duty=duty, place__in=place.ancestor_codes())
    return sorted(
        found.select_related("office", "place"), key=lambda post: (-len(post.place.path), post.code)
    )


class Routes:
    """Calendar and posts, read once for many matters of one day."""

    def __init__(self) -> None:
        self.calendar = calendar()
        self._found: dict[tuple[str, str], list[Post]] = {}
        self._held: dict[tuple[str, str], Post | None] = {}

    def posts_for(self, duty: str, place: Place) -> list[Post]:
        key = (duty, place.pk)
        if key not in self._found:
            self._found[key] = posts_for(duty, place)
        return self._found[key]

    def rises_to(self, duty: str, place: Place, on: date) -> Post | None:
        """The nearest post with the duty that somebody holds: an empty chair sees nothing. Where all
        are empty, the nearest one of them."""
        key = (duty, place.pk)
        if key not in self._held:
            posts = self.posts_for(duty, place)
            held = (post for post in posts if holders([post], on))
            self._held[key] = next(held, posts[0] if posts else None)
        return self._held[key]


def names_of(posts: Iterable[Post]) -> str:
    """The nearest of these posts by name; empty where there is none."""
    return next((str(post) for post in posts), "")


def names_by_code(codes: Iterable[str]) -> dict[str, str]:
    """Post code → its name. One query, none without codes."""
    wanted = set(codes)
    found = Post.objects.filter(pk__in=wanted).select_related("office") if wanted else ()
    return {post.pk: str(post) for post in found}


def post_for_state(flow: Flow, state: str, place: Place) -> Post | None:
    """The post that a matter in this state waits for, None where it waits for nobody."""
    step = main_step(flow, state)
    posts = posts_for(step.role, place) if step else []
    return posts[0] if posts else None


def posts_to_act_in(user: User, step: Step, place: Place, on: date) -> list[Post]:
    """The posts in which this person may take the step here: held as A or as B, nearest first."""
    held = set(Post.objects.held_by(user, on).filter(duty=step.role).values_list("pk", flat=True))
    return [post for post in posts_for(step.role, place) if post.pk in held] if held else []


def holders(posts: Iterable[Post], on: date) -> list[User]:
    """Who holds one of these posts on the day, as A or as B."""
    return list(
        User.objects.filter(
            Q(holdings__valid_to__isnull=True) | Q(holdings__valid_to__gte=on),
            holdings__post__in=list(posts),
            holdings__valid_from__lte=on,
            is_active=True,
        )
        .distinct()
        .order_by("name", "username")
    )


def typed_for(user: User, step: Step, place: Place, line: str, on: date) -> list[Post]:
    """The posts of the step for which this person may type: where they record in all of the post's
    place. So the township types for its villages, and no village for the one who looks at its work.
    """
    return [
        post
        for post in posts_for(step.role, place)
        if gate.can(user, Permission.ENTRY_EDIT, line=line, place=post.place, on=on)
    ]


def granting_post(line: str, place: Place, on: date, *, asker: str) -> Post | None:
    """The nearest post that may grant more time here and that somebody else than the asker holds."""
    roles = [key for key, role in ROLES.items() if Permission.EXTENSION_GRANT in role.permissions]
    grants = Grant.objects.filter(
        role__in=roles, line__in=("", line), place__in=place.ancestor_codes(), post__isnull=False
    )
    held = (
        Holding.objects.filter(post__in=grants.values("post"), valid_from__lte=on)
        .exclude(valid_to__lt=on)
        .exclude(user__username=asker)
        .select_related("post__office", "post__place")
    )
    posts = {holding.post for holding in held}
    return min(posts, key=lambda post: (-len(post.place.path), post.code), default=None)


def calendar() -> WorkCalendar:
    """Working days with the office's own table. One query."""
    return WorkCalendar(dict(Holiday.objects.values_list("day", "is_working")))
