"""The machine that reads flows: which steps lead on, and what each still needs.

Pure: states and steps are data of the packs, and where a matter stands is data of its entry's
revisions. Nothing here asks the database or the clock, so every guard can be tried on values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from qianxian.matters.workdays import WorkCalendar
from qianxian_packs import Children, DaysPassed, Expression, Flow, Guard, Ledger, Step, Type


class Kind(StrEnum):
    """What a need is about."""

    POST = "post"
    PERSON = "person"
    GUARD = "guard"
    # Guards that no field of a form answers: what hangs on the matter, days that must pass.
    OUTSIDE = "outside"
    FIELD = "field"
    PHOTO = "photo"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a step needs, as a finished sentence.

    `field` is the place on a form where it can be given. `shut` says that nothing on a form can:
    it is another post's to do, or a hard guard stands before it.
    """

    kind: Kind
    text: str
    met: bool
    field: str = ""
    shut: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken and stands. `people` maps usernames to names: who took it and, where
    somebody typed it for another, who typed it."""

    step: str
    at: datetime
    episode: int
    people: Mapping[str, str]


class Counted(NamedTuple):
    """How many entries a condition holds of, and of how many it cannot be ruled out."""

    surely: int
    maybe: int


@dataclass(frozen=True, slots=True)
class Position:
    """Where a matter stands. `values` are the open fields; `filled` names private ones too.

    `children` counts, for each guard that asks, the entries that hang on the matter: those of
    which the condition holds, and those of which it may hold. `gone` names who took such away.
    """

    state: str
    episode: int = 1
    values: Mapping[str, Any] = field(default_factory=dict)
    filled: frozenset[str] = frozenset()
    taken: tuple[Taken, ...] = ()
    place: str = ""
    subject: str = ""
    campaign: str = ""
    children: Mapping[Children, Counted] = field(default_factory=dict)
    gone: Mapping[Children, Mapping[str, str]] = field(default_factory=dict)

    def has_taken(self, step: str) -> bool:
        """Whether the step was taken before, also in an earlier episode."""
        return any(taken.step == step for taken in self.taken)

    def takers(self, steps: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Of these steps in this episode: username → (name, step)."""
        wanted = frozenset(steps)
        return {
            username: (name, taken.step)
            for taken in self.taken
            if taken.step in wanted and taken.episode == self.episode
            for username, name in taken.people.items()
        }


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody brings to a step.

    values    parsed values of fields, only those that were given
    people    usernames of who takes it and of who types it
    holds     whether the taker holds a post for it here
    posts     names of the posts that could, for the sentence
    calendar  which days are worked, for guards over days
    """

    on: date
    values: Mapping[str, Any] = field(default_factory=dict)
    photos: int = 0
    reason: str = ""
    people: frozenset[str] = frozenset()
    holds: bool = True
    posts: str = ""
    calendar: WorkCalendar = field(default_factory=WorkCalendar)


def main_step(flow: Flow, state: str) -> Step | None:
    """The step that leads on from a state: the first that does not give the matter up."""
    steps = flow.steps_from(state)
    onward = (step for step in steps if flow.states[step.to].kind != "cancelled")
    return next(onward, steps[0] if steps else None)


def straight(flow: Flow) -> list[str]:
    """The states from the first to the end, by the steps that lead on."""
    path = [flow.initial]
    while (step := main_step(flow, path[-1])) and step.to not in path:
        path.append(step.to)
        if not is_open(flow, step.to):
            break
    return path


def is_open(flow: Flow, state: str) -> bool:
    """Whether somebody has still to do something. A state that the flow lost is open."""
    return state not in flow.states or flow.states[state].kind == "open"


def next_episode(flow: Flow, step: Step, position: Position) -> int:
    """A step that leads out of an ended state opens the matter again: a new episode."""
    reopens = not is_open(flow, position.state) and is_open(flow, step.to)
    return position.episode + 1 if reopens else position.episode


def is_asked(flow: Flow, state: str, offered: str | None) -> bool:
    """Whether it has ended and the post in `offered` is still to ask the person concerned."""
    known = flow.states.get(state)
    ended = known is not None and known.kind == "closed"
    return ended and flow.ask_after is not None and bool(offered)


def refusal(flow: Flow, step_id: str, state: str) -> str:
    """Why a step does not lead on from a state; empty where it does. No reason opens this."""
    step = flow.step_by_id.get(step_id)
    if step is None:
        return f"{flow.name}里没有“{step_id}”这一步。"
    if state in step.from_:
        return ""
    here = flow.states[state].label if state in flow.states else state
    before = "或".join(f"“{flow.states[name].label}”" for name in step.from_)
    return f"现在不能“{step.label}”：这一件是“{here}”，要到{before}才行。"


def needs(
    flow: Flow, step: Step, ledger: Ledger, position: Position, attempt: Attempt
) -> tuple[Need, ...]:
    """Everything that a step needs, met or not, the unalterable first."""
    return (
        *_post(step, attempt),
        *_persons(flow, step, position, attempt),
        *_guards(step, ledger, position, attempt),
        *_fields(step, ledger, position, attempt),
        *_photos(step, attempt),
        *_reason(flow, step, attempt),
    )


def lacks(found: Iterable[Need]) -> tuple[Need, ...]:
    return tuple(need for need in found if not need.met)


def _post(step: Step, attempt: Attempt) -> Iterator[Need]:
    if attempt.holds:
        return
    who = f"这一步归{attempt.posts}办" if attempt.posts else "这一步还没有岗位接，请管理员设岗位"
    yield Need(Kind.POST, f"{who}。", met=False, shut=True)


def _persons(flow: Flow, step: Step, position: Position, attempt: Attempt) -> Iterator[Need]:
    takers = position.takers(step.differs_from)
    same = [takers[username] for username in sorted(attempt.people) if username in takers]
    for name, taken in same:
        label = flow.step_by_id[taken].label
        if step.hard:
            says = f"“{label}”是{name}办的，这一步要换人，写理由也不行。"
            yield Need(Kind.PERSON, says, met=False, shut=True)
        else:
            says = f"“{label}”是{name}办的，最好换人；一定要办，写明理由。"
            yield Need(Kind.PERSON, says, met=bool(attempt.reason), field="reason")
    if takers and not same:
        names = "、".join(sorted({name for name, _ in takers.values()}))
        yield Need(Kind.PERSON, f"换人办：前面是{names}办的", met=True)


@lru_cache(maxsize=512)
def _expression(text: str, columns: tuple[tuple[str, Type], ...]) -> Expression:
    return Expression.parse(text, dict(columns))


def holds(text: str, ledger: Ledger, row: Mapping[str, Any]) -> bool | None:
    """Whether an expression holds of an entry; None where it cannot be told."""
    found = _expression(text, tuple(ledger.columns.items())).evaluate(row)
    return found if isinstance(found, bool) else None


def _guards(step: Step, ledger: Ledger, position: Position, attempt: Attempt) -> Iterator[Need]:
    row = {
        **position.values,
        **attempt.values,
        "place": position.place,
        "subject": position.subject or None,
        "state": position.state,
        "campaign": position.campaign or None,
    }
    for guard in step.guards:
        if guard.days:
            yield _days(step, ledger, guard, guard.days, row, attempt)
        elif guard.none_of or guard.some_of:
            yield from _hanging(guard, position, attempt)
        # What cannot be told does not hold: a guard is there to be shown, not to be assumed.
        elif guard.require and not holds(guard.require, ledger, row):
            yield _shut(guard, attempt)


def _shut(guard: Guard, attempt: Attempt, *, more: str = "", kind: Kind = Kind.GUARD) -> Need:
    says = f"{guard.sentence}{more}"
    if guard.hard:
        return Need(kind, says, met=False, shut=True)
    says = f"{says}一定要办，写明理由。"
    return Need(kind, says, met=bool(attempt.reason), field="reason")


def _days(
    step: Step,
    ledger: Ledger,
    guard: Guard,
    days: DaysPassed,
    row: Mapping[str, Any],
    attempt: Attempt,
) -> Need:
    """So many days lie between two, or no more; unmet, it says until or from which day it is open."""
    label, since = ledger.by_name[days.since].label, row.get(days.since)
    # A day that the form itself asks for is not yet what stands before it.
    kind = Kind.GUARD if days.since in step.needs else Kind.OUTSIDE
    if not isinstance(since, date):
        return _shut(guard, attempt, more=f"先要有{label}。", kind=kind)
    count = (days.at_least or 0) if days.at_most is None else days.at_most
    last = attempt.calendar.after(since, count, working=days.kind == "working")
    told, opens = _told_days(days, f"{label} {said(since, attempt.on)}", last, attempt.on)
    # The day that the step itself is given counts too: it is what the register will say.
    typed = {n: day for n in step.needs if isinstance(day := attempt.values.get(n), date)}
    if days.at_most is not None:
        if min(typed.values(), default=attempt.on) > last:
            return _shut(guard, attempt, more=f"{told}，{opens}能办。", kind=kind)
        return Need(kind, told, met=True)
    if attempt.on <= last:
        return _shut(guard, attempt, more=f"{told}，{opens}能办。", kind=kind)
    for name, day in typed.items():
        if day <= last:
            wrong = f"{ledger.by_name[name].label}写的是 {said(day, attempt.on)}，"
            return _shut(guard, attempt, more=f"{wrong}{told}，{opens}才行。", kind=Kind.GUARD)
    return Need(kind, told, met=True)


def _told_days(days: DaysPassed, since: str, last: date, on: date) -> tuple[str, str]:
    """How the days are counted, and from or until when the step is open."""
    unit = "个工作日" if days.kind == "working" else "天"
    if days.at_most is not None:
        return f"{since}，从第二天起 {days.at_most} {unit}以内", f"{said(last, on)}以前"
    opens = f"{said(last + timedelta(days=1), on)}起"
    return f"{since}，从第二天起数满 {days.at_least} {unit}" if days.at_least else since, opens


def _hanging(guard: Guard, position: Position, attempt: Attempt) -> Iterator[Need]:
    """Nobody counted for it: then it cannot be told, and it is shut."""
    if guard.none_of:
        counted = position.children.get(guard.none_of)
        if counted is None or counted.maybe:
            more = f"还有 {counted.maybe} 条。" if counted else ""
            yield _shut(guard, attempt, more=more, kind=Kind.OUTSIDE)
        gone = position.gone.get(guard.none_of, {})
        if same := sorted(attempt.people & gone.keys()):
            # Taken away by one person is not done: another looks at whether it was wrong.
            says = f"有没办完的是{gone[same[0]]}去掉的，这一步要换人，写理由也不行。"
            yield Need(Kind.PERSON, f"{guard.sentence}{says}", met=False, shut=True)
    elif guard.some_of:
        counted = position.children.get(guard.some_of)
        if counted is None or not counted.surely:
            yield _shut(guard, attempt, kind=Kind.OUTSIDE)


def _fields(step: Step, ledger: Ledger, position: Position, attempt: Attempt) -> Iterator[Need]:
    for name in step.needs:
        label = ledger.by_name[name].label
        given = attempt.values.get(name)
        known = position.values.get(name)
        if given is not None:
            yield Need(Kind.FIELD, f"{label} {said(given, attempt.on)}", met=True, field=name)
        elif name in position.filled and position.has_taken(step.id):
            before = f"，上次是 {said(known, attempt.on)}" if known is not None else ""
            yield Need(Kind.FIELD, f"还差：{label}要重新填{before}", met=False, field=name)
        elif name in position.filled:
            told = f"{label} {said(known, attempt.on)}" if known is not None else f"{label}，已填"
            yield Need(Kind.FIELD, told, met=True, field=name)
        else:
            yield Need(Kind.FIELD, f"还差：{label}", met=False, field=name)


def pictures_needed(step: Step) -> int:
    """Photos, and papers of which a photo will do."""
    return step.evidence.photo + step.evidence.file


def _photos(step: Step, attempt: Attempt) -> Iterator[Need]:
    wanted = pictures_needed(step)
    if not wanted:
        return
    if attempt.photos >= wanted:
        yield Need(Kind.PHOTO, f"照片 {attempt.photos} 张", met=True, field="photos")
        return
    what = "材料（拍照即可）" if step.evidence.file and not step.evidence.photo else "照片"
    says = f"还差 {wanted - attempt.photos} 张{what}"
    yield Need(Kind.PHOTO, says, met=False, field="photos")


def _reason(flow: Flow, step: Step, attempt: Attempt) -> Iterator[Need]:
    # Giving a matter up is never without a reason, also where the pack forgot to say so.
    if not step.reason and flow.states[step.to].kind != "cancelled":
        return
    has = bool(attempt.reason)
    text = f"理由：{attempt.reason}" if has else "还差：写一句为什么"
    yield Need(Kind.REASON, text, met=has, field="reason")


def said(value: Any, on: date) -> str:
    """A value as people say it; the year of a date is left out where it is this year."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        told = f"{value.month}月{value.day}日"
        return told if value.year == on.year else f"{value.year}年{told}"
    if isinstance(value, tuple):
        return "、".join(str(part) for part in value)
    return str(value)
