"""Requests as people read them: what is to change from what to what, who asked, who decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from qianxian.core.models import User
from qianxian.core.permissions import Permission
from qianxian.core.prepared_query import Given, PreparedQuery
from qianxian.ledgers.display import names_in, words_of
from qianxian.ledgers.models import ChangeRequest, Entry
from qianxian.ledgers.requests.services import in_words, may_decide
from qianxian.ledgers.search import full_name

_COVERED, _ANOTHER = "遮着", "另一个，遮着"
_KEPT = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """One field: as it stands and as it is to be."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Told:
    """A request for one reader. `is_stale`: the entry changed since it was asked for."""

    request: ChangeRequest
    place: str
    wanted: tuple[Wanted, ...]
    is_open: bool
    is_mine: bool
    may_decide: bool
    is_stale: bool

    @property
    def is_from_outside(self) -> bool:
        return self.request.origin != ChangeRequest.Origin.CLERK


def of_entry(entry: Entry, *, user: User, on: date) -> list[Told]:
    """All requests about one entry, newest first."""
    rows = ChangeRequest.objects.filter(entry=entry)[:_KEPT]
    return [told(row, entry, user=user, on=on) for row in rows]


def waiting(user: User, on: date) -> list[Told]:
    """Open requests of entries that the user sees: those to decide first, then the own ones."""
    rows = ChangeRequest.objects.filter(
        _visible(user, on), state=ChangeRequest.State.OPEN
    ).select_related("entry__place__parent", "entry__subject")
    found = [told(row, row.entry, user=user, on=on) for row in rows.order_by("at")]
    return sorted((t for t in found if t.may_decide or t.is_mine), key=lambda t: t.is_mine)


def number_to_decide(user: User, on: date) -> int:
    """Beside 台账 on every page, so it is one query where nothing waits."""
    if not _of_others.rows(name=user.username):
        return 0
    rows = ChangeRequest.objects.filter(state=ChangeRequest.State.OPEN).exclude(by=user.username)
    return rows.filter(_visible(user, on, Permission.ENTRY_CORRECT)).count()


@PreparedQuery
def _of_others() -> QuerySet[ChangeRequest, Any]:
    waiting = ChangeRequest.objects.filter(state=ChangeRequest.State.OPEN)
    return waiting.exclude(by=Given("name")).order_by().values_list("state")[:1]


def _visible(user: User, on: date, permission: Permission = Permission.ENTRY_VIEW) -> Q:
    seen = Entry.objects.visible_to(user, on, permission).present()
    return Q(entry__in=seen.values("pk"))


def told(row: ChangeRequest, entry: Entry, *, user: User, on: date) -> Told:
    is_open = row.state == ChangeRequest.State.OPEN
    return Told(
        row,
        full_name(entry.place),
        tuple(_wanted(row, entry, user, on)),
        is_open,
        row.by == user.username,
        is_open and may_decide(row, entry, by=user, on=on),
        is_open and entry.version != row.version,
    )


def _wanted(row: ChangeRequest, entry: Entry, user: User, on: date) -> Iterable[Wanted]:
    ledger = entry.definition
    new = in_words(row, ledger)
    names = names_in(ledger, [entry.data, new], user=user, on=on)
    for field in ledger.fields:
        if field.name in new:
            old = words_of(field, entry.data, names, on)
            yield Wanted(field.label, old, words_of(field, new, names, on))
        elif field.name in row.private_fields:
            yield Wanted(field.label, _COVERED, _ANOTHER)
