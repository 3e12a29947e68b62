"""One cell at a time: what clerks write, and what it is kept as."""

from __future__ import annotations

from typing import Any

import pytest

from qianxian_tables import Import, infer, open_book, read_rows, value_to_json
from tests.spec.tables.places import PLACES, id_number


def read(title: str, head: str, *rows: str) -> Import:
    """A CSV with commas; 经费 in 元 and the like come from the header."""
    book = open_book("\n".join([title, head, *rows]).encode(), "台账.csv")
    return read_rows(book, infer(book, PLACES), PLACES)


def one(head: str, cell: str, *others: str) -> tuple[Any, set[str], str]:
    """A cell among others of its kind: its value, the codes of its findings, its row's status."""
    rows = [f"{number},{other},人{number}" for number, other in enumerate((cell, *others), 1)]
    got = read("石桥镇2024年台账", f"序号,{head},姓名", *rows).rows[0]
    return (
        value_to_json(got.values[next(iter(got.values))]),
        {f.code for _, f in got.faults},
        got.status,
    )


DAYS = ("2024.1.2", "2024年1月3日", "2024-01-04")


@pytest.mark.parametrize(
    ("cell", "value", "codes"),
    [
        ("2024.3.5", "2024-03-05", set()),
        (" 2024/3/5 ", "2024-03-05", set()),
        ("２０２４．３．５", "2024-03-05", set()),
        ("2024 年 3 月 5 日", "2024-03-05", set()),
        ("20240305", "2024-03-05", set()),
        ("2024-03-05 00:00:00", "2024-03-05", set()),
        ("二〇二四年三月五日", "2024-03-05", set()),
        ("24.3.5", "2024-03-05", {"two_digit_year"}),
        ("45356", "2024-03-05", {"serial_date"}),
        ("5/3/2024", "2024-05-03", {"date_order"}),
        ("3月5日", "2024-03-05", {"year_assumed"}),
        ("10.9", "2024-10-09", {"year_assumed"}),
        ("24.9", "2024-09", {"date_partial", "two_digit_year"}),
        ("2024年3月5日（周二）", "2024-03-05", set()),
        ("3月5日前", "2024-03-05", {"year_assumed"}),
        ("2024年3月", "2024-03", {"date_partial"}),
        ("2024.3", "2024-03", {"date_partial"}),
        ("3月", "2024-03", {"date_partial", "year_assumed"}),
        ("未完工", None, {"placeholder"}),
        ("在建", None, {"placeholder"}),
        ("/", None, set()),
    ],
)
def test_days(cell: str, value: str | None, codes: set[str]) -> None:
    assert one("完工日期", cell, *DAYS) == (value, codes, "accepted")


@pytest.mark.parametrize("cell", ["2024.2.30", "2023年13月5日", "验收合格", "见附件"])
def test_what_is_no_day_holds_the_row_back(cell: str) -> None:
    assert one("完工日期", cell, *DAYS) == (None, {"bad_date"}, "rejected")


def test_a_day_without_a_year_needs_one_in_the_title() -> None:
    rows = read("台账", "序号,开工日期,姓名", "1,3月5日,甲", "2,2024.3.6,乙", "3,2024.3.7,丙").rows
    assert [row.status for row in rows] == ["rejected", "accepted", "accepted"]


@pytest.mark.parametrize(
    ("head", "cell", "value", "codes"),
    [
        ("奖补资金（元）", '"1,234.50"', 1234.5, set()),
        ("奖补资金（元）", "０．５万元", 5000, {"unit_in_cell"}),
        ("奖补资金（元）", "壹仟贰佰元整", 1200, set()),
        ("奖补资金（元）", "约3000", 3000, {"approximate"}),
        ("奖补资金（元）", "1.2万", 12000, {"unit_in_cell"}),
        ("总投资（万元）", "12.5", 125000, set()),
        ("总投资（万元）", "8000元", 8000, {"unit_in_cell"}),
        ("总投资（万元）", "1.2万", 12000, {"unit_in_cell"}),
        ("面积（亩）", "2公顷", 30, {"unit_in_cell"}),
        ("面积（亩）", "0.06万亩", 600, {"unit_in_cell"}),
        ("占地（㎡）", "0.1亩", 66.667, {"unit_in_cell"}),
        ("占地（㎡）", "136平", 136, {"unit_in_cell"}),
        ("单产（kg/亩）", "545公斤", 545, {"unit_in_cell"}),
        ("管网压力（MPa）", "0.3", 0.3, set()),
        ("人口（人）", "30余人", 30, {"approximate"}),
        ("人口（人）", "3口", 3, {"unit_in_cell"}),
        ("完成率（%）", "85.5%", 85.5, set()),
        ("产量（吨）", "500公斤", 0.5, {"unit_in_cell"}),
        ("产量（吨）", "正在核算中", None, {"placeholder"}),
        ("产量（吨）", "#DIV/0!", None, {"formula_error"}),
        ("产量（吨）", "—", None, set()),
    ],
)
def test_numbers(head: str, cell: str, value: float | None, codes: set[str]) -> None:
    assert one(head, cell, "11", "12.5", "13", "14") == (value, codes, "accepted")


