"""A comparison as a spreadsheet and as a page of its own, which opens without a server."""

from __future__ import annotations

from decimal import Decimal
from html import escape
from pathlib import Path

from qianxian_figures import Kind
from qianxian_reader._compare import Column, Comparison, Row

_STYLE = """
body{font:16px/1.6 "Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:1.5rem;color:#1b1b1b;background:#fff}
h1{font-size:1.35rem;margin:0 0 .25rem}p{margin:.25rem 0 1rem;color:#444}
.box{overflow:auto;max-height:85vh;border:1px solid #bbb}
table{border-collapse:collapse;white-space:nowrap}th,td{padding:.3rem .6rem;border:1px solid #ccc;text-align:right}
thead th{position:sticky;top:0;background:#f2f0eb}tbody th{position:sticky;left:0;background:#fff;text-align:left;font-weight:500}
td.two{background:#fdeccb}td.none{color:#999}small{color:#555}
@media print{.box{max-height:none;border:0}body{margin:0;font-size:11px}}
"""
_GROWTH = {Kind.CHANGE: "（增长）"}


def shown(row: Row, value: Decimal) -> str:
    """In the row's scale, with thousands marks and at most two decimals."""
    value = value / row.scale[0]
    text = f"{value.quantize(Decimal('0.01')):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def label(row: Row) -> str:
    return f"{row.name}{_GROWTH.get(row.kind, '')}"


def write_comparison(comparison: Comparison, path: Path, *, least: int) -> None:
    """One sheet of values, one of where each of them stands."""
    import xlsxwriter

    rows = comparison.shared(least)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as workbook:
        bold = workbook.add_format({"bold": True, "text_wrap": True})
        doubtful = workbook.add_format({"bg_color": "#FDECCB"})
        sheet = workbook.add_worksheet("对照")
        sheet.write_row(0, 0, ("指的是", "单位", *map(str, comparison.columns)), bold)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 34)
        sheet.set_column(2, 1 + len(comparison.columns), 14)
        for number, row in enumerate(rows, 1):
            sheet.write_string(number, 0, label(row))
            sheet.write_string(number, 1, row.scale[1])
            for at, column in enumerate(comparison.columns, 2):
                value = row.value(column)
                if value is not None:
                    sheet.write_number(number, at, float(value / row.scale[0]))
                elif row.differs(column):
                    texts = "、".join(source.text for source in row.cells[column])
                    sheet.write_string(number, at, texts, doubtful)
        sources = workbook.add_worksheet("出处")
        sources.write_row(0, 0, ("指的是", "地方和年份", "原文", "文件", "行"), bold)
        places = (
            (label(row), str(column), source.text, source.file, str(source.line))
            for row in rows
            for column, found in row.cells.items()
            for source in found
        )
        for number, cells in enumerate(places, 1):
            for at, cell in enumerate(cells):
                sources.write_string(number, at, cell)


def page(comparison: Comparison, *, least: int) -> str:
    """The table as one HTML file; a cell says on hover where its value stands."""
    rows = comparison.shared(least)
    head = "".join(f'<th scope="col">{escape(str(column))}</th>' for column in comparison.columns)
    body = "".join(_page_row(row, comparison.columns) for row in rows)
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>报告对照</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<h1>报告对照</h1><p>{len(comparison.columns)}列，{len(rows)}行。"
        "同一份报告里前后不一的数底色是黄的。鼠标停在数上看原文和行号。</p>"
        '<div class="box" tabindex="0" role="region" aria-label="对照表"><table><thead><tr>'
        f'<th scope="col">指的是</th><th scope="col">单位</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></body></html>\n"
    )


def _page_row(row: Row, columns: tuple[Column, ...]) -> str:
    cells = "".join(_page_cell(row, column) for column in columns)
    return (
        f'<tr><th scope="row">{escape(label(row))}</th><td>{escape(row.scale[1])}</td>{cells}</tr>'
    )


def _page_cell(row: Row, column: Column) -> str:
    sources = row.cells.get(column, [])
    if not sources:
        return '<td class="none">—</td>'
    title = escape("；".join(f"{one.file} 第{one.line}行：{one.text}" for one in sources))
    value = row.value(column)
    if value is None:
        texts = escape("、".join(one.text for one in sources))
        return f'<td class="two" title="{title}">{texts}</td>'
    return f'<td title="{title}">{shown(row, value)}</td>'
