"""When a matter rises to somebody above. Pure: the day, the limit and the calendar come in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from qianxian.matters.flows import holds, is_open, said
from qianxian.matters.workdays import WorkCalendar
from qianxian_packs import Escalation, Flow, Ledger

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """What rules look at: the fields, the last day in time, the day the episode began.

    `risen` are the rules that had their turn in this episode: each has it once, and once more where
    the matter has ended and somebody `is_asked` to speak with the person concerned.
    """

    state: str
    row: Mapping[str, Any]
    due_on: date | None
    opened_on: date | None
    risen: Collection[str] = ()
    is_asked: bool = False


def due_rules(
    flow: Flow, ledger: Ledger, moment: Moment, on: date, calendar: WorkCalendar
) -> Iterator[Escalation]:
    """The rules of which the day has come."""
    if not (is_open(flow, moment.state) or moment.is_asked):
        return
    for rule in flow.escalations:
        if moment.is_asked and not rule.overdue:
            continue
        day = None if rule.id in moment.risen else day_of(rule, moment, calendar)
        if day is None or day > on:
            continue
        if rule.when is None or holds(rule.when, ledger, moment.row):
            yield rule


def day_of(rule: Escalation, moment: Moment, calendar: WorkCalendar) -> date | None:
    """The day on which a rule has its turn; None while nobody can say."""
    first_over = moment.due_on + _DAY if moment.due_on else None
    start = first_over if rule.overdue else moment.opened_on
    if start is None:
        return None
    return calendar.after(start, rule.after, working=rule.kind == "working")


def why(rule: Escalation, moment: Moment, on: date) -> str:
    """One sentence of what was so on that day."""
    if not rule.overdue:
        return f"{rule.label}：登记后就升级" if not rule.after else _since(rule, moment, on)
    due = moment.due_on
    told = f"到期 {said(due, on)}，超期 {(on - due).days} 天" if due else ""
    return f"{rule.label}：{told}"


def _since(rule: Escalation, moment: Moment, on: date) -> str:
    opened = f"{said(moment.opened_on, on)}登记，" if moment.opened_on else ""
    return f"{rule.label}：{opened}过了 {rule.after} {_UNITS[rule.kind]}"


_UNITS = {"natural": "天", "working": "个工作日"}
