"""Addresses of pages about one thing, for lists that hold some dozens of them."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.urls import reverse

_ANY = UUID(int=0)


def address_of(page: str, key: UUID, before: str = "", after: str = "") -> str:
    """What `reverse` gives for a page whose arguments are `before`, the key and `after`.

    The address is asked for once a page, not once a row.
    """
    head, tail = _around(page, before, after)
    return f"{head}{key}{tail}"


@lru_cache(maxsize=2_000)
def _around(page: str, before: str, after: str) -> tuple[str, str]:
    args = [each for each in (before, _ANY, after) if each != ""]
    head, _, tail = reverse(page, args=args).partition(str(_ANY))
    return head, tail
