"""A worker with more to do than the others lets go of connections, so that people are shared out."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable
from typing import Any

import pytest

from qianxian.cli.balance import Balanced, Workload, shared_workload

Told = list[tuple[str, list[tuple[str, str]]]]
KEPT = ("200 OK", [("Content-Type", "text/html")])


class Site:
    """One of several workers. During its answers `inner` others are asked for; so many requests as
    `elsewhere` says are under way in each other worker."""

    def __init__(self, *elsewhere: int) -> None:
        self.workload = Workload(1 + len(elsewhere))
        self.workload.take_place()
        for n, running in enumerate(elsewhere, 1):
            self.workload._running[n] = running
        self.balanced = Balanced(self.answer, self.workload)
        self.told: Told = []

    def ask(self, inner: int = 0, *, fails: bool = False) -> bytes:
        return b"".join(self.balanced({"inner": inner, "fails": fails}, self._start))

    def answer(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ["inner"]:
            self.ask(environ["inner"] - 1)
        if environ["fails"]:
            raise ValueError
        start("200 OK", [("Content-Type", "text/html")])
        return [b"page"]

    def closed(self) -> list[bool]:
        """Of each answer, the innermost first, whether it was the last of its connection."""
        return [("Connection", "close") in headers for _, headers in self.told]

    def _start(self, status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        self.told.append((status, headers))


def test_one_request_after_the_other_keeps_its_connection() -> None:
    site = Site(0)
    assert [site.ask(), site.ask()] == [b"page", b"page"]
    assert site.told == [KEPT] * 2


@pytest.mark.parametrize(
    ("elsewhere", "closed"),
    [
        ((0,), [True, True, True, False]),
        ((1,), [True, True, False, False]),
        ((2,), [True, False, False, False]),
        ((3,), [False, False, False, False]),
        ((4,), [False, False, False, False]),
        ((4, 0), [True, False, False, False]),
        ((4, 1), [False, False, False, False]),
    ],
)
def test_two_more_than_elsewhere_are_too_many(
    elsewhere: tuple[int, ...], closed: list[bool]
) -> None:
    site = Site(*elsewhere)
    site.ask(inner=3)
    assert site.closed() == closed


def test_a_request_that_fails_is_no_longer_under_way() -> None:
    site = Site(0)
    with pytest.raises(ValueError):
        site.ask(fails=True)
    site.ask()
    assert site.told == [KEPT]
    assert list(site.workload._running) == [0, 0]


def _tell(workload: Workload) -> None:
    workload.take_place()
    workload.tell(os.getpid() % 1000 + 1)


def test_workers_have_places_of_their_own_and_read_those_of_the_others() -> None:
    workload = Workload(2)
    workers = [multiprocessing.Process(target=_tell, args=(workload,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)

    told = sorted(worker.pid % 1000 + 1 for worker in workers if worker.pid)
    assert sorted(workload._running) == told
    assert workload.elsewhere() in told


def test_a_worker_for_whom_there_is_no_place_is_told() -> None:
    workload = Workload(2)
    assert workload.take_place()
    workload._owners[:] = [1, 2]
    assert not workload.take_place()


def test_without_memory_to_share_nobody_is_sent_elsewhere(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(*_: Any) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(multiprocessing, "RawArray", refused)

    assert shared_workload(1) is None
    assert not caplog.records
    assert shared_workload(2) is None
    assert "Read-only" in caplog.text
