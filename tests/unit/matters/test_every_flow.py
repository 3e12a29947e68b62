"""Every flow of every pack: each way is walked to its end with all that its guards ask for.

A new pack is covered as soon as it is there: this module reads its definitions, fills the fields
that its guards look at, hangs on the matter what they want to find there, and waits the days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Grant, Place, Stream, User
from qianxian.core.verify import verify
from qianxian.ledgers import values as entry_values
from qianxian.ledgers.checks import step_fields
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, correct_entry, save_entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.ledgers.verify import verify_entries
from qianxian.matters import flows
from qianxian.matters.acts import acts_of
from qianxian.matters.children import count
from qianxian.matters.errors import StepRefused
from qianxian.matters.flows import Position
from qianxian_packs import Children, DaysPassed, Expression, Field, Flow, Ledger, Step
from tests.unit.matters.office import Office, paths, value_for, way_to
from tests.unit.matters.stage import Stage, stage

pytestmark = pytest.mark.slow

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


PATHS = [
    pytest.param(name, path, id=f"{name}:{'-'.join(path)}")
    for name in MATTERS
    for path in chosen_paths(flow_of(catalogue().ledgers[name]))
]
HARD = [
    pytest.param(name, step.id, before, id=f"{name}:{step.id}-after-{before}")
    for name in MATTERS
    for step in flow_of(catalogue().ledgers[name]).steps
    if step.hard
    for before in step.differs_from
]
GUARDED = [
    pytest.param(name, step.id, n, id=f"{name}:{step.id}:{n}")
    for name in MATTERS
    for step in flow_of(catalogue().ledgers[name]).steps
    for n, guard in enumerate(step.guards)
    if guard.hard and (guard.days or guard.none_of or guard.some_of)
]


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
        except InvalidEntry as refused:
            more = {n: self.value(child.definition.by_name[n]) for n in refused.errors}
            if not tries or more.keys() <= values.keys():
                raise
            self.correct(child, {**more, **values}, tries=tries - 1)

    def counted(self, entry: Entry, look: Children) -> flows.Counted:
        return count([look], entry.children.present().all())[look]


@pytest.fixture(scope="module")
def standing_stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    with stage(django_db_blocker) as built:
        yield built


@pytest.fixture
def township(db: None, standing_stage: Stage) -> Place:
    return standing_stage.township


@pytest.fixture
def walker(db: None, standing_stage: Stage, start: datetime) -> Walker:
    return Walker(standing_stage.office_in(standing_stage.group), standing_stage.clerk, start)


def test_there_are_flows_and_every_step_of_them_is_walked() -> None:
    assert len(MATTERS) >= 6
    for name in MATTERS:
        flow = flow_of(catalogue().ledgers[name])
        walked = {step for path in chosen_paths(flow) for step in path}
        from_open = {s.id for s in flow.steps if any(flows.is_open(flow, x) for x in s.from_)}
        assert walked == from_open, name


@pytest.mark.parametrize(("name", "path"), PATHS)
def test_every_way_can_be_walked_to_its_end(
    name: str, path: tuple[str, ...], walker: Walker, township: Place
) -> None:
    matter = walker.record(catalogue().ledgers[name])

    walker.walk(matter, path)

    matter.refresh_from_db()
    assert matter.state == flow_of(matter.definition).step_by_id[path[-1]].to
    assert (matter.post, matter.due_on, matter.risen) == (None, None, "")
    assert [act.step for act in acts_of(matter) if act.step] == list(path)
    assert list(verify_entries(township.path)) == []
    assert list(verify(Stream.objects.get())) == []


@pytest.mark.parametrize("name", MATTERS)
def test_every_step_that_does_not_lead_on_is_refused_and_changes_nothing(
    name: str, walker: Walker
) -> None:
    matter = walker.record(catalogue().ledgers[name])
    flow, before = flow_of(matter.definition), Commit.objects.count()

    for step in flow.steps:
        wrong = [state for state in flow.states if state not in step.from_]
        for state in wrong:
            assert flows.refusal(flow, step.id, state).startswith("现在不能")
        Entry.objects.filter(pk=matter.pk).update(state=wrong[0])
        matter.refresh_from_db()
        with pytest.raises(StepRefused, match="现在不能"):
            walker.office.take(matter, step.id, walker.at, reason="县里催得急")

    assert Commit.objects.count() == before


@pytest.mark.parametrize("name", MATTERS)
def test_every_hard_condition_shuts_with_its_sentence_whatever_the_reason(name: str) -> None:
    ledger = catalogue().ledgers[name]
    flow = flow_of(ledger)
    attempt = flows.Attempt(on=date(2026, 11, 3), reason="县里催得急")

    for step in flow.steps:
        for guard in step.guards:
            if guard.hard and guard.require:
                position = Position(step.from_[0], values=against(ledger, guard.require))
                needs = flows.needs(flow, step, ledger, position, attempt)
                shut = [need.text for need in needs if need.shut and not need.met]
                assert guard.says in shut, (step.id, guard.says)


def against(ledger: Ledger, require: str) -> dict[str, Any]:
    """Values with which a condition does not hold; mostly none at all are enough."""
    expression = Expression.parse(require, ledger.columns)
    names = [name for name in expression.columns if name in ledger.by_name]
    ways = ({None, *likely(ledger.by_name[name])} for name in names)
    for choice in product(*ways):
        row = {
            name: ledger.by_name[name].parse(value)
            for name, value in zip(names, choice, strict=True)
            if value is not None
        }
        if expression.evaluate({**dict.fromkeys(ledger.columns), **row}) is not True:
            return row
    raise AssertionError(f"“{require}” holds of everything")


@pytest.mark.parametrize(("name", "step", "before"), HARD)
def test_whom_a_step_bars_it_bars_in_every_role(
    name: str, step: str, before: str, walker: Walker, township: Place
) -> None:
    matter = walker.record(catalogue().ledgers[name])
    flow = flow_of(matter.definition)
    way = way_through(flow, before, step)
    doer = walker.office.a[flow.step_by_id[before].role]
    # Whoever did it gets the post that closes it, and a role beside.
    last = flow.step_by_id[step].role
    if last != flow.step_by_id[before].role:
        walker.office.posts[last].holdings.filter(rank="B").update(user=doer)
    for each in way[:-1]:
        walker.take(matter, each, **({"by": doer} if each == before else {}))

    for role in ("office_clerk", "leader"):
        Grant.objects.create(role=role, place=township, user=doer)
        with pytest.raises(StepRefused, match="写理由也不行"):
            walker.take(matter, step, by=doer, reason="人手不够")


def way_through(flow: Flow, before: str, step: str) -> tuple[str, ...]:
    """The shortest way that takes the one step and somewhere later the other."""
    waiting: list[tuple[str, bool, tuple[str, ...]]] = [(flow.initial, False, ())]
    seen = {(flow.initial, False)}
    while waiting:
        here, has_been, taken = waiting.pop(0)
        for onward in flow.steps_from(here):
            if onward.id == step and has_been:
                return (*taken, step)
            there = (onward.to, has_been or onward.id == before)
            if there not in seen:
                seen.add(there)
                waiting.append((*there, (*taken, onward.id)))
    raise AssertionError(f"{before} never comes before {step}")


@pytest.mark.parametrize(("name", "step", "n"), GUARDED)
def test_a_hard_guard_over_days_or_children_is_shut_for_every_role_and_reason(
    name: str, step: str, n: int, walker: Walker, township: Place
) -> None:
    ledger = catalogue().ledgers[name]
    flow = flow_of(ledger)
    asked = flow.step_by_id[step]
    guard = asked.guards[n]
    matter = walker.record(ledger)
    walker.walk(matter, way_to(flow, asked.from_[0]))
    for other in asked.guards:
        if other.some_of and other is not guard:
            walker.hang(matter, other.some_of)
    if guard.days:
        walker.keep_shut(matter, guard.days)
    given = walker.filled(matter, asked)
    if guard.none_of:
        child = walker.record(catalogue().ledgers[guard.none_of.ledger], parent=matter)
        assert walker.counted(matter, guard.none_of).maybe, child
    if guard.some_of:
        for child in matter.children.present():
            Entry.objects.filter(pk=child.pk).update(deleted=True)
    taker = walker.taker(matter, asked)
    for role in ("office_clerk", "leader", "inspector"):
        Grant.objects.create(role=role, place=township, user=taker)
    matter.refresh_from_db()
    before = Commit.objects.count()

    with pytest.raises(StepRefused) as refused:
        walker.office.take(matter, step, walker.at, given, by=taker, reason="县里催")

    assert guard.says in str(refused.value)
    assert Commit.objects.count() == before
