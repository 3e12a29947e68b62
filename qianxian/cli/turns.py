"""Pages of one process, made one after the other in the order in which they were asked for.

Python computes in one thread of a process at a time. Pages that are made beside each other are all
finished late, and those with more work much later; one after the other, the same pages wait a
little for their turn and are then made at once. What takes long (an export, a large upload, a wait
for the write lock) holds nobody up: after a moment its turn is over, and the next goes on beside it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from threading import Condition
from time import monotonic
from typing import Any

# Seconds after which a request counts as a long one: several times what a page takes.
LONG = 0.15
_Start = Callable[..., Any]
Application = Callable[[dict[str, Any], _Start], Iterable[bytes]]


class Turns:
    """The application, with no more than `at_once` requests under way that are not long ones."""

    def __init__(self, application: Application, *, at_once: int = 1, long: float = LONG) -> None:
        self._application = application
        self._at_once, self._long = at_once, long
        self._waiting: deque[object] = deque()
        # Who has a turn, and since when.
        self._under_way: dict[object, float] = {}
        self._changed = Condition()

    def __call__(self, environ: dict[str, Any], start_response: _Start) -> Iterable[bytes]:
        own = object()
        self._wait(own)
        try:
            return self._application(environ, start_response)
        finally:
            with self._changed:
                del self._under_way[own]
                self._changed.notify_all()

    def _wait(self, own: object) -> None:
        with self._changed:
            self._waiting.append(own)
            while self._waiting[0] is not own:
                self._changed.wait()
            while left := self._until_free():
                self._changed.wait(left)
            self._waiting.popleft()
            self._under_way[own] = monotonic()
            self._changed.notify_all()

    def _until_free(self) -> float:
        """Seconds until a turn is over by its length; 0 where there is one to be had."""
        long_ago = monotonic() - self._long
        young = [since for since in self._under_way.values() if since > long_ago]
        return min(young) - long_ago if len(young) >= self._at_once else 0
