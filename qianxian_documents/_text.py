"""The text of a document before it has a layout: title, blocks, and runs that carry figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from qianxian_documents._clean import clean
from qianxian_documents._errors import BadBlock
from qianxian_documents._numbers import DocumentNumber

LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; `figure` is the id of the figure that it prints, if it prints one."""

    text: str
    figure: str | None = None

    def __post_init__(self) -> None:
        if self.figure is not None and (not self.figure or clean(self.figure) != self.figure):
            raise BadBlock(f"数字编号不能为空，也不能含控制字符：{self.figure!r}。")


Piece = str | Run


def _runs(pieces: Iterable[Piece]) -> tuple[Run, ...]:
    return tuple(piece if isinstance(piece, Run) else Run(piece) for piece in pieces)


def plain(runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with its number already in the text; see `number_headings`."""

    level: int
    runs: tuple[Run, ...]

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise BadBlock(f"标题只有一至四级，没有第{self.level}级：{self.text}")

    @property
    def text(self) -> str:
        return plain(self.runs)


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return plain(self.runs)


Cell = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns are named in words; cells may hold figures."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""

    def __post_init__(self) -> None:
        if not self.header:
            raise BadBlock("表格没有列。")
        for number, row in enumerate(self.rows, 1):
            if len(row) != len(self.header):
                raise BadBlock(f"表格第{number}行有{len(row)}格，表头有{len(self.header)}格。")


@dataclass(frozen=True, slots=True)
class Attachments:
    """附件说明: the titles, without numbers and without punctuation at the end."""

    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """发文机关署名 and 成文日期. `sealed` leaves the room that a seal needs."""

    issuer: str
    date: date
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """附注, printed in brackets: who was not heard from, whom to ask."""

    text: str


Block = Heading | Paragraph | Table | Attachments | Signature | Note


@dataclass(frozen=True, slots=True)
class DocumentText:
    """What a document says, in order. A title may hold line breaks where its sense breaks."""

    title: str
    blocks: tuple[Block, ...] = ()
    issuer: str = ""
    number: DocumentNumber | None = None
    addressee: str = ""


def heading(level: int, *pieces: Piece) -> Heading:
    """A heading out of words and runs."""
    return Heading(level, _runs(pieces))


def paragraph(*pieces: Piece) -> Paragraph:
    """A paragraph out of words and runs: `paragraph("改厕", Run("61户", figure="f1"), "。")`."""
    return Paragraph(_runs(pieces))


def table(header: Iterable[str], rows: Iterable[Iterable[Piece]], *, caption: str = "") -> Table:
    """A table out of words and runs, one for each cell."""
    cells = tuple(tuple(_runs([piece]) for piece in row) for row in rows)
    return Table(tuple(header), cells, caption)
