"""Fixtures for all tests: a township with a few people, and one make_… per model."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import settings as hypothesis_settings

from qianxian.core.commits import Actor
from qianxian.core.definitions import catalogue
from qianxian.core.models import Grant, Place, Post, User
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, save_entry
from tests.making import place_maker, post_maker, user_maker

# The day on which tests take place: a Wednesday, no holiday near.
TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)

# The same examples at every run: what `make test` says depends on the code alone. `make long`
# looks for new ones.
hypothesis_settings.register_profile("same", derandomize=True, deadline=None)
hypothesis_settings.register_profile("new", deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

_HERE = Path(__file__).parent
_ON_BOTH_DATABASES = (
    *(_HERE / "unit" / room for room in ("core", "ledgers", "matters", "indicators", "plans")),
    *(
        _HERE / "unit" / "imports" / name
        for name in ("test_same_as_saved.py", "test_running.py", "test_landing.py")
    ),
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what runs on PostgreSQL too, and leave out what runs only there."""
    is_sqlite = connection.vendor == "sqlite"
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        only_there = item.path.is_relative_to(_HERE / "postgres" / "only")
        is_long_walk = item.path.name == "test_every_flow.py"  # of definitions, not of the database
        if is_long_walk:
            kept.append(item)
            continue
        if only_there or any(item.path.is_relative_to(each) for each in _ON_BOTH_DATABASES):
            item.add_marker("postgres")
        (left_out if only_there and is_sqlite else kept).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


# Tests are collected without a database: until something begins, the packs alone are in force.
catalogue.cache_clear()


@pytest.fixture(autouse=True)
def definitions_of_packs() -> None:
    """What an earlier test defined was rolled back; no process of a test is told of that."""
    catalogue.hold_packs()


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> Path:
    """A data folder of the test's own: what one test seals or files, no other finds."""
    folder = tmp_path / "data"
    folder.mkdir()
    settings.DATA = folder
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder / "files"},
        },
    }
    return folder


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def actor() -> Actor:
    """Somebody who saves, where the test is not about who."""
    return Actor("wangxy", "王秀英", "toilet_officer")


@pytest.fixture
def make_place(db: None) -> Callable[..., Place]:
    return place_maker()


@pytest.fixture
def county(make_place: Callable[..., Place]) -> Place:
    return make_place("云溪县", code="430100000000")


@pytest.fixture
def township(make_place: Callable[..., Place], county: Place) -> Place:
    return make_place("青禾镇", parent=county, code="430100100000")


@pytest.fixture
def village(make_place: Callable[..., Place], township: Place) -> Place:
    return make_place("清水村", parent=township, code="430100100201")


@pytest.fixture
def other_village(make_place: Callable[..., Place], township: Place) -> Place:
    return make_place("石桥村", parent=township, code="430100100202")


@pytest.fixture
def group(make_place: Callable[..., Place], village: Place) -> Place:
    return make_place("三组", parent=village, code="430100100201003")


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    return user_maker()


@pytest.fixture
def clerk(make_user: Callable[..., User], township: Place) -> User:
    """A clerk of the township's environment office, who may record in every village."""
    user = make_user(
        "王秀英", role="office_clerk", place=township, line="environment", username="wangxy"
    )
    Grant.objects.create(role="office_clerk", line="common", place=township, user=user)
    return user


@pytest.fixture
def village_clerk(make_user: Callable[..., User], village: Place) -> User:
    return make_user("李建国", role="village_clerk", place=village, username="lijg")


@pytest.fixture
def leader(make_user: Callable[..., User], township: Place) -> User:
    return make_user("周明", role="leader", place=township, username="zhoum")


@pytest.fixture
def outsider(make_user: Callable[..., User]) -> User:
    """Signed in, with no grant anywhere."""
    return make_user("外来人", username="outsider")


@pytest.fixture
def make_post(db: None) -> Callable[..., Post]:
    return post_maker()


@pytest.fixture
def make_entry(clerk: User, group: Place, now: datetime) -> Callable[..., Entry]:
    """make_entry("cleanup", {"held_on": …}, place=village): recorded as a clerk would.

    A household needs no values: it gets a number of its own.
    """
    numbers = count(1)

    def make(
        ledger: str = "household",
        values: Mapping[str, Any] | None = None,
        *,
        place: Place | None = None,
        subject: Entry | None = None,
        by: User | None = None,
        at: datetime | None = None,
    ) -> Entry:
        n = next(numbers)
        household = {"number": f"201{n:04}", "head": f"张{n}", "persons": 3}
        given = dict(values or {})
        row = Row(
            {**household, **given} if ledger == "household" else given,
            place=place or group,
            subject=subject,
        )
        definition = catalogue().ledgers[ledger]
        return save_entry(ledger=definition, row=row, by=by or clerk, at=at or now)

    return make
