"""SQL that a list needs to stay quick at any length, for either database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import BigIntegerField, BooleanField, F, Func, IntegerField
from django.db.models.expressions import Combinable, Expression
from django.db.models.sql.compiler import SQLCompiler

from qianxian.ledgers.conditions import checked

_Sql = tuple[str, tuple[Any, ...]]
_WHOLE = r"^-?[0-9]{1,18}$"
NUMBER = r"^-?[0-9]{1,18}(\.[0-9]+)?$"
# Stored decimals have four places at the most, so that ten thousandths are whole numbers.
SCALE = 10_000
# Beyond it a double no longer tells ten thousandths apart; such a field is added up in Python.
EXACT = 10**11


class FieldWhole(Func):
    """A field of whole numbers, to sort by. Text that an older definition left there is last."""

    output_field = BigIntegerField()

    def __init__(self, name: str) -> None:
        super().__init__(F("data"))
        self.name = checked(name)

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> _Sql:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"CAST(JSON_EXTRACT({sql}, '$.{self.name}') AS INTEGER)", tuple(params)

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> _Sql:
        sql, params = compiler.compile(self.source_expressions[0])
        text = f"({sql} ->> '{self.name}')"
        return f"(CASE WHEN {text} ~ '{_WHOLE}' THEN {text}::bigint END)", tuple(params) * 2


class TenThousandths(Func):
    """Ten thousandths of a number that is text, as a whole number: these add up without any
    rounding.

    A stored decimal of at most 15 digits is within half a ten thousandth of its double, so the
    nearest whole number is the exact one; `EXACT` bounds the values for which that holds.
    PostgreSQL has none of text that is no number; SQLite needs `IsOdd` to tell.
    """

    output_field = BigIntegerField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> _Sql:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"CAST(ROUND(CAST({sql} AS REAL) * {SCALE}) AS INTEGER)", tuple(params)

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> _Sql:
        sql, params = compiler.compile(self.source_expressions[0])
        whole = f"ROUND({sql}::numeric * {SCALE})"
        return f"(CASE WHEN {sql} ~ '{NUMBER}' THEN {whole} END)", tuple(params) * 2


class IsOdd(Func):
    """1 for text in which SQLite would read a number that is none, as 12 in 12户; else 0."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> _Sql:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"({sql} GLOB '*[^0-9.-]*')", tuple(params)

    def as_postgresql(self, *_: Any, **__: Any) -> _Sql:
        return "0", ()


class Beyond(Func):
    """(a, b) > (x, y) as the database compares rows, so that an index is entered at that place."""

    output_field = BooleanField()

    def __init__(
        self, columns: Sequence[Combinable], values: Sequence[Expression], sign: str
    ) -> None:
        super().__init__(*columns, *values)
        if sign not in ("<", ">"):
            raise ValueError(f"not a comparison: {sign!r}")
        self.sign, self.half = sign, len(columns)

    def as_sql(self, compiler: SQLCompiler, *_: Any, **__: Any) -> _Sql:
        parts = [compiler.compile(each) for each in self.source_expressions]
        left = ", ".join(sql for sql, _ in parts[: self.half])
        right = ", ".join(sql for sql, _ in parts[self.half :])
        params = tuple(p for _, own in parts for p in own)
        return f"({left}) {self.sign} ({right})", params


class OneOf(Func):
    """A column has one of these values, asked row by row: no index is to be chosen for it."""

    output_field = BooleanField()

    def __init__(self, column: str, values: Sequence[str]) -> None:
        super().__init__(F(column))
        self.values = tuple(values)

    def _sql(self, compiler: SQLCompiler, mark: str) -> _Sql:
        column, own = compiler.compile(self.source_expressions[0])
        if not self.values:
            return "1 = 0", ()
        marks = ", ".join(["%s"] * len(self.values))
        return f"{mark}{column} IN ({marks})", (*own, *self.values)

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> _Sql:
        return self._sql(compiler, "+")

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> _Sql:
        return self._sql(compiler, "")
