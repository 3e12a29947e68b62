"""A prepared query gives what the query set gives, each time with other values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db.models import Model, QuerySet
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from qianxian.core.models import Holding, Place, Post, User
from qianxian.core.prepared_query import Given, PreparedBulk, PreparedQuery
from qianxian.ledgers.models import Entry
from tests.conftest import TODAY


def facts(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_objects_are_those_of_the_query_set(
    post: Post, a: User, b: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def held(user: Any, on: Any) -> QuerySet[Holding, Holding]:
        rows = Holding.objects.filter(user_id=user, valid_from__lte=on)
        return rows.select_related("post__office").order_by("pk")

    prepared = PreparedQuery(lambda: held(Given("user"), Given("on")))

    for user in (a, b, a):
        with django_assert_num_queries(1):
            found = prepared.objects(user=user.pk, on=TODAY)
            offices = [facts(row.post.office) for row in found]
        expected = list(held(user.pk, TODAY))
        assert [facts(row) for row in found] == [facts(row) for row in expected] != []
        assert offices == [facts(row.post.office) for row in expected]
        assert not found[0]._state.adding


@pytest.mark.django_db
def test_moments_and_keys_are_given_as_the_database_keeps_them() -> None:
    now = timezone.now()
    session = Session.objects.create(session_key="k", session_data="", expire_date=now)
    running = PreparedQuery(lambda: Session.objects.filter(expire_date__gt=Given("now")))

    assert running.objects(now=now - timedelta(seconds=1)) == [session]
    assert running.objects(now=now) == []
    assert PreparedQuery(lambda: Entry.objects.filter(pk=Given("key"))).objects(key=uuid4()) == []


@pytest.mark.parametrize("change", ["is_active", "password"])
def test_who_may_no_longer_sign_in_is_out_at_once(
    make_user: Callable[..., User], client: Client, change: str
) -> None:
    """Who is signed in is asked by a prepared query on every page."""
    user = make_user("王洁")
    client.force_login(user)
    assert client.get("/help/").status_code == 200

    User.objects.filter(pk=user.pk).update(**{change: False if change == "is_active" else "x"})

    assert client.get("/help/").status_code == 302


def test_a_session_that_has_run_out_opens_nothing(
    make_user: Callable[..., User], client: Client
) -> None:
    client.force_login(make_user("王洁"))
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert client.get("/help/").status_code == 302


def test_many_by_their_keys_are_those_of_in_bulk(
    county: Place, township: Place, village: Place
) -> None:
    bulk = PreparedBulk(lambda: Place.objects.select_related("parent"))

    assert bulk.of([]) == {}
    assert bulk.of([village.pk, township.pk]) == Place.objects.in_bulk([village.pk, township.pk])
    assert bulk.of([village.pk, county.pk, "none"])[village.pk].parent == township
    assert bulk.of([county.pk, *map(str, range(200))]) == {county.pk: county}
