"""A limit of processor time for one case of a hunt."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

# The clock of a busy machine proves nothing.
LIMIT = 5.0


needs_timers = pytest.mark.skipif(
    not hasattr(signal, "SIGPROF"), reason="no timers of processor time"
)


class Hangs(BaseException):
    """Not an Exception, so that nothing on the way can swallow it."""


@contextmanager
def limited() -> Iterator[None]:
    """Raises Hangs after LIMIT seconds of processor time. Only where there are such timers."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Hangs

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
