"""A matter gone unsolved: lost among others, what hangs on it taken away, one picture for two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.ledgers import history, services
from qianxian.ledgers.lists.bulk import Wish, foresee
from qianxian.ledgers.models import Entry
from qianxian.ledgers.states import risen_of
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import passing, splitting, ties
from qianxian.matters.acts import acts_of
from qianxian.matters.errors import StepRefused
from qianxian.matters.proofs import elsewhere
from qianxian.matters.sweeping import sweep
from tests.unit.matters.closing.acting import (
    DAY,
    FIXED,
    ORDER,
    MakeHazard,
    commit_of,
    correct,
    undo_last,
)
from tests.unit.matters.hotline import Hotline
from tests.unit.matters.office import Office
from tests.unit.matters.stage import Stage
from tests.unit.matters.walker import Walker

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
