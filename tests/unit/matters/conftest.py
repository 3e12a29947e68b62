"""Fixtures for matters: an office with a post for each role, and households with toilets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from qianxian.core.models import Grant, Place, Post, User
from qianxian.ledgers.models import Entry
from tests.unit.matters.hotline import Hotline, hotline_of, hotline_pack
from tests.unit.matters.office import MakeMatter, Office
from tests.unit.matters.stage import Stage, office_of_every_duty, stage

# Tuesday of a plain week: four working days follow without a holiday.
START = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def standing_stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    with stage(django_db_blocker) as built:
        yield built


@pytest.fixture
def start() -> datetime:
    return START


@pytest.fixture
def office(
    township: Place,
    village: Place,
    make_user: Callable[..., User],
    make_post: Callable[..., Post],
) -> Office:
    """Village clerk and acceptance officer with A and B holders, and a leader who grants time."""
    a = {
        "village_clerk": make_user("何春桃", username="hechuntao"),
        "acceptance_officer": make_user("陈秋月", username="chenqiuyue"),
        "leader": make_user("谢文武", username="xiewenwu"),
    }
    b = {
        "village_clerk": make_user("刘建军", username="liujianjun"),
        "acceptance_officer": make_user("周小满", username="zhouxiaoman"),
        "leader": make_user("伍志强", username="wuzhiqiang"),
    }
    posts = {
        "village_clerk": make_post(
            "报账员", duty="village_clerk", place=village, role="village_clerk"
        ),
        "acceptance_officer": make_post(
            "改厕验收", duty="acceptance_officer", place=township, role="inspector"
        ),
        "leader": make_post("分管领导", duty="leader", place=township, role="leader"),
    }
    for duty, post in posts.items():
        post.holdings.create(user=a[duty], rank="A", valid_from="2024-01-01")
        post.holdings.create(user=b[duty], rank="B", valid_from="2024-01-01")
    return Office(village, posts, a, b)


@pytest.fixture
def whole_office(
    township: Place,
    village: Place,
    make_user: Callable[..., User],
    make_post: Callable[..., Post],
) -> Office:
    return office_of_every_duty(township, village, make_user, make_post)


@pytest.fixture
def make_matter(make_entry: Callable[..., Entry], office: Office) -> MakeMatter:
    """make_matter() records a toilet of a new household in the first state of its flow."""

    def make(values: dict[str, Any] | None = None, **more: Any) -> Entry:
        place = {"place": more["place"]} if "place" in more else {}
        household = make_entry("household", **place)
        at = {"at": more.pop("at", START)}
        return make_entry("toilet_renovation", values or {}, subject=household, **{**more, **at})

    return make


@pytest.fixture
def matter(make_matter: MakeMatter) -> Entry:
    return make_matter()


@pytest.fixture
def chief_clerk(make_user: Callable[..., User], township: Place) -> User:
    """An office clerk who may record and correct in every village, but holds no post."""
    user = make_user("王干事", username="wangganshi")
    Grant.objects.create(role="office_clerk", place=township, user=user)
    return user


@pytest.fixture
def hotline(
    settings: Any,
    tmp_path: Path,
    township: Place,
    village: Place,
    make_user: Callable[..., User],
    make_post: Callable[..., Post],
    make_entry: Callable[..., Entry],
) -> Iterator[Hotline]:
    """The pack of calls with its people; nothing is recorded yet."""
    with hotline_pack(settings, tmp_path):
        yield hotline_of(township, village, make_user, make_post, make_entry, START)
