"""Text of an expression → our own nodes. sqlglot reads; only what is listed here comes through."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import ParseError, SqlglotError

from qianxian_packs._errors import ExpressionInvalid
from qianxian_packs._nodes import (
    LARGEST,
    PLACES,
    Arithmetic,
    Coalesce,
    Column,
    Compare,
    DaysBetween,
    In,
    IsNull,
    Literal,
    Logic,
    Node,
    Not,
    Type,
)

LONGEST = 2_000
_DEEPEST = 40
_FACTORS = 2
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LINE_END = re.compile(r"\r\n|\r|\n")
_FULL_WIDTH = re.compile("[＝＜＞（）‘’“”，；！]")
_ORDERS: Mapping[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_SUMS: Mapping[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}
_NAMES = {
    Type.TEXT: "文字",
    Type.NUMBER: "数字",
    Type.BOOLEAN: "是否",
    Type.DATE: "日期",
}
# What people try first, and what to write in its place.
_INSTEAD: Mapping[type[exp.Expr], str] = {
    exp.Null: "空不空要写成 字段 IS NULL 或 字段 IS NOT NULL。",
    exp.Div: "不能写除法。要算率，另写一个 kind: rate 的指标，写明分子和分母。",
    exp.Like: "不能写 LIKE。要比几个值，写成 IN ('甲', '乙')。",
    exp.CurrentDate: "不能写今天：同一条记录隔天再看，结果不能变。",
}


def parse(text: str, columns: Mapping[str, Type]) -> Node:
    """Read an expression against the columns it may name. Raises ExpressionInvalid."""
    if len(text) > LONGEST:
        raise ExpressionInvalid(f"式子超过{LONGEST}个字，请拆开写。")
    try:
        tree = parse_one(text, dialect="duckdb")
    except (SqlglotError, RecursionError, ValueError) as error:
        says = "看不懂这个式子，请照 字段 比较 值 的样子写。"
        if found := _FULL_WIDTH.search(text):
            raise ExpressionInvalid(f"{says}符号要用半角。", found.start()) from error
        raise ExpressionInvalid(says, _stopped_at(text, error)) from error
    return _Reader(columns).node(tree, 0)


class _Reader:
    def __init__(self, columns: Mapping[str, Type]) -> None:
        self._columns = columns
        self._kinds: Mapping[type[exp.Expr], Callable[[Any, int], Node]] = {
            exp.Paren: lambda e, d: self.node(e.this, d),
            exp.Column: self._column,
            exp.Literal: self._literal,
            exp.Boolean: lambda e, d: Literal(bool(e.this), Type.BOOLEAN),
            exp.Neg: self._negative,
            exp.Cast: self._cast,
            exp.And: lambda e, d: self._logic("AND", e, d),
            exp.Or: lambda e, d: self._logic("OR", e, d),
            exp.Not: lambda e, d: Not(self._typed(e.this, d, Type.BOOLEAN)),
            exp.Is: self._is,
            exp.In: self._in,
            exp.Between: self._between,
            exp.Coalesce: self._coalesce,
        }

    def node(self, tree: exp.Expr, depth: int) -> Node:
        if depth > _DEEPEST:
            raise ExpressionInvalid("式子套得太深，请拆开写。")
        kind = type(tree)
        if kind in self._kinds:
            return self._kinds[kind](tree, depth + 1)
        if kind in _ORDERS:
            return self._compare(_ORDERS[kind], tree.args["this"], tree.args["expression"], depth)
        if kind in _SUMS:
            return self._sum(_SUMS[kind], tree, depth)
        says = _INSTEAD.get(kind, f"式子里不能用 {tree.sql('duckdb')[:40]}。")
        raise ExpressionInvalid(says, _position(tree))

    def _column(self, tree: exp.Column, depth: int) -> Node:
        if tree.table or tree.name not in self._columns:
            raise ExpressionInvalid(f"没有“{tree.sql('duckdb')}”这个字段。", _position(tree))
        return Column(tree.name, self._columns[tree.name])

    def _literal(self, tree: exp.Literal, depth: int) -> Node:
        if tree.is_string:
            return Literal(tree.this, Type.TEXT)
        number = Decimal(tree.this)
        if abs(number) >= LARGEST or number != round(number, PLACES):
            says = f"{tree.this} 用不上：数要小于十万亿，最多 {PLACES} 位小数。"
            raise ExpressionInvalid(says, _position(tree))
        return Literal(round(number, PLACES).normalize(), Type.NUMBER)

    def _negative(self, tree: exp.Neg, depth: int) -> Node:
        inner = self._typed(tree.this, depth, Type.NUMBER)
        if isinstance(inner, Literal) and isinstance(inner.value, Decimal):
            return Literal(-inner.value, Type.NUMBER)
        return Arithmetic("-", Literal(Decimal(0), Type.NUMBER), inner)

    def _cast(self, tree: exp.Cast, depth: int) -> Node:
        inner = tree.this
        if tree.to.this is exp.DataType.Type.DATE and isinstance(inner, exp.Literal):
            return _as_date(Literal(inner.this, Type.TEXT), inner)
        raise ExpressionInvalid(
            "只能写 DATE '2026-01-01' 这样的日期，不能换类型。", _position(tree)
        )

    def _logic(self, operator: str, tree: exp.Connector, depth: int) -> Node:
        return Logic(
            operator,
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
        return Logic("AND", low, high)

    def _coalesce(self, tree: exp.Coalesce, depth: int) -> Node:
        items = [self.node(part, depth) for part in (tree.this, *tree.expressions)]
        first = next((i for i in items if not isinstance(i, Literal)), items[0])
        fitted = tuple(_same_type(first, item, tree)[1] for item in items)
        return Coalesce(fitted, first.type)

    def _compare(self, operator: str, left: exp.Expr, right: exp.Expr, depth: int) -> Node:
        nodes = _same_type(self.node(left, depth), self.node(right, depth), left)
        if operator not in ("=", "<>") and nodes[0].type is Type.BOOLEAN:
            raise ExpressionInvalid("是否只能比相等，不能比大小。", _position(left))
        return Compare(operator, *nodes)

    def _sum(self, operator: str, tree: exp.Expr, depth: int) -> Node:
        left = self.node(tree.args["this"], depth)
        right = self.node(tree.args["expression"], depth)
        if operator == "-" and Type.DATE in (left.type, right.type):
            return DaysBetween(*_same_type(left, right, tree))
        for node in (left, right):
            if node.type is not Type.NUMBER:
                raise ExpressionInvalid(f"{_NAMES[node.type]}不能做加减乘。", _position(tree))
        found = Arithmetic(operator, left, right)
        if _factors(found) > _FACTORS:
            raise ExpressionInvalid("最多两个数相乘，请少乘一个。", _position(tree))
        return found

    def _typed(self, tree: exp.Expr, depth: int, wanted: Type) -> Node:
        node = self.node(tree, depth)
        if node.type is not wanted:
            raise ExpressionInvalid(
                f"{tree.sql('duckdb')[:40]} 是{_NAMES[node.type]}，这里要{_NAMES[wanted]}。",
                _position(tree),
            )
        return node


def _same_type(left: Node, right: Node, tree: exp.Expr) -> tuple[Node, Node]:
    """Both sides with one type; a text literal beside a date is read as a date."""
    if left.type is Type.DATE and isinstance(right, Literal) and right.type is Type.TEXT:
        right = _as_date(right, tree)
    elif right.type is Type.DATE and isinstance(left, Literal) and left.type is Type.TEXT:
        left = _as_date(left, tree)
    if left.type is not right.type:
        raise ExpressionInvalid(
            f"{_NAMES[left.type]}和{_NAMES[right.type]}不能放在一起比。", _position(tree)
        )
    return left, right


def _as_date(literal: Literal, tree: exp.Expr) -> Literal:
    text = str(literal.value)
    try:
        # Python also reads weeks and days without dashes, which an author does not mean.
        day = date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        says = f"“{text}”不是日期，请写成 '2026-01-01'。"
        raise ExpressionInvalid(says, _position(tree)) from None
    return Literal(day, Type.DATE)


def _factors(node: Node) -> int:
    """How many numbers are multiplied at most."""
    match node:
        case Arithmetic(operator="*"):
            return _factors(node.left) + _factors(node.right)
        case Arithmetic():
            return max(_factors(node.left), _factors(node.right))
        case Coalesce():
            return max(_factors(item) for item in node.items)
    return 1


def _position(tree: exp.Expr) -> int:
    """Where this part begins. sqlglot keeps no place of some words; then what holds them says."""
    part: exp.Expr | None = tree
    while part is not None:
        starts = (node.meta.get("start") for node in part.walk())
        if found := [start for start in starts if isinstance(start, int)]:
            return min(found)
        part = part.parent
    return -1


def _stopped_at(text: str, error: Exception) -> int:
    """Where sqlglot could not go on, -1 where it does not say."""
    if not isinstance(error, ParseError) or not error.errors:
        return -1
    fault = error.errors[0]
    # The lines that sqlglot counts; str.splitlines also breaks at form feeds and other signs.
    ends = [found.end() for found in _LINE_END.finditer(text)]
    start = ends[fault["line"] - 2] if 1 < fault["line"] <= len(ends) + 1 else 0
    position = start + int(fault["col"]) - len(fault["highlight"])
    return position if 0 <= position < len(text) else -1
