"""A document as text for the terminal: aligned columns, Chinese characters counted double."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qianxian_figures import Bound, Figure, Kind, Status
from qianxian_reader._compare import Column, Comparison, Row
from qianxian_reader._compare_out import label, shown
from qianxian_reader._document import Document, ReportFigure, Severity
from qianxian_reader._followup import Commitment, Outcome
from qianxian_reader._wrap import columns

STATUS = {Status.ACTUAL: "", Status.PLAN: "计划", Status.EXPECTED: "预计"}
KIND = {Kind.LEVEL: "数量", Kind.RATE: "比率", Kind.CHANGE: "变动", Kind.RANK: "位次"}
BOUND = {Bound.EXACT: "", Bound.ABOUT: "约", Bound.OVER: "以上", Bound.UNDER: "以内"}
SEVERITY = {Severity.ERROR: "错误", Severity.WARNING: "疑问", Severity.NOTE: "提示"}
HEADINGS = ("行", "原文", "指的是", "数值", "单位", "类别", "程度", "状态", "地方", "时期")


def row_of(one: ReportFigure) -> tuple[str, ...]:
    figure = one.figure
    return (
        str(one.span.line),
        one.span.text,
        figure.measure,
        shown_value(figure),
        figure.unit,
        KIND[figure.kind],
        BOUND[figure.bound],
        STATUS[figure.status],
        figure.place,
        str(figure.period or ""),
    )


def shown_value(figure: Figure) -> str:
    value = "" if figure.value is None else f"{figure.value:f}"
    return value if figure.high is None else f"{value}～{figure.high:f}"


def figures_table(document: Document) -> str:
    rows = [HEADINGS, *map(row_of, document.figures)]
    title = f"{document.file}  {document.title}  数字{len(document.figures)}个\n"
    return title + _aligned(rows) + "\n"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(columns(row[index]) for row in rows) for index in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = (
            cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True)
        )
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def findings_list(document: Document) -> str:
    found = document.findings
    out = [f"{document.file}  {document.title}  疑点{len(found)}个"]
    for one in found:
        lines = "、".join(map(str, one.lines[:6])) + ("……" if len(one.lines) > 6 else "")
        out.append(f"  {SEVERITY[one.severity]} {one.rule} 第{lines}行：{one.message}")
    return "\n".join(out) + "\n\n"


OUTCOME = {
    Outcome.MET: "完成",
    Outcome.PARTLY: "部分完成",
    Outcome.MISSED: "没完成",
    Outcome.UNMENTIONED: "没交代",
}


def followed_list(commitments: Sequence[Commitment]) -> str:
    if not commitments:
        return ""
    counts = Counter(one.outcome for one in commitments)
    told = "、".join(f"{OUTCOME[outcome]}{counts[outcome]}项" for outcome in Outcome)
    out = [f"去年的计划{len(commitments)}项：{told}"]
    out += [f"  {OUTCOME[one.outcome]}  {one.message}" for one in commitments]
    return "\n".join(out) + "\n\n"


def compared_table(comparison: Comparison, least: int) -> str:
    """The rows that several reports share."""
    rows = comparison.shared(least)
    heading = ("指的是", "单位", *map(str, comparison.columns))
    table = [heading, *(_compared(row, comparison.columns) for row in rows)]
    return f"{len(comparison.columns)}列，{len(rows)}行\n" + _aligned(table)


def _compared(row: Row, columns: Sequence[Column]) -> tuple[str, ...]:
    def cell(column: Column) -> str:
        value = row.value(column)
        return shown(row, value) if value is not None else "不一" if row.differs(column) else ""

    return (label(row), row.scale[1], *map(cell, columns))
