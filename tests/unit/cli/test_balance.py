"""A busy worker lets go of connections, so that people are shared out among the workers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from qianxian.cli.balance import Balanced

Told = list[tuple[str, list[tuple[str, str]]]]


class Site:
    """An application during whose answers `inner` others are asked for."""

    def __init__(self) -> None:
        self.balanced = Balanced(self.answer)
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

    def _start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.told.append((status, headers))


def test_one_request_after_the_other_keeps_its_connection() -> None:
    site = Site()
    assert [site.ask(), site.ask()] == [b"page", b"page"]
    assert site.told == [("200 OK", [("Content-Type", "text/html")])] * 2


def test_a_request_beside_another_is_the_last_of_its_connection() -> None:
    site = Site()
    site.ask(inner=1)
    (_, inner), (_, outer) = site.told
    assert ("Connection", "close") in inner
    assert ("Connection", "close") not in outer


def test_a_request_that_fails_is_no_longer_under_way() -> None:
    site = Site()
    with pytest.raises(ValueError):
        site.ask(fails=True)
    site.ask()
    assert site.told == [("200 OK", [("Content-Type", "text/html")])]
