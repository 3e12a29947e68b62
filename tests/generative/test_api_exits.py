"""Whatever the grants are, the API and the rows of figures give exactly what they allow.

The oracle of test_gate walks the grants row by row. List, entry, history and rows through the API
and the records of a figure on its page go their own ways; a figure has the same value for everyone
who may see it, whatever rows of it that person sees.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings

from qianxian.api import calling
from qianxian.core.definitions import catalogue
from qianxian.core.models import Place
from qianxian.core.permissions import ROLES, Permission
from qianxian.core.queries import township_of
from qianxian.indicators.queries import Reading
from qianxian.ledgers.models import Entry
from qianxian_figures import Period
from tests.generative.test_gate import (
    GRANTS,
    LEDGERS,
    PHONE,
    ROWS,
    Granted,
    World,
    grant,
    is_allowed,
    letters,
    more_packs,
    record,
    world,
)
from tests.web.api.program import Program, path_of, program_of

__all__ = ["letters", "more_packs", "world"]

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

INDICATOR = "cleanup_activities"
YEAR = "2026"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All examples take place in the same minute."""
    monkeypatch.setattr(calling, "A_MINUTE", 10**6)
    yield
    cache.clear()


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(grants=GRANTS, rows=ROWS)
def test_the_api_gives_exactly_the_rows_that_the_grants_allow(
    world: World, grants: list[Granted], rows: list[tuple[str, int, bool]]
) -> None:
    with transaction.atomic():
        grant(world, grants)
        made = record(world, rows)
        program = program_of(world.user)
        seen = {entry.pk for entry in made if is_allowed(world, grants, entry)}

        for name in LEDGERS:
            standing = {e.pk.hex for e in made if e.ledger == name and not e.deleted}
            assert listed(program, name) == standing & {key.hex for key in seen}, name
        assert {e.pk for e in made if program.get(path_of(e)).status_code == 200} == seen
        told = {e.pk for e in made if program.get(path_of(e, "/history")).status_code == 200}
        assert told == {
            e.pk for e in made if e.pk in seen and may(world, grants, e, Permission.HISTORY_VIEW)
        }
        assert all(PHONE not in program.get(path_of(e)).content.decode() for e in made)
        transaction.set_rollback(True)


def listed(program: Program, name: str) -> set[str]:
    """All pages of a ledger's list; none of a ledger of a line in which nothing is granted."""
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        answer = program.get(f"/ledgers/{name}/entries", limit=3, after=after)
        if answer.status_code == 404:
            return set()
        assert PHONE not in answer.content.decode()
        found += [row["id"].replace("-", "") for row in answer.json()["rows"]]
        after = answer.json()["next"]
    assert len(found) == len(set(found))
    return set(found)


def may(world: World, grants: Sequence[Granted], about: Any, permission: Permission) -> bool:
    """The oracle for another permission, at an entry or at a place."""
    is_entry = isinstance(about, Entry)
    line = catalogue().ledgers[about.ledger].line if is_entry else "environment"
    path = about.place.path if is_entry else about.path
    return any(
        given_.through in ("person", "post")
        and permission in ROLES[given_.role].permissions
        and given_.line in ("", line)
        and world.places[given_.place].code in path.split("/")
        for given_ in grants
    )


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(grants=GRANTS, rows=ROWS)
def test_a_figure_is_the_same_for_all_and_its_rows_are_ones_own(
    world: World, grants: list[Granted], rows: list[tuple[str, int, bool]]
) -> None:
    with transaction.atomic():
        grant(world, grants)
        made = {e.pk.hex: e for e in record(world, rows)}
        program, browser = program_of(world.user), Client()
        browser.force_login(world.user)

        # A township of two villages, one of them, the group in it; the other township.
        for place in (world.places[n] for n in (1, 2, 3, 6)):
            query = {"place": place.code, "period": YEAR}
            answer = program.get(f"/indicators/{INDICATOR}/figure", **query)
            page = browser.get(f"/figures/{INDICATOR}/{place.code}/{YEAR}/")
            if not may(world, grants, place, Permission.FIGURE_VIEW):
                assert (answer.status_code, page.status_code) == (404, 404)
                continue
            value, counted = whole(place)
            assert answer.json()["value"] == value
            own = {key for key in counted if is_allowed(world, grants, made[key])}
            told = program.get(f"/indicators/{INDICATOR}/rows", **query).json()
            assert {row["entry"]["id"].replace("-", "") for row in told["rows"]} == own
            assert told["hidden"] == len(counted - own)
            assert {entry.pk.hex for _, entry in page.context["rows"]} == own
            assert page.context["hidden"] == len(counted - own)
        transaction.set_rollback(True)


def whole(place: Place) -> tuple[str | None, set[str]]:
    """Value and rows, asked of nobody's grants."""
    reading, period = Reading.of(township_of(place)), Period.of(YEAR)
    [figure] = reading.figures([INDICATOR], [place.code], [period])
    rows = reading.trace(INDICATOR, place.code, period)
    value = None if figure.value is None else f"{figure.value:f}"
    return value, {row.entry for row in rows}
