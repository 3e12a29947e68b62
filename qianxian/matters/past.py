"""What was over its time on a past day: made of the revisions up to then, whatever happened since."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Replace

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Revision, User
from qianxian.ledgers import values
from qianxian.ledgers.asof import end_of
from qianxian.ledgers.models import Entry
from qianxian.matters import flows, routing
from qianxian.matters.rows import where
from qianxian_packs import Flow


@dataclass(frozen=True, slots=True)
class WasOver:
    """A matter as it stood then."""

    key: UUID
    title: str
    flow: Flow
    place: str
    post: str
    state: str
    due_on: date
    days_over: int


def overdue_as_of(user: User, day: date, *, on: date) -> list[WasOver]:
    """What was open and over its time at the end of the day, longest first.

    The gate is that of today (`on`): whoever may see a matter may see its past, and nobody else.
    """
    found = [body for body in _bodies(user, day, on) if _was_over(body, day)]
    places = Place.objects.select_related("parent").in_bulk({body["place"] for body in found})
    posts = routing.names_by_code(_post(body) for body in found)
    subjects = Entry.objects.in_bulk({UUID(b["subject"]) for b in found if b.get("subject")})
    told = [_told(body, places, posts, subjects, day) for body in found]
    return sorted(told, key=lambda each: (each.due_on, each.key))


def _bodies(user: User, day: date, on: date) -> Iterator[dict[str, Any]]:
    """The last revision of each matter up to the end of the day."""
    ledgers = [ledger.id for ledger in catalogue().ledgers.values() if ledger.flow]
    last = Revision.objects.filter(
        kind=Revision.Kind.ENTRY, key=OuterRef("hex"), commit__at__lt=end_of(day)
    ).order_by("-commit__number", "-position")
    rows = (
        Entry.objects.visible_to(user, on)
        .filter(ledger__in=ledgers)
        # Revisions are keyed by the 32 digits; PostgreSQL writes a UUID with hyphens.
        .annotate(hex=Replace(Cast("id", CharField()), Value("-"), Value("")))
        .annotate(then=Subquery(last.values("body")[:1]))
        .exclude(then=None)
        .values_list("then", flat=True)
    )
    for body in rows.iterator(chunk_size=2000):
        # Most have no date: the text says so without being taken apart.
        if '"due_on":' in body:
            yield json.loads(body)


def _was_over(body: Mapping[str, Any], day: date) -> bool:
    flow = catalogue().flows[catalogue().ledgers[body["ledger"]].flow or ""]
    waits = flows.is_open(flow, body.get("state", "")) or bool(body.get("offered"))
    due = date.fromisoformat(body["due_on"]) if body.get("due_on") else None
    return waits and not body.get("deleted") and due is not None and due < day


def _post(body: Mapping[str, Any]) -> str:
    """The post that it waited for; of one that had ended the one that was to ask."""
    return str(body.get("post") or body.get("offered") or "")


def _told(
    body: Mapping[str, Any],
    places: Mapping[str, Place],
    posts: Mapping[str, str],
    subjects: Mapping[UUID, Entry],
    day: date,
) -> WasOver:
    ledger = catalogue().ledgers[body["ledger"]]
    flow = catalogue().flows[ledger.flow or ""]
    due, state = date.fromisoformat(body["due_on"]), body.get("state", "")
    subject = subjects.get(UUID(body["subject"])) if body.get("subject") else None
    loaded = values.loaded(ledger, body.get("data", {}))
    return WasOver(
        UUID(body["id"]),
        values.title_of(ledger, loaded, subject)[:120],
        flow,
        where(places[body["place"]]),
        posts.get(_post(body), "没有岗位接"),
        flow.states[state].label if state in flow.states else state,
        due,
        (day - due).days,
    )
