"""The figures and findings of reports as a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qianxian_reader._document import Document, ReportFigure
from qianxian_reader._followup import Commitment
from qianxian_reader._terminal import HEADINGS, OUTCOME, SEVERITY, row_of

_WIDTHS = (6, 16, 34, 16, 10, 8, 8, 8, 12, 14)
_COLUMNS = {"文件": 20, "原文": 40, "说明": 60, "去年怎么说": 50, "今年怎么样": 60}
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


def _write_row(sheet: Any, number: int, one: ReportFigure) -> None:
    for column, cell in enumerate(row_of(one), 1):
        if column - 1 == _VALUE and one.figure.high is None:
            sheet.write_number(number, column, float(one.value))
        else:
            # Never as a formula: a text of a report may begin with an equals sign.
            sheet.write_string(number, column, cell)


def write_findings(
    documents: Sequence[Document], followed: Sequence[Sequence[Commitment]], path: Path
) -> None:
    """A sheet of findings and, where an earlier report was read too, one of its plan."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as workbook:
        rows = [
            (
                one.file,
                SEVERITY[f.severity],
                f.rule,
                "、".join(map(str, f.lines)),
                f.quote,
                f.message,
            )
            for one in documents
            for f in one.findings
        ]
        _sheet(workbook, "疑点", ("文件", "程度", "规则", "行", "原文", "说明"), rows)
        plans = [
            (document.file, OUTCOME[one.outcome], one.task.text, one.message)
            for document, commitments in zip(documents, followed, strict=True)
            for one in commitments
        ]
        if plans:
            _sheet(workbook, "去年的计划", ("文件", "结果", "去年怎么说", "今年怎么样"), plans)


def _sheet(
    workbook: Any, title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    sheet = workbook.add_worksheet(title)
    wrap = workbook.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_row(0, 0, headings, workbook.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(headings):
        sheet.set_column(column, column, _COLUMNS.get(heading, 10))
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell, wrap)
