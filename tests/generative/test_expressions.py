"""Random typed expressions and rows give the same in Python and in DuckDB."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from qianxian_packs import Expression, ExpressionInvalid, Type

# Column → its type in expressions, in Arrow, and its values, up to the largest that a field takes.
_DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))
_WORDS = st.sampled_from(["甲", "乙", "𠮷", "a", "A", "it's", "", " "])
_TABLE: dict[str, tuple[Type, pa.DataType, st.SearchStrategy[Any]]] = {
    "money": (Type.NUMBER, pa.decimal128(18, 2), st.decimals(-(10**13) + 1, 10**13 - 1, places=2)),
    "land": (Type.NUMBER, pa.decimal128(18, 4), st.decimals(-9, 9, places=4)),
    "pieces": (Type.NUMBER, pa.int64(), st.integers(-3, 3) | st.integers(-(10**9) + 1, 10**9 - 1)),
    "is_new": (Type.BOOLEAN, pa.bool_(), st.booleans()),
    "is_old": (Type.BOOLEAN, pa.bool_(), st.booleans()),
    "begun_on": (Type.DATE, pa.date32(), _DAYS),
    "done_on": (Type.DATE, pa.date32(), _DAYS),
    "kind": (Type.TEXT, pa.string(), _WORDS),
    "state": (Type.TEXT, pa.string(), _WORDS),
}
COLUMNS = {name: kind for name, (kind, _, _) in _TABLE.items()}
CONNECTION = duckdb.connect()
SCHEMA = pa.schema([(name, arrow) for name, (_, arrow, _) in _TABLE.items()])
rows = st.lists(
    st.fixed_dictionaries({name: st.none() | values for name, (_, _, values) in _TABLE.items()}),
    min_size=1,
    max_size=8,
)

LITERALS: dict[Type, st.SearchStrategy[str]] = {
    Type.NUMBER: st.decimals(-(10**4), 10**4, places=4).map(lambda n: f"{n:f}")
    | st.sampled_from(["0", "1", "2.50", "-3", "9999999999999.9999"]),
    Type.BOOLEAN: st.sampled_from(["true", "false"]),
    Type.DATE: _DAYS.map(lambda day: f"date '{day}'"),
    Type.TEXT: _WORDS.map(lambda word: "'" + word.replace("'", "''") + "'"),
}


def columns_of(kind: Type) -> st.SearchStrategy[str]:
    return st.sampled_from([name for name, found in COLUMNS.items() if found is kind])


@st.composite
def values(draw: st.DrawFn, kind: Type, depth: int = 1) -> str:
    """An expression of a type, `depth` operations deep at most."""
    shapes = ["column", "column", "literal"]
    if depth:
        shapes += ["coalesce"] + ["sum", "product", "days", "minus"] * (kind is Type.NUMBER)
    match draw(st.sampled_from(shapes)):
        case "literal":
            return draw(LITERALS[kind])
        case "coalesce":
            return f"coalesce({draw(values(kind, depth - 1))}, {draw(values(kind, depth - 1))})"
        case "sum":
            sign = draw(st.sampled_from("+-"))
            return f"({draw(values(kind, depth - 1))} {sign} {draw(values(kind, depth - 1))})"
        case "product":
            # Of plain numbers, since two of them at most may be multiplied.
            return f"({draw(values(kind, 0))} * {draw(values(kind, 0))})"
        case "days":
            return f"({draw(values(Type.DATE, depth - 1))} - {draw(columns_of(Type.DATE))})"
        case "minus":
            return f"-({draw(values(kind, 0))})"
    return draw(columns_of(kind))


@st.composite
def comparisons(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from([Type.NUMBER, Type.NUMBER, Type.DATE, Type.TEXT, Type.BOOLEAN]))
    left, right = draw(values(kind, 2)), draw(values(kind, 2))
    if kind is Type.BOOLEAN:
        return f"{left} {draw(st.sampled_from(['=', '<>']))} {right}"
    match draw(st.sampled_from(["order", "order", "in", "between", "null"])):
        case "in":
            items = draw(st.lists(LITERALS[kind], min_size=1, max_size=4))
            return f"{left} {draw(st.sampled_from(['', 'not ']))}in ({', '.join(items)})"
        case "between":
            return f"{left} between {right} and {draw(values(kind))}"
        case "null":
            return f"{left} is {draw(st.sampled_from(['', 'not ']))}null"
    order = draw(st.sampled_from(["=", "<>", "!=", "<", "<=", ">", ">="]))
    return f"{left} {order} {right}"


@st.composite
def conditions(draw: st.DrawFn, depth: int = 3) -> str:
    match draw(st.sampled_from(["comparison", "comparison", "column", "and", "or", "not"])):
        case "and" if depth:
            return f"({draw(conditions(depth - 1))} and {draw(conditions(depth - 1))})"
        case "or" if depth:
            return f"({draw(conditions(depth - 1))} or {draw(conditions(depth - 1))})"
        case "not" if depth:
            return f"not ({draw(conditions(depth - 1))})"
        case "column":
            return draw(columns_of(Type.BOOLEAN))
    return draw(comparisons())


@st.composite
def expressions(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["condition", "condition", *Type]))
    return draw(conditions()) if kind == "condition" else draw(values(Type(kind), 3))


def in_duckdb(found: list[Expression], table: pa.Table) -> list[tuple[Any, ...]]:
    """Every expression on every row, in one query."""
    texts: list[str] = []
    bound: dict[str, Any] = {}
    for n, expression in enumerate(found):
        text, more = expression.sql(column=lambda name: f'"{name}"', prefix=f"p{n}_")
        texts.append(text)
        bound |= more
    CONNECTION.register("given", table)
    return CONNECTION.execute(f"SELECT {', '.join(texts)} FROM given", bound).fetchall()  # noqa: S608


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=st.lists(expressions(), min_size=1, max_size=6), given_rows=rows)
@example(  # 18 digits times 18 digits, which DuckDB by itself multiplies within 18
    texts=["money * money + land * pieces > money", "money * money + money * money"],
    given_rows=[
        {
            **dict.fromkeys(COLUMNS),
            "money": Decimal("9999999999998.99"),
            "land": Decimal("8.9999"),
            "pieces": 10**9 - 1,
        }
    ],
)
@example(  # scales that meet, where DuckDB by itself keeps the smaller one
    texts=["coalesce(land * land, money + money)", "land * land in (0.0001)"],
    given_rows=[{**dict.fromkeys(COLUMNS), "land": Decimal("0.0001")}],
)
def test_python_and_duckdb_agree(texts: list[str], given_rows: list[dict[str, Any]]) -> None:
    found = [Expression.parse(text, COLUMNS) for text in texts]

    wanted = [tuple(expression.evaluate(row) for expression in found) for row in given_rows]

    table = pa.Table.from_pylist(given_rows, schema=SCHEMA)
    assert in_duckdb(found, table) == wanted


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=60)
    | conditions().flatmap(lambda text: st.permutations(text.split()).map(" ".join))
)
@example("$\r0\x0c0")  # a form feed ends no line
@example("people >\r\n\r\n and")
def test_whatever_is_written_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        found = Expression.parse(text, COLUMNS)
    except ExpressionInvalid as error:
        assert str(error).endswith("。")
        assert -1 <= error.position <= len(text)
    else:
        assert found.columns <= COLUMNS.keys()
        assert found.type in Type


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(text=conditions())
def test_sql_holds_no_value_of_the_text(text: str) -> None:
    found = Expression.parse(text, COLUMNS)

    sql, bound = found.sql(column=lambda name: f'"{name}"')

    # Literals are bound, so that no sign of the text can become part of a statement.
    assert "'" not in sql.replace("date_diff('day'", "")
    assert all(f"${name}" in sql for name in bound)
    assert sql.isascii()
