"""A notice is shared out, answered, sent back, closed and recalled; nothing half done."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime

import pytest

from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.models import Commit, User
from qianxian.intake.notice import queries, services
from qianxian.intake.notice.services import Order
from qianxian.ledgers.models import Entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters.errors import StepRefused
from qianxian.matters.services import take_step
from tests.unit.intake.notice_office import VALUES, Desk, assignment_of, desk, saved

__all__ = ["desk"]


def _answer(desk: Desk, notice: Entry, n: int, at: datetime, text: str = "已巡查") -> Entry:
    row = assignment_of(notice, desk.villages[n])
    services.answer(
        assignment=row,
        text=text,
        photos=(),
        by=desk.village_clerks[n],
        at=at,
        version=row.version,
    )
    return row


def _step(desk: Desk, notice: Entry, name: str, role: str, at: datetime, **values: str) -> None:
    by = {"office_head": desk.head, "leader": desk.leader, "office_clerk": desk.clerk}[role]
    take_step(
        entry=notice,
        step_id=name,
        by=by,
        post=desk.posts[role],
        at=at,
        version=notice.version,
        values=values,
    )


def _distributed(desk: Desk, at: datetime, *, villages: int = 2) -> Entry:
    notice = saved(desk, at, villages=villages)
    _step(desk, notice, "propose", "office_head", at, proposal="建议各村巡查后报。")
    _step(desk, notice, "approve", "leader", at, approval="照办。")
    _step(desk, notice, "distribute", "office_clerk", at)
    return notice


def test_sharing_out_to_ten_villages_is_one_commit(desk: Desk, now: datetime) -> None:
    before = Commit.objects.count()

    notice = saved(desk, now)

    assert Commit.objects.count() == before + 1
    rows = Entry.objects.filter(parent=notice)
    assert rows.count() == 10
    assert {row.due_on for row in rows} == {date(2026, 11, 25)}
    assert {row.state for row in rows} == {"assigned"}
    assert (notice.state, notice.due_on, notice.place) == (
        "received",
        date(2026, 11, 25),
        desk.township,
    )


def test_the_same_form_twice_is_saved_once(desk: Desk, now: datetime) -> None:
    key = uuid.uuid4()
    order = Order("报送", "2026-11-25", "", desk.villages[:2])
    for _ in range(2):
        services.save_notice(
            key=key,
            township=desk.township,
            values=VALUES,
            order=order,
            by=desk.clerk,
            at=now,
        )
    assert Entry.objects.filter(ledger="notice").count() == 1
    assert Entry.objects.filter(ledger="assignment").count() == 2


def test_the_same_number_of_the_same_issuer_is_refused_and_nothing_is_saved(
    desk: Desk, now: datetime
) -> None:
    saved(desk, now, villages=1)
    before = Commit.objects.count()

    with pytest.raises(InvalidEntry, match="已经"):
        saved(desk, now, villages=3)

    assert Commit.objects.count() == before
    assert Entry.objects.filter(ledger="assignment").count() == 1


def test_without_a_day_nothing_goes_out(desk: Desk, now: datetime) -> None:
    with pytest.raises(InvalidEntry, match="哪天报"):
        saved(desk, now, deadline="")
    assert not Entry.objects.exists()


def test_a_notice_without_villages_is_only_kept(desk: Desk, now: datetime) -> None:
    notice = saved(desk, now, villages=0, deadline="")
    assert not Entry.objects.filter(parent=notice).exists()


def test_only_the_office_records_notices(desk: Desk, now: datetime) -> None:
    with pytest.raises((NotAllowed, NotVisible)):
        saved(replace(desk, clerk=desk.village_clerks[0]), now)
    with pytest.raises(NotAllowed):
        services.desk_township(desk.village_clerks[0], now)
    assert services.desk_township(desk.clerk, now) == desk.township


def test_more_villages_can_be_added_and_none_twice(desk: Desk, now: datetime) -> None:
    notice = saved(desk, now, villages=3)
    order = Order("报送", "2026-11-25", "", desk.villages[2:5])

    assert services.share_out(notice=notice, order=order, by=desk.clerk, at=now) == 2
    with pytest.raises(InvalidEntry, match="派过"):
        services.share_out(notice=notice, order=order, by=desk.clerk, at=now)


def test_an_answer_is_sent_back_and_answered_again(desk: Desk, now: datetime) -> None:
    notice = saved(desk, now, villages=2)
    row = _answer(desk, notice, 0, now)
    row.refresh_from_db()
    services.send_back(assignment=row, why="缺照片", by=desk.clerk, at=now, version=row.version)

    row.refresh_from_db()
    shown = queries.Answer(row, date(2026, 11, 18))
    assert (shown.kind, shown.returned) == ("back", "缺照片")

    _answer(desk, notice, 0, now, "已补照片")
    row.refresh_from_db()
    services.accept(assignment=row, by=desk.clerk, at=now, version=row.version)
    row.refresh_from_db()
    assert (row.state, row.data["answer"]) == ("closed", "已补照片")


def test_sending_back_needs_a_reason(desk: Desk, now: datetime) -> None:
    notice = saved(desk, now, villages=1)
    row = _answer(desk, notice, 0, now)
    row.refresh_from_db()
    with pytest.raises(InvalidEntry):
        services.send_back(assignment=row, why="", by=desk.clerk, at=now, version=row.version)


def test_another_village_does_not_answer_for_it(desk: Desk, now: datetime) -> None:
    notice = saved(desk, now, villages=2)
    row = assignment_of(notice, desk.villages[0])
    with pytest.raises((StepRefused, NotVisible, NotAllowed)):
        services.answer(
            assignment=row,
            text="已办",
            photos=(),
            by=desk.village_clerks[1],
            at=now,
            version=row.version,
        )


def test_a_notice_stays_open_while_an_assignment_is(desk: Desk, now: datetime) -> None:
    notice = _distributed(desk, now)
    with pytest.raises(StepRefused, match="还有村"):
        _step(desk, notice, "close", "office_head", now, closed_on="2026-11-18")

    for n in range(2):
        row = _answer(desk, notice, n, now)
        row.refresh_from_db()
        services.accept(assignment=row, by=desk.clerk, at=now, version=row.version)
    _step(desk, notice, "close", "office_head", now, closed_on="2026-11-18")
    assert notice.state == "closed"


def test_recalling_takes_what_is_open_with_it(desk: Desk, now: datetime) -> None:
    notice = saved(desk, now, villages=3)
    closed = _answer(desk, notice, 0, now)
    closed.refresh_from_db()
    services.accept(assignment=closed, by=desk.clerk, at=now, version=closed.version)
    _answer(desk, notice, 1, now)

    count = services.recall(
        notice=notice, by=desk.clerk, at=now, version=notice.version, reason="县里不要了"
    )

    states = [assignment_of(notice, place).state for place in desk.villages[:3]]
    notice.refresh_from_db()
    assert (count, states, notice.state) == (2, ["closed", "cancelled", "cancelled"], "recalled")
    with pytest.raises(UserError, match="不能再派"):
        services.share_out(
            notice=notice,
            order=Order("报", "2026-11-25", "", desk.villages[5:6]),
            by=desk.clerk,
            at=now,
        )


def test_recalling_is_all_or_nothing(desk: Desk, now: datetime) -> None:
    notice = saved(desk, now, villages=2)
    with pytest.raises(InvalidEntry, match="为什么"):
        services.recall(notice=notice, by=desk.clerk, at=now, version=notice.version, reason=" ")
    with pytest.raises(UserError):
        services.recall(notice=notice, by=desk.clerk, at=now, version=99, reason="发错了")
    assert {row.state for row in Entry.objects.filter(parent=notice)} == {"assigned"}


def test_the_reminder_names_who_owes_and_until_when(desk: Desk, now: datetime) -> None:
    notice = saved(desk, now, villages=3)
    _answer(desk, notice, 0, now)

    on = date(2026, 11, 18)
    shown = queries.grid(notice, desk.clerk, on)
    text = queries.reminder(notice.title, shown.owing, on, desk.clerk.name)

    assert "甲溪村" not in text
    assert "乙溪村、丙溪村" in text
    assert "17:00前" in text
    late = queries.grid(notice, desk.clerk, date(2026, 11, 27))
    assert [one.kind for one in late.answers] == ["answered", "over", "over"]
    assert late.answers[1].days_over == 2


def test_the_list_has_open_ones_first_by_deadline(desk: Desk, now: datetime) -> None:
    later = saved(desk, now, villages=1, number="", deadline="2026-12-01")
    sooner = saved(desk, now, villages=2, number="云水发〔2026〕13号", issuer="云溪县农业农村局")
    gone = saved(desk, now, villages=0, number="云水发〔2026〕14号", deadline="2026-11-19")
    services.recall(notice=gone, by=desk.clerk, at=now, version=gone.version, reason="重了")

    on = date(2026, 11, 18)
    every = queries.listed(desk.clerk, on, state="all")
    assert [line.entry.pk for line in every] == [sooner.pk, later.pk, gone.pk]
    assert [(line.shared, line.owing) for line in every] == [(2, 2), (1, 1), (0, 0)]
    only = queries.listed(desk.clerk, on, issuer="云溪县水利局")
    assert [line.entry.pk for line in only] == [later.pk]


def test_a_village_sees_its_own_assignment_and_no_notice(desk: Desk, now: datetime) -> None:
    notice = saved(desk, now, villages=3)
    person: User = desk.village_clerks[1]
    on = date(2026, 11, 18)

    assert [one.entry.place for one in queries.mine(person, on)] == [desk.villages[1]]
    assert not queries.notices(person, on).exists()
    assert [one.entry.place for one in queries.grid(notice, person, on).answers] == [
        desk.villages[1]
    ]
