"""A flow as people read it: its drawing, and the same in tables. Drawn from its definition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qianxian.core.definitions import catalogue
from qianxian.matters.drawing import Drawing, draw
from qianxian.matters.flows import pictures_needed
from qianxian_packs import AskAfter, Clock, Flow, Guard, HandOn, Ledger, Step

_UNITS = {"natural": "个自然日", "working": "个工作日", "hours": "小时"}


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step: the number that it has in the drawing, from where to where, who, what it needs."""

    number: int
    label: str
    from_: str
    to: str
    who: str
    needs: tuple[str, ...]
    guards: tuple[tuple[str, bool], ...]
    clocks: tuple[str, ...]
    hint: str


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit with what it rests on."""

    label: str
    limit: str
    starts: str
    pauses: str
    stops: str
    basis: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class FlowPage:
    """Everything that the page of a flow shows."""

    flow: Flow
    line: str
    ledgers: tuple[Ledger, ...]
    steps: tuple[StepRow, ...]
    limits: tuple[LimitRow, ...]
    rises: tuple[tuple[str, str], ...]

    @property
    def drawing(self) -> Drawing:
        """Made only where it is shown: a list of flows does without."""
        return draw(self.flow)

    @property
    def unconfirmed(self) -> int:
        """How many limits and conditions rest on nothing that was confirmed."""
        guards = [guard for step in self.flow.steps for guard in step.guards if guard.basis]
        limits = sum(not limit.confirmed for limit in self.limits)
        return limits + sum(not guard.confirmed for guard in guards)


def flow_page(flow: Flow) -> FlowPage:
    ledgers = tuple(x for x in catalogue().ledgers.values() if x.flow == flow.id)
    return FlowPage(
        flow,
        catalogue().lines[flow.line].name,
        ledgers,
        tuple(_step(flow, n, step, ledgers) for n, step in enumerate(flow.steps, 1)),
        tuple(_limits(flow, ledgers)),
        tuple((rise.label, _role(rise.to)) for rise in flow.escalations),
    )


def _role(duty: str) -> str:
    """What people call a duty."""
    return catalogue().roles.get(duty, duty)


def _step(flow: Flow, n: int, step: Step, ledgers: Sequence[Ledger]) -> StepRow:
    return StepRow(
        number=n,
        label=step.label,
        from_="、".join(flow.states[name].label for name in step.from_),
        to=flow.states[step.to].label,
        who=_role(step.role),
        needs=tuple(_needs(flow, step, ledgers)),
        guards=tuple((_guard(guard), guard.hard) for guard in step.guards),
        clocks=tuple(_clocks(flow, step)),
        hint=step.hint,
    )


def _label_of(name: str, ledgers: Sequence[Ledger]) -> str:
    """What a field is called in the first ledger that has it."""
    found = (ledger.by_name[name].label for ledger in ledgers if name in ledger.by_name)
    return next(found, name)


def _needs(flow: Flow, step: Step, ledgers: Sequence[Ledger]) -> Iterator[str]:
    yield from (_label_of(name, ledgers) for name in step.needs)
    if pictures := pictures_needed(step):
        yield f"照片 {pictures} 张"
    if step.differs_from:
        before = "、".join(f"“{flow.step_by_id[name].label}”" for name in step.differs_from)
        yield f"和办{before}的不是同一人" + ("" if step.hard else "，写明理由可以")
    if step.reason or flow.states[step.to].kind == "cancelled":
        yield "理由"
    if step.document and step.document in catalogue().documents:
        yield f"出《{catalogue().documents[step.document].name}》，编号登记"
    if step.bulk == "allowed":
        yield "可以批量办"
    if flow.hand_on and step.id in flow.hand_on.steps:
        yield "接的岗位要接办"


def _guard(guard: Guard) -> str:
    return guard.sentence if guard.hard else f"{guard.sentence}写明理由可以办。"


def _clocks(flow: Flow, step: Step) -> Iterator[str]:
    for verb, names in (("起算", step.starts), ("暂停", step.pauses), ("停", step.stops)):
        for name in names:
            yield f"{verb}“{flow.clock_by_id[name].label}”"


def _limit_words(clock: Clock, ledgers: Sequence[Ledger]) -> str:
    if clock.until:
        return f"到“{_label_of(clock.until, ledgers)}”那一天"
    roll = "，最后一天遇放假顺延" if clock.roll else ""
    return f"{clock.days} {_UNITS[clock.kind]}{roll}"


def _limits(flow: Flow, ledgers: Sequence[Ledger]) -> Iterator[LimitRow]:
    for clock in flow.clocks:
        starts = ["登记"] if clock.id in flow.begins else []
        starts += [step.label for step in flow.steps if clock.id in step.starts]
        yield LimitRow(
            clock.label,
            _limit_words(clock, ledgers),
            "、".join(starts),
            "、".join(step.label for step in flow.steps if clock.id in step.pauses),
            "、".join(step.label for step in flow.steps if clock.id in step.stops),
            clock.basis,
            clock.confirmed,
        )
    for state, clock in flow.stays.items():
        inside = f"“{flow.states[state].label}”"
        limit = _limit_words(clock, ledgers)
        yield LimitRow(
            clock.label, limit, f"到{inside}", "", f"离开{inside}", clock.basis, clock.confirmed
        )
    for known in flow.states.values():
        if known.no_limit:
            yield LimitRow(known.label, "没有时限", "", "", "", known.no_limit, confirmed=True)
    if flow.hand_on:
        yield _row("转来退回", flow.hand_on.refuse_within, flow.hand_on)
    if flow.ask_after:
        yield _row("办结后回访", flow.ask_after.within, flow.ask_after)


def _row(label: str, days: int, rule: HandOn | AskAfter) -> LimitRow:
    limit = f"{days} {_UNITS[rule.kind]}"
    return LimitRow(label, limit, "", "", "", rule.basis, rule.confirmed)
