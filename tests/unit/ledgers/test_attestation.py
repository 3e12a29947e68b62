"""报齐, 镇核, 退回: a village's word, the township's check, and the lock between them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.models import Place, Revision, User
from qianxian.core.permissions import Permission
from qianxian.ledgers.attestation import Locks, attest, check, is_locked, send_back
from qianxian.ledgers.models import Attestation, Entry
from qianxian.ledgers.queries import (
    Square,
    index,
    last_month,
    months_before,
    period_at,
    squares,
    villages_of,
)
from qianxian_figures import Period
from qianxian_packs import Ledger

OCTOBER = Period.of("2026-10")
SWEPT = {"held_on": "2026-10-20", "kind": "大扫除"}


@pytest.fixture
def word(
    village_clerk: User, village: Place, cleanup: Ledger, now: datetime
) -> Callable[..., Attestation]:
    """word(is_zero=True): the village clerk's, for October."""

    def give(*, is_zero: bool = False, period: Period = OCTOBER) -> Attestation:
        return attest(
            ledger=cleanup,
            village=village,
            period=period,
            by=village_clerk,
            at=now,
            is_zero=is_zero,
        )

    return give


def test_a_zero_report_is_a_word_too_and_stands_in_the_stream(
    word: Callable[..., Attestation],
) -> None:
    given = word(is_zero=True)

    revision = Revision.objects.get(kind=Revision.Kind.ATTESTATION)
    assert given.is_zero
    assert revision.commit.number == given.attested_commit
    assert '"is_zero":true' in revision.body


def test_a_zero_report_against_entries_is_refused(
    word: Callable[..., Attestation], make_entry: Callable[..., Entry], village: Place
) -> None:
    make_entry("cleanup", SWEPT, place=village)

    with pytest.raises(UserError, match="已经记了1条，不能报零"):
        word(is_zero=True)

    assert not Attestation.objects.exists()


def test_a_period_that_is_not_over_cannot_be_complete(word: Callable[..., Attestation]) -> None:
    with pytest.raises(UserError, match="还没过完"):
        word(period=Period.of("2026-11"))


def test_the_same_period_is_not_reported_twice(word: Callable[..., Attestation]) -> None:
    word()

    with pytest.raises(UserError, match="已经报齐了"):
        word()

    assert Revision.objects.filter(kind=Revision.Kind.ATTESTATION).count() == 1


def test_only_villages_report_and_only_ledgers_with_periods(
    clerk: User,
    township: Place,
    village: Place,
    make_user: Callable[..., User],
    cleanup: Ledger,
    now: datetime,
) -> None:
    everyone = make_user("代报", role="village_clerk", place=township)
    household = catalogue().ledgers["household"]

    with pytest.raises(UserError, match="不是村"):
        attest(ledger=cleanup, village=township, period=OCTOBER, by=everyone, at=now)
    with pytest.raises(UserError, match="不按期报齐"):
        attest(ledger=household, village=village, period=OCTOBER, by=everyone, at=now)


def test_another_villages_word_is_not_there_to_give(
    village_clerk: User, other_village: Place, cleanup: Ledger, now: datetime
) -> None:
    with pytest.raises(NotVisible):
        attest(ledger=cleanup, village=other_village, period=OCTOBER, by=village_clerk, at=now)


def test_the_check_locks_and_sending_back_opens_again(
    word: Callable[..., Attestation], clerk: User, village: Place, group: Place, now: datetime
) -> None:
    given, inside, outside = word(), date(2026, 10, 31), date(2026, 11, 1)
    unchecked = is_locked("cleanup", group, inside)

    checked = check(attestation=given, by=clerk, at=now)
    locked = [is_locked("cleanup", group, day) for day in (inside, outside)]
    at_once = [Locks("cleanup").cover(group, day) for day in (inside, outside, None)]
    send_back(attestation=checked, by=clerk, at=now, reason="少记了一次")

    assert not unchecked
    assert locked == [True, False]
    assert at_once == [True, False, False]
    assert not is_locked("cleanup", village, inside)
    assert not is_locked("cleanup", village, None)


def test_the_village_reports_again_after_a_return(
    word: Callable[..., Attestation], clerk: User, now: datetime
) -> None:
    send_back(attestation=word(), by=clerk, at=now, reason="少记了一次")

    word()

    assert Attestation.objects.count() == 2
    assert Attestation.objects.standing().count() == 1


