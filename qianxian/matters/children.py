"""What hangs on a matter: counted for its guards, listed for its page."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from qianxian.core.definitions import catalogue
from qianxian.core.models import Revision
from qianxian.ledgers import values
from qianxian.ledgers.models import Entry
from qianxian.matters.flows import Counted, holds
from qianxian_packs import Children, Flow, Ledger


def asked_by(flow: Flow) -> tuple[Children, ...]:
    """What the guards of a flow look at."""
    found = (
        asked
        for step in flow.steps
        for guard in step.guards
        for asked in (guard.none_of, guard.some_of)
        if asked is not None
    )
    return tuple(dict.fromkeys(found))


def counts_for(entry: Entry) -> dict[Children, Counted]:
    """For each look that a guard of its flow takes: how many. One query, none without a guard.

    Whoever takes the step may not see all of them; they count all the same.
    """
    flow = catalogue().flows.get(entry.definition.flow or "")
    asked = asked_by(flow) if flow else ()
    if not asked:
        return {}
    rows = Entry.objects.present().filter(
        parent=entry.pk, ledger__in={children.ledger for children in asked}
    )
    return count(asked, list(rows))


def gone_from(entry: Entry) -> dict[Children, dict[str, str]]:
    """For each hard look for what is still to be done: who took away something that it would find.

    What went into another that hangs here too is still found. No query without such a look.
    """
    flow = catalogue().flows.get(entry.definition.flow or "")
    guards = (guard for step in (flow.steps if flow else ()) for guard in step.guards)
    asked = {guard.none_of for guard in guards if guard.hard and guard.none_of}
    if not asked:
        return {}
    ledgers = {children.ledger for children in asked}
    rows = list(Entry.objects.filter(parent=entry.pk, ledger__in=ledgers, deleted=True))
    taken = _taken_away(rows, entry)
    return {
        children: dict(
            taken[row.pk] for row in rows if row.pk in taken and _count(children, [row]).maybe
        )
        for children in asked
    }


def rests_on(look: Children, entry: Entry, going: Collection[UUID]) -> bool:
    """Whether the look finds this entry, and without those that go nothing else beside it."""
    if look.ledger != entry.ledger or not _count(look, [entry]).surely:
        return False
    rows = Entry.objects.present().filter(parent=entry.parent_id, ledger=look.ledger)
    return not _count(look, [row for row in rows if row.pk not in going]).surely


def _taken_away(rows: Iterable[Entry], parent: Entry) -> dict[UUID, tuple[str, str]]:
    """Entry → username and name of who took it away."""
    last = (
        Revision.objects.filter(kind=Revision.Kind.ENTRY, key__in=[row.pk.hex for row in rows])
        .order_by("commit__number", "position")
        .values_list("key", "body", "commit__by", "commit__by_name")
    )
    found = {UUID(key): (json.loads(body).get("act", {}), by, name) for key, body, by, name in last}
    into = {UUID(act["merge"]) for act, _, _ in found.values() if act.get("merge")}
    stand = set(Entry.objects.filter(pk__in=into, parent=parent).values_list("pk", flat=True))
    return {
        key: (by, name)
        for key, (act, by, name) in found.items()
        if not (act.get("merge") and UUID(act["merge"]) in stand)
    }


def count(asked: Iterable[Children], entries: Iterable[Entry]) -> dict[Children, Counted]:
    found = list(entries)
    return {children: _count(children, found) for children in asked}


def _count(children: Children, entries: Iterable[Entry]) -> Counted:
    ledger = catalogue().ledgers[children.ledger]
    told = [
        holds(children.where, ledger, row_of(ledger, entry)) if children.where else True
        for entry in entries
        if entry.ledger == children.ledger
    ]
    return Counted(
        sum(answer is True for answer in told), sum(answer is not False for answer in told)
    )


def row_of(ledger: Ledger, entry: Entry) -> Mapping[str, Any]:
    """An entry as an expression of the definitions sees it."""
    return {
        **values.loaded(ledger, entry.data),
        "place": entry.place_id,
        "subject": entry.subject_id.hex if entry.subject_id else None,
        "state": entry.state,
        "campaign": entry.campaign or None,
    }
