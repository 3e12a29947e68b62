"""Matters rise by themselves: once for each rule and episode, whatever happens to the job."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Place, Post, Stream, User
from qianxian.core.shell import rail
from qianxian.core.verify import verify
from qianxian.ledgers import history, services
from qianxian.ledgers import store as store_module
from qianxian.ledgers.models import Entry
from qianxian.ledgers.states import risen_of
from qianxian.ledgers.story import story
from qianxian.ledgers.verify import verify_entries
from qianxian.matters import queries, sweeping
from qianxian.matters.acts import acts_of, pending_ask
from qianxian.matters.page import MatterPage
from qianxian.matters.services import ask_extension, reopen, take_back
from qianxian.matters.sweeping import sweep
from qianxian.matters.telling import story_of
from tests.unit.matters.office import Office

MakeHazard = Callable[..., Entry]
ORDER = {"order_number": "青安改〔2026〕3 号", "ordered_on": "2026-11-03", "fix_by": "2026-11-13"}
# The day after the limit, and seven days later, soon after midnight.
OVER = datetime(2026, 11, 13, 16, 30, tzinfo=UTC)
LONG_OVER = OVER + timedelta(days=7)


@pytest.fixture
def office(whole_office: Office) -> Office:
    return whole_office


@pytest.fixture
def clerk(make_user: Callable[..., User], township: Place) -> User:
    return make_user("王秀英", role="office_clerk", place=township, username="wangxy")


@pytest.fixture
def make_hazard(
    make_entry: Callable[..., Entry], office: Office, village: Place, start: datetime
) -> MakeHazard:
    def make(level: str = "一般", *, order: bool = True, **more: Any) -> Entry:
        values = {
            "found_on": "2026-11-03",
            "kind": "消防",
            "level": level,
            "description": "通道堵塞",
        }
        entry = make_entry("hazard", values, place=more.pop("place", village), at=start)
        if order:
            office.take(entry, "order", start, ORDER)
        return entry

    return make


def codes(entry: Entry) -> dict[str, str]:
    entry.refresh_from_db()
    return {rule: post.split("-")[0] for rule, post in risen_of(entry.risen).items()}


def test_a_major_one_rises_in_the_commit_that_opens_it(
    make_hazard: MakeHazard, office: Office
) -> None:
    before = Commit.objects.count()

    major = make_hazard("重大", order=False)

    assert codes(major) == {"major": "leader"}
    assert Commit.objects.count() == before + 1
    assert codes(make_hazard("一般", order=False)) == {}


def test_an_overdue_one_rises_on_the_first_day_over_and_later_higher(
    make_hazard: MakeHazard,
) -> None:
    hazard = make_hazard()

    assert sweep(OVER - timedelta(hours=1)) == 0
    assert sweep(OVER) == 1
    assert codes(hazard) == {"overdue": "line_head"}
    assert sweep(LONG_OVER - timedelta(hours=1)) == 0
    assert sweep(LONG_OVER) == 1
    assert codes(hazard) == {"overdue": "line_head", "long_overdue": "leader"}


def test_both_come_at_once_where_the_job_did_not_run_for_long(make_hazard: MakeHazard) -> None:
    hazard = make_hazard()

    assert sweep(LONG_OVER) == 1

    assert set(codes(hazard)) == {"overdue", "long_overdue"}


def test_it_is_in_the_stream_by_the_system_and_the_stream_stays_whole(
    make_hazard: MakeHazard, township: Place
) -> None:
    hazard = make_hazard()
    post = hazard.post
    sweep(OVER)

    commit, last = Commit.objects.latest("number"), acts_of(hazard)[-1]
    hazard.refresh_from_db()
    assert (commit.by, commit.source) == ("system", Commit.Source.COMMAND)
    assert last.act["rise"][0]["why"] == "超期，报条线负责人：到期 11月13日，超期 1 天"
    assert (hazard.state, hazard.post, hazard.version) == ("ordered", post, 3)
    assert list(verify(Stream.objects.get())) == []
    assert list(verify_entries(township.path)) == []


def test_done_again_it_does_nothing_and_a_later_one_is_not_missed(
    make_hazard: MakeHazard,
) -> None:
    make_hazard()
    assert (sweep(OVER), sweep(OVER)) == (1, 0)
    commits = Commit.objects.count()

    make_hazard()

    assert sweep(OVER + timedelta(hours=1)) == 1
    # The second hazard is recorded, ordered, and rises.
    assert Commit.objects.count() == commits + 3


class Killed(BaseException):
    """What a killed process looks like from inside: nothing catches it."""


@pytest.mark.parametrize("survived", range(3))
def test_cut_off_in_the_middle_and_repeated_nothing_rises_twice_and_nothing_is_missed(
    survived: int, make_hazard: MakeHazard, monkeypatch: pytest.MonkeyPatch
) -> None:
    hazards = [make_hazard() for _ in range(5)]
    done: list[Commit] = []
    real = store_module.store

    def store(**given: Any) -> Commit:
        commit = real(**given)
        if len(done) == survived:
            raise Killed  # the commit is written, but its transaction is not over
        done.append(commit)
        return commit

    monkeypatch.setattr(sweeping, "store", store)
    with pytest.raises(Killed):
        sweep(OVER, batch=2)
    assert Commit.objects.filter(by="system").count() == survived
    monkeypatch.setattr(sweeping, "store", real)

    sweep(OVER, batch=2)

    rises = [[a for a in acts_of(hazard) if a.act.get("rise")] for hazard in hazards]
    assert [len(each) for each in rises] == [1] * 5
    assert sweep(OVER, batch=2) == 0


def test_batches_are_short_and_all_are_reached(make_hazard: MakeHazard) -> None:
    for _ in range(5):
        make_hazard()

    assert sweep(OVER, batch=2) == 5

    sizes = Commit.objects.filter(by="system").values_list("revisions_count", flat=True)
    assert sorted(sizes) == [1, 2, 2]


def test_a_rule_without_a_post_waits_until_there_is_one(
    make_hazard: MakeHazard, make_post: Callable[..., Post], township: Place
) -> None:
    hazard = make_hazard()
    Post.objects.filter(duty="line_head").delete()
    assert sweep(OVER) == 0

    make_post("条线负责人", duty="line_head", place=township)

    assert sweep(OVER) == 1
    assert codes(hazard) == {"overdue": "line_head"}


def test_closing_ends_it_and_a_new_episode_may_rise_again(
    make_hazard: MakeHazard, office: Office, clerk: User
) -> None:
    hazard = make_hazard("重大")
    sweep(OVER)
    hazard.refresh_from_db()
    later = {"measure_taken": "清空", "fixed_on": "2026-11-14"}
    office.take(hazard, "fix", OVER, later)
    office.take(hazard, "close", OVER, {"rechecked_on": "2026-11-14"})
    assert codes(hazard) == {}
    assert queries.inbox(office.a["line_head"], timezone.localdate(OVER)).groups == ()

    reopen(entry=hazard, by=clerk, at=LONG_OVER, version=hazard.version, reason="又堵了")

    assert codes(hazard) == {"major": "leader"}
    assert hazard.episode == 2


def test_a_correction_that_makes_it_major_lets_it_rise_at_once(
    make_hazard: MakeHazard, clerk: User, start: datetime
) -> None:
    hazard = make_hazard(order=False)

    services.correct_entry(
        entry=hazard,
        values_changed={"level": "重大"},
        version=hazard.version,
        by=clerk,
        at=start,
        reason="按判定标准是重大",
    )

    assert codes(hazard) == {"major": "leader"}


def test_a_corrected_last_day_moves_the_limit(
    make_hazard: MakeHazard, clerk: User, start: datetime
) -> None:
    hazard = make_hazard()
    assert hazard.due_on == date(2026, 11, 13)

    services.correct_entry(
        entry=hazard,
        values_changed={"fix_by": "2026-11-10"},
        version=hazard.version,
        by=clerk,
        at=start,
        reason="指令书上是 10 日",
    )

    assert hazard.due_on == date(2026, 11, 10)
    assert sweep(OVER - 3 * timedelta(days=1)) == 1


def test_who_it_rose_to_sees_it_apart_and_counted_and_is_not_asked_for_its_step(
    make_hazard: MakeHazard, office: Office
) -> None:
    hazard = make_hazard()
    sweep(OVER)
    on, head = timezone.localdate(OVER), office.a["line_head"]

    (group,) = queries.inbox(head, on).groups

    assert (group.key, group.label, group.total) == (queries.WATCHED, "督办", 1)
    assert group.items[0].entry == hazard
    assert group.items[0].is_watched
    assert queries.pressing_count(head, on) == 1
    assert next(room for room in rail(head, "/", on) if room.name == "today").count == 1
    assert queries.inbox(office.a["leader"], on).total == 0
    # Whoever has to act has it where it was, and not a second time.
    own = queries.inbox(office.a["village_clerk"], on)
    assert [g.key for g in own.groups] == ["overdue"]


def test_the_page_and_the_story_say_to_whom_it_rose_and_why(
    make_hazard: MakeHazard, office: Office
) -> None:
    hazard = make_hazard()
    sweep(OVER)
    hazard.refresh_from_db()
    page = MatterPage(hazard, office.a["village_clerk"], OVER)

    (risen,) = page.risen()
    knot = story_of(page)[0]

    assert "line_head" in risen.post
    assert risen.on == date(2026, 11, 14)
    assert knot.who == "系统"
    assert knot.did == "到期自动升级"
    assert any("超期 1 天" in note for note in knot.notes)


def test_the_entry_tells_its_changes_in_words_and_by_no_name_of_a_column(
    make_hazard: MakeHazard, clerk: User
) -> None:
    hazard = make_hazard()
    sweep(OVER)
    hazard.refresh_from_db()

    told = story(hazard, user=clerk, on=timezone.localdate(OVER))

    labels = [difference.label for chapter in told for difference in chapter.differences]
    assert "整改期限" in labels
    assert not [label for label in labels if label.isascii()]


def test_a_request_for_more_time_outlives_a_rise(make_hazard: MakeHazard, office: Office) -> None:
    hazard = make_hazard()
    ask_extension(
        entry=hazard,
        clock_id="fix",
        days=3,
        by=office.a["village_clerk"],
        post=office.posts["village_clerk"],
        at=OVER - timedelta(days=1),
        version=hazard.version,
        reason="材料没到",
    )
    sweep(OVER)

    assert pending_ask(acts_of(hazard)) is not None


def test_what_the_system_did_is_not_taken_back_by_hand(
    make_hazard: MakeHazard, clerk: User
) -> None:
    hazard = make_hazard()
    sweep(OVER)
    commit = Commit.objects.latest("number")

    with pytest.raises(UserError, match="系统按规定自己做的"):
        history.undo_commit(commit=commit, by=clerk, at=OVER)
    with pytest.raises(UserError, match="系统按规定自己做的"):
        take_back(entry=hazard, number=commit.number or 0, by=clerk, at=OVER)


def test_taking_back_the_step_that_closed_it_brings_the_rise_back(
    make_hazard: MakeHazard, office: Office
) -> None:
    hazard = make_hazard()
    sweep(OVER)
    hazard.refresh_from_db()
    office.take(hazard, "fix", OVER, {"measure_taken": "清空", "fixed_on": "2026-11-14"})
    done = office.take(hazard, "close", OVER, {"rechecked_on": "2026-11-14"})

    take_back(entry=hazard, number=done.number or 0, by=office.a["safety_inspector"], at=OVER)

    assert codes(hazard) == {"overdue": "line_head"}


def test_the_worker_knows_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    from qianxian.cli.worker import register_jobs
    from qianxian.core import worker

    monkeypatch.setattr(worker, "_periodic", {})
    register_jobs()

    assert worker._periodic["escalate"].function is sweep


def test_it_rises_past_an_empty_chair(
    make_hazard: MakeHazard, make_post: Callable[..., Post], village: Place
) -> None:
    make_post("村里空着的", duty="line_head", place=village, code="empty-head")
    hazard = make_hazard()

    sweep(OVER)

    assert codes(hazard) == {"overdue": "line_head"}


def test_a_matter_that_waited_before_its_state_had_a_limit_gets_one(
    make_entry: Callable[..., Entry], office: Office, start: datetime
) -> None:
    toilet = make_entry("toilet_renovation", {}, subject=make_entry(), at=start)
    due = toilet.due_on
    Entry.objects.filter(pk=toilet.pk).update(due_on=None)

    sweep(start + timedelta(days=1))

    toilet.refresh_from_db()
    assert (toilet.due_on, due) == (date(2027, 5, 2), date(2027, 5, 2))
    assert acts_of(toilet)[-1].reason == "流程给这一步定了时限"


def test_all_that_waited_without_a_limit_get_one_however_many(
    make_entry: Callable[..., Entry], office: Office, start: datetime
) -> None:
    for _ in range(3):
        make_entry("toilet_renovation", {}, subject=make_entry(), at=start)
    toilets = Entry.objects.filter(ledger="toilet_renovation")
    toilets.update(due_on=None)

    sweep(start + timedelta(days=1), batch=2)

    assert {toilet.due_on for toilet in toilets.all()} == {date(2027, 5, 2)}
