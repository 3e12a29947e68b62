"""The expression language: what it says, and what it refuses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from qianxian_packs import Expression, ExpressionInvalid, Type

COLUMNS = {
    "started_on": Type.DATE,
    "ended_on": Type.DATE,
    "kind": Type.TEXT,
    "people": Type.NUMBER,
    "is_new": Type.BOOLEAN,
}
ROW = {
    "started_on": date(2026, 3, 1),
    "ended_on": date(2026, 3, 31),
    "kind": "甲",
    "people": 4,
    "is_new": True,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ended_on >= started_on", True),
        ("ended_on < '2026-03-31'", False),
        ("started_on = DATE '2026-03-01'", True),
        ("kind = '甲' and people > 3", True),
        ("kind in ('乙', '丙') or is_new", True),
        ("not is_new", False),
        ("kind is null", False),
        ("kind is not null", True),
        ("people between 4 and 6", True),
        ("people * 2 + 1 = 9", True),
        ("people - 1.5 = 2.5", True),
        ("ended_on - started_on = 30", True),
        ("coalesce(people, 0) <> 4", False),
        ("-people = -4", True),
    ],
)
def test_an_expression_gives(text: str, value: object) -> None:
    assert Expression.parse(text, COLUMNS).evaluate(ROW) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("people > 3", None),
        ("people > 3 and kind = '乙'", False),
        ("people > 3 or kind = '甲'", True),
        ("not (people > 3)", None),
        ("people is null", True),
        ("coalesce(people, 0) = 0", True),
        ("people + 1 = 5", None),
        ("people in (1, 2)", None),
    ],
)
def test_what_is_missing_stays_missing(text: str, value: object) -> None:
    row = {**ROW, "people": None}

    assert Expression.parse(text, COLUMNS).evaluate(row) == value


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "看不懂"),
        ("kind ==", "看不懂"),
        ("colour = 1", "没有“colour”这个字段"),
        ("kind > people", "不能放在一起比"),
        ("kind + 1 > 2", "不能做加减乘"),
        ("people / 2 = 1", "除法"),
        ("upper(kind) = 'A'", "不能用"),
        ("(select 1) = 1", "不能用"),
        ("kind in (select kind from x)", ""),
        ("started_on > '2026-02-30'", "不是日期"),
        ("is_new > true", "不能比大小"),
        ("kind is true", "IS 后面"),
        ("cast(kind as int) = 1", "不能换类型"),
        ("people = 1; drop table x", ""),
        ("t.people = 1", "没有“t.people”"),
        ("x" * 2001, "拆开"),
        ("(" * 80 + "is_new" + ")" * 80, ""),
        ("(" * 900 + "is_new" + ")" * 900, ""),
        ("people = null", "IS NULL"),
        ("kind like '甲%'", "IN ("),
        ("ended_on < current_date", "今天"),
        ("people = 1 -- 注\nor nothing", "没有“nothing”"),
        ("kind ＝ '甲'", "半角"),
        ("People = 1", "没有“People”"),
        ("people = $1", "不能用"),
        ("people = 0.00001", "最多 4 位小数"),
        ("people = 1e13", "十万亿"),
        ("people * people * people = 1", "最多两个数相乘"),
        ("(people + 1) * (people * 2) = 1", "最多两个数相乘"),
        ("started_on > '20260101'", "不是日期"),
        ("started_on - 30 > ended_on", "日期和数字"),
        ("started_on in ('2026-01-01', 'x')", "不是日期"),
        ("kind in (people)", "文字和数字"),
        ("people in (people)", "不能写字段"),
        ("is_new and people", "people 是数字，这里要是否"),
        ("case when is_new then 1 else 0 end = 1", "不能用"),
        ("is_new as x", "不能用"),
        ("*", "不能用"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str, part: str) -> None:
    with pytest.raises(ExpressionInvalid) as error:
        Expression.parse(text, COLUMNS)
    assert part in str(error.value)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("people > 3 and nothing = 1", 15),
        ("people > 3 and kind > 1", 15),
        ("people > 3 and upper(kind) = 'A'", 15),
        ("people >", 7),
        ("people > 3 and\n  kind =", 22),
        ("people = null", 0),
    ],
)
def test_a_refusal_names_the_place(text: str, position: int) -> None:
    with pytest.raises(ExpressionInvalid) as error:
        Expression.parse(text, COLUMNS)

    assert error.value.position == position
    assert str(error.value).startswith(f"第{position + 1}个字附近，")


def test_a_name_that_sql_keeps_for_itself_may_be_a_column() -> None:
    for name in ("order", "end", "date", "number", "year", "state", "name", "value", "level"):
        found = Expression.parse(f"{name} > 1", {name: Type.NUMBER})

        assert found.evaluate({name: 2}) is True


def test_products_are_exact() -> None:
    columns = {"a": Type.NUMBER, "b": Type.NUMBER}
    row = {"a": Decimal("9999999999999.9999"), "b": Decimal("9999999999999.9999")}

    found = Expression.parse("a * b", columns).evaluate(row)

    assert found == Decimal("99999999999999998000000000.00000001")


def test_columns_are_told() -> None:
    found = Expression.parse("people > 3 and kind in ('甲')", COLUMNS)

    assert found.columns == {"people", "kind"}


def test_sql_binds_every_value_and_quotes_nothing_of_the_text() -> None:
    found = Expression.parse("kind = 'x''; drop' and people >= 3", COLUMNS)

    text, values = found.sql(column=lambda name: f'"{name}"', prefix="w")

    assert text == '(("kind" = $w0) AND ("people" >= $w1))'
    assert values == {"w0": "x'; drop", "w1": Decimal(3)}
