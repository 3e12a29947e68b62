"""What hangs on a matter: counted for its guards, listed for its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qianxian.core.definitions import catalogue
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
