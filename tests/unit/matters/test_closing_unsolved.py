"""Whoever wants a matter gone unsolved, and every way that was tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.models import Commit, Place, Revision, User
from qianxian.ledgers import history, services
from qianxian.ledgers.corrections import NeedsApproval
from qianxian.ledgers.lists.bulk import Wish, foresee
from qianxian.ledgers.models import Entry
from qianxian.ledgers.requests.services import approve, ask_for_change
from qianxian.ledgers.restoring import restore_version
from qianxian.ledgers.states import risen_of
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import asking, passing, splitting, ties
from qianxian.matters.acts import acts_of
from qianxian.matters.errors import StepRefused
from qianxian.matters.guarding import guarded
from qianxian.matters.proofs import elsewhere
from qianxian.matters.services import reopen, take_back
from qianxian.matters.sweeping import sweep
from tests.unit.matters.hotline import Hotline
from tests.unit.matters.office import Office
from tests.unit.matters.stage import Stage
from tests.unit.matters.walker import Walker

DAY = timedelta(days=1)
ORDER = {"order_number": "青安改〔2026〕3 号", "ordered_on": "2026-11-03", "fix_by": "2026-11-13"}
FIXED = {"measure_taken": "清空", "fixed_on": "2026-11-04"}
MakeHazard = Callable[..., Entry]


@pytest.fixture
def township(db: None, standing_stage: Stage) -> Place:
    return standing_stage.township


@pytest.fixture
def village(db: None, standing_stage: Stage) -> Place:
    return standing_stage.village


@pytest.fixture
def group(db: None, standing_stage: Stage) -> Place:
    return standing_stage.group


@pytest.fixture
def clerk(db: None, standing_stage: Stage) -> User:
    return standing_stage.clerk


@pytest.fixture
def office(db: None, standing_stage: Stage) -> Office:
    return standing_stage.office_in(standing_stage.village)


@pytest.fixture
def make_hazard(make_entry: Callable[..., Entry], village: Place, start: datetime) -> MakeHazard:
    def make(level: str = "一般", **more: Any) -> Entry:
        values = {"found_on": "2026-11-03", "kind": "消防", "level": level, "description": "堵塞"}
        return make_entry("hazard", values, **{"place": village, "at": start, **more})

    return make


@pytest.fixture
def hazard(make_hazard: MakeHazard) -> Entry:
    return make_hazard()


@pytest.fixture
def ordered(hazard: Entry, office: Office, start: datetime) -> Entry:
    office.take(hazard, "order", start, ORDER)
    return hazard


def correct(entry: Entry, by: User, at: datetime, **changed: Any) -> Entry:
    return services.correct_entry(
        entry=entry,
        values_changed=changed,
        version=entry.version,
        by=by,
        at=at,
        reason="核实了",
    )


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


def closed_call(hotline: Hotline, at: datetime) -> Entry:
    call = hotline.record()
    hotline.take(call, "dispatch", hotline.clerk, at)
    passing.take_over(entry=call, by=hotline.road, at=at, version=call.version)
    hotline.take(call, "finish", hotline.road, at)
    return call


def answer(hotline: Hotline, call: Entry, says: str, at: datetime) -> None:
    asking.keep_answer(entry=call, answer=says, by=hotline.asker, at=at, version=call.version)


def commit_of(entry: Entry) -> Commit:
    """The commit that recorded it."""
    revisions = Revision.objects.filter(kind=Revision.Kind.ENTRY, key=entry.pk.hex)
    return revisions.earliest("commit__number").commit


def undo_last(entry: Entry, by: User, at: datetime) -> None:
    number = history.last_commit(entry).number or 0
    take_back(entry=entry, number=number, by=by, at=at)


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


# ---- lost among others


def test_a_part_keeps_the_day_on_which_the_whole_was_recorded(
    hazard: Entry, clerk: User, start: datetime
) -> None:
    later = start + 20 * DAY
    splitting.split(
        entry=hazard,
        parts=["灭火器失效"],
        by=clerk,
        at=later,
        version=hazard.version,
        reason="两件事",
    )
    key = ties.ties_of(acts_of(hazard)).parts[0]
    part = Entry.objects.get(pk=key)

    assert part.due_on == hazard.due_on == date(2026, 11, 6)
    assert sweep(later) == 2
    part.refresh_from_db()
    correct(part, clerk, later, kind="综合")
    assert part.due_on == date(2026, 11, 6)


def test_one_that_is_due_does_not_go_into_one_that_is_due_later_or_ended(
    make_hazard: MakeHazard, office: Office, clerk: User, start: datetime
) -> None:
    first, second = make_hazard("重大"), make_hazard(at=start + DAY)
    given: dict[str, Any] = {"by": clerk, "at": start + DAY, "reason": "同一处"}

    with pytest.raises(StepRefused, match="到期早"):
        ties.merge(entry=first, into=second, version=first.version, **given)
    ties.merge(entry=second, into=first, version=second.version, **given)
    assert second.deleted

    third = make_hazard(at=start + 2 * DAY)
    first.refresh_from_db()
    office.take(first, "order", start + DAY, {**ORDER, "ordered_on": "2026-11-04"})
    office.take(first, "fix", start + DAY, FIXED)
    office.take(first, "close", start + 2 * DAY)
    with pytest.raises(StepRefused, match="那一件已经办结"):
        ties.merge(entry=third, into=first, version=third.version, **given)


def test_who_watched_the_one_watches_what_stands(
    make_hazard: MakeHazard, clerk: User, start: datetime
) -> None:
    stands, major = make_hazard(), make_hazard("重大")

    ties.merge(entry=major, into=stands, version=major.version, by=clerk, at=start, reason="同一处")
    stands.refresh_from_db()

    assert risen_of(stands.risen).keys() == {"major"}


def test_handed_round_in_a_circle_it_is_due_as_before(hotline: Hotline, start: datetime) -> None:
    call = hotline.record()
    hotline.take(call, "dispatch", hotline.clerk, start)
    passing.take_over(entry=call, by=hotline.road, at=start, version=call.version)
    due = call.due_on

    for n, (giver, taker) in enumerate([("road", "water"), ("water", "road")] * 3):
        at = start + n * DAY
        people = {"road": hotline.road, "water": hotline.water}
        passing.hand_on(
            entry=call,
            to=hotline.posts[taker],
            by=people[giver],
            at=at,
            version=call.version,
            reason="归他们管",
        )
        passing.take_over(entry=call, by=people[taker], at=at, version=call.version)

    assert (call.due_on, call.post_id) == (due, "post-road")


def test_moved_to_another_village_it_waits_for_the_post_there(
    ordered: Entry,
    clerk: User,
    start: datetime,
    other_village: Place,
    make_post: Callable[..., Any],
) -> None:
    there = make_post("那边的报账员", duty="village_clerk", place=other_village)

    services.correct_entry(
        entry=ordered,
        values_changed={},
        version=ordered.version,
        by=clerk,
        at=start,
        reason="写错了村",
        place=other_village,
    )

    assert ordered.post == there


# ---- what hangs on it taken away


def test_a_measure_that_solved_nothing_is_not_removed_to_close_by_the_same_person(
    db: None, standing_stage: Stage, start: datetime
) -> None:
    walker = Walker(standing_stage.office_in(standing_stage.group), standing_stage.clerk, start)
    home = walker.record(catalogue().ledgers["monitoring"])
    walker.walk(home, ("verify", "review", "announce", "approve_township", "approve_county"))
    walker.take(home, "help")
    measures = catalogue().ledgers["measure"]
    only = home.children.present().get()
    told: dict[str, Any] = {"by": walker.clerk, "at": walker.at, "reason": "写错了"}
    with pytest.raises(StepRefused, match="“落实帮扶措施”办的时候靠的就是"):
        services.remove_entry(entry=only, version=only.version, **told)
    found = foresee(entries=[only], wish=Wish("remove"), by=walker.clerk, at=walker.at)
    assert "靠的就是" in found.refused[0].says
    with pytest.raises(StepRefused, match="靠的就是"):
        history.undo_commit(commit=commit_of(only), by=walker.clerk, at=walker.at)
    unsolved = walker.record(measures, parent=home)
    step = catalogue().flows["monitoring"].step_by_id["check_removal"]
    for child in home.children.present().exclude(pk=unsolved.pk):
        walker.correct(
            child, {"started_on": "2026-11-04", "is_solved": "是", "solved_on": "2026-11-05"}
        )
    a, b = (walker.office.a["village_clerk"], walker.office.b["village_clerk"])

    services.remove_entry(entry=unsolved, version=1, by=a, at=walker.at, reason="写错了")
    with pytest.raises(StepRefused, match="去掉的，这一步要换人，写理由也不行"):
        walker.office.take(home, step.id, walker.at, walker.filled(home, step), by=a, reason="急")
    walker.office.take(home, step.id, walker.at, walker.filled(home, step), by=b)
    assert home.state == "removal_checked"


def test_a_matter_that_a_step_rests_on_does_not_go_into_one_that_hangs_elsewhere(
    db: None, standing_stage: Stage, start: datetime
) -> None:
    walker = Walker(standing_stage.office_in(standing_stage.group), standing_stage.clerk, start)
    notices = [walker.record(catalogue().ledgers["notice"]) for _ in range(2)]
    for notice in notices:
        walker.walk(notice, ("propose", "approve", "distribute"))
    asked = [notice.children.present().get() for notice in notices]
    other, one = sorted(asked, key=lambda entry: entry.due_on or start.date())

    with pytest.raises(StepRefused, match="“分给各村”办的时候靠的就是"):
        ties.merge(
            entry=one,
            into=other,
            by=walker.clerk,
            at=walker.at,
            version=one.version,
            reason="同一件事",
        )


# ---- one picture for two


def test_one_photo_proves_two_matters_only_with_a_reason_and_both_pages_show_it(
    make_hazard: MakeHazard, office: Office, start: datetime, client: Client
) -> None:
    first, second = make_hazard(), make_hazard()
    village, photo = office.a["village_clerk"], office.photo()
    for each in (first, second):
        office.take(each, "order", start, ORDER)
    office.take(first, "fix", start + DAY, FIXED, photos=[photo])

    with pytest.raises(InvalidEntry, match="已经是另一件的佐证"):
        office.take(second, "fix", start + DAY, FIXED, photos=[photo])
    office.take(second, "fix", start + DAY, FIXED, photos=[photo], reason="一面墙上的两处")
    assert "佐证" in acts_of(second)[-1].act["opened"][0]

    for one, other in ((first, second), (second, first)):
        client.force_login(office.a["safety_inspector"])
        text = client.get(reverse("matters:matter", args=[one.pk])).content.decode()
        assert "同一张照片也用在" in text
        assert reverse("matters:matter", args=[other.pk]) in text

    undo_last(second, village, start + DAY)
    assert elsewhere([photo.digest], first) == {}
    office.take(second, "fix", start + DAY, FIXED)


def test_an_old_photo_and_a_last_day_far_ahead_take_a_reason(
    hazard: Entry, office: Office, start: datetime
) -> None:
    far = {**ORDER, "fix_by": "2027-12-31"}
    with pytest.raises(InvalidEntry, match="整改期限写到了 2027年12月31日，超过 90 天"):
        office.take(hazard, "order", start, far)
    office.take(hazard, "order", start, far, reason="要等汛期过后")

    old = replace(office.photo(), taken_at=datetime(2026, 10, 1, 9))  # noqa: DTZ001  camera time
    with pytest.raises(InvalidEntry, match="拍于 10月1日，这一件 11月3日才有"):
        office.take(hazard, "fix", start + DAY, FIXED, photos=[old])
    office.take(hazard, "fix", start + DAY, FIXED, photos=[old], reason="相机没有调时间")
    assert "10月1日" in acts_of(hazard)[-1].act["opened"][0]
