"""Acts of the demo happen in the order of their moments."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

from qianxian.core.definitions import catalogue
from qianxian.demo._diary import Diary, workday
from qianxian.demo._names import bank_card, group_name


def test_acts_happen_in_order_also_those_that_acts_put_down() -> None:
    diary = Diary(date(2026, 3, 10), Random(1))  # noqa: S311
    happened: list[date] = []

    def first(at: datetime) -> None:
        happened.append(at.date())
        diary.on(date(2026, 3, 5), lambda at: happened.append(at.date()))

    diary.on(date(2026, 3, 8), lambda at: happened.append(at.date()))
    diary.on(date(2026, 3, 2), first)
    diary.run(lambda day: None)

    assert happened == [date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 8)]


def test_what_lies_after_the_last_day_does_not_happen() -> None:
    diary = Diary(date(2026, 3, 10), Random(1))  # noqa: S311
    happened: list[datetime] = []

    diary.on(date(2026, 3, 11), happened.append)
    diary.run(lambda day: None)

    assert happened == []


def test_a_weekend_moves_to_the_monday_after_it() -> None:
    assert workday(date(2026, 11, 21)) == date(2026, 11, 23)
    assert workday(date(2026, 11, 22)) == date(2026, 11, 23)
    assert workday(date(2026, 11, 20)) == date(2026, 11, 20)


def test_groups_are_numbered_as_people_say_it() -> None:
    assert [group_name(n) for n in (1, 9, 10, 11, 20, 21)] == [
        "一组",
        "九组",
        "十组",
        "十一组",
        "二十组",
        "二十一组",
    ]


def test_made_up_bank_cards_have_a_right_check_digit() -> None:
    account = catalogue().ledgers["toilet_renovation"].by_name["payee_account"]

    assert all(account.parse(bank_card(Random(seed))) for seed in range(50))  # noqa: S311
