"""Ledgers in the ways that offices keep them, each made by code together with what it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.spec.tables.answers import GIVEN, Answer, Made, csv_of, grid, name, xlsx_of
from tests.spec.tables.messy_projects import projects_xlsx
from tests.spec.tables.places import VILLAGES, id_number


def pensions_csv() -> Made:
    """GB18030 with a title line, a line break in a header and in cells, protected numbers."""
    answer = Answer(
        {
            "A": ("序号", "integer", None),
            "B": ("村（社区）", "place", None),
            "C": ("姓名", "text", None),
            "D": ("身份证号码", "id_card", None),
            "E": ("银行账号", "bank_card", None),
            "F": ("月发放标准", "money", "元"),
            "G": ("开始享受时间", "date", None),
            "H": ("享受类别", "choice", None),
            "I": ("备注", "text", None),
        },
        others={("", 1): "title", ("", 2): "header"},
        choices={"H": {"高龄津贴", "护理补贴", "百岁补贴"}},
    )
    rows = [
        ["石桥镇2023年高龄津贴发放花名册"],
        [
            "序号",
            "村（社区）",
            "姓名",
            "身份证\n号码",
            "银行账号",
            "月发放标准（元）",
            "开始享受时间",
            "享受类别",
            "备注",
        ],
    ]
    for n in range(1, 31):
        village = VILLAGES[n % 6]
        number = id_number(f"19{30 + n % 9}0{1 + n % 9}1{n % 9}", n)
        card = f"62999900000000{n:05d}"
        kind = ("高龄津贴", "护理补贴", "百岁补贴")[n % 3]
        month = 1 + n % 9
        written = (
            f"2023年{month}月{n % 28 + 1}日",
            f"2023-{month:02d}-{n % 28 + 1:02d}",
            f"{month}月{n % 28 + 1}日",
        )[n % 3]
        remark = "子女在外\n由邻居代领" if n % 7 == 0 else "𬌗姓" if n % 11 == 0 else ""
        rows.append(
            [str(n), village[:-1] if n % 8 == 0 else village, name(n), f'="{number}"', f"\t{card}",
             "1,00" + str(n % 10) if n % 5 == 0 else f"{100 + n}元" if n % 4 == 0 else str(100 + n),
             written, kind, remark]
        )  # fmt: skip
        money = 1000 + n % 10 if n % 5 == 0 else 100 + n
        if n % 3 == 2:
            answer.findings.add(("", f"G{n + 2}", "year_assumed"))
        answer.rows["", n + 2] = (
            village,
            {"C": name(n), "D": number, "E": card, "F": money, "G": f"2023-{month:02d}-{n % 28 + 1:02d}",
             "H": kind, "I": remark or None},
        )  # fmt: skip
    rows[20][3] = '="44990119500230123X"'
    answer.rows["", 21] = None
    answer.findings.add(("", "D21", "bad_id_card"))
    for row, cell in (
        (7, "1,005"),
        (12, "1,000"),
        (17, "1,005"),
        (22, "1,000"),
        (27, "1,005"),
        (32, "1,000"),
    ):
        rows[row - 1][5] = cell
    rows.append(["", "经办人：谭志明", "", "", "", "审核人：", "", "", ""])
    answer.others["", 33] = "signature"
    return "高龄津贴.csv", csv_of(rows, "gb18030"), answer


def ponds_csv() -> Made:
    """UTF-8 with a mark; two title lines, subtotals with the village's name, hectares."""
    answer = Answer(
        {
            "A": ("编号", "text", None),
            "B": ("所属村", "place", None),
            "C": ("山塘名称", "text", None),
            "D": ("水面面积", "area", "亩"),
            "E": ("蓄水量", "number", "万立方米"),
            "F": ("是否病险", "boolean", None),
            "G": ("最近整修时间", "date", None),
            "H": ("管护人电话", "phone", None),
        },
        others={("", 1): "title", ("", 2): "note", ("", 3): "header"},
    )
    rows = [
        ["石桥镇山塘基础信息台账（2024年）"] + [""] * 7,
        ["填报单位：石桥镇农业综合服务中心", "", "", "", "填报时间：2024年8月", "", "", ""],
        [
            "编号",
            "所属村",
            "山塘名称",
            "水面面积（亩）",
            "蓄水量（万立方米）",
            "是否病险",
            "最近整修时间",
            "管护人电话",
        ],
    ]
    for v, village in enumerate(VILLAGES[:5]):
        total = 0
        for n in range(4):
            code, area = v * 4 + n, 2 + v + n
            total += area
            row = len(rows) + 1
            risky = (v + n) % 3 == 0
            done = "" if risky else ("2019年", "2021.11", "20220315", "未整修")[n]
            kept = None if risky else ("2019", "2021-11", "2022-03-15", None)[n]
            if not risky and n < 2:
                answer.findings.add(("", f"G{row}", "date_partial"))
            phone = "0730-8765432" if n == 1 else f"19900{code:02d}1234"
            rows.append(
                [f"ST{code:03d}", village if n == 0 else "", f"{GIVEN[code % 10]}家塘{code}", "0.4公顷" if area == 6 else str(area),
                 str(0.5 + n), "√" if risky else "×", done, phone]
            )  # fmt: skip
            answer.rows["", row] = (
                village,
                {"A": f"ST{code:03d}", "B": village, "D": area, "E": 0.5 + n, "F": risky, "G": kept,
                 "H": phone.replace("-", "")},
            )  # fmt: skip
        rows.append([f"{village}小计", "", "", str(total + (9 if v == 2 else 0)), "", "", "", ""])
        answer.others["", len(rows)] = "subtotal"
        if v == 2:
            answer.findings.add(("", f"D{len(rows)}", "total_mismatch"))
    rows[5][7] = "1990012"
    answer.findings.add(("", "H6", "bad_phone"))
    answer.rows["", 6][1]["H"] = None  # type: ignore[index]
    return "山塘.csv", csv_of(rows, "utf-8-sig"), answer


