"""Where a matter stands after a save that is no step: when it is opened, and when it is corrected.

The room of ledgers asks here; see `ledgers.standing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place
from qianxian.ledgers import values as entry_values
from qianxian.ledgers.models import Entry
from qianxian.ledgers.standing import Standing
from qianxian.ledgers.states import EntryState
from qianxian.matters import flows, routing
from qianxian.matters.acts import acts_of, marks_of, opened_on, untils_of
from qianxian.matters.clocks import Mark, runs_of, soonest_due
from qianxian.matters.guarding import check_removal as check_removal
from qianxian.matters.guarding import check_undo as check_undo
from qianxian.matters.guarding import guarded as guarded
from qianxian.matters.rising import Moment, due_rules, why
from qianxian_packs import Flow, Ledger


def opened(ledger: Ledger, place: Place, on: date, values: Mapping[str, Any]) -> Standing:
    """Where a new entry of a ledger with a flow stands, and to whom it rises at once."""
    flow = catalogue().flows[ledger.flow or ""]
    post = routing.post_for_state(flow, flow.initial, place)
    due_on = first_due(flow, on, values)
    # An expression does not see private values: they are sealed.
    row = {name: value for name, value in values.items() if not ledger.by_name[name].private}
    moment = Moment(flow.initial, {**row, "state": flow.initial, "place": place.pk}, due_on, on)
    risen, act = rise(flow, ledger, place, moment, on)
    return Standing(flow.initial, post.pk if post else "", due_on, risen, act)


def first_due(flow: Flow, on: date, values: Mapping[str, Any]) -> date | None:
    if not flow.first_clocks:
        return None
    start = datetime.combine(on, time.min, timezone.get_current_timezone())
    mark = Mark(start, starts=flow.first_clocks, untils=untils_of(flow, values))
    due = soonest_due(runs_of(flow.clock_by_id, [mark]), routing.calendar())
    return due.day if due else None


def corrected(entry: Entry, state: EntryState, at: datetime) -> EntryState:
    """Its limit counted anew, as the day that it runs to may stand in a field; and what rises now."""
    ledger, day = entry.definition, timezone.localdate(at)
    flow = catalogue().flows[ledger.flow or ""]
    if not flows.is_open(flow, state.state):
        return state
    state = _in_reach(flow, entry, state)
    acts = acts_of(entry)
    if any(clock.until for clock in flow.clocks):
        mark = Mark(timezone.localtime(at), untils=untils_of(flow, state.data))
        runs = runs_of(flow.clock_by_id, [*marks_of(flow, acts), mark])
        due = soonest_due(runs, routing.calendar())
        state = replace(state, due_on=due.day if due else None)
    return risen_state(flow, ledger, entry.place, state, day, opened_on(entry, acts))


def _in_reach(flow: Flow, entry: Entry, state: EntryState) -> EntryState:
    """Put right to be elsewhere, it waits for the post that answers there."""
    if state.place == entry.place_id or entry.post is None:
        return state
    place = Place.objects.get(pk=state.place)
    if entry.post.place_id in place.ancestor_codes():
        return state
    post = routing.post_for_state(flow, state.state, place)
    return replace(state, post=post.pk if post else "", offered="")


def risen_state(
    flow: Flow,
    ledger: Ledger,
    place: Place,
    state: EntryState,
    on: date,
    began: date | None,
    routes: routing.Routes | None = None,
) -> EntryState:
    """The state with what rises on that day; a matter of which nothing is asked has risen to nobody.

    `routes` is handed in where many are looked at one after another.
    """
    asked = flows.is_asked(flow, state.state, state.offered)
    if not (asked or flows.is_open(flow, state.state)):
        return replace(state, risen={})
    row = row_of_state(ledger, state)
    moment = Moment(state.state, row, state.due_on, began, state.risen, is_asked=asked)
    risen, act = rise(flow, ledger, place, moment, on, routes)
    return replace(state, risen={**state.risen, **risen}, act={**state.act, **act})


def row_of_state(ledger: Ledger, state: EntryState) -> dict[str, Any]:
    return {
        **entry_values.loaded(ledger, state.data),
        "place": state.place,
        "subject": state.subject.hex if state.subject else None,
        "state": state.state,
        "campaign": state.campaign or None,
    }


def rise(
    flow: Flow,
    ledger: Ledger,
    place: Place,
    moment: Moment,
    on: date,
    routes: routing.Routes | None = None,
) -> tuple[dict[str, str], dict[str, Any]]:
    """Rule → post, and what the revision tells of it. A rule without a post waits for one."""
    if not flow.escalations:
        return {}, {}
    found, routes = [], routes or routing.Routes()
    for rule in due_rules(flow, ledger, moment, on, routes.calendar):
        if post := routes.rises_to(rule.to, place, on):
            found.append({"rule": rule.id, "post": post.pk, "why": why(rule, moment, on)})
    return {each["rule"]: each["post"] for each in found}, {"rise": found} if found else {}
