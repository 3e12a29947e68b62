"""A second process that reads rows of a long file, so that a second core works on it.

What a row says by its cells alone asks nothing of the database and is half of a check
(`row_reader`). The process knows neither Django nor the site: it is given parts of rows and gives
back what they say. Whichever of the two is free takes the next part; they come out in their order.
Where the process dies, or none can be started, the check goes on alone.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from qianxian.imports.grid import SourceRow
from qianxian.imports.row_reader import Asked, Cells, RowReader, Said

log = logging.getLogger(__name__)

# The process takes a second to start: a smaller file, of less than some 20,000 rows, is read alone.
LARGE = 1024 * 1024
_PART = 2_000
# Parts that lie ready for the process, so that it has work while this one stages; and parts that
# wait for their turn, so that few are in memory.
_AHEAD, _MOST = 4, 6

Part = Sequence[SourceRow]


@contextmanager
def rows_read(size: int) -> Iterator[Alone]:
    """The readers of a file of so many bytes: this process alone, or with a helper.

    The helper starts while the file is still being opened.
    """
    if size < LARGE or _cores() < 2:
        yield ALONE
        return
    pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _begin)
    try:
        yield Helper(pool)
    finally:
        pool.shutdown(cancel_futures=True)


class Alone:
    """This process, reading rows by itself."""

    def read(
        self, reader: RowReader, rows: Iterable[SourceRow]
    ) -> Iterator[tuple[Part, Sequence[Said]]]:
        """The rows part by part, in their order, each with what its rows say."""
        for part in _parts(rows):
            yield part, reader.read_all(_cells(part))


ALONE = Alone()


class Helper(Alone):
    """This process and a second one, each reading the next part when it is free."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool: ProcessPoolExecutor | None = pool
        # Any work starts it.
        _submitted(pool, os.getpid)

    def read(
        self, reader: RowReader, rows: Iterable[SourceRow]
    ) -> Iterator[tuple[Part, Sequence[Said]]]:
        parts = _parts(rows)
        waiting: deque[_Turn] = deque()
        while True:
            self._hand_over(reader.asked, parts, waiting)
            if waiting and (waiting[0].is_read or len(waiting) >= _MOST):
                yield self._said(reader, waiting.popleft())
            elif part := next(parts, None):
                waiting.append(_Turn(part, reader.read_all(_cells(part))))
            elif waiting:
                yield self._said(reader, waiting.popleft())
            else:
                return

    def _hand_over(self, asked: Asked, parts: Iterator[Part], waiting: deque[_Turn]) -> None:
        """Give the process as many parts as it has room for.

        None of a table that names others: it has no database to look them up in.
        """
        room = _AHEAD - sum(not turn.is_read for turn in waiting)
        if self._pool is None or asked.names_others:
            return
        for part in islice(parts, max(room, 0)):
            waiting.append(_Turn(part, _submitted(self._pool, _read, asked, _cells(part))))

    def _said(self, reader: RowReader, turn: _Turn) -> tuple[Part, Sequence[Said]]:
        if not isinstance(turn.said, Future):
            return turn.part, turn.said
        try:
            return turn.part, list(map(Said._make, turn.said.result()))
        except (BrokenProcessPool, OSError):
            if self._pool:
                log.warning("the helper of an import died; this process goes on alone")
            self._pool = None
            return turn.part, reader.read_all(_cells(turn.part))


@dataclass(frozen=True, slots=True)
class _Turn:
    """A part with what it says, or will say."""

    part: Part
    said: Sequence[Said] | Future[Any]

    @property
    def is_read(self) -> bool:
        return not isinstance(self.said, Future) or self.said.done()


def _submitted(pool: ProcessPoolExecutor, work: Callable[..., Any], *given: Any) -> Future[Any]:
    try:
        return pool.submit(work, *given)
    except (BrokenProcessPool, OSError) as error:
        failed: Future[Any] = Future()
        failed.set_exception(error)
        return failed


def _parts(rows: Iterable[SourceRow]) -> Iterator[Part]:
    left = iter(rows)
    while part := list(islice(left, _PART)):
        yield part


def _cells(part: Part) -> Cells:
    return [(row.values, row.year) for row in part]


def _cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# ---- in the second process ----

_reader = lru_cache(maxsize=1)(RowReader.of)


def _begin() -> None:
    """It ends with the process that started it, however that ends, and only with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
    os._exit(1)


def _read(asked: Asked, cells: Cells) -> list[tuple[Any, ...]]:
    # Plain tuples are handed over several times as fast.
    return [tuple(said) for said in _reader(asked).read_all(cells)]
