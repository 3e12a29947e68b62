"""Recording a save: numbers without gaps, the chain, and nothing outside a transaction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import transaction

from qianxian.core.commits import Actor, Change, head_number, header_fields, record
from qianxian.core.digests import header, leaf, merkle_root
from qianxian.core.models import Commit, Place, Revision, Stream, User


def change(key: str, **body: object) -> Change:
    return Change(Revision.Kind.ENTRY, key, {"id": key, **body})


def test_numbers_start_at_one_and_have_no_gaps(
    township: Place, actor: Actor, now: datetime
) -> None:
    numbers = [
        record(township=township, changes=[change(str(n))], by=actor, at=now).number
        for n in range(4)
    ]

    assert numbers == [1, 2, 3, 4]
    assert head_number(township) == 4


def test_a_stream_that_nobody_wrote_to_is_at_zero(township: Place) -> None:
    assert head_number(township) == 0


def test_a_failed_save_takes_no_number(township: Place, actor: Actor, now: datetime) -> None:
    record(township=township, changes=[change("kept")], by=actor, at=now)

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(township=township, changes=[change("lost")], by=actor, at=now)
        raise ZeroDivisionError
    after = record(township=township, changes=[change("next")], by=actor, at=now)

    assert after.number == 2
    assert list(Revision.objects.values_list("key", flat=True)) == ["kept", "next"]


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused(
    township: Place, actor: Actor, now: datetime
) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record(township=township, changes=[change("lost")], by=actor, at=now)

    assert not Commit.objects.exists()
    assert not Stream.objects.exists()


def test_each_commit_holds_the_digest_of_the_one_before(
    township: Place, actor: Actor, now: datetime
) -> None:
    first = record(township=township, changes=[change("a")], by=actor, at=now)
    second = record(township=township, changes=[change("b")], by=actor, at=now)

    stream = Stream.objects.get(township=township)
    assert (first.previous, second.previous) == ("", first.digest)
    assert (stream.head_number, stream.head_digest) == (2, second.digest)


def test_the_digest_covers_every_column_but_the_row_id_and_itself() -> None:
    told = {"merkle_root": "root", "revisions_count": "count"}
    columns = {field.name for field in Commit._meta.fields} - {"id", "digest"}

    fields = header_fields(Commit(at=datetime(2026, 11, 18, tzinfo=UTC)))

    assert set(fields) == {told.get(column, column) for column in columns}


def test_the_same_moment_in_another_time_zone_gives_the_same_digest(
    township: Place, actor: Actor, now: datetime
) -> None:
    there = now.astimezone(timezone(timedelta(hours=8)))

    commit = record(township=township, changes=[change("a")], by=actor, at=there)

    commit.refresh_from_db()
    assert commit.at == now
    assert header(header_fields(commit)) == commit.digest


def test_revisions_keep_their_order_and_their_bytes(
    township: Place, actor: Actor, now: datetime
) -> None:
    changes = [change("b", note="第二 \U00020bb7"), change("a", money="12.50")]

    commit = record(township=township, changes=changes, by=actor, at=now)

    rows = list(commit.revisions.order_by("position"))
    assert [row.body for row in rows] == [
        '{"id":"b","note":"第二 \U00020bb7"}',
        '{"id":"a","money":"12.50"}',
    ]
    leaves = [leaf(row.kind, row.key, row.body) for row in rows]
    assert [bytes(row.digest) for row in rows] == leaves
    assert commit.merkle_root == merkle_root(leaves)
    assert commit.revisions_count == 2


def test_who_saved_is_kept_as_text(township: Place, clerk: User, now: datetime) -> None:
    commit = record(
        township=township, changes=[change("a")], by=Actor.of(clerk, "改厕专干"), at=now
    )
    clerk.name = "换了名字"
    clerk.save()

    commit.refresh_from_db()
    assert (commit.by, commit.by_name, commit.post) == ("wangxy", "王秀英", "改厕专干")


def test_two_townships_have_streams_of_their_own(
    township: Place, make_place: object, actor: Actor, now: datetime
) -> None:
    other = make_place("白鹭镇", parent=township.parent)  # type: ignore[operator]
    record(township=township, changes=[change("a")], by=actor, at=now)

    commit = record(township=other, changes=[change("b")], by=actor, at=now)

    assert commit.number == 1
    assert commit.previous == ""
