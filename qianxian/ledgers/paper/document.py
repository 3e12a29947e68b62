"""Paper forms as a .docx, for offices that fill, keep and pass on their forms in Word or WPS.

The same sheet as the print page, each beginning on a page of A4 of its own, in the type and width
of GB/T 9704-2012. Above and below there is less margin: a form is best on one page.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from qianxian.ledgers.paper.sheet import Line, Sheet

TITLE, TEXT, HEAD = "方正小标宋简体", "仿宋_GB2312", "黑体"
_TITLE_POINTS, _POINTS, _NOTE_POINTS = 22, 12, 10.5
_MARGINS = {"top_margin": 25, "left_margin": 28, "right_margin": 26, "bottom_margin": 20}
_WIDTH, _LABEL = 156.0, 42.0
_ROW, _WRITING, _SEAL, _BOX = 8.5, 7.0, 24.0, 5.4
_DAY = "　　　年　　月　　日"
_SIGNS = (
    ("本人签字、按手印：", "经办人签字："),
    ("村（盖章）：", "镇审核人签字、盖章："),
)


def write_forms(sheets: Sequence[Sheet], *, at: datetime) -> bytes:
    """One page or more for each sheet. `at` is what the file says of when it was made."""
    # Slow to load, and needed by few requests.
    import docx

    document = docx.Document()
    _set_page(document)
    document.core_properties.title = sheets[0].title
    document.core_properties.author = ""
    document.core_properties.created = document.core_properties.modified = at
    for n, sheet in enumerate(sheets):
        _add(document, sheet, is_first=n == 0)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_page(document: Any) -> None:
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, width in _MARGINS.items():
        setattr(section, name, Mm(width))
    style = document.styles["Normal"]
    _set_font(style, TEXT, _POINTS)
    style.paragraph_format.space_after = 0


def _add(document: Any, sheet: Sheet, *, is_first: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.page_break_before = not is_first
    title.paragraph_format.space_after = Mm(4)
    _write(title, sheet.title, TITLE, _TITLE_POINTS)
    head = document.add_paragraph()
    _add_tab(head, _WIDTH)
    head.paragraph_format.space_after = Mm(1.5)
    _write(head, f"地方：{sheet.place}\t填表日期：{_DAY}")
    table = _table(document, [_LABEL, _WIDTH - _LABEL], "Table Grid")
    for line in sheet.own:
        _add_line(table, line)
    if sheet.later:
        _add_heading(table, "以下在办理过程中填")
    for line in sheet.later:
        _add_line(table, line)
    _add_signs(document)
    _add_rules(document, sheet)


def _add_line(table: Any, line: Line) -> None:
    label, value = _row(table, _ROW if line.lines == 1 else _WRITING * line.lines)
    _write(label.paragraphs[0], line.label, HEAD)
    if line.hint:
        _write(label.add_paragraph(), line.hint, TEXT, _NOTE_POINTS)
    first = value.paragraphs[0]
    if line.options:
        ticked = (f"{'☑' if is_ticked else '□'}{word}" for word, is_ticked in line.options)
        _write(first, "　".join(ticked))
    elif line.boxes:
        _add_boxes(value, line.boxes)
    elif line.is_date:
        _write(first, _DAY)
    else:
        # The unit stands at the right edge, with room to write before it.
        _add_tab(first, _WIDTH - _LABEL - 4)
        _write(first, f"{line.text}\t{line.unit}" if line.unit else line.text)


def _add_boxes(cell: Any, signs: Sequence[str]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    boxes = cell.add_table(1, len(signs))
    boxes.style, boxes.autofit = "Table Grid", False
    for column, box, sign in zip(boxes.columns, boxes.rows[0].cells, signs, strict=True):
        column.width = box.width = Mm(_BOX)
        box.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(box.paragraphs[0], sign.strip(), TEXT, _NOTE_POINTS)
    _set_margins(boxes, 0)
    # Word wants a paragraph after a table in a cell; the one before it is not wanted.
    first, last = cell.paragraphs[0], cell.paragraphs[-1]
    first._p.getparent().remove(first._p)
    last.paragraph_format.line_spacing = 0.1


def _add_heading(table: Any, text: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    left, right = _row(table, _ROW)
    whole = left.merge(right)
    whole.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(whole.paragraphs[0], text, HEAD)


def _add_signs(document: Any) -> None:
    """Room for signatures, and below it for seals."""
    between = document.add_paragraph()
    between.paragraph_format.line_spacing = 0.5
    table = _table(document, [_WIDTH / 2, _WIDTH / 2], "Normal Table")
    for (left, right), height in zip(_SIGNS, (_ROW + 3, _SEAL), strict=True):
        for cell, text in zip(_row(table, height, is_centred=False), (left, right), strict=True):
            # Signatures and seals stay on one page.
            cell.paragraphs[0].paragraph_format.keep_with_next = height != _SEAL
            _write(cell.paragraphs[0], text)


def _add_rules(document: Any, sheet: Sheet) -> None:
    if not sheet.rules and not sheet.basis:
        return
    basis = f"{sheet.basis}。" if sheet.basis else ""
    rules = [f"{n}. {rule}" for n, rule in enumerate(sheet.rules, 1)]
    for text in (f"填表说明：{basis}", *rules):
        _write(document.add_paragraph(), text, TEXT, _NOTE_POINTS)


# ---- what python-docx leaves to the XML ----


def _table(document: Any, widths: Sequence[float], style: str) -> Any:
    from docx.shared import Mm

    table = document.add_table(0, len(widths), style)
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def _row(table: Any, height: float, *, is_centred: bool = True) -> Any:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    row = table.add_row()
    row.height, row.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
    # A line that is torn in two by the end of a page cannot be written on.
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, column in zip(row.cells, table.columns, strict=True):
        cell.width = column.width
        if is_centred:
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    return row.cells


def _set_margins(table: Any, twips: int) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(twips))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    table._tbl.tblPr.append(margins)


def _add_tab(paragraph: Any, at: float) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm

    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(at), WD_TAB_ALIGNMENT.RIGHT)


def _write(paragraph: Any, text: str, font: str = TEXT, points: float = _POINTS) -> None:
    _set_font(paragraph.add_run(text), font, points)


def _set_font(styled: Any, font: str, points: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    styled.font.name, styled.font.size = font, Pt(points)
    # Without it Chinese takes the font of the machine.
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
