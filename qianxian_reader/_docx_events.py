"""Paragraphs out of the XML of a .docx part, read in one pass that holds nothing but their text.

Each `w:p` is a line, in the order in which they begin: those of tables, of nested tables, of content
controls and of text boxes included. A text box is there twice in a file, once for old programs
(`mc:Fallback`); that one, moved-away text and readings over characters are not read. Deleted text
is `w:delText` and so is not read either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qianxian_reader._limits import CHARACTERS
from qianxian_reader._mapped import BREAK
from qianxian_reader._zip import Events

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = frozenset(
    (
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
        f"{W}moveFrom",
        f"{W}del",
        f"{W}rt",
    )
)
_PIECES = {f"{W}tab": "\t", f"{W}br": BREAK, f"{W}cr": BREAK, f"{W}noBreakHyphen": "-"}
_VAL, _ID = f"{W}val", f"{W}id"
_P, _T, _TABLE, _ROW, _CELL = f"{W}p", f"{W}t", f"{W}tbl", f"{W}tr", f"{W}tc"
_NOTES = (f"{W}footnoteReference", f"{W}endnoteReference")
_WIDEST = 200


class TooLong(Exception):
    """More text than any report has."""


@dataclass(slots=True)
class Paragraph:
    """One line. `joins_next` where its end was deleted under tracked changes."""

    text: str = ""
    style: str = ""
    number: tuple[int, int] | None = None
    joins_next: bool = False
    note: str = ""  # id of the note that it is a paragraph of


@dataclass(slots=True)
class _Open:
    line: int
    in_cell: bool
    pieces: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Grid:
    """Where a table stands: what comes before the next paragraph of its row."""

    join: str = ""
    covered: int = 0  # columns that the cell before covers besides its own
    is_first: bool = True
    last: int = -1  # line of the last paragraph of this row


class Paragraphs(Events):
    """Parser target. `lines`, `joins` (line before it → what stands there), `notes` in order."""

    def __init__(self) -> None:
        self.lines: list[Paragraph] = []
        self.joins: dict[int, str] = {}
        self.notes: list[tuple[str, str]] = []
        self.has_body = False
        self._open: list[_Open] = []
        self._grids: list[_Grid] = []
        self._skipped = 0
        self._is_text = False
        self._in_properties = 0
        self._note = ""
        self._characters = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._skipped or (tag in _SKIPPED and not self._in_properties):
            self._skipped += 1
        elif tag == _T:
            self._is_text = True
        elif tag == _P:
            self._begin()
        elif tag in _PIECES:
            if self._open and not self._in_properties:
                self._open[-1].pieces.append(_PIECES[tag])
        else:
            self._start_other(tag, attributes)

    def _start_other(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in (_TABLE, _ROW, _CELL):
            self._start_grid(tag)
        elif tag == f"{W}pPr":
            self._in_properties += 1
        elif self._in_properties:
            self._property(tag, attributes)
        elif tag == f"{W}gridSpan" and self._grids:
            self._grids[-1].covered = min(max(_int(attributes.get(_VAL)), 1), _WIDEST) - 1
        elif tag in _NOTES:
            self.notes.append((tag, attributes.get(_ID, "")))
        elif tag in (f"{W}footnote", f"{W}endnote"):
            # Lines that part notes from the text have a type; they are not notes.
            self._note = "" if attributes.get(f"{W}type") else attributes.get(_ID, "")
        elif tag == f"{W}body":
            self.has_body = True

    def end(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif tag == _T:
            self._is_text = False
        elif tag == _P:
            self._finish()
        elif tag == f"{W}pPr":
            self._in_properties -= 1
        elif tag == _TABLE and self._grids:
            self._grids.pop()
            self._break()
        elif tag == _CELL and self._grids:
            grid = self._grids[-1]
            grid.join += "\t" * grid.covered
            grid.covered = 0

    def data(self, text: str) -> None:
        if self._is_text and self._open and not self._skipped:
            self._open[-1].pieces.append(text)
            self._characters += len(text)
            if self._characters > CHARACTERS:
                raise TooLong

    def _property(self, tag: str, attributes: Mapping[str, str]) -> None:
        if not self._open:
            return
        line = self.lines[self._open[-1].line]
        if tag == f"{W}pStyle":
            line.style = attributes.get(_VAL, "")
        elif tag in (f"{W}numId", f"{W}ilvl"):
            self._open[-1].numbers[tag] = _int(attributes.get(_VAL))
        elif tag == f"{W}del":
            line.joins_next = True

    def _begin(self) -> None:
        grid = self._grids[-1] if self._grids else None
        if not self._open:
            self._join(grid)
        self._open.append(_Open(len(self.lines), grid is not None))
        self.lines.append(Paragraph(note=self._note))

    def _join(self, grid: _Grid | None) -> None:
        last = len(self.lines) - 1
        if grid is None:
            if last >= 0 and self.lines[last].joins_next:
                self.joins[last] = ""
            return
        if grid.last == last >= 0 and grid.join:
            self.joins[last] = grid.join
        grid.join = " "

    def _finish(self) -> None:
        if not self._open:
            return
        done = self._open.pop()
        line = self.lines[done.line]
        text = "".join(done.pieces).replace("\n", " ")
        line.text = text.replace("\t", " ") if done.in_cell else text
        if f"{W}numId" in done.numbers:
            line.number = (done.numbers[f"{W}numId"], done.numbers.get(f"{W}ilvl", 0))
        if self._grids and not self._open:
            self._grids[-1].last = len(self.lines) - 1

    def _start_grid(self, tag: str) -> None:
        if tag == _TABLE:
            self._break()
            self._grids.append(_Grid())
        elif self._grids and tag == _ROW:
            self._grids[-1] = _Grid()
        elif self._grids:
            grid = self._grids[-1]
            # The join in a cell is a space; what a cell covers was added when it ended.
            grid.join = "" if grid.is_first else "\t" + grid.join.lstrip(" ")
            grid.is_first = False

    def _break(self) -> None:
        """A table in a cell has rows of its own: the row around it is not joined over it."""
        if self._grids:
            self._grids[-1].last = -1


def _int(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:
        return 0