def committees_xlsx() -> Made:
    """One sheet a village, which only the title line names; required columns; another order."""
    answer = Answer(
        {
            "A": ("序号", "integer", None),
            "B": ("户主姓名", "text", None),
            "C": ("身份证号", "id_card", None),
            "D": ("家庭人口", "integer", "人"),
            "E": ("住房结构", "choice", None),
            "F": ("建成时间", "date", None),
            "G": ("房屋面积", "area", "㎡"),
        },
        required="BC",
        choices={"E": {"砖混", "土木", "框架"}},
    )
    head = [
        "序号",
        "*户主姓名",
        "身份证号（必填）",
        "家庭人口\n（人）",
        "住房结构",
        "建成时间",
        "房屋面积（㎡）",
    ]

    def fill(book: Any) -> None:
        book.add_worksheet("封面").write(0, 0, "农村自建房排查台账")
        for v, village in enumerate(VILLAGES):
            title = village[:-1]
            rows: list[list[Any]] = [[f"石桥镇{village}自建房排查台账"], head]
            answer.others[title, 1], answer.others[title, 2] = "title", "header"
            for n in range(6):
                order = v * 6 + n
                number = id_number(f"19{60 + n}1{n % 3}1{v}", order)
                structure = ("砖混", "土木", "框架", "砖混")[order % 4]
                built = ("1998年", date(2004, 5, 1), "2011.10", "2016-3-2", "2020年7月1日", "/")[n]
                kept = ("1998", "2004-05-01", "2011-10", "2016-03-02", "2020-07-01", None)[n]
                size = "0.3亩" if order == 7 else 120 + order
                rows.append(
                    [
                        n + 1,
                        name(order),
                        number,
                        f"{n + 1}人" if n == 3 else n + 1,
                        structure,
                        built,
                        size,
                    ]
                )
                answer.rows[title, n + 3] = (
                    village,
                    {"B": name(order), "C": number, "D": n + 1, "E": structure, "F": kept,
                     "G": 200.001 if order == 7 else size},
                )  # fmt: skip
                if n in (0, 2):
                    answer.findings.add((title, f"F{n + 3}", "date_partial"))
            if v == 1:
                rows[4][1] = None
                answer.rows[title, 5] = None
                answer.findings.add((title, "B5", "missing"))
            if v == 3:
                rows[5][2] = float(int(rows[5][2][:17]) * 10)
                answer.rows[title, 6] = None
                answer.findings.add((title, "C6", "damaged_id"))
            grid(book, title, rows)

    return "自建房.xlsx", xlsx_of(fill), answer


