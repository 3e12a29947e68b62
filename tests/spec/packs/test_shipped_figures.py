"""What the indicators of the shipped packs count, on small ledgers."""

from __future__ import annotations

from pathlib import Path

from tests.spec.packs.counting import CATALOGUE, Rows, figures, pair, value

CASES: Rows = [
    {"subject": "h1", "source": "干部排查", "approved_on": "2025-05-01", "state": "helping"},
    {
        "subject": "h2",
        "source": "部门筛查预警",
        "approved_on": "2025-06-01",
        "removed_on": "2026-02-01",
        "removal_way": "帮扶消除",
        "state": "removed",
    },
    {
        "subject": "h2",
        "source": "消除后回退",
        "approved_on": "2026-05-01",
        "helped_on": "2026-05-09",
        "state": "helping",
    },
    {
        "subject": "h3",
        "source": "农户自主申报",
        "approved_on": "2026-03-01",
        "removed_on": "2026-08-01",
        "state": "gone",
    },
    {"subject": "h3", "source": "干部排查", "clue_on": "2026-04-01", "state": "rejected"},
]
FLOWS = {"monitored_new": 1, "monitored_returned": 1, "monitored_removed": -1, "monitored_gone": -1}


def test_the_monitored_households_of_the_year_add_up(tmp_path: Path) -> None:
    before = figures(tmp_path, ["monitored"], "2025", monitoring=CASES)["monitored"]
    names = ["monitored", "monitored_helped", "help_rate", "monitoring_clues", *FLOWS]
    found = figures(tmp_path, names, "2026", monitoring=CASES)

    assert pair(before) == (2, 7)
    assert [pair(found[name]) for name in FLOWS] == [(1, 2), (1, 3), (1, 3), (1, 2)]
    assert pair(found["monitored"]) == (2, 7)
    for n in range(2):
        came = sum(sign * (pair(found[name])[n] or 0) for name, sign in FLOWS.items())
        assert pair(found["monitored"])[n] == (pair(before)[n] or 0) + came
    assert value(found["help_rate"]) == 50
    assert value(found["monitoring_clues"]) == 1


def test_hazards_found_closed_overdue_and_how_many_of_them(tmp_path: Path) -> None:
    rows: Rows = [
        {
            "found_on": "2025-12-01",
            "fix_by": "2026-01-10",
            "rechecked_on": "2026-01-12",
            "level": "一般",
            "state": "closed",
        },
        {
            "found_on": "2026-02-01",
            "rechecked_on": "2026-02-03",
            "level": "一般",
            "state": "closed",
        },
        {"found_on": "2026-03-01", "fix_by": "2026-04-01", "level": "重大", "state": "ordered"},
        {"found_on": "2026-03-02", "fix_by": "2027-02-01", "level": "一般", "state": "fixed"},
        {"found_on": "2026-03-03", "level": "重大", "state": "dropped"},
    ]
    given = [{**row, "place": "A"} for row in rows]
    names = ["hazards_found", "hazards_closed", "hazards_major", "hazards_overdue", "hazard_rate"]
    found = figures(tmp_path, names, "2026", hazard=given)

    assert [value(found[name]) for name in names[:4]] == [3, 2, 1, 1]
    assert pair(found["hazard_rate"]) == (1, 3)


def test_orders_count_once_served_and_a_fine_does_not_put_right_what_was_ordered(
    tmp_path: Path,
) -> None:
    rows: Rows = [
        {
            "served_on": "2026-02-01",
            "fix_by": "2026-02-20",
            "rechecked_on": "2026-02-21",
            "state": "closed",
        },
        {"served_on": "2026-03-01", "fix_by": "2026-03-20", "state": "failed"},
        {
            "served_on": "2026-03-02",
            "fix_by": "2026-03-20",
            "handed_on": "2026-04-01",
            "state": "punished",
        },
        {"served_on": "2026-12-30", "fix_by": "2027-01-20", "state": "served"},
        {"fix_by": "2026-05-01", "state": "revoked"},
    ]
    given = [{**row, "place": "A", "level": "一般", "kind": "消防"} for row in rows]
    names = ["served", "closed", "to_county", "overdue"]
    found = figures(
        tmp_path,
        [f"inspection_orders_{name}" for name in names] + ["inspection_order_rate"],
        "2026",
        inspection_order=given,
    )

    assert [value(found[f"inspection_orders_{name}"]) for name in names] == [4, 1, 1, 1]
    assert pair(found["inspection_order_rate"]) == (1, 4)


def test_a_visit_counts_each_time_and_a_household_once(tmp_path: Path) -> None:
    rows: Rows = [
        {"subject": "h1", "visited_on": "2026-01-05", "kind": "慰问"},
        {"subject": "h1", "visited_on": "2026-07-05", "kind": "大排查"},
        {"subject": "h2", "visited_on": "2026-07-06", "kind": "大排查"},
        {"subject": "h3", "visited_on": "2025-07-06", "kind": "大排查"},
    ]
    names = ["home_visits", "households_visited", "households_screened", "households_comforted"]
    found = figures(tmp_path, names, "2026", home_visit=rows)

    assert value(found["home_visits"]) == 3
    assert [pair(found[name]) for name in names[1:]] == [(2, 7), (2, 7), (1, 4)]


def test_an_answer_is_in_time_when_it_was_accepted_and_came_before_the_deadline(
    tmp_path: Path,
) -> None:
    rows: Rows = [
        {"deadline": "2026-05-10", "answered_on": "2026-05-10", "state": "closed"},
        {"deadline": "2026-05-10", "answered_on": "2026-05-11", "state": "closed"},
        {"deadline": "2026-05-10", "answered_on": "2026-05-09", "state": "answered"},
        {"deadline": "2026-05-10", "state": "assigned"},
        {"deadline": "2026-05-10", "state": "cancelled"},
        {"deadline": "2026-12-31", "answered_on": "2027-01-02", "state": "closed"},
    ]
    given = [{**row, "place": "A", "asks": "报表"} for row in rows]
    found = figures(tmp_path, ["assignment_on_time_rate"], "2026", assignment=given)

    assert pair(found["assignment_on_time_rate"]) == (1, 5)


def test_who_is_registered_and_who_lives_here_are_two_figures(tmp_path: Path) -> None:
    rows: Rows = [
        {"subject": "h1", "resident": "r1", "joined_on": "2020-01-01", "left_on": "2026-03-01"},
        {"subject": "h2", "resident": "r1", "joined_on": "2026-03-02"},
        {"subject": "h1", "resident": "r2", "joined_on": "2020-01-01"},
        {"subject": "h1", "resident": "r3", "joined_on": "2020-01-01", "left_on": "2026-06-01"},
    ]
    names = ["households", "persons_living", "lifted_households", "lifted_persons"]
    found = figures(tmp_path, [*names, "persons_registered"], "2026", membership=rows)

    assert [value(found[name]) for name in names] == [3, 9, 2, 6]
    assert value(found["persons_registered"]) == 2


def test_every_indicator_can_be_computed_and_says_what_it_counts(tmp_path: Path) -> None:
    names = sorted(CATALOGUE.indicators)

    assert sorted(figures(tmp_path, names, "2026")) == names
    assert all(CATALOGUE.indicators[name].note for name in names)
