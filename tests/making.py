"""Makers of places, people and posts, for fixtures of a test and for worlds that several share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from typing import Any

from django.db import transaction

from qianxian.core.models import Grant, Holding, Office, Place, Post, User
from qianxian.core.places import open_place

_BELOW = {"": "county", "county": "township", "township": "village", "village": "group"}


@contextmanager
def standing(blocker: Any) -> Iterator[None]:
    """What is made inside stands for every test of a module, each a savepoint within; then it goes.

    Making the world anew for each of many tests takes longer than what they test.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def place_maker() -> Callable[..., Place]:
    """make("清水村", parent=township): the level follows from the parent's."""
    numbers = count(1)

    def make(name: str = "", *, parent: Place | None = None, code: str = "", **more: Any) -> Place:
        level = _BELOW[parent.level if parent else ""]
        n = next(numbers)
        if not code:
            code = f"{parent.code}{n:03}" if parent and level == "group" else f"4301{n:08}"
        return open_place(code=code, name=name or f"{n}号", level=level, parent=parent, **more)

    return make


def user_maker() -> Callable[..., User]:
    """make("王秀英", role="office_clerk", place=township, line="environment").

    Without a role the user may see nothing.
    """
    numbers = count(1)

    def make(
        name: str = "", *, role: str = "", place: Place | None = None, line: str = "", **more: Any
    ) -> User:
        n = next(numbers)
        values = {"username": f"user{n}", "name": name or f"{n}号专干", "password": "一二三四五六"}
        user = User.objects.create_user(**{**values, **more})
        if role and place:
            Grant.objects.create(role=role, line=line, place=place, user=user)
        return user

    return make


def post_maker() -> Callable[..., Post]:
    """make("改厕专干", duty="toilet_officer", place=township, a=user, b=user, role=...)."""
    numbers = count(1)

    def make(
        name: str = "",
        *,
        duty: str,
        place: Place,
        a: User | None = None,
        b: User | None = None,
        role: str = "",
        line: str = "",
        code: str = "",
    ) -> Post:
        office, _ = Office.objects.get_or_create(place=place, name=f"{place}办公室")
        post = Post.objects.create(
            code=code or f"{duty}-{next(numbers)}",
            name=name or duty,
            duty=duty,
            office=office,
            place=place,
        )
        for rank, user in (("A", a), ("B", b)):
            if user:
                Holding.objects.create(post=post, user=user, rank=rank, valid_from=date(2026, 1, 1))
        if role:
            Grant.objects.create(role=role, line=line, place=place, post=post)
        return post

    return make
