"""What single files cannot show: names that point to nothing, flows that cannot be walked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qianxian_packs._errors import ExpressionInvalid, PackError
from qianxian_packs._expression import Expression
from qianxian_packs._field import MEASURED
from qianxian_packs._flow import Flow
from qianxian_packs._indicator import Indicator
from qianxian_packs._ledger import Ledger
from qianxian_packs._nodes import Type
from qianxian_packs._yaml import Source

_SLOT = re.compile(r"(?<!\\)\{\{\s*([a-z0-9_]+)")
_Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A definition that is well formed by itself, with the file it came from."""

    kind: str
    definition: Any
    source: Source

    def error(self, says: str, *path: str | int) -> PackError:
        dotted = ".".join(str(part) for part in path)
        return PackError(self.source.file, self.source.line_of(path), dotted, says)


class _All:
    def __init__(self, loaded: Iterable[Loaded]) -> None:
        groups: dict[str, dict[str, Any]] = {}
        for item in loaded:
            groups.setdefault(item.kind, {})[item.definition.id] = item.definition
        self.ledgers: Mapping[str, Ledger] = groups.get("ledger", {})
        self.flows: Mapping[str, Flow] = groups.get("flow", {})
        self.indicators: Mapping[str, Indicator] = groups.get("indicator", {})


def inconsistencies(loaded: Iterable[Loaded]) -> Iterator[PackError]:
    """Every fault between definitions."""
    items = list(loaded)
    known = _All(items)
    yield from _repeated(items)
    for item in items:
        match item.definition:
            case Ledger():
                yield from _ledger(item, item.definition, known)
            case Flow():
                yield from _flow(item, item.definition, known)
            case Indicator():
                yield from _indicator(item, item.definition, known)
        if item.kind == "paragraph":
            yield from _paragraph(item, known)


def _repeated(items: Iterable[Loaded]) -> Iterator[PackError]:
    first: dict[tuple[str, str], str] = {}
    for item in items:
        key = (item.kind, item.definition.id)
        if key in first:
            yield item.error(f"{item.definition.id} 在 {first[key]} 里已经有了，换一个名字。")
        first.setdefault(key, item.source.file)


def _ledger(item: Loaded, ledger: Ledger, known: _All) -> Iterator[PackError]:
    names = [field.name for field in ledger.fields]
    for n, name in enumerate(names):
        if name in names[:n] or name in ("place", "subject", "state", "campaign"):
            yield item.error(f"“{name}”重复了，或者是系统自己的名字，换一个。", "fields", n, "name")
    for n, field in enumerate(ledger.fields):
        yield from _field(item, ledger, n, known)
        if field.private and field.filter:
            yield item.error(f"{field.label}是隐私，不能拿来筛选。", "fields", n, "filter")
    yield from _references(item, ledger, known, set(names))
    for n, check in enumerate(ledger.check_texts):
        yield from _expression(item, ledger, check.require, "checks", n, "require")


def _field(item: Loaded, ledger: Ledger, n: int, known: _All) -> Iterator[PackError]:
    field = ledger.fields[n]
    if (field.type in ("choice", "multichoice")) != bool(field.choices):
        yield item.error("choices 只给 choice 和 multichoice，也必须给。", "fields", n, "choices")
    if (field.type == "entry") != (field.of is not None):
        yield item.error("of 只给 entry，也必须给：写底册的编号。", "fields", n, "of")
    elif field.of and not _is_register(known, field.of):
        yield item.error(f"没有“{field.of}”这个底册。", "fields", n, "of")
    has_range = field.min is not None or field.max is not None
    if has_range and field.type not in MEASURED | {"integer"}:
        yield item.error("min 和 max 只给数字。", "fields", n, "min")


