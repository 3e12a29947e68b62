"""问个数 and the page of a figure: what they show, to whom, and in how many queries."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from qianxian.core.models import Place, User
from qianxian.core.queries import township_of
from qianxian.indicators.queries import Reading
from qianxian.ledgers.models import Entry
from qianxian_figures import Figure, Kind

MakeEntry = Callable[..., Entry]


@pytest.fixture
def cleanups(make_entry: MakeEntry, village: Place, other_village: Place) -> None:
    for place, day in ((village, "02-03"), (village, "03-04"), (other_village, "05-06")):
        make_entry("cleanup", {"held_on": f"2026-{day}", "kind": "大扫除"}, place=place)


@pytest.fixture
def signed_in(client: Client, clerk: User) -> Client:
    client.force_login(clerk)
    return client


def test_one_meaning_is_answered_with_its_sentence(signed_in: Client, cleanups: None) -> None:
    page = signed_in.get("/figures/", {"q": "村庄清洁", "period": "2026"}).content.decode()

    assert "2026年，全镇完成村庄清洁行动3次；0/2村已报齐，清水村、石桥村未报齐。" in page
    assert "清水村" in page


def test_several_meanings_are_shown_and_none_is_guessed(signed_in: Client) -> None:
    page = signed_in.get("/figures/", {"q": "厕"}).content.decode()

    assert "对得上 5 个数" in page
    assert "复制成一句话" not in page


def test_a_word_that_nothing_is_called_says_so_and_lists_all(signed_in: Client) -> None:
    page = signed_in.get("/figures/", {"q": "早稻"}).content.decode()

    assert "没有叫这个的数" in page
    assert "村庄清洁行动" in page


def test_last_year_and_target_are_left_out_where_the_boxes_are_empty(
    signed_in: Client, cleanups: None, make_entry: MakeEntry, village: Place
) -> None:
    make_entry("cleanup", {"held_on": "2025-02-03", "kind": "大扫除"}, place=village)
    asked = {"q": "大扫除", "period": "2026"}

    everything = signed_in.get("/figures/", asked).content.decode()
    bare = signed_in.get("/figures/", {**asked, "chosen": "1"}).content.decode()

    assert "比去年同期增加2次、增长200%" in everything
    assert "比去年同期" not in bare


def test_a_figure_opens_its_records_as_of_any_commit(
    signed_in: Client, cleanups: None, township: Place
) -> None:
    address = f"/figures/cleanup_activities/{township.pk}/2026/"

    now = signed_in.get(address).content.decode()
    before = signed_in.get(address, {"as_of": "1"}).content.decode()

    assert "共 3 条" in now
    assert "共 1 条" in before


def test_a_village_sees_its_own_figures_and_no_others(
    client: Client, cleanups: None, village_clerk: User, village: Place, township: Place
) -> None:
    client.force_login(village_clerk)

    own = client.get(f"/figures/cleanup_activities/{village.pk}/2026/")
    others = client.get(f"/figures/cleanup_activities/{township.pk}/2026/")
    asked = client.get("/figures/", {"q": "大扫除", "place": township.pk})

    assert "共 2 条" in own.content.decode()
    assert (others.status_code, asked.status_code) == (404, 404)


def test_the_answer_costs_the_same_queries_however_many_records(
    signed_in: Client,
    cleanups: None,
    make_entry: MakeEntry,
    village: Place,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for day in range(1, 9):
        make_entry("cleanup", {"held_on": f"2026-06-0{day}", "kind": "大扫除"}, place=village)

    with django_assert_max_num_queries(45):
        signed_in.get("/figures/", {"q": "大扫除", "period": "2026"})


def test_a_rate_is_shown_to_one_decimal_and_never_as_a_long_fraction(
    signed_in: Client, make_entry: MakeEntry, village: Place
) -> None:
    reading = Reading.of(township_of(village))
    rate = reading.catalogue.indicators["toilet_acceptance_rate"]
    # Two thirds as the engine gives it: exact as far as decimals go, unrounded.
    figure = Figure(rate.id, Decimal(200) / 3, "%", kind=Kind.RATE)
    with patch.object(Reading, "figures", lambda *a, **k: [figure] * _count(a)):
        page = signed_in.get("/figures/", {"q": "改厕验收率", "period": "2026"}).content.decode()

    assert "66.7%" in page
    assert "66.66" not in page


def _count(asked: tuple[Any, ...]) -> int:
    _, indicators, places, periods = asked
    return len(indicators) * len(places) * len(periods)
