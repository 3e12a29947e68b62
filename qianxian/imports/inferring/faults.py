"""What is wrong with a design: a fault stands in the way of the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from qianxian.core.definitions import catalogue
from qianxian.imports.inferring.design import (
    ALWAYS_PRIVATE,
    CHOSEN,
    PLACES,
    SENSITIVE,
    TYPES,
    Design,
    DesignField,
)
from qianxian.imports.inferring.looking import Seen
from qianxian.imports.inferring.proposing import looks_sensitive, must_be_private
from qianxian_figures import is_comparable
from qianxian_packs import NUMBERS, UNITS

MOST_FIELDS = 80
_SHORTEST_REASON = 4


@dataclass(frozen=True, slots=True)
class DesignFault:
    """`column` is the position among the columns, None for the ledger as a whole."""

    key: str
    says: str
    column: int | None = None


def faults(design: Design, *, own: str = "", lines: Collection[str] = ()) -> list[DesignFault]:
    """Everything that keeps the design from being a ledger. `own`: the ledger that it changes."""
    found = [*_of_ledger(design, own, lines)]
    labels: dict[str, int] = {}
    for n, column in enumerate(design.columns):
        if column.is_field:
            found += _of_field(n, column, labels)
    found += _of_places(design)
    if not found:
        found += _by_schema(design)
    return found


def _of_ledger(design: Design, own: str, lines: Collection[str]) -> Iterator[DesignFault]:
    name = design.name.strip()
    if len(name) < 2:
        yield DesignFault("name", "还没写台账叫什么。写一个大家认得的名字。")
    for ledger in catalogue().ledgers.values():
        if ledger.name == name and ledger.id != own:
            yield DesignFault("name", f"已经有一本叫“{name}”的台账。换个名字，或者导进那一本。")
    if lines and design.line not in lines:
        yield DesignFault("line", "还没选条线，或者这条线不归你建台账。请重新选。")
    if not design.fields:
        yield DesignFault("name", "一栏都没有，建不成台账。至少留一栏。")
    if len(design.fields) > MOST_FIELDS:
        yield DesignFault(
            "name", f"有 {len(design.fields)} 栏，最多 {MOST_FIELDS} 栏。不用的请选“不要”。"
        )
    for key, says in (("date", "日期栏"), ("title", "名称栏"), ("key", "编号栏")):
        yield from _of_named(design, key, says)


def _of_named(design: Design, key: str, says: str) -> Iterator[DesignFault]:
    name = getattr(design, key)
    field = design.by_name(name)
    if name and field is None:
        yield DesignFault(key, f"{says}选的那一栏现在不要了。请重新选。")
    elif field and field.private:
        yield DesignFault(key, f"“{field.label}”是隐私，不能当{says}。换一栏，或者不设。")
    elif field and key == "date" and field.kind != "date":
        yield DesignFault(key, f"“{field.label}”不是日期。换一栏，或者把它的类型改成日期。")


def _of_field(n: int, column: DesignField, labels: dict[str, int]) -> Iterator[DesignFault]:
    label = "".join(column.label.split())
    if not label:
        yield DesignFault("label", "还没写这一栏叫什么。", n)
    elif label in labels:
        yield DesignFault("label", f"“{column.label}”前面有了，换个叫法。", n)
    labels.setdefault(label, n)
    if column.kind in CHOSEN:
        yield from _of_choices(n, column)
    if column.unit and column.kind in NUMBERS:
        base = UNITS.get(column.kind)
        if base and not is_comparable(column.unit, base):
            says = f"{TYPES[column.kind]}的单位要能换算成{base}，“{column.unit}”不行。改单位，或者类型选“数”。"
            yield DesignFault("unit", says, n)


def _of_choices(n: int, column: DesignField) -> Iterator[DesignFault]:
    plain = ["".join(choice.split()) for choice in column.choices]
    if not plain:
        yield DesignFault("choices", "还没写有哪些选项。一行写一个。", n)
    elif len(set(plain)) < len(plain):
        again = next(one for one in plain if plain.count(one) > 1)
        yield DesignFault("choices", f"“{again}”写了两次，留一个。", n)


def _of_places(design: Design) -> Iterator[DesignFault]:
    for kind, words in PLACES.items():
        at = [n for n, column in enumerate(design.columns) if column.kind == kind]
        for n in at[1:]:
            yield DesignFault("kind", f"{words}只能有一栏，前面有了。", n)


def privacy_faults(design: Design, seen: Seen | None) -> Iterator[DesignFault]:
    """What looks like numbers of persons is private, unless somebody says why it need not be."""
    for n, column in enumerate(design.columns):
        if not column.is_field or column.private:
            continue
        if column.kind in ALWAYS_PRIVATE:
            says = f"{TYPES[column.kind]}必须是隐私，不能公开。"
            yield DesignFault("private", says, n)
            continue
        shown = seen.column(column.source) if seen and column.source else None
        like = looks_sensitive(shown) if shown else column.kind if column.kind in SENSITIVE else ""
        if must_be_private(column.kind, like):
            says = f"这一栏里像是{SENSITIVE[like]}，必须是隐私。勾上“隐私”，或者选“不要”。"
            yield DesignFault("private", says, n)
        elif like and len(column.public_because.strip()) < _SHORTEST_REASON:
            says = (
                f"这一栏里像是{SENSITIVE[like]}。要让人看见，写明为什么可以公开；不然勾上“隐私”。"
            )
            yield DesignFault("private", says, n)


def _by_schema(design: Design) -> Iterator[DesignFault]:
    """What the schema itself refuses, where none of the sentences above says it."""
    try:
        design.ledger("own_x")
    except ValidationError as error:
        where = error.errors()[0]["loc"]
        words = ".".join(map(str, where))
        yield DesignFault("name", f"有一处写得不合规矩（{words}），多半是太长。改短一些再试。")
