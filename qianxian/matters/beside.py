"""Matters that one is tied to, as pages show them: only those that the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse

from qianxian.core.definitions import catalogue
from qianxian.core.models import User
from qianxian.core.queries import township_of
from qianxian.ledgers.display import state_badge, state_label
from qianxian.ledgers.models import Entry
from qianxian.matters.queries import matters
from qianxian.matters.rows import where
from qianxian.matters.similar import Like, like_matter
from qianxian.matters.ties import Ties
from qianxian_packs import Ledger

_SHORTEST, _FOUND = 2, 10


@dataclass(frozen=True, slots=True)
class Tied:
    """One matter beside this one."""

    entry: Entry
    url: str
    kind: str
    where: str
    state: str
    badge: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything beside a matter. `hidden` are tied to it and out of the reader's sight."""

    links: tuple[Tied, ...] = ()
    merged: tuple[Tied, ...] = ()
    parts: tuple[Tied, ...] = ()
    part_of: Tied | None = None
    similar: tuple[Tied, ...] = ()
    hidden: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.links or self.merged or self.parts or self.part_of or self.similar)


def beside(entry: Entry, ties: Ties, user: User, on: date, *, is_open: bool) -> Beside:
    """Two queries: the tied ones, and the similar ones of an open matter."""
    known = tied_by_key(ties.keys, user, on)
    likes: Sequence[Like] = like_matter(entry, user, on) if is_open else ()
    similar = (tied(each.entry) for each in likes if each.entry.pk not in ties.keys)
    return Beside(
        links=_chosen(known, ties.links),
        merged=_chosen(known, ties.merged),
        parts=_chosen(known, ties.parts),
        part_of=known.get(ties.part_of) if ties.part_of else None,
        similar=tuple(similar),
        hidden=len(ties.keys - known.keys()),
    )


def tied_by_key(keys: Iterable[UUID], user: User, on: date) -> dict[UUID, Tied]:
    """Also those that went into another: they are named, though no list shows them."""
    wanted = list(keys)
    if not wanted:
        return {}
    rows = Entry.objects.visible_to(user, on).filter(pk__in=wanted)
    return {row.pk: tied(row) for row in rows.select_related("place__parent")}


def _chosen(known: dict[UUID, Tied], keys: Iterable[UUID]) -> tuple[Tied, ...]:
    return tuple(known[key] for key in keys if key in known)


def tied(entry: Entry) -> Tied:
    flow = catalogue().flows[entry.definition.flow or ""]
    merged = entry.deleted
    return Tied(
        entry,
        reverse("matters:matter", args=[entry.pk]),
        flow.name,
        where(entry.place),
        "已并入" if merged else state_label(entry.definition, entry.state),
        "" if merged else state_badge(entry.definition, entry.state),
    )


def choices_for(entry: Entry, user: User, on: date, wanted: str) -> list[Tied]:
    """Matters to tie this one to: what looks alike, then what the reader looked for by its words.

    Ledgers that are kept away from pages about people, and those whose titles are people or
    households, are not looked through by words: nobody is found here by name.
    """
    likes = [tied(each.entry) for each in like_matter(entry, user, on, limit=8)]
    if len(wanted) < _SHORTEST:
        return likes
    ledgers = [x.id for x in catalogue().ledgers.values() if x.flow and not _names_people(x)]
    rows = matters().visible_to(user, on).filter(ledger__in=ledgers, title__icontains=wanted)
    rows = rows.filter(place__path__startswith=township_of(entry.place).path)
    near = rows.exclude(pk=entry.pk).select_related("place__parent").order_by("-changed_at")
    known = {each.entry.pk for each in likes}
    return likes + [tied(row) for row in near[:_FOUND] if row.pk not in known]


def _names_people(ledger: Ledger) -> bool:
    register = catalogue().ledgers.get(ledger.subject or "")
    return ledger.profile == "never" or (register is not None and register.holds_people)
