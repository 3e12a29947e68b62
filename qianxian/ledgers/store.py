"""Putting entry states into the tables and into the commit stream, one or a hundred thousand.

The only module that writes the Entry table. Services decide what a state is to be; steps of
matters, imports, undo and the demo generator all end in `store`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from qianxian.core.bulk import insert_rows, insert_selected
from qianxian.core.commits import Actor, Change, Prepared, record
from qianxian.core.definitions import catalogue
from qianxian.core.errors import Conflict, UserError
from qianxian.core.models import Commit, Place, Revision
from qianxian.ledgers import spans
from qianxian.ledgers.models import Entry
from qianxian.ledgers.states import (
    EntryRow,
    EntryState,
    Part,
    Ready,
    StagedEntries,
    make_ready,
    risen_of,
)

# Who saves what nobody pressed a button for.
SYSTEM = Actor("system", "系统")


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
    states: Sequence[EntryState] = (),
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

    `ready` stands for `states` where they are many: from `make_ready`, or what an import loaded.

    Raises Conflict where an entry is no longer at the version that its new state came from,
    UserError where another entry has the same key, and InvalidEntry where dated ties overlap.
    """
    ready = ready or make_ready(states, at)
    spans.check(ready.tied, township)
    _write(ready.rows, ready.staged)
    return record(
        township=township,
        changes=chain(map(Prepared._make, chain.from_iterable(ready.revisions)), also),
        staged=ready.staged.changes if ready.staged else None,
        by=by,
        at=at,
        reason=reason,
        source=source,
        source_ref=source_ref,
        undoes=undoes,
    )


def _write(rows: Iterable[Part], staged: StagedEntries | None) -> None:
    part = Part([], [])
    try:
        # The savepoint keeps the outer transaction usable after a refused key. There is one for
        # all: SQLite would keep a copy of each page that a part changes for each of many.
        with transaction.atomic():
            if staged:
                _take(staged)
            for part in rows:
                _refuse_archived(row.ledger for row in map(EntryRow._make, part.new))
                insert_rows(Entry, EntryRow._fields, part.new)
                _update([EntryRow._make(row) for row in part.changed])
    except IntegrityError as error:
        refused = map(EntryRow._make, (*part.new, *part.changed))
        raise _refusal(list(refused), error) from error


def _take(staged: StagedEntries) -> None:
    try:
        made = insert_selected(Entry, staged.columns, staged.changes.in_order)
    except IntegrityError as error:
        if not _is_same_key(error):
            raise
        says = "刚才有人先记了一样的，这次都没有存。请再检查一遍，看是哪几行。"
        raise UserError(says) from error
    if made:
        _refuse_archived([staged.ledger])


def _refuse_archived(ledgers: Iterable[str]) -> None:
    """Here, so that no way in can forget it: nothing new comes into a ledger that has ended."""
    known = catalogue().ledgers
    for name in set(ledgers):
        if name in known and known[name].archived:
            raise UserError(f"{known[name].name}已经停用，不再记新的。原来的都在，可以看，可以改。")


def _refusal(rows: Sequence[EntryRow], error: IntegrityError) -> Exception:
    """The sentence for what the database refused; anything else is a bug and flies on."""
    if _is_same_key(error):
        return UserError(_same_key(rows))
    first = [row.id for row in rows if row.version == 1][:1]
    if Entry.objects.filter(pk__in=first).exists():
        return UserError("这一笔刚才已经记过了，没有再记一遍。回列表看看。")
    return error


def _is_same_key(error: IntegrityError) -> bool:
    return "no_second_entry" in str(error) or "key_text" in str(error)


def _same_key(rows: Sequence[EntryRow]) -> str:
    """Names what the person wrote, not the entry that has the key: that may be out of sight."""
    taken = set(
        Entry.objects.present()
        .filter(
            ledger__in={row.ledger for row in rows},
            key_text__in=[row.key_text for row in rows if row.key_text],
        )
        .exclude(pk__in=[row.id for row in rows])
        .values_list("ledger", "key_text")
    )
    own = next((row for row in rows if (row.ledger, row.key_text) in taken), None)
    if own is None:
        return "这批里有两条是重复的，同样的只能有一条。请去掉重复的再存。"
    ledger = catalogue().ledgers[own.ledger]
    labels = [ledger.by_name[name].label for name in ledger.key if name in ledger.by_name]
    hint = f"核对{'、'.join(labels)}再存" if labels else "换一户"
    return f"{own.title}已经有一条了，不能再记一条。打开原来那条改，或者{hint}。"


_SLICE = 500


def _update(rows: Sequence[EntryRow]) -> None:
    """The version in the condition makes the save a compare-and-set: of two who start from the
    same version, the second changes no row."""
    if not rows:
        return
    quote = connection.ops.quote_name
    fresh = ", ".join(f"{quote(name)} = %s" for name in EntryRow._fields[2:])
    where = f"{quote('id')} = %s AND {quote('version')} = %s"
    sql = f"UPDATE {quote(Entry._meta.db_table)} SET {fresh} WHERE {where}"  # noqa: S608  names come from models
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(*row[2:], row.id, row.version - 1) for row in rows])
        hit = cursor.rowcount
    if hit != len(rows):
        raise Conflict(who_was_first(_moved(rows)))


def _moved(rows: Sequence[EntryRow]) -> uuid.UUID:
    """The first entry that did not take its new version."""
    for start in range(0, len(rows), _SLICE):
        part = {uuid.UUID(row.id): row.version for row in rows[start : start + _SLICE]}
        versions = dict(Entry.objects.filter(pk__in=part).values_list("pk", "version"))
        for key, version in part.items():
            if versions.get(key) != version:
                return key
    return uuid.UUID(rows[0].id)


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
