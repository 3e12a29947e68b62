"""Pages of a process are made one after the other; what takes long holds nobody up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import pytest

from qianxian.cli.turns import Turns

_SOON = 10.0


class Site:
    """An application whose pages are under way until they are let go; `told` is what happened."""

    def __init__(self, *, at_once: int = 1, long: float = _SOON) -> None:
        self.turns = Turns(self.answer, at_once=at_once, long=long)
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
            self.turns(environ, lambda *_: None)
        except ValueError:
            self.told.append(f"{environ['name']} fails")

    def end(self) -> None:
        for go in self.go.values():
            go.set()
        for thread in self.threads:
            thread.join(_SOON)
            assert not thread.is_alive()


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
