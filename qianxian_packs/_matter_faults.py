"""Faults between a flow and each ledger that uses it: fields that are not there, conditions that
cannot be read, entries that hang on something else."""

from __future__ import annotations

from collections.abc import Iterator

from qianxian_packs._errors import FieldInvalid, PackError
from qianxian_packs._flow import Children, Flow
from qianxian_packs._known import Known, Loaded, expression_faults
from qianxian_packs._ledger import Ledger


def faults(item: Loaded, flow: Flow, known: Known) -> Iterator[PackError]:
    yield from _conditions_on_children(item, flow, known)
    for ledger in known.ledgers.values():
        if ledger.flow == flow.id:
            yield from _limits(item, flow, ledger)
            yield from _rises(item, flow, ledger, known)
            for n in range(len(flow.steps)):
                yield from _fields(item, flow, n, ledger)
                yield from _guards(item, flow, n, ledger, known)


def _limits(item: Loaded, flow: Flow, ledger: Ledger) -> Iterator[PackError]:
    for n, clock in enumerate(flow.clocks):
        if clock.until:
            yield from _day(item, ledger, clock.until, "clocks", n, "until")


def _day(item: Loaded, ledger: Ledger, name: str, *path: str | int) -> Iterator[PackError]:
    if name not in ledger.open_days:
        yield item.error(f"{ledger.name}没有“{name}”这个日期字段，或者是隐私。", *path)


def _rises(item: Loaded, flow: Flow, ledger: Ledger, known: Known) -> Iterator[PackError]:
    for n, rise in enumerate(flow.escalations):
        if rise.when:
            path = ("escalations", n, "when")
            yield from expression_faults(item, ledger, known, rise.when, *path)


def _fields(item: Loaded, flow: Flow, n: int, ledger: Ledger) -> Iterator[PackError]:
    step = flow.steps[n]
    for key, names in (("needs", step.needs), ("sets", tuple(step.sets))):
        for name in names:
            if name not in ledger.by_name:
                yield item.error(f"{ledger.name}没有“{name}”这个字段。", "steps", n, key)
    for name, value in step.sets.items():
        field = ledger.by_name.get(name)
        if field is None or (value == "today" and field.type == "date"):
            continue
        try:
            field.parse(value)
        except FieldInvalid as error:
            yield item.error(str(error), "steps", n, "sets", name)


def _guards(item: Loaded, flow: Flow, n: int, ledger: Ledger, known: Known) -> Iterator[PackError]:
    for g, guard in enumerate(flow.steps[n].guards):
        path = ("steps", n, "guards", g)
        if guard.require:
            yield from expression_faults(item, ledger, known, guard.require, *path, "require")
        if guard.days:
            yield from _day(item, ledger, guard.days.since, *path, "days", "since")
        for key in ("none_of", "some_of"):
            yield from _hanging(item, getattr(guard, key), ledger, known, *path, key, "ledger")


def _hanging(
    item: Loaded, children: Children | None, ledger: Ledger, known: Known, *path: str | int
) -> Iterator[PackError]:
    child = known.ledgers.get(children.ledger) if children else None
    if child and ledger.id not in child.parents:
        says = f"{child.name}没有挂在{ledger.name}下面，在它那里写 parent: {ledger.id}。"
        yield item.error(says, *path)


def _conditions_on_children(item: Loaded, flow: Flow, known: Known) -> Iterator[PackError]:
    """What is asked of the entries that hang on a matter, whichever ledger the matter is in."""
    for n, step in enumerate(flow.steps):
        for g, guard in enumerate(step.guards):
            for key in ("none_of", "some_of"):
                children: Children | None = getattr(guard, key)
                if children:
                    yield from _children(item, children, known, "steps", n, "guards", g, key)


def _children(
    item: Loaded, children: Children, known: Known, *path: str | int
) -> Iterator[PackError]:
    child = known.ledgers.get(children.ledger)
    if known.lacks("ledger", children.ledger):
        yield item.error(f"没有“{children.ledger}”这个台账。", *path, "ledger")
    elif child and children.where:
        yield from expression_faults(item, child, known, children.where, *path, "where")
