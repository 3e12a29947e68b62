"""The names of a ledger kept in memory say the same as the database, whatever is saved meanwhile."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.ledgers.filters import FilterForm, filter_places
from qianxian.ledgers.listing import listing
from qianxian.ledgers.lists import names
from qianxian.ledgers.lists.names import names_having
from qianxian.ledgers.models import Entry
from qianxian.ledgers.search import matching
from qianxian.ledgers.services import Row, correct_entry, remove_entry, save_entries

FAMILY, GIVEN, SOUNDS = "赵钱孙李欧", "春桃建军Áß", "zqsloctj"


def named(rng: random.Random) -> str:
    return rng.choice(FAMILY) + "".join(rng.choices(GIVEN, k=rng.randint(1, 2)))


def asked(rng: random.Random) -> str:
    """One word or two, as people type them: part of a name, of its initials, of a number."""
    word = rng.choice(
        [
            "".join(rng.choices(FAMILY + GIVEN, k=rng.randint(1, 2))),
            "".join(rng.choices(SOUNDS, k=rng.randint(1, 2))),
            str(rng.randrange(100)),
            rng.choice(["%", "_", "á", "SS", "组", "Z"]),
        ]
    )
    return f"{word} {rng.choice(FAMILY)}" if rng.random() < 0.3 else word


@pytest.fixture(autouse=True)
def few_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few that the test goes through all: the first reading, single entries, a new reading."""
    monkeypatch.setattr(names, "_NEWER", 12)


def test_a_search_finds_what_the_database_finds_after_every_change(
    everywhere: User,
    make_entry: Callable[..., Entry],
    village: Place,
    today: date,
    now: datetime,
) -> None:
    rng = random.Random(20261130)  # noqa: S311 - the same names each time
    register = catalogue().ledgers["household"]
    living: list[Entry] = []
    found = 0
    for _turn in range(60):
        drawn = rng.random()
        if drawn < 0.5 or not living:
            living.append(make_entry(values={"head": named(rng)}))
        elif drawn < 0.8:
            entry = rng.choice(living)
            living[living.index(entry)] = correct_entry(
                entry=entry,
                values_changed={"head": named(rng)},
                version=entry.version,
                by=everywhere,
                at=now,
                reason="写错了",
            )
        elif drawn < 0.9:
            entry = living.pop(rng.randrange(len(living)))
            remove_entry(entry=entry, version=entry.version, by=everywhere, at=now, reason="重了")
        else:
            make_entry("cleanup", {"held_on": "2026-11-02", "kind": "大扫除"}, place=village)
        for _word in range(4):
            text = asked(rng)
            form = FilterForm(
                register, filter_places(everywhere, "", today), today, QueryDict(f"q={text}")
            )
            view = replace(form.view(), size=1_000)
            shown = listing(register, form.conditions(), user=everywhere, on=today, view=view)
            condition = matching(register, text).q()
            own = Entry.objects.present().filter(condition, ledger="household")
            assert {row.pk for row in shown.rows} == set(own.values_list("pk", flat=True)), text
            assert shown.count == own.count()
            found += shown.count
    assert found > 100


def test_after_one_save_only_that_entry_is_read_anew(make_entry: Callable[..., Entry]) -> None:
    first = make_entry(values={"head": "赵春桃"})
    assert names_having("household", ["春桃"], 10) == [first.pk]

    second = make_entry(values={"head": "钱春桃"})
    with CaptureQueriesContext(connection) as queries:
        both = names_having("household", ["春桃"], 10)

    assert both is not None
    assert set(both) == {first.pk, second.pk}
    whole = str(names._rows("household").query)
    assert all(whole not in query["sql"] for query in queries)


def test_what_was_saved_by_the_hundred_is_read_with_all(
    clerk: User, group: Place, now: datetime, make_entry: Callable[..., Entry]
) -> None:
    make_entry(values={"head": "赵春桃"})
    assert names_having("household", ["桃"], 10) is not None
    rows = [Row({"number": f"9{n:05}", "head": "李小桃", "persons": 2}, group) for n in range(600)]
    save_entries(ledger=catalogue().ledgers["household"], rows=rows, by=clerk, at=now)

    found: Any = names_having("household", ["小桃"], 1000)

    assert len(found) == 600
    assert names_having("household", ["小桃"], 599) is None
    assert len(names_having("household", ["李", "9003"], 1000) or []) == 100


def test_too_large_a_ledger_is_left_to_the_database(
    make_entry: Callable[..., Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "_LARGEST", 2)
    made = [make_entry(values={"head": "赵春桃"}) for _ in range(2)]
    assert set(names_having("household", ["桃"], 10) or []) == {entry.pk for entry in made}

    # A third one is looked at by itself; a new reading of all tells that they are too many.
    make_entry(values={"head": "赵春桃"})
    monkeypatch.setattr(names, "_NEWER", 0)
    make_entry(values={"head": "赵春桃"})

    assert names_having("household", ["桃"], 10) is None


def test_no_words_are_not_looked_for() -> None:
    assert names_having("household", [], 10) is None
