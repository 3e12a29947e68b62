"""More time: asked for by one, granted by another, with reasons, and the date follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.models import Commit, Grant
from qianxian.ledgers.models import Entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import services
from qianxian.matters.acts import acts_of, pending_ask
from qianxian.matters.errors import StepRefused
from tests.unit.matters.office import Office

Ask = Callable[..., Commit]


@pytest.fixture
def declared(matter: Entry, office: Office, start: datetime) -> Entry:
    """Declared on 3 November: 30 natural days until 3 December."""
    office.take(matter, "declare", start)
    return matter


@pytest.fixture
def ask(declared: Entry, office: Office, start: datetime) -> Ask:
    def asked(**more: Any) -> Commit:
        given = {
            "clock_id": "start_work",
            "days": 10,
            "by": office.a["village_clerk"],
            "post": office.posts["village_clerk"],
            "at": start + timedelta(days=5),
            "version": declared.version,
            "reason": "连阴雨，挖不了坑",
        }
        return services.ask_extension(entry=declared, **{**given, **more})

    return asked


def test_a_request_waits_for_the_post_that_may_grant_it(
    declared: Entry, office: Office, ask: Ask
) -> None:
    ask()

    assert declared.post == office.posts["leader"]
    assert (declared.state, declared.due_on) == ("declared", date(2026, 12, 3))


def test_granted_the_date_moves_and_the_matter_goes_back(
    declared: Entry, office: Office, ask: Ask, start: datetime
) -> None:
    ask()

    services.grant_extension(
        entry=declared,
        by=office.a["leader"],
        at=start + timedelta(days=6),
        version=declared.version,
    )

    assert declared.due_on == date(2026, 12, 13)
    assert declared.post == office.posts["village_clerk"]
    last = acts_of(declared)[-1]
    assert last.reason == "连阴雨，挖不了坑"
    assert last.act["extend"]["asked_by_name"] == "何春桃"


def test_refused_the_date_stays_and_the_reason_is_kept(
    declared: Entry, office: Office, ask: Ask, start: datetime
) -> None:
    ask()
    leader: dict[str, Any] = {"by": office.a["leader"], "at": start + timedelta(days=6)}
    with pytest.raises(InvalidEntry, match="为什么不批"):
        services.refuse_extension(entry=declared, version=declared.version, reason="", **leader)

    services.refuse_extension(
        entry=declared, version=declared.version, reason="天已放晴，按期开工", **leader
    )

    assert declared.due_on == date(2026, 12, 3)
    assert declared.post == office.posts["village_clerk"]
    assert pending_ask(acts_of(declared)) is None


def test_who_asked_cannot_grant_also_as_a_leader_and_with_a_reason(
    declared: Entry, office: Office, ask: Ask, start: datetime
) -> None:
    asker = office.a["village_clerk"]
    Grant.objects.create(role="leader", place=office.posts["leader"].place, user=asker)
    ask()

    with pytest.raises(StepRefused, match="要换人批"):
        services.grant_extension(
            entry=declared, by=asker, at=start, version=declared.version, reason="急"
        )

    assert declared.due_on == date(2026, 12, 3)


def test_the_request_goes_past_a_post_that_only_the_asker_holds(
    declared: Entry, office: Office, ask: Ask, make_post: Callable[..., Any]
) -> None:
    make_post(
        "村支书", duty="secretary", place=office.place, a=office.a["village_clerk"], role="leader"
    )

    ask()

    assert declared.post == office.posts["leader"]


def test_without_the_permission_nobody_grants(
    declared: Entry, office: Office, ask: Ask, start: datetime
) -> None:
    ask()

    with pytest.raises(NotAllowed):
        services.grant_extension(
            entry=declared, by=office.b["village_clerk"], at=start, version=declared.version
        )


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"reason": " "}, "为什么要延期"),
        ({"days": 0}, "1 到 365"),
        ({"days": 366}, "1 到 365"),
    ],
)
def test_a_request_wants_days_and_a_reason(ask: Ask, more: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidEntry, match=says):
        ask(**more)


def test_a_clock_that_does_not_run_cannot_be_extended(ask: Ask) -> None:
    with pytest.raises(StepRefused, match="没有在走"):
        ask(clock_id="acceptance")


def test_on_the_last_day_one_may_ask_and_on_the_day_after_not(
    ask: Ask, start: datetime, declared: Entry
) -> None:
    with pytest.raises(StepRefused, match="期限已经过了"):
        ask(at=start + timedelta(days=31))

    ask(at=start + timedelta(days=30))

    assert pending_ask(acts_of(declared)) is not None


def test_where_no_law_says_how_often_more_time_is_given_once(
    declared: Entry, office: Office, ask: Ask, start: datetime
) -> None:
    ask()
    services.grant_extension(
        entry=declared, by=office.a["leader"], at=start, version=declared.version
    )

    with pytest.raises(StepRefused, match="只延一次，已经延过了"):
        ask(version=declared.version)


def test_only_those_who_may_act_ask(ask: Ask, office: Office) -> None:
    with pytest.raises(StepRefused, match="现在不由陈秋月办"):
        ask(by=office.a["acceptance_officer"], post=office.posts["acceptance_officer"])


def test_one_request_at_a_time(ask: Ask, declared: Entry) -> None:
    ask()

    with pytest.raises(StepRefused, match="还在等批"):
        ask(version=declared.version)


def test_a_step_taken_meanwhile_ends_the_request(
    ask: Ask, declared: Entry, office: Office, start: datetime
) -> None:
    ask()
    office.take(declared, "start", start + timedelta(days=6))

    with pytest.raises(UserError, match="没有等批"):
        services.grant_extension(
            entry=declared,
            by=office.a["leader"],
            at=start + timedelta(days=7),
            version=declared.version,
        )


def test_without_a_granting_post_the_request_says_what_to_do(ask: Ask, office: Office) -> None:
    office.posts["leader"].delete()

    with pytest.raises(StepRefused, match="请管理员给分管领导的岗位开"):
        ask()


def test_a_request_that_is_taken_back_brings_the_matter_back(
    ask: Ask, declared: Entry, office: Office, start: datetime
) -> None:
    commit = ask()

    services.take_back(
        entry=declared, number=commit.number or 0, by=office.a["village_clerk"], at=start
    )

    assert declared.post == office.posts["village_clerk"]
    assert pending_ask(acts_of(declared)) is None
    ask(version=declared.version)


def test_a_grant_that_is_taken_back_brings_the_date_and_the_request_back(
    ask: Ask, declared: Entry, office: Office, start: datetime
) -> None:
    ask()
    commit = services.grant_extension(
        entry=declared, by=office.a["leader"], at=start, version=declared.version
    )

    services.take_back(entry=declared, number=commit.number or 0, by=office.a["leader"], at=start)

    assert declared.due_on == date(2026, 12, 3)
    assert declared.post == office.posts["leader"]
    assert pending_ask(acts_of(declared)) is not None
