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
from qianxian.ledgers.conditions import Within
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


def whole_readings(queries: CaptureQueriesContext) -> list[str]:
    """Queries that read every name of a ledger, the only ones that ask for ids as text."""
    asked = [query["sql"] for query in queries]
    return [sql for sql in asked if 'AS "written"' in sql]


@pytest.fixture(autouse=True)
def few_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few that the test goes through all: the first reading, single entries, a new reading."""
    monkeypatch.setattr(names, "_NEWER", 12)


def found_alike(user: User, text: str, within: Place | None, on: date) -> int:
    """The search gives the rows that the database gives; how many these are."""
    register = catalogue().ledgers["household"]
    query = QueryDict(f"q={text}&place={within.code}" if within else f"q={text}")
    code = within.code if within else ""
    form = FilterForm(register, filter_places(user, code, on), on, query)
    conditions, view = form.conditions(), replace(form.view(), size=1_000)
    shown = listing(register, conditions, user=user, on=on, view=view)
    own = Entry.objects.visible_to(user, on).present().filter(ledger="household")
    if within and any(isinstance(one, Within) for one in conditions):
        own = own.filter(place__path__startswith=within.path)
    own = own.filter(matching(register, text).q())
    assert {row.pk for row in shown.rows} == set(own.values_list("pk", flat=True)), query
    assert shown.count == own.count()
    return shown.count


def test_a_search_finds_what_the_database_finds_after_every_change(
    everywhere: User,
    village_clerk: User,
    make_entry: Callable[..., Entry],
    make_place: Callable[..., Place],
    group: Place,
    village: Place,
    other_village: Place,
    today: date,
    now: datetime,
) -> None:
    other_group = make_place("一组", parent=other_village, code=f"{other_village.code}001")
    rng = random.Random(20261130)  # noqa: S311 - the same names each time
    living: list[Entry] = []
    found = 0
    for _turn in range(60):
        drawn = rng.random()
        if drawn < 0.5 or not living:
            at = rng.choice([group, other_group])
            living.append(make_entry(values={"head": named(rng)}, place=at, by=everywhere))
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
            user = rng.choice([everywhere, village_clerk])
            within = rng.choice([None, village, other_village])
            found += found_alike(user, asked(rng), within, today)
    assert found > 100


def test_after_one_save_only_that_entry_is_read_anew(make_entry: Callable[..., Entry]) -> None:
    first = make_entry(values={"head": "赵春桃"})
    assert names_having("household", ["春桃"], 10) == [first.pk]

    second = make_entry(values={"head": "钱春桃"})
    with CaptureQueriesContext(connection) as queries:
        both = names_having("household", ["春桃"], 10)

    assert both is not None
    assert set(both) == {first.pk, second.pk}
    assert not whole_readings(queries)


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


def test_too_large_a_ledger_is_left_to_the_database_and_not_read_again(
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

    monkeypatch.undo()
    make_entry(values={"head": "赵春桃"})
    with CaptureQueriesContext(connection) as queries:
        assert names_having("household", ["桃"], 10) is None
    assert not whole_readings(queries)


def test_what_others_save_elsewhere_does_not_use_up_the_room(
    make_entry: Callable[..., Entry], village: Place
) -> None:
    first = make_entry(values={"head": "赵春桃"})
    assert names_having("household", ["桃"], 10) == [first.pk]
    for _ in range(20):
        make_entry("cleanup", {"held_on": "2026-11-02", "kind": "大扫除"}, place=village)
        with CaptureQueriesContext(connection) as queries:
            assert names_having("household", ["桃"], 10) == [first.pk]
        assert not whole_readings(queries)


def test_no_words_are_not_looked_for() -> None:
    assert names_having("household", [], 10) is None
