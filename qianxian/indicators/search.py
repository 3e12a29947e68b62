"""Finding indicators by what people call them, or by the initials of the pinyin."""

from __future__ import annotations

from collections.abc import Iterable

from pypinyin import Style, lazy_pinyin

from qianxian_packs import Indicator

# How good a match is, best first.
_SAME, _BEGINS, _HOLDS, _INITIALS = range(4)


def found(question: str, indicators: Iterable[Indicator]) -> list[Indicator]:
    """The indicators that a word may mean, best first; one alone where a name is the word itself."""
    word = "".join(question.split()).lower()
    if not word:
        return []
    ranked = sorted(
        (
            (rank, indicator.id, indicator)
            for indicator in indicators
            if (rank := _rank(word, indicator)) is not None
        ),
        key=lambda item: item[:2],
    )
    exact = [indicator for rank, _, indicator in ranked if rank == _SAME]
    return exact[:1] or [indicator for _, _, indicator in ranked]


def _rank(word: str, indicator: Indicator) -> int | None:
    names = [name.lower() for name in indicator.names]
    if word in names:
        return _SAME
    if any(name.startswith(word) for name in names):
        return _BEGINS
    if any(word in name for name in names):
        return _HOLDS
    if word.isascii() and any(_initials(name).startswith(word) for name in names):
        return _INITIALS
    return None


def _initials(name: str) -> str:
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
