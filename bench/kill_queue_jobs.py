"""The job of kill_queue, where django-tasks can import it."""

from __future__ import annotations

import os
from pathlib import Path

from django_tasks import task

from bench.kill_queue_parts import Ledger, job_itself


@task()
def do_job(job: int) -> None:
    job_itself(Ledger(Path(os.environ["QUEUE_FOLDER"])), job)
