"""Which job queue loses nothing when its worker is killed: django-tasks-db with and without our
reaper, and huey. The figures stand in docs/decisions/0006-processes-and-queue.md.

python -m bench.kill_queue tasks            our worker, SQLite, 200 kills
python -m bench.kill_queue tasks-postgres   our worker, a throwaway PostgreSQL
python -m bench.kill_queue tasks-bare       django-tasks-db's own worker
python -m bench.kill_queue huey             needs huey, which is no requirement of the project

Producers save a record and queue its job in one transaction; every tenth transaction fails after
queueing. A job does half of its work, waits a little, and does the other half. The worker is
killed at random moments and started again.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bench.machine import ROOT, tell
from qianxian.cli.lifeline import end_with_parent

PACKAGES = ("django-tasks", "django-tasks-db", "huey", "psycopg")
KINDS = ("tasks", "tasks-postgres", "tasks-bare", "huey")
JOBS_A_KILL = 3
SEED = 20261125


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--role", choices=("worker", "producer"), help="used by the bench itself")
    parser.add_argument("--dry", action="store_true", help="do not append to the results")
    options = parser.parse_args()
    if options.role:
        end_with_parent()
        from bench import kill_queue_parts as parts

        queue = parts.queue_of(options.kind)
        queue.work() if options.role == "worker" else queue.produce(options.kills * JOBS_A_KILL)
        return
    with ExitStack() as stack:
        os.environ["QUEUE_FOLDER"] = stack.enter_context(tempfile.TemporaryDirectory())
        if options.kind == "tasks-postgres":
            from tests.postgres.cluster import throwaway_cluster

            os.environ["QIANXIAN_DATABASE"] = stack.enter_context(throwaway_cluster())
        result = measure(options.kind, options.kills)
    tell("queue", result, PACKAGES, is_dry=options.dry)


def measure(kind: str, kills: int) -> dict[str, object]:
    from bench import kill_queue_parts as parts

    queue = parts.queue_of(kind)
    queue.create()
    chance = random.Random(SEED)  # noqa: S311
    started = time.monotonic()
    producer = _child(kind, "producer", kills)
    hit = 0
    try:
        for _ in range(kills):
            hit += _kill_one(kind, kills, chance, queue.begun_and_done)
        producer.wait(600)
        queue.hurry()
        _finish(kind, kills, queue.is_idle)
    finally:
        producer.kill()
    return {
        "kind": kind,
        "kills": kills,
        "kills_amid_a_job": hit,
        **queue.count(),
        "seconds": round(time.monotonic() - started),
    }


def _child(kind: str, role: str, kills: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bench.kill_queue", kind, "--role", role]
    return subprocess.Popen(  # noqa: S603
        [*command, "--kills", str(kills)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def _kill_one(
    kind: str, kills: int, chance: random.Random, counted: Callable[[], tuple[int, int]]
) -> int:
    """Let a worker begin a job and kill it a random moment later; 1 where that cut a job off."""
    begun, done = counted()
    worker = _child(kind, "worker", kills)
    try:
        until = time.monotonic() + 20
        while counted()[0] == begun and time.monotonic() < until and worker.poll() is None:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.3)
    finally:
        _kill(worker)
    begun_now, done_now = counted()
    return int(begun_now - begun > done_now - done)


def _kill(worker: subprocess.Popen[bytes]) -> None:
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(10)


def _finish(kind: str, kills: int, idle: Callable[[], bool]) -> None:
    """One more worker that nobody kills, until nothing is left or nothing moves any more."""
    worker = _child(kind, "worker", kills)
    try:
        until = time.monotonic() + 400
        while not idle() and time.monotonic() < until:
            time.sleep(0.5)
        time.sleep(1)  # the last job may still be running where idle means an empty queue
    finally:
        _kill(worker)


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    main()
