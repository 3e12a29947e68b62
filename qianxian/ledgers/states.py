"""The whole state of an entry after a save, and what the tables and the commit stream hold of it.

Worked out before the write lock is taken: under it, rows are only inserted.
"""

from __future__ import annotations

import uuid
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from qianxian.core.commits import StagedChanges
from qianxian.core.definitions import catalogue
from qianxian.core.digests import canonical, leaf
from qianxian.core.models import Revision

TEXT_BEFORE_DATA = '{"data":'
# The names of ledgers and codes of places, as JSON: the same ones over and over.
_quoted = lru_cache(4_096)(canonical)


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
        marks = {
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
        held = {name: value for name, value in marks.items() if value}
        own = {"id": self.id.hex, "ledger": self.ledger, "place": self.place, "data": self.data}
        return {**own, **held}

    def text(self, data: str) -> str:
        """The body in its canonical form, which is of `data`, the text of its values."""
        body = self.body()
        del body["data"]
        before = {name: body.pop(name) for name in list(body) if name < "data"}
        start = f"{canonical(before)[:-1]}," if before else "{"
        return f'{start}"data":{data},{canonical(body)[1:]}'


def risen_text(risen: Mapping[str, str]) -> str:
    """The column of an entry: every rule with the post that it led to, findable by either."""
    return "".join(f"/{rule}:{post}/" for rule, post in sorted(risen.items()))


def risen_of(text: str) -> dict[str, str]:
    """What `risen_text` wrote: rule → post."""
    return dict(part.split(":", 1) for part in text.strip("/").split("//") if part)


def gone_on(episodes: Sequence[Mapping[str, str]]) -> str | None:
    """The first day without an entry of a register that has ended; None while it stands."""
    return episodes[-1].get("to") if episodes else None


def text_after_data(
    *,
    key: uuid.UUID,
    ledger: str,
    place: str,
    subject: uuid.UUID | None,
    on: date | None,
    late: bool,
    private: Mapping[str, str],
) -> str:
    """What `EntryState.text` puts behind the values of a new entry without flow or dated tie.

    Before them stands `TEXT_BEFORE_DATA`. It is there in a tenth of the time that a state takes,
    which an import of a hundred thousand rows notices; a test holds it to be the same.
    """
    return "".join(
        (
            f',"episode":1,"id":"{key.hex}"',
            ',"late":true' if late else "",
            f',"ledger":{_quoted(ledger)}',
            f',"on":"{on.isoformat()}"' if on else "",
            f',"place":{_quoted(place)}',
            f',"private":{canonical(private)}' if private else "",
            f',"subject":"{subject.hex}"' if subject else "",
            ',"version":1}',
        )
    )


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


# An EntryRow or a Prepared as a plain tuple: made, put away and read back several times as fast.
Plain = tuple[Any, ...]


class Part(NamedTuple):
    """The rows of some states; each has the columns of EntryRow."""

    new: list[Plain]
    changed: list[Plain]

    def without(self, left: Container[str]) -> Part:
        """Without the entries that have these keys."""
        new, changed = ([row for row in rows if row[0] not in left] for rows in self)
        return Part(new, changed)


class StagedEntries(NamedTuple):
    """New entries of a ledger that lie in another table with all that the database needs.

    columns  the columns of EntryRow that are not null → what gives them of a row
    changes  the same rows with what gives their revisions
    """

    ledger: str
    columns: Mapping[str, Any]
    changes: StagedChanges


class Ready(NamedTuple):
    """What saving many states needs, worked out before the write lock is taken.

    rows       in parts that may lie outside of memory
    revisions  the same; each has the columns of Prepared
    tied       the states that may overlap with others (see spans)
    staged     new entries that the database takes from another table
    """

    rows: Iterable[Part]
    revisions: Iterable[Sequence[Plain]]
    tied: Sequence[EntryState]
    staged: StagedEntries | None = None


def make_ready(states: Sequence[EntryState], at: datetime) -> Ready:
    """Rows and revisions of states that are in memory together."""
    rows, revisions = worked_out(states, [canonical(state.data) for state in states], at)
    return Ready([rows], [revisions], tied(states))


def worked_out(
    states: Sequence[EntryState], texts: Iterable[str], at: datetime
) -> tuple[Part, list[Plain]]:
    """Rows and revisions of states; `texts` are the canonical forms of their values."""
    moment, kind = connection.ops.adapt_datetimefield_value(at), Revision.Kind.ENTRY.value
    part, revisions = Part([], []), []
    for state, data in zip(states, texts, strict=True):
        (part.new if state.version == 1 else part.changed).append(_row(state, data, moment))
        key, text = state.id.hex, state.text(data)
        revisions.append((kind, key, text, leaf(kind, key, text)))
    return part, revisions


def tied(states: Iterable[EntryState]) -> list[EntryState]:
    """Those whose ledger has dated ties."""
    known = catalogue().ledgers
    return [s for s in states if s.ledger in known and known[s.ledger].span]


def _row(state: EntryState, data: str, moment: Any) -> Plain:
    return (
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
        canonical(state.episodes) if state.episodes else "[]",
        gone_on(state.episodes),
        risen_text(state.risen) if state.risen else "",
        state.late,
        state.deleted,
        state.title,
        state.initials,
        state.key_text,
        data,
        state.version,
        moment,
    )
