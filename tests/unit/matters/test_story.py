"""What was done on a matter, read from revisions: taking back, opening again, episodes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from qianxian.core.commits import Actor
from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.models import Place, Stream, User
from qianxian.core.verify import verify
from qianxian.ledgers.history import last_commit, undo_commit
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import correct_entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.ledgers.verify import verify_entries
from qianxian.matters import services
from qianxian.matters.acts import acts_of, marks_of, position_of
from qianxian.matters.clocks import runs_of
from qianxian.matters.errors import StepRefused
from qianxian.matters.models import Holiday
from tests.unit.matters.office import MakeMatter, Office, flow_of


def standing_steps(entry: Entry) -> list[str]:
    return [act.step for act in acts_of(entry) if act.stands and act.step]


def test_a_new_matter_waits_in_its_first_state_for_the_nearest_post(
    matter: Entry, office: Office
) -> None:
    assert matter.state == "surveyed"
    assert matter.post == office.posts["village_clerk"]
    assert matter.due_on == date(2027, 5, 2)


def test_a_post_of_the_township_waits_only_where_no_nearer_one_has_the_duty(
    make_matter: MakeMatter,
    office: Office,
    township: Place,
    other_village: Place,
    make_place: Any,
    make_post: Any,
) -> None:
    far = make_post("代办", duty="village_clerk", place=township)

    near, without = make_matter(), make_matter(place=make_place("一组", parent=other_village))

    assert near.post == office.posts["village_clerk"]
    assert without.post == far


def test_a_step_that_was_taken_back_no_longer_stands(
    matter: Entry, office: Office, start: datetime
) -> None:
    commit = office.take(matter, "declare", start)

    services.take_back(
        entry=matter, number=commit.number or 0, by=office.a["village_clerk"], at=start
    )

    assert (matter.state, matter.due_on) == ("surveyed", date(2027, 5, 2))
    assert matter.post == office.posts["village_clerk"]
    assert standing_steps(matter) == []
    assert list(marks_of(flow_of(matter), acts_of(matter)))[-1].label == "登记"


def test_taking_the_taking_back_back_makes_the_step_stand_again(
    matter: Entry, office: Office, start: datetime
) -> None:
    clerk = office.a["village_clerk"]
    commit = office.take(matter, "declare", start)
    undone = services.take_back(entry=matter, number=commit.number or 0, by=clerk, at=start)

    services.take_back(entry=matter, number=undone.number or 0, by=clerk, at=start)

    assert matter.state == "declared"
    assert standing_steps(matter) == ["declare"]


def test_a_step_taken_again_after_it_was_taken_back_starts_its_clock_anew(
    matter: Entry, office: Office, start: datetime
) -> None:
    commit = office.take(matter, "declare", start)
    services.take_back(
        entry=matter, number=commit.number or 0, by=office.a["village_clerk"], at=start
    )

    office.take(matter, "declare", start + timedelta(days=2))

    before, run = runs_of(flow_of(matter).clock_by_id, marks_of(flow_of(matter), acts_of(matter)))
    assert (before.clock.label, before.stopped) == ("已摸排", run.started)
    assert run.started.date() == date(2026, 11, 5)
    assert matter.due_on == date(2026, 12, 5)


def test_only_the_last_step_can_be_taken_back(
    matter: Entry, office: Office, start: datetime
) -> None:
    commit = office.take(matter, "declare", start)
    office.take(matter, "start", start + timedelta(days=1))

    with pytest.raises(UserError, match="又改过"):
        services.take_back(
            entry=matter, number=commit.number or 0, by=office.a["village_clerk"], at=start
        )

    assert matter.state == "started"


def test_an_inspector_may_take_back_the_own_step_without_a_permission_to_edit(
    matter: Entry, office: Office, start: datetime
) -> None:
    last = office.walk(matter, ("declare", "start", "complete", "accept"), start)
    number = acts_of(matter)[-1].number

    services.take_back(entry=matter, number=number, by=office.a["acceptance_officer"], at=last)

    assert matter.state == "completed"
    assert matter.post == office.posts["acceptance_officer"]


def test_who_reported_it_done_cannot_take_the_acceptance_back(
    matter: Entry, office: Office, start: datetime
) -> None:
    last = office.walk(matter, ("declare", "start", "complete", "accept"), start)
    number = acts_of(matter)[-1].number

    with pytest.raises(NotAllowed):
        services.take_back(entry=matter, number=number, by=office.a["village_clerk"], at=last)


def test_a_commit_of_another_matter_cannot_be_taken_back_here(
    make_matter: MakeMatter, office: Office, start: datetime
) -> None:
    matter, other = make_matter(), make_matter()
    commit = office.take(other, "declare", start)

    with pytest.raises(UserError, match="和这一件无关"):
        services.take_back(
            entry=matter, number=commit.number or 0, by=office.a["village_clerk"], at=start
        )


def test_after_the_report_was_taken_back_its_taker_may_close_what_another_reported(
    matter: Entry, office: Office, start: datetime
) -> None:
    a, b = office.a["village_clerk"], office.b["village_clerk"]
    office.posts["acceptance_officer"].holdings.filter(rank="B").update(user=a)
    office.walk(matter, ("declare", "start"), start)
    later = start + timedelta(days=3)
    commit = office.take(matter, "complete", later, by=a)
    undo_commit(commit=commit, by=a, at=later)
    matter.refresh_from_db()
    office.take(matter, "complete", later, by=b)

    office.take(matter, "accept", later + timedelta(days=1), by=a)

    assert matter.state == "accepted"


def test_a_correction_moves_neither_state_nor_clock(
    matter: Entry, office: Office, start: datetime, clerk: User
) -> None:
    office.walk(matter, ("declare",), start)
    before = (matter.state, matter.post, matter.due_on)

    correct_entry(
        entry=matter,
        values_changed={"note": "户主换了电话"},
        version=matter.version,
        by=clerk,
        at=start,
        reason="补记",
    )

    assert (matter.state, matter.post, matter.due_on) == before
    assert standing_steps(matter) == ["declare"]


def test_opening_again_starts_a_new_episode_and_empties_what_steps_filled(
    make_matter: MakeMatter, office: Office, start: datetime, chief_clerk: User
) -> None:
    matter = make_matter({"kind_before": "旱厕"})
    last = office.walk(matter, ("declare", "start", "complete", "accept"), start)

    services.reopen(
        entry=matter, by=chief_clerk, at=last, version=matter.version, reason="复查发现渗漏"
    )

    assert (matter.state, matter.episode, matter.on) == ("surveyed", 2, None)
    assert matter.data == {"kind_before": "旱厕"}
    assert matter.post == office.posts["village_clerk"]


def test_in_a_new_episode_every_field_is_wanted_anew_and_the_old_takers_are_free(
    matter: Entry, office: Office, start: datetime, chief_clerk: User
) -> None:
    last = office.walk(matter, ("declare", "start", "complete", "accept"), start)
    services.reopen(
        entry=matter, by=chief_clerk, at=last, version=matter.version, reason="复查发现渗漏"
    )
    with pytest.raises(InvalidEntry) as refused:
        office.take(matter, "declare", last, {})
    assert set(refused.value.errors) == {"kind", "declared_on"}

    first_taker = office.a["village_clerk"]
    office.posts["acceptance_officer"].holdings.filter(rank="B").update(user=first_taker)
    office.walk(matter, ("declare", "start"), last)
    office.take(matter, "complete", last + timedelta(days=2), by=office.b["village_clerk"])
    office.take(matter, "accept", last + timedelta(days=3), by=first_taker)

    assert (matter.state, matter.episode) == ("accepted", 2)


def test_opening_again_wants_a_reason_an_ended_matter_and_one_who_may_correct(
    matter: Entry, office: Office, start: datetime, chief_clerk: User
) -> None:
    with pytest.raises(UserError, match="还没办结"):
        services.reopen(entry=matter, by=chief_clerk, at=start, version=1, reason="再办")
    last = office.walk(matter, ("declare", "start", "complete", "accept"), start)
    with pytest.raises(InvalidEntry, match="为什么重新办"):
        services.reopen(entry=matter, by=chief_clerk, at=last, version=matter.version, reason="")
    with pytest.raises(NotAllowed):
        services.reopen(
            entry=matter,
            by=office.a["village_clerk"],
            at=last,
            version=matter.version,
            reason="再办",
        )


def test_a_matter_of_which_the_recording_was_taken_back_takes_no_step(
    matter: Entry, office: Office, start: datetime, clerk: User
) -> None:
    undo_commit(commit=last_commit(matter), by=clerk, at=start)

    with pytest.raises(UserError, match="已经去掉了"):
        office.take(matter, "declare", start)


def test_a_matter_that_nobody_can_take_next_stays_with_whoever_acted(
    matter: Entry, office: Office, start: datetime
) -> None:
    office.posts["acceptance_officer"].delete()

    office.walk(matter, ("declare", "start", "complete"), start)

    assert matter.state == "completed"
    assert matter.post == office.posts["village_clerk"]


def test_a_matter_that_waits_for_nobody_gets_its_post_when_there_is_one(
    make_matter: MakeMatter,
    office: Office,
    other_village: Place,
    township: Place,
    make_post: Any,
    actor: Actor,
    start: datetime,
) -> None:
    matter = make_matter(
        place=other_village.children.create(
            code="430100100202001",
            name="一组",
            level="group",
            path=f"{other_village.path}430100100202001/",
        )
    )
    assert matter.post is None
    post = make_post(duty="village_clerk", place=other_village)

    services.recount(township=township, by=actor, at=start, reason="新设岗位")

    matter.refresh_from_db()
    assert matter.post == post


def test_due_dates_are_counted_anew_when_holidays_are_announced(
    matter: Entry, office: Office, start: datetime, township: Place, actor: Actor
) -> None:
    office.walk(matter, ("declare", "start", "complete"), start)
    assert matter.due_on == date(2026, 11, 19)
    Holiday.objects.create(
        day=date(2026, 11, 9),
        is_working=False,
        name="县庆",
        basis="云政办发〔2026〕3号",
        entered_by="admin",
        entered_by_name="管理员",
        entered_at=start,
    )

    commit = services.recount(township=township, by=actor, at=start, reason="县庆放假")
    again = services.recount(township=township, by=actor, at=start, reason="县庆放假")

    matter.refresh_from_db()
    assert matter.due_on == date(2026, 11, 20)
    assert commit is not None
    assert again is None


def test_holidays_are_entered_by_an_administrator_with_a_basis(
    make_user: Any, township: Place, start: datetime, chief_clerk: User
) -> None:
    admin = make_user("管理员", role="administrator", place=township)
    days = [date(2027, 2, 5), date(2027, 2, 6)]
    given: dict[str, Any] = {"days": days, "is_working": False, "name": "春节", "at": start}
    with pytest.raises(NotAllowed):
        services.set_holidays(by=chief_clerk, basis="国办发明电", **given)
    with pytest.raises(InvalidEntry, match="依据"):
        services.set_holidays(by=admin, basis="  ", **given)

    services.set_holidays(by=admin, basis="国办发明电〔2026〕9号", **given)

    assert list(Holiday.objects.values_list("day", flat=True)) == days
    assert Holiday.objects.filter(is_working=False, entered_by_name="管理员").count() == 2


def test_history_stays_whole_through_a_whole_life(
    matter: Entry, office: Office, start: datetime, township: Place, chief_clerk: User
) -> None:
    last = office.walk(matter, ("declare", "start", "complete", "send_back", "complete"), start)
    number = acts_of(matter)[-1].number
    services.take_back(entry=matter, number=number, by=office.a["village_clerk"], at=last)
    office.walk(matter, ("complete", "accept"), last)
    services.reopen(
        entry=matter, by=chief_clerk, at=last, version=matter.version, reason="复查发现渗漏"
    )

    assert list(verify(Stream.objects.get(township=township))) == []
    assert list(verify_entries(township.path)) == []
    position = position_of(matter, acts_of(matter))
    assert [taken.step for taken in position.taken] == [
        "declare",
        "start",
        "complete",
        "send_back",
        "complete",
        "accept",
    ]


def test_a_step_on_a_matter_of_a_locked_period_is_left_to_those_who_may_correct(
    matter: Entry, office: Office, start: datetime, village: Place, chief_clerk: User
) -> None:
    from qianxian.ledgers.models import Attestation

    last = office.walk(matter, ("declare", "start", "complete", "accept"), start)
    Attestation.objects.create(
        ledger="toilet_renovation",
        place=village,
        start=date(2026, 11, 1),
        end=date(2026, 11, 30),
        attested_at=last,
        attested_by="何春桃",
        attested_commit=1,
        checked_at=last,
        checked_by="王干事",
        checked_commit=2,
    )
    number = acts_of(matter)[-1].number

    with pytest.raises(NotAllowed):
        services.take_back(entry=matter, number=number, by=office.a["acceptance_officer"], at=last)
    services.reopen(
        entry=matter, by=chief_clerk, at=last, version=matter.version, reason="复查发现渗漏"
    )
    assert matter.state == "surveyed"


def test_the_refusal_of_a_step_carries_what_it_needs(
    matter: Entry, office: Office, start: datetime, chief_clerk: User
) -> None:
    with pytest.raises(StepRefused) as refused:
        office.take(matter, "declare", start, by=chief_clerk)

    assert any(need.shut for need in refused.value.needs)
