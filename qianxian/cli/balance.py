"""Sharing people out among the worker processes of the web server.

A browser keeps its connection, and whoever came to a worker stays with it: of two workers one may
have seven of eight people while the other has nothing to do. So a worker that has more to do than
the others closes the connection with its answer, and the next request is taken by any of them.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable
from multiprocessing.sharedctypes import Synchronized
from threading import Lock
from typing import Any

_Start = Callable[..., Any]
Application = Callable[[dict[str, Any], _Start], Iterable[bytes]]


def count_of_all() -> Synchronized[int]:
    """The number of requests under way in all workers, made before the server starts them."""
    # The server starts its workers so, whatever Python would do.
    method = multiprocessing.get_start_method()
    return multiprocessing.get_context(method if method == "fork" else "spawn").Value("i", 0)


class Balanced:
    """The application in one of so many workers. It closes connections while it has at least two
    requests more under way than the others have on average.

    A file counts until it begins to be sent: what is left to do then takes no processor.
    """

    def __init__(
        self, application: Application, *, workers: int, everywhere: Synchronized[int]
    ) -> None:
        self._application = application
        self._others, self._everywhere = workers - 1, everywhere
        self._here = 0
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: _Start) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            own = [("Connection", "close")] if self._is_burdened() else []
            return start_response(status, [*headers, *own], *more)

        self._count(1)
        try:
            return self._application(environ, start)
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        with self._lock:
            self._here += more
        with self._everywhere.get_lock():
            self._everywhere.value += more

    def _is_burdened(self) -> bool:
        elsewhere = self._everywhere.value - self._here
        return (self._here - 2) * self._others >= elsewhere