TREES = "造林补助"
TREE_HEAD: list[list[Any]] = [
    ["石桥镇2022年造林补助登记表"],
    [
        "序号",
        "组别",
        "农户姓名",
        "树种",
        "造林面积",
        "补助标准",
        "补助金额",
        "造林时间",
        "联系电话",
    ],
    [None, None, None, None, "（亩）", "（元/亩）", "（元）"],
]


def trees_xlsx() -> Made:
    """Sections with the village, sums above their rows, the header printed again."""
    answer = Answer(
        {
            "A": ("序号", "integer", None),
            "B": ("组别", "text", None),
            "C": ("农户姓名", "text", None),
            "D": ("树种", "choice", None),
            "E": ("造林面积", "area", "亩"),
            "F": ("补助标准", "money", "元/亩"),
            "G": ("补助金额", "money", "元"),
            "H": ("造林时间", "date", None),
            "I": ("联系电话", "phone", None),
        },
        choices={"D": {"油茶", "杉木", "楠竹"}},
    )
    rows: list[list[Any]] = [["附件2"]]
    answer.others[TREES, 1] = "note"
    _head_again(answer, rows)
    for v, village in enumerate(VILLAGES[:4]):
        rows.append([f"{'一二三四'[v]}、{village}"])
        answer.others[TREES, len(rows)] = "section"
        sums = [None, "小计", None, None, 0.0, None, 0.0]
        rows.append(sums)
        answer.others[TREES, len(rows)] = "subtotal"
        for n in range(5):
            if (v, n) == (1, 3):
                _head_again(answer, rows)
            area = _tree(answer, rows, v, n)
            sums[4] += area  # type: ignore[operator]
            sums[6] += area * 200  # type: ignore[operator]
    rows.append(["说明：1.补助标准按县里文件执行。"])
    answer.others[TREES, len(rows)] = "note"
    return "造林.xlsx", xlsx_of(lambda book: grid(book, TREES, rows)), answer


def _head_again(answer: Answer, rows: list[list[Any]]) -> None:
    rows += TREE_HEAD
    end = len(rows)
    answer.others |= {(TREES, end - 2): "title", (TREES, end - 1): "header", (TREES, end): "header"}


def _tree(answer: Answer, rows: list[list[Any]], v: int, n: int) -> float:
    order, area = v * 5 + n + 1, 1.5 + n + v
    day = ("2022.3.12", date(2022, 2, 20), 44630, "3月15日", "2022-03-01")[n]
    kept = ("2022-03-12", "2022-02-20", "2022-03-10", "2022-03-15", "2022-03-01")[n]
    kind = ("油茶", "杉木", "楠竹", "油茶")[order % 4]
    typed = f"约{area}" if order == 4 else area
    phone = f"198 {order:04d} 0000"
    group = f"{n + 1}组"
    rows.append([order, group, name(order), kind, typed, 200, area * 200, day, phone])
    row = len(rows)
    if order == 4:
        answer.findings.add((TREES, f"E{row}", "approximate"))
    if n == 3:
        answer.findings.add((TREES, f"H{row}", "year_assumed"))
    told = {
        "B": group,
        "C": name(order),
        "D": kind,
        "E": area,
        "F": 200,
        "G": area * 200,
        "H": kept,
    }
    answer.rows[TREES, row] = (VILLAGES[v], {**told, "I": phone.replace(" ", "")})
    return area


