"""The past of an entry: who changed what and why; and taking a whole commit back."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor
from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Revision, User
from qianxian.core.permissions import Permission
from qianxian.ledgers import checks, privacy, standing, values
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import require_unlocked
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import SYSTEM, last_bodies, last_body, removed, store

_SLICE = 5_000
# A request that was approved stays decided when the correction is taken back.
_UNDONE_WITH = (Revision.Kind.ENTRY, Revision.Kind.REQUEST)


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
    found: list[Version] = []
    before: dict[str, Any] = {}
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


def undo_commit(*, commit: Commit, by: User, at: datetime, post: str = "") -> Commit:
    """Take back what a commit did to entries, as another commit.

    One's own save one may take back as long as one sees it; a step that somebody else took, or a
    file that somebody else brought in, only a post that may correct can; in a locked period nobody
    else. Raises UserError where an entry was changed since: a later save is never undone silently.
    """
    if commit.revisions.exclude(kind__in=_UNDONE_WITH).exists():
        raise UserError("这次提交不只动了记录，不能整笔撤回。请到那一页单独改。")
    if commit.by == SYSTEM.username and commit.source == Commit.Source.COMMAND:
        raise UserError("这是系统按规定自己做的，撤回了还会再做。把事办完，它就结束了。")
    before = _states_before(commit)
    if not before:
        raise UserError("这次提交里没有可以撤回的记录。")
    entries = _entries(before)
    _require_undo(commit, entries, by, at)
    if any(entry.definition.flow for entry in entries):
        standing.check_undo(commit, by=by, at=at)
    made = {entry.pk: entry for entry in entries if before[entry.pk] is None}
    for entry in made.values():
        standing.check_removal(entry, made)
    # An import made thousands: what they are to be is worked out before the write lock.
    taken_out = _removed(list(made.values()))
    with transaction.atomic():
        _refuse_if_changed_since(commit)
        checks.check_nothing_hangs_on(made.values())
        states = [
            taken_out.get(entry.pk) or _restored(entry, before[entry.pk] or {}) for entry in entries
        ]
        return store(
            states=states,
            township=commit.stream.township,
            by=Actor.of(by, post),
            at=at,
            reason=f"撤回第{commit.number}号提交",
            source=Commit.Source.UNDO,
            undoes=commit.number,
        )


def _require_undo(commit: Commit, entries: Iterable[Entry], by: User, at: datetime) -> None:
    wanted, day = _permission_to_undo(commit, by), timezone.localdate(at)
    followed = _followed(commit)
    asked = [entry for entry in entries if entry.pk not in followed]
    # An import has thousands of entries, but few places and days to ask about.
    for entry in {(e.ledger, e.place_id, e.on): e for e in asked}.values():
        gate.require(by, wanted, line=entry.definition.line, place=entry.place, on=day)
        require_unlocked(entry, by=by, at=at)


def _followed(commit: Commit) -> set[uuid.UUID]:
    """Entries that only followed what they point to when two of a register became one: whoever may
    take the merger back need not see each of them."""
    rows = commit.revisions.filter(
        kind=Revision.Kind.ENTRY, body__contains='"act":{"follows":'
    ).values_list("key", flat=True)
    return {uuid.UUID(key) for key in rows}


def _permission_to_undo(commit: Commit, by: User) -> Permission:
    if commit.by == by.username:
        return Permission.ENTRY_VIEW
    if commit.source == Commit.Source.IMPORT:
        return Permission.ENTRY_CORRECT
    has_steps = commit.revisions.filter(body__contains='"act":').exists()
    return Permission.ENTRY_CORRECT if has_steps else Permission.ENTRY_EDIT


def last_commit(entry: Entry) -> Commit:
    """The commit that saved the entry last."""
    rows = Commit.objects.filter(revisions__kind=Revision.Kind.ENTRY, revisions__key=entry.pk.hex)
    return rows.latest("number")


def undo_url(commit: Commit) -> str:
    """Where a message's 撤回 posts to."""
    return reverse("ledgers:undo", args=[commit.stream_id, commit.number])


