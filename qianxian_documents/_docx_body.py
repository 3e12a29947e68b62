"""word/document.xml: the flow as paragraphs and tables, with a bookmark around every figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from qianxian_documents import _measures as m
from qianxian_documents._docx_styles import indent
from qianxian_documents._flow import Flow, Line
from qianxian_documents._text import Cell, Run, Table, plain
from qianxian_documents._xml import RELATED, SPACE, Element, serialise, w

# libxml2 refuses to read back a text of more than 10 million bytes.
_LONGEST_TEXT = 1_000_000
_PIECES = re.compile(rf"\n|\t|[^\n\t]{{1,{_LONGEST_TEXT}}}")
# Kind of page → relationship of its footer; the kind named default is the odd page.
FOOTERS = {"default": "rIdOdd", "even": "rIdEven"}
# A value with at most a short unit, or the dashes that stand for none: 8,703亩  101.2%  —
_NUMERIC = re.compile(r"[-−+]?\d[\d,，]*(\.\d+)?\s?[^\d\s]{0,3}|[-—－/]*")


class Body:
    """Writes one document and keeps which bookmark holds which figure."""

    def __init__(self) -> None:
        self.bookmarks: dict[str, str] = {}

    def xml(self, flow: Flow) -> bytes:
        items = map(self._item, _with_ends(flow))
        return serialise(w("document", w("body", *items, _section())))

    def _item(self, item: Line | Table) -> Element:
        return self._paragraph(item) if isinstance(item, Line) else self._table(item)

    def _paragraph(self, line: Line) -> Element:
        properties = w(
            "pPr",
            w("pStyle", val=line.style),
            w("keepNext") if line.keeps_next else None,
            indent(left=line.left, hanging=line.hanging, right=line.right),
        )
        return w("p", properties, *self._runs(line.runs, line.size))

    def _runs(self, runs: Iterable[Run], size: int | None) -> Iterator[Element]:
        for run in runs:
            element = _run(run.text, size)
            if run.figure is None:
                yield element
                continue
            # Bookmarks and not content controls: a reader that skips the controls loses the text.
            number = len(self.bookmarks) + 1
            name = f"figure_{number}"
            self.bookmarks[name] = run.figure
            yield w("bookmarkStart", id=number, name=name)
            yield element
            yield w("bookmarkEnd", id=number)

    def _table(self, table: Table) -> Element:
        widths = _column_widths(table)
        head = w("trPr", w("cantSplit"), w("tblHeader"))
        header = [
            self._cell((Run(text),), "TableHead", width)
            for text, width in zip(table.header, widths, strict=True)
        ]
        return w(
            "tbl",
            _table_properties(),
            w("tblGrid", *(w("gridCol", w=width) for width in widths)),
            w("tr", head, *header),
            *(self._row(row, widths) for row in table.rows),
        )

    def _row(self, row: tuple[Cell, ...], widths: list[int]) -> Element:
        cells = [
            self._cell(cell, _cell_style(plain(cell)), width)
            for cell, width in zip(row, widths, strict=True)
        ]
        return w("tr", w("trPr", w("cantSplit")), *cells)

    def _cell(self, runs: Cell, style: str, width: int) -> Element:
        properties = w("tcPr", w("tcW", w=width, type="dxa"), w("vAlign", val="center"))
        return w("tc", properties, self._paragraph(Line(style, runs)))


def _with_ends(flow: Flow) -> Iterator[Line | Table]:
    # Word joins tables that touch, and wants a paragraph after the last one.
    for position, item in enumerate(flow):
        yield item
        following = flow[position + 1] if position + 1 < len(flow) else None
        if isinstance(item, Table) and not isinstance(following, Line):
            yield Line("TableEnd", ())


def _run(text: str, size: int | None) -> Element:
    properties = None if size is None else w("rPr", w("sz", val=size))
    return w("r", properties, *map(_piece, _PIECES.findall(text)))


def _piece(piece: str) -> Element:
    if piece == "\n":
        return w("br")
    if piece == "\t":
        return w("tab")
    element = w("t")
    element.text = piece
    # Without it, spaces at either end are lost.
    element.set(SPACE, "preserve")
    return element


def _table_properties() -> Element:
    return w(
        "tblPr",
        w("tblStyle", val="TableGrid"),
        w("tblW", w=m.TYPE_WIDTH, type="dxa"),
        w("jc", val="center"),
    )


def _column_widths(table: Table) -> list[int]:
    """Shares of the type area by the longest cell, none so narrow or wide that others suffer."""
    columns = zip(table.header, *(map(plain, row) for row in table.rows), strict=True)
    longest = [max(map(m.width_chars, column)) for column in columns]
    # Two characters for the margins of a cell, which are wider than its type is small.
    shares = [min(max(width + 200, 400), 1800) for width in longest]
    return [m.TYPE_WIDTH * share // sum(shares) for share in shares]


def _cell_style(text: str) -> str:
    return "TableNumber" if _NUMERIC.fullmatch(text) else "TableText"


def _section() -> Element:
    footers = [w("footerReference", type=kind) for kind in FOOTERS]
    for footer, related in zip(footers, FOOTERS.values(), strict=True):
        footer.set(f"{{{RELATED}}}id", related)
    margins = w(
        "pgMar",
        top=m.MARGIN_TOP,
        right=m.MARGIN_RIGHT,
        bottom=m.MARGIN_BOTTOM,
        left=m.MARGIN_LEFT,
        header=851,
        footer=m.FOOTER_DISTANCE,
        gutter=0,
    )
    grid = w("docGrid", type="linesAndChars", linePitch=m.LINE, charSpace=m.CHAR_SPACE)
    return w("sectPr", *footers, w("pgSz", w=m.PAGE_WIDTH, h=m.PAGE_HEIGHT), margins, grid)
