"""Steps through a workbook: taken one by one, refused with their sentence, never guessed.

What a new pack brings is covered as soon as it is there: every step that a post of a village may
take is tried, every hard guard before it is shut once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Grant, Place, User
from qianxian.imports.workbooks import stepping
from qianxian.imports.workbooks.diff import Diff, StepWish
from qianxian.ledgers import values as entry_values
from qianxian.ledgers.models import Entry
from qianxian.matters import flows
from qianxian.matters.services import take_step
from qianxian_packs import Expression, Guard, Ledger, Step
from qianxian_tables import letter
from tests.unit.imports.workbooks.conftest import Desk, Sheet
from tests.unit.matters.conftest import START, make_matter, matter, office, start, whole_office
from tests.unit.matters.office import MakeMatter, Office, way_to
from tests.unit.matters.test_every_flow import MATTERS, Walker, clerk, flow_of, walker

__all__ = ["clerk", "make_matter", "matter", "office", "start", "walker", "whole_office"]

pytestmark = pytest.mark.django_db

VILLAGE = "village_clerk"
STEPS = [
    (name, step)
    for name in MATTERS
    for step in flow_of(catalogue().ledgers[name]).steps
    if step.role == VILLAGE
]
EVERY = [pytest.param(name, step.id, id=f"{name}:{step.id}") for name, step in STEPS]
GUARDED = [
    pytest.param(name, step.id, n, id=f"{name}:{step.id}:{n}")
    for name, step in STEPS
    for n, guard in enumerate(step.guards)
    if guard.hard
]


class Trip:
    """One matter on its way out and back, in the hands of a village's clerk."""

    def __init__(self, entry: Entry, village: Place, by: User, at: datetime) -> None:
        entry.refresh_from_db()
        self.entry, self.desk = entry, Desk(by, at, entry.ledger)
        self.sheet: Sheet = self.desk.send(village)
        self.row = next(
            row
            for row in range(5, len(self.sheet.rows) + 1)
            if entry.pk.hex in str(self.sheet.get(row, "key"))
        )

    def ask(self, label: str, values: Mapping[str, Any], reason: str = "") -> Trip:
        self.sheet.fill(self.row, step=label, reason=reason or None)
        for name, value in values.items():
            text = "、".join(value) if isinstance(value, list) else value
            self.sheet.fill(self.row, **{f"step__{name}": text})
        return self

    def look(self) -> Diff:
        self.handback = self.desk.back(self.sheet)
        return self.desk.look(self.handback)

    def wish(self) -> StepWish:
        [(_, found)] = self.look().steps
        return found

    def says(self) -> str:
        return "".join(fault.says for fault in self.wish().faults)

    def confirm(self, **choices: Any) -> list[dict[str, Any]]:
        return list(self.desk.confirm(self.desk.back(self.sheet), **choices).results)


@pytest.fixture
def declared(matter: Entry, office: Office, village: Place) -> Trip:
    """A toilet that was surveyed, in the workbook of its village."""
    return Trip(matter, village, office.a[VILLAGE], START + timedelta(days=1))


DECLARED = {"kind": "三格化粪池", "declared_on": "2026-11-4"}


def test_a_step_is_taken_by_whoever_confirms_in_their_post(declared: Trip, office: Office) -> None:
    declared.ask("申报", DECLARED)

    [result] = declared.confirm()

    declared.entry.refresh_from_db()
    assert (result["ok"], declared.entry.state) == (True, "declared")
    assert declared.entry.data["declared_on"] == "2026-11-04"
    commit = Commit.objects.latest("pk")
    assert (commit.by, commit.post) == ("hechuntao", office.posts[VILLAGE].pk)


def test_fields_and_new_rows_are_one_commit_and_each_step_is_its_own(
    declared: Trip, make_matter: MakeMatter
) -> None:
    declared.ask("申报", DECLARED).sheet.fill(declared.row, field__note="墙角有树")
    before = Commit.objects.count()

    declared.confirm()

    declared.entry.refresh_from_db()
    assert Commit.objects.count() == before + 2
    assert (declared.entry.data["note"], declared.entry.version) == ("墙角有树", 3)