def _references(item: Loaded, ledger: Ledger, known: _All, names: set[str]) -> Iterator[PackError]:
    if ledger.subject and not _is_register(known, ledger.subject):
        yield item.error(f"没有“{ledger.subject}”这个底册。", "subject")
    if ledger.flow and ledger.flow not in known.flows:
        yield item.error(f"没有“{ledger.flow}”这个流程。", "flow")
    for key in ("raises", "parent"):
        value = getattr(ledger, key) or ()
        for other in (value,) if isinstance(value, str) else value:
            if other not in known.ledgers:
                yield item.error(f"没有“{other}”这个台账。", key)
    if ledger.date and ledger.date not in {f.name for f in ledger.fields if f.type == "date"}:
        yield item.error(f"date 要写一个日期字段，没有“{ledger.date}”。", "date")
    for name in set(ledger.key) - names - {"subject", "place"}:
        yield item.error(f"key 里的“{name}”不是字段。", "key")
    for name in set(ledger.title) - {f.name for f in ledger.fields if not f.private}:
        yield item.error(f"title 里的“{name}”不是字段，或者是隐私。", "title")
    if ledger.profile == "never":
        if ledger.subject:
            yield item.error("profile: never 的台账不能以人或户为对象。", "subject")
        if "name" in ledger.find_by:
            yield item.error("profile: never 的台账不能按名字查。", "find_by")


def _is_register(known: _All, name: str) -> bool:
    return name in known.ledgers and known.ledgers[name].is_register


def _expression(item: Loaded, ledger: Ledger, text: str, *path: str | int) -> Iterator[PackError]:
    try:
        found = Expression.parse(text, ledger.columns)
    except ExpressionInvalid as error:
        yield item.error(str(error), *path)
        return
    if found.type is not Type.BOOLEAN:
        yield item.error("这里要写一个成立或不成立的式子。", *path)


def _flow(item: Loaded, flow: Flow, known: _All) -> Iterator[PackError]:
    states = set(flow.states)
    if flow.initial not in states:
        yield item.error(f"没有“{flow.initial}”这个状态。", "initial")
    ids = [step.id for step in flow.steps]
    clocks = {clock.id for clock in flow.clocks}
    for n, step in enumerate(flow.steps):
        if step.id in ids[:n]:
            yield item.error(f"步骤“{step.id}”重复了。", "steps", n, "id")
        for key, names, all_names in (
            ("from", step.from_, states),
            ("to", (step.to,), states),
            ("differs_from", step.differs_from, set(ids)),
            ("starts", step.starts, clocks),
            ("pauses", step.pauses, clocks),
            ("stops", step.stops, clocks),
        ):
            for name in names:
                if name not in all_names:
                    yield item.error(f"没有“{name}”。", "steps", n, key)
    yield from _walks(item, flow)
    yield from _clocks(item, flow)
    for ledger in known.ledgers.values():
        if ledger.flow == flow.id:
            yield from _fields_of_steps(item, flow, ledger)


def _walks(item: Loaded, flow: Flow) -> Iterator[PackError]:
    reached, waiting = {flow.initial}, [flow.initial]
    while waiting:
        for step in flow.steps_from(waiting.pop()):
            if step.to not in reached:
                reached.add(step.to)
                waiting.append(step.to)
    for name, state in flow.states.items():
        if name not in reached:
            yield item.error(f"“{state.label}”走不到。", "states", name)
        is_left = bool(flow.steps_from(name))
        if state.kind == "open" and not is_left:
            yield item.error(f"“{state.label}”进去了出不来。", "states", name)


def _clocks(item: Loaded, flow: Flow) -> Iterator[PackError]:
    started = {c for step in flow.steps for c in step.starts} | set(flow.begins)
    stopped = {c for step in flow.steps for c in step.stops}
    for n, clock in enumerate(flow.clocks):
        if clock.id not in started:
            yield item.error(f"“{clock.label}”从来不开始。", "clocks", n, "id")
        if clock.id not in stopped:
            yield item.error(f"“{clock.label}”从来不停。", "clocks", n, "id")
    for name in set(flow.begins) - {clock.id for clock in flow.clocks}:
        yield item.error(f"没有“{name}”这个时限。", "begins")


