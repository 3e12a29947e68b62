"""Limits that run to a day which the entry names; days that must have passed; when a matter rises."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianxian.matters import clock_words, flows
from qianxian.matters.clocks import Mark, Run, due_of, runs_of
from qianxian.matters.flows import Attempt, Counted, Kind, Need, Position
from qianxian.matters.rising import Moment, due_rules, why
from qianxian.matters.workdays import WorkCalendar
from qianxian_packs import Children, Clock, Flow, Ledger
from tests.spec.clocks.test_runs import DAYS, PLAIN, at

LEDGER = Ledger.model_validate(
    {
        "id": "hazard",
        "line": "safety",
        "name": "隐患台账",
        "flow": "hazard",
        "fields": [
            {"name": "notice_on", "label": "公示开始", "type": "date"},
            {"name": "fix_by", "label": "整改期限", "type": "date"},
            {"name": "level", "label": "等级", "type": "choice", "choices": ["一般", "重大"]},
        ],
    }
)
ASSIGNED = Children(ledger="assignment", where="state <> 'closed'")


def until(marks: list[Mark], **more: Any) -> Run:
    clock = Clock.model_validate(
        {"id": "fix", "label": "限期整改", "until": "fix_by", "basis": "指令书", **more}
    )
    (run,) = runs_of({"fix": clock}, marks)
    return run


def started(last: str | None, *more: Mark) -> list[Mark]:
    day = date.fromisoformat(last) if last else None
    return [
        Mark(at("2026-11-02"), "责令整改", starts=("fix",)),
        Mark(at("2026-11-02"), untils={"fix": day}),
        *more,
    ]


def last_day(run: Run) -> date | None:
    due = due_of(run, PLAIN)
    return due.day if due else None


def test_the_last_day_is_the_one_that_the_entry_names() -> None:
    run = until(started("2026-11-20"))

    assert last_day(run) == date(2026, 11, 20)
    told = clock_words.how(run, "整改期限")
    assert told == "11月2日 “责令整改”起，最后一天是“整改期限”写的 11月20日"
    assert clock_words.holidays(run, due_of(run, PLAIN)) == "写的是哪天就是哪天，遇放假不顺延"


def test_nobody_can_say_the_last_day_while_the_field_is_empty() -> None:
    run = until(started(None))

    assert last_day(run) is None
    assert "“整改期限”还没填" in clock_words.how(run, "整改期限")


def test_a_correction_moves_the_last_day_and_an_extension_is_added_to_it() -> None:
    run = until(
        started(
            "2026-11-20",
            Mark(at("2026-11-10"), by="谢文武", extends={"fix": 5}),
            Mark(at("2026-11-12"), untils={"fix": date(2026, 11, 25)}),
        )
    )

    assert last_day(run) == date(2026, 11, 30)
    assert clock_words.how(run, "整改期限").endswith("11月10日 谢文武批准延 5 天")
    assert clock_words.limit(run) == "到 11月25日为止，延 5 天"


def test_what_is_named_after_the_end_does_not_change_a_limit_that_stopped() -> None:
    run = until(
        started(
            "2026-11-20",
            Mark(at("2026-11-18"), stops=("fix",)),
            Mark(at("2026-11-19"), untils={"fix": date(2026, 12, 25)}),
        )
    )

    assert last_day(run) == date(2026, 11, 20)


@given(start=DAYS, length=st.integers(1, 60), since=st.integers(0, 40), days=st.integers(0, 40))
def test_a_pause_gives_back_the_days_that_it_took_before_the_last_one(
    start: date, length: int, since: int, days: int
) -> None:
    clock = Clock.model_validate({"id": "fix", "label": "整改", "until": "fix_by", "basis": "书"})
    last = start + timedelta(days=length)
    begin = start + timedelta(days=since)
    end = begin + timedelta(days=days)
    marks = [
        Mark(at(start), starts=("fix",), untils={"fix": last}),
        Mark(at(begin), pauses=("fix",)),
        Mark(at(end), starts=("fix",)),
    ]
    (run,) = runs_of({"fix": clock}, marks)

    # The same limit counted in days says the same.
    counted = clock.model_copy(update={"until": None, "days": length})
    (other,) = runs_of({"fix": counted}, marks)
    assert last_day(run) == last_day(other)


def needs(guard: dict[str, Any], attempt: Attempt, position: Position, **step: Any) -> list[Need]:
    flow = Flow.model_validate(
        {
            "id": "hazard",
            "line": "safety",
            "name": "隐患整改",
            "initial": "open",
            "states": {"open": {"label": "整改中"}, "done": {"label": "销号", "kind": "closed"}},
            "steps": [
                {
                    "id": "close",
                    "label": "销号",
                    "from": ["open"],
                    "to": "done",
                    "role": "officer",
                    "guards": [
                        {"says": "公示不满 5 天。", "basis": "某办法", "hard": True, **guard}
                    ],
                    **step,
                }
            ],
        }
    )
    found = flows.needs(flow, flow.steps[0], LEDGER, position, attempt)
    return [need for need in found if need.kind in (Kind.OUTSIDE, Kind.GUARD)]


NOTICE = {"days": {"since": "notice_on", "at_least": 5}}


@pytest.mark.parametrize(("day", "is_open"), [("2026-11-06", False), ("2026-11-07", True)])
def test_five_days_after_the_first_end_with_the_sixth(day: str, is_open: bool) -> None:
    put_up = Position("open", values={"notice_on": date(2026, 11, 1)})

    (need,) = needs(NOTICE, Attempt(date.fromisoformat(day), reason="县里催"), put_up)

    assert (need.met, need.shut) == (is_open, not is_open)
    told = "公示开始 11月1日，从第二天起数满 5 天"
    assert need.text == (
        told if is_open else f"公示不满 5 天（某办法，未核实）。{told}，11月7日起能办。"
    )


@pytest.mark.parametrize(("day", "is_open"), [("2026-11-06", False), ("2026-11-07", True)])
def test_a_last_day_is_over_on_the_day_after(day: str, is_open: bool) -> None:
    given = Position("open", values={"notice_on": date(2026, 11, 6)})
    guard = {"says": "限期还没有过。", "days": {"since": "notice_on", "at_least": 0}}

    (need,) = needs(guard, Attempt(date.fromisoformat(day), reason="县里催"), given)

    told = "公示开始 11月6日"
    assert need.met is is_open
    assert need.text == (
        told if is_open else f"限期还没有过（某办法，未核实）。{told}，11月7日起能办。"
    )


# 2026-11-02 is a Monday: five working days after it end with the next one.
@pytest.mark.parametrize(
    ("day", "typed", "is_open"),
    [("2026-11-09", None, True), ("2026-11-10", None, False), ("2026-11-10", "2026-11-09", True)],
)
def test_a_step_stays_open_so_many_days_by_the_day_that_its_form_names(
    day: str, typed: str | None, is_open: bool
) -> None:
    came = Position("open", values={"notice_on": date(2026, 11, 2)})
    guard = {"says": "晚了。", "days": {"since": "notice_on", "at_most": 5, "kind": "working"}}
    values = {"fix_by": date.fromisoformat(typed)} if typed else {}
    attempt = Attempt(date.fromisoformat(day), values=values, reason="急")

    (need,) = needs(guard, attempt, came, needs=["fix_by"])

    assert need.met is is_open
    told = "公示开始 11月2日，从第二天起 5 个工作日以内"
    assert need.text == (told if is_open else f"晚了（某办法，未核实）。{told}，11月9日以前能办。")


def test_working_days_follow_the_offices_own_table() -> None:
    # 2026-11-02 is a Monday; the office works on Saturday the 7th and is off on the 5th.
    calendar = WorkCalendar({date(2026, 11, 7): True, date(2026, 11, 5): False})
    put_up = Position("open", values={"notice_on": date(2026, 11, 2)})
    guard = {"days": {"since": "notice_on", "at_least": 5, "kind": "working"}}

    (need,) = needs(guard, Attempt(date(2026, 11, 9), calendar=calendar), put_up)

    assert need.text.endswith("从第二天起数满 5 个工作日，11月10日起能办。")


def test_without_the_first_day_it_is_shut_and_a_soft_one_opens_for_a_reason() -> None:
    (hard,) = needs(NOTICE, Attempt(date(2026, 11, 9), reason="急"), Position("open"))
    soft = {**NOTICE, "hard": False}
    (asked,) = needs(soft, Attempt(date(2026, 11, 9)), Position("open"))
    (given_one,) = needs(soft, Attempt(date(2026, 11, 9), reason="急"), Position("open"))

    assert (hard.met, hard.shut, hard.text) == (
        False,
        True,
        "公示不满 5 天（某办法，未核实）。先要有公示开始。",
    )
    assert (asked.met, asked.shut, asked.field) == (False, False, "reason")
    assert given_one.met


def test_a_day_that_the_form_asks_for_is_not_shut_beforehand() -> None:
    (asked,) = needs(NOTICE, Attempt(date(2026, 11, 9)), Position("open"), needs=["notice_on"])

    assert asked.kind is Kind.GUARD


@pytest.mark.parametrize(
    ("guard", "counted", "is_open"),
    [
        ("none_of", Counted(0, 0), True),
        ("none_of", Counted(0, 1), False),
        ("none_of", Counted(2, 2), False),
        ("none_of", None, False),
        ("some_of", Counted(0, 0), False),
        ("some_of", Counted(0, 1), False),
        ("some_of", Counted(1, 1), True),
        ("some_of", None, False),
    ],
)
def test_what_hangs_on_the_matter_shuts_a_step_and_doubt_does_too(
    guard: str, counted: Counted | None, is_open: bool
) -> None:
    children = {ASSIGNED: counted} if counted else {}
    position = Position("open", children=children)

    found = needs({guard: ASSIGNED.model_dump()}, Attempt(date(2026, 11, 9), reason="急"), position)

    assert bool(flows.lacks(found)) is not is_open
    assert all(need.shut for need in flows.lacks(found))


RULES = Flow.model_validate(
    {
        "id": "hazard",
        "line": "safety",
        "name": "隐患整改",
        "initial": "open",
        "states": {"open": {"label": "整改中"}, "done": {"label": "销号", "kind": "closed"}},
        "steps": [
            {"id": "close", "label": "销号", "from": ["open"], "to": "done", "role": "officer"}
        ],
        "escalations": [
            {
                "id": "major",
                "label": "重大",
                "to": "leader",
                "overdue": False,
                "when": "level = '重大'",
            },
            {"id": "over", "label": "超期", "to": "line_head"},
            {
                "id": "long",
                "label": "超期 3 个工作日",
                "to": "leader",
                "after": 3,
                "kind": "working",
            },
            {"id": "old", "label": "满 30 天", "to": "leader", "overdue": False, "after": 30},
        ],
    }
)
FRIDAY = date(2026, 11, 6)


def rules_on(day: date, **more: Any) -> list[str]:
    given = {
        "state": "open",
        "row": {"level": "一般"},
        "due_on": FRIDAY,
        "opened_on": date(2026, 11, 2),
        **more,
    }
    return [rule.id for rule in due_rules(RULES, LEDGER, Moment(**given), day, PLAIN)]


def test_each_rule_has_its_turn_on_its_day() -> None:
    days = {n: rules_on(FRIDAY + timedelta(days=n)) for n in range(8)}

    assert days[0] == []
    assert [days[n] for n in (1, 2, 3)] == [["over"]] * 3
    # Saturday is the first day over; Monday to Wednesday are three that are worked.
    assert (days[4], days[5]) == (["over"], ["over", "long"])
    assert rules_on(date(2026, 12, 1)) == ["over", "long"]
    assert rules_on(date(2026, 12, 2)) == ["over", "long", "old"]


def test_a_rule_may_ask_for_a_condition_and_has_one_turn() -> None:
    assert rules_on(FRIDAY, row={"level": "重大"}) == ["major"]
    assert rules_on(FRIDAY, row={"level": None}) == []
    assert rules_on(FRIDAY, row={"level": "重大"}, risen=("major",)) == []


def test_nothing_rises_that_has_ended_or_has_no_limit() -> None:
    assert rules_on(date(2027, 1, 1), state="done", row={"level": "重大"}) == []
    assert rules_on(date(2026, 11, 20), due_on=None) == []
    assert rules_on(date(2026, 11, 20), opened_on=None, due_on=None, row={"level": "重大"}) == []


def test_it_is_told_why() -> None:
    moment = Moment("open", {}, FRIDAY, date(2026, 11, 2))
    major, over, _long, old = RULES.escalations

    assert why(over, moment, date(2026, 11, 9)) == "超期：到期 11月6日，超期 3 天"
    assert why(major, moment, FRIDAY) == "重大：登记后就升级"
    assert why(old, moment, date(2026, 12, 2)) == "满 30 天：11月2日登记，过了 30 天"
