"""Servers that a bench asks: a port of their own, an answer before anything is timed, an end."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

from bench.machine import ROOT

_TRIES, _PAUSE = 600, 0.2
_SAVES_EVERY = 5.0


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(
    command: Sequence[str], port: int, path: str, log: Path, env: Mapping[str, str] | None = None
) -> Iterator[None]:
    """A server that answers at `path` already, and is stopped afterwards; it writes to `log`."""
    with (
        log.open("wb") as out,
        Popen(command, stdout=out, stderr=out, cwd=ROOT, env=env) as server,  # noqa: S603
    ):
        try:
            _wait(server, port, path, log)
            yield
        finally:
            server.terminate()


@contextmanager
def somebody_saving(save: Callable[[], object]) -> Iterator[None]:
    """Somebody who works while others look: each save makes what was counted before out of date."""
    from django.db import connection

    done = threading.Event()

    def work() -> None:
        while not done.wait(_SAVES_EVERY):
            save()
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _wait(server: Popen[bytes], port: int, path: str, log: Path) -> None:
    for _ in range(_TRIES):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path)
            connection.getresponse().read()
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(_PAUSE)
        else:
            return
        finally:
            connection.close()
    raise SystemExit(f"no answer: {log.read_text(encoding='utf-8', errors='replace')}")
