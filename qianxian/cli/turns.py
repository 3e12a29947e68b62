"""Pages of one process, made one after the other in the order in which they were asked for.

Python computes in one thread of a process at a time. Pages that are made beside each other are all
finished late, and those with more work much later; one after the other, the same pages wait a
little for their turn and are then made at once. What takes long (an export, a wait for the write
lock) holds nobody up: after a moment its turn is over, and the next goes on beside it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from io import BytesIO
from threading import Condition
from time import monotonic
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# Seconds after which a request counts as a long one: several times what a page takes.
_LONG_AFTER = 0.15
# Bytes of a form that is read before its turn, so that nobody waits for a slow line. Larger ones
# are files: they come in beside the pages.
_FORM = 64 * 1024


class Turns:
    """The application, with no more than `at_once` requests under way that are not long ones.

    long_after  seconds
    """

    def __init__(
        self, application: WSGIApplication, *, at_once: int = 1, long_after: float = _LONG_AFTER
    ) -> None:
        self._application = application
        self._at_once, self._long_after = at_once, long_after
        self._waiting: deque[object] = deque()
        # Who has a turn, and since when.
        self._under_way: dict[object, float] = {}
        self._changed = Condition()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > _FORM:
            return self._application(environ, start_response)
        if length:
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(length))
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
            try:
                while self._waiting[0] is not own:
                    self._changed.wait()
                while left := self._until_free():
                    self._changed.wait(left)
                self._under_way[own] = monotonic()
            finally:
                # Also where the thread is ended while it waits: nobody behind it would be served.
                self._waiting.remove(own)
                self._changed.notify_all()

    def _until_free(self) -> float:
        """Seconds until a turn is over by its length; 0 where there is one to be had."""
        long_ago = monotonic() - self._long_after
        young = [since for since in self._under_way.values() if since > long_ago]
        return min(young) - long_ago if len(young) >= self._at_once else 0
