"""What the flows of the shipped packs never give way on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from qianxian_packs import Catalogue, Expression, Flow, Step, load

CATALOGUE: Catalogue = load([Path(__file__).parents[3] / "packs"])
VERIFIED = {
    "consent": True,
    "consent_on": "2026-03-02",
    "checked_on": "2026-03-02",
    "object_kind": "边缘易致贫户",
    "income_per_person": "8000",
    "income_line": "8500",
}
FINE = {"housing_ok": True, "water_ok": True, "education_ok": True, "medical_ok": True}


def step(flow: str, name: str) -> Step:
    return CATALOGUE.flows[flow].step_by_id[name]


def shut_by(flow: str, name: str, given: dict[str, Any]) -> list[str]:
    """The hard sentences that stand before a step with these values."""
    ledger = next(each for each in CATALOGUE.ledgers.values() if each.flow == flow)
    row = {key: ledger.by_name[key].parse(value) for key, value in given.items()}
    return [
        guard.says
        for guard in step(flow, name).guards
        if guard.hard
        and guard.require
        and Expression.parse(guard.require, ledger.columns).evaluate(row) is not True
    ]


def asked(flow: str, name: str, ledger: str, row: dict[str, Any]) -> list[Any]:
    """What each look of a step at the entries of a ledger says of one of them."""
    found = [part for g in step(flow, name).guards for part in (g.none_of, g.some_of) if part]
    columns = CATALOGUE.ledgers[ledger].columns
    return [
        Expression.parse(part.where, columns).evaluate(row) if part.where else True
        for part in found
        if part.ledger == ledger
    ]


@pytest.mark.parametrize(
    ("flow", "end"),
    [("hazard", "close"), ("rectification", "close"), ("assignment", "close")],
)
def test_who_says_that_it_is_done_does_not_close_it(flow: str, end: str) -> None:
    closing = step(flow, end)
    doers = {each.id for each in CATALOGUE.flows[flow].steps if each.to in closing.from_}

    assert doers
    assert doers <= set(closing.differs_from)
    assert closing.hard


def test_who_ordered_a_hazard_to_be_put_right_does_not_check_it() -> None:
    for name in ("close", "recheck_fails"):
        assert {"order", "fix", "fix_at_once"} <= set(step("hazard", name).differs_from)
    assert step("hazard", "close").evidence.photo >= 1


def test_a_major_hazard_is_not_put_right_on_the_spot() -> None:
    assert shut_by("hazard", "fix_at_once", {"level": "一般"}) == []
    (says,) = shut_by("hazard", "fix_at_once", {"level": "重大"})
    assert "限期整改" in says


def test_a_major_hazard_rises_at_once_and_an_overdue_one_to_the_leader_at_last() -> None:
    rules = {rule.id: rule for rule in CATALOGUE.flows["hazard"].escalations}
    columns = CATALOGUE.ledgers["hazard"].columns

    assert (rules["major"].to, rules["major"].overdue, rules["major"].after) == ("leader", False, 0)
    when = Expression.parse(rules["major"].when or "", columns)
    assert [when.evaluate({"level": level}) for level in ("重大", "一般")] == [True, False]
    late = sorted((rule.after, rule.to) for rule in rules.values() if rule.overdue)
    assert [to for _, to in late] == ["line_head", "leader"]


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({}, None),
        ({"consent": False}, "授权承诺书"),
        ({"consent": None}, "授权承诺书"),
        ({"consent_on": "2026-03-03"}, "当天或者之前"),
        ({"income_per_person": "9000"}, "只能是突发严重困难户"),
        ({"object_kind": "突发严重困难户"}, "要高过监测收入线"),
        ({"object_kind": "突发严重困难户", "income_per_person": "9000"}, None),
    ],
)
def test_a_household_is_verified_with_consent_and_within_the_line_of_its_kind(
    changed: dict[str, Any], part: str | None
) -> None:
    found = shut_by("monitoring", "verify", VERIFIED | changed)

    assert len(found) == (part is not None)
    assert all(part is not None and part in says for says in found)


def test_without_the_line_of_the_year_nobody_is_classified() -> None:
    assert shut_by("monitoring", "verify", {**VERIFIED, "income_line": None})


@pytest.mark.parametrize(
    ("name", "since"), [("approve_township", "notice_on"), ("approve_removal", "removal_notice_on")]
)
def test_a_notice_hangs_five_days_before_the_township_looks(name: str, since: str) -> None:
    (guard,) = (guard for guard in step("monitoring", name).guards if guard.days)

    assert guard.days is not None
    assert (guard.days.since, guard.days.at_least, guard.days.kind) == (since, 5, "natural")
    assert guard.hard


@pytest.mark.parametrize("lacking", sorted(FINE))
@pytest.mark.parametrize("value", [False, None])
def test_no_removal_while_one_of_the_four_is_not_secure(lacking: str, value: Any) -> None:
    assert shut_by("monitoring", "check_removal", FINE) == []
    assert shut_by("monitoring", "check_removal", FINE | {lacking: value})


def test_no_removal_without_a_measure_or_while_one_is_unsolved() -> None:
    none_of, some_of = (g for g in step("monitoring", "check_removal").guards if not g.require)
    assert none_of.none_of and some_of.some_of
    assert none_of.hard and some_of.hard

    rows: list[dict[str, Any]] = [{"is_solved": solved} for solved in (None, False, True)]
    unsolved = [asked("monitoring", "remove", "measure", row) for row in rows]
    assert unsolved == [[True], [True], [False]]


def test_help_has_begun_only_with_a_measure_that_has() -> None:
    rows: list[dict[str, Any]] = [{"started_on": None}, {"started_on": "2026-03-01"}]
    assert [asked("monitoring", "help", "measure", row) for row in rows] == [[False], [True]]


@pytest.mark.parametrize("name", ["close", "file"])
def test_a_paper_is_closed_when_no_village_has_still_to_answer(name: str) -> None:
    flow: Flow = CATALOGUE.flows["assignment"]
    for state, told in flow.states.items():
        (is_open,) = asked("notice", name, "assignment", {"state": state})
        assert is_open is (told.kind == "open"), state
    assert all(guard.hard for guard in step("notice", name).guards)


def test_every_duty_and_every_escalation_is_one_that_the_packs_name() -> None:
    named = {
        "village_clerk",
        "safety_officer",
        "safety_inspector",
        "revitalisation_officer",
        "revitalisation_reviewer",
        "county_reviewer",
        "office_clerk",
        "office_head",
        "line_head",
        "leader",
    }
    assert named <= set(CATALOGUE.roles)


def test_nobody_is_in_two_households_at_once() -> None:
    span = CATALOGUE.ledgers["membership"].span

    assert span is not None
    assert (span.of, span.from_, span.to) == (("resident",), "joined_on", "left_on")


@pytest.mark.parametrize("name", ["monitoring", "measure", "visit_problem", "hazard"])
def test_what_is_told_of_a_household_or_a_firm_stays_inside(name: str) -> None:
    ledger = CATALOGUE.ledgers[name]

    assert ledger.visibility == "internal"
    for indicator in CATALOGUE.indicators.values():
        if indicator.from_ == name:
            assert indicator.rank == "never", indicator.id
