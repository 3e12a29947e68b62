"""Fields: what clerks type becomes a value, or a sentence that says what is wrong."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianxian_packs import Field, FieldInvalid

KINDS = ("三格化粪池", "三瓮式", "其他（写明）")


def field(type_: str, **settings: Any) -> Field:
    return Field.model_validate({"name": "x", "label": "栏目", "type": type_, **settings})


@pytest.mark.parametrize("raw", [None, "", "  ", "\u3000", [], ()])
@pytest.mark.parametrize("type_", ["text", "money", "date", "boolean", "choice", "id_card"])
def test_nothing_typed_is_no_value(type_: str, raw: Any) -> None:
    assert field(type_, choices=KINDS if type_ == "choice" else ()).parse(raw) is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2026-3-5", date(2026, 3, 5)),
        ("2026-03-05", date(2026, 3, 5)),
        ("2026/3/5", date(2026, 3, 5)),
        ("2026.3.5", date(2026, 3, 5)),
        ("2026年3月5日", date(2026, 3, 5)),
        ("2026 年 3 月 5 号", date(2026, 3, 5)),
        ("20260305", date(2026, 3, 5)),
        ("２０２６．３．５", date(2026, 3, 5)),
        ("2026-03-05 00:00:00", date(2026, 3, 5)),
        ("2026-03-05T00:00", date(2026, 3, 5)),
        ("2024-2-29", date(2024, 2, 29)),
        (date(2026, 3, 5), date(2026, 3, 5)),
        (datetime(2026, 3, 5, 9), date(2026, 3, 5)),  # noqa: DTZ001  as a workbook gives it
    ],
)
def test_dates_as_clerks_write_them(raw: Any, value: date) -> None:
    assert field("date").parse(raw) == value


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        ("2026-2-30", "没有这一天"),
        ("2026-13-1", "没有这一天"),
        ("2025-2-29", "没有这一天"),
        ("0026-3-5", "年份不对"),
        ("3026-3-5", "年份不对"),
        ("26.3.5", "请写成 2026-3-5"),
        ("2026-3", "请写成 2026-3-5"),
        ("2026-03-05 08:30", "请写成 2026-3-5"),
        ("三月五日", "请写成 2026-3-5"),
        ("46086", "请写成 2026-3-5"),
    ],
)
def test_what_is_no_date(raw: str, part: str) -> None:
    refused(field("date"), raw, part)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2026-3-5 9:30", (9, 30, 0)),
        ("2026-03-05T09:30:15", (9, 30, 15)),
        ("2026年3月5日9时", (9, 0, 0)),
        ("2026年3月5日 9点30分", (9, 30, 0)),
        ("2026/3/5 ０９：３０", (9, 30, 0)),
    ],
)
def test_moments(raw: str, value: tuple[int, int, int]) -> None:
    assert field("datetime").parse(raw) == datetime(2026, 3, 5, *value)  # noqa: DTZ001


def test_what_is_no_moment() -> None:
    refused(field("datetime"), "2026-3-5", "请写成 2026-3-5 9:30")
    refused(field("datetime"), "2026-3-5 25:00", "没有这个钟点")
    refused(field("datetime"), "2026-2-30 9:00", "没有这一天")


@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        ("money", "1,234.50", "1234.50"),
        ("money", "１，２３４．５", "1234.50"),
        ("money", "1 234", "1234.00"),
        ("money", "￥1,200元整", "1200.00"),
        ("money", "3.5万元", "35000.00"),
        ("money", "12万", "120000.00"),
        ("money", "1.2亿元", "120000000.00"),
        ("money", "三万五", "35000.00"),
        ("money", "-3.5万", "-35000.00"),
        ("money", 12, "12.00"),
        ("money", Decimal("0.1"), "0.10"),
        ("area", "3.5亩", "3.5000"),
        ("area", "1公顷", "15.0000"),
        ("area", "100㎡", "0.1500"),
        ("area", "1000", "1000.0000"),
        ("mass", "500斤", "0.250"),
        ("mass", "2 吨", "2.000"),
        ("length", "1.5公里", "1500.000"),
        ("percent", "95.1%", "95.10"),
        ("percent", "９５.1％", "95.10"),
        ("percent", "95.1", "95.10"),
        ("number", "0.3333", "0.3333"),
    ],
)
def test_amounts_in_the_unit_of_the_field(type_: str, raw: Any, value: str) -> None:
    found = field(type_).parse(raw)

    assert isinstance(found, Decimal)
    assert str(found) == value


def test_a_field_with_a_unit_of_its_own_converts_to_it() -> None:
    assert field("area", unit="㎡").parse("1亩") == Decimal("666.6667")
    assert field("area", unit="㎡").parse("80平方米") == Decimal(80)
    assert field("number", unit="立方米").parse("1.5 m3") == Decimal("1.5")


@pytest.mark.parametrize(
    ("type_", "raw", "part"),
    [
        ("money", "1.234", "最多 2 位小数，“1.234”多了"),
        ("money", "多少", "“多少”，这里要写数字"),
        ("money", "12户", "单位是元，“12户”写的是户"),
        ("money", "1e400", "要写数字"),
        ("money", "9" * 14, "数太大了"),
        ("money", True, "要写数字"),
        ("money", "NaN", "要写数字"),
        ("money", Decimal("NaN"), "要写数字"),
        ("area", "3吨", "单位是亩"),
        ("number", "12个", "只写数字"),
        ("integer", "12.5", "要写整数"),
        ("integer", "12,34", "要写数字"),
        ("integer", "20亿", "数太大了"),
    ],
)
def test_what_is_no_amount(type_: str, raw: Any, part: str) -> None:
    refused(field(type_), raw, part)


@pytest.mark.parametrize("raw", ["12", "１２", "12.0", "12人", "十二", "12口人", 12])
def test_whole_numbers(raw: Any) -> None:
    found = field("integer", unit="人").parse(raw)

    assert found == 12
    assert type(found) is int


def test_limits_are_said_with_what_was_written() -> None:
    refused(field("money", min=0), "-1", "写成了“-1”，不能小于 0")
    refused(field("integer", max=40), "41", "写成了“41”，不能大于 40")
    assert field("integer", min=1, max=40).parse("40") == 40


@pytest.mark.parametrize("raw", ["是", " 有 ", "√", "对", "1", 1, True, "TRUE"])
def test_yes(raw: Any) -> None:
    assert field("boolean").parse(raw) is True


@pytest.mark.parametrize("raw", ["否", "无", "×", "没有", "0", 0, False, "不是"])
def test_no(raw: Any) -> None:
    assert field("boolean").parse(raw) is False


def test_neither_yes_nor_no() -> None:
    refused(field("boolean"), "大概", "这里写 是 或 否")


@pytest.mark.parametrize(
    ("raw", "value"),
    [("三瓮式", "三瓮式"), (" 三格 化粪池", "三格化粪池"), ("其他(写明)", "其他（写明）")],
)
def test_a_choice_may_differ_by_spaces_and_full_width_signs(raw: str, value: str) -> None:
    assert field("choice", choices=KINDS).parse(raw) == value


def test_what_is_no_choice_is_told_with_the_choices() -> None:
    refused(field("choice", choices=KINDS), "旱厕", "没有“旱厕”这一项，请选 三格化粪池、三瓮式")
    refused(field("multichoice", choices=KINDS), "三瓮式、旱厕", "没有“旱厕”这一项")


@pytest.mark.parametrize("raw", ["甲、丙，丁", "甲,丙，丁、甲", ["甲", "丙，丁"]])
def test_several_choices(raw: Any) -> None:
    found = field("multichoice", choices=["甲", "乙", "丙，丁"])

    if isinstance(raw, list):
        assert found.parse(raw) == ("甲", "丙，丁")
    else:
        refused(found, raw, "没有“丙”这一项")
    assert found.parse("丙，丁") == ("丙，丁",)
    assert found.parse("乙；甲/乙") == ("乙", "甲")


# The identity number is the published example of GB 11643; the credit code that of GB 32100.
@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        ("phone", "138 0013 8000", "13800138000"),
        ("phone", "138-0013-8000", "13800138000"),
        ("phone", "+86 13800138000", "13800138000"),
        ("phone", "\u202d13800138000\u202c", "13800138000"),
        ("phone", "0731-88888888", "0731-88888888"),
        ("phone", "0731 88888888", "073188888888"),
        ("phone", "0731-88888888-801", "0731-88888888-801"),
        ("phone", "400-123-4567", "400-123-4567"),
        ("phone", "12345", "12345"),
        ("id_card", "11010519491231002x", "11010519491231002X"),
        ("id_card", "１１０１０５ 19491231 002Ｘ", "11010519491231002X"),
        ("bank_card", "4111 1111 1111 1111", "4111111111111111"),
        ("credit_code", "91350100m000100y43", "91350100M000100Y43"),
    ],
)
def test_numbers_of_papers(type_: str, raw: str, value: str) -> None:
    assert field(type_).parse(raw) == value


@pytest.mark.parametrize(
    ("type_", "raw", "part"),
    [
        ("phone", "1380013800", "应是 11 位手机号，这里是 10 位"),
        ("phone", "88888888", "座机要带区号"),
        ("id_card", "110105194912310021", "末位校验不对"),
        ("id_card", "1101051949123100", "应是 18 位，这里是 16 位"),
        ("id_card", "110105491231002", "15 位老号码"),
        ("id_card", "11010519491331002X", "出生日期没有这一天"),
        ("id_card", "1101051949123100AX", "前 17 位应是数字"),
        ("bank_card", "4111111111111112", "末位校验不对"),
        ("bank_card", "4111", "应是 12 到 19 位数字"),
        ("credit_code", "91350100M000100Y44", "末位校验不对"),
        ("credit_code", "91350100I000100Y43", "不会有“I”"),
        ("credit_code", "91350100M000100Y4", "应是 18 位，这里是 17 位"),
    ],
)
def test_numbers_of_papers_that_were_copied_wrong(type_: str, raw: str, part: str) -> None:
    message = refused(field(type_), raw, part)

    # The sentence may be read by others: it does not repeat the whole number.
    assert len(raw) < 8 or raw not in message


def test_every_wrong_digit_of_an_identity_number_is_found() -> None:
    right = "11010519491231002X"
    for place, sign in enumerate(right[:17]):
        for digit in set("0123456789") - {sign}:
            refused(field("id_card"), right[:place] + digit + right[place + 1 :], "")


def test_points() -> None:
    assert field("point").parse("112.5，27.3") == "112.5,27.3"
    refused(field("point"), "27.3,112.5", "写反了")
    refused(field("point"), "长沙", "请写成 经度,纬度")
    refused(field("point"), "NaN,27", "请写成 经度,纬度")


def test_text_is_kept_as_it_is_written() -> None:
    assert field("text").parse("  第一行\r\n第二行，𠮷字 ") == "第一行\n第二行，𠮷字"
    refused(field("text"), "a\x00b", "控制字符")
    refused(field("text"), "\ud800", "控制字符")
    refused(field("text"), "字" * 2001, "写了 2001 字，最多 2000 字")


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        ("text", "string"),
        ("integer", "int64"),
        ("number", "decimal(18,4)"),
        ("money", "decimal(18,2)"),
        ("area", "decimal(18,4)"),
        ("length", "decimal(18,3)"),
        ("percent", "decimal(18,2)"),
        ("boolean", "bool"),
        ("date", "date32"),
        ("datetime", "timestamp"),
        ("multichoice", "list<string>"),
        ("entry", "string"),
    ],
)
def test_columns_have_the_type_of_the_field(type_: str, name: str) -> None:
    assert field(type_).arrow_type == name


PARSED = [
    ("text", st.text(max_size=40)),
    ("integer", st.integers(-(10**9) + 1, 10**9 - 1)),
    ("number", st.decimals(-(10**12), 10**12, places=4)),
    ("money", st.decimals(-(10**12), 10**12, places=2)),
    ("boolean", st.booleans()),
    ("date", st.dates(date(1900, 1, 1), date(2100, 12, 31))),
    ("datetime", st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31))),  # noqa: DTZ001
    ("multichoice", st.lists(st.sampled_from(KINDS), min_size=1, unique=True)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("type_", "values"), PARSED, ids=[type_ for type_, _ in PARSED])
@given(data=st.data())
def test_values_come_back_from_json(
    type_: str, values: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    found = field(type_, choices=KINDS if type_ == "multichoice" else ())
    try:
        value = found.parse(data.draw(values))
    except FieldInvalid:
        return  # control characters in a text

    kept = json.loads(json.dumps(found.to_json(value)))

    assert found.from_json(kept) == value


@pytest.mark.slow
@given(
    type_=st.sampled_from(["integer", "money", "area", "date", "datetime", "boolean", "phone"])
    | st.sampled_from(["id_card", "bank_card", "credit_code", "point", "choice", "multichoice"]),
    raw=st.text(max_size=30) | st.text("0123456789年月日-./:万亿千元亩%,. x", max_size=20),
)
def test_whatever_is_typed_gives_a_value_or_a_sentence(type_: str, raw: str) -> None:
    found = field(type_, choices=KINDS if "choice" in type_ else ())
    try:
        value = found.parse(raw)
    except FieldInvalid as error:
        assert str(error).startswith("栏目")
        assert str(error).endswith("。")
    else:
        assert found.from_json(found.to_json(value)) == value


def refused(found: Field, raw: Any, part: str) -> str:
    with pytest.raises(FieldInvalid) as raised:
        found.parse(raw)
    message = str(raised.value)
    assert message.startswith(found.label)
    assert part in message
    return message
