"""Faults of flows: steps that lead nowhere, clocks that never stop, conditions that say nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from qianxian_packs import _ending_faults, _limit_faults, _matter_faults, _way_faults
from qianxian_packs._errors import PackError
from qianxian_packs._flow import Flow
from qianxian_packs._known import Known, Loaded


def faults(item: Loaded, flow: Flow, known: Known) -> Iterator[PackError]:
    found = [*_own(item, flow, known), *_ending_faults.faults(item, flow, known)]
    yield from found
    yield from _matter_faults.faults(item, flow, known)
    # Where a name points to nothing, it cannot be told which clocks run.
    if not found:
        yield from _limit_faults.states(item, flow)


def _own(item: Loaded, flow: Flow, known: Known) -> Iterator[PackError]:
    yield from _names(item, flow)
    yield from _roles(item, flow, known)
    yield from _walks(item, flow)
    yield from _clocks(item, flow)
    yield from _guards(item, flow)
    yield from _escalations(item, flow)
    yield from _limit_faults.clocks(item, flow)
    yield from _way_faults.faults(item, flow)


def _names(item: Loaded, flow: Flow) -> Iterator[PackError]:
    yield from _unknown(item, (flow.initial,), flow.states, "initial")
    yield from _unknown(item, flow.begins, flow.clock_by_id, "begins")
    yield from _repeated(item, "steps", [step.id for step in flow.steps])
    yield from _repeated(item, "clocks", [clock.id for clock in flow.clocks])
    yield from _repeated(item, "escalations", [rise.id for rise in flow.escalations])
    for n, step in enumerate(flow.steps):
        yield from _unknown(item, step.from_, flow.states, "steps", n, "from")
        yield from _unknown(item, (step.to,), flow.states, "steps", n, "to")
        for key in ("starts", "pauses", "stops"):
            yield from _unknown(item, getattr(step, key), flow.clock_by_id, "steps", n, key)
        others = flow.step_by_id.keys() - {step.id}
        yield from _unknown(item, step.differs_from, others, "steps", n, "differs_from")


def _unknown(
    item: Loaded, names: Iterable[str], known: Collection[str], *path: str | int
) -> Iterator[PackError]:
    for name in names:
        if name not in known:
            yield item.error(f"没有“{name}”，这里能写 {'、'.join(known) or '的还没有'}。", *path)


def _repeated(item: Loaded, key: str, ids: list[str]) -> Iterator[PackError]:
    for n, name in enumerate(ids):
        if name in ids[:n]:
            yield item.error(f"“{name}”前面有了，换一个名字。", key, n, "id")


def _roles(item: Loaded, flow: Flow, known: Known) -> Iterator[PackError]:
    if not known.has_all_roles:
        return
    named = [(step.role, ("steps", n, "role")) for n, step in enumerate(flow.steps)]
    named += [(rise.to, ("escalations", n, "to")) for n, rise in enumerate(flow.escalations)]
    for role, path in named:
        if role not in known.roles:
            says = f"没有“{role}”这个岗位职责，在 pack.yaml 的 roles 里写上它和叫法。"
            yield item.error(says, *path)


def _walks(item: Loaded, flow: Flow) -> Iterator[PackError]:
    ends = {name for name, state in flow.states.items() if state.kind != "open"}
    if not ends:
        yield item.error("没有一个状态是 kind: closed，永远办不完。", "states")
        return
    onward = {name: {step.to for step in flow.steps_from(name)} for name in flow.states}
    backward = {name: {before for before in onward if name in onward[before]} for name in onward}
    reached, leading = _spread({flow.initial}, onward), _spread(ends, backward)
    for name, state in flow.states.items():
        if name not in reached:
            yield item.error(f"“{state.label}”走不到，没有一步通到它。", "states", name)
        if state.kind == "open" and not onward[name]:
            yield item.error(f"“{state.label}”进去了出不来。", "states", name)
        elif name not in leading:
            yield item.error(f"从“{state.label}”走不到办结。", "states", name)


def _spread(start: set[str], ways: Mapping[str, set[str]]) -> set[str]:
    """All states that can be come to from these."""
    found, waiting = set(start), list(start)
    while waiting:
        fresh = ways.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found


def _clocks(item: Loaded, flow: Flow) -> Iterator[PackError]:
    started = {name for step in flow.steps for name in step.starts} | set(flow.begins)
    stopped = {name for step in flow.steps for name in step.stops}
    for n, clock in enumerate(flow.clocks):
        if clock.id not in started:
            yield item.error(f"“{clock.label}”从来不开始，没有一步 starts 它。", "clocks", n, "id")
        if clock.id not in stopped:
            yield item.error(f"“{clock.label}”从来不停，没有一步 stops 它。", "clocks", n, "id")
    for n, name in sorted(_left_running(flow)):
        if name in stopped:
            label = flow.clock_by_id[name].label
            says = f"这一步办完了，“{label}”还在走，在 stops 里写上 {name}。"
            yield item.error(says, "steps", n, "stops")


def _left_running(flow: Flow) -> set[tuple[int, str]]:
    """Steps that end a matter by some way on which a clock still runs: place of the step, clock."""
    first = (flow.initial, frozenset(flow.begins))
    found: set[tuple[int, str]] = set()
    met, waiting = {first}, [first]
    while waiting:
        state, running = waiting.pop()
        for n, step in enumerate(flow.steps):
            if state not in step.from_ or step.to not in flow.states:
                continue
            left = running.difference(step.stops).union(step.starts)
            left = left.intersection(flow.clock_by_id)
            if flow.states[step.to].kind != "open":
                found |= {(n, name) for name in left}
                left = frozenset()
            if (there := (step.to, left)) not in met:
                met.add(there)
                waiting.append(there)
    return found


def _guards(item: Loaded, flow: Flow) -> Iterator[PackError]:
    for n, step in enumerate(flow.steps):
        for g, guard in enumerate(step.guards):
            given = (guard.require, guard.days, guard.none_of, guard.some_of)
            if sum(part is not None for part in given) != 1:
                says = "把关条件从 require、days、none_of、some_of 里写一个。"
                yield item.error(says, "steps", n, "guards", g)
            if guard.days and (guard.days.at_least is None) == (guard.days.at_most is None):
                says = "days 里写 at_least（至少过几天）或者 at_most（最多过几天），两个写一个。"
                yield item.error(says, "steps", n, "guards", g, "days")
            if guard.days and not guard.basis:
                says = "天数总有来处，写 basis：哪部法、哪份文件；没读到原文，confirmed: false。"
                yield item.error(says, "steps", n, "guards", g, "basis")
            if guard.confirmed and not guard.basis:
                says = "没有写 basis，核实的是什么？"
                yield item.error(says, "steps", n, "guards", g, "confirmed")


def _escalations(item: Loaded, flow: Flow) -> Iterator[PackError]:
    for n, rise in enumerate(flow.escalations):
        if rise.overdue and not flow.clock_by_id:
            says = "流程没有时限，不会超期。从开事项那天算的，写 overdue: false。"
            yield item.error(says, "escalations", n)
