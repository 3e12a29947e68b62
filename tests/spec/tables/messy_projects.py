"""A ledger of projects whose cells are not like the others, and the sheets about them."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.spec.tables.answers import Answer, Made, grid, name, xlsx_of
from tests.spec.tables.places import VILLAGES

PROJECTS = "项目"


# Cells that are not like the others: order, column → what stands there, its value, a finding.
ODD: dict[tuple[int, str], tuple[Any, Any, str]] = {
    (4, "E"): ("145000元", 145000, ""),
    (6, "C"): ("柳溪村、大塅村", ["柳溪村", "大塅村"], ""),
    (9, "G"): ("#DIV/0!", None, "formula_error"),
    (11, "G"): ("51%", 51, ""),
    (13, "F"): (325000, None, "suspect_unit"),
    (17, "C"): ("红岩村", None, "unknown_place"),
    (20, "F"): ("待拨付", None, ""),
}


HELD_BACK = {13, 17}


def projects_xlsx() -> Made:
    """万元 with cells in 元, percents, error values, two villages, groups inside the place."""
    answer = Answer(
        {
            "A": ("序号", "integer", None),
            "B": ("项目名称", "text", None),
            "C": ("实施地点", "place", None),
            "D": ("建设规模", "text", None),
            "E": ("资金情况/总投资", "money", "万元"),
            "F": ("资金情况/到位资金", "money", "万元"),
            "G": ("资金情况/支付率", "percent", "%"),
            "H": ("形象进度", "percent", None),
            "I": ("计划完工时间", "date", None),
            "J": ("责任人", "text", None),
        },
    )
    rows: list[list[Any]] = [
        ["石桥镇2025年乡村振兴衔接资金项目进度台账"],
        ["", "", "", "", "", "", "", "", "截至2025年9月30日"],
        ["序号", "项目名称", "实施地点", "建设规模", "资金情况", None, None, "形象进度", "计划完工时间", "责任人"],
        [None, None, None, None, "总投资（万元）", "到位资金（万元）", "支付率（%）"],
    ]  # fmt: skip
    kinds = ("title", "note", "header", "header")
    answer.others |= {(PROJECTS, n): kind for n, kind in enumerate(kinds, 1)}
    for n in range(1, 25):
        _project(answer, rows, n)
    rows.append(["合计", None, None, None, 999.9])
    answer.others[PROJECTS, len(rows)] = "total"
    answer.findings.add((PROJECTS, f"E{len(rows)}", "total_mismatch"))
    return "项目.xlsx", xlsx_of(lambda book: _project_sheets(book, rows)), answer


def _project(answer: Answer, rows: list[list[Any]], n: int) -> None:
    village, row = VILLAGES[n % 6], len(rows) + 1
    place = f"{village}{n}组" if n % 5 == 0 else village
    work, size = f"{village[:2]}{n}号机耕道硬化", f"长{n}00米，宽3.5米"
    ends = ("2025年12月", "2025.11.30", date(2025, 10, 31), "45991")[n % 4]
    kept = ("2025-12", "2025-11-30", "2025-10-31", "2025-11-30")[n % 4]
    if n % 4 == 0:
        answer.findings.add((PROJECTS, f"I{row}", "date_partial"))
    typed = [n, work, place, size, 10.5 + n, n * 2.5, 40 + n, 0.5 + n / 100, ends, name(n)]
    values = {"B": work, "C": place, "D": size, "E": 105000 + n * 10000, "F": n * 25000.0,
              "G": 40 + n, "H": float(50 + n), "I": kept, "J": name(n)}  # fmt: skip
    for (order, letter), (shown, value, code) in ODD.items():
        if order == n:
            typed[ord(letter) - 65], values[letter] = shown, value
            if code:
                answer.findings.add((PROJECTS, f"{letter}{row}", code))
    rows.append(typed)
    where = None if n == 6 else village
    answer.rows[PROJECTS, row] = None if n in HELD_BACK else (where, values)


def _project_sheets(book: Any, rows: list[list[Any]]) -> None:
    page = grid(book, PROJECTS, rows)
    page.merge_range("A1:J1", rows[0][0])
    page.merge_range("E3:G3", "资金情况")
    for column in "ABCDHIJ":
        page.merge_range(f"{column}3:{column}4", rows[2][ord(column) - 65])
    percent = book.add_format({"num_format": "0%"})
    for number, row in enumerate(rows[4:28], 4):
        page.write_number(number, 7, row[7], percent)
    grid(book, "汇总表", [["村", "项目数"], ["柳溪村", 4], ["大塅村", 4]])
    grid(book, "数据", [["村", "项目数"], ["柳溪村", 4]]).hide()
