"""The queues that kill_queue compares, each with the same producer, job and count."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any, Protocol

WORK_SECONDS = 0.2
PAUSE_SECONDS = 0.25


class Queue(Protocol):
    def create(self) -> None: ...
    def produce(self, jobs: int) -> None: ...
    def work(self) -> None: ...
    def begun_and_done(self) -> tuple[int, int]: ...
    def hurry(self) -> None:
        """Let the time pass for which a job that was cut off often is made to wait."""

    def is_idle(self) -> bool: ...
    def count(self) -> dict[str, object]: ...


class Ledger:
    """What really happened, in a file of its own that outlives every kill: one row an event."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "events.sqlite3"

    def open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.file, timeout=30, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE IF NOT EXISTS event (job INTEGER, what TEXT)")
        return connection

    def note(self, job: int, what: str) -> None:
        connection = self.open()
        connection.execute("INSERT INTO event VALUES (?, ?)", (job, what))
        connection.close()

    def jobs(self, what: str) -> list[int]:
        connection = self.open()
        rows = connection.execute("SELECT job FROM event WHERE what = ?", (what,)).fetchall()
        connection.close()
        return [row[0] for row in rows]

    def begun_and_done(self) -> tuple[int, int]:
        return len(self.jobs("begun")), len(self.jobs("done"))

    def count(self) -> dict[str, object]:
        wanted, begun, done = (self.jobs(what) for what in ("saved", "begun", "done"))
        return {
            "saves": len(wanted),
            "jobs_lost": len(set(wanted) - set(done)),
            "jobs_of_failed_saves": len(set(begun) - set(wanted)),
            "jobs_begun_again": len(begun) - len(set(begun)),
            "jobs_done_twice": len(done) - len(set(done)),
        }


def job_itself(ledger: Ledger, job: int) -> None:
    ledger.note(job, "begun")
    time.sleep(WORK_SECONDS)
    ledger.note(job, "done")


def queue_of(kind: str) -> Queue:
    folder = Path(os.environ["QUEUE_FOLDER"])
    return Huey(folder) if kind == "huey" else Tasks(folder, own_worker=kind != "tasks-bare")


class SavesFail(Exception):
    """Every tenth save, after it has queued its job."""


class Tasks:
    """django-tasks-db, with the product's worker or with its own."""

    def __init__(self, folder: Path, *, own_worker: bool) -> None:
        self.ledger, self.own_worker = Ledger(folder), own_worker
        os.environ["QIANXIAN_DATA"] = str(folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.kill_queue_settings"
        import django

        django.setup()

    def create(self) -> None:
        from django.core.management import call_command

        call_command("migrate", verbosity=0)

    def produce(self, jobs: int) -> None:
        from django.db import transaction

        from bench.kill_queue_jobs import do_job

        for job in range(jobs):
            try:
                with transaction.atomic():
                    do_job.enqueue(job)
                    if job % 10 == 9:
                        raise SavesFail
            except SavesFail:
                pass
            else:
                self.ledger.note(job, "saved")
            time.sleep(PAUSE_SECONDS)

    def work(self) -> None:
        if self.own_worker:
            from qianxian.core.worker import run

            run()
        else:
            from django.core.management import call_command

            call_command("db_worker", "--interval", "0.2", "--no-startup-delay", verbosity=0)

    def _with_status(self, *statuses: str) -> int:
        from django_tasks_db.models import DBTaskResult

        return DBTaskResult.objects.filter(status__in=statuses).count()

    def begun_and_done(self) -> tuple[int, int]:
        return self.ledger.begun_and_done()

    def hurry(self) -> None:
        from django.utils import timezone
        from django_tasks_db.models import DBTaskResult

        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())

    def is_idle(self) -> bool:
        # Bare, what a dead worker left RUNNING stays so for ever.
        return not self._with_status("READY", *(["RUNNING"] if self.own_worker else []))

    def count(self) -> dict[str, object]:
        return {
            **self.ledger.count(),
            "still_queued": self._with_status("READY"),
            "left_running": self._with_status("RUNNING"),
            "failed": self._with_status("FAILED"),
        }


class Huey:
    """SqliteHuey: a file of its own, so the save cannot hold it in its transaction."""

    def __init__(self, folder: Path) -> None:
        from huey import SqliteHuey

        self.ledger = Ledger(folder)
        self.queue: Any = SqliteHuey(filename=str(folder / "huey.sqlite3"), fsync=True)
        self.do_job = self.queue.task(name="do_job")(lambda job: job_itself(self.ledger, job))

    def create(self) -> None:
        self.ledger.open().close()

    def produce(self, jobs: int) -> None:
        for job in range(jobs):
            connection = self.ledger.open()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO event VALUES (?, 'saved')", (job,))
            self.do_job(job)
            connection.execute("ROLLBACK" if job % 10 == 9 else "COMMIT")
            connection.close()
            time.sleep(PAUSE_SECONDS)

    def work(self) -> None:
        self.queue.create_consumer(workers=1, initial_delay=0.05, max_delay=0.2).run()

    def begun_and_done(self) -> tuple[int, int]:
        return self.ledger.begun_and_done()

    def hurry(self) -> None:
        """Nothing waits here."""

    def is_idle(self) -> bool:
        return not self.queue.pending_count()

    def count(self) -> dict[str, object]:
        return self.ledger.count()