def insured_xlsx() -> Made:
    """Lists from cells of another sheet, several choices, a row twice, one number in two rows."""
    answer = Answer(
        {
            "A": ("序号", "integer", None),
            "B": ("行政村", "place", None),
            "C": ("姓名", "text", None),
            "D": ("身份证号", "id_card", None),
            "E": ("性别", "choice", None),
            "F": ("困难类型（可多选）", "multichoice", None),
            "G": ("是否低保", "boolean", None),
            "H": ("救助情况/金额", "money", "元"),
            "I": ("救助情况/发放情况", "choice", None),
        },
        choices={"E": {"男", "女"}, "F": {"残疾", "大病", "失能", "孤寡"}},
    )
    sheet = "困难群众"
    rows: list[list[Any]] = [
        ["石桥镇困难群众帮扶台账"],
        [
            "序号",
            "行政村",
            "姓名",
            "身份证号",
            "性别",
            "困难类型（可多选）",
            "是否低保",
            "救助情况",
            None,
        ],
        [None, None, None, None, None, None, None, "金额（元）", "发放情况"],
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
    ]
    answer.others |= {(sheet, 1): "title", **{(sheet, n): "header" for n in (2, 3, 4)}}
    for n in range(1, 37):
        number = id_number(f"19{50 + n % 40}0{1 + n % 9}2{n % 9}", n)
        kinds = (["残疾"], ["大病", "失能"], ["孤寡"], ["残疾", "大病"])[n % 4]
        sign = ("、", ",", "；", "，")[n % 4]
        rows.append(
            [n, "大塅村村委会" if n % 6 == 2 else VILLAGES[n % 6], name(n), number.lower(), "男" if n % 2 else "女",
             sign.join(kinds), "是" if n % 3 else "否", "壹仟元整" if n == 5 else 300 + n,
             ("已发放", "未发放", "发放中")[n % 3]]
        )  # fmt: skip
        answer.rows[sheet, n + 4] = (
            VILLAGES[n % 6],
            {"B": VILLAGES[n % 6], "C": name(n), "D": number, "E": "男" if n % 2 else "女", "F": kinds,
             "G": bool(n % 3), "H": 1000 if n == 5 else 300 + n, "I": ("已发放", "未发放", "发放中")[n % 3]},
        )  # fmt: skip
    rows.append([37, *rows[13][1:]])
    answer.rows[sheet, 41] = None
    answer.findings.add((sheet, "C41", "duplicate"))
    rows.append([38, "柳溪村", "另一人", rows[9][3], "女", "残疾", "否", 500, "已发放"])
    answer.rows[sheet, 42] = ("柳溪村", {"C": "另一人", "H": 500})
    answer.findings.add((sheet, "D42", "duplicate_key"))
    rows[6][4] = "男性"
    answer.rows[sheet, 7] = None
    answer.findings.add((sheet, "E7", "bad_choice"))

    def fill(book: Any) -> None:
        page = grid(book, sheet, rows)
        grid(book, "选项", [["男", "残疾"], ["女", "大病"], [None, "失能"], [None, "孤寡"]])
        page.data_validation("E5:E99", {"validate": "list", "source": "=选项!$A$1:$A$2"})
        page.data_validation("F5:F99", {"validate": "list", "source": "='选项'!$B$1:$B$4"})
        page.merge_range("H2:I2", "救助情况")

    return "困难群众.xlsx", xlsx_of(fill), answer


MADE: tuple[Callable[[], Made], ...] = (
    pensions_csv,
    ponds_csv,
    committees_xlsx,
    trees_xlsx,
    projects_xlsx,
    insured_xlsx,
)
