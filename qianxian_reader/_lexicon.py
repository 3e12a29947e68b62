"""Word lists are written as running text, so that they can be read and grown by anyone."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a list that is written with spaces or line ends between them."""
    return frozenset(text.split())


def alternatives(text: str) -> str:
    """The words of a list as the inside of a pattern, the longest tried first."""
    return "|".join(sorted(text.split(), key=lambda word: (-len(word), word)))
