"""The whole state of an entry after a save, and what the tables and the commit stream hold of it.

Worked out before the write lock is taken: under it, rows are only inserted.
"""

from __future__ import annotations

import uuid
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from pydantic_core import to_json

from qianxian.core.commits import Change, Prepared
from qianxian.core.definitions import catalogue
from qianxian.core.models import Revision


@dataclass(frozen=True, slots=True)
class EntryState:
    """The whole state of an entry after a save: what a revision holds.

    `data` holds JSON values of the definition's fields (private ones excluded); `evidence` the
    digests of its photos and documents. `act` says what was done in this one revision (the step of
    a matter, its photos, for whom it was typed); the next revision starts without it.
    `version` is 1 for a new entry, else one more than before. `risen` maps the escalations of this
    episode to the posts that it rose to.
    `title`, `initials` and `key_text` serve lists and uniqueness and are derived, so the revision
    leaves them out.
    """

    id: uuid.UUID
    ledger: str
    place: str
    data: dict[str, Any]
    version: int = 1
    subject: uuid.UUID | None = None
    parent: uuid.UUID | None = None
    on: date | None = None
    state: str = ""
    post: str = ""
    offered: str = ""
    due_on: date | None = None
    campaign: str = ""
    episode: int = 1
    # Of an entry of a register: its stretches of days, oldest first; none where it always stood.
    episodes: tuple[dict[str, str], ...] = ()
    risen: dict[str, str] = field(default_factory=dict)
    late: bool = False
    deleted: bool = False
    evidence: tuple[str, ...] = ()
    # Digests of sealed private values: history shows that one changed without holding it.
    private: dict[str, str] = field(default_factory=dict)
    act: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    initials: str = ""
    key_text: str = ""

    def body(self) -> dict[str, Any]:
        """The revision's JSON. Empty marks are left out, which halves an import's history."""
        full = {
            "id": self.id.hex,
            "ledger": self.ledger,
            "place": self.place,
            "data": self.data,
            "version": self.version,
            "subject": self.subject.hex if self.subject else None,
            "parent": self.parent.hex if self.parent else None,
            "on": self.on.isoformat() if self.on else None,
            "state": self.state,
            "post": self.post,
            "offered": self.offered,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "campaign": self.campaign,
            "episode": self.episode,
            "episodes": list(self.episodes),
            "risen": self.risen,
            "late": self.late,
            "deleted": self.deleted,
            "evidence": list(self.evidence),
            "private": self.private,
            "act": self.act,
        }
        return {k: v for k, v in full.items() if v or k in ("id", "ledger", "place", "data")}


def risen_text(risen: Mapping[str, str]) -> str:
    """The column of an entry: every rule with the post that it led to, findable by either."""
    return "".join(f"/{rule}:{post}/" for rule, post in sorted(risen.items()))


def risen_of(text: str) -> dict[str, str]:
    """What `risen_text` wrote: rule → post."""
    return dict(part.split(":", 1) for part in text.strip("/").split("//") if part)


def gone_on(episodes: Sequence[Mapping[str, str]]) -> str | None:
    """The first day without an entry of a register that has ended; None while it stands."""
    return episodes[-1].get("to") if episodes else None


class EntryRow(NamedTuple):
    """The columns of an entry, as ready database values."""

    id: str
    ledger: str
    place_id: str
    subject_id: str | None
    parent_id: str | None
    on: str | None
    state: str
    post_id: str | None
    offered_id: str | None
    due_on: str | None
    campaign: str
    episode: int
    episodes: str
    gone_on: str | None
    risen: str
    late: bool
    deleted: bool
    title: str
    initials: str
    key_text: str
    data: str
    version: int
    changed_at: Any


class Part(NamedTuple):
    """Rows of some states; `tied` are those states that may overlap with others (see spans)."""

    new: list[EntryRow]
    changed: list[EntryRow]
    tied: list[EntryState]

    def without(self, left: Container[uuid.UUID]) -> Part:
        new, changed = ([r for r in rows if uuid.UUID(r.id) not in left] for rows in self[:2])
        return Part(new, changed, [state for state in self.tied if state.id not in left])


class Ready(NamedTuple):
    """What saving many states needs, worked out before the write lock is taken: their rows and
    their revisions, in parts that may lie outside of memory."""

    rows: Iterable[Part]
    changes: Iterable[Sequence[Prepared]]


def make_ready(states: Sequence[EntryState], at: datetime) -> Ready:
    """Rows and revisions of states that are in memory together."""
    return Ready([part_of(states, at)], [prepared(states)])


def part_of(states: Iterable[EntryState], at: datetime) -> Part:
    moment, known = connection.ops.adapt_datetimefield_value(at), catalogue().ledgers
    part = Part([], [], [])
    for state in states:
        (part.new if state.version == 1 else part.changed).append(_row(state, moment))
        if state.ledger in known and known[state.ledger].span:
            part.tied.append(state)
    return part


def prepared(states: Iterable[EntryState]) -> list[Prepared]:
    """The revisions of states, in their order."""
    return [Prepared.of(change_of(state)) for state in states]


def _row(state: EntryState, moment: Any) -> EntryRow:
    return EntryRow(
        state.id.hex,
        state.ledger,
        state.place,
        state.subject.hex if state.subject else None,
        state.parent.hex if state.parent else None,
        state.on.isoformat() if state.on else None,
        state.state,
        state.post or None,
        state.offered or None,
        state.due_on.isoformat() if state.due_on else None,
        state.campaign,
        state.episode,
        to_json(state.episodes).decode(),
        gone_on(state.episodes),
        risen_text(state.risen),
        state.late,
        state.deleted,
        state.title,
        state.initials,
        state.key_text,
        to_json(state.data).decode(),
        state.version,
        moment,
    )


def change_of(state: EntryState) -> Change:
    """The revision of a state."""
    return Change(Revision.Kind.ENTRY, state.id.hex, state.body())
