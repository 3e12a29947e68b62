"""A ledger as it was known at the end of a past day, made of the revisions up to then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Replace
from django.utils import timezone

from qianxian.core.models import Place, Revision, User
from qianxian.ledgers import values
from qianxian.ledgers.models import Entry
from qianxian.ledgers.registers import stretches
from qianxian_packs import Ledger


def end_of(day: date) -> datetime:
    """The first moment that is no longer this day, in the office's time zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def entries_as_of(ledger: Ledger, day: date, *, user: User, on: date) -> list[Entry]:
    """The present entries of that day, as rows that are not to be saved.

    The gate is that of today: whoever may see an entry may see its past, and nobody else.
    """
    last = Revision.objects.filter(
        kind=Revision.Kind.ENTRY, key=OuterRef("hex"), commit__at__lt=end_of(day)
    ).order_by("-commit__number", "-position")
    rows = (
        Entry.objects.visible_to(user, on)
        .filter(ledger=ledger.id)
        # Revisions are keyed by the 32 digits; PostgreSQL writes a UUID with hyphens.
        .annotate(hex=Replace(Cast("id", CharField()), Value("-"), Value("")))
        .annotate(then=Subquery(last.values("body")[:1]))
        .exclude(then=None)
        .values_list("then", flat=True)
    )
    bodies = [json.loads(body) for body in rows.iterator(chunk_size=2000)]
    return _present(ledger, [body for body in bodies if not body.get("deleted")])


def bodies_at(versions: Mapping[UUID, int]) -> dict[UUID, dict[str, Any]]:
    """Entries → the body of the revision that was this version of each, where it had it."""
    rows = Revision.objects.filter(kind=Revision.Kind.ENTRY, key__in=[key.hex for key in versions])
    found: dict[UUID, dict[str, Any]] = {}
    for key, text in rows.order_by("commit__number", "position").values_list("key", "body"):
        body = json.loads(text)
        if body.get("version", 1) == versions[UUID(key)]:
            found.setdefault(UUID(key), body)
    return found


def _present(ledger: Ledger, bodies: list[dict[str, Any]]) -> list[Entry]:
    places = Place.objects.in_bulk({body["place"] for body in bodies})
    parents = Place.objects.in_bulk({p.parent_id for p in places.values() if p.parent_id})
    for place in places.values():
        place.parent = parents.get(place.parent_id or "")
    keys = {UUID(body["subject"]) for body in bodies if body.get("subject")}
    subjects = Entry.objects.in_bulk(keys) if keys else {}
    return [_entry(ledger, body, places, subjects) for body in bodies]


def _entry(
    ledger: Ledger,
    body: Mapping[str, Any],
    places: Mapping[str, Place],
    subjects: Mapping[UUID, Entry],
) -> Entry:
    data = body.get("data", {})
    subject = subjects.get(UUID(body["subject"])) if body.get("subject") else None
    title = values.title_of(ledger, values.loaded(ledger, data), subject)[:120]
    return Entry(
        id=UUID(body["id"]),
        ledger=ledger.id,
        place=places[body["place"]],
        subject=subject,
        parent_id=UUID(body["parent"]) if body.get("parent") else None,
        on=date.fromisoformat(body["on"]) if body.get("on") else None,
        state=body.get("state", ""),
        campaign=body.get("campaign", ""),
        episodes=body.get("episodes", []),
        gone_on=stretches.read(body.get("episodes", []))[-1].gone,
        late=body.get("late", False),
        data=data,
        title=title,
        initials=values.initials_of(title),
        version=body.get("version", 1),
    )
