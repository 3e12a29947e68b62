"""Putting people and posts into the township's stream: whole states, as text that outlives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from qianxian.core.commits import Actor, Change, record
from qianxian.core.models import (
    Absence,
    Commit,
    Grant,
    Handover,
    Holding,
    Office,
    Place,
    Post,
    Revision,
    Stream,
    User,
)


def lock(township: Place) -> None:
    """Let changes of posts in a township happen one after the other.

    Other saves lock the head last and wait for nothing behind it, so holding it early cannot
    deadlock; who holds what changes rarely, and then two must not both find the post free, or
    each remove the other administrator.
    """
    Stream.objects.get_or_create(township=township)
    Stream.objects.select_for_update().get(pk=township.pk)


def write(
    township: Place,
    changes: Sequence[Change],
    *,
    by: User | Actor,
    at: datetime,
    reason: str = "",
    source: str = Commit.Source.PAGE,
) -> Commit:
    """One commit. Who acts for the office as a whole acts in no post."""
    actor = Actor.of(by) if isinstance(by, User) else by
    return record(
        township=township, changes=changes, by=actor, at=at, reason=reason[:500], source=source
    )


def of_office(office: Office) -> Change:
    body = {
        "id": office.pk,
        "name": office.name,
        "place": office.place_id,
        "head": office.head_id or "",
        "closed_on": _day(office.closed_on),
    }
    return Change(Revision.Kind.OFFICE, str(office.pk), body)


def of_post(post: Post) -> Change:
    body = {
        "id": post.pk,
        "name": post.name,
        "duty": post.duty,
        "office": post.office_id,
        "place": post.place_id,
        "closed_on": _day(post.closed_on),
    }
    return Change(Revision.Kind.POST, post.pk, body)


def of_holding(holding: Holding, *, removed: bool = False) -> Change:
    """`removed`: it was taken back before its first day was over, so it never stood."""
    body = {
        "id": holding.pk,
        "post": holding.post_id,
        "user": holding.user.username,
        "name": holding.user.name,
        "rank": holding.rank,
        "from": _day(holding.valid_from),
        "to": _day(holding.valid_to),
        "confirmed": holding.is_confirmed,
        "removed": removed,
    }
    return Change(Revision.Kind.HOLDING, str(holding.pk), body)


def of_handover(handover: Handover) -> Change:
    body = {
        "id": handover.pk,
        "post": handover.post_id,
        "rank": handover.rank,
        "giver": handover.giver.username,
        "taker": handover.taker.username,
        "on": _day(handover.on),
        "note": handover.note,
        "accepted_at": _moment(handover.accepted_at),
        "withdrawn_at": _moment(handover.withdrawn_at),
    }
    return Change(Revision.Kind.HANDOVER, str(handover.pk), body)


def of_absence(absence: Absence, *, removed: bool = False) -> Change:
    body = {
        "id": absence.pk,
        "user": absence.user.username,
        "from": _day(absence.first_day),
        "to": _day(absence.last_day),
        "note": absence.note,
        "removed": removed,
    }
    return Change(Revision.Kind.ABSENCE, str(absence.pk), body)


def of_grant(grant: Grant, *, removed: bool = False) -> Change:
    body = {
        "id": grant.pk,
        "role": grant.role,
        "line": grant.line,
        "place": grant.place_id,
        "post": grant.post_id or "",
        "user": grant.user.username if grant.user else "",
        "removed": removed,
    }
    return Change(Revision.Kind.GRANT, str(grant.pk), body)


def of_person(person: User, act: str) -> Change:
    """Never a password, and never its digest: the stream is kept for good."""
    body = {
        "id": person.username,
        "act": act,
        "name": person.name,
        "home": person.home_id or "",
        "active": person.is_active,
    }
    return Change(Revision.Kind.PERSON, str(person.pk), body)


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
