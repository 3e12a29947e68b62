"""Figures of tables: what a cell counts is said by its row, its column and the lines above."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
import xlsxwriter

from qianxian_reader import Document, read, read_text

_Told = tuple[str, str, Decimal, str]


def told(document: Document) -> list[_Told]:
    return [(one.figure.place, one.measure, one.value, one.unit) for one in document.figures]


def of(*rows: str) -> Document:
    """Rows with | between the cells, as any table is once it is opened."""
    return read_text("\n".join(row.replace("|", "\t") for row in rows), "a.txt")


def one(place: str, measure: str, value: str, unit: str) -> _Told:
    return place, measure, Decimal(value), unit


def test_a_unit_stands_in_the_heading_or_in_the_line_above() -> None:
    document = of("单位：万元", "指标|预算|已支付|进度（%）", "道路硬化|120|96.5|80.4")

    assert told(document) == [
        one("", "道路硬化预算", "1200000", "元"),
        one("", "道路硬化已支付", "965000", "元"),
        one("", "道路硬化进度", "80.4", "%"),
    ]


def test_a_unit_stands_in_a_column_of_its_own() -> None:
    document = of(
        "序号|指标名称|计量单位|2022年|2023年|增长%",
        "1|农村改厕|户|70|86|22.9",
        "2|衔接资金|万元|120|150|25",
    )

    assert told(document) == [
        one("", "农村改厕", "70", "户"),
        one("", "农村改厕", "86", "户"),
        one("", "农村改厕增长", "22.9", "%"),
        one("", "衔接资金", "1200000", "元"),
        one("", "衔接资金", "1500000", "元"),
        one("", "衔接资金增长", "25", "%"),
    ]
    assert [str(one.figure.period) for one in document.figures[:2]] == ["2022", "2023"]


@pytest.mark.parametrize("years", ["|2021|2022|2023", "指标|2021年|2022年|2023年"])
def test_years_are_headings_and_periods(years: str) -> None:
    document = of("农业生产情况（单位：亩）", years, "油茶面积|300|320|350")

    assert told(document) == [one("", "油茶面积", value, "亩") for value in ("300", "320", "350")]
    assert [str(one.figure.period) for one in document.figures] == ["2021", "2022", "2023"]


def test_years_in_the_rows_are_periods() -> None:
    document = of("年份|改厕（户）|公厕（座）", "2022|70|3", "2023|86|5")

    assert [(str(x.figure.period), x.measure, int(x.value)) for x in document.figures] == [
        ("2022", "改厕", 70),
        ("2022", "公厕", 3),
        ("2023", "改厕", 86),
        ("2023", "公厕", 5),
    ]


def test_headings_over_several_rows_are_read_together() -> None:
    document = of(
        "村名|改厕||产业||联系电话",
        "|任务|完成|面积|产值|",
        "|（户）|（户）|（亩）|（万元）|",
        "东坪村|60|52|300|45.5|13900000000",
        "白米村|40|34|210|30|13900000001",
    )

    assert told(document) == [
        one("东坪村", "改厕任务", "60", "户"),
        one("东坪村", "改厕完成", "52", "户"),
        one("东坪村", "产业面积", "300", "亩"),
        one("东坪村", "产业产值", "455000", "元"),
        one("白米村", "改厕任务", "40", "户"),
        one("白米村", "改厕完成", "34", "户"),
        one("白米村", "产业面积", "210", "亩"),
        one("白米村", "产业产值", "300000", "元"),
    ]
    assert [x.figure.status.value for x in document.figures[:2]] == ["plan", "actual"]


@pytest.mark.parametrize("total_first", [True, False])
def test_rows_are_parts_of_their_total(total_first: bool) -> None:
    rows = ["东坪村|52|88", "白米村|34|91"]
    total = "合计|86|89.5"
    rows = [total, *rows] if total_first else [*rows, total]

    document = of("村|改厕（户）|满意率（%）", *rows)

    whole = next(n for n, x in enumerate(document.figures) if x.value == 86)
    assert [x.part_of for x in document.figures if x.value in (52, 34)] == [whole, whole]
    assert all(x.part_of is None for x in document.figures if x.unit == "%")
    assert document.figures[whole].figure.place == ""
    assert document.figures[whole].measure == "合计改厕"
    assert not document.findings


def test_parts_of_a_second_table_count_from_its_own_total() -> None:
    document = of(
        "全乡改厕86户。",
        "村|改厕（户）",
        "东坪村|52",
        "白米村|34",
        "合计|86",
        "下表是公厕。",
        "村|公厕（座）",
        "合计|5",
        "东坪村|2",
        "白米村|3",
    )

    parts = [
        (x.span.text, document.figures[x.part_of].span.line) for x in document.figures if x.part_of
    ]
    assert parts == [("52", 5), ("34", 5), ("2", 8), ("3", 8)]


def test_a_total_that_its_rows_do_not_give_is_found() -> None:
    rows = [f"{name}村|{number}" for name, number in zip("甲乙丙丁", (52, 34, 40, 61), strict=True)]

    findings = of("村|改厕（户）", *rows, "合计|185").findings

    assert [(one.code.value, one.rule) for one in findings] == [("arithmetic", "A101")]


def test_a_village_over_several_rows_is_the_place_of_all() -> None:
    document = of("村|项目|投资（万元）", "东坪村|道路硬化|30", "|沟渠清淤|12", "白米村|路灯|8")

    assert told(document) == [
        one("东坪村", "道路硬化投资", "300000", "元"),
        one("东坪村", "沟渠清淤投资", "120000", "元"),
        one("白米村", "路灯投资", "80000", "元"),
    ]


def test_cells_with_a_unit_or_a_percent_sign_of_their_own_are_figures() -> None:
    document = of("村|改厕|完成率|增长", "东坪村|52户|86.7%|+5.1%", "白米村|3间半|近九成|-2%")

    assert told(document) == [
        one("东坪村", "改厕", "52", "户"),
        one("东坪村", "完成率", "86.7", "%"),
        one("东坪村", "增长", "5.1", "%"),
        one("白米村", "增长", "-2", "%"),
    ]


def test_a_line_between_two_rows_does_not_end_a_table() -> None:
    document = of("指标|面积（亩）", "水稻|3000", "一、经济作物", "油茶|300")

    assert [one.measure for one in document.figures] == ["水稻面积", "油茶面积"]


def test_a_workbook_as_a_clerk_makes_it() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        percent = workbook.add_format({"num_format": "0.0%"})
        sheet = workbook.add_worksheet("改厕")
        sheet.merge_range(0, 0, 0, 4, "白云乡2023年农村改厕进度表")
        sheet.merge_range(2, 0, 3, 0, "序号")
        sheet.merge_range(2, 1, 3, 1, "村")
        sheet.merge_range(2, 2, 2, 4, "改厕")
        sheet.write_row(3, 2, ("任务（户）", "完成（户）", "完成率"))
        sheet.write_row(4, 0, (1, "东坪村", 60, 52))
        sheet.write(4, 4, 52 / 60, percent)
        sheet.write(5, 0, "二、山区片")
        sheet.write_row(6, 0, (2, "白米村", 40, 34))
        sheet.write(6, 4, 0.85, percent)
        sheet.write_row(7, 0, ("合计", "", 100, 86))

    document = read(out.getvalue(), "a.xlsx")

    assert document.lines[5] == "1\t东坪村\t60\t52\t86.67%"
    assert told(document) == [
        one("东坪村", "改厕任务", "60", "户"),
        one("东坪村", "改厕完成", "52", "户"),
        one("东坪村", "改厕完成率", "86.67", "%"),
        one("白米村", "改厕任务", "40", "户"),
        one("白米村", "改厕完成", "34", "户"),
        one("白米村", "改厕完成率", "85", "%"),
        one("", "合计改厕任务", "100", "户"),
        one("", "合计改厕完成", "86", "户"),
    ]
    assert [x.part_of for x in document.figures] == [6, 7, None, 6, 7, None, None, None]


@pytest.mark.parametrize("cell", ["1,", "1,2", "12,34", "1,2345", ",120", "+1,", "1,,000"])
def test_a_comma_that_parts_no_thousands_makes_a_cell_words(cell: str) -> None:
    document = of("单位：万元", "指标|预算|已支付", f"道路硬化|120|{cell}", "改厕|1,200|96.5")

    assert told(document) == [
        one("", "道路硬化预算", "1200000", "元"),
        one("", "改厕预算", "12000000", "元"),
        one("", "改厕已支付", "965000", "元"),
    ]
