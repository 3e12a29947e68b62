"""The background process: jobs that saves have queued, and what is due at fixed times.

A job is a function under `@django_tasks.task()`, queued with `.enqueue(…)` inside the transaction
of the save that wants it: both happen or neither. A worker that dies leaves its job unfinished;
the next one runs it again from the start. So every job must be idempotent: done twice, it leaves
what it leaves done once. See docs/decisions/0006-processes-and-queue.md.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as Clock
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from qianxian.core import liveness
from qianxian.core.liveness import Liveness

# The table's row, whatever the function takes and gives.
Job = DBTaskResult[Any, Any]

log = logging.getLogger(__name__)
# It tells of every ordinary stop as a warning.
logging.getLogger("django_tasks_db").setLevel(logging.ERROR)

POLL_SECONDS = 1.0
# What is due at fixed times is looked at once in so many turns.
DUE_TURNS = 15
# A job during which so many workers died may be what kills them. It is never given up, but waits
# longer and longer, so that the others have their turn.
PATIENT_ATTEMPTS = 3
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
KEPT_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Periodic:
    """Something due again and again. `function` is told the moment; it must be idempotent."""

    name: str
    every: timedelta
    function: Callable[[datetime], object]
    at: Clock | None = None

    def is_due(self, last: datetime | None, now: datetime) -> bool:
        """By `every` since the last time; with `at`, once after each passing of that time of day.

        A computer that was off at night does at the next start what the night missed.
        """
        if last is None:
            return True
        if self.at is None:
            return now - last >= self.every
        return last < self._last_passing(now)

    def _last_passing(self, now: datetime) -> datetime:
        local = timezone.localtime(now)
        passing = (
            local.replace(hour=self.at.hour, minute=self.at.minute, second=0, microsecond=0)
            if self.at
            else local
        )
        return passing if passing <= local else passing - timedelta(days=1)


_periodic: dict[str, Periodic] = {}


def register_periodic(
    name: str, every: timedelta, function: Callable[[datetime], object], *, at: Clock | None = None
) -> None:
    """Have the worker call `function(now)` again and again. Called in an app's ready()."""
    _periodic[name] = Periodic(name, every, function, at)


@task()
def run_periodic(name: str) -> object:
    """The queued form of a periodic function, so that one that was cut off is run again."""
    return _periodic[name].function(timezone.now())


def runs(name: str) -> QuerySet[Job]:
    """All kept runs of a periodic function, newest first."""
    return DBTaskResult.objects.filter(
        task_path=run_periodic.module_path, args_kwargs__args__0=name
    ).order_by("-enqueued_at")


def enqueue_due(now: datetime) -> list[str]:
    """Queue what is due; returns the names."""
    return [each.name for each in _periodic.values() if _is_due(each, now) and _enqueue(each, now)]


def _is_due(periodic: Periodic, now: datetime) -> bool:
    last = runs(periodic.name).first()
    return periodic.is_due(last.enqueued_at if last else None, now)


@transaction.atomic
def _enqueue(periodic: Periodic, now: datetime) -> bool:
    """Looked at again inside the transaction, which on SQLite no other can share."""
    if not _is_due(periodic, now):
        return False
    run_periodic.enqueue(periodic.name)
    return True


def take_back_orphans(mine: Liveness, now: datetime) -> int:
    """Queue again the jobs whose worker died in the middle; returns how many."""
    found = 0
    for job in DBTaskResult.objects.running():
        if job.worker_ids and not mine.is_dead(job.worker_ids[-1]):
            continue
        found += _take_back(job, now)
    return found


def _take_back(job: Job, now: datetime) -> int:
    """Only while it is still as it was seen: another worker may take it back at the same time."""
    seen = DBTaskResult.objects.filter(
        pk=job.pk, status=TaskResultStatus.RUNNING, started_at=job.started_at
    )
    cut_off = len(job.worker_ids)
    if cut_off < PATIENT_ATTEMPTS:
        return seen.update(status=TaskResultStatus.READY)
    wait = min(FIRST_WAIT * 2 ** min(cut_off - PATIENT_ATTEMPTS, 10), LONGEST_WAIT)
    log.error("job %s (%s) was cut off %s times; next in %s", job.pk, job.task_path, cut_off, wait)
    return seen.update(status=TaskResultStatus.READY, run_after=now + wait)


def new_worker(worker_id: str) -> Worker:
    """Takes jobs of every queue until there are none; then it is asked again."""
    return Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id,
        excluded_queue_names=[],
    )


def run() -> None:
    """Work until told to stop: a signal lets the job in hand end first."""
    mine = liveness.take()
    worker = new_worker(mine.worker_id)
    worker.configure_signals()
    try:
        for turn in count():
            if turn % DUE_TURNS == 0:
                enqueue_due(timezone.now())
            _turn(mine, worker)
            if not worker.running:
                break
            time.sleep(POLL_SECONDS)
    finally:
        mine.release()


def _turn(mine: Liveness, worker: Worker) -> None:
    """One look at what there is to do. Idle, it takes no write lock."""
    mine.check()
    take_back_orphans(mine, timezone.now())
    if DBTaskResult.objects.ready().exists():
        worker.run()


def prune(now: datetime) -> int:
    """Forget finished jobs after a while."""
    removed, _ = DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT_FOR).delete()
    return removed


register_periodic("prune", timedelta(days=1), prune)
