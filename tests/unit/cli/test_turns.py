"""Pages of a process are made one after the other; what takes long holds nobody up."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable
from io import BytesIO
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import pytest

from qianxian.cli.turns import Turns

_SOON = 10.0


class Site:
    """An application whose pages are under way until they are let go; `told` is what happened."""

    def __init__(self, *, at_once: int = 1, long: float = _SOON) -> None:
        self.turns = Turns(self.answer, at_once=at_once, long_after=long)
        self.told: list[str] = []
        self.go: dict[str, Event] = {}
        self.threads: list[Thread] = []

    def answer(self, environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        name = environ["name"]
        self.told.append(f"{name} begins")
        assert self.go[name].wait(_SOON)
        self.told.append(f"{name} ends")
        if environ.get("fails"):
            raise ValueError(name)
        return [name.encode()]

    def ask(self, name: str, **more: Any) -> None:
        """Ask in a thread, and come back once it stands in the line or is under way."""
        self.go[name] = Event()
        before = self.asked()
        thread = Thread(target=self._ask, args=({"name": name, **more},))
        self.threads.append(thread)
        thread.start()
        until(lambda: self.asked() > before)

    def asked(self) -> int:
        return len(self.turns._waiting) + sum("begins" in each for each in self.told)

    def _ask(self, environ: dict[str, Any]) -> None:
        try:
            self.turns(environ, _start)
        except (ValueError, SystemExit):
            self.told.append(f"{environ['name']} fails")

    def end(self) -> None:
        for go in self.go.values():
            go.set()
        for thread in self.threads:
            thread.join(_SOON)
            assert not thread.is_alive()


def _start(*_: Any) -> Callable[[bytes], object]:
    return lambda _body: None


def until(is_so: Callable[[], bool]) -> None:
    end = monotonic() + _SOON
    while not is_so():
        assert monotonic() < end
        sleep(0.001)


def test_pages_are_made_one_by_one_in_the_order_of_asking() -> None:
    site = Site()
    for name in ("a", "b", "c"):
        site.ask(name)
    assert site.told == ["a begins"]

    site.end()

    assert site.told == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]


def test_two_at_once_are_two_and_no_more() -> None:
    site = Site(at_once=2)
    for name in ("a", "b", "c"):
        site.ask(name)
    until(lambda: len(site.told) == 2)

    site.go["b"].set()
    until(lambda: "c begins" in site.told)

    assert site.told == ["a begins", "b begins", "b ends", "c begins"]
    site.end()


def test_what_takes_long_lets_the_next_go_on_beside_it() -> None:
    site = Site(long=0.02)
    site.ask("export")
    site.ask("page")

    until(lambda: "page begins" in site.told)
    site.go["page"].set()
    until(lambda: "page ends" in site.told)
    # Its turn is long over: nobody waits for it a second time.
    site.ask("another")
    until(lambda: "another begins" in site.told)

    assert "export ends" not in site.told
    site.end()


@pytest.mark.parametrize("many", [1, 3])
def test_a_page_that_fails_gives_its_turn_away(many: int) -> None:
    site = Site()
    for n in range(many):
        site.ask(f"wrong{n}", fails=True)
    site.ask("right")

    site.end()

    assert site.told.count("right ends") == 1
    assert sum("fails" in each for each in site.told) == many


def test_a_thread_that_is_ended_in_the_line_leaves_it() -> None:
    site = Site()
    for name in ("a", "b", "c"):
        site.ask(name)
    waiting = site.threads[1].ident
    assert waiting is not None

    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(waiting), ctypes.py_object(SystemExit)
    )
    site.end()

    assert site.told == ["a begins", "a ends", "b fails", "c begins", "c ends"]


class Slow(BytesIO):
    """A body that comes in over a slow line: whoever reads it waits for `came`."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.came = Event()

    def read(self, size: int | None = -1, /) -> bytes:
        assert self.came.wait(_SOON)
        return super().read(size)


def test_a_form_on_a_slow_line_takes_its_turn_once_it_is_there() -> None:
    site, body = Site(), Slow(b"a=1 and the next request")
    site.go["form"] = Event()
    environ: dict[str, Any] = {"name": "form", "CONTENT_LENGTH": "3", "wsgi.input": body}
    site.threads.append(Thread(target=site._ask, args=(environ,)))
    site.threads[0].start()
    site.ask("page")
    until(lambda: "page begins" in site.told)
    body.came.set()
    site.go["page"].set()

    site.end()

    assert site.told[:2] == ["page begins", "page ends"]
    assert environ["wsgi.input"].read() == b"a=1"


def test_a_file_comes_in_beside_the_pages() -> None:
    site = Site()
    site.ask("page")
    until(lambda: "page begins" in site.told)

    site.ask("file", CONTENT_LENGTH=str(10**6), **{"wsgi.input": BytesIO()})
    until(lambda: "file begins" in site.told)

    site.end()
