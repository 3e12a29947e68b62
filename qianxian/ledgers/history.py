"""The past of an entry: who changed what and why; and taking a whole commit back."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor
from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Revision, User
from qianxian.core.permissions import Permission
from qianxian.core.verify import Fault
from qianxian.ledgers import values
from qianxian.ledgers.models import Entry
from qianxian.ledgers.store import EntryState, state_of, store


@dataclass(frozen=True, slots=True)
class Version:
    """One revision of an entry with what differs from the one before: name → (old, new)."""

    commit: Commit
    body: dict[str, Any]
    changes: dict[str, tuple[Any, Any]]


def versions(entry: Entry) -> list[Version]:
    """All revisions of an entry, oldest first."""
    rows = (
        Revision.objects.filter(kind=Revision.Kind.ENTRY, key=entry.pk.hex)
        .select_related("commit")
        .order_by("commit__number", "position")
    )
    found, before = [], {}
    for row in rows:
        body = json.loads(row.body)
        found.append(Version(row.commit, body, _differences(before, body)))
        before = body
    return found


def _differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    old = {**before, **before.get("data", {})}
    new = {**after, **after.get("data", {})}
    names = (set(old) | set(new)) - {"data", "version", "id", "ledger", "act"}
    return {n: (old.get(n), new.get(n)) for n in sorted(names) if old.get(n) != new.get(n)}


@transaction.atomic
def undo_commit(*, commit: Commit, by: User, at: datetime, post: str = "") -> Commit:
    """Take back what a commit did to entries, as another commit.

    One's own save one may take back as long as one sees it; a step that somebody else took only
    a post that may correct can. Raises UserError where one of them was changed since: a later save
    is never undone silently.
    """
    before = _states_before(commit)
    if not before:
        raise UserError("这次提交里没有可以撤回的记录。")
    entries = {e.pk: e for e in Entry.objects.filter(pk__in=before).select_related("place")}
    wanted, on = _permission_to_undo(commit, by), timezone.localdate(at)
    for entry in entries.values():
        gate.require(by, wanted, line=entry.definition.line, place=entry.place, on=on)
    states = [_restored(entries[key], before[key], commit) for key in before]
    return store(
        states=states,
        township=commit.stream.township,
        by=Actor.of(by, post),
        at=at,
        reason=f"撤回第{commit.number}号提交",
        source=Commit.Source.UNDO,
        undoes=commit.number,
    )


def _permission_to_undo(commit: Commit, by: User) -> Permission:
    if commit.by == by.username:
        return Permission.ENTRY_VIEW
    has_steps = commit.revisions.filter(body__contains='"act":').exists()
    return Permission.ENTRY_CORRECT if has_steps else Permission.ENTRY_EDIT


def _states_before(commit: Commit) -> dict[uuid.UUID, dict[str, Any] | None]:
    """For each entry of the commit its body before it, None where the commit made it."""
    keys = commit.revisions.filter(kind=Revision.Kind.ENTRY).values_list("key", flat=True)
    found: dict[uuid.UUID, dict[str, Any] | None] = {uuid.UUID(key): None for key in keys}
    earlier = Revision.objects.filter(
        kind=Revision.Kind.ENTRY,
        key__in=list(keys),
        commit__stream=commit.stream_id,
        commit__number__lt=commit.number,
    ).order_by("commit__number", "position")
    for key, body in earlier.values_list("key", "body"):
        found[uuid.UUID(key)] = json.loads(body)
    return found


def _restored(entry: Entry, body: dict[str, Any] | None, commit: Commit) -> EntryState:
    newest = (
        Revision.objects.filter(kind=Revision.Kind.ENTRY, key=entry.pk.hex)
        .select_related("commit")
        .order_by("-commit__number")
        .first()
    )
    if newest is None or newest.commit_id != commit.pk:
        who = newest.commit.by_name if newest else ""
        raise UserError(f"{entry}后来{who}又改过，不能整笔撤回。请打开这一条单独改。")
    if body is None:
        return state_of(entry, deleted=True, post="", due_on=None)
    return state_from_body(entry, body)


def state_from_body(entry: Entry, body: dict[str, Any]) -> EntryState:
    """The state that an old revision's body describes, one version after the present."""
    ledger = entry.definition
    loaded = values.loaded(ledger, body.get("data", {}))
    subject = Entry.objects.filter(pk=body["subject"]).first() if body.get("subject") else None
    title = values.title_of(ledger, loaded, subject)
    return EntryState(
        id=entry.pk,
        ledger=entry.ledger,
        place=body["place"],
        data=body.get("data", {}),
        version=entry.version + 1,
        subject=subject.pk if subject else None,
        on=_day(body.get("on")),
        state=body.get("state", ""),
        post=body.get("post", ""),
        due_on=_day(body.get("due_on")),
        campaign=body.get("campaign", ""),
        episode=body.get("episode", 1),
        late=body.get("late", False),
        deleted=body.get("deleted", False),
        evidence=tuple(body.get("evidence", ())),
        private=body.get("private", {}),
        title=title[:120],
        initials=values.initials_of(title),
        key_text=values.key_of(ledger, loaded, place=body["place"], subject=subject),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def verify_entries(township_path: str) -> Iterator[Fault]:
    """Compare the present state of each entry with its newest revision."""
    entries = Entry.objects.filter(place__path__startswith=township_path)
    newest: dict[str, tuple[int, str]] = {}
    rows = (
        Revision.objects.filter(kind=Revision.Kind.ENTRY)
        .order_by("commit__number")
        .values_list("key", "commit__number", "body")
    )
    for key, number, body in rows.iterator(chunk_size=5000):
        newest[key] = (number, body)
    for entry in entries.iterator(chunk_size=2000):
        number, text = newest.get(entry.pk.hex, (0, ""))
        body = json.loads(text) if text else {}
        if not body or _present(entry) != _recorded(body):
            yield Fault(
                "", number or None, "entry", entry.pk.hex, f"{entry}的现状和最后一次存的不一样"
            )


def _present(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.ledger,
        entry.place_id,
        entry.data,
        entry.on,
        entry.state,
        entry.post_id or "",
        entry.due_on,
        entry.deleted,
        entry.version,
        entry.subject_id,
    )


def _recorded(body: dict[str, Any]) -> tuple[Any, ...]:
    return (
        body["ledger"],
        body["place"],
        body.get("data", {}),
        _day(body.get("on")),
        body.get("state", ""),
        body.get("post", ""),
        _day(body.get("due_on")),
        body.get("deleted", False),
        body.get("version", 1),
        uuid.UUID(body["subject"]) if body.get("subject") else None,
    )
