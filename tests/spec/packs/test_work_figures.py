"""What the indicators of projects, land, services and office count in one month, by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.spec.packs.counting import Rows, figures, value

MARCH = "2026-03"

PROJECTS: Rows = [
    {  # all the way, within a year
        "number": "P1",
        "kind": "产业发展",
        "applied_on": "2025-09-01",
        "budget": "500000",
        "stored_on": "2025-11-20",
        "started_on": "2026-01-10",
        "finished_on": "2026-03-02",
        "accepted_on": "2026-03-20",
        "state": "accepted",
    },
    {  # stored and begun in March
        "number": "P2",
        "kind": "乡村建设",
        "applied_on": "2026-02-11",
        "budget": "385000.50",
        "stored_on": "2026-03-05",
        "started_on": "2026-03-28",
        "state": "building",
    },
    {  # stored in March, thrown out in April: it had been stored
        "number": "P3",
        "kind": "乡村建设",
        "applied_on": "2026-03-01",
        "budget": "120000",
        "stored_on": "2026-03-31",
        "state": "removed",
    },
    {  # begun and given up
        "number": "P4",
        "kind": "产业发展",
        "applied_on": "2026-03-09",
        "budget": "1",
        "started_on": "2026-03-30",
        "state": "stopped",
    },
]
PAYMENTS: Rows = [
    {"number": "F1", "kind": "预付款", "paid_on": "2026-02-28", "amount": "100000"},
    {"number": "F2", "kind": "进度款", "paid_on": "2026-03-15", "amount": "150000.25"},
    {"number": "F3", "kind": "质保金", "paid_on": "2026-03-31", "amount": "9999.75"},
]


def test_projects_are_counted_at_each_stage_and_paid_money_apart(tmp_path: Path) -> None:
    names = [
        *("projects_applied", "projects_stored", "project_budget_stored", "projects_started"),
        *("projects_under_way", "projects_accepted", "project_payments"),
    ]
    found = figures(tmp_path, names, MARCH, project=PROJECTS, project_payment=PAYMENTS)

    # 385,000.50 + 120,000 were stored, 150,000.25 + 9,999.75 were paid.
    assert [value(found[name]) for name in names] == [
        *(2, 2, Decimal("505000.50"), 2),
        *(1, 1, 160000),
    ]


def test_a_contract_is_no_money_and_an_intention_no_contract(tmp_path: Path) -> None:
    deals: Rows = [
        {
            "name": "甲",
            "industry": "文旅",
            "found_on": "2025-12-01",
            "intended_on": "2026-03-02",
            "intended_amount": "90000000",
            "state": "intended",
        },
        {
            "name": "乙",
            "industry": "制造",
            "found_on": "2026-01-05",
            "signed_on": "2026-03-12",
            "contract_amount": "30000000",
            "state": "signed",
        },
        {
            "name": "丙",
            "industry": "农业",
            "found_on": "2025-02-01",
            "signed_on": "2025-06-30",
            "contract_amount": "8000000",
            "produced_on": "2026-03-31",
            "state": "produced",
        },
    ]
    paid: Rows = [
        {"number": "D1", "paid_on": "2026-03-20", "amount": "1500000"},
        {"number": "D2", "paid_on": "2026-04-01", "amount": "2500000"},
    ]
    names = ["deals_signed", "deal_contracts", "deal_money_paid", "deals_produced"]
    found = figures(tmp_path, names, MARCH, investment_deal=deals, investment_paid=paid)

    assert [value(found[name]) for name in names] == [1, 30_000_000, 1_500_000, 1]


def test_only_what_was_granted_counts_as_won(tmp_path: Path) -> None:
    rows: Rows = [
        {
            "name": "甲",
            "level": "省级",
            "assessed_on": "2026-03-10",
            "amount_sought": "500000",
            "amount_won": "300000",
            "state": "granted",
        },
        {
            "name": "乙",
            "level": "市级",
            "assessed_on": "2026-03-11",
            "amount_sought": "200000",
            "state": "failed",
        },
    ]
    found = figures(
        tmp_path, ["accreditations_granted", "accreditation_money"], MARCH, accreditation=rows
    )

    assert value(found["accreditations_granted"]) == 1
    assert value(found["accreditation_money"]) == 300_000


def test_houses_asked_for_approved_and_checked_each_on_its_day(tmp_path: Path) -> None:
    rows: Rows = [
        {
            "subject": "h1",
            "applied_on": "2026-01-08",
            "decided_on": "2026-03-03",
            "permit_number": "清建字〔2026〕5号",
            "state": "building",
        },
        {"subject": "h2", "applied_on": "2026-03-18", "state": "notice"},
        {"subject": "h3", "applied_on": "2026-03-19", "state": "withdrawn"},
        {
            "subject": "h3",
            "applied_on": "2025-04-01",
            "decided_on": "2025-05-01",
            "permit_number": "清建字〔2025〕2号",
            "checked_on": "2026-03-25",
            "state": "closed",
        },
    ]
    names = ["homesteads_applied", "homesteads_approved", "homesteads_checked"]
    found = figures(tmp_path, names, MARCH, homestead=rows)

    assert [value(found[name]) for name in names] == [1, 1, 1]


def test_land_counts_when_it_is_handed_over(tmp_path: Path) -> None:
    land: Rows = [
        {
            "name": "甲路",
            "announced_on": "2025-06-01",
            "agreed_area": "32.5",
            "handed_on": "2026-03-06",
            "state": "closed",
        },
        {"name": "乙塘", "announced_on": "2026-03-01", "agreed_area": "10", "state": "agreed"},
    ]
    paid: Rows = [
        {"number": "B1", "kind": "土地补偿费", "paid_on": "2026-03-02", "amount": "1230000"},
        {"number": "B2", "kind": "青苗和附着物", "paid_on": "2026-03-09", "amount": "20000"},
    ]
    names = ["land_handed", "compensation_paid"]
    found = figures(tmp_path, names, MARCH, land_project=land, compensation=paid)

    assert [value(found[name]) for name in names] == [Decimal("32.5"), 1_250_000]


def test_services_in_time_are_a_share_of_those_decided(tmp_path: Path) -> None:
    rows: Rows = [
        {
            "number": "1",
            "channel": "村代办",
            "received_on": "2026-03-02",
            "promised_by": "2026-03-09",
            "decided_on": "2026-03-09",
            "state": "delivered",
        },
        {
            "number": "2",
            "channel": "镇窗口",
            "received_on": "2026-02-20",
            "promised_by": "2026-03-02",
            "decided_on": "2026-03-03",
            "state": "decided",
        },
        {
            "number": "3",
            "channel": "镇窗口",
            "received_on": "2026-03-30",
            "promised_by": "2026-04-08",
            "state": "accepted",
        },
        {"number": "4", "channel": "村代办", "received_on": "2026-03-05", "state": "withdrawn"},
        {
            "number": "5",
            "channel": "网上",
            "received_on": "2026-03-10",
            "promised_by": "2026-03-10",
            "decided_on": "2026-03-10",
            "state": "delivered",
        },
    ]
    names = ["service_requests", "services_decided", "service_in_time_rate", "village_services"]
    found = figures(tmp_path, names, MARCH, service_request=rows)

    assert [value(found[name]) for name in names[:2]] == [3, 3]
    assert value(found["service_in_time_rate"]) == pytest.approx(Decimal("66.67"), abs=Decimal(1))
    assert value(found["village_services"]) == 1


def test_what_is_asked_of_the_office_and_what_it_asks_of_the_county(tmp_path: Path) -> None:
    found = figures(
        tmp_path,
        [
            *("information_requests", "information_answered", "disclosure_questions"),
            *("disclosure_answers", "suggestions_sent", "suggestions_answered"),
            "objections_decided",
        ],
        MARCH,
        information_request=[
            {"number": "1", "received_on": "2026-03-01", "state": "reviewed"},
            {
                "number": "2",
                "received_on": "2026-02-10",
                "answered_on": "2026-03-09",
                "answer": "予以公开",
                "state": "answered",
            },
        ],
        disclosure_question=[
            {
                "number": "1",
                "asked_on": "2026-03-04",
                "answered_on": "2026-03-12",
                "is_right": "属实",
                "state": "closed",
            },
            {"number": "2", "asked_on": "2026-03-30", "state": "asked"},
        ],
        suggestion=[
            {
                "name": "甲",
                "raised_on": "2026-01-04",
                "sent_on": "2026-01-20",
                "answered_on": "2026-03-11",
                "state": "closed",
            },
            {"name": "乙", "raised_on": "2026-03-04", "sent_on": "2026-03-20", "state": "sent"},
            {"name": "丙", "raised_on": "2026-03-05", "state": "raised"},
        ],
        objection=[
            {"number": "1", "raised_on": "2026-02-25", "told_on": "2026-03-06", "state": "closed"},
            {"number": "2", "raised_on": "2026-03-25", "state": "raised"},
        ],
    )

    assert {name: value(figure) for name, figure in found.items()} == {
        "information_requests": 1,
        "information_answered": 1,
        "disclosure_questions": 2,
        "disclosure_answers": 1,
        "suggestions_sent": 1,
        "suggestions_answered": 1,
        "objections_decided": 1,
    }
