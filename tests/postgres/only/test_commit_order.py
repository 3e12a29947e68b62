"""Transactions that commit out of order: numbers miss nothing, autoincrements would."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.db import connection, transaction

from qianxian.core import commits
from qianxian.core.commits import Actor, Change, head_number, record
from qianxian.core.models import Commit, Place, Revision, Stream
from qianxian.core.verify import verify

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 20.0
BY = Actor("wangxy", "王秀英")


class Reader:
    """Reads what is new since it last looked, by commit number or by row id."""

    def __init__(self, township: Place) -> None:
        self.township = township
        self.number = self.row = 0

    def by_number(self) -> list[str]:
        head = head_number(self.township)
        rows = Revision.objects.filter(
            commit__stream=self.township.pk,
            commit__number__gt=self.number,
            commit__number__lte=head,
        )
        self.number = head
        return list(rows.order_by("commit__number").values_list("key", flat=True))

    def by_row(self) -> list[str]:
        rows = list(
            Revision.objects.filter(pk__gt=self.row).order_by("pk").values_list("pk", "key")
        )
        self.row = rows[-1][0] if rows else self.row
        return [key for _, key in rows]


def save(township: Place, key: str, at: datetime) -> Commit:
    change = Change(Revision.Kind.ENTRY, key, {"id": key})
    with transaction.atomic():
        return record(township=township, changes=[change], by=BY, at=at)


@contextmanager
def in_background(work: Callable[[], object]) -> Iterator[threading.Thread]:
    """Run in a thread with a connection of its own, which is closed at the end."""
    failed: list[Exception] = []

    def run() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001  raised again below
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield thread
    thread.join(PATIENCE)
    assert not thread.is_alive()
    if failed:
        raise failed[0]


@pytest.fixture
def stream(township: Place, now: datetime) -> Stream:
    save(township, "before", now)
    return Stream.objects.get(township=township)


def test_a_reader_by_number_misses_nothing_where_a_reader_by_row_id_does(
    township: Place, stream: Stream, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_has_written, second_is_done = threading.Event(), threading.Event()
    seal = commits._seal

    def hold_the_first(commit: Commit) -> None:
        if commit.reason == "first":
            first_has_written.set()
            assert second_is_done.wait(PATIENCE)
        seal(commit)

    def save_first() -> None:
        change = Change(Revision.Kind.ENTRY, "first", {"id": "first"})
        with transaction.atomic():
            record(township=township, changes=[change], by=BY, at=now, reason="first")

    monkeypatch.setattr(commits, "_seal", hold_the_first)
    reader = Reader(township)
    reader.by_number(), reader.by_row()

    with in_background(save_first):
        # The first has written its rows, and so holds the lower row ids; the second overtakes it.
        assert first_has_written.wait(PATIENCE)
        save(township, "second", now)
        seen_by_number, seen_by_row = [reader.by_number()], [reader.by_row()]
        second_is_done.set()
    seen_by_number.append(reader.by_number())
    seen_by_row.append(reader.by_row())

    assert seen_by_number == [["second"], ["first"]]
    # What counting by autoincrement would do: the first save is lost for good.
    assert seen_by_row == [["second"], []]
    rows = Revision.objects.filter(key__in=["first", "second"]).order_by("pk")
    assert list(rows.values_list("key", "commit__number")) == [("first", 3), ("second", 2)]
    assert list(verify(stream)) == []


def test_a_save_waits_for_one_that_has_its_number_and_has_not_committed(
    township: Place, stream: Stream, now: datetime
) -> None:
    first_is_sealed, let_go = threading.Event(), threading.Event()
    numbers: list[int | None] = []

    def save_first() -> None:
        change = Change(Revision.Kind.ENTRY, "first", {"id": "first"})
        with transaction.atomic():
            numbers.append(record(township=township, changes=[change], by=BY, at=now).number)
            first_is_sealed.set()
            assert let_go.wait(PATIENCE)

    def save_second() -> None:
        numbers.append(save(township, "second", now).number)

    reader = Reader(township)
    reader.by_number()

    with in_background(save_first):
        assert first_is_sealed.wait(PATIENCE)
        with in_background(save_second) as second:
            second.join(0.3)
            assert second.is_alive()
            assert reader.by_number() == []
            let_go.set()

    assert numbers == [2, 3]
    assert reader.by_number() == ["first", "second"]
    assert list(verify(stream)) == []


def test_twenty_saves_at_once_get_numbers_without_gaps(
    township: Place, stream: Stream, now: datetime
) -> None:
    saves = [
        threading.Thread(target=_save_and_close, args=(township, f"save {n}", now))
        for n in range(20)
    ]
    for thread in saves:
        thread.start()
    for thread in saves:
        thread.join(PATIENCE)

    stream.refresh_from_db()
    assert list(stream.commits.values_list("number", flat=True)) == list(range(1, 22))
    assert stream.head_number == 21
    assert list(verify(stream)) == []


def _save_and_close(township: Place, key: str, at: datetime) -> None:
    try:
        save(township, key, at)
    finally:
        connection.close()