@pytest.mark.parametrize("cell", ["见户口本", "三十几", "5-6", "2024.3.5", "12千米"])
def test_what_is_no_number_holds_the_row_back(cell: str) -> None:
    assert one("面积（亩）", cell, "11", "12.5", "13") == (None, {"bad_number"}, "rejected")


def test_nothing_is_never_zero_and_zero_is_a_zero() -> None:
    rows = read("台账", "序号,金额（元）,姓名", "1,无,甲", "2,0,乙", "3,,丙", "4,5,丁").rows
    assert [value_to_json(row.values["金额"]) for row in rows] == [None, 0, None, 5]


def test_yes_and_no_in_all_their_signs() -> None:
    cells = ("是", "否", "√", "×", "有", "无", "/", "")
    rows = read("台账", "序号,是否签约,姓名", *(f"{n},{c},人{n}" for n, c in enumerate(cells))).rows
    told = [row.values["是否签约"] for row in rows]
    assert told == [True, False, True, False, True, False, None, None]


def test_numbers_of_persons_and_phones() -> None:
    right = id_number("19580403", 368)
    rows = read(
        "台账", "序号,身份证号,电话,姓名",
        f"1,{right[:6]} {right[6:14]} {right[14:].lower()},199 0000 1234,甲",
        f"2,'{id_number('19600101', 5)},+86 19900001235,乙",
        "3,4.49901E+17,0730-8765432,丙",
        f"4,{right[:17]},1990000123,丁",
        f"5,{right[:10]}1332{right[14:]},19900001236,戊",
    ).rows  # fmt: skip
    assert [row.values["身份证号"] for row in rows] == [
        right,
        id_number("19600101", 5),
        None,
        None,
        None,
    ]
    assert [row.values["电话"] for row in rows] == [
        "19900001234", "19900001235", "07308765432", None, "19900001236",
    ]  # fmt: skip
    codes = [{fault.code for _, fault in row.faults} for row in rows]
    assert codes == [set(), set(), {"damaged_id"}, {"bad_id_card", "bad_phone"}, {"bad_id_card"}]
    told = " ".join(f.message for row in rows for _, f in row.faults)
    assert right[6:14] not in told


@pytest.mark.parametrize(
    ("cell", "value", "place"),
    [
        ("柳溪", "柳溪村", "柳溪村"),
        ("柳 溪村", "柳溪村", "柳溪村"),
        ("柳溪村委会", "柳溪村", "柳溪村"),
        ("石桥镇柳溪村", "柳溪村", "柳溪村"),
        ("白鷺塘村", "白鹭塘村", "白鹭塘村"),
        ("老龙塘村", "新塘村", "新塘村"),
        ("柳溪村3组", "柳溪村3组", "柳溪村"),
        ("柳溪村、新塘村", ["柳溪村", "新塘村"], None),
        ("全镇", "全镇", None),
    ],
)
def test_villages(cell: str, value: object, place: str | None) -> None:
    rows = read("台账", "序号,行政村,姓名", f'1,"{cell}",甲', "2,大塅村,乙", "3,望江社区,丙").rows
    assert (value_to_json(rows[0].values["行政村"]), rows[0].place) == (value, place)
    assert rows[0].is_accepted


def test_an_unknown_village_is_proposed_and_never_guessed() -> None:
    row, *_ = read("台账", "序号,行政村,姓名", "1,黄坭坡村,甲", "2,大塅村,乙", "3,柳溪村,丙").rows
    assert (row.place, row.status) == (None, "rejected")
    assert "是不是黄泥坡村" in row.faults[0][1].message


def test_a_status_that_is_not_there_yet_stays_a_status() -> None:
    words = ("已办结", "未办结", "办理中") * 4
    rows = read("台账", "序号,办理情况,姓名", *(f"{n},{w},人{n}" for n, w in enumerate(words))).rows
    assert [row.values["办理情况"] for row in rows] == list(words)


def test_a_list_in_a_note_closes_the_choices() -> None:
    rows = [f"{n},{('合格', '不合格')[n % 2]},人{n}" for n in range(1, 10)]
    got = read(
        "台账",
        "序号,验收结果,姓名",
        *rows,
        "10,基本合格,人",
        "注：验收结果只填“合格”“不合格”之一。,,",
    )
    assert [row.status for row in got.rows] == ["accepted"] * 9 + ["rejected"]
    assert {f.code for f in got.findings()} == {"bad_choice"}
