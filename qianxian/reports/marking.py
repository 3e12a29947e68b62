"""A paragraph cut into pieces that each carry the marks that lie on them, for the two pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

# Of marks that overlap, the first of these is drawn.
_ORDER = ("m-err", "m-warn", "m-task", "m-fig")


@dataclass(frozen=True, slots=True)
class Disc:
    """The number of a finding, behind its place in the text."""

    number: int
    href: str
    is_soft: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that lies on a run of a paragraph.

    `css` is how it is drawn ("" not at all); `anchor` lets a list jump to it; `href` makes the
    words a link, drawn as `link`.
    """

    start: int
    end: int
    css: str = ""
    anchor: str = ""
    disc: Disc | None = None
    href: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text under one set of marks."""

    text: str
    css: str = ""
    anchors: tuple[str, ...] = ()
    href: str = ""
    link: str = ""
    discs: tuple[Disc, ...] = ()


def pieces(text: str, marks: Iterable[Mark]) -> tuple[Piece, ...]:
    """The whole text in order, cut wherever a mark begins or ends."""
    on = [m for m in marks if 0 <= m.start < m.end <= len(text)]
    cuts = sorted({0, len(text), *(m.start for m in on), *(m.end for m in on)})
    return tuple(_piece(text, start, end, on) for start, end in pairwise(cuts))


def _piece(text: str, start: int, end: int, marks: Sequence[Mark]) -> Piece:
    here = [m for m in marks if m.start <= start and end <= m.end]
    css = [c for c in _ORDER if any(m.css == c for m in here)]
    linked = next((m for m in here if m.href), None)
    return Piece(
        text[start:end],
        css[0] if css else "",
        tuple(m.anchor for m in here if m.anchor and m.start == start),
        linked.href if linked else "",
        linked.link if linked else "",
        tuple(m.disc for m in here if m.disc and m.end == end),
    )
