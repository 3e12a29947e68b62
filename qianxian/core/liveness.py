"""How one worker knows that another is dead: the system, not a clock, gives up a dead one's lock.

On SQLite there is one worker, which holds a lock on a file in the data folder. On PostgreSQL there
may be several on several machines; each holds an advisory lock on a connection of its own.
"""

from __future__ import annotations

import hashlib
import sys
import time
import uuid
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_RETRY_SECONDS = 0.5


class Liveness(Protocol):
    """Held by a worker for as long as it lives."""

    worker_id: str

    def is_dead(self, worker_id: str) -> bool:
        """Whether that other worker can no longer be at work."""

    def check(self) -> None:
        """Raise where this worker has lost its own lock, so that it ends and starts anew."""

    def release(self) -> None: ...


def take() -> Liveness:
    """Become a worker; on SQLite, wait until no other is."""
    if connection.vendor != "sqlite":
        return AdvisoryLock()
    while True:
        if lock := try_file(Path(settings.DATA) / "worker.lock"):
            return lock
        time.sleep(_RETRY_SECONDS)


def try_file(path: Path) -> FileLock | None:
    """Lock this file, or None where another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("ab")
    if _try_lock(file):
        return FileLock(file)
    file.close()
    return None


class FileLock:
    """The only worker on this data folder, so every other one is dead."""

    def __init__(self, file: IO[bytes]) -> None:
        self.worker_id = uuid.uuid4().hex
        self._file = file

    def is_dead(self, worker_id: str) -> bool:
        return worker_id != self.worker_id

    def check(self) -> None:
        """A file lock cannot be lost while the file is open."""

    def release(self) -> None:
        self._file.close()


def _try_lock(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


class AdvisoryLock:
    """A session lock of PostgreSQL: gone with the connection, and so with the process."""

    def __init__(self) -> None:
        self.worker_id = uuid.uuid4().hex
        # Apart from the connection that jobs use, which Django closes when it likes.
        self._session: BaseDatabaseWrapper = connections.create_connection("default")
        self._ask("SELECT pg_advisory_lock(%s)", self.worker_id)

    def is_dead(self, worker_id: str) -> bool:
        if worker_id == self.worker_id or not self._ask(
            "SELECT pg_try_advisory_lock(%s)", worker_id
        ):
            return False
        self._ask("SELECT pg_advisory_unlock(%s)", worker_id)
        return True

    def check(self) -> None:
        with self._session.cursor() as cursor:
            cursor.execute("SELECT 1")

    def release(self) -> None:
        self._session.close()

    def _ask(self, sql: str, worker_id: str) -> bool:
        with self._session.cursor() as cursor:
            cursor.execute(sql, [lock_number(worker_id)])
            return bool(cursor.fetchone()[0])


def lock_number(worker_id: str) -> int:
    """A 64-bit signed number for PostgreSQL, which takes no text."""
    digest = hashlib.sha256(b"qianxian worker " + worker_id.encode()).digest()
    return int.from_bytes(digest[:8], signed=True)
