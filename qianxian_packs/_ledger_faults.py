"""Faults of ledgers: fields that cannot be, names that point to nothing, persons where none may be."""

from __future__ import annotations

from collections.abc import Iterator

from qianxian_figures import is_comparable
from qianxian_packs._errors import FieldInvalid, PackError
from qianxian_packs._field import NUMBERS, Field
from qianxian_packs._known import Known, Loaded, expression_faults
from qianxian_packs._ledger import RESERVED, Ledger
from qianxian_packs._texts import compact

# Numbers of papers that belong to one person.
_PERSONAL = frozenset({"id_card", "bank_card"})


def faults(item: Loaded, ledger: Ledger, known: Known) -> Iterator[PackError]:
    for n, field in enumerate(ledger.fields):
        yield from _names(item, ledger, n)
        yield from _settings(item, field, n)
        yield from _privacy(item, field, n)
        if field.of and known.lacks_register(field.of):
            yield item.error(f"没有“{field.of}”这个底册。", "fields", n, "of")
    for n, gone in enumerate(ledger.retired):
        if gone.name in ledger.by_name:
            says = f"“{gone.name}”还在用，不能又写成停用的。"
            yield item.error(says, "retired", n, "name")
    yield from _references(item, ledger, known)
    yield from _hanging(item, ledger, known)
    yield from _named_fields(item, ledger)
    yield from _span(item, ledger)
    yield from _lasting(item, ledger)
    if ledger.profile == "never":
        yield from _persons(item, ledger, known)
    for n, check in enumerate(ledger.check_texts):
        yield from expression_faults(item, ledger, known, check.require, "checks", n, "require")


def _names(item: Loaded, ledger: Ledger, n: int) -> Iterator[PackError]:
    field, before = ledger.fields[n], ledger.fields[:n]
    if field.name in RESERVED:
        yield item.error(f"“{field.name}”是系统自己用的名字，换一个。", "fields", n, "name")
    if any(field.name == other.name for other in before):
        yield item.error(f"“{field.name}”这个名字前面用过了，换一个。", "fields", n, "name")
    # People, workbooks and forms know a field by its label.
    if any(compact(field.label) == compact(other.label) for other in before):
        yield item.error(f"“{field.label}”前面有了，换一个叫法。", "fields", n, "label")


def _settings(item: Loaded, field: Field, n: int) -> Iterator[PackError]:
    if (field.type in ("choice", "multichoice")) != bool(field.choices):
        says = "choices 只给 choice 和 multichoice，也必须给。"
        yield item.error(says, "fields", n, "choices")
    if len({compact(choice) for choice in field.choices}) < len(field.choices):
        yield item.error("有两个选项是一样的，留一个。", "fields", n, "choices")
    if (field.type == "entry") != (field.of is not None):
        yield item.error("of 只给 entry，也必须给：写底册的编号。", "fields", n, "of")
    for key in ("min", "max", "unit"):
        if getattr(field, key) is not None and field.type not in NUMBERS:
            yield item.error(f"{key} 只给数字。", "fields", n, key)
    if field.min is not None and field.max is not None and field.min > field.max:
        yield item.error("min 比 max 大，写反了。", "fields", n, "min")
    if field.unit and field.own_unit and not is_comparable(field.unit, field.own_unit):
        says = f"{field.type} 的单位是{field.own_unit}，不能换成“{field.unit}”。"
        yield item.error(says, "fields", n, "unit")
    if field.default is not None:
        try:
            field.parse(field.default)
        except FieldInvalid as error:
            yield item.error(str(error), "fields", n, "default")


def _privacy(item: Loaded, field: Field, n: int) -> Iterator[PackError]:
    if field.private and field.filter:
        yield item.error(f"{field.label}是隐私，不能拿来筛选。", "fields", n, "filter")
    if field.type in _PERSONAL and not field.private:
        yield item.error(f"{field.label}要写 private: true。", "fields", n, "type")


def _references(item: Loaded, ledger: Ledger, known: Known) -> Iterator[PackError]:
    if ledger.subject and known.lacks_register(ledger.subject):
        yield item.error(f"没有“{ledger.subject}”这个底册。", "subject")
    if ledger.flow and known.lacks("flow", ledger.flow):
        yield item.error(f"没有“{ledger.flow}”这个流程。", "flow")