def test_a_crash_between_the_commit_and_its_steps_loses_none(
    declared: Trip, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared.ask("申报", DECLARED).sheet.fill(declared.row, field__note="墙角有树")
    declared.look()

    def crash(_pk: int, *, at: datetime) -> None:
        raise RuntimeError(at)

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(stepping, "take", crash)
        declared.desk.confirm(declared.handback)
    declared.handback.refresh_from_db()
    waiting = bytes(declared.handback.pending or b"")
    assert (declared.handback.state, declared.handback.results) == ("confirmed", [])
    assert waiting
    assert b"2026" not in waiting

    for _ in range(2):  # a job may run twice
        stepping.finish_handback.call(declared.handback.pk)

    declared.entry.refresh_from_db()
    declared.handback.refresh_from_db()
    assert (declared.entry.state, declared.entry.version) == ("declared", 3)
    assert [result["ok"] for result in declared.handback.results] == [True]
    assert declared.handback.pending is None


def test_a_step_that_was_taken_is_not_taken_again_by_the_same_workbook(declared: Trip) -> None:
    declared.ask("申报", DECLARED)
    declared.confirm()
    before = Commit.objects.count()

    again = declared.wish()
    [result] = declared.confirm()

    assert "何春桃办过了" in again.done
    assert result["ok"]
    assert Commit.objects.count() == before


def test_what_the_next_step_asks_for_is_open_and_all_else_of_steps_is_locked(
    declared: Trip, office: Office, village: Place
) -> None:
    sheet = declared.sheet
    assert sheet.get(declared.row, "now") == "已摸排"
    sheet.fill(declared.row, step__completed_on="2026-11-4")

    [row] = declared.look().rows

    assert "完工日期这一格是锁着的" in row.faults[0].says


def test_a_date_without_a_step_takes_no_step(declared: Trip) -> None:
    declared.sheet.fill(declared.row, step__declared_on="2026-11-4")

    [row] = declared.look().rows

    assert "没选“这次办哪一步”" in row.faults[0].says
    assert row.step is None


def test_a_step_that_there_is_not_is_told_with_those_that_there_are(declared: Trip) -> None:
    declared.ask("修好了", {})

    [row] = declared.look().rows

    assert "没有“修好了”这一步。现在能办的是：申报、农户放弃。" in row.faults[0].says


def test_giving_up_wants_its_reason(declared: Trip) -> None:
    [fault] = declared.ask("农户放弃", {}).wish().faults
    assert "还差：写一句为什么" in fault.says

    [result] = declared.ask("农户放弃", {}, reason="外出务工").confirm()

    declared.entry.refresh_from_db()
    assert (result["ok"], declared.entry.state) == (True, "dropped")


def test_the_township_cannot_take_a_step_of_the_village(
    declared: Trip, office: Office, chief: User
) -> None:
    declared.ask("申报", DECLARED)
    declared.desk.by = chief

    assert "这一步归" in declared.says()
    [result] = declared.confirm()
    declared.entry.refresh_from_db()
    assert (result["ok"], declared.entry.state) == (False, "surveyed")


@pytest.fixture
def chief(make_user: Callable[..., User], township: Place) -> User:
    user = make_user("王干事", username="wangganshi")
    Grant.objects.create(role="office_clerk", place=township, user=user)
    return user


def test_a_step_that_the_person_leaves_is_not_taken(declared: Trip) -> None:
    declared.ask("申报", DECLARED)

    assert declared.confirm(leave=frozenset([f"{declared.entry.pk.hex}:step"])) == []

    declared.entry.refresh_from_db()
    assert declared.entry.state == "surveyed"


def test_a_step_after_what_somebody_moved_on_meanwhile_is_refused(
    declared: Trip, office: Office
) -> None:
    take_step(
        entry=declared.entry,
        step_id="give_up",
        by=office.a[VILLAGE],
        post=office.posts[VILLAGE],
        at=declared.desk.at + timedelta(minutes=5),
        version=declared.entry.version,
        reason="外出务工",
    )

    assert "这一件是“农户放弃”" in declared.ask("申报", DECLARED).says()


# ---- every flow of every pack ----


def brought(walker: Walker, name: str, step_id: str) -> tuple[Entry, Step, Ledger]:
    """A matter in the state before a step, with what hangs on it if the step wants that."""
    ledger = catalogue().ledgers[name]
    step = flow_of(ledger).step_by_id[step_id]
    entry = walker.record(ledger)
    walker.walk(entry, way_to(flow_of(ledger), step.from_[0]))
    walker.at += timedelta(days=1)
    for guard in step.guards:
        if guard.some_of:
            walker.hang(entry, guard.some_of)
        if guard.none_of:
            walker.clear(entry, guard.none_of)
    entry.refresh_from_db()
    return entry, step, ledger


def trip_of(walker: Walker, entry: Entry, village: Place) -> Trip:
    return Trip(entry, village, walker.taker(entry, walker_step(entry)), walker.at)


def walker_step(entry: Entry) -> Step:
    steps = flow_of(entry.definition).steps_from(entry.state)
    return next(step for step in steps if step.role == VILLAGE)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "step_id"), EVERY)
