"""Entries of a real ledger, made village by village and walked through their flow in batches.

The first of every village are moved by the service that pages call; the next by the same machine,
asked guard by guard, with a commit for each step of the batch. What is more than that comes in as
an import of matters that have ended: the machine is asked all the same, but only the last state
is stored, so that ten thousand take seconds.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from PIL import Image

from qianxian.core.commits import Actor
from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Place, Post, User
from qianxian.ledgers import values
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, prepare_entries, save_entries
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import store
from qianxian.matters import filling, flows, photos, routing
from qianxian.matters.clocks import Mark, mark_of, runs_of, soonest_due
from qianxian.matters.flows import Attempt, Position, Taken
from qianxian.matters.photos import Photo
from qianxian.matters.services import take_step
from qianxian.selfcheck._profiles import STEP_DAYS, Profile
from qianxian.selfcheck._town import CLERK, Town
from qianxian.selfcheck._values import value_for
from qianxian_figures import Period
from qianxian_packs import Ledger, Step

# So many matters of every village are moved one by one, and so many at most step by step.
BY_HAND = 1
STEP_BY_STEP = 25


@dataclass(slots=True)
class _Case:
    """One entry on its way: its state as stored, its values, the steps taken."""

    state: EntryState
    values: dict[str, Any]
    day: date
    number: int
    taken: tuple[Taken, ...] = ()


@dataclass(slots=True)
class Recorder:
    """Makes entries in a township, in one period. `made` are the ids of all of them, in order."""

    town: Town
    period: Period
    clock: datetime
    made: list[uuid.UUID] = field(default_factory=list)
    closed: int = 0
    number: int = 0

    def make(self, profile: Profile, count: int) -> None:
        """So many entries of one shape, shared over the villages."""
        ledger = catalogue().ledgers[profile.ledger]
        batches = [
            (village, share)
            for n, village in enumerate(self.town.villages)
            if (share := count // len(self.town.villages) + (n < count % len(self.town.villages)))
        ]
        most = STEP_BY_STEP if profile.steps else count
        cases = {v.code: self._open(ledger, profile, v, min(n, most)) for v, n in batches}
        for index, step in enumerate(profile.steps):
            for village, _ in batches:
                self._walk(ledger, cases[village.code], profile.steps[: index + 1], step, village)
        for village, share in batches:
            if share > most:
                self._import(ledger, profile, village, share - most)
        if profile.steps and not flows.is_open(catalogue().flows[ledger.flow or ""], profile.state):
            self.closed += count

    def _tick(self) -> datetime:
        """Acts follow each other by a minute, and stand in the stream in that order."""
        self.clock += timedelta(minutes=1)
        return self.clock

    def _open(self, ledger: Ledger, profile: Profile, village: Place, count: int) -> list[_Case]:
        """New entries in their first state, as one commit."""
        post, clerk = self.town.posts[CLERK, village.code]
        rows = self._rows(ledger, profile, village, count)
        at = self._tick()
        self.made += save_entries(ledger=ledger, rows=rows, by=clerk, at=at, post=post.pk)
        if not profile.steps:
            return []
        entries = Entry.objects.in_bulk([row.id for row in rows])
        return [
            self._case(ledger, _present(entries[row.id]), self._day(profile, n))
            for n, row in enumerate(rows)
        ]

    def _rows(self, ledger: Ledger, profile: Profile, village: Place, count: int) -> list[Row]:
        subjects = self._subjects(ledger, village, count)
        return [
            Row(self._first(ledger, profile, n), self._where(ledger, village, n), subject=subject)
            for n, subject in enumerate(subjects)
        ]

    @transaction.atomic
    def _import(self, ledger: Ledger, profile: Profile, village: Place, count: int) -> None:
        """Entries that went the whole way before they were stored, as one commit."""
        post, clerk = self.town.posts[CLERK, village.code]
        rows = self._rows(ledger, profile, village, count)
        at = self._tick()
        prepared = prepare_entries(ledger=ledger, rows=rows, by=clerk, at=at)
        cases = [
            self._case(ledger, state, self._day(profile, n)) for n, state in enumerate(prepared)
        ]
        for index in range(len(profile.steps)):
            common = self._common(ledger, profile.steps[: index + 1], village, at)
            for case in cases:
                _advance(case, common)
        store(
            states=[replace(case.state, version=1) for case in cases],
            township=self.town.place,
            by=Actor.of(clerk, post.pk),
            at=at,
            reason="自检：整批导入已办结的",
            source=Commit.Source.IMPORT,
        )
        self.made += [case.state.id for case in cases]

    def _case(self, ledger: Ledger, state: EntryState, day: date) -> _Case:
        self.number += 1
        return _Case(state, values.loaded(ledger, state.data), day, self.number)

    def _subjects(self, ledger: Ledger, village: Place, count: int) -> Sequence[Entry | None]:
        """As many entries of the register as there are to be entries about them."""
        if not ledger.subject:
            return [None] * count
        post, clerk = self.town.posts[CLERK, village.code]
        register = catalogue().ledgers[ledger.subject]
        plain = Profile(register.id, (), "")
        rows = [
            Row(self._first(register, plain, n), self._where(register, village, n))
            for n in range(count)
        ]
        ids = save_entries(ledger=register, rows=rows, by=clerk, at=self._tick(), post=post.pk)
        found = Entry.objects.select_related("place").in_bulk(ids)
        return [found[key] for key in ids]

    def _where(self, ledger: Ledger, village: Place, number: int) -> Place:
        groups = self.town.groups[village.code]
        return groups[number % len(groups)] if ledger.place == "group" else village

    def _first(self, ledger: Ledger, profile: Profile, number: int) -> dict[str, Any]:
        """What is typed when the entry is opened: required fields, and the filters' choices."""
        self.number += 1
        asked = dict(profile.choices)
        steps = filling.owned_fields(catalogue().flows[ledger.flow]) if ledger.flow else frozenset()
        for one in ledger.fields:
            is_needed = one.required or one.name in (*ledger.key, *ledger.title, ledger.date)
            if is_needed and one.name not in steps and one.name not in asked:
                asked[one.name] = value_for(one, self._day(profile, number), self.number)
        return asked

    def _day(self, profile: Profile, number: int) -> date:
        """The day on which an entry begins; what follows it ends within the period."""
        room = (self.period.end - self.period.start).days - STEP_DAYS * len(profile.steps) - 20
        return self.period.start + timedelta(days=5 + number * 7 % max(room, 1))

    def _walk(
        self, ledger: Ledger, cases: list[_Case], path: Sequence[Step], step: Step, village: Place
    ) -> None:
        """One step for all cases of a village."""
        post, user = self.town.holder(step.role, village)
        for case in cases[:BY_HAND]:
            self._by_hand(ledger, case, step, post, user)
        rest = cases[BY_HAND:]
        if not rest:
            return
        at = self._tick()
        common = self._common(ledger, path, village, at)
        for case in rest:
            _advance(case, common)
        store(
            states=[case.state for case in rest],
            township=self.town.place,
            by=Actor.of(user, post.pk),
            at=at,
            reason="自检" if step.reason else "",
            source=Commit.Source.GENERATOR,
        )

    def _common(
        self, ledger: Ledger, path: Sequence[Step], village: Place, at: datetime
    ) -> _Common:
        """What is the same for all of a village that take the last step of the path now."""
        step = path[-1]
        post, user = self.town.holder(step.role, village)
        flow = catalogue().flows[ledger.flow or ""]
        following = routing.post_for_state(flow, step.to, village) or post
        due = self._due(ledger, path, at)
        return _Common(ledger, step, following, user, at, due, self._pictures(step))

    def _pictures(self, step: Step) -> list[Photo]:
        wanted = flows.pictures_needed(step)
        return [_picture(self.number * 7 + n + len(step.id)) for n in range(wanted)]

    def _by_hand(
        self,
        ledger: Ledger,
        case: _Case,
        step: Step,
        post: Post,
        user: User,
    ) -> None:
        entry = Entry.objects.get(pk=case.state.id)
        take_step(
            entry=entry,
            step_id=step.id,
            by=user,
            post=post,
            at=self._tick(),
            version=entry.version,
            values=_given(ledger, step, case),
            photos=self._pictures(step),
            reason="自检",
            source=Commit.Source.GENERATOR,
        )

    def _due(self, ledger: Ledger, path: Sequence[Step], at: datetime) -> date | None:
        """When a matter that has just taken the path is due; all of a batch alike."""
        flow = catalogue().flows[ledger.flow or ""]
        local = timezone.localtime(at)
        marks = [Mark(local, "登记", starts=flow.first_clocks)]
        state = flow.initial
        for step in path:
            marks.append(mark_of(flow, step, state, local))
            state = step.to
        due = soonest_due(runs_of(flow.clock_by_id, marks), routing.calendar())
        return due.day if due else None


