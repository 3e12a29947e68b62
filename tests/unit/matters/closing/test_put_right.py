"""A matter gone unsolved: taken out, put right until it passes, taken back, and every way that was tried."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.models import User
from qianxian.ledgers import history, services
from qianxian.ledgers.corrections import NeedsApproval
from qianxian.ledgers.lists.bulk import Wish, foresee
from qianxian.ledgers.models import Entry
from qianxian.ledgers.requests.services import approve, ask_for_change
from qianxian.ledgers.restoring import restore_version
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters.acts import acts_of
from qianxian.matters.errors import StepRefused
from qianxian.matters.guarding import guarded
from qianxian.matters.services import reopen
from tests.unit.matters.closing.acting import (
    DAY,
    FIXED,
    MakeHazard,
    answer,
    closed_call,
    correct,
    undo_last,
)
from tests.unit.matters.hotline import Hotline
from tests.unit.matters.office import Office
from tests.unit.matters.stage import Stage
from tests.unit.matters.walker import Walker

# ---- taken out


def test_no_way_takes_a_matter_out_of_the_ledger(
    hazard: Entry, office: Office, clerk: User, start: datetime
) -> None:
    for by in (office.a["village_clerk"], clerk):
        with pytest.raises(UserError, match="要办到底"):
            services.remove_entry(entry=hazard, version=1, by=by, at=start, reason="重复")
    found = foresee(entries=[hazard], wish=Wish("remove"), by=clerk, at=start)

    assert found.states == []
    assert "要办到底" in found.refused[0].says


def test_its_recording_is_taken_back_on_the_day_and_not_later(
    make_hazard: MakeHazard, clerk: User, start: datetime
) -> None:
    old, new = make_hazard(), make_hazard()
    commits = [history.last_commit(each) for each in (old, new)]

    with pytest.raises(StepRefused, match="过了当天不能撤回登记"):
        history.undo_commit(commit=commits[0], by=clerk, at=start + DAY)
    history.undo_commit(commit=commits[1], by=clerk, at=start)

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.deleted, new.deleted) == (False, True)


# ---- put right until it passes


def test_what_opens_a_hard_condition_is_put_right_by_two(
    make_hazard: MakeHazard, office: Office, clerk: User, start: datetime
) -> None:
    major, officer = make_hazard("重大"), office.a["safety_officer"]

    with pytest.raises(NeedsApproval, match="隐患等级"):
        correct(major, officer, start, level="一般")
    with pytest.raises(StepRefused, match="不能当场整改了事"):
        office.take(major, "fix_at_once", start, FIXED | {"fixed_on": "2026-11-03"})

    request = ask_for_change(
        entry=major,
        values_changed={"level": "一般"},
        version=major.version,
        by=officer,
        at=start,
        reason="按判定标准不是重大",
    )
    with pytest.raises(NotAllowed):
        approve(request=request, by=officer, at=start)
    approve(request=request, by=clerk, at=start)
    major.refresh_from_db()
    office.take(major, "fix_at_once", start, FIXED | {"fixed_on": "2026-11-03"})
    assert major.state == "fixed"


def test_what_a_hard_condition_looks_at_is_not_emptied_to_be_filled_anew() -> None:
    home = Entry(ledger="homestead", state="reviewed")
    before = {"has_other": True, "kind": "异址新建", "land_kind": "建设用地"}

    assert guarded(home, before, {**before, "has_other": None}) == {"has_other"}
    assert guarded(home, before, {**before, "has_other": False}) == {"has_other"}
    assert guarded(home, {**before, "has_other": None}, before) == frozenset()


def test_what_makes_it_stricter_is_put_right_by_one(
    hazard: Entry, office: Office, start: datetime
) -> None:
    correct(hazard, office.a["safety_officer"], start, level="重大")

    assert hazard.data["level"] == "重大"


def test_more_time_is_not_given_by_a_correction_nor_by_an_older_version(
    ordered: Entry, office: Office, clerk: User, start: datetime
) -> None:
    village = office.a["village_clerk"]
    for changed in ({"fix_by": "2026-12-31"}, {"fix_by": "2026-11-14", "order_number": "4 号"}):
        with pytest.raises(NeedsApproval, match="整改期限"):
            correct(ordered, village, start, **changed)

    correct(ordered, village, start, fix_by="2026-11-10")
    assert ordered.due_on == date(2026, 11, 10)
    with pytest.raises(NeedsApproval, match="整改期限"):
        restore_version(
            entry=ordered, number=2, version=ordered.version, by=clerk, at=start, reason="原来的对"
        )
    found = foresee(
        entries=[ordered], wish=Wish("correct", "fix_by", "2026-12-31"), by=clerk, at=start
    )
    assert found.states == []


def test_what_the_person_answered_is_not_put_right_by_one(
    hotline: Hotline, start: datetime
) -> None:
    call = closed_call(hotline, start)
    answer(hotline, call, "部分解决", start)

    with pytest.raises(NeedsApproval, match="回访"):
        correct(call, hotline.road, start, said_after="解决了")


def test_a_notice_is_not_put_up_on_a_day_before_it_was_decided_without_saying_why(
    db: None, standing_stage: Stage, start: datetime
) -> None:
    walker = Walker(standing_stage.office_in(standing_stage.group), standing_stage.clerk, start)
    found = walker.record(catalogue().ledgers["monitoring"])
    walker.take(found, "verify")
    early, at = timezone.localdate(walker.at).isoformat(), walker.at + 10 * DAY
    walker.office.take(found, "review", at, {"reviewed_on": early})
    announce: dict[str, Any] = {"at": at, "values": {"notice_on": early}, "step_id": "announce"}

    with pytest.raises(InvalidEntry, match="是补录的，写明理由"):
        walker.office.take(found, **announce)
    walker.office.take(found, **announce, reason="那天贴的，今天补")
    assert found.state == "notice"
    assert "那天贴的" in acts_of(found)[-1].reason
    assert "公示" in acts_of(found)[-1].act["opened"][0]


# ---- taken back


def test_a_no_of_the_person_concerned_is_not_taken_back_by_who_handled_it(
    hotline: Hotline, start: datetime
) -> None:
    call = closed_call(hotline, start)
    answer(hotline, call, "没有解决", start)
    assert (call.state, call.episode) == ("dispatched", 2)

    for by in (hotline.road, hotline.clerk):
        with pytest.raises(StepRefused, match="回访的答复"):
            undo_last(call, by, start)
    undo_last(call, hotline.asker, start)
    assert (call.state, call.offered_id) == ("done", "post-asker")


def test_what_somebody_opened_again_is_not_closed_by_taking_that_back(
    hotline: Hotline, start: datetime
) -> None:
    call = closed_call(hotline, start)
    reopen(entry=call, by=hotline.clerk, at=start, version=call.version, reason="又塌了")

    with pytest.raises(StepRefused, match="重新办"):
        undo_last(call, hotline.road, start)


def test_who_is_kept_out_of_the_check_does_not_take_the_check_back(
    ordered: Entry, office: Office, start: datetime
) -> None:
    office.take(ordered, "fix", start + DAY, FIXED)
    office.take(ordered, "recheck_fails", start + DAY)

    with pytest.raises(StepRefused, match="要换人办"):
        undo_last(ordered, office.a["safety_officer"], start + DAY)
    assert ordered.state == "ordered"


def test_a_closing_that_its_taker_took_back_is_not_brought_back_by_another(
    ordered: Entry, office: Office, start: datetime
) -> None:
    office.take(ordered, "fix", start + DAY, FIXED)
    office.take(ordered, "close", start + DAY)
    undo_last(ordered, office.a["safety_inspector"], start + DAY)

    with pytest.raises(StepRefused, match="只有"):
        undo_last(ordered, office.a["village_clerk"], start + DAY)
    assert ordered.state == "fixed"