def test_every_step_of_a_village_is_taken_or_sent_to_the_phone(
    name: str, step_id: str, walker: Walker, village: Place
) -> None:
    entry, step, ledger = brought(walker, name, step_id)
    trip = trip_of(walker, entry, village)
    reason = "按规定办" if step.reason or asks(ledger, step) else ""
    trip.ask(step.label, walker.filled(entry, step), reason)
    before = entry.state

    says = trip.says()
    [result] = trip.confirm()

    entry.refresh_from_db()
    if flows.pictures_needed(step):
        assert "张照片，表里带不了" in says
        assert (result["ok"], entry.state) == (False, before)
    else:
        assert (says, result["ok"], entry.state) == ("", True, step.to), result["says"]


def asks(ledger: Ledger, step: Step) -> bool:
    return flow_of(ledger).states[step.to].kind == "cancelled"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "step_id"), EVERY)
def test_every_field_that_a_step_lacks_is_told_at_its_cell(
    name: str, step_id: str, walker: Walker, village: Place
) -> None:
    entry, step, ledger = brought(walker, name, step_id)
    trip = trip_of(walker, entry, village)

    wish = trip.ask(step.label, {}).wish()

    open_fields = [n for n in step.needs if n not in entry.data and not ledger.by_name[n].private]
    for field in open_fields:
        at = f"{letter(trip.sheet.targets[f'step:{field}'] + 1)}{trip.row}"
        assert any(p.cell == at and ledger.by_name[field].label in p.says for p in wish.faults)
    assert not wish.is_ready or not (open_fields or step.reason)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({name for name, _ in STEPS}))
def test_no_step_is_taken_from_a_state_that_it_does_not_lead_on_from(
    name: str, walker: Walker, village: Place
) -> None:
    ledger = catalogue().ledgers[name]
    flow, entry = flow_of(ledger), walker.record(ledger)
    own = [step for step in flow.steps if step.role == VILLAGE]
    before = Commit.objects.count()
    for state, step in product(flow.states, own):
        if any(state in each.from_ for each in own if each.label == step.label):
            continue
        Entry.objects.filter(pk=entry.pk).update(state=state)
        trip = Trip(entry, village, walker.office.a[VILLAGE], walker.at)
        assert "现在不能" in trip.ask(step.label, {}, "县里催得急").says()
        assert not trip.confirm()[0]["ok"]
    assert Commit.objects.count() == before


@pytest.mark.slow
@pytest.mark.parametrize(("name", "step_id", "n"), GUARDED)
def test_every_hard_guard_is_shut_through_a_workbook_with_its_sentence(
    name: str, step_id: str, n: int, walker: Walker, village: Place
) -> None:
    ledger = catalogue().ledgers[name]
    guard = flow_of(ledger).step_by_id[step_id].guards[n]
    entry, step, _ = brought(walker, name, step_id)
    if guard.some_of:
        Entry.objects.filter(parent=entry).update(deleted=True)
    if guard.none_of:
        walker.record(catalogue().ledgers[guard.none_of.ledger], parent=entry)
    trip = trip_of(walker, entry, village)
    given = walker.filled(entry, step)
    if guard.require:
        given = violating(walker, entry, given, guard)
    before = Commit.objects.count()
    trip.ask(step.label, given, "县里催得急")

    says = trip.says()
    [result] = trip.confirm()

    entry.refresh_from_db()
    assert guard.says in says
    assert guard.says in result["says"]
    assert (result["ok"], entry.state) == (False, step.from_[0])
    assert Commit.objects.count() == before


def violating(walker: Walker, entry: Entry, given: dict[str, Any], guard: Guard) -> dict[str, Any]:
    """The same values but for those that the guard looks at, so that it does not hold."""
    ledger = entry.definition
    wanted = Expression.parse(guard.require or "", ledger.columns)
    for tried in tries(walker, ledger, given, wanted):
        row = {
            **entry_values.loaded(ledger, entry.data),
            **entry_values.parse_fields(ledger, tried),
        }
        row |= {"place": entry.place_id, "subject": "x", "campaign": None, "state": entry.state}
        if wanted.evaluate(row) is False and not entry_values.failed_checks(ledger, row):
            return tried
    raise AssertionError(f"nothing makes “{guard.require}” false")


def tries(
    walker: Walker, ledger: Ledger, given: Mapping[str, Any], wanted: Expression
) -> Iterator[dict[str, Any]]:
    names = [name for name in given if name in wanted.columns]
    today = timezone.localdate(walker.at)
    days = [(today - timedelta(days=n)).isoformat() for n in (0, 1)]
    options = [
        days if ledger.by_name[name].type == "date" else walker.likely(ledger.by_name[name])
        for name in names
    ]
    for choice in product(*options):
        yield {**given, **dict(zip(names, choice, strict=True))}


def test_there_are_steps_and_guards_to_try() -> None:
    assert len(EVERY) >= 12
    assert len(GUARDED) >= 6
    assert date(2026, 11, 3) == timezone.localdate(START)
