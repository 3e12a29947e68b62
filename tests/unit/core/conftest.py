"""A post with both its holders, who runs the posts, and who may come next."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qianxian.core.models import Place, Post, User


@pytest.fixture
def administrator(make_user: Callable[..., User], township: Place) -> User:
    return make_user("管立新", role="administrator", place=township, username="guanlx")


@pytest.fixture
def a(make_user: Callable[..., User]) -> User:
    return make_user("何春桃", username="hect")


@pytest.fixture
def b(make_user: Callable[..., User]) -> User:
    return make_user("刘建军", username="liujj")


@pytest.fixture
def newcomer(make_user: Callable[..., User], township: Place) -> User:
    return make_user("唐晓菊", username="tangxj", home=township)


@pytest.fixture
def post(make_post: Callable[..., Post], village: Place, a: User, b: User) -> Post:
    return make_post("报账员", duty="village_clerk", place=village, a=a, b=b, role="village_clerk")
