"""Faults of limits: clocks that say no day or two, and states in which a matter may wait for ever."""

from __future__ import annotations

from collections.abc import Iterator

from qianxian_packs._errors import PackError
from qianxian_packs._flow import Flow
from qianxian_packs._known import Loaded


def clocks(item: Loaded, flow: Flow) -> Iterator[PackError]:
    of_states = {clock.id for clock in flow.stays.values()}
    for n, clock in enumerate(flow.clocks):
        if clock.id in of_states:
            yield item.error(f"“{clock.id}”是状态自己的时限的名字，换一个。", "clocks", n, "id")
        if (clock.days is None) == (clock.until is None):
            says = "时限写 days（几天）或者 until（到哪个日期栏），两个写一个。"
            yield item.error(says, "clocks", n)
        if clock.until and clock.kind != "natural":
            says = "until 已经说了是哪一天，不再写 kind。"
            yield item.error(says, "clocks", n, "kind")


def states(item: Loaded, flow: Flow) -> Iterator[PackError]:
    """Every state that waits for somebody is over its time one day, or says why it is not."""
    unlimited = _without_clock(flow)
    for name, state in flow.states.items():
        if state.kind != "open":
            if state.within or state.no_limit:
                yield item.error("已经结束的状态没有时限。", "states", name)
        elif state.within and state.no_limit:
            yield item.error("within 和 no_limit 两个写一个。", "states", name)
        elif name in unlimited and not (state.within or state.no_limit):
            says = (
                f"“{state.label}”没有时限在走，停在这里永远不会超期。写 within（最多停几天）；"
                "本来就说不准的，写 no_limit 说明为什么。"
            )
            yield item.error(says, "states", name)
        elif state.no_limit and name not in unlimited:
            says = f"“{state.label}”一直有时限在走，不用写 no_limit。"
            yield item.error(says, "states", name)


def _without_clock(flow: Flow) -> set[str]:
    """Open states to which some way leads with no clock running: all have stopped or are paused."""
    first = (flow.initial, frozenset(flow.begins))
    found: set[str] = set()
    met, waiting = {first}, [first]
    while waiting:
        state, running = waiting.pop()
        if not running:
            found.add(state)
        for step in flow.steps_from(state):
            left = running.difference(step.stops, step.pauses).union(step.starts)
            there = (step.to, left)
            if step.to in flow.states and flow.states[step.to].kind == "open" and there not in met:
                met.add(there)
                waiting.append(there)
    return found
