"""Walks matters of any ledger along any way of its flow, with all that its guards ask for.

It reads definitions, fills the fields that guards look at, hangs on the matter what they want to
find there, and waits the days.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, User
from qianxian.ledgers import values as entry_values
from qianxian.ledgers.checks import step_fields
from qianxian.ledgers.corrections import NeedsApproval
from qianxian.ledgers.models import Entry
from qianxian.ledgers.requests.services import approve, ask_for_change
from qianxian.ledgers.services import Row, correct_entry, save_entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import flows
from qianxian.matters.acts import acts_of
from qianxian.matters.children import count
from qianxian_packs import Children, DaysPassed, Expression, Field, Flow, Ledger, Step
from tests.unit.matters.office import Office, paths, value_for, way_to

MATTERS = [ledger.id for ledger in catalogue().ledgers.values() if ledger.flow]
# Ways without a detour are many; of each flow so many are walked, beside those of each step.
MOST = 6
# A field beside a step that stays as it stands.
_KEPT = object()


def flow_of(ledger: Ledger) -> Flow:
    return catalogue().flows[ledger.flow or ""]


def chosen_paths(flow: Flow) -> list[tuple[str, ...]]:
    """The shortest ways without a detour, and as few more as take every step from every state."""
    chosen = sorted(paths(flow, longest=len(flow.steps)), key=len)[:MOST]
    seen = {pair for path in chosen for pair in pairs(flow, path)}
    through = [
        (*way_to(flow, state), step.id, *way_onward(flow, step.to))
        for step in flow.steps
        for state in step.from_
        if flows.is_open(flow, state)
    ]
    for path in sorted(through, key=len, reverse=True):
        if fresh := pairs(flow, path) - seen:
            chosen.append(path)
            seen |= fresh
    return chosen


def pairs(flow: Flow, path: tuple[str, ...]) -> set[tuple[str, str]]:
    """Each step of a way with the state from which it is taken."""
    taken = [flow.step_by_id[name] for name in path]
    states = [flow.initial, *(step.to for step in taken)]
    return set(zip(states, path, strict=False))


def way_onward(flow: Flow, state: str) -> tuple[str, ...]:
    """The shortest walk from a state to where it is closed."""
    waiting: list[tuple[str, tuple[str, ...]]] = [(state, ())]
    seen = {state}
    while waiting:
        here, taken = waiting.pop(0)
        if not flows.is_open(flow, here):
            return taken
        for step in flow.steps_from(here):
            if step.to not in seen and flow.states[step.to].kind != "cancelled":
                seen.add(step.to)
                waiting.append((step.to, (*taken, step.id)))
    raise AssertionError(f"no way on from {state}")


def looked_at(ledger: Ledger) -> frozenset[str]:
    """Fields that guards and limits of the ledger's flow look at."""
    flow = catalogue().flows.get(ledger.flow or "")
    if flow is None:
        return frozenset()
    guards = [guard for step in flow.steps for guard in step.guards]
    texts = [guard.require for guard in guards if guard.require]
    named = {name for text in texts for name in Expression.parse(text, ledger.columns).columns}
    named |= {guard.days.since for guard in guards if guard.days}
    return frozenset(named | {clock.until for clock in flow.clocks if clock.until})


def likely(field: Field) -> list[Any]:
    """Values among which those that a guard wants are found."""
    if field.choices and field.type == "choice":
        return list(field.choices)
    least = 0 if field.min is None else field.min
    most = 5000 if field.max is None else field.max
    kinds: dict[str, list[Any]] = {
        "boolean": ["是", "否"],
        "integer": [n for n in (0, 1, 5000) if least <= n <= most],
        "money": ["1", "9000"],
    }
    return kinds.get(field.type, [])


