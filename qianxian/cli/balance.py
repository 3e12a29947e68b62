"""Sharing people out among the worker processes of the web server.

A browser keeps its connection, and whoever came to a worker stays with it: of two workers one may
have seven of eight people while the other has nothing to do. So a worker that has more to do than
the others closes the connection with its answer, and the next request is taken by any of them.

Each worker writes only its own number, without a lock that it could take with it when it is killed.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import time
from collections.abc import Iterable
from ctypes import Array, c_int
from threading import Lock
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

_PAUSE = 0.02


class Workload:
    """How many requests each of so many workers has under way, for all of them to read.

    Made before the server starts the workers; each then takes a place in it.
    """

    def __init__(self, workers: int) -> None:
        # Which worker a place belongs to, and its number.
        self._owners: Array[c_int] = multiprocessing.RawArray(c_int, workers)
        self._running: Array[c_int] = multiprocessing.RawArray(c_int, workers)
        self._place = 0

    def take_place(self) -> bool:
        """Take the first that is free; whether there was one: a server that is told to load itself
        anew starts other workers while the first still have theirs."""
        own = os.getpid()
        while own not in (owners := list(self._owners)):
            if 0 not in owners:
                return False
            self._place = owners.index(0)
            self._owners[self._place] = own
            # Of two workers that write into the same place, one finds that out.
            time.sleep(_PAUSE)
        return True

    def tell(self, running: int) -> None:
        self._running[self._place] = running

    def elsewhere(self) -> float:
        """The mean of the others."""
        others = [number for n, number in enumerate(self._running) if n != self._place]
        return float(sum(others)) / len(others)


def shared_workload(workers: int) -> Workload | None:
    """None for one worker, and where processes cannot share memory: people then stay where they
    came."""
    if workers < 2:
        return None
    try:
        return Workload(workers)
    except OSError as error:
        log.warning("web workers cannot share memory and do not share people out: %s", error)
        return None


class Balanced:
    """The application in one of several workers. It closes connections while it has at least two
    requests more under way than the others have on average.

    A file counts until it begins to be sent: what is left to do then takes no processor.
    """

    def __init__(self, application: WSGIApplication, workload: Workload) -> None:
        self._application, self._workload = application, workload
        self._running = 0
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            is_burdened = self._running - 2 >= self._workload.elsewhere()
            own = [("Connection", "close")] if is_burdened else []
            return start_response(status, [*headers, *own], *more)

        self._count(1)
        try:
            return self._application(environ, start)
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        with self._lock:
            self._running += more
            self._workload.tell(self._running)
