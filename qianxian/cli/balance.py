"""Sharing people out among the worker processes of the web server.

A browser keeps its connection, and whoever came to a worker stays with it: of two workers one may
have seven of eight people while the other has nothing to do. So a worker that is busy closes the
connection with its answer, and the next request is taken by either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

# A worker with so many requests at once is busy.
_BUSY = 2
_Start = Callable[..., Any]
Application = Callable[[dict[str, Any], _Start], Iterable[bytes]]


class Balanced:
    """The application, closing connections while more than one request is under way in here.

    A file counts until it begins to be sent: what is left to do then takes no processor.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._running = 0
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: _Start) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            own = [("Connection", "close")] if self._running >= _BUSY else []
            return start_response(status, [*headers, *own], *more)

        with self._lock:
            self._running += 1
        try:
            return self._application(environ, start)
        finally:
            with self._lock:
                self._running -= 1
