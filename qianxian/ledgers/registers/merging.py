"""Two entries of a register become one: a person chose which stands, and each field of it.

What points to the other one follows, in whatever ledger, as the same commit. The other one is
taken out and keeps its history; taking the commit back brings all of it back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.lookups import Exact
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor, Change, record
from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Revision, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.ledgers import privacy, spans, values
from qianxian.ledgers.conditions import FieldText, in_ledger
from qianxian.ledgers.models import Apart, Entry
from qianxian.ledgers.registers.duplicates import may_propose
from qianxian.ledgers.registers.ending import require_register_edit
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import last_bodies, removed, state_of, store
from qianxian.ledgers.values import InvalidEntry


@transaction.atomic
def merge_entries(
    *,
    keep: Entry,
    drop: Entry,
    take: Collection[str],
    versions: tuple[int, int],
    by: User,
    at: datetime,
    reason: str,
    post: str = "",
) -> Commit:
    """`drop` turns out to be `keep`. `take` names the fields in which drop's value is right.

    `versions` are those of keep and drop that the person compared. A private value is taken
    over unopened. Raises InvalidEntry, Conflict, NotVisible, NotAllowed; UserError where an entry
    cannot follow, naming it.
    """
    require_merge(keep, drop, by=by, at=at)
    for entry, version in zip((keep, drop), versions, strict=True):
        require_register_edit(entry, version, by=by, at=at)
    if not reason.strip():
        raise InvalidEntry({"reason": "还没写凭什么认定是同一个。写一句，以后查得到。"})
    kept = _kept(keep, drop, frozenset(take))
    gone = replace(removed(drop), act={"merged_into": keep.pk.hex})
    return store(
        # The one that goes first, so that the one that stays may take over its key.
        states=[gone, kept, *_followed(keep, drop)],
        township=township_of(keep.place),
        by=Actor.of(by, post),
        at=at,
        reason=reason.strip()[:500],
    )


def require_merge(keep: Entry, drop: Entry, *, by: User, at: datetime) -> None:
    """Of one register and township, not the same, and mine to correct, both of them."""
    if keep.ledger != drop.ledger or keep.pk == drop.pk or not may_propose(keep.definition):
        raise UserError("只有同一本底册里的两条才能合并。请重新选。")
    if township_of(keep.place) != township_of(drop.place):
        raise UserError("两条不在一个乡镇，不能合并。请两边商量好，一边走迁出。")
    day = timezone.localdate(at)
    for entry in (keep, drop):
        line = entry.definition.line
        gate.require(by, Permission.ENTRY_CORRECT, line=line, place=entry.place, on=day)


def _kept(keep: Entry, drop: Entry, take: frozenset[str]) -> EntryState:
    ledger = keep.definition
    data = {k: v for k, v in keep.data.items() if k not in take}
    data |= {k: v for k, v in drop.data.items() if k in take and not ledger.by_name[k].private}
    loaded = values.loaded(ledger, data)
    if faults := values.failed_checks(ledger, loaded):
        raise InvalidEntry(faults)
    missing = {f.name: f"还没选{f.label}用哪一边的。" for f in ledger.fields if _lacks(f, loaded)}
    if missing:
        raise InvalidEntry(missing)
    state = state_of(
        keep,
        data=data,
        **values.derived(ledger, loaded, place=keep.place_id, subject=keep.subject),
        act={"merged": drop.pk.hex},
    )
    private = [f.name for f in ledger.fields if f.private and f.name in take]
    taken = privacy.put(keep.pk, privacy.read_all(drop.pk, private))
    return replace(state, private={**state.private, **taken})


def _lacks(field: Any, loaded: Mapping[str, Any]) -> bool:
    return field.required and not field.private and loaded.get(field.name) is None


# ---- what follows ----


def following(drop: Entry) -> list[list[Entry]]:
    """What points to the entry, ledger by ledger; removed ones too, whoever may see them."""
    found: dict[str, dict[UUID, Entry]] = {}
    for condition in _pointing(drop):
        for entry in Entry.objects.filter(condition).select_related("place", "subject"):
            found.setdefault(entry.ledger, {})[entry.pk] = entry
    return [list(rows.values()) for rows in found.values()]


def _pointing(drop: Entry) -> Iterable[Q]:
    yield Q(subject=drop)
    yield Q(parent=drop)
    for ledger in catalogue().ledgers.values():
        for field in ledger.fields:
            if field.type == "entry" and field.of == drop.ledger and not field.private:
                names = Exact(FieldText(field.name), Value(str(drop.pk)))
                yield in_ledger(ledger.id) & Q(names)


def _followed(keep: Entry, drop: Entry) -> list[EntryState]:
    entries = [entry for own in following(drop) for entry in own]
    bodies = last_bodies(entry.pk for entry in entries)
    states = [_pointed(entry, keep, drop, bodies[entry.pk]) for entry in entries]
    _refuse_second(states, entries)
    return _without_double_ties(states)


def _pointed(entry: Entry, keep: Entry, drop: Entry, last: Mapping[str, Any]) -> EntryState:
    """The entry as it is, but for what it points to."""
    ledger, old, new = entry.definition, str(drop.pk), str(keep.pk)
    named = {f.name for f in ledger.fields if f.type == "entry" and f.of == keep.ledger}
    data = {k: new if k in named and v == old else v for k, v in entry.data.items()}
    subject = keep if entry.subject_id == drop.pk else entry.subject
    loaded = values.loaded(ledger, data)
    return state_of(
        entry,
        last=last,
        data=data,
        subject=subject.pk if subject else None,
        parent=keep.pk if entry.parent_id == drop.pk else entry.parent_id,
        **values.derived(ledger, loaded, place=entry.place_id, subject=subject),
        act={"follows": keep.pk.hex},
    )


def _refuse_second(states: Iterable[EntryState], entries: Iterable[Entry]) -> None:
    """Both had one of which there may be only one: a person says first which of them is right."""
    keys: dict[str, set[str]] = {}
    for state in states:
        if state.key_text and not state.deleted:
            keys.setdefault(state.ledger, set()).add(state.key_text)
    standing = Entry.objects.present().exclude(pk__in=[entry.pk for entry in entries])
    for ledger, own in keys.items():
        if other := standing.filter(ledger=ledger, key_text__in=own).first():
            name = other.definition.name
            raise UserError(
                f"两边在{name}里各有一条（{other}），只能有一条。先去掉多的那一条，再来合并。"
            )


def _without_double_ties(states: list[EntryState]) -> list[EntryState]:
    """Recorded twice, a person was in the same household twice: the tie of the one that goes, goes.

    Ties to two different households at once are for a person to settle; `store` refuses them.
    """
    return [
        replace(state, deleted=True) if not state.deleted and _is_double(state, states) else state
        for state in states
    ]


def _is_double(state: EntryState, states: Iterable[EntryState]) -> bool:
    ledger = catalogue().ledgers[state.ledger]
    if ledger.span is None or state.id not in spans.clashing(ledger, [state]):
        return False
    same = {name: state.data.get(name) for name in ledger.span.of if name != "subject"}
    rows = Entry.objects.present().filter(ledger=ledger.id, subject=state.subject)
    own = {s.id for s in states}
    return any(
        row.pk not in own and all(row.data.get(n) == v for n, v in same.items()) for row in rows
    )


# ---- told apart ----


@transaction.atomic
def tell_apart(*, first: Entry, second: Entry, by: User, at: datetime, post: str = "") -> Apart:
    """A person looked: they are two. The pair is not proposed again."""
    require_merge(first, second, by=by, at=at)
    one, other = sorted((first, second), key=lambda entry: entry.pk)
    apart, is_new = Apart.objects.get_or_create(
        first=one, second=other, defaults={"by_name": by.name, "at": at}
    )
    if is_new:
        key = f"{one.pk.hex}/{other.pk.hex}"
        body = {"id": key, "first": one.pk.hex, "second": other.pk.hex, "by": by.name}
        record(
            township=township_of(one.place),
            changes=[Change(Revision.Kind.APART, key, body)],
            by=Actor.of(by, post),
            at=at,
            reason="看过了，不是同一个",
        )
    return apart
