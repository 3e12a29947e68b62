"""What one person alone may neither put right nor take back while a matter is under way.

A correction does not do what a step is refused: open a hard condition, give more time, change what
the person concerned answered. And whoever is kept out of a step because they handled the matter
does not take that step back either.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Revision, User
from qianxian.ledgers.models import Entry
from qianxian.matters import children, filling, flows
from qianxian.matters.acts import acts_of, position_of
from qianxian.matters.errors import StepRefused
from qianxian.matters.flows import Attempt, Kind, Need, Position
from qianxian_packs import Expression, Flow, Ledger, Step

Values = Mapping[str, Any]


def guarded(entry: Entry, before: Values, after: Values) -> frozenset[str]:
    """Of the fields that a correction changes, those that somebody else must approve.

    What is filled for the first time is recorded, not corrected.
    """
    flow = catalogue().flows[entry.definition.flow or ""]
    changed = frozenset(n for n in after if before.get(n) not in (None, after[n]))
    found = changed & {flow.ask_after.field} if flow.ask_after else frozenset[str]()
    if not changed or not flows.is_open(flow, entry.state):
        return found
    return found | (_later(flow, before, after) & changed) | _opened(entry, changed, before, after)


def _later(flow: Flow, before: Values, after: Values) -> frozenset[str]:
    """Last days that move away: more time is asked for, and granted by somebody else."""
    return frozenset(
        clock.until
        for clock in flow.clocks
        if clock.until
        and (day := before.get(clock.until))
        and (after.get(clock.until) or date.max) > day
    )


def _opened(entry: Entry, changed: frozenset[str], before: Values, after: Values) -> frozenset[str]:
    """What hard conditions look at that were shut and would be open.

    Emptied counts too: what is empty may be filled by one.
    """
    ledger = entry.definition
    flow = catalogue().flows[ledger.flow or ""]
    rest = {
        "place": entry.place_id,
        "subject": entry.subject_id.hex if entry.subject_id else None,
        "state": entry.state,
        "campaign": entry.campaign or None,
    }
    names: frozenset[str] = frozenset()
    for text in set(_hard_conditions(flow, entry.state)):
        own = Expression.parse(text, ledger.columns).columns & changed
        was, would = (flows.holds(text, ledger, {**row, **rest}) for row in (before, after))
        if own and ((would and not was) or any(after[name] is None for name in own)):
            names |= own
    return names


def _hard_conditions(flow: Flow, state: str) -> Iterator[str]:
    for step in filling.steps_after(flow, state):
        for guard in step.guards:
            if guard.hard and guard.require:
                yield guard.require


def backdated(
    flow: Flow, step: Step, ledger: Ledger, position: Position, attempt: Attempt
) -> Iterator[Need]:
    """A day from which others are counted, written earlier than the step before was taken.

    It may be so where everything is typed afterwards; then a reason says so, and the story shows it.
    """
    if not position.taken:
        return
    last = position.taken[-1]
    taken = timezone.localdate(last.at)
    for name in step.needs:
        day = attempt.values.get(name)
        if name in _counted_from(flow) and isinstance(day, date) and day < taken:
            before = f"“{flow.step_by_id[last.step].label}”是 {flows.said(taken, attempt.on)} 办的"
            wrote = f"{ledger.by_name[name].label}写的是 {flows.said(day, attempt.on)}"
            says = f"{wrote}，可是{before}。是补录的，写明理由。"
            yield Need(Kind.GUARD, says, met=bool(attempt.reason), field="reason")


def far_off(flow: Flow, step: Step, ledger: Ledger, attempt: Attempt) -> Iterator[Need]:
    """A last day that whoever has to keep it writes far ahead: never late is not yet done in time."""
    for clock in flow.clocks:
        day = attempt.values.get(clock.until) if clock.until else None
        if isinstance(day, date) and (day - attempt.on).days > clock.most:
            label = ledger.by_name[clock.until or ""].label
            says = (
                f"{label}写到了 {flows.said(day, attempt.on)}，超过 {clock.most} 天。"
                "真要这么久，写明理由。"
            )
            yield Need(Kind.GUARD, says, met=bool(attempt.reason), field="reason")


def _counted_from(flow: Flow) -> frozenset[str]:
    guards = (guard.days for step in flow.steps for guard in step.guards)
    return frozenset(days.since for days in guards if days and days.at_least is not None)


# Acts that are one person's word on what another did.
_OWN = {
    "asked": "回访的答复",
    "reopen": "重新办",
    "extend": "批的延期",
    "refuse": "不批延期",
    "turn_down": "退回",
}


def check_undo(commit: Commit, *, by: User, at: datetime) -> None:
    """Raise StepRefused where taking this commit back would be a way around the flow."""
    for key, body in commit.revisions.filter(kind=Revision.Kind.ENTRY).values_list("key", "body"):
        told = json.loads(body)
        ledger = catalogue().ledgers[told["ledger"]]
        flow = catalogue().flows.get(ledger.flow or "")
        if flow is None:
            continue
        if told.get("version", 1) == 1:
            _refuse_old(commit, at, by)
        if commit.by != by.username:
            _refuse_of_others(commit, flow, UUID(key), told.get("act", {}), by)


def check_removal(entry: Entry, going: Collection[UUID]) -> None:
    """Raise StepRefused where a step of the matter above was open only because this entry hangs there."""
    parent = entry.parent
    flow = catalogue().flows.get(parent.definition.flow or "") if parent else None
    if parent is None or flow is None:
        return
    looks = [
        (step, guard.some_of)
        for step in flow.steps
        for guard in step.guards
        if guard.hard and guard.some_of and guard.some_of.ledger == entry.ledger
    ]
    taken = position_of(parent, acts_of(parent)).taken if looks else ()
    done = {each.step for each in taken if each.episode == parent.episode}
    for step, look in looks:
        if step.id in done and children.rests_on(look, entry, going):
            raise StepRefused(
                f"“{step.label}”办的时候靠的就是{entry}，去掉就站不住了。"
                "记错了的，先记上对的一条，再去掉这一条。"
            )


def _refuse_old(commit: Commit, at: datetime, by: User) -> None:
    """What was recorded is taken back on its day. A whole file of it that was wrong may be later, as
    nobody gives up a thousand one by one; but then it takes a second person."""
    recorded, today = timezone.localdate(commit.at), timezone.localdate(at)
    if recorded == today:
        return
    day = flows.said(recorded, today)
    if commit.source != Commit.Source.IMPORT:
        raise StepRefused(
            f"{day}登记的事项，过了当天不能撤回登记。"
            "不用办的，按流程写明理由放弃；重复的，并入另一件。"
        )
    if commit.by == by.username:
        raise StepRefused(
            f"{day}导入的事项，过了当天{by}一个人不能撤回。"
            "整个文件导错了，请另一位能更正的同事在其中一条的经过里撤回；个别错的，按流程写明理由放弃。"
        )


def _refuse_of_others(
    commit: Commit, flow: Flow, key: UUID, act: Mapping[str, Any], by: User
) -> None:
    own = next((label for name, label in _OWN.items() if name in act), "")
    if own or commit.undoes:
        what = f"“{own}”" if own else "撤回"
        raise StepRefused(f"{what}是{commit.by_name}做的，只有{commit.by_name}能撤回。")
    step = flow.step_by_id.get(act.get("step", ""))
    if step is None or not step.hard:
        return
    entry = Entry.objects.get(pk=key)
    if by.username in position_of(entry, acts_of(entry)).takers(step.differs_from):
        raise StepRefused(f"“{step.label}”要换人办，前面是{by}办的，也不能由{by}撤回。")
