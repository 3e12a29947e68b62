"""A worker with more to do than the others lets go of connections, so that people are shared out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from qianxian.cli.balance import Balanced, count_of_all

Told = list[tuple[str, list[tuple[str, str]]]]
KEPT = ("200 OK", [("Content-Type", "text/html")])


class Site:
    """One of two workers. During its answers `inner` others are asked for; `elsewhere` are under
    way in the other."""

    def __init__(self, elsewhere: int = 0) -> None:
        self.everywhere = count_of_all()
        self.everywhere.value = elsewhere
        self.balanced = Balanced(self.answer, workers=2, everywhere=self.everywhere)
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

    def _start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.told.append((status, headers))


def test_one_request_after_the_other_keeps_its_connection() -> None:
    site = Site()
    assert [site.ask(), site.ask()] == [b"page", b"page"]
    assert site.told == [KEPT] * 2


@pytest.mark.parametrize(
    ("elsewhere", "closed"),
    [
        (0, [True, True, True, False]),
        (1, [True, True, False, False]),
        (2, [True, False, False, False]),
        (3, [False, False, False, False]),
        (4, [False, False, False, False]),
    ],
)
def test_two_more_than_elsewhere_are_too_many(elsewhere: int, closed: list[bool]) -> None:
    site = Site(elsewhere)
    site.ask(inner=3)
    assert site.closed() == closed


def test_a_request_that_fails_is_no_longer_under_way() -> None:
    site = Site()
    with pytest.raises(ValueError):
        site.ask(fails=True)
    site.ask()
    assert site.told == [KEPT]
    assert site.everywhere.value == 0