@dataclass
class Walker:
    """Takes matters of any ledger along any way."""

    office: Office
    clerk: User
    at: datetime
    _made: int = field(default=0)

    # ---- recording

    def record(self, ledger: Ledger, *, parent: Entry | None = None, **more: Any) -> Entry:
        """An entry of any ledger with every field that no step fills, subjects and parents made."""
        self._made += 1
        own, asked = step_fields(ledger), looked_at(ledger)
        given = {
            f.name: self.value(f)
            for f in ledger.fields
            if f.name not in own and (f.required or f.name in asked)
        }
        subject = self.record(catalogue().ledgers[ledger.subject]) if ledger.subject else None
        row = Row({**given, **more}, self.office.place, subject, parent=parent)
        return save_entry(ledger=ledger, row=row, by=self.clerk, at=self.at)

    def value(self, field: Field) -> Any:
        if field.type == "entry":
            return str(self.record(catalogue().ledgers[field.of or ""]).pk)
        if field.type == "text":
            return f"{field.label}{self._made}"
        if field.type == "multichoice":
            return [field.choices[0]]
        return value_for(field, timezone.localdate(self.at))

    # ---- walking

    def walk(self, entry: Entry, path: tuple[str, ...]) -> None:
        for step in path:
            self.take(entry, step)

    def take(self, entry: Entry, step_id: str, **more: Any) -> Commit:
        """A step with what its guards want; the day moves on until they open."""
        step = flow_of(entry.definition).step_by_id[step_id]
        self.at += timedelta(days=1)
        for guard in step.guards:
            if guard.some_of:
                self.hang(entry, guard.some_of)
            if guard.none_of:
                self.clear(entry, guard.none_of)
            if guard.days and guard.days.at_least is not None:
                self.at += timedelta(days=2 * guard.days.at_least + 10)
        entry.refresh_from_db()
        by = more.pop("by", None) or self.taker(entry, step)
        given = self.filled(entry, step)
        return self.office.take(entry, step_id, self.at, given, by=by, **more)

    def taker(self, entry: Entry, step: Step) -> User:
        """A holder who took none of the steps that this one must differ from."""
        barred = {
            name
            for act in acts_of(entry)
            if act.stands and act.step in step.differs_from
            for name in act.people
        }
        both = (self.office.a[step.role], self.office.b[step.role])
        return next(user for user in both if user.username not in barred)

    def filled(self, entry: Entry, step: Step) -> dict[str, Any]:
        """Values for the fields that the step needs, chosen so that its guards hold.

        What stands in other fields and does not let them hold is corrected first.
        """
        ledger = entry.definition
        given = {name: self.value(ledger.by_name[name]) for name in step.needs}
        guards = [
            Expression.parse(guard.require, ledger.columns)
            for guard in step.guards
            if guard.require
        ]
        asked = {column for each in guards for column in each.columns}
        # What another step fills can be corrected only once it has.
        later = set(step_fields(ledger)) - set(entry.data)
        others = asked - set(given) - later
        beside = [field.name for field in ledger.fields if field.name in others]
        wanted = [*guards, *(check.require for check in ledger.checks)]
        fitting = self.fitting(ledger, entry, given, beside, wanted)
        if changed := {name: fitting.pop(name) for name in beside if name in fitting}:
            self.correct(entry, changed)
        return fitting

    def fitting(
        self,
        ledger: Ledger,
        entry: Entry,
        given: dict[str, Any],
        beside: list[str],
        wanted: list[Expression],
    ) -> dict[str, Any]:
        """The first of the likely values with which every expression holds or cannot be told.

        Of the fields `beside` only those are in it that must change.
        """
        named = {column for each in wanted for column in each.columns}
        ways = {name: likely(ledger.by_name[name]) for name in given if name in named}
        ways = {name: values for name, values in ways.items() if values}
        ways |= {name: [_KEPT, *likely(ledger.by_name[name])] for name in beside}
        stored = entry_values.loaded(ledger, entry.data)
        for choice in product(*ways.values()):
            chosen = zip(ways, choice, strict=True)
            tried = {**given, **{name: value for name, value in chosen if value is not _KEPT}}
            row = {**stored, **entry_values.parse_fields(ledger, tried), "state": entry.state}
            row |= {"place": entry.place_id, "subject": "x", "campaign": None}
            if all(each.evaluate(row) is not False for each in wanted):
                return tried
        return given

    def keep_shut(self, entry: Entry, days: DaysPassed) -> None:
        """A first day that is over already, because the way here was long, moved to today."""
        entry.refresh_from_db()
        since = entry_values.loaded(entry.definition, entry.data)[days.since]
        today = timezone.localdate(self.at)
        if since + timedelta(days=days.at_least or 0) < today:
            self.correct(entry, {days.since: today.isoformat()})

    # ---- what hangs on it

    def hang(self, entry: Entry, wanted: Children) -> None:
        """One child of which the condition holds, unless there is one."""
        counted = self.counted(entry, wanted)
        if counted.surely:
            return
        ledger = catalogue().ledgers[wanted.ledger]
        child = self.record(ledger, parent=entry)
        if not self.counted(entry, wanted).surely:
            self.correct_until(entry, child, wanted, holds=True)

    def clear(self, entry: Entry, unwanted: Children) -> None:
        """Bring every child to where the condition does not hold."""
        for child in entry.children.present().filter(ledger=unwanted.ledger):
            if not self.counted(entry, unwanted).maybe:
                return
            flow = catalogue().flows.get(child.definition.flow or "")
            if flow:
                end = next(name for name, state in flow.states.items() if state.kind == "closed")
                self.walk(child, way_to(flow, end))
            else:
                self.correct_until(entry, child, unwanted, holds=False)

    def correct_until(self, entry: Entry, child: Entry, look: Children, *, holds: bool) -> None:
        """Fill the fields that the condition names until it says so of this child."""
        ledger = child.definition
        names = Expression.parse(look.where or "", ledger.columns).columns
        for field_ in [ledger.by_name[n] for n in names if n in ledger.by_name]:
            for value in (self.value(field_), *likely(field_)):
                self.correct(child, {field_.name: value})
                counted = self.counted(entry, look)
                if counted.surely if holds else not counted.maybe:
                    return
        raise AssertionError(f"no value of {names} makes “{look.where}” {holds}")

    def correct(self, child: Entry, values: dict[str, Any], *, tries: int = 3) -> None:
        """Put these values in, with whatever the ledger's checks then ask for beside them."""
        child.refresh_from_db()
        try:
            correct_entry(
                entry=child,
                values_changed=values,
                version=child.version,
                by=self.clerk,
                at=self.at,
                reason="核实了",
            )
        except NeedsApproval:
            self.approved(child, values)
        except InvalidEntry as refused:
            more = {n: self.value(child.definition.by_name[n]) for n in refused.errors}
            if not tries or more.keys() <= values.keys():
                raise
            self.correct(child, {**more, **values}, tries=tries - 1)

    def approved(self, child: Entry, values: dict[str, Any]) -> None:
        """What one alone may not put right: the clerk asks, an officer approves."""
        request = ask_for_change(
            entry=child,
            values_changed=values,
            version=child.version,
            by=self.clerk,
            at=self.at,
            reason="核实了",
        )
        approve(request=request, by=self.office.a["line_head"], at=self.at)
        child.refresh_from_db()

    def counted(self, entry: Entry, look: Children) -> flows.Counted:
        return count([look], entry.children.present().all())[look]
