"""What the slots of a report print, and against what growth is told."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.core.queries import township_of
from qianxian.indicators.models import ReportedFigure
from qianxian.indicators.queries import Reading
from qianxian.indicators.services import set_targets
from qianxian.ledgers.attestation import attest
from qianxian.reports.binding import COMPUTED, Ask, BoundFigure, bind, told
from qianxian.reports.slots import BadSlot
from qianxian_figures import Period
from tests.unit.reports.office import accept_toilets, clean_up

H1 = Period.of("2026-H1")
THIS, LAST = date(2026, 5, 6), date(2025, 5, 6)


def bound(
    slot: str, place: Place, *, period: Period = H1, on: date | None = None, **bases: str
) -> BoundFigure:
    ask = Ask(place, period, bases, on or date(2026, 11, 18))
    reading = Reading.of(township_of(place))
    return bind("{{ " + slot + " }}", ask, reading)[slot]


def reported(place: Place, value: int, period: Period, **more: Any) -> None:
    given = {
        "indicator": "toilets_renovated",
        "measure": "改厕",
        "unit": "户",
        "kind": "level",
        "status": "actual",
        "bound": "exact",
        "document": "d" * 64,
        "line": value,
        "begin": 0,
        "finish": 2,
        "text": f"{value}户",
    }
    ReportedFigure.objects.create(
        place=place, value=value, start=period.start, end=period.end, **{**given, **more}
    )


def test_a_slot_prints_what_the_records_give(township: Place, group: Place, now: datetime) -> None:
    accept_toilets(3, THIS, group, now)
    accept_toilets(2, date(2026, 8, 1), group, now)

    found = bound("toilets_renovated", township)

    assert (found.text, found.records, found.is_missing) == ("3户", 3, False)


def test_nothing_recorded_and_nothing_attested_is_missing(township: Place, village: Place) -> None:
    found = bound("cleanup_activities", township)

    assert (found.text, found.is_missing) == ("", True)


def test_attested_and_nothing_recorded_is_zero(
    township: Place, village: Place, village_clerk: User, now: datetime
) -> None:
    attest(
        ledger=catalogue().ledgers["cleanup"],
        village=village,
        period=H1,
        is_zero=True,
        by=village_clerk,
        at=now,
    )

    found = bound("cleanup_activities", township)

    assert (found.text, found.is_missing) == ("0次", False)


def test_a_village_is_asked_for_by_its_code(
    township: Place, village: Place, other_village: Place, now: datetime
) -> None:
    clean_up(2, THIS, village, now)
    clean_up(3, THIS, other_village, now)

    assert bound(f"cleanup_activities@{village.code}", township).text == "2次"


def test_a_place_outside_is_refused(township: Place, county: Place) -> None:
    with pytest.raises(BadSlot, match="不是青禾镇下面的地方"):
        bound("cleanup_activities@430100999999", township)


def test_growth_is_told_against_the_records_of_last_year(
    township: Place, group: Place, now: datetime
) -> None:
    accept_toilets(6, THIS, group, now)
    accept_toilets(5, LAST, group, now)

    found = bound("toilets_renovated.growth", township)

    assert (found.phrase, found.text) == (
        "，同比增长{{ toilets_renovated.growth }}",
        "20.0%",
    )


def test_growth_without_a_figure_of_last_year_says_nothing_and_waits_for_nothing(
    township: Place, group: Place, now: datetime
) -> None:
    accept_toilets(6, THIS, group, now)

    found = bound("toilets_renovated.growth", township)

    assert (found.phrase, found.text, found.is_missing) == ("", "", False)


@pytest.mark.parametrize(
    ("last", "phrase"),
    [(8, "，同比下降{{ toilets_renovated.growth }}"), (4, "，与去年同期持平")],
)
def test_falling_and_standing_still_are_worded(
    last: int, phrase: str, township: Place, group: Place, now: datetime
) -> None:
    accept_toilets(4, THIS, group, now)
    accept_toilets(last, LAST, group, now)

    assert bound("toilets_renovated.growth", township).phrase == phrase


def test_the_printed_figure_is_the_base_where_it_differs_from_the_records(
    township: Place, group: Place, now: datetime
) -> None:
    accept_toilets(6, THIS, group, now)
    accept_toilets(5, LAST, group, now)
    reported(township, 4, H1.a_year_before())

    found = bound("toilets_renovated.growth", township)

    assert found.base is not None
    assert found.base.differs
    assert (found.base.value, found.text) == (Decimal(4), "50.0%")


def test_a_person_may_choose_the_recomputed_base(
    township: Place, group: Place, now: datetime
) -> None:
    accept_toilets(6, THIS, group, now)
    accept_toilets(5, LAST, group, now)
    reported(township, 4, H1.a_year_before())

    found = bound("toilets_renovated.growth", township, toilets_renovated=COMPUTED)

    assert found.text == "20.0%"


@pytest.mark.parametrize(
    "more",
    [
        {"status": "plan"},
        {"bound": "about"},
        {"kind": "change"},
        {"high": Decimal(9)},
        {"unit": "座"},
    ],
)
def test_a_printed_figure_that_is_not_the_same_thing_is_no_base(
    more: dict[str, Any], township: Place, group: Place, now: datetime
) -> None:
    accept_toilets(6, THIS, group, now)
    reported(township, 4, H1.a_year_before(), **more)

    assert bound("toilets_renovated.growth", township).text == ""


def test_two_different_printed_figures_are_no_base(
    township: Place, group: Place, now: datetime
) -> None:
    accept_toilets(6, THIS, group, now)
    reported(township, 4, H1.a_year_before())
    reported(township, 5, H1.a_year_before())

    assert bound("toilets_renovated.growth", township).text == ""


def test_a_year_that_is_not_over_is_compared_with_the_same_days(
    township: Place, group: Place, now: datetime
) -> None:
    accept_toilets(6, THIS, group, now)
    accept_toilets(3, LAST, group, now)
    accept_toilets(9, date(2025, 12, 1), group, now)
    year = Period.year(2026)
    reported(township, 12, year.a_year_before())

    found = bound("toilets_renovated.growth", township, period=year)

    assert told(year, date(2026, 11, 18)).end == date(2026, 11, 18)
    assert found.text == "100%"


def test_targets_progress_and_gap_follow_the_plan_that_holds_the_period(
    township: Place, group: Place, writer: User, now: datetime
) -> None:
    accept_toilets(3, THIS, group, now)
    for period, value in ((Period.year(2026), 8), (H1, 4), (Period.of("2026-H2"), 5)):
        set_targets(
            indicator_id="toilets_renovated",
            period=period,
            values={township: Decimal(value)},
            by=writer,
            at=now,
        )

    forms = ("target", "progress", "gap", "next_target")
    texts = [bound(f"toilets_renovated.{form}", township).text for form in forms]

    assert texts == ["4户", "75.0%", "1户", "5户"]


def test_a_target_that_was_never_set_is_missing(township: Place) -> None:
    found = bound("toilets_renovated.progress", township)

    assert (found.is_missing, found.name) == (True, "改（新）建农村户用厕所完成率")


def test_villages_that_have_not_reported_are_told(
    township: Place,
    village: Place,
    other_village: Place,
    village_clerk: User,
    now: datetime,
) -> None:
    clean_up(2, THIS, village, now)
    ledger = catalogue().ledgers["cleanup"]
    attest(ledger=ledger, village=village, period=H1, by=village_clerk, at=now)

    assert bound("cleanup_activities", township).missing_places == (other_village.code,)
