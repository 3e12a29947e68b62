"""Matters beside one another: linked, merged, parted, alike; each is taken back by a commit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from qianxian.core.models import Commit, Place, Stream, User
from qianxian.core.verify import verify
from qianxian.ledgers.history import undo_commit
from qianxian.ledgers.models import Entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.ledgers.verify import verify_entries
from qianxian.matters import splitting, ties
from qianxian.matters.acts import acts_of
from qianxian.matters.beside import choices_for
from qianxian.matters.errors import StepRefused
from qianxian.matters.queries import matters
from qianxian.matters.similar import like_matter, words_of
from qianxian.matters.ties import Ties, ties_of
from tests.unit.matters.hotline import Hotline

DAY = timedelta(days=1)


def told(entry: Entry) -> Ties:
    return ties_of(acts_of(entry))


def test_a_link_is_on_both_and_goes_from_both(hotline: Hotline, start: datetime) -> None:
    one, two = hotline.record(), hotline.record("桥栏杆断了")

    commit = ties.link(entry=one, other=two, by=hotline.clerk, at=start, version=one.version)
    two.refresh_from_db()

    assert (told(one).links, told(two).links) == ((two.pk,), (one.pk,))
    undo_commit(commit=commit, by=hotline.clerk, at=start)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (told(one).links, told(two).links) == ((), ())

    ties.link(entry=one, other=two, by=hotline.clerk, at=start, version=one.version)
    two.refresh_from_db()
    ties.unlink(entry=two, other=one, by=hotline.clerk, at=start, version=two.version)
    assert (told(one).links, told(two).links) == ((), ())


def test_of_two_that_are_the_same_one_stands_and_they_count_once(
    hotline: Hotline, start: datetime, township: Place
) -> None:
    one, two = hotline.record(), hotline.record("村口路面塌陷，过不了车")

    ties.merge(
        entry=two, into=one, by=hotline.clerk, at=start, version=two.version, reason="同一处"
    )
    one.refresh_from_db()

    assert [m.pk for m in matters().filter(ledger="phone_call")] == [one.pk]
    assert (told(one).merged, told(two).into) == ((two.pk,), one.pk)
    assert (two.state, two.post_id, two.deleted) == ("received", None, True)
    assert list(verify_entries(township.path)) == []
    assert list(verify(Stream.objects.get(township=township))) == []

    # What stands may go on; the other comes back all the same, from where it stood.
    hotline.take(one, "dispatch", hotline.clerk, start)
    ties.unmerge(entry=two, by=hotline.clerk, at=start + DAY, reason="不是一处")
    one.refresh_from_db()

    assert (two.state, two.post_id, two.deleted) == ("received", "post-clerk", False)
    assert (told(one).merged, told(two).into) == ((), None)
    assert one.state == "dispatched"
    assert list(verify_entries(township.path)) == []


def test_what_is_of_another_kind_or_has_ended_is_not_merged(
    hotline: Hotline, start: datetime, make_entry: Callable[..., Entry], village: Place
) -> None:
    one, two = hotline.record(), hotline.record("水管漏水")
    other = make_entry("household")
    merge: dict[str, Any] = {"by": hotline.clerk, "at": start, "reason": "同一处"}

    with pytest.raises(InvalidEntry, match="为什么并"):
        ties.merge(entry=one, into=two, by=hotline.clerk, at=start, version=one.version, reason="")
    with pytest.raises(Exception, match=r"没有这一件|归你的岗位"):
        ties.merge(entry=one, into=other, version=one.version, **merge)
    hotline.take(one, "drop", hotline.clerk, start, reason="打错了")
    with pytest.raises(StepRefused, match="已经办结"):
        ties.merge(entry=one, into=two, version=one.version, **merge)


def test_one_that_is_several_is_parted_and_put_together_again_by_one_commit(
    hotline: Hotline, start: datetime
) -> None:
    call = hotline.record("路塌了，水管也漏，路灯不亮", phone="13900000000")

    commit = splitting.split(
        entry=call,
        parts=["水管漏水", "", "路灯不亮"],
        by=hotline.clerk,
        at=start,
        version=call.version,
        reason="三件事",
    )

    parts = [Entry.objects.get(pk=key) for key in told(call).parts]
    assert [part.title for part in parts] == ["水管漏水", "路灯不亮"]
    assert {(p.state, p.post_id, p.place_id) for p in parts} == {
        (call.state, call.post_id, call.place_id)
    }
    assert all(told(part).part_of == call.pk for part in parts)
    assert not any(part.private_values.exists() for part in parts)
    assert commit.revisions.count() == 3

    undo_commit(commit=commit, by=hotline.clerk, at=start)
    assert told(call).parts == ()
    assert matters().filter(ledger="phone_call").count() == 1


def test_what_looks_alike_is_found_by_words_kind_and_village_and_never_by_person(
    hotline: Hotline, make_place: Callable[..., Place], township: Place
) -> None:
    elsewhere = make_place("石桥村", parent=township)
    call = hotline.record("张国华反映村口路面塌陷，车辆过不去")
    same = hotline.record("村口的路面塌了一块，汽车过不去")
    hotline.record("张国华反映自来水停了三天")
    hotline.record("村口路面塌陷，车辆过不去", place=elsewhere)
    on = date(2026, 11, 3)

    found = [each.entry.pk for each in like_matter(call, hotline.clerk, on)]

    assert found == [same.pk]
    assert "张国华" not in words_of(call.definition, call.data)


def test_nothing_that_the_reader_may_not_see_looks_alike(hotline: Hotline, outsider: User) -> None:
    call = hotline.record()
    hotline.record()

    assert like_matter(call, outsider, date(2026, 11, 3)) == []


def test_it_takes_one_commit_to_merge(hotline: Hotline, start: datetime) -> None:
    one, two = hotline.record(), hotline.record()
    before = Commit.objects.count()

    commit = ties.merge(
        entry=two, into=one, by=hotline.clerk, at=start, version=two.version, reason="同一处"
    )
    assert Commit.objects.count() == before + 1

    # The commit itself may be taken back too, while nothing has happened since.
    undo_commit(commit=commit, by=hotline.clerk, at=start)
    two.refresh_from_db()
    assert (two.deleted, two.post_id) == (False, "post-clerk")


def test_nobody_is_found_by_name_among_matters_to_tie(
    hotline: Hotline, matter: Entry, chief_clerk: User
) -> None:
    call, other = hotline.record(), hotline.record("桥栏杆断了")
    on = date(2026, 11, 3)
    name = matter.title.split()[-1]

    assert matter.subject is not None and name in matter.title
    assert choices_for(call, chief_clerk, on, name) == []
    found = choices_for(call, chief_clerk, on, "栏杆")
    assert [each.entry.pk for each in found] == [other.pk]
