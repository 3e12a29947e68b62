"""Matters that rise by themselves: what is over its time, and what waited too long.

Runs again and again in the background. Each batch is one short transaction that looks at its rows
anew under lock, and each rule has one turn in an episode, kept with the entry: so a run that was cut
off is simply done again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Place
from qianxian.ledgers.models import Entry
from qianxian.ledgers.states import EntryState, risen_of
from qianxian.ledgers.store import SYSTEM, last_bodies, state_of, store
from qianxian.matters import flows, routing
from qianxian.matters.acts import acts_of, opened_on
from qianxian.matters.children import row_of
from qianxian.matters.holidays import recount
from qianxian.matters.opening import risen_state
from qianxian.matters.rising import Moment, due_rules
from qianxian_packs import Escalation, Flow

BATCH = 500
_NEW_LIMIT = "流程给这一步定了时限"


def sweep(now: datetime, batch: int = BATCH) -> int:
    """Let rise whatever has its day, in every township; how many matters rose."""
    wanted, risen = _wanted(timezone.localdate(now)), 0
    if wanted is None:
        return 0
    routes = routing.Routes()
    for township in Place.objects.filter(level=Place.Level.TOWNSHIP):
        for keys in _batches(_keys(township, _without_limit()), batch):
            _give_limits(keys, township, now)
        for keys in _batches(_keys(township, wanted), batch):
            risen += _rise(keys, township, now, routes)
    return risen


def _without_limit() -> Q:
    """Matters that came into their state before the definition gave it a limit."""
    found = [
        Q(ledger=ledger.id, state__in=list(flow.stays), due_on__isnull=True)
        for ledger in catalogue().ledgers.values()
        if (flow := catalogue().flows.get(ledger.flow or "")) and flow.stays
    ]
    return reduce(or_, found, Q(pk__in=[]))


def _wanted(on: date) -> Q | None:
    """Matters that a rule may concern; a superset, cheap to find. None where no flow has a rule."""
    found = [
        Q(ledger=ledger.id) & _waits(flow, rule) & _may_rise(rule, on)
        for ledger in catalogue().ledgers.values()
        if (flow := catalogue().flows.get(ledger.flow or ""))
        for rule in flow.escalations
    ]
    return reduce(or_, found) if found else None


def _waits(flow: Flow, rule: Escalation) -> Q:
    """Open matters, and ended ones of which somebody was asked to speak with the person concerned."""
    found = Q(state__in=[name for name in flow.states if flows.is_open(flow, name)])
    if flow.ask_after and rule.overdue:
        closed = [name for name, state in flow.states.items() if state.kind == "closed"]
        found |= Q(state__in=closed, offered__isnull=False)
    return found


def _may_rise(rule: Escalation, on: date) -> Q:
    unrisen = ~Q(risen__contains=f"/{rule.id}:")
    # Working days are never fewer than the days of the calendar.
    return unrisen & Q(due_on__lt=on - timedelta(days=rule.after)) if rule.overdue else unrisen


def _keys(township: Place, wanted: Q) -> list[UUID]:
    """All of them at once: asked for batch by batch, the whole table would be looked through each time."""
    rows = Entry.objects.present().filter(wanted, place__path__startswith=township.path)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _batches(keys: Sequence[UUID], size: int) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


@transaction.atomic
def _give_limits(keys: Sequence[UUID], township: Place, now: datetime) -> None:
    """One batch, held until it is saved: a step that is taken meanwhile does not end the sweep."""
    list(Entry.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    where = Q(pk__in=keys)
    recount(township=township, by=SYSTEM, at=now, reason=_NEW_LIMIT, where=where)


@transaction.atomic
def _rise(keys: Sequence[UUID], township: Place, now: datetime, routes: routing.Routes) -> int:
    """One batch. What somebody closed a moment ago is looked at as it is now."""
    on = timezone.localdate(now)
    rows = Entry.objects.select_for_update(of=("self",)).filter(pk__in=keys, deleted=False)
    began = {
        entry.pk: (entry, day)
        for entry in rows.select_related("place").order_by("pk")
        if (day := _turn(entry, on, routes)) is not _NO_TURN
    }
    last = last_bodies(began)
    states = [
        state
        for entry, day in began.values()
        if (state := _risen(entry, day, last[entry.pk], on, routes))
    ]
    if states:
        store(
            states=states,
            township=township,
            by=SYSTEM,
            at=now,
            reason="按流程自动升级",
            source=Commit.Source.COMMAND,
        )
    return len(states)


# No rule has its turn; told apart from a day that nobody can say.
_NO_TURN = date.min


def _turn(entry: Entry, on: date, routes: routing.Routes) -> date | None:
    """The day on which its episode began, where a rule may have its turn; else _NO_TURN.

    Most matters are let be without asking for their history.
    """
    flow = catalogue().flows.get(entry.definition.flow or "")
    if flow is None:
        return _NO_TURN
    row = row_of(entry.definition, entry)
    asked = flows.is_asked(flow, entry.state, entry.offered_id)
    moment = Moment(entry.state, row, entry.due_on, date.min, risen_of(entry.risen), asked)
    rules = list(due_rules(flow, entry.definition, moment, on, routes.calendar))
    if not rules:
        return _NO_TURN
    # Only a rule that counts from the opening asks when that was.
    return None if all(rule.overdue for rule in rules) else opened_on(entry, acts_of(entry))


def _risen(
    entry: Entry, began: date | None, last: Mapping[str, Any], on: date, routes: routing.Routes
) -> EntryState | None:
    flow = catalogue().flows[entry.definition.flow or ""]
    state = state_of(entry, last=last)
    after = risen_state(flow, entry.definition, entry.place, state, on, began, routes)
    return after if after.risen != state.risen else None
