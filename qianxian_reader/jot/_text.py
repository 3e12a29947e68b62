"""The sentence with its signs made plain, length kept, and its clauses."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_CLAUSE = re.compile(r"[^\s,，。;；、!！?？：:…~～()（）“”\"]+")


@dataclass(frozen=True, slots=True)
class Clause:
    start: int
    end: int
    text: str


def plain(text: str) -> str:
    """Full-width digits and letters made plain, sign for sign, so that places in it stay."""
    return "".join(_plain(char) for char in text)


def _plain(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 and folded.isalnum() else char


def clauses(text: str) -> tuple[Clause, ...]:
    return tuple(Clause(m.start(), m.end(), m[0]) for m in _CLAUSE.finditer(text))
