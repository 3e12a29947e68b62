"""Pieces of text on pages to lines in reading order: columns, tables, running heads and page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from qianxian_reader._wrap import ends_open

_PAGE_NUMBER = re.compile(
    r"\s*(?:[-—–－·]?\s*\d{1,4}\s*[-—–－·]?|第\s*\d{1,4}\s*页.{0,10}|\d{1,4}\s*/\s*\d{1,4})\s*"
)
_EDGE = 0.1  # the part of a page, above and below, where running heads stand
_COLUMN_ROWS = 6  # so many lines side by side are columns
_LONG = 8  # characters; a cell of a table is mostly shorter
_LEVEL = 4  # points; lines whose middles are nearer are beside each other
_LATIN = re.compile(r"[A-Za-z]$")


@dataclass(frozen=True, slots=True)
class Piece:
    left: float
    bottom: float
    right: float
    top: float
    text: str

    def is_beside(self, other: Piece) -> bool:
        """On one line of the page."""
        height = min(self.top - self.bottom, other.top - other.bottom)
        overlap = min(self.top, other.top) - max(self.bottom, other.bottom)
        return overlap > 0.5 * height


@dataclass(slots=True)
class Row:
    pieces: list[Piece]
    is_table: bool = False
    edges: tuple[float, float] = (0, 0)  # of the column of text that it stands in

    @property
    def text(self) -> str:
        between = "\t" if self.is_table else "  "
        return between.join(one.text.strip() for one in self.pieces)

    @property
    def left(self) -> float:
        return self.pieces[0].left

    @property
    def right(self) -> float:
        return self.pieces[-1].right

    @property
    def size(self) -> float:
        return max(one.top - one.bottom for one in self.pieces)


@dataclass(slots=True)
class Page:
    width: float
    height: float
    pieces: list[Piece]
    rows: list[Row] = field(default_factory=list)


def lines(pages: Sequence[Page]) -> tuple[list[str], dict[int, str]]:
    """The lines of all pages, and what joins a line (by its place) to the next."""
    _drop_running(pages)
    rows: list[Row] = []
    for page in pages:
        page.rows = _rows(page.pieces)
        _part_columns(page)
        _mark_tables(page.rows)
        _find_edges(page.rows)
        rows += page.rows
    joins = {
        place: " " if _LATIN.search(row.text) and following.text[:1].isascii() else ""
        for place, (row, following) in enumerate(pairwise(rows))
        if _runs_on(row, following)
    }
    return [row.text for row in rows], joins


def _drop_running(pages: Sequence[Page]) -> None:
    """Heads and feet that come again page after page, and page numbers."""
    seen = Counter(key for page in pages for key in {_key(one) for one in _at_edge(page)})
    often = max(2, 0.4 * len(pages))
    for page in pages:
        running = {
            id(one)
            for one in _at_edge(page)
            if seen[_key(one)] >= often or _PAGE_NUMBER.fullmatch(one.text)
        }
        page.pieces = [one for one in page.pieces if id(one) not in running]


def _at_edge(page: Page) -> Iterator[Piece]:
    for one in page.pieces:
        if one.bottom > (1 - _EDGE) * page.height or one.top < _EDGE * page.height:
            yield one


def _key(piece: Piece) -> tuple[str, int]:
    return re.sub(r"\d+|\s+", "", piece.text), round(piece.bottom / 8)


def _rows(pieces: Sequence[Piece]) -> list[Row]:
    """Pieces that follow each other from left to right on one line are a row."""
    out: list[Row] = []
    for one in pieces:
        last = out[-1].pieces[-1] if out else None
        if last and last.is_beside(one) and one.left >= last.right - 1:
            out[-1].pieces.append(one)
        else:
            out.append(Row([one]))
    return out


def _part_columns(page: Page) -> None:
    """Some programs write a line over both columns: then the left ones come before the right."""
    out: list[Row] = []
    for is_pair, found in groupby(page.rows, key=lambda row: len(row.pieces) == 2):
        group = list(found)
        if is_pair and _is_columns(group):
            out += (Row([row.pieces[0]]) for row in group)
            out += (Row([row.pieces[1]]) for row in group)
        else:
            out += group
    page.rows = out


def _is_columns(rows: Sequence[Row]) -> bool:
    if len(rows) < _COLUMN_ROWS:
        return False
    starts = Counter(round(row.pieces[1].left / 6) for row in rows)
    gutter = max(row.pieces[0].right for row in rows)
    apart = all(row.pieces[1].left > gutter for row in rows)
    long = [all(len(one.text) >= _LONG for one in row.pieces) for row in rows]
    common = max(starts.values())
    return apart and sum(long) > 0.6 * len(rows) and common >= 0.4 * len(rows)


def _mark_tables(rows: Sequence[Row]) -> None:
    """One line with gaps may be anything; two, one under the other, are a table."""
    for first, second in pairwise(rows):
        if len(first.pieces) > 1 and len(second.pieces) > 1:
            first.is_table = second.is_table = True


def _find_edges(rows: Sequence[Row]) -> None:
    """Lines that follow each other downwards on one side of the page stand in one column."""
    block: list[Row] = []
    sides = _sides(rows)
    for place, row in enumerate(rows):
        if block and (sides[place] != sides[place - 1] or not _is_under(block[-1], row)):
            _set_edges(block)
            block = []
        block.append(row)
    _set_edges(block)


def _sides(rows: Sequence[Row]) -> list[tuple[bool, bool]]:
    """Whether something of another row stands to the left and to the right of each."""
    spans: dict[int, tuple[float, float]] = {}
    for row in rows:
        for level in _levels(row):
            left, right = spans.get(level, (row.left, row.right))
            spans[level] = min(left, row.left), max(right, row.right)
    out = []
    for row in rows:
        level = _levels(row)[1]
        left, right = spans[level]
        out.append((left < row.left - row.size, right > row.right + row.size))
    return out


def _levels(row: Row) -> tuple[int, int, int]:
    middle = round((row.pieces[0].top + row.pieces[0].bottom) / 2 / _LEVEL)
    return middle - 1, middle, middle + 1


def _is_under(above: Row, row: Row) -> bool:
    upper, lower = above.pieces[0], row.pieces[0]
    overlaps = lower.left < above.right and upper.left < row.right
    return overlaps and lower.top <= upper.top


def _set_edges(block: Sequence[Row]) -> None:
    if block:
        edges = min(row.left for row in block), max(row.right for row in block)
        for row in block:
            row.edges = edges


def _runs_on(row: Row, following: Row) -> bool:
    """A full line whose sentence is open, before one that does not begin a paragraph."""
    if row.is_table or following.is_table or len(row.pieces) > 1:
        return False
    if not 0.75 < row.size / max(following.size, 1) < 1.33:
        return False  # a heading in larger letters
    is_full = row.right > row.edges[1] - 2.2 * row.size
    is_indented = following.left > following.edges[0] + 1.2 * following.size
    return is_full and not is_indented and ends_open(row.text, following.text)


# Left, bottom, right, top and words, as the child writes them.
Taken = tuple[float, float, float, float, str]


def page_of(width: float, height: float, pieces: Sequence[Taken]) -> Page:
    return Page(width, height, [Piece(*one) for one in pieces if one[4].strip()])
