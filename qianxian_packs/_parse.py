"""Text of an expression → our own nodes. sqlglot reads; only what is listed here comes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from qianxian_packs._errors import ExpressionInvalid
from qianxian_packs._nodes import (
    Arithmetic,
    Both,
    Coalesce,
    Column,
    Compare,
    DaysBetween,
    Either,
    In,
    IsNull,
    Literal,
    Node,
    Not,
    Type,
)

LONGEST = 2_000
_DEEPEST = 40
_ORDERS: Mapping[type[exp.Expression], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_SUMS: Mapping[type[exp.Expression], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}
_NAMES = {
    Type.TEXT: "文字",
    Type.NUMBER: "数字",
    Type.BOOLEAN: "是否",
    Type.DATE: "日期",
}


def parse(text: str, columns: Mapping[str, Type]) -> Node:
    """Read an expression against the columns it may name. Raises ExpressionInvalid."""
    if len(text) > LONGEST:
        raise ExpressionInvalid(f"式子超过{LONGEST}个字，请拆开写。")
    try:
        tree = parse_one(text, dialect="duckdb")
    except (SqlglotError, RecursionError, ValueError) as error:
        raise ExpressionInvalid("看不懂这个式子，请照 字段 比较 值 的样子写。") from error
    return _Reader(columns).node(tree, 0)


class _Reader:
    def __init__(self, columns: Mapping[str, Type]) -> None:
        self._columns = columns
        self._kinds: Mapping[type[exp.Expression], Callable[[Any, int], Node]] = {
            exp.Paren: lambda e, d: self.node(e.this, d),
            exp.Column: self._column,
            exp.Literal: self._literal,
            exp.Boolean: lambda e, d: Literal(bool(e.this), Type.BOOLEAN),
            exp.Neg: self._negative,
            exp.Cast: self._cast,
            exp.And: lambda e, d: Both(*self._logical(e, d)),
            exp.Or: lambda e, d: Either(*self._logical(e, d)),
            exp.Not: lambda e, d: Not(self._typed(e.this, d, Type.BOOLEAN)),
            exp.Is: self._is,
            exp.In: self._in,
            exp.Between: self._between,
            exp.Coalesce: self._coalesce,
        }

    def node(self, tree: exp.Expression, depth: int) -> Node:
        if depth > _DEEPEST:
            raise ExpressionInvalid("式子套得太深，请拆开写。")
        kind = type(tree)
        if kind in self._kinds:
            return self._kinds[kind](tree, depth + 1)
        if kind in _ORDERS:
            return self._compare(_ORDERS[kind], tree.args["this"], tree.args["expression"], depth)
        if kind in _SUMS:
            return self._sum(_SUMS[kind], tree, depth)
        raise ExpressionInvalid(f"式子里不能用 {tree.sql('duckdb')[:40]}。", _position(tree))

    def _column(self, tree: exp.Column, depth: int) -> Node:
        if tree.table or tree.name not in self._columns:
            raise ExpressionInvalid(f"没有“{tree.sql('duckdb')}”这个字段。", _position(tree))
        return Column(tree.name, self._columns[tree.name])

    def _literal(self, tree: exp.Literal, depth: int) -> Node:
        if tree.is_string:
            return Literal(tree.this, Type.TEXT)
        number = Decimal(tree.this)
        if not number.is_finite() or abs(number.adjusted()) > 20:
            raise ExpressionInvalid(f"{tree.this} 不是用得上的数。", _position(tree))
        return Literal(number, Type.NUMBER)

    def _negative(self, tree: exp.Neg, depth: int) -> Node:
        inner = self._typed(tree.this, depth, Type.NUMBER)
        if isinstance(inner, Literal) and isinstance(inner.value, Decimal):
            return Literal(-inner.value, Type.NUMBER)
        return Arithmetic("-", Literal(Decimal(0), Type.NUMBER), inner)

    def _cast(self, tree: exp.Cast, depth: int) -> Node:
        inner = tree.this
        if tree.to.this is exp.DataType.Type.DATE and isinstance(inner, exp.Literal):
            return _as_date(Literal(inner.this, Type.TEXT))
        raise ExpressionInvalid(
            "只能写 DATE '2026-01-01' 这样的日期，不能换类型。", _position(tree)
        )

    def _logical(self, tree: exp.Connector, depth: int) -> tuple[Node, Node]:
        return (
            self._typed(tree.args["this"], depth, Type.BOOLEAN),
            self._typed(tree.args["expression"], depth, Type.BOOLEAN),
        )

    def _is(self, tree: exp.Is, depth: int) -> Node:
        if not isinstance(tree.expression, exp.Null):
            raise ExpressionInvalid("IS 后面只能写 NULL 或 NOT NULL。", _position(tree))
        return IsNull(self.node(tree.this, depth))

    def _in(self, tree: exp.In, depth: int) -> Node:
        inner = self.node(tree.this, depth)
        if not tree.expressions or tree.args.get("query"):
            raise ExpressionInvalid("IN 后面要写一串值，像 IN ('甲', '乙')。", _position(tree))
        items = []
        for part in tree.expressions:
            _, item = _same_type(inner, self.node(part, depth), part)
            if not isinstance(item, Literal):
                raise ExpressionInvalid("IN 后面只能写值，不能写字段。", _position(part))
            items.append(item)
        return In(inner, tuple(items))

    def _between(self, tree: exp.Between, depth: int) -> Node:
        low = self._compare(">=", tree.this, tree.args["low"], depth)
        high = self._compare("<=", tree.this, tree.args["high"], depth)
        return Both(low, high)

    def _coalesce(self, tree: exp.Coalesce, depth: int) -> Node:
        items = [self.node(part, depth) for part in (tree.this, *tree.expressions)]
        first = next((i for i in items if not isinstance(i, Literal)), items[0])
        fitted = tuple(_same_type(first, item, tree)[1] for item in items)
        return Coalesce(fitted, first.type)

    def _compare(
        self, operator: str, left: exp.Expression, right: exp.Expression, depth: int
    ) -> Node:
        nodes = _same_type(self.node(left, depth), self.node(right, depth), left)
        if operator not in ("=", "<>") and nodes[0].type is Type.BOOLEAN:
            raise ExpressionInvalid("是否只能比相等，不能比大小。", _position(left))
        return Compare(operator, *nodes)

    def _sum(self, operator: str, tree: exp.Expression, depth: int) -> Node:
        left = self.node(tree.args["this"], depth)
        right = self.node(tree.args["expression"], depth)
        if operator == "-" and Type.DATE in (left.type, right.type):
            return DaysBetween(*_same_type(left, right, tree))
        for node in (left, right):
            if node.type is not Type.NUMBER:
                raise ExpressionInvalid(f"{_NAMES[node.type]}不能做加减乘。", _position(tree))
        return Arithmetic(operator, left, right)

    def _typed(self, tree: exp.Expression, depth: int, wanted: Type) -> Node:
        node = self.node(tree, depth)
        if node.type is not wanted:
            raise ExpressionInvalid(
                f"{tree.sql('duckdb')[:40]} 是{_NAMES[node.type]}，这里要{_NAMES[wanted]}。",
                _position(tree),
            )
        return node


def _same_type(left: Node, right: Node, tree: exp.Expression) -> tuple[Node, Node]:
    """Both sides with one type; a text literal beside a date is read as a date."""
    if left.type is Type.DATE and isinstance(right, Literal) and right.type is Type.TEXT:
        right = _as_date(right)
    elif right.type is Type.DATE and isinstance(left, Literal) and left.type is Type.TEXT:
        left = _as_date(left)
    if left.type is not right.type:
        raise ExpressionInvalid(
            f"{_NAMES[left.type]}和{_NAMES[right.type]}不能放在一起比。", _position(tree)
        )
    return left, right


def _as_date(literal: Literal) -> Literal:
    try:
        return Literal(date.fromisoformat(str(literal.value)), Type.DATE)
    except ValueError:
        raise ExpressionInvalid(f"“{literal.value}”不是日期，请写成 '2026-01-01'。") from None


def _position(tree: exp.Expression) -> int:
    """Where sqlglot saw the first name of this part, -1 where it does not say."""
    for node in tree.walk():
        if isinstance(start := node.meta.get("start"), int):
            return start
    return -1