def _fields_of_steps(item: Loaded, flow: Flow, ledger: Ledger) -> Iterator[PackError]:
    for n, step in enumerate(flow.steps):
        for key, names in (("needs", step.needs), ("sets", tuple(step.sets))):
            for name in names:
                if name not in ledger.by_name:
                    yield item.error(f"{ledger.name}没有“{name}”这个字段。", "steps", n, key)
        for g, guard in enumerate(step.guards):
            yield from _expression(item, ledger, guard.require, "steps", n, "guards", g, "require")


def _indicator(item: Loaded, indicator: Indicator, known: _All) -> Iterator[PackError]:
    if indicator.kind == "rate":
        yield from _rate(item, indicator, known)
        return
    if indicator.numerator or indicator.denominator:
        yield item.error("只有 rate 才写 numerator 和 denominator。", "numerator")
    ledger = known.ledgers.get(indicator.from_ or "")
    if ledger is None:
        yield item.error(f"没有“{indicator.from_}”这个台账。", "from")
        return
    if indicator.where_text:
        yield from _expression(item, ledger, indicator.where_text, "where")
    yield from _when(item, indicator, ledger)
    yield from _value(item, indicator, ledger, known)


def _rate(item: Loaded, indicator: Indicator, known: _All) -> Iterator[PackError]:
    for key in ("numerator", "denominator"):
        part = known.indicators.get(getattr(indicator, key) or "")
        if part is None:
            yield item.error("率要写明分子和分母，都是已有的指标。", key)
        elif part.kind == "rate":
            yield item.error("分子和分母不能又是率。", key)
    if indicator.from_ or indicator.where_text:
        yield item.error("率从分子分母来，不写 from 和 where。", "from")


def _when(item: Loaded, indicator: Indicator, ledger: Ledger) -> Iterator[PackError]:
    days = {f.name for f in ledger.fields if f.type == "date" and not f.private}
    if indicator.kind == "flow" and (indicator.on or ledger.date) not in days:
        yield item.error("flow 要写 on：按哪个日期算进哪一期。", "on")
    if indicator.kind == "stock" and not indicator.during and not ledger.is_register:
        yield item.error("stock 要写 during：[从哪个日期起, 到哪个日期止]。", "during")
    for name in (indicator.on, *(indicator.during or ())):
        if name and name not in days:
            yield item.error(f"{ledger.name}没有“{name}”这个日期字段。", "on")


def _value(item: Loaded, indicator: Indicator, ledger: Ledger, known: _All) -> Iterator[PackError]:
    name = indicator.value.field
    field = ledger.by_name.get(name or "")
    if name and name != "subject" and (field is None or field.private):
        yield item.error(f"{ledger.name}没有“{name}”这个字段，或者是隐私。", "value")
    elif indicator.value.kind == "sum" and (
        field is None or field.type not in MEASURED | {"integer"}
    ):
        yield item.error("sum 只能加数字字段。", "value")
    for by in indicator.by:
        if by not in ledger.by_name or ledger.by_name[by].private:
            yield item.error(f"{ledger.name}没有“{by}”这个字段，或者是隐私。", "by")
    if indicator.counts or indicator.person:
        yield from _persons(item, indicator, ledger, known)


def _persons(
    item: Loaded, indicator: Indicator, ledger: Ledger, known: _All
) -> Iterator[PackError]:
    register = known.ledgers.get(ledger.subject or "")
    name = (indicator.person or "").removeprefix("subject.")
    field = register.by_name.get(name) if register else None
    if indicator.counts != ("household", "person") or not (indicator.person or "").startswith(
        "subject."
    ):
        yield item.error(
            "户/人要写 counts: [household, person] 和 person: subject.人数字段。", "counts"
        )
    elif field is None or field.type != "integer" or field.private:
        yield item.error(f"底册里没有“{name}”这个整数字段。", "person")


def _paragraph(item: Loaded, known: _All) -> Iterator[PackError]:
    for name in _SLOT.findall(item.definition.text):
        if name not in known.indicators and name != "period":
            yield item.error(f"没有“{name}”这个指标。", "text")
