"""The office's own table of days off, and counting due dates anew when something was announced."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor
from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotAllowed
from qianxian.core.models import Commit, Place, User
from qianxian.core.permissions import Permission
from qianxian.ledgers.models import Entry
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import state_of, store
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import flows, routing
from qianxian.matters.acts import acts_of, marks_of
from qianxian.matters.clocks import runs_of, soonest_due
from qianxian.matters.models import Holiday
from qianxian.matters.workdays import WorkCalendar
from qianxian_packs import Flow


@transaction.atomic
def set_holidays(
    *, days: list[date], is_working: bool, name: str, basis: str, by: User, at: datetime
) -> int:
    """Put days into the office's table of days off; returns how many. Due dates follow by `recount`."""
    if not gate.reaches(by, Permission.PLACE_EDIT, timezone.localdate(at)):
        raise NotAllowed("放假安排由管理员填。要改，请把文件给管理员。")
    if not basis.strip():
        raise InvalidEntry({"basis": "还没写依据。写文号，例如国办发明电。"})
    for day in days:
        Holiday.objects.update_or_create(
            day=day,
            defaults={
                "is_working": is_working,
                "name": name.strip(),
                "basis": basis.strip(),
                "entered_by": by.username,
                "entered_by_name": by.name,
                "entered_at": at,
            },
        )
    return len(days)


@transaction.atomic
def recount(
    *, township: Place, by: Actor, at: datetime, reason: str, where: Q | None = None
) -> Commit | None:
    """Count due dates of open matters anew (or of those in `where`) and give a post to those that
    wait for none.

    For when holidays were announced, a post was made for a duty that nobody had, or a definition
    has a new limit. One commit; None where nothing changed.
    """
    calendar = routing.calendar()
    ledgers = [ledger.id for ledger in catalogue().ledgers.values() if ledger.flow]
    entries = (
        Entry.objects.present()
        .filter(ledger__in=ledgers, place__path__startswith=township.path)
        .filter(Q(post__isnull=False) | Q(state__in=_open_states()), where or Q())
        .select_related("place", "subject")
    )
    states = [state for entry in entries if (state := _recounted(entry, calendar))]
    if not states:
        return None
    return store(
        states=states,
        township=township,
        by=by,
        at=at,
        reason=reason,
        source=Commit.Source.COMMAND,
    )


@transaction.atomic
def recount_all(*, by: User, at: datetime, reason: str, where: Q | None = None) -> int:
    """`recount` in the townships of the site (or those in `where`); how many matters moved."""
    actor = Actor.of(by)
    townships = Place.objects.filter(where or Q(), level=Place.Level.TOWNSHIP)
    commits = [recount(township=township, by=actor, at=at, reason=reason) for township in townships]
    return sum(commit.revisions_count for commit in commits if commit)


def _open_states() -> set[str]:
    flows_known = catalogue().flows.values()
    return {name for flow in flows_known for name in flow.states if flows.is_open(flow, name)}


def _recounted(entry: Entry, calendar: WorkCalendar) -> EntryState | None:
    flow = catalogue().flows[entry.definition.flow or ""]
    if not flows.is_open(flow, entry.state):
        return None
    due = soonest_due(runs_of(flow.clock_by_id, marks_of(flow, acts_of(entry))), calendar)
    due_on = due.day if due else None
    post = entry.post_id or _post_now(flow, entry)
    if due_on == entry.due_on and post == (entry.post_id or ""):
        return None
    return state_of(entry, due_on=due_on, post=post, act={"recount": True})


def _post_now(flow: Flow, entry: Entry) -> str:
    post = routing.post_for_state(flow, entry.state, entry.place)
    return post.pk if post else ""
