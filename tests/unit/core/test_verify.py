"""Walking a stream: in batches, beside people who save, and past what cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction

from qianxian.core import verify as verifying
from qianxian.core.commits import Actor, Change, record
from qianxian.core.models import Commit, Place, Revision, Stream
from qianxian.core.verify import Fault, strays, verify

only_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL takes no text that is no text"
)


def save(township: Place, at: datetime, *keys: str) -> Commit:
    changes = [Change(Revision.Kind.TARGET, key, {"id": key}) for key in keys]
    return record(township=township, changes=changes, by=Actor("wangxy", "王秀英"), at=at)


@pytest.fixture
def stream(township: Place, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Stream:
    """Five commits, walked two at a time."""
    monkeypatch.setattr(verifying, "_BATCH", 2)
    for number in range(5):
        save(township, now, f"{number} a", f"{number} b")
    return Stream.objects.get(township=township)


@pytest.fixture
def unchecked() -> Iterator[None]:
    """Let a test write what constraints refuse; a disk asks no constraint."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        yield
        cursor.execute("PRAGMA ignore_check_constraints = OFF")


def told(faults: list[Fault]) -> str:
    return "\n".join(str(fault) for fault in faults)


def spoil(model: Any, pk: Any, column: str) -> None:
    """Put a byte into a text that is no text."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        sql = f"UPDATE {table} SET {column} = CAST(%s AS TEXT) WHERE {key} = %s"  # noqa: S608
        cursor.execute(sql, [b"\xff\xfe", pk])


def test_a_whole_stream_has_no_fault(stream: Stream) -> None:
    assert list(verify(stream)) == []


def test_a_stream_without_commits_has_no_fault(township: Place) -> None:
    assert list(verify(Stream.objects.create(township=township))) == []


def test_saves_during_the_walk_are_no_fault(
    stream: Stream, township: Place, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = verifying._check_batch

    def save_meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(verifying, "_check_batch", walk)
        save(township, now, "meanwhile")
        return walk(*given)

    monkeypatch.setattr(verifying, "_check_batch", save_meanwhile)

    assert list(verify(stream)) == []
    assert stream.commits.count() == 6


def test_a_head_that_commits_have_passed_meanwhile_must_still_be_one_of_them(
    stream: Stream,
) -> None:
    third = stream.commits.get(number=3)
    end = verifying._Link(5, stream.head_digest)

    assert verifying._fits(stream, verifying._Link(3, third.digest), end)
    assert not verifying._fits(stream, verifying._Link(3, "0" * 64), end)


@pytest.mark.parametrize("number", [0, 4, 6])
def test_a_head_with_another_number_is_found(stream: Stream, number: int) -> None:
    Stream.objects.update(head_number=number)

    assert "流的头" in told(list(verify(stream)))


@only_sqlite
def test_a_commit_without_a_number_is_told_with_what_it_holds(
    stream: Stream, unchecked: None
) -> None:
    Commit.objects.filter(number=3).update(number=None)

    says = told(list(verify(stream)))

    assert "没有提交号" in says
    assert "2 a、2 b" in says


@only_sqlite
@pytest.mark.parametrize("column", ["body", "kind"])
def test_a_revision_that_cannot_be_read_is_named_and_the_walk_goes_on(
    stream: Stream, column: str
) -> None:
    spoil(Revision, Revision.objects.get(key="1 b").pk, column)
    Commit.objects.filter(number=5).update(reason="slipped in")

    says = told(list(verify(stream)))

    assert "1 b：内容坏了" in says
    assert "1 a：" not in says
    assert "第5号提交：提交的登记栏被改过" in says
    assert "第3号" not in says


@only_sqlite
def test_a_commit_that_cannot_be_read_is_named_by_its_number_and_entries(stream: Stream) -> None:
    spoil(Commit, Commit.objects.get(number=2).pk, "reason")

    (fault,) = verify(stream)

    assert str(fault).startswith(f"{stream.pk} 第2号提交：提交的登记栏或内容坏了")
    assert "1 a、1 b" in str(fault)


@only_sqlite
def test_a_last_commit_that_cannot_be_read_leaves_the_head_unjudged(stream: Stream) -> None:
    spoil(Commit, Commit.objects.get(number=5).pk, "by_name")

    (fault,) = verify(stream)

    assert "第5号提交" in str(fault)


@only_sqlite
def test_a_head_that_cannot_be_read_is_told(stream: Stream) -> None:
    spoil(Stream, stream.pk, "head_digest")

    (fault,) = verify(stream)

    assert "流的头坏了" in str(fault)


def test_a_long_list_of_entries_is_cut(township: Place, now: datetime) -> None:
    commit = save(township, now, *(f"{n:02}" for n in range(12)))
    Commit.objects.filter(pk=commit.pk).update(reason="slipped in")

    says = told(list(verify(Stream.objects.get())))

    assert "00、01、02、03、04等12条" in says


def test_an_emptied_commit_says_that_it_is_empty(township: Place, now: datetime) -> None:
    save(township, now, "a")
    Revision.objects.all().delete()

    says = told(list(verify(Stream.objects.get())))

    assert "存的时候有1条，现在有0条；里面一条也没有" in says


def test_a_key_that_the_body_contradicts_is_told_with_both(stream: Stream) -> None:
    Revision.objects.filter(key="1 a").update(key="1 z")

    assert "1 z（内容里写的是 1 a）" in told(list(verify(stream)))


def test_a_body_that_is_no_json_is_named_by_its_key(stream: Stream) -> None:
    Revision.objects.filter(key="1 a").update(body="[1")
    Revision.objects.filter(key="2 a").update(body="[1]")

    says = told(list(verify(stream)))

    assert "target 1 a：内容和存的时候不一样" in says
    assert "target 2 a：内容和存的时候不一样" in says


def test_a_revision_at_another_place_of_its_commit_is_named(stream: Stream) -> None:
    Revision.objects.filter(key="1 b").update(position=7)

    assert "1 b：在提交里的位置不对，应是1" in told(list(verify(stream)))


class TakenBack(Exception):
    """Raised so that nothing that hangs on nothing is left behind."""


def test_a_revision_whose_commit_is_gone_is_a_stray(stream: Stream) -> None:
    with pytest.raises(TakenBack), transaction.atomic():
        Revision.objects.filter(key="1 b").update(commit=999)
        found = list(strays())
        raise TakenBack

    assert [(fault.kind, fault.key) for fault in found] == [("target", "1 b")]
    assert "内部号999" in str(found[0])


def test_a_whole_stream_has_no_strays(stream: Stream) -> None:
    assert list(strays()) == []
