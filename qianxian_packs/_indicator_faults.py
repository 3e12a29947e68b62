"""Faults of indicators: a figure that no entry can give, or that nobody may set as a target."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from qianxian_figures import is_comparable
from qianxian_packs._errors import PackError
from qianxian_packs._field import NUMBERS
from qianxian_packs._indicator import Indicator
from qianxian_packs._known import Known, Loaded, expression_faults
from qianxian_packs._ledger import Ledger
from qianxian_packs._nodes import Type
from qianxian_packs._paragraph_faults import WORDS

# What each kind leaves out: YAML key → attribute.
_NOT_OF_RATES = {
    "from": "from_",
    "where": "where_text",
    "on": "on",
    "during": "during",
    "counts": "counts",
    "person": "person",
    "by": "by",
}


def faults(item: Loaded, indicator: Indicator, known: Known) -> Iterator[PackError]:
    yield from _names(item, indicator, known)
    yield from _targets(item, indicator)
    if indicator.kind == "rate":
        yield from _rate(item, indicator, known)
        return
    for key in ("numerator", "denominator"):
        if getattr(indicator, key):
            yield item.error("只有 rate 才写分子和分母。", key)
    if not indicator.from_:
        yield item.error("要写 from：从哪个台账数。", "from")
    elif known.lacks("ledger", indicator.from_):
        yield item.error(f"没有“{indicator.from_}”这个台账。", "from")
    elif ledger := known.ledgers.get(indicator.from_):
        yield from _counted(item, indicator, ledger, known)


def _counted(
    item: Loaded, indicator: Indicator, ledger: Ledger, known: Known
) -> Iterator[PackError]:
    if indicator.where_text:
        yield from expression_faults(item, ledger, known, indicator.where_text, "where")
    yield from _when(item, indicator, ledger)
    yield from _value(item, indicator, ledger)
    yield from _groups(item, indicator, ledger)
    yield from _persons(item, indicator, ledger, known)
    for key in ("target", "rank"):
        if ledger.profile == "never" and getattr(indicator, key) == "allowed":
            says = f"{ledger.name}是 profile: never，不设任务、不排名，写 never。"
            yield item.error(says, key)


def _names(item: Loaded, indicator: Indicator, known: Known) -> Iterator[PackError]:
    if indicator.id in WORDS:
        yield item.error(f"“{indicator.id}”在报告里另有意思，文件换个名字。")
    for n, name in enumerate(indicator.names):
        path = ("synonyms", n - 1) if n else ("name",)
        if name in indicator.names[:n]:
            yield item.error(f"“{name}”写了两次，留一个。", *path)
        for other in sorted(known.called[name, indicator.unit] - {indicator.id}):
            yield item.error(f"“{name}”也是 {other} 的名字，分不清说的是哪个。", *path)


def _targets(item: Loaded, indicator: Indicator) -> Iterator[PackError]:
    if indicator.target == "allowed" and indicator.better == "none":
        yield item.error("可以定任务的，要写 better：more 还是 less 才好。", "better")
    curve = indicator.curve
    if curve and (len(curve) != 12 or list(curve) != sorted(curve) or curve[-1] != Decimal(1)):
        yield item.error("curve 要写十二个月的累计进度，只增不减，十二月是 1。", "curve")


def _rate(item: Loaded, indicator: Indicator, known: Known) -> Iterator[PackError]:
    for key in ("numerator", "denominator"):
        name = getattr(indicator, key)
        part = known.indicators.get(name or "")
        if not name:
            yield item.error("率要写明分子和分母，都是已有的指标。", key)
        elif known.lacks("indicator", name):
            yield item.error(f"没有“{name}”这个指标。", key)
        elif part and part.kind == "rate":
            yield item.error("分子和分母不能又是率。", key)
    if indicator.numerator and indicator.numerator == indicator.denominator:
        yield item.error("分子和分母是同一个，率总是 100%。", "denominator")
    for key, attribute in _NOT_OF_RATES.items():
        if getattr(indicator, attribute):
            yield item.error(f"率从分子分母来，不写 {key}。", key)


def _when(item: Loaded, indicator: Indicator, ledger: Ledger) -> Iterator[PackError]:
    days = {f.name for f in ledger.fields if f.type == "date" and not f.private}
    named = [("on", indicator.on), *(("during", day) for day in indicator.during or ())]
    for key, name in named:
        if name and name not in days:
            yield item.error(f"{ledger.name}没有“{name}”这个日期字段，或者是隐私。", key)
    if indicator.kind == "flow":
        if not indicator.on and not ledger.date:
            yield item.error("flow 要写 on：按哪个日期算进哪一期。", "on")
        if indicator.during:
            yield item.error("during 只给 stock。flow 写 on。", "during")
    elif indicator.on:
        yield item.error("on 只给 flow。stock 写 during。", "on")
    elif not indicator.during and not ledger.is_register:
        yield item.error("stock 要写 during：[从哪个日期起, 到哪个日期止]。", "during")
    if indicator.during and indicator.during[0] == indicator.during[1]:
        yield item.error("during 的两个日期是同一个，一天也不会在册。", "during")


def _value(item: Loaded, indicator: Indicator, ledger: Ledger) -> Iterator[PackError]:
    how, name = indicator.value.kind, indicator.value.field
    if how == "count":
        return
    if how == "distinct" and name == "subject":
        if not ledger.subject:
            yield item.error(f"{ledger.name}没有 subject，不能按它去重。", "value")
        return
    field = ledger.by_name.get(name or "")
    if field is None or field.private:
        yield item.error(f"{ledger.name}没有“{name}”这个字段，或者是隐私。", "value")
    elif how != "distinct" and field.type not in NUMBERS:
        yield item.error(f"{how} 只能用在数字字段上，{field.label}不是。", "value")
    elif how != "distinct" and not _fits(field.shown_unit, indicator.unit):
        says = f"{field.label}的单位是{field.shown_unit}，换不成{indicator.unit}。"
        yield item.error(says, "unit")
    elif field.expression_type is None:
        yield item.error(f"{field.label}不能拿来去重。", "value")


def _fits(unit: str, other: str) -> bool:
    """A number without a unit takes that of its indicator."""
    return not unit or is_comparable(unit, other)


def _groups(item: Loaded, indicator: Indicator, ledger: Ledger) -> Iterator[PackError]:
    for n, name in enumerate(indicator.by):
        field = ledger.by_name.get(name)
        if field is None or field.private:
            yield item.error(f"{ledger.name}没有“{name}”这个字段，或者是隐私。", "by", n)
        elif field.expression_type not in (Type.TEXT, Type.BOOLEAN):
            yield item.error(f"不能按{field.label}分组，用选项或者文字字段。", "by", n)


def _persons(
    item: Loaded, indicator: Indicator, ledger: Ledger, known: Known
) -> Iterator[PackError]:
    if not indicator.counts and not indicator.person:
        return
    if indicator.counts != ("household", "person") or not indicator.person:
        says = "户/人要写 counts: [household, person] 和 person: subject.人数字段。"
        yield item.error(says, "counts")
        return
    if (indicator.value.kind, indicator.value.field) not in (
        ("count", None),
        ("distinct", "subject"),
    ):
        yield item.error("带人数的只能是 count 或 distinct(subject)。", "value")
    if ledger.subject is None:
        yield item.error(f"{ledger.name}没有 subject，数不出人。", "person")
    elif register := known.ledgers.get(ledger.subject):
        owner, _, name = indicator.person.partition(".")
        field = register.by_name.get(name)
        if owner != "subject" or field is None or field.type != "integer" or field.private:
            yield item.error(f"{register.name}没有“{name}”这个整数字段。", "person")
