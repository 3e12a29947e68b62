"""What was done on a matter, read from the revisions of its entry.

Steps, extensions and reopenings are not stored anywhere else: a commit that was taken back takes
its acts with it, and nothing can drift apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils import timezone

from qianxian.core.models import Revision
from qianxian.ledgers import values
from qianxian.ledgers.models import Entry
from qianxian.matters import children
from qianxian.matters.clocks import Mark, mark_of
from qianxian.matters.flows import Position, Taken
from qianxian_packs import Flow

# What happens to a matter without anybody moving it on.
_ASIDE = {
    "recount",
    "rise",
    "link",
    "unlink",
    "merged",
    "moved",
    "unmerged",
    "unmerge",
    "split",
    "split_from",
    "void",
    "request",
    "asked_by",
}


@dataclass(frozen=True, slots=True)
class Act:
    """One revision of a matter: who saved it when, and what the act was.

    `stands` is False where a later commit took it back. `act` is what services wrote:
    step, for, for_name, photos, opened, document; or reopen, ask, extend, refuse, recount; hand,
    take_over, turn_down; link, unlink, merge, merged, split and their opposites; asked; void. Beside
    any of them rise, for each escalation of that moment its rule and the post. A part that was
    split off says with `since` from when its limits run: from when the whole was recorded.
    """

    number: int
    at: datetime
    by: str
    by_name: str
    post: str
    reason: str
    undoes: int | None
    body: Mapping[str, Any]
    is_first: bool = False
    stands: bool = True

    @property
    def act(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.body.get("act", {})
        return found

    @property
    def since(self) -> datetime:
        """From when limits run that this act begins."""
        told = self.act.get("since")
        return datetime.fromisoformat(told) if told else self.at

    @property
    def step(self) -> str:
        return str(self.act.get("step", ""))

    @property
    def people(self) -> dict[str, str]:
        """Who is answerable for it: who saved it, and for whom it was typed."""
        people = {self.by: self.by_name}
        if self.act.get("for"):
            people[self.act["for"]] = self.act["for_name"]
        return people


def acts_of(entry: Entry) -> tuple[Act, ...]:
    """All revisions of the entry, oldest first. One query."""
    rows = (
        Revision.objects.filter(
            kind=Revision.Kind.ENTRY, key=entry.pk.hex, commit__number__isnull=False
        )
        .select_related("commit")
        .order_by("commit__number", "position")
    )
    found = [_act(row, is_first=n == 0) for n, row in enumerate(rows)]
    standing = _standing(found)
    return tuple(replace(act, stands=n in standing) for n, act in enumerate(found))


def _act(row: Revision, *, is_first: bool) -> Act:
    commit = row.commit
    return Act(
        number=commit.number or 0,
        at=timezone.localtime(commit.at),
        by=commit.by,
        by_name=commit.by_name,
        post=commit.post,
        reason=commit.reason,
        undoes=commit.undoes,
        body=json.loads(row.body),
        is_first=is_first,
    )


def _standing(found: Sequence[Act]) -> frozenset[int]:
    """Places of the acts that were not taken back.

    A commit that takes another back brings the list to what it was before that one; taking the
    taking-back back brings it to what it was before that. So each commit remembers its before.
    """
    before: dict[int, tuple[int, ...]] = {}
    now: tuple[int, ...] = ()
    for number, group in groupby(enumerate(found), key=lambda pair: pair[1].number):
        places, acts = zip(*group, strict=True)
        undoes, before[number] = acts[0].undoes, now
        now = before.get(undoes or 0, (*now, *places))
    return frozenset(now)


def standing(acts: Iterable[Act]) -> tuple[Act, ...]:
    return tuple(act for act in acts if act.stands)


def position_of(entry: Entry, acts: Iterable[Act]) -> Position:
    """Where the matter stands, as the machine wants it, with what hangs on it counted."""
    held = standing(acts)
    private = held[-1].body.get("private", {}) if held else {}
    return Position(
        state=entry.state,
        episode=entry.episode,
        values=values.loaded(entry.definition, entry.data),
        filled=frozenset(entry.data) | frozenset(private),
        taken=tuple(
            Taken(act.step, act.at, act.body.get("episode", 1), act.people)
            for act in held
            if act.step
        ),
        place=entry.place_id,
        subject=entry.subject_id.hex if entry.subject_id else "",
        campaign=entry.campaign,
        children=children.counts_for(entry),
        gone=children.gone_from(entry),
    )


def marks_of(flow: Flow, acts: Iterable[Act]) -> Iterator[Mark]:
    """The acts as clocks see them. A matter that has ended keeps no clock running.

    Every revision says what last day the entry names, so that a correction moves it too.
    """
    state = flow.initial
    for act in standing(acts):
        if act.is_first:
            yield Mark(act.since, "登记", starts=flow.first_clocks)
        if act.step in flow.step_by_id:
            yield mark_of(flow, flow.step_by_id[act.step], state, act.at)
        state = act.body.get("state", "")
        if act.act.get("reopen"):
            starts = tuple(act.act.get("starts", flow.first_clocks))
            yield Mark(act.at, "重新办", stops_all=True, starts=starts)
        if grant := act.act.get("extend"):
            yield Mark(act.at, by=act.by_name, extends={grant["clock"]: grant["days"]})
        if untils := untils_of(flow, act.body.get("data", {})):
            yield Mark(act.at, untils=untils)


def untils_of(flow: Flow, data: Mapping[str, Any]) -> dict[str, date | None]:
    """Clock → the last day that the entry names for it. `data` holds JSON values or dates."""
    found: dict[str, date | None] = {}
    for clock in flow.clocks:
        if clock.until:
            day = data.get(clock.until)
            found[clock.id] = date.fromisoformat(day) if isinstance(day, str) else day
    return found


def pending_ask(acts: Iterable[Act]) -> Act | None:
    """The request for more time that nobody has answered yet. A step or an answer ends it."""
    found = None
    for act in standing(acts):
        if act.act.get("ask"):
            found = act
        elif set(act.act) - _ASIDE:
            found = None
    return found


def opened_on(entry: Entry, acts: Iterable[Act]) -> date | None:
    """The day on which the present episode began."""
    own = (act for act in standing(acts) if act.body.get("episode", 1) == entry.episode)
    return next((act.since.date() for act in own), None)


def photos_used(acts: Iterable[Act]) -> frozenset[str]:
    """Digests of the photos that stand behind steps of this matter."""
    return frozenset(
        photo["digest"] for act in standing(acts) for photo in act.act.get("photos", ())
    )
