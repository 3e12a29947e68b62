"""Random expressions and rows give the same in Python and in DuckDB."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from qianxian_packs import Expression, Type

COLUMNS = {"a": Type.NUMBER, "b": Type.NUMBER, "d": Type.DATE, "e": Type.DATE, "t": Type.TEXT}
SQL_TYPES = {Type.NUMBER: "DECIMAL(18,4)", Type.DATE: "DATE", Type.TEXT: "VARCHAR"}

numbers = st.integers(-50, 50).map(str)
days = st.dates(date(2025, 1, 1), date(2026, 12, 31)).map(lambda d: f"'{d.isoformat()}'")
words = st.sampled_from(["'甲'", "'乙'", "'丙'"])
orders = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
sums = st.sampled_from(["+", "-", "*"])

number_terms = st.recursive(
    st.one_of(st.sampled_from(["a", "b"]), numbers, st.just("(d - e)"), st.just("coalesce(a, 0)")),
    lambda inner: st.tuples(inner, sums, inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
    max_leaves=3,
)
comparisons = st.one_of(
    st.tuples(number_terms, orders, number_terms).map(" ".join),
    st.tuples(st.sampled_from(["d", "e"]), orders, st.one_of(days, st.just("e"))).map(" ".join),
    st.tuples(st.just("t"), orders, words).map(" ".join),
    st.lists(words, min_size=1, max_size=3).map(lambda w: f"t in ({', '.join(w)})"),
    st.sampled_from(["a is null", "t is not null", "d is null"]),
    st.tuples(numbers, numbers).map(lambda p: f"a between {p[0]} and {p[1]}"),
)
expressions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda p: f"({p[0]} {p[1]} {p[2]})"
        ),
        inner.map(lambda text: f"not ({text})"),
    ),
    max_leaves=6,
)
rows = st.fixed_dictionaries(
    {
        "a": st.none() | st.decimals(-99, 99, places=2),
        "b": st.none() | st.decimals(-99, 99, places=2),
        "d": st.none() | st.dates(date(2025, 1, 1), date(2026, 12, 31)),
        "e": st.none() | st.dates(date(2025, 1, 1), date(2026, 12, 31)),
        "t": st.none() | st.sampled_from(["甲", "乙", "丙", ""]),
    }
)


def in_duckdb(found: Expression, row: dict[str, Any]) -> Any:
    text, values = found.sql(column=lambda name: f'"{name}"')
    columns = ", ".join(f'CAST($c_{n} AS {SQL_TYPES[t]}) AS "{n}"' for n, t in COLUMNS.items())
    given_row = {f"c_{name}": row[name] for name in COLUMNS}
    sql = f"SELECT {text} FROM (SELECT {columns}) AS r"
    return duckdb.execute(sql, {**values, **given_row}).fetchone()[0]  # type: ignore[index]


@settings(max_examples=150, deadline=None)
@given(text=expressions, row=rows)
def test_python_and_duckdb_agree(text: str, row: dict[str, Decimal | date | str | None]) -> None:
    found = Expression.parse(text, COLUMNS)

    assert found.evaluate(row) == in_duckdb(found, row)
