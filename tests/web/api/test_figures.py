"""Figures through the API: the same value as the page, with coverage, as-of and provenance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from qianxian.core.commits import head_number
from qianxian.core.models import Grant, Place, User
from qianxian.ledgers.models import Entry
from tests.web.api.program import PREFIX, Program, program_of

MakeEntry = Callable[..., Entry]
FIGURE = "/indicators/cleanup_activities/figure"
ROWS = "/indicators/cleanup_activities/rows"


@pytest.fixture
def cleanups(make_entry: MakeEntry, village: Place, other_village: Place) -> list[Entry]:
    return [
        make_entry("cleanup", {"held_on": f"2026-{day}", "kind": "大扫除"}, place=place)
        for place, day in ((village, "02-03"), (village, "03-04"), (other_village, "05-06"))
    ]


def test_a_figure_has_value_unit_coverage_as_of_and_where_it_comes_from(
    cleanups: list[Entry], clerk: User, township: Place, village: Place, other_village: Place,
    client: Client,
) -> None:  # fmt: skip
    told = program_of(clerk).get(FIGURE, place=township.pk, period="2026").json()

    assert (told["value"], told["unit"], told["name"]) == ("3", "次", "村庄清洁行动")
    assert told["coverage"] == {
        "attested": [],
        "missing": [village.pk, other_village.pk],
        "expected": 2,
        "full": False,
    }
    assert told["as_of"]["commit"] == head_number(township)
    assert (told["period"], told["place"], told["records"]) == ("2026", township.pk, 3)
    client.force_login(clerk)
    assert "共 3 条" in client.get(told["records_url"]).content.decode()
    rows = program_of(clerk, name="二").get(told["rows_url"].partition(PREFIX)[2]).json()
    assert {row["entry"]["id"] for row in rows["rows"]} == {str(e.pk) for e in cleanups}


def test_a_past_commit_answers_as_it_was_known_then(cleanups: list[Entry], clerk: User) -> None:
    program = program_of(clerk)
    first = program.get(f"/ledgers/cleanup/entries/{cleanups[0].pk}/history").json()[0]["commit"]

    then = program.get(FIGURE, period="2026", as_of=first).json()

    assert (then["value"], then["as_of"]["commit"]) == ("1", first)
    assert len(program.get(ROWS, period="2026", as_of=first).json()["rows"]) == 1
    for number in (0, 10**6):
        assert program.get(FIGURE, as_of=number).json()["field"] == "as_of"


def test_the_sum_is_the_same_for_all_and_the_rows_are_ones_own(
    cleanups: list[Entry], clerk: User, village: Place, township: Place,
    make_user: Callable[..., User],
) -> None:  # fmt: skip
    half = make_user("看数")
    Grant.objects.create(role="leader", line="environment", place=township, user=half)
    Grant.objects.filter(user=half).update(line="common")
    # Figures of the whole line, rows of one village: two grants.
    Grant.objects.create(role="village_clerk", line="environment", place=village, user=half)
    program = program_of(half)

    own = program.get(FIGURE, place=village.pk, period="2026")
    whole = program.get(FIGURE, place=township.pk, period="2026")

    assert (own.json()["value"], whole.status_code) == ("2", 404)


@pytest.mark.parametrize(
    ("query", "field"),
    [({"period": "昨天"}, "period"), ({"period": "1900-01-01/2026-01-01"}, "period")],
)
def test_what_is_no_period_is_said(
    cleanups: list[Entry], clerk: User, query: dict[str, Any], field: str
) -> None:
    answer = program_of(clerk).get(FIGURE, **query)

    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_outside_is_not_there(
    cleanups: list[Entry], village_clerk: User, outsider: User, township: Place, county: Place
) -> None:
    clerk, stranger = program_of(village_clerk), program_of(outsider)

    assert clerk.get(FIGURE, period="2026").json()["value"] == "2"
    for answer in (
        clerk.get(FIGURE, place=township.pk),
        clerk.get(ROWS, place=township.pk),
        clerk.get(FIGURE, place=county.pk),
        clerk.get("/indicators/no_such/figure"),
        stranger.get(FIGURE),
    ):
        assert answer.status_code == 404
    assert stranger.get("/indicators").json() == []
    assert "cleanup_activities" in {i["id"] for i in clerk.get("/indicators").json()}


def test_figures_of_other_ledgers_are_not_for_a_narrow_token(
    cleanups: list[Entry], clerk: User, program: Program
) -> None:
    narrow = program_of(clerk, ledgers=["cleanup"], name="窄")
    told = {i["id"]: set(i["ledgers"]) for i in program.get("/indicators").json()}

    own = {i["id"] for i in narrow.get("/indicators").json()}

    assert own == {key for key, ledgers in told.items() if ledgers == {"cleanup"}}
    assert all(told.values())
