"""Putting entry states into the tables and into the commit stream, one or a hundred thousand.

The only module that writes the Entry table. Services decide what a state is to be; steps of
matters, imports, undo and the demo generator all end in `store`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from qianxian.core.bulk import insert_rows
from qianxian.core.commits import Actor, Change, Prepared, record
from qianxian.core.definitions import catalogue
from qianxian.core.errors import Conflict, UserError
from qianxian.core.models import Commit, Place, Revision
from qianxian.ledgers import spans
from qianxian.ledgers.models import Entry

# Who saves what nobody pressed a button for.
SYSTEM = Actor("system", "系统")


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


def state_of(entry: Entry, *, last: Mapping[str, Any] | None = None, **changes: Any) -> EntryState:
    """The next state of a stored entry: its present one with these changes, one version on.

    last  the body of its newest revision, where it was read with those of others
    """
    last = last_body(entry) if last is None else last
    present = EntryState(
        id=entry.pk,
        ledger=entry.ledger,
        place=entry.place_id,
        data=dict(entry.data),
        version=entry.version + 1,
        subject=entry.subject_id,
        parent=entry.parent_id,
        on=entry.on,
        state=entry.state,
        post=entry.post_id or "",
        offered=entry.offered_id or "",
        due_on=entry.due_on,
        campaign=entry.campaign,
        episode=entry.episode,
        episodes=tuple(entry.episodes),
        risen=risen_of(entry.risen),
        late=entry.late,
        deleted=entry.deleted,
        evidence=tuple(last.get("evidence", ())),
        private=dict(last.get("private", {})),
        title=entry.title,
        initials=entry.initials,
        key_text=entry.key_text,
    )
    return replace(present, **changes)


def removed(entry: Entry, *, last: Mapping[str, Any] | None = None) -> EntryState:
    """The state of an entry that is taken out: nobody has to do anything about it any more."""
    return state_of(entry, last=last, deleted=True, post="", due_on=None, risen={})


def last_body(entry: Entry) -> dict[str, Any]:
    """Body of the newest revision of an entry, {} before the first."""
    body = (
        Revision.objects.filter(kind=Revision.Kind.ENTRY, key=entry.pk.hex)
        .order_by("-commit__number", "-position")
        .values_list("body", flat=True)
        .first()
    )
    return json.loads(body) if body else {}


def last_bodies(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """`last_body` for many entries, in a few statements."""
    wanted = [key.hex for key in keys]
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _SLICE):
        rows = Revision.objects.filter(
            kind=Revision.Kind.ENTRY, key__in=wanted[start : start + _SLICE]
        ).order_by("commit__number", "position")
        # In the order of saving: the newest comes last and stays.
        found.update(rows.values_list("key", "body"))
    return {uuid.UUID(key): json.loads(body) for key, body in found.items()}


@transaction.atomic
def store(
    *,
    states: Sequence[EntryState],
    township: Place,
    by: Actor,
    at: datetime,
    reason: str = "",
    source: str = Commit.Source.PAGE,
    source_ref: str = "",
    undoes: int | None = None,
    also: Iterable[Change] = (),
    ready: Ready | None = None,
) -> Commit:
    """Save these states as one commit: all of them or none.

    `ready` is what `make_ready` gave for these states, where they are many.

    Raises Conflict where an entry is no longer at the version that its new state came from,
    UserError where another entry has the same key, and InvalidEntry where dated ties overlap.
    """
    spans.check(states, township)
    new = [s for s in states if s.version == 1]
    _refuse_archived(new)
    changed = [s for s in states if s.version > 1]
    try:
        # The savepoint keeps the outer transaction usable after a refused key.
        with transaction.atomic():
            _insert(new, at, ready)
            _update(changed, at)
    except IntegrityError as error:
        raise _refusal(states, error) from error
    return record(
        township=township,
        changes=[*(ready.changes if ready else map(change_of, states)), *also],
        by=by,
        at=at,
        reason=reason,
        source=source,
        source_ref=source_ref,
        undoes=undoes,
    )


def _refuse_archived(new: Iterable[EntryState]) -> None:
    """Here, so that no way in can forget it: nothing new comes into a ledger that has ended."""
    known = catalogue().ledgers
    for name in {state.ledger for state in new}:
        if name in known and known[name].archived:
            raise UserError(f"{known[name].name}已经停用，不再记新的。原来的都在，可以看，可以改。")


@dataclass(frozen=True, slots=True)
class Ready:
    """What saving many states needs, worked out before the write lock is taken."""

    rows: Mapping[uuid.UUID, tuple[Any, ...]]
    changes: tuple[Prepared, ...]


def make_ready(states: Sequence[EntryState], at: datetime) -> Ready:
    """Rows of the new ones, revisions of all, in their order."""
    moment = connection.ops.adapt_datetimefield_value(at)
    rows = {state.id: _row(state, moment) for state in states if state.version == 1}
    return Ready(rows, tuple(Prepared.of(change_of(state)) for state in states))


def change_of(state: EntryState) -> Change:
    """The revision of a state."""
    return Change(Revision.Kind.ENTRY, state.id.hex, state.body())


def _refusal(states: Sequence[EntryState], error: IntegrityError) -> Exception:
    """The sentence for what the database refused; anything else is a bug and flies on."""
    if "no_second_entry" in str(error) or "key_text" in str(error):
        return UserError(_same_key(states))
    first = [s.id for s in states if s.version == 1][:1]
    if Entry.objects.filter(pk__in=first).exists():
        return UserError("这一笔刚才已经记过了，没有再记一遍。回列表看看。")
    return error


def _same_key(states: Sequence[EntryState]) -> str:
    """Names what the person wrote, not the entry that has the key: that may be out of sight."""
    taken = set(
        Entry.objects.present()
        .filter(
            ledger__in={s.ledger for s in states},
            key_text__in=[s.key_text for s in states if s.key_text],
        )
        .exclude(pk__in=[s.id for s in states])
        .values_list("ledger", "key_text")
    )
    own = next((s for s in states if (s.ledger, s.key_text) in taken), None)
    if own is None:
        return "这批里有两条是重复的，同样的只能有一条。请去掉重复的再存。"
    ledger = catalogue().ledgers[own.ledger]
    labels = [ledger.by_name[name].label for name in ledger.key if name in ledger.by_name]
    hint = f"核对{'、'.join(labels)}再存" if labels else "换一户"
    return f"{own.title}已经有一条了，不能再记一条。打开原来那条改，或者{hint}。"


_SLICE = 500
_encode = json.JSONEncoder(ensure_ascii=False).encode

_COLUMNS = (
    "id",
    "ledger",
    "place_id",
    "subject_id",
    "parent_id",
    "on",
    "state",
    "post_id",
    "offered_id",
    "due_on",
    "campaign",
    "episode",
    "episodes",
    "gone_on",
    "risen",
    "late",
    "deleted",
    "title",
    "initials",
    "key_text",
    "data",
    "version",
    "changed_at",
)


def _insert(states: Sequence[EntryState], at: datetime, ready: Ready | None) -> None:
    moment = connection.ops.adapt_datetimefield_value(at)
    rows = ready.rows.values() if ready else (_row(state, moment) for state in states)
    insert_rows(Entry, _COLUMNS, list(rows))


def _row(state: EntryState, moment: Any) -> tuple[Any, ...]:
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
        _encode(list(state.episodes)),
        gone_on(state.episodes),
        risen_text(state.risen),
        state.late,
        state.deleted,
        state.title,
        state.initials,
        state.key_text,
        _encode(state.data),
        state.version,
        moment,
    )


def _update(states: Sequence[EntryState], at: datetime) -> None:
    """The version in the condition makes the save a compare-and-set: of two who start from the
    same version, the second changes no row."""
    if not states:
        return
    quote, moment = connection.ops.quote_name, connection.ops.adapt_datetimefield_value(at)
    fresh = ", ".join(f"{quote(name)} = %s" for name in _COLUMNS[2:])
    where = f"{quote('id')} = %s AND {quote('version')} = %s"
    sql = f"UPDATE {quote(Entry._meta.db_table)} SET {fresh} WHERE {where}"  # noqa: S608  names come from models
    rows = [(*_row(s, moment)[2:], s.id.hex, s.version - 1) for s in states]
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)
        hit = cursor.rowcount
    if hit != len(states):
        raise Conflict(who_was_first(_moved(states)))


def _moved(states: Sequence[EntryState]) -> uuid.UUID:
    """The first entry that did not take its new version."""
    for start in range(0, len(states), _SLICE):
        part = states[start : start + _SLICE]
        rows = Entry.objects.filter(pk__in=[s.id for s in part])
        versions = dict(rows.values_list("pk", "version"))
        for state in part:
            if versions.get(state.id) != state.version:
                return state.id
    return states[0].id


def who_was_first(entry: uuid.UUID) -> str:
    """The sentence for somebody who comes second to a change of this entry."""
    last = (
        Commit.objects.filter(revisions__kind=Revision.Kind.ENTRY, revisions__key=entry.hex)
        .order_by("-number")
        .first()
    )
    if last is None:
        return "这一条已经不在了。回到列表看一看。"
    when = timezone.localtime(last.at)
    return f"{last.by_name} {when:%m-%d %H:%M} 改过这条。你写的还在，比一比再存。"
