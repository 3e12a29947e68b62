"""What the indicators of governance count in one month, worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.spec.packs.counting import CATALOGUE, Rows, figures, pair, value

MARCH = "2026-03"


def counted(folder: Path, names: list[str], **rows: Rows) -> list[Any]:
    given = {key: [{"place": "A", **row} for row in value] for key, value in rows.items()}
    found = figures(folder, names, MARCH, **given)
    return [value(found[name]) for name in names]


PETITIONS: Rows = [
    {  # told on the last day, an opinion in time
        "received_on": "2026-03-01",
        "kind": "申诉求决",
        "source": "来访",
        "visitors": 3,
        "told_on": "2026-03-16",
        "told_how": "书面",
        "accepted_on": "2026-03-16",
        "finish_by": "2026-05-15",
        "opinion_on": "2026-05-15",
        "state": "delivered",
    },
    {  # told a day late
        "received_on": "2026-03-02",
        "kind": "申诉求决",
        "source": "来信",
        "told_on": "2026-03-18",
        "told_how": "书面",
        "state": "accepted",
    },
    {  # nobody to tell
        "received_on": "2026-03-03",
        "kind": "建议意见",
        "source": "来信",
        "told_how": "姓名住址不清",
        "state": "advised",
    },
    {"received_on": "2026-03-04", "kind": "检举控告", "source": "来信", "state": "routed"},
    {
        "received_on": "2026-03-05",
        "kind": "申诉求决",
        "source": "上级转送交办",
        "state": "handed_back",
    },
    {"received_on": "2026-03-06", "kind": "申诉求决", "source": "来电", "state": "registered"},
    {  # of last year: due in March, finished in time; a backlog that was solved
        "received_on": "2025-12-01",
        "kind": "申诉求决",
        "source": "来访",
        "is_backlog": True,
        "finish_by": "2026-03-01",
        "opinion_on": "2026-02-20",
        "closed_on": "2026-03-28",
        "state": "closed",
    },
    {  # due in March and a day late; a backlog that is still there
        "received_on": "2025-12-20",
        "kind": "申诉求决",
        "source": "来信",
        "is_backlog": True,
        "finish_by": "2026-03-10",
        "opinion_on": "2026-03-11",
        "state": "opined",
    },
]


def test_petitions_told_within_fifteen_days_and_finished_by_their_day(tmp_path: Path) -> None:
    names = [
        *("petitions_received", "petition_visits", "petitions_to_tell", "petitions_told_in_time"),
        *("petitions_due", "petitions_finished_in_time"),
        *("petition_backlog_solved", "petition_backlog"),
    ]
    assert counted(tmp_path, names, petition=PETITIONS) == [5, 3, 3, 1, 2, 1, 1, 1]

    rates = ["petition_told_rate", "petition_in_time_rate"]
    found = figures(tmp_path, rates, MARCH, petition=PETITIONS)
    assert [pair(found[name]) for name in rates] == [(1, 3), (1, 2)]


def test_requests_are_asked_after_only_where_somebody_answered(tmp_path: Path) -> None:
    rows: Rows = [
        {
            "received_on": "2026-03-02",
            "replied_on": "2026-03-05",
            "closed_on": "2026-03-06",
            "feedback": told,
            "state": "closed",
        }
        for told in ("解决了", "没有解决", "部分解决", "不愿说", "没联系上", "解决了")
    ]
    rows = [
        *rows,
        {"received_on": "2026-03-20", "state": "handling"},
        {"received_on": "2026-03-21", "state": "returned"},
        {
            "received_on": "2026-02-20",
            "replied_on": "2026-03-01",
            "closed_on": "2026-03-02",
            "state": "closed",
        },
    ]
    names = ["requests_received", "requests_closed", "requests_asked", "requests_solved"]
    assert counted(tmp_path, names, request=rows) == [7, 7, 4, 2]

    rates = figures(tmp_path, ["request_reply_rate", "request_solved_rate"], MARCH, request=rows)
    assert [pair(rate) for rate in rates.values()] == [(6, 7), (2, 4)]


def test_a_dispute_under_mediation_is_in_no_rate_and_shown_beside_it(tmp_path: Path) -> None:
    rows: Rows = [
        {
            "found_on": "2026-03-01",
            "mediated_on": "2026-03-03",
            "agreed_on": "2026-03-03",
            "state": "agreed",
        },
        {
            "found_on": "2026-02-01",
            "mediated_on": "2026-03-05",
            "agreed_on": "2026-03-06",
            "closed_on": "2026-03-20",
            "state": "performed",
        },
        {
            "found_on": "2026-03-02",
            "mediated_on": "2026-03-09",
            "closed_on": "2026-03-09",
            "state": "failed",
        },
        {"found_on": "2026-03-10", "state": "mediating"},
        {"found_on": "2026-03-11", "closed_on": "2026-03-12", "state": "refused"},
    ]
    names = ["disputes_found", "disputes_mediated", "disputes_agreed", "disputes_open"]
    assert counted(tmp_path, names, dispute=rows) == [4, 3, 2, 1]

    rate = figures(tmp_path, ["dispute_success_rate"], MARCH, dispute=rows)
    assert pair(rate["dispute_success_rate"]) == (2, 3)


def test_assemblies_and_what_was_raised_there(tmp_path: Path) -> None:
    meetings: Rows = [
        {"held_on": "2026-03-05", "kind": "屋场会", "people": 40},
        {"held_on": "2026-03-25", "kind": "议事会", "people": 15},
        {"held_on": "2026-04-01", "kind": "屋场会", "people": 30},
    ]
    items: Rows = [
        {"raised_on": "2026-03-05", "closed_on": "2026-03-25", "state": "closed"},
        {"raised_on": "2026-03-05", "state": "assigned"},
        {"raised_on": "2026-03-05", "state": "dropped"},
        {"raised_on": "2026-02-05", "closed_on": "2026-03-02", "state": "closed"},
    ]
    names = ["assemblies", "assembly_people", "assembly_items_raised", "assembly_items_closed"]
    assert counted(tmp_path, names, assembly=meetings, assembly_item=items) == [2, 55, 2, 2]

    rate = figures(tmp_path, ["assembly_item_rate"], MARCH, assembly_item=items)
    assert pair(rate["assembly_item_rate"]) == (1, 2)


def test_what_is_legal_is_no_illegal_building_and_in_no_rate(tmp_path: Path) -> None:
    rows: Rows = [
        {  # a spot, new, removed, not yet accepted
            "spot_number": "S1",
            "found_on": "2026-03-01",
            "checked_on": "2026-03-02",
            "is_new": "新增",
            "building_area": "120",
            "removed_on": "2026-03-20",
            "removed_area": "100",
            "state": "removed",
        },
        {  # a spot of which it was shown that it is legal
            "spot_number": "S2",
            "found_on": "2026-03-01",
            "checked_on": "2026-03-03",
            "is_new": "新增",
            "state": "legal",
        },
        {  # old, found by a patrol, accepted
            "found_on": "2026-01-05",
            "checked_on": "2026-01-06",
            "is_new": "存量",
            "building_area": "60.5",
            "removed_on": "2026-03-02",
            "removed_area": "60.5",
            "state": "closed",
        },
        {  # a spot for which papers were got
            "spot_number": "S3",
            "found_on": "2026-03-05",
            "checked_on": "2026-03-06",
            "is_new": "新增",
            "building_area": "80",
            "state": "made_legal",
        },
        {"spot_number": "S4", "found_on": "2026-03-06", "is_new": "新增", "state": "found"},
    ]
    names = ["illegal_buildings_found", "illegal_buildings_removed", "illegal_area_removed"]
    names += ["spots_received", "spots_to_close", "spots_closed"]
    found = counted(tmp_path, names, illegal_building=rows)

    assert found[:2] == [2, 2]
    assert float(found[2]) == 160.5
    assert found[3:] == [4, 3, 1]


def test_penalties_fines_and_what_is_held(tmp_path: Path) -> None:
    cases: Rows = [
        {"found_on": "2026-03-01", "decided_on": "2026-03-01", "fine": "200", "state": "delivered"},
        {"found_on": "2026-01-01", "decided_on": "2026-03-10", "fine": "1500.5", "state": "closed"},
        {"found_on": "2026-03-02", "state": "dropped"},
        {"found_on": "2026-03-03", "state": "filed"},
    ]
    items: Rows = [
        {"taken_on": "2026-03-01", "dealt_on": "2026-03-06", "kind": "扣押"},
        {"taken_on": "2026-03-02", "kind": "先行登记保存"},
    ]
    names = ["cases_found", "penalties_decided", "fines_decided", "items_held"]
    found = counted(tmp_path, names, enforcement=cases, seized_item=items)

    assert [float(each) for each in found] == [2, 2, 1700.5, 1]


def test_counts_by_month_are_added_and_what_stands_is_the_last_one(tmp_path: Path) -> None:
    months: Rows = [
        {
            "place": "T",
            "reported_on": f"2026-0{n}-28",
            "fraud_cases": n,
            "corrected_persons": 10 + n,
        }
        for n in (1, 2, 3)
    ]
    discipline: Rows = [
        {
            "place": "T",
            "reported_on": "2026-02-28",
            "first_form": 3,
            "penalties": 1,
            "bulletins": 1,
        },
        {"place": "T", "reported_on": "2026-03-31", "first_form": 2, "bulletins": 1},
    ]
    doses: Rows = [
        {
            "place": "T",
            "reported_on": "2026-01-31",
            "doses": 90,
            "vaccinated": 800,
            "due_persons": 1000,
        },
        {
            "place": "T",
            "reported_on": "2026-03-31",
            "doses": 40,
            "vaccinated": 850,
            "due_persons": 1000,
        },
    ]
    names = ["fraud_cases", "corrected_persons", "first_form", "discipline_penalties"]
    names += ["discipline_bulletins", "doses_given", "vaccinated_persons", "vaccination_rate"]
    rows = {
        "governance_counts": months,
        "discipline_counts": discipline,
        "health_counts": doses,
    }
    found = figures(tmp_path, names, "2026", **rows)

    assert [value(found[name]) for name in names] == [6, 13, 5, 1, 2, 130, 850, 85]


def test_publicity_by_what_it_is_about(tmp_path: Path) -> None:
    rows: Rows = [
        {"held_on": "2026-03-01", "topic": "反诈", "copies": 200},
        {"held_on": "2026-03-02", "topic": "禁毒", "copies": 100},
        {"held_on": "2026-03-03", "topic": "法治"},
        {"held_on": "2026-02-03", "topic": "法治", "copies": 50},
    ]
    names = ["publicity_events", "fraud_drug_publicity", "law_publicity", "publicity_copies"]

    assert counted(tmp_path, names, publicity=rows) == [3, 2, 1, 300]


NEVER = [
    *("petition", "request", "dispute", "assembly_item", "illegal_building", "enforcement"),
    *("seized_item", "governance_counts", "discipline_counts", "health_counts"),
]


@pytest.mark.parametrize("name", NEVER)
def test_no_dossier_no_target_and_no_ranking_comes_of_them(name: str) -> None:
    ledger = CATALOGUE.ledgers[name]

    assert (ledger.profile, ledger.subject, ledger.visibility) == ("never", None, "internal")
    assert not any(field.of or field.private for field in ledger.fields)
    assert not {"phone", "id_card", "bank_card"} & {field.type for field in ledger.fields}
    for indicator in CATALOGUE.indicators.values():
        if indicator.from_ == name:
            assert (indicator.target, indicator.rank) == ("never", "never"), indicator.id
