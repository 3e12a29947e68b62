"""Stored values as people read them: in lists, on pages, in history, in exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Post, User
from qianxian.core.templatetags import _dates as dates
from qianxian.core.templatetags import _numbers as numbers
from qianxian.ledgers.models import Entry
from qianxian.ledgers.search import full_name
from qianxian_packs import Field, Ledger

_REFERENCES = ("place", "post", "entry")


@dataclass(frozen=True, slots=True)
class Names:
    """What codes and keys in data are called. What the reader may not see has no name here."""

    places: Mapping[str, str] = field(default_factory=dict)
    posts: Mapping[str, str] = field(default_factory=dict)
    entries: Mapping[str, str] = field(default_factory=dict)

    def of(self, kind: str, key: str) -> str:
        found = {"place": self.places, "post": self.posts, "entry": self.entries}[kind]
        return found.get(key, numbers.NOTHING)


def names_in(ledger: Ledger, bodies: Iterable[Mapping[str, Any]], *, user: User, on: date) -> Names:
    """Names of everything that these data point to; no query where a ledger points to nothing."""
    wanted: dict[str, set[str]] = {kind: set() for kind in _REFERENCES}
    pointing = [f for f in ledger.fields if f.type in _REFERENCES and not f.private]
    if pointing:
        for data in bodies:
            for f in pointing:
                if data.get(f.name):
                    wanted[f.type].add(data[f.name])
    return Names(
        place_names(wanted["place"]), post_names(wanted["post"]), _titles(wanted["entry"], user, on)
    )


def place_names(codes: Iterable[str]) -> dict[str, str]:
    wanted = set(codes)
    if not wanted:
        return {}
    rows = Place.objects.filter(pk__in=wanted).select_related("parent")
    return {place.code: full_name(place) for place in rows}


def post_names(codes: Iterable[str]) -> dict[str, str]:
    wanted = set(codes)
    if not wanted:
        return {}
    return {p.code: str(p) for p in Post.objects.filter(pk__in=wanted).select_related("office")}


def _titles(keys: Iterable[str], user: User, on: date) -> dict[str, str]:
    wanted = {UUID(key): key for key in keys}
    if not wanted:
        return {}
    rows = Entry.objects.visible_to(user, on).filter(pk__in=wanted)
    return {wanted[entry.pk]: entry.title for entry in rows}


def value_of(field: Field, data: Mapping[str, Any], names: Names) -> Any:
    """Decimal, int or date as they are, so that a table can align them; the rest as words."""
    value = field.from_json(data.get(field.name))
    if value is None:
        return None
    if field.type in _REFERENCES:
        return names.of(field.type, str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value


def words_of(field: Field, data: Mapping[str, Any], names: Names, today: date) -> str:
    """The value in a sentence or beside its label: number with unit, date as people say it."""
    value = value_of(field, data, names)
    if isinstance(value, Decimal | int):
        places = 2 if field.type == "money" and value != value // 1 else None
        return numbers.unit(value, field.shown_unit) if places is None else f"{value:,.2f} 元"
    if isinstance(value, date):
        return dates.day(value, today)
    return numbers.NOTHING if value is None else str(value)


def state_label(ledger: Ledger, state: str) -> str:
    if not ledger.flow or not state:
        return ""
    found = catalogue().flows[ledger.flow].states.get(state)
    # A state that the flow no longer has keeps its id: history must not lose it.
    return found.label if found else state


def state_badge(ledger: Ledger, state: str) -> str:
    """Kind of the badge: plain before it starts, green when done, indigo while it goes on."""
    flow = catalogue().flows.get(ledger.flow or "")
    found = flow.states.get(state) if flow else None
    if flow is None or found is None or found.kind == "cancelled" or state == flow.initial:
        return ""
    return "green" if found.kind == "closed" else "act"
