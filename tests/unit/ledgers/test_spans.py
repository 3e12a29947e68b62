"""Dated ties: nobody is in two households at once, by whatever way it is saved."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Place, User
from qianxian.ledgers import history, services
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row
from qianxian.ledgers.values import InvalidEntry

SAYS = "这个人这段时间已经在另一户"


@pytest.fixture
def clerk(make_user: Callable[..., User], township: Place) -> User:
    return make_user("王秀英", role="office_clerk", place=township, username="wangxy")


class Village:
    """Two households, two people, and the days on which somebody belongs to one."""

    def __init__(self, make_entry: Callable[..., Entry], place: Place, by: User, at: datetime):
        self.place, self.by, self.at = place, by, at
        self.households = [make_entry("household") for _ in range(2)]
        self.people = [
            make_entry("resident", {"number": f"R{n}", "name": name, "sex": "女"}, place=place)
            for n, name in enumerate(("赵小荷", "赵小莲"))
        ]

    def row(self, household: int, joined: str, left: str = "", *, who: int = 0) -> Row:
        values = {
            "resident": str(self.people[who].pk),
            "relation": "配偶",
            "joined_on": joined,
            **({"left_on": left, "left_reason": "其他"} if left else {}),
        }
        return Row(values, self.place, self.households[household])

    def save(self, *rows: Row) -> list[Entry]:
        ledger = catalogue().ledgers["membership"]
        keys = services.save_entries(ledger=ledger, rows=list(rows), by=self.by, at=self.at)
        return [Entry.objects.get(pk=key) for key in keys]


@pytest.fixture
def people(make_entry: Callable[..., Entry], group: Place, clerk: User, now: datetime) -> Village:
    return Village(make_entry, group, clerk, now)


def correct(people: Village, entry: Entry, **values: Any) -> Entry:
    entry.refresh_from_db()
    return services.correct_entry(
        entry=entry,
        values_changed=values,
        version=entry.version,
        by=people.by,
        at=people.at,
        reason="核对户口簿",
    )


@pytest.mark.parametrize(
    ("joined", "left"),
    [
        ("2024-04-30", ""),
        ("2020-01-01", ""),
        ("2019-01-01", "2020-03-02"),
        ("2023-12-31", "2024-06-01"),
        ("2021-01-01", "2022-01-01"),
    ],
)
def test_a_second_household_at_the_same_time_is_refused(
    people: Village, joined: str, left: str
) -> None:
    people.save(people.row(0, "2020-03-01", "2024-05-01"))

    with pytest.raises(InvalidEntry, match=SAYS) as refused:
        people.save(people.row(1, joined, left))

    assert list(refused.value.errors) == ["joined_on"]
    assert Entry.objects.filter(ledger="membership").count() == 1


@pytest.mark.parametrize(("joined", "left"), [("2024-05-01", ""), ("2019-01-01", "2020-03-01")])
def test_before_and_after_is_fine_to_the_day(people: Village, joined: str, left: str) -> None:
    people.save(people.row(0, "2020-03-01", "2024-05-01"))

    assert people.save(people.row(1, joined, left))


def test_another_person_is_another_tie(people: Village) -> None:
    people.save(people.row(0, "2020-03-01"))

    assert people.save(people.row(1, "2020-03-01", who=1))


def test_two_of_one_batch_are_held_against_each_other(people: Village) -> None:
    with pytest.raises(InvalidEntry, match=SAYS):
        people.save(people.row(0, "2020-03-01"), people.row(1, "2021-01-01"))

    assert not Entry.objects.filter(ledger="membership").exists()


def test_a_correction_may_not_bring_an_overlap_and_may_take_one_away(people: Village) -> None:
    (first,) = people.save(people.row(0, "2020-03-01", "2024-05-01"))
    people.save(people.row(1, "2024-05-02"))

    with pytest.raises(InvalidEntry, match=SAYS):
        correct(people, first, left_on="2024-06-01")

    correct(people, first, left_on="2024-04-01")
    assert first.data["left_on"] == "2024-04-01"


def test_taking_a_removal_back_may_not_bring_an_overlap(people: Village) -> None:
    (first,) = people.save(people.row(0, "2020-03-01"))
    services.remove_entry(entry=first, version=1, by=people.by, at=people.at, reason="记错户")
    removal = Commit.objects.latest("number")
    people.save(people.row(1, "2020-03-01"))

    with pytest.raises(InvalidEntry, match=SAYS):
        history.undo_commit(commit=removal, by=people.by, at=people.at)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_of_two_clerks_at_once_one_is_refused(attempt: int, people: Village) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("needs a database that threads share: run on PostgreSQL by tests/postgres")
    together = Barrier(2)

    def save(household: int) -> str:
        try:
            together.wait(10)
            people.save(people.row(household, "2020-03-01"))
        except InvalidEntry as refused:
            return str(refused)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(save, (0, 1)))

    assert sorted(bool(words) for words in said) == [False, True]
    assert SAYS in "".join(said)
    assert Entry.objects.filter(ledger="membership").count() == 1
