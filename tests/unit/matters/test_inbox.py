"""What waits for whom: A always, B while A is away; grouped by due date; overdue for leaders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.models import Absence, Place, User
from qianxian.core.shell import rail
from qianxian.ledgers.models import Entry
from qianxian.matters import queries, services
from tests.unit.matters.office import MakeMatter, Office


def declared(make_matter: MakeMatter, office: Office, at: datetime) -> Entry:
    """Due 30 days after."""
    entry = make_matter()
    office.take(entry, "declare", at)
    return entry


def labels(found: queries.Inbox) -> dict[str, list[str]]:
    return {g.label: [item.entry.title for item in g.items] for g in found.groups}


@pytest.fixture
def on() -> date:
    return date(2026, 12, 3)


def test_matters_are_grouped_by_when_they_are_due_soonest_first(
    make_matter: MakeMatter, office: Office, start: datetime, on: date
) -> None:
    by_day = {
        days: declared(make_matter, office, start + timedelta(days=days)).title
        for days in (0, -3, -1, 7, 2, 8)
    }
    undated = make_matter().title

    found = queries.inbox(office.a["village_clerk"], on)

    assert labels(found) == {
        "已超期": [by_day[-3], by_day[-1]],
        "今天到期": [by_day[0]],
        "一周内": [by_day[2], by_day[7]],
        "以后": [by_day[8], undated],
    }
    assert (found.total, found.pressing) == (7, 3)
    assert found.groups[0].items[0].days_over == 3


def test_a_group_lists_the_first_and_counts_all(
    make_matter: MakeMatter, office: Office, on: date
) -> None:
    for _ in range(4):
        make_matter()

    found = queries.inbox(office.a["village_clerk"], on, limit=2)

    assert [(g.total, len(g.items)) for g in found.groups] == [(4, 2)]


def test_b_sees_the_work_only_while_a_is_away_and_is_told_for_whom(
    matter: Entry, office: Office, on: date
) -> None:
    a, b = office.a["village_clerk"], office.b["village_clerk"]
    assert queries.inbox(b, on).total == 0
    Absence.objects.create(user=a, first_day=on, last_day=on + timedelta(days=1))

    (group,) = queries.inbox(b, on).groups

    assert [item.entry for item in group.items] == [matter]
    assert group.items[0].covers == a
    assert queries.inbox(b, on + timedelta(days=2)).total == 0
    assert queries.inbox(a, on).total == 1


def test_a_step_that_b_took_while_a_was_away_moves_the_matter_for_both(
    matter: Entry, office: Office, start: datetime
) -> None:
    day = timezone.localdate(start)
    a, b = office.a["village_clerk"], office.b["village_clerk"]
    Absence.objects.create(user=a, first_day=day, last_day=day)
    office.walk(matter, ("declare", "start"), start)
    office.take(matter, "complete", start + timedelta(days=2), by=b)

    assert queries.inbox(a, day).total == queries.inbox(b, day).total == 0
    assert queries.inbox(office.a["acceptance_officer"], day).total == 1


def test_the_inbox_counts_by_post_and_by_village(
    make_matter: MakeMatter, office: Office, on: date, village: Place
) -> None:
    make_matter()
    make_matter()

    found = queries.inbox(office.a["village_clerk"], on)

    assert found.by_post == {office.posts["village_clerk"].pk: 2}
    assert found.by_village == {village.pk: 2}


def test_a_request_for_more_time_is_in_the_inbox_of_whoever_may_grant_it(
    make_matter: MakeMatter, office: Office, start: datetime
) -> None:
    matter = declared(make_matter, office, start)
    services.ask_extension(
        entry=matter,
        clock_id="start_work",
        days=5,
        by=office.a["village_clerk"],
        post=office.posts["village_clerk"],
        at=start,
        version=matter.version,
        reason="连阴雨",
    )

    (group,) = queries.inbox(office.a["leader"], timezone.localdate(start)).groups

    assert group.items[0].entry == matter
    assert group.items[0].step is None
    assert "等批延期" in group.items[0].stuck
    assert queries.inbox(office.a["village_clerk"], timezone.localdate(start)).total == 0


def test_whoever_holds_no_post_has_an_empty_inbox(matter: Entry, outsider: User, on: date) -> None:
    found = queries.inbox(outsider, on)

    assert (found.total, found.groups) == (0, ())


def test_a_post_without_a_grant_shows_nothing_that_its_holder_may_not_see(
    matter: Entry, office: Office, on: date
) -> None:
    office.posts["village_clerk"].grants.all().delete()

    assert queries.inbox(office.a["village_clerk"], on).total == 0


def test_the_number_of_queries_does_not_grow_with_the_inbox(
    make_matter: MakeMatter,
    office: Office,
    on: date,
    start: datetime,
    django_assert_max_num_queries: Any,
) -> None:
    for days in (-3, 0, 2, 9):
        for _ in range(2):
            declared(make_matter, office, start + timedelta(days=days))

    with gate.remembering(), django_assert_max_num_queries(20):
        found = queries.inbox(office.a["village_clerk"], on)
        assert [item.stuck for group in found.groups for item in group.items]
    assert found.total == 8
    # Until somebody saves, only the rows are read again.
    with gate.remembering(), django_assert_max_num_queries(6):
        assert queries.inbox(office.a["village_clerk"], on).total == 8


def test_overdue_matters_are_listed_for_a_leader_longest_first_with_what_they_wait_for(
    make_matter: MakeMatter, office: Office, start: datetime, on: date
) -> None:
    late = declared(make_matter, office, start - timedelta(days=2))
    later = declared(make_matter, office, start - timedelta(days=1))
    declared(make_matter, office, start)

    found = queries.overdue(office.a["leader"], on)

    assert [(item.entry, item.days_over) for item in found] == [(late, 2), (later, 1)]
    assert found[0].stuck == "清水村办公室·报账员，等开工"


def test_the_rail_shows_what_is_overdue_and_due_today(
    make_matter: MakeMatter, office: Office, start: datetime, on: date
) -> None:
    for days in (-3, 0, 5):
        declared(make_matter, office, start + timedelta(days=days))

    items = rail(office.a["village_clerk"], "/", on)

    assert {room.name: room.count for room in items}["today"] == 2


def test_a_matter_that_waits_for_nobody_is_seen(
    make_matter: MakeMatter,
    office: Office,
    other_village: Place,
    make_place: Callable[..., Place],
    chief_clerk: User,
    on: date,
) -> None:
    group = make_place("一组", parent=other_village)
    lost = make_matter(place=group)

    assert list(queries.unrouted(chief_clerk, on)) == [lost]
    assert queries.waiting(lost, on).stuck == "没有岗位接"
