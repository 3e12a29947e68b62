"""Saving a change of a ledger of this site, with the entries that its rules change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from qianxian.core.commits import Actor, record
from qianxian.core.definitions import (
    catalogue,
    changing_definitions,
    check_definitions,
    put_definitions,
    townships_of_site,
)
from qianxian.core.errors import Conflict, UserError
from qianxian.core.models import Place, User
from qianxian.imports.inferring import access
from qianxian.imports.inferring.design import Design, with_changes
from qianxian.imports.inferring.jobs import index_filters
from qianxian.imports.inferring.planning import Mapped, held_by, plan
from qianxian.imports.inferring.services import DesignInvalid, save_definitions
from qianxian.ledgers import values
from qianxian.ledgers.models import Entry
from qianxian.ledgers.states import EntryState, make_ready
from qianxian.ledgers.store import last_bodies, state_of, store
from qianxian_packs import Ledger, canonical


def base_of(ledger: Ledger) -> str:
    """What a page carries along, so that whoever comes second is told."""
    return hashlib.sha256(canonical(ledger).encode()).hexdigest()[:16]


def change(
    *,
    ledger: Ledger,
    base: str,
    design: Design,
    retired: Iterable[str],
    mapped: Mapped,
    by: User,
    at: datetime,
) -> Ledger:
    """Change the definition and what its rules say of the entries, one commit a township.

    `base` is `base_of` the definition that the person saw. Raises DesignInvalid with every fault,
    Conflict where somebody changed a definition meanwhile.
    """
    access.require_line(by, ledger.line, timezone.localdate(at))
    if base_of(catalogue().ledgers[ledger.id]) != base:
        raise Conflict(f"{ledger.name}的栏刚才有人改过，这次没有存。刷新看看，再改一次。")
    found = plan(ledger, design, retired=retired, mapped=mapped, held=held_by(ledger))
    fresh = found.ledger
    if fresh is None:
        raise DesignInvalid(list(found.faults))
    if not found.says and fresh == ledger:
        raise UserError("什么都没改。改了再存。")
    reason = f"改台账的栏（{fresh.name}）：{''.join(found.says)}"[:500]
    if found.moved:
        _save_with_entries(fresh, found.moved, by=by, at=at, reason=reason)
    else:
        save_definitions(definitions=[fresh], by=by, at=at, reason=reason)
    return fresh


def _save_with_entries(
    fresh: Ledger, moved: Mapped, *, by: User, at: datetime, reason: str
) -> None:
    checked = check_definitions([fresh])
    states = {t.pk: list(_moved(fresh, moved, t)) for t in townships_of_site()}
    # Thousands may hold the choice: their revisions are worked out before the lock.
    ready = {code: make_ready(own, at) for code, own in states.items() if own}
    with changing_definitions():
        changes = put_definitions(checked, at)
        for township in townships_of_site():
            if own := ready.get(township.pk):
                store(
                    ready=own,
                    township=township,
                    by=Actor.of(by),
                    at=at,
                    reason=reason,
                    also=changes,
                )
            else:
                record(township=township, changes=changes, by=Actor.of(by), at=at, reason=reason)
        index_filters.enqueue()


def _moved(fresh: Ledger, moved: Mapped, township: Place) -> Iterator[EntryState]:
    """The entries of a township that hold a choice that goes, with the one in its place."""
    within = Place.objects.within(township.path).values("code")
    rows = Entry.objects.present().filter(ledger=fresh.id, place__in=within)
    holding = [e for e in rows.select_related("subject") if _with_new(e.data, moved)]
    bodies = last_bodies(e.pk for e in holding)
    for entry in holding:
        data = {**entry.data, **_with_new(entry.data, moved)}
        loaded = values.loaded(fresh, data)
        title = values.title_of(fresh, loaded, entry.subject)[:120]
        yield state_of(
            entry,
            last=bodies[entry.pk],
            data=data,
            title=title,
            initials=values.initials_of(title),
            key_text=values.key_of(fresh, loaded, place=entry.place_id, subject=entry.subject),
        )


def _with_new(data: Mapping[str, Any], moved: Mapped) -> dict[str, Any]:
    """The fields that change, with what they are to hold."""
    found: dict[str, Any] = {}
    for name, choices in moved.items():
        value = data.get(name)
        if isinstance(value, list):
            fresh = list(dict.fromkeys(choices.get(one, one) for one in value))
            if fresh != value:
                found[name] = fresh
        elif isinstance(value, str) and value in choices:
            found[name] = choices[value]
    return found


def set_archived(*, ledger: Ledger, archived: bool, by: User, at: datetime) -> Ledger:
    """End a ledger, or open it again. What is in it stays and counts either way."""
    access.require_line(by, ledger.line, timezone.localdate(at))
    if ledger.archived == archived:
        raise UserError(f"{ledger.name}已经{'停用' if archived else '在用'}了。")
    fresh = with_changes(ledger, archived=archived)
    words = "停用台账" if archived else "恢复台账"
    save_definitions(definitions=[fresh], by=by, at=at, reason=f"{words}：{ledger.name}")
    return fresh