@dataclass(frozen=True, slots=True)
class _Common:
    """What is the same for all cases of a batch."""

    ledger: Ledger
    step: Step
    next_post: Post
    user: User
    at: datetime
    due_on: date | None
    pictures: Sequence[Photo]


def _present(entry: Entry) -> EntryState:
    """The state of an entry that was just opened: its revision holds nothing but the columns."""
    return EntryState(
        id=entry.pk,
        ledger=entry.ledger,
        place=entry.place_id,
        data=dict(entry.data),
        version=entry.version,
        subject=entry.subject_id,
        on=entry.on,
        state=entry.state,
        post=entry.post_id or "",
        due_on=entry.due_on,
        title=entry.title,
        initials=entry.initials,
        key_text=entry.key_text,
    )


def _given(ledger: Ledger, step: Step, case: _Case) -> dict[str, Any]:
    day = case.day + timedelta(days=STEP_DAYS * len(case.taken))
    return {
        name: value_for(ledger.by_name[name], day, case.number)
        for name in step.needs
        if case.values.get(name) is None
    }


def _advance(case: _Case, common: _Common) -> None:
    """The next state of a case, if the machine finds nothing that stands in the way."""
    ledger, step = common.ledger, common.step
    flow = catalogue().flows[ledger.flow or ""]
    raw = _given(ledger, step, case)
    raw |= {n: common.at.date() if text == "today" else text for n, text in step.sets.items()}
    given = values.parse_fields(ledger, raw)
    position = Position(
        state=case.state.state,
        values=case.values,
        filled=frozenset(case.state.data),
        taken=case.taken,
        place=case.state.place,
        subject=case.state.subject.hex if case.state.subject else "",
    )
    attempt = Attempt(
        on=timezone.localdate(common.at),
        values=given,
        photos=len(common.pictures),
        reason="自检" if step.reason else "",
        people=frozenset({common.user.username}),
    )
    unmet = flows.lacks(flows.needs(flow, step, ledger, position, attempt))
    fresh = {**case.values, **given}
    if unmet or values.failed_checks(ledger, fresh) or flows.refusal(flow, step.id, position.state):
        raise RuntimeError(f"{step.label}：{''.join(need.text for need in unmet) or '填的值不对'}")
    case.values = fresh
    case.taken += (Taken(step.id, common.at, 1, {common.user.username: common.user.name}),)
    case.state = _next_state(case, common)


def _next_state(case: _Case, common: _Common) -> EntryState:
    ledger, step = common.ledger, common.step
    flow = catalogue().flows[ledger.flow or ""]
    is_open = flows.is_open(flow, step.to)
    act: dict[str, Any] = {"step": step.id}
    if common.pictures:
        act["photos"] = [photo.as_json() for photo in common.pictures]
    return replace(
        case.state,
        version=case.state.version + 1,
        state=step.to,
        post=common.next_post.pk if is_open else "",
        due_on=common.due_on,
        data=values.split_private(ledger, case.values)[0],
        on=values.business_date(ledger, case.values),
        evidence=(*case.state.evidence, *(photo.digest for photo in common.pictures)),
        act=act,
    )


def _picture(seed: int) -> Photo:
    """A small picture in a colour of its own: two of the same would be one photo."""
    colour = (seed * 37 % 256, seed * 91 % 256, seed // 256 * 53 % 256)
    out = io.BytesIO()
    Image.new("RGB", (48, 36), colour).save(out, "PNG")
    out.seek(0)
    return photos.keep(out)