def test_checking_twice_and_after_a_return_is_refused(
    word: Callable[..., Attestation], clerk: User, now: datetime
) -> None:
    given = check(attestation=word(), by=clerk, at=now)

    with pytest.raises(UserError, match="已经核过了"):
        check(attestation=given, by=clerk, at=now)
    with pytest.raises(UserError, match="还没写为什么退回"):
        send_back(attestation=given, by=clerk, at=now, reason=" ")
    send_back(attestation=given, by=clerk, at=now, reason="重数")
    with pytest.raises(UserError, match="已经退回了"):
        check(attestation=given, by=clerk, at=now)


def test_the_village_does_not_check_itself(
    word: Callable[..., Attestation], village_clerk: User, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        check(attestation=word(), by=village_clerk, at=now)


def marks(found: dict[tuple[str, str, date], Square], village: Place) -> list[str]:
    return [square.mark for (_, code, _), square in sorted(found.items()) if code == village.code]


def test_squares_tell_where_each_month_stands(
    word: Callable[..., Attestation],
    clerk: User,
    village: Place,
    other_village: Place,
    cleanup: Ledger,
    make_entry: Callable[..., Entry],
    now: datetime,
    today: date,
) -> None:
    make_entry("cleanup", SWEPT, place=village)
    check(attestation=word(), by=clerk, at=now)
    send_back(attestation=word(period=Period.of("2026-09")), by=clerk, at=now, reason="少记了一次")
    villages = villages_of(clerk, Permission.ATTEST_CHECK, today)
    months = months_before(Period.of("2026-11"), 4)

    found = squares([cleanup], villages, months, today)

    assert marks(found, village) == ["due", "returned", "checked", "running"]
    assert marks(found, other_village) == ["due", "due", "due", "running"]
    assert found["cleanup", village.code, date(2026, 10, 1)].count == 1


def test_entries_of_groups_count_for_their_village(
    everywhere: User,
    make_entry: Callable[..., Entry],
    group: Place,
    village: Place,
    toilets: Ledger,
    today: date,
) -> None:
    make_entry("toilet_renovation", {"accepted_on": "2026-10-09"}, subject=make_entry())
    villages = villages_of(everywhere, Permission.ENTRY_VIEW, today)

    found = squares([toilets], villages, [OCTOBER], today)

    assert found["toilet_renovation", village.code, date(2026, 10, 1)].count == 1


def test_a_quarterly_ledger_is_reported_by_the_quarter(
    more_packs: None, everywhere: User, village: Place, today: date
) -> None:
    ledger = catalogue().ledgers["stocktaking"]

    found = squares(
        [ledger],
        villages_of(everywhere, Permission.ATTEST_CHECK, today),
        months_before(OCTOBER, 2),
        today,
    )

    assert [str(square.period) for square in found.values()] == ["2026-Q3", "2026-Q4"]
    assert [square.mark for square in found.values()] == ["due", "running"]


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (date(2026, 11, 18), "2026-10"),
        (date(2026, 11, 30), "2026-11"),
        (date(2027, 1, 1), "2026-12"),
    ],
)
def test_a_month_is_over_on_its_last_day(day: date, month: str) -> None:
    assert str(last_month(day)) == month


def test_the_period_of_a_ledger_holds_the_day(more_packs: None, cleanup: Ledger) -> None:
    quarterly = catalogue().ledgers["stocktaking"]

    periods = [str(period_at(ledger, date(2026, 5, 31))) for ledger in (cleanup, quarterly)]

    assert periods == ["2026-05", "2026-Q2"]


def test_the_index_counts_what_the_reader_may_see(
    word: Callable[..., Attestation],
    clerk: User,
    village_clerk: User,
    village: Place,
    other_village: Place,
    make_entry: Callable[..., Entry],
    today: date,
) -> None:
    make_entry("cleanup", SWEPT, place=village)
    make_entry("cleanup", SWEPT, place=other_village)
    word()

    told = {}
    for user in (clerk, village_clerk):
        lines, _registers = index(user, today, OCTOBER)
        counts = {c.ledger.id: c for group in lines for c in group.ledgers}
        told[user.name] = counts["cleanup"]

    assert [(c.count, c.attested, c.villages) for c in told.values()] == [(2, 1, 2), (1, 1, 1)]
