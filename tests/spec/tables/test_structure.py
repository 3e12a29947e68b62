"""Where a table begins and what its rows are, in shapes that the made files do not have."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter

from qianxian_packs import Ledger
from qianxian_tables import (
    Column,
    Import,
    NoTable,
    Proposal,
    columns_seen,
    import_to_json,
    infer,
    match,
    open_book,
    read_rows,
    survey,
)
from tests.spec.tables.places import PLACES, id_number


def read(*lines: str) -> Import:
    book = open_book("\n".join(lines).encode(), "台账.csv")
    return read_rows(book, infer(book, PLACES), PLACES)


def kinds(got: Import) -> dict[int, str]:
    return {other.row: other.kind for other in got.not_data}


def test_groups_of_columns_without_merged_cells() -> None:
    got = read(
        "石桥镇2024年道路台账,,,,,",
        ",,,,单位：万元,",
        "序号,项目名称,建设内容,,资金,",
        ",,长度（公里）,宽度（米）,总投资,已支付",
        "1,柳溪桥头路,1.2,3.5,15.5,10",
        "2,新塘学校路,1.1,3.5,15,10",
    )
    names = [column.name for column in got.columns]
    assert names == [
        "序号",
        "项目名称",
        "建设内容/长度",
        "建设内容/宽度",
        "资金/总投资",
        "资金/已支付",
    ]
    assert kinds(got) == {1: "title", 2: "note", 3: "header", 4: "header"}
    assert import_to_json(got)["rows"][0]["values"]["资金/总投资"] == 155000


def test_only_a_second_column_of_the_same_header_is_a_second_one() -> None:
    book = open_book("序号,井#,备注,备注#2,备注\n1,3,甲,乙,丙\n2,4,丁,戊,己\n".encode(), "机井.csv")

    seen = list(columns_seen(book, survey(book), PLACES))

    assert [one.label for one in seen] == ["序号", "井#", "备注", "备注#2", "备注"]
    assert [one.is_second for one in seen] == [False, False, False, False, True]


def test_sums_above_their_rows_name_the_village() -> None:
    got = read(
        "序号,姓名,面积（亩）,树种",
        ",柳溪村小计,3,",
        "1,甲一,1,油茶",
        "2,甲二,2,杉木",
        ",大塅村小计,9,",
        "3,甲三,4,油茶",
        "4,甲四,5,杉木",
        ",合计,12,",
    )
    assert [row.place for row in got.rows] == ["柳溪村", "柳溪村", "大塅村", "大塅村"]
    assert kinds(got) == {1: "header", 2: "subtotal", 5: "subtotal", 8: "total"}
    assert not list(got.findings())


def test_sums_below_their_rows_name_the_village_too() -> None:
    got = read(
        "序号,姓名,面积（亩）,树种", "1,甲一,1,油茶", "2,甲二,2,杉木", ",柳溪村小计,3,",
        "3,甲三,4,油茶", "4,甲四,5,杉木", ",大塅村小计,8,",
    )  # fmt: skip
    assert [row.place for row in got.rows] == ["柳溪村", "柳溪村", "大塅村", "大塅村"]
    assert [(f.cell, f.code) for f in got.findings()] == [("C7", "total_mismatch")]


def test_lines_of_a_blank_form_are_no_rows() -> None:
    got = read("序号,姓名,面积（亩）", "1,甲,3", "2,,", "3,,", "填表人：,,审核人：")
    assert [row.row for row in got.rows] == [2]
    assert kinds(got) == {1: "header", 5: "signature"}


def test_what_is_required_and_empty_holds_the_row_back() -> None:
    got = read("*姓名,面积（亩）（必填）,备注", "甲,3,", ",4,", "丙,/,")
    assert [column.required for column in got.columns] == [True, True, False]
    assert [row.status for row in got.rows] == ["accepted", "rejected", "rejected"]
    assert {f.code for f in got.findings()} == {"missing"}


def test_the_same_row_twice_is_held_back_and_two_alike_are_not() -> None:
    got = read("序号,姓名,树种,面积（亩）", "1,甲,油茶,3", "2,甲,油茶,3", "3,甲,油茶,4")
    assert [row.status for row in got.rows] == ["accepted", "rejected", "accepted"]


def test_a_list_of_payments_may_name_a_person_again() -> None:
    number = id_number("19600101", 7)
    lines = [
        f"{n},甲,{number if n < 3 else id_number('19600102', n)},{n}月批次,{n}00"
        for n in range(1, 9)
    ]
    got = read("序号,姓名,身份证号,批次,金额（元）", *lines)
    assert not list(got.findings())
    register = read("序号,姓名,身份证号,组别,金额（元）", *lines)
    assert {f.code for f in register.findings()} == {"duplicate_key"}


def test_a_file_without_a_table_says_what_is_wanted() -> None:
    book = open_book("填表说明\n一、本表由各村填报。\n".encode(), "说明.csv")
    with pytest.raises(NoTable, match="一行表头"):
        infer(book, PLACES)


def _years(book: Any) -> None:
    for title, head in (
        ("2024年", ["村名", "姓名", "竣工日期"]),
        ("2023年", ["姓名", "竣工日期", "村名"]),
    ):
        sheet = book.add_worksheet(title)
        sheet.write_row(0, 0, head)
        for number in range(1, 6):
            row = {"村名": "柳溪村", "姓名": f"甲{number}", "竣工日期": f"3月{number}日"}
            sheet.write_row(number, 0, [row[name] for name in head])
    sheet = book.add_worksheet("汇总")
    sheet.write_row(0, 0, ["村名", "户数"])
    sheet.write_row(1, 0, ["柳溪村", 10])


def test_one_sheet_a_year_with_columns_in_another_order() -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        _years(book)
    opened = open_book(data.getvalue(), "台账.xlsx")
    proposal = infer(opened, PLACES)
    assert proposal.sheets == ("2024年", "2023年")
    assert [dict(column.at) for column in proposal.columns] == [
        {"2024年": "A", "2023年": "C"},
        {"2024年": "B", "2023年": "A"},
        {"2024年": "C", "2023年": "B"},
    ]
    days = [row.values["竣工日期"] for row in read_rows(opened, proposal, PLACES).rows]
    assert (days[0], days[-1]) == ("2024-03-01", "2023-03-05")


def test_a_proposal_comes_back_from_its_json() -> None:
    book = open_book("村,类型（甲/乙）\n柳溪村,甲\n大塅村,乙\n大塅村,乙".encode(), "台账.csv")
    proposal = infer(book, PLACES)
    assert Proposal.from_json(proposal.to_json()) == proposal
    assert proposal.columns[1].is_closed


def test_a_later_workbook_is_read_by_the_proposal_of_an_earlier_one() -> None:
    earlier = Proposal(
        "台账", (Column("面积", "area", "亩"), Column("姓名", "text"), Column("批次", "text"))
    )
    book = open_book("姓名,面积（亩）,新栏\n甲,2公顷,x\n乙,3,y".encode(), "台账.csv")
    got = read_rows(book, earlier, PLACES)
    assert [(c.name, c.type, c.is_sure) for c in got.columns] == [
        ("姓名", "text", True),
        ("面积", "area", True),
        ("新栏", "text", False),
    ]


LEDGER = Ledger.model_validate(
    {
        "id": "toilets",
        "line": "environment",
        "name": "改厕",
        "fields": [
            {
                "name": "kind",
                "label": "改厕类型",
                "type": "choice",
                "choices": ["三格化粪池", "三瓮式"],
            },
            {"name": "started_on", "label": "开工日期", "type": "date"},
            {"name": "accepted_on", "label": "验收日期", "type": "date"},
            {"name": "subsidy", "label": "奖补金额", "type": "money", "required": True},
            {"name": "is_in_use", "label": "正常使用", "type": "boolean"},
            {"name": "phone", "label": "联系电话", "type": "phone"},
        ],
    }
)


def test_columns_are_matched_to_the_fields_of_a_ledger() -> None:
    head = "序号,村,改厕 类型,建设情况/开工\t时间,验收时间,奖补资金（万元）,是否正常使用,手机号码,施工单位"
    rows = (
        "1,柳溪村,三格化粪池,2024.1.2,2024.3.4,0.1,是,19900001234,甲队",
        "2,柳溪村,三格式,2024.1.2,2024.3.4,0.2,否,19900001235,乙队",
        "3,大塅村,三瓮式,2024.1.2,2024.3.4,,否,19900001236,丙队",
    )
    book = open_book("\n".join([head, *rows]).encode(), "台账.csv")
    fields = {c.name: (c.field, c.is_sure) for c in match(book, LEDGER, PLACES)}
    assert [field for field, _ in fields.values()] == [
        None, None, "kind", "started_on", "accepted_on", "subsidy", "is_in_use", "phone", None,
    ]  # fmt: skip
    got = read_rows(book, LEDGER, PLACES)
    codes = [{fault.code for _, fault in row.faults} for row in got.rows]
    assert codes == [set(), {"bad_choice"}, {"missing"}]
    assert import_to_json(got)["rows"][0]["values"]["奖补资金"] == 1000
