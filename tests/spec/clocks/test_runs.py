"""What starts, pauses, resumes, extends and stops a clock, and that the sums hold for any case."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianxian.matters import clock_words
from qianxian.matters.clocks import Mark, Run, cells_of, due_of, runs_of, soonest_due
from qianxian.matters.workdays import WorkCalendar
from qianxian_packs import Clock

BEIJING = timezone(timedelta(hours=8))
PLAIN = WorkCalendar()
DAYS = st.dates(min_value=date(2025, 1, 1), max_value=date(2026, 6, 30))


def clock(name: str = "reply", **more: Any) -> Clock:
    given = {"id": name, "label": "答复", "days": 15, "kind": "natural", "basis": "暂行"}
    return Clock.model_validate({**given, **more})


def at(day: date | str, hour: int = 9) -> datetime:
    found = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime(found.year, found.month, found.day, hour, tzinfo=BEIJING)


def last_day(run: Run) -> date:
    due = due_of(run, PLAIN)
    assert due is not None
    return due.day


def runs(marks: list[Mark], **more: Any) -> tuple[Run, ...]:
    return runs_of({"reply": clock(**more)}, marks)


def test_a_clock_runs_from_its_start_to_its_stop() -> None:
    (run,) = runs(
        [
            Mark(at("2026-11-02"), "受理", starts=("reply",)),
            Mark(at("2026-11-09"), "答复", stops=("reply",)),
        ]
    )

    assert (run.started, run.stopped, run.because) == (at("2026-11-02"), at("2026-11-09"), "受理")


def test_a_clock_that_was_never_started_cannot_be_paused_extended_or_stopped() -> None:
    marks = [
        Mark(at("2026-11-02"), pauses=("reply",)),
        Mark(at("2026-11-03"), extends={"reply": 3}),
        Mark(at("2026-11-04"), stops=("reply",)),
    ]

    assert runs(marks) == ()


def test_starting_again_while_it_runs_begins_anew() -> None:
    first, second = runs(
        [
            Mark(at("2026-11-02"), starts=("reply",)),
            Mark(at("2026-11-09"), starts=("reply",)),
        ]
    )

    assert first.stopped == at("2026-11-09")
    assert last_day(second) == date(2026, 11, 24)


def test_a_step_that_stops_and_starts_a_clock_gives_it_a_new_run() -> None:
    found = runs(
        [
            Mark(at("2026-11-02"), starts=("reply",)),
            Mark(at("2026-11-09"), stops=("reply",), starts=("reply",)),
        ]
    )

    assert [run.stopped is None for run in found] == [False, True]


def test_an_ended_matter_keeps_no_clock_running() -> None:
    (run,) = runs(
        [Mark(at("2026-11-02"), starts=("reply",)), Mark(at("2026-11-04"), stops_all=True)]
    )

    assert run.stopped == at("2026-11-04")


def test_a_clock_that_the_flow_no_longer_defines_is_left_out() -> None:
    assert runs([Mark(at("2026-11-02"), starts=("lost",))]) == ()


def test_while_it_is_paused_nobody_can_say_when_it_is_over() -> None:
    (run,) = runs(
        [
            Mark(at("2026-11-02"), starts=("reply",)),
            Mark(at("2026-11-05"), pauses=("reply",)),
        ]
    )

    assert run.is_paused
    assert due_of(run, PLAIN) is None
    assert cells_of(run, PLAIN, date(2026, 11, 7)) == ("past", "past", "past", "paused", "paused")


def test_starting_a_paused_clock_resumes_it() -> None:
    found = runs(
        [
            Mark(at("2026-11-02"), starts=("reply",)),
            Mark(at("2026-11-05"), pauses=("reply",)),
            Mark(at("2026-11-10"), starts=("reply",)),
        ]
    )

    assert len(found) == 1
    assert last_day(found[0]) == date(2026, 11, 22)


def test_pausing_twice_is_pausing_once() -> None:
    (run,) = runs(
        [
            Mark(at("2026-11-02"), starts=("reply",)),
            Mark(at("2026-11-05"), pauses=("reply",)),
            Mark(at("2026-11-06"), pauses=("reply",)),
        ]
    )

    assert [pause.since for pause in run.pauses] == [at("2026-11-05")]


def test_the_soonest_of_the_running_clocks_counts() -> None:
    clocks = {"reply": clock(), "visit": clock("visit", days=3), "old": clock("old", days=1)}
    found = runs_of(
        clocks,
        [
            Mark(at("2026-11-02"), starts=("reply", "visit", "old")),
            Mark(at("2026-11-02", 10), stops=("old",)),
        ],
    )

    due = soonest_due(found, PLAIN)

    assert due is not None
    assert due.day == date(2026, 11, 5)


def test_without_a_running_clock_there_is_no_due_date() -> None:
    assert soonest_due((), PLAIN) is None


def test_a_pause_of_hours_moves_the_minute() -> None:
    (run,) = runs(
        [
            Mark(at("2026-11-02", 9), starts=("reply",)),
            Mark(at("2026-11-02", 10), pauses=("reply",)),
            Mark(at("2026-11-02", 13), starts=("reply",)),
        ],
        kind="hours",
        days=24,
    )

    due = due_of(run, PLAIN)

    assert due is not None
    assert due.moment == at("2026-11-03", 12)


@given(DAYS, st.integers(1, 90), st.integers(0, 80), st.integers(0, 60))
def test_a_pause_moves_natural_days_by_exactly_its_length(
    start: date, days: int, into: int, length: int
) -> None:
    whole = Run(clock(days=days), at(start))
    pause_on = start + timedelta(days=min(into, days - 1))
    (paused,) = runs(
        [
            Mark(at(start), starts=("reply",)),
            Mark(at(pause_on), pauses=("reply",)),
            Mark(at(pause_on + timedelta(days=length)), starts=("reply",)),
        ],
        days=days,
    )

    assert last_day(paused) == last_day(whole) + timedelta(days=length)


@given(DAYS, st.integers(1, 60), st.integers(0, 50), st.integers(0, 40))
def test_a_pause_never_costs_a_working_day_that_was_left(
    start: date, days: int, into: int, length: int
) -> None:
    pause_on = start + timedelta(days=into)
    resumed_on = pause_on + timedelta(days=length)
    whole = Run(clock(days=days, kind="working"), at(start))
    if pause_on >= last_day(whole):
        return
    (paused,) = runs(
        [
            Mark(at(start), starts=("reply",)),
            Mark(at(pause_on), pauses=("reply",)),
            Mark(at(resumed_on), starts=("reply",)),
        ],
        days=days,
        kind="working",
    )

    def worked(first: date, last: date) -> int:
        span = (last - first).days
        return sum(PLAIN.is_working(first + timedelta(days=n)) for n in range(1, span + 1))

    used = worked(start, pause_on) + worked(resumed_on, last_day(paused))
    assert used == days


@given(DAYS, st.integers(1, 60), st.integers(1, 30), st.sampled_from(["natural", "working"]))
def test_an_extension_is_the_same_as_a_longer_limit_from_the_start(
    start: date, days: int, extra: int, kind: str
) -> None:
    (extended,) = runs(
        [Mark(at(start), starts=("reply",)), Mark(at(start, 11), extends={"reply": extra})],
        days=days,
        kind=kind,
    )
    longer = Run(clock(days=days + extra, kind=kind), at(start))

    assert last_day(extended) == last_day(longer)
    assert last_day(extended) > last_day(Run(clock(days=days, kind=kind), at(start)))


@given(DAYS, st.integers(1, 60), st.integers(0, 90))
def test_the_strip_has_a_cell_for_every_day_that_counts(start: date, days: int, gone: int) -> None:
    run = Run(clock(days=days, kind="working"), at(start))

    cells = cells_of(run, PLAIN, start + timedelta(days=gone))

    assert len(cells) == days
    assert cells.count("today") <= 1


@given(DAYS, st.integers(1, 90))
def test_a_rolled_last_day_is_worked_and_no_worked_day_lies_before_it(
    start: date, days: int
) -> None:
    due = due_of(Run(clock(days=days, roll=True), at(start)), PLAIN)

    assert due is not None
    assert PLAIN.is_working(due.day)
    between = range((due.day - due.counted).days)
    assert not any(PLAIN.is_working(due.counted + timedelta(days=n)) for n in between)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "11月2日 “受理”，从第二天起数 15 个自然日"),
        ({"kind": "working", "days": 5}, "11月2日 “受理”，从第二天起数 5 个工作日"),
        ({"kind": "hours", "days": 1}, "11月2日 09:00 “受理”起，数 1 小时"),
    ],
)
def test_how_it_was_counted_is_said_in_words(more: dict[str, Any], words: str) -> None:
    assert clock_words.how(Run(clock(**more), at("2026-11-02"), "受理")) == words


def test_an_extension_is_told_with_who_granted_it() -> None:
    (run,) = runs(
        [
            Mark(at("2026-11-02"), "受理", starts=("reply",)),
            Mark(at("2026-11-09"), by="谢文武", extends={"reply": 5}),
        ]
    )

    told = clock_words.how(run)

    assert told.endswith("数 20 个自然日（原 15，延 5）；11月9日 谢文武批准延 5 天")


def test_pauses_are_told_with_both_ends() -> None:
    marks = [Mark(at("2026-11-02"), starts=("reply",)), Mark(at("2026-11-05"), pauses=("reply",))]
    (open_pause,) = runs(marks)
    (closed,) = runs([*marks, Mark(at("2026-11-10"), starts=("reply",))])

    assert clock_words.pauses(open_pause) == "11月5日起停，还停着"
    assert clock_words.pauses(closed) == "11月5日起停，11月10日接着算"
    assert clock_words.pauses(Run(clock(), at("2026-11-02"))) == "没有"


@pytest.mark.parametrize(
    ("more", "start", "words"),
    [
        ({"roll": True}, "2026-09-16", "最后一天 10月1日放假，顺延到 10月8日"),
        ({"roll": True}, "2026-11-02", "这次是工作日，不顺延"),
        ({}, "2026-11-02", "遇放假不顺延"),
        ({"kind": "working"}, "2026-11-02", "调休上班算"),
        ({"kind": "hours"}, "2026-11-02", "放假也算"),
        ({"kind": "working"}, "2026-12-28", "2027年放假安排未公布，先按双休日算"),
    ],
)
def test_what_holidays_do_is_said_in_words(more: dict[str, Any], start: str, words: str) -> None:
    run = Run(clock(**more), at(start))

    assert words in clock_words.holidays(run, due_of(run, PLAIN))


def test_a_paused_rolling_clock_says_what_holidays_will_do() -> None:
    (run,) = runs(
        [Mark(at("2026-11-02"), starts=("reply",)), Mark(at("2026-11-05"), pauses=("reply",))],
        roll=True,
    )

    assert clock_words.holidays(run, due_of(run, PLAIN)).endswith("才往后顺延")
