"""What the indicators of livelihood count in one month, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec.packs.counting import CATALOGUE, Rows, figures, pair, value

MARCH = "2026-03"

ASSISTANCE: Rows = [
    {  # in payment since last year
        "subject": "h1",
        "kind": "低保",
        "approved_on": "2025-05-20",
        "pay_from": "2025-06-01",
        "covered": 3,
        "state": "paying",
    },
    {  # stopped in March: no longer there at its end
        "subject": "h2",
        "kind": "低保",
        "approved_on": "2025-01-10",
        "pay_from": "2025-02-01",
        "covered": 2,
        "stopped_on": "2026-03-15",
        "state": "stopped",
    },
    {  # confirmed in March, paid from April
        "subject": "h3",
        "kind": "低保",
        "approved_on": "2026-03-20",
        "pay_from": "2026-04-01",
        "covered": 1,
        "state": "approved",
    },
    {
        "subject": "h3",
        "kind": "特困",
        "approved_on": "2025-07-01",
        "pay_from": "2025-08-01",
        "covered": 1,
        "state": "paying",
    },
    {
        "subject": "h2",
        "kind": "低保",
        "refused_on": "2026-03-09",
        "refusal_kind": "收入高过标准",
        "state": "refused",
    },
]


@pytest.mark.parametrize(
    "name",
    ["social_assistance", "temporary_aid", "allowance", "house_repair", "benefit_payment"],
)
def test_what_a_household_applied_for_stays_inside_and_no_one_is_ranked_by_it(name: str) -> None:
    assert CATALOGUE.ledgers[name].visibility == "internal"
    for indicator in CATALOGUE.indicators.values():
        if indicator.from_ == name:
            assert indicator.rank == "never", indicator.id


@pytest.mark.parametrize(
    "name", ["social_assistance", "temporary_aid", "allowance", "house_repair"]
)
def test_a_person_who_did_not_look_into_it_refuses_and_writes_why(name: str) -> None:
    flow = CATALOGUE.flows[name]
    refuse = flow.step_by_id["refuse"]

    assert flow.states[refuse.to].kind == "closed"
    assert refuse.hard
    assert refuse.differs_from
    assert {"refusal_reason", "refusal_told_on"} <= set(refuse.needs)


def test_who_is_in_assistance_came_left_and_was_refused(tmp_path: Path) -> None:
    names = [
        *("minimum_living", "minimum_living_persons", "minimum_living_new", "minimum_living_left"),
        *("supported_persons", "assistance_refused"),
    ]
    found = figures(tmp_path, names, MARCH, social_assistance=ASSISTANCE)
    april = figures(tmp_path, names[:2], "2026-04", social_assistance=ASSISTANCE)

    assert [value(found[name]) for name in names] == [1, 3, 1, 1, 1, 1]
    # What came counts from the month after it was confirmed.
    assert [value(april[name]) for name in names[:2]] == [2, 4]


def test_aid_in_cases_in_persons_and_in_money(tmp_path: Path) -> None:
    rows: Rows = [
        {"subject": "h1", "helped": 4, "amount": "2000", "paid_on": "2026-03-05", "state": "paid"},
        {"subject": "h2", "helped": 1, "amount": "800.5", "paid_on": "2026-03-31", "state": "paid"},
        {"subject": "h3", "helped": 2, "amount": "600", "state": "approved"},
        {"subject": "h3", "helped": 2, "amount": "600", "paid_on": "2026-02-28", "state": "paid"},
    ]
    names = ["temporary_aid_cases", "temporary_aids", "temporary_aid_money"]
    found = figures(tmp_path, names, MARCH, temporary_aid=rows)

    assert [float(value(found[name]) or 0) for name in names] == [2, 5, 2800.5]


def test_who_has_both_allowances_is_one_person(tmp_path: Path) -> None:
    rows: Rows = [
        {
            "subject": "r1",
            "kind": "困难残疾人生活补贴",
            "pay_from": "2026-01-01",
            "state": "paying",
        },
        {
            "subject": "r1",
            "kind": "重度残疾人护理补贴",
            "pay_from": "2026-01-01",
            "state": "paying",
        },
        {
            "subject": "r2",
            "kind": "重度残疾人护理补贴",
            "pay_from": "2026-03-01",
            "state": "paying",
        },
        {
            "subject": "r3",
            "kind": "高龄津贴",
            "pay_from": "2025-01-01",
            "stopped_on": "2026-03-31",
            "state": "stopped",
        },
        {"subject": "r4", "kind": "高龄津贴", "pay_from": "2026-02-01", "state": "paying"},
    ]
    names = ["hardship_allowance", "care_allowance", "disability_allowances", "old_age_allowance"]
    found = figures(tmp_path, names, MARCH, allowance=rows)

    assert [value(found[name]) for name in names] == [1, 2, 2, 1]


def test_what_came_back_was_not_paid(tmp_path: Path) -> None:
    rows: Rows = [
        {"subject": "h1", "kind": "低保金", "persons": 3, "amount": "900", "paid_on": "2026-03-10"},
        {
            "subject": "h2",
            "kind": "医疗救助",
            "persons": 1,
            "amount": "5000",
            "paid_on": "2026-03-11",
        },
        {
            "subject": "h3",
            "kind": "高龄津贴",
            "persons": 1,
            "amount": "100",
            "paid_on": "2026-03-12",
            "is_returned": True,
        },
    ]
    names = ["benefits_paid", "medical_aids", "medical_aid_money"]
    found = figures(tmp_path, names, MARCH, benefit_payment=rows)

    assert [value(found[name]) for name in names] == [5900, 1, 5000]


def test_a_house_is_repaired_when_it_was_accepted(tmp_path: Path) -> None:
    rows: Rows = [
        {"subject": "h1", "started_on": "2026-01-05", "accepted_on": "2026-03-02", "state": "paid"},
        {"subject": "h2", "started_on": "2026-02-05", "state": "completed"},
        {"subject": "h3", "state": "approved"},
    ]
    names = ["houses_repaired", "houses_under_repair"]
    found = figures(tmp_path, names, MARCH, house_repair=rows)

    assert [value(found[name]) for name in names] == [1, 1]


def test_offers_are_told_and_taken_up_or_not(tmp_path: Path) -> None:
    rows: Rows = [
        {"subject": "r1", "told_on": "2026-03-02", "closed_on": "2026-03-09", "state": "applied"},
        {"subject": "r2", "told_on": "2026-03-02", "closed_on": "2026-03-09", "state": "declined"},
        {"subject": "r3", "state": "offered"},
    ]
    names = ["benefit_offers", "benefit_offers_taken"]
    found = figures(tmp_path, names, MARCH, benefit_offer=rows)

    assert [value(found[name]) for name in names] == [2, 1]


def test_who_is_insured_of_those_who_should_be(tmp_path: Path) -> None:
    def row(place: str, month: int, scheme: str, due: int, covered: int) -> dict[str, object]:
        return {
            "place": place,
            "reported_on": f"2026-0{month}-28",
            "scheme": scheme,
            "due": due,
            "insured_here": covered,
            "covered": covered,
        }

    rows: Rows = [
        row("A", 1, "城乡居民医保", 1000, 900),
        row("A", 3, "城乡居民医保", 1000, 950),
        row("A", 3, "城乡居民养老", 600, 450),
    ]
    names = ["medical_insured", "medical_rate", "pension_rate"]
    found = figures(tmp_path, names, "2026", insurance_counts=rows)

    assert value(found["medical_insured"]) == 950
    assert pair(found["medical_rate"]) == (950, 1000)
    assert pair(found["pension_rate"]) == (450, 600)


def test_services_in_events_and_visits_and_homes_in_beds(tmp_path: Path) -> None:
    events: Rows = [
        {
            "place": "A",
            "held_on": "2026-03-08",
            "organiser": "妇联",
            "kind": "志愿服务",
            "people": 60,
        },
        {
            "place": "A",
            "held_on": "2026-03-09",
            "organiser": "退役军人服务站",
            "kind": "信息采集",
            "people": 25,
        },
    ]
    homes: Rows = [
        {"place": "A", "name": "敬老院", "kind": "公办敬老院", "beds": 60},
        {"place": "A", "name": "照料点", "kind": "日间照料点", "beds": 10},
    ]
    names = ["service_events", "service_people", "veterans_registered", "care_homes", "care_beds"]
    found = figures(tmp_path, names, MARCH, service_event=events, care_home=homes)

    assert [value(found[name]) for name in names] == [2, 85, 25, 2, 70]