def _hanging(item: Loaded, ledger: Ledger, known: Known) -> Iterator[PackError]:
    for n, name in enumerate(ledger.parents):
        if known.lacks("ledger", name):
            yield item.error(f"没有“{name}”这个台账。", "parent")
        elif name == ledger.id:
            yield item.error("不能挂在自己下面。", "parent")
        elif name in ledger.parents[:n]:
            yield item.error(f"“{name}”写了两次，留一个。", "parent")
    for n, name in enumerate(ledger.raises):
        raised = known.ledgers.get(name)
        if known.lacks("ledger", name):
            yield item.error(f"没有“{name}”这个台账。", "raises", n)
        elif raised and not raised.flow:
            yield item.error(f"{raised.name}没有流程，开不出事项来。", "raises", n)
        elif raised and ledger.id not in raised.parents:
            says = f"{raised.name}没有挂在这个台账下面，在它那里写 parent: {ledger.id}。"
            yield item.error(says, "raises", n)


def _named_fields(item: Loaded, ledger: Ledger) -> Iterator[PackError]:
    shown = {field.name: field for field in ledger.fields if not field.private}
    if ledger.date and ledger.date not in ledger.open_days:
        yield item.error(f"date 要写一个日期字段，“{ledger.date}”不是。", "date")
    if ledger.period and not ledger.date:
        yield item.error("有 period 就要写 date，不然不知道记的是哪一期。", "period")
    own = _telling_apart(ledger)
    for n, name in enumerate(ledger.key):
        if name not in own:
            yield item.error(f"key 里的“{name}”不是字段，或者是隐私。", "key", n)
    for n, name in enumerate(ledger.title):
        if name not in shown:
            yield item.error(f"title 里的“{name}”不是字段，或者是隐私。", "title", n)


def _telling_apart(ledger: Ledger) -> set[str]:
    """What may tell entries apart: it stands beside them in plain text, so it is not private."""
    shown = {field.name for field in ledger.fields if not field.private}
    return shown | {"place"} | ({"subject"} if ledger.subject else set())


def _span(item: Loaded, ledger: Ledger) -> Iterator[PackError]:
    span = ledger.span
    if span is None:
        return
    for n, name in enumerate(span.of):
        if name == "place" or name not in _telling_apart(ledger):
            yield item.error(f"span 里的“{name}”不是字段，或者是隐私。", "span", "of", n)
    for key, name in (("from", span.from_), ("to", span.to)):
        if name not in ledger.open_days:
            says = f"{key} 要写一个日期字段，“{name}”不是，或者是隐私。"
            yield item.error(says, "span", key)
    if span.from_ == span.to:
        yield item.error("from 和 to 是同一个日期，一天也不会重叠。", "span", "to")
    why = ledger.by_name.get(span.why or "")
    if span.why and (why is None or why.type not in ("choice", "text") or why.private):
        yield item.error(f"why 要写一个选项或文字字段，“{span.why}”不是。", "span", "why")


def _lasting(item: Loaded, ledger: Ledger) -> Iterator[PackError]:
    if ledger.ends and not ledger.is_register:
        yield item.error("ends 只给底册：只有底册里的才会销、会再立。", "ends")
    if ledger.approve and ledger.changes == "free":
        yield item.error("写了 approve，还要写 changes: approved。", "approve")
    for n, name in enumerate(ledger.approve):
        if name not in ledger.by_name:
            yield item.error(f"approve 里的“{name}”不是字段。", "approve", n)


def _persons(item: Loaded, ledger: Ledger, known: Known) -> Iterator[PackError]:
    """A ledger of matters from which no page about a person may be put together."""
    if ledger.subject and _holds_people(known, ledger.subject):
        yield item.error("profile: never 的台账不能以人或户为对象。", "subject")
    for n, field in enumerate(ledger.fields):
        if field.of and _holds_people(known, field.of):
            yield item.error("profile: never 的台账不能连到人或户。", "fields", n, "of")
    for n, way in enumerate(ledger.find_by):
        if way == "name":
            yield item.error("profile: never 的台账不能按名字查。", "find_by", n)
    if ledger.people:
        yield item.error("人和户的底册不能是 profile: never。", "profile")


def _holds_people(known: Known, name: str) -> bool:
    ledger = known.ledgers.get(name)
    return ledger is not None and ledger.holds_people
