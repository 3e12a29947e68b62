"""Ways of clerks that tell what a column or a row is, and not the header's words alone."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from qianxian_tables import Import, infer, open_book, read_rows
from tests.spec.tables.places import PLACES


def read(*lines: str) -> Import:
    book = open_book("\n".join(lines).encode(), "石桥镇2024年台账.csv")
    return read_rows(book, infer(book, PLACES), PLACES)


def kind(head: str, *cells: str) -> str:
    """The type of a column that stands between a name and a note."""
    rows = [f'人{n},"{cell}",' for n, cell in enumerate(cells)]
    return read(f"姓名,{head},备注", *rows).columns[1].type


@pytest.mark.parametrize("sign", ["〃", "″", '""""', "同上"])
def test_a_ditto_mark_stands_for_the_cell_above(sign: str) -> None:
    got = read(
        "村名,姓名,树种", "柳溪村,甲,油茶", f"{sign},乙,{sign}", f"{sign},丙,毛竹", "大塅村,丁,油茶"
    )
    assert [row.place for row in got.rows] == ["柳溪村", "柳溪村", "柳溪村", "大塅村"]
    assert [row.values["树种"] for row in got.rows] == ["油茶", "油茶", "毛竹", "油茶"]
    assert not list(got.findings())


@pytest.mark.parametrize("word", ["合计", "小计", "其中：中央资金"])
def test_a_sum_within_a_group_of_columns_is_a_column(word: str) -> None:
    got = read(
        "序号,村名,项目名称,资金（万元）,,,是否完工",
        f",,,{word},省级,自筹,",
        "1,柳溪村,桥头路,5,3,2,是",
        "2,大塅村,学校路,6,3,3,否",
    )
    assert [c.name for c in got.columns][3:6] == [f"资金/{word}", "资金/省级", "资金/自筹"]
    assert [row.row for row in got.rows] == [3, 4]
    assert got.rows[0].values[f"资金/{word}"] == 50000


@pytest.mark.parametrize("head", ["小计", "其中：自筹（元）", "留桩高度：厘米"])
def test_a_header_may_hold_a_colon_or_a_sum(head: str) -> None:
    got = read(f"序号,村名,姓名,{head}", "1,柳溪村,甲,30", "2,大塅村,乙,40")
    assert [row.place for row in got.rows] == ["柳溪村", "大塅村"]


@pytest.mark.parametrize(
    ("head", "cells", "type_"),
    [
        ("技术等级", ("三类", "四类", "五类") * 3, "choice"),
        ("管护状态", ("已完成", "未完成", "进行中", "进行中", "未完成", "已完成"), "choice"),
        ("致困原因", ("疾病", "意外", "疾病/意外", "疾病", "意外/疾病"), "multichoice"),
        ("上次检查", ("2024.3.5", "20240316", "1月27日", "24.1.22", "2024年5月6日"), "date"),
        ("纠纷简述", ("边界争执，互不相让。", "拖欠工资") * 3, "text"),
        ("整改措施", ("立即更换公开栏", "每月十日前公示，纪委督查") * 3, "text"),
        ("当事人", ("丁秀、谷绍", "费岚") * 3, "text"),
    ],
)
def test_what_a_column_holds(head: str, cells: tuple[str, ...], type_: str) -> None:
    assert kind(head, *cells) == type_


def test_a_choice_is_spelled_in_simplified_script_though_others_write_it_more() -> None:
    rows = [
        f"人{n},{tree}" for n, tree in enumerate(["楓樹", "枫树", "楓樹", "楓樹", "杉木", "杉木"])
    ]
    assert read("姓名,树种", *rows).columns[1].choices == ("枫树", "杉木")


def test_numbers_that_only_count_the_rows_are_no_codes() -> None:
    got = read("编号,姓名,树种,面积（亩）", "1,甲,油茶,3", "2,乙,毛竹,4", "3,甲,油茶,3")
    assert got.columns[0].role == "serial"
    assert [row.status for row in got.rows] == ["accepted", "accepted", "rejected"]
    coded = read("编号,姓名,树种,面积（亩）", "301,甲,油茶,3", "412,乙,毛竹,4", "517,甲,油茶,3")
    assert coded.columns[0].role == "field"


def test_a_required_village_is_missing_where_all_others_have_theirs() -> None:
    rows = [f"{village},人{n}" for n, village in enumerate(["柳溪村", "大塅村"] * 4)]
    got = read("*村名,姓名", *rows, ",戊")
    assert [row.status for row in got.rows[-2:]] == ["accepted", "rejected"]
    assert {fault.code for _, fault in got.rows[-1].faults} == {"missing"}


def test_what_is_supposed_of_a_merged_cell_is_said_once() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("成员")
        sheet.write_row(0, 0, ["姓名", "关系", "搬迁时间"])
        for row, (name, kin) in enumerate([("甲", "本人"), ("乙", "之子"), ("丙", "之女")], 1):
            sheet.write_row(row, 0, [name, kin])
        sheet.merge_range("C2:C3", "2018.9")
        sheet.write("C4", "2019.2.30")
    opened = open_book(target.getvalue(), "成员.xlsx")
    got = read_rows(opened, infer(opened, PLACES), PLACES)
    assert [row.values["搬迁时间"] for row in got.rows] == ["2018-09", "2018-09", None]
    assert [(f.cell, f.code) for f in got.findings()] == [
        ("C2", "date_partial"),
        ("C4", "bad_date"),
    ]


@pytest.mark.parametrize(
    "cell",
    ["6222021234567890123", "1" * 300, "-99999999999999999999", "123456789012345678", "1000000000"],
)
def test_the_number_of_an_account_among_amounts_is_told(cell: str) -> None:
    rows = [f"{n},人{n},{n + 3}.5" for n in range(1, 9)]
    got = read("序号,姓名,补助（万元）", *rows, f"9,人9,{cell}")
    (finding,) = got.findings()
    assert (finding.cell, finding.code) == ("C10", "bad_number")
    assert "太大" in finding.message
    assert len(finding.message) < 60
    assert got.rows[0].values["补助"] == 45000


@pytest.mark.parametrize("signs", ["①②③④", ["TRUE", "FALSE", "TRUE", "4"]])
def test_numbers_in_rings_and_truths_are_no_row_numbers(signs: list[str]) -> None:
    got = read("编号,姓名", *(f"{sign},人{n}" for n, sign in enumerate(signs)))
    assert len(got.rows) == 4