def _entries(keys: Iterable[uuid.UUID]) -> list[Entry]:
    """The entries with these keys, in slices that every database takes."""
    wanted = list(keys)
    found: list[Entry] = []
    for start in range(0, len(wanted), _SLICE):
        rows = Entry.objects.filter(pk__in=wanted[start : start + _SLICE])
        found.extend(rows.select_related("place", "subject"))
    return found


def _states_before(commit: Commit) -> dict[uuid.UUID, dict[str, Any] | None]:
    """For each entry of the commit its body before it, None where the commit made it."""
    keys = commit.revisions.filter(kind=Revision.Kind.ENTRY).values("key")
    found: dict[uuid.UUID, dict[str, Any] | None] = {
        uuid.UUID(key): None for key in keys.values_list("key", flat=True)
    }
    earlier = Revision.objects.filter(
        kind=Revision.Kind.ENTRY,
        key__in=keys,
        commit__stream=commit.stream_id,
        commit__number__lt=commit.number,
    ).order_by("commit__number", "position")
    for key, body in earlier.values_list("key", "body"):
        found[uuid.UUID(key)] = json.loads(body)
    return found


def _refuse_if_changed_since(commit: Commit) -> None:
    later = (
        Revision.objects.filter(
            kind=Revision.Kind.ENTRY,
            key__in=commit.revisions.values("key"),
            commit__stream=commit.stream_id,
            commit__number__gt=commit.number,
        )
        .select_related("commit")
        .order_by("-commit__number")
    )
    last = later.first()
    if last is None:
        return
    if last.commit.undoes == commit.number:
        raise UserError(f"第{commit.number}号提交已经撤回过了，不用再撤。")
    entry, moved = Entry.objects.get(pk=uuid.UUID(last.key)), later.values("key").distinct().count()
    which = f"{entry}等 {moved} 条" if moved > 1 else str(entry)
    raise UserError(
        f"{which}后来{last.commit.by_name}又改过，不能整笔撤回。请打开要改的那几条单独改。"
    )


def _removed(entries: Sequence[Entry]) -> dict[uuid.UUID, EntryState]:
    """The states after which entries are gone that the commit made."""
    last = last_bodies(entry.pk for entry in entries)
    return {e.pk: removed(e, last=last[e.pk]) for e in entries}


def _restored(entry: Entry, body: dict[str, Any]) -> EntryState:
    return replace(state_from_body(entry, body), private=_private_again(entry, body))


def _private_again(entry: Entry, body: dict[str, Any]) -> dict[str, str]:
    """Digests of the private values as they were: the ones that changed are made anew."""
    old: dict[str, str] = body.get("private", {})
    now: dict[str, str] = last_body(entry).get("private", {})
    changed = {name: digest for name, digest in old.items() if now.get(name) != digest}
    gone = [name for name in now if name not in old]
    privacy.clear(entry.pk, gone)
    same = {name: digest for name, digest in old.items() if name not in changed}
    return same | privacy.restore(entry.pk, changed)


def state_from_body(entry: Entry, body: dict[str, Any]) -> EntryState:
    """The state that an old revision's body describes, one version after the present."""
    ledger = entry.definition
    loaded = values.loaded(ledger, body.get("data", {}))
    subject = _subject_then(entry, body.get("subject"))
    return EntryState(
        id=entry.pk,
        ledger=entry.ledger,
        place=body["place"],
        data=body.get("data", {}),
        version=entry.version + 1,
        subject=subject.pk if subject else None,
        parent=uuid.UUID(body["parent"]) if body.get("parent") else None,
        on=_day(body.get("on")),
        state=body.get("state", ""),
        post=body.get("post", ""),
        offered=body.get("offered", ""),
        due_on=_day(body.get("due_on")),
        campaign=body.get("campaign", ""),
        episode=body.get("episode", 1),
        episodes=tuple(body.get("episodes", ())),
        risen=body.get("risen", {}),
        late=body.get("late", False),
        deleted=body.get("deleted", False),
        evidence=tuple(body.get("evidence", ())),
        private=body.get("private", {}),
        **values.derived(ledger, loaded, place=body["place"], subject=subject),
    )


def _subject_then(entry: Entry, key: str | None) -> Entry | None:
    if key and entry.subject and entry.subject.pk == uuid.UUID(key):
        return entry.subject
    return Entry.objects.filter(pk=key).first() if key else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
