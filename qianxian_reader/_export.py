"""The figures of reports as a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qianxian_reader._document import Document, ReportFigure
from qianxian_reader._terminal import HEADINGS, row_of

_WIDTHS = (6, 16, 34, 16, 10, 8, 8, 8, 12, 14)
_VALUE = HEADINGS.index("数值")


def write_xlsx(documents: Sequence[Document], path: Path) -> None:
    """One sheet, a row a figure; values are numbers where they are exact as numbers."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("数字")
        bold = workbook.add_format({"bold": True})
        sheet.write_row(0, 0, ("文件", *HEADINGS), bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 0, 24)
        for column, width in enumerate(_WIDTHS, 1):
            sheet.set_column(column, column, width)
        rows = ((document.file, one) for document in documents for one in document.figures)
        for number, (file, one) in enumerate(rows, 1):
            sheet.write_string(number, 0, file)
            _write_row(sheet, number, one)


def _write_row(sheet: object, number: int, one: ReportFigure) -> None:
    for column, cell in enumerate(row_of(one), 1):
        if column - 1 == _VALUE and one.figure.high is None:
            sheet.write_number(number, column, float(one.value))  # type: ignore[attr-defined]
        else:
            # Never as a formula: a text of a report may begin with an equals sign.
            sheet.write_string(number, column, cell)  # type: ignore[attr-defined]
