"""The queue: jobs are part of the save, run again when cut off, and due when their time has come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from qianxian.core import liveness, worker
from qianxian.core.liveness import FileLock, try_file
from qianxian.core.worker import Periodic, enqueue_due, register_periodic, runs, take_back_orphans

pytestmark = pytest.mark.django_db

done: list[str] = []


@task()
def note(word: str) -> str:
    done.append(word)
    return word


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(worker, "_periodic", {})
    done.clear()
    yield


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[FileLock]:
    lock = try_file(tmp_path / "worker.lock")
    assert lock is not None
    yield lock
    lock.release()


def job_of_the_dead(worker_ids: tuple[str, ...] = ("dead",)) -> DBTaskResult:  # type: ignore[type-arg]
    note.enqueue("again")
    job = DBTaskResult.objects.get()
    for worker_id in worker_ids:
        job.claim(worker_id)
    return job


def one_turn(mine: liveness.Liveness) -> None:
    """What the worker does in one look at the queue."""
    worker._turn(mine, worker.new_worker(mine.worker_id))


def test_a_job_of_a_failed_save_was_never_queued() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        note.enqueue("lost")
        raise ZeroDivisionError

    assert not DBTaskResult.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_turn_runs_what_is_queued_and_keeps_what_it_gave(lock: FileLock) -> None:
    note.enqueue("first")
    note.enqueue("second")

    one_turn(lock)

    assert done == ["first", "second"]
    results = DBTaskResult.objects.values_list("status", "return_value")
    assert set(results) == {("SUCCESSFUL", "first"), ("SUCCESSFUL", "second")}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_died_is_run_again(lock: FileLock) -> None:
    job_of_the_dead()

    one_turn(lock)

    assert done == ["again"]
    assert DBTaskResult.objects.get().worker_ids == ["dead", lock.worker_id]


def test_a_job_in_hand_is_left_alone(lock: FileLock, now: datetime) -> None:
    job_of_the_dead((lock.worker_id,))

    assert take_back_orphans(lock, now) == 0
    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING


@pytest.mark.parametrize(
    ("times", "wait"),
    [
        (1, None),
        (2, None),
        (3, timedelta(seconds=30)),
        (4, timedelta(minutes=1)),
        (30, timedelta(hours=1)),
    ],
)
def test_a_job_that_was_cut_off_often_waits_longer_but_is_never_given_up(
    lock: FileLock, now: datetime, times: int, wait: timedelta | None
) -> None:
    before = job_of_the_dead(("dead",) * times).run_after

    assert take_back_orphans(lock, now) == 1

    job = DBTaskResult.objects.get()
    assert job.status == TaskResultStatus.READY
    assert job.run_after == (now + wait if wait else before)


def test_a_job_that_another_took_back_meanwhile_is_not_taken_back_twice(now: datetime) -> None:
    seen = job_of_the_dead()
    DBTaskResult.objects.update(started_at=now)

    assert worker._take_back(seen, now) == 0
    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING


def at(hour: int, day: int = 18) -> datetime:
    """An hour of the office's clock, which is eight ahead."""
    return datetime(2026, 11, day, hour, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("last", "now", "is_due"),
    [
        (None, at(0), True),
        (at(3, 17), at(1), False),  # last night's was done, this night's is not yet due
        (at(1, 17), at(1), True),  # last night's was missed: the computer was off
        (at(3, 17), at(2), True),
        (at(2), at(3), False),
        (at(9), at(23), False),
        (at(9), at(2, 19), True),
    ],
)
def test_a_nightly_job_is_due_once_after_each_passing_of_its_hour(
    last: datetime | None, now: datetime, is_due: bool
) -> None:
    nightly = Periodic("verify", timedelta(days=1), print, time(2))

    assert nightly.is_due(last, now) is is_due


@pytest.mark.parametrize(("minutes", "is_due"), [(9, False), (10, True)])
def test_an_hourly_job_is_due_when_its_time_is_over(minutes: int, is_due: bool) -> None:
    periodic = Periodic("seal", timedelta(minutes=10), print)

    assert periodic.is_due(at(8), at(8) + timedelta(minutes=minutes)) is is_due


def test_what_is_due_is_queued_once() -> None:
    register_periodic("seal", timedelta(minutes=10), lambda now: done.append("sealed"))
    now = datetime.now(UTC)

    assert enqueue_due(now) == ["seal"]
    assert enqueue_due(now) == []
    assert enqueue_due(now + timedelta(minutes=11)) == ["seal"]
    assert runs("seal").count() == 2
    assert runs("verify").count() == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_turn_runs_what_was_due(lock: FileLock) -> None:
    register_periodic("seal", timedelta(minutes=10), lambda now: done.append(f"{now:%Y}"))

    enqueue_due(datetime.now(UTC))
    one_turn(lock)

    assert len(done) == 1
    assert [job.status for job in runs("seal")] == [TaskResultStatus.SUCCESSFUL]


def test_finished_jobs_are_forgotten_after_two_weeks(now: datetime) -> None:
    note.enqueue("old")
    note.enqueue("new")
    note.enqueue("waiting")
    old, new, _ = DBTaskResult.objects.order_by("enqueued_at")
    old.set_successful("old")
    new.set_successful("new")
    DBTaskResult.objects.filter(pk=old.pk).update(finished_at=now - timedelta(days=15))
    DBTaskResult.objects.filter(pk=new.pk).update(finished_at=now - timedelta(days=13))

    worker.prune(now)

    assert DBTaskResult.objects.filter(pk=old.pk).count() == 0
    assert DBTaskResult.objects.count() == 2


def test_two_workers_cannot_hold_one_data_folder(tmp_path: Path) -> None:
    file = tmp_path / "data" / "worker.lock"

    first = try_file(file)
    second = try_file(file)

    assert first is not None
    assert second is None
    first.release()
    third = try_file(file)
    assert third is not None
    assert third.is_dead(first.worker_id)
    assert not third.is_dead(third.worker_id)
    third.release()
