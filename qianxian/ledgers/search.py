"""Finding entries by what people know: name, its initials, a number, a place.

A ledger's `find_by` says which of them may be used. Where it does not allow names, nothing is
found by a name: neither here nor in the search of the whole site.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.db.models.lookups import IContains
from django.urls import reverse

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, PlaceAlias, User
from qianxian.core.permissions import Permission
from qianxian.core.prepared_query import PreparedQuery
from qianxian.ledgers.household.names import page_url
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger

_NUMBER = re.compile(r"(?=.*\d)[0-9A-Za-z_\-/.]+")
_INITIALS = re.compile(r"[A-Za-z]+")
_LONGEST = 60
# Hits of one kind on the page of the whole site's search.
SHOWN = 8


class Holds(IContains):
    """`icontains`. Every name is asked, and SQLite takes half as long again to look for escapes."""

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        if connection.vendor == "sqlite" and not re.search(r"[%_\\]", str(self.rhs)):
            return f"LIKE {rhs}"
        return super().get_rhs_op(connection, rhs)


def tokens(text: str) -> tuple[str, ...]:
    """The words of a search: full-width signs made plain, parted at spaces."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST])
    return tuple(part for part in re.split(r"[\s,，、]+", plain) if part)


@dataclass(frozen=True, slots=True)
class Matches:
    """Every word is found in the title, its initials or the place, as `find_by` allows.

    `places`: for each word the codes of the places that go by it.
    """

    words: tuple[str, ...]
    find_by: tuple[str, ...]
    places: tuple[tuple[str, ...], ...]

    def q(self) -> Q:
        together = Q()
        for word, places in zip(self.words, self.places, strict=True):
            together &= self._word(word, places)
        return together

    def _word(self, word: str, places: tuple[str, ...]) -> Q:
        found = Q(pk__in=[])
        if self._in_title(word):
            found |= Q(Holds(F("title"), word))
        if self._in_initials(word):
            found |= Q(initials__contains=word.lower())
        if places:
            found |= Q(place__in=places)
        return found

    def holds(self, entry: Entry) -> bool:
        return all(
            (self._in_title(word) and word.lower() in entry.title.lower())
            or (self._in_initials(word) and word.lower() in entry.initials)
            or entry.place_id in places
            for word, places in zip(self.words, self.places, strict=True)
        )

    def only_in_names(self) -> tuple[str, ...]:
        """The words by which no place goes, so that an entry has them in its name or not at all."""
        both = zip(self.words, self.places, strict=True)
        return tuple(word for word, places in both if not places)

    def _in_title(self, word: str) -> bool:
        """A title may hold a name and a number; each is looked at only if it may be."""
        if _NUMBER.fullmatch(word):
            return "number" in self.find_by
        return "name" in self.find_by

    def _in_initials(self, word: str) -> bool:
        return "name" in self.find_by and bool(_INITIALS.fullmatch(word))


def _called(word: str) -> Any:
    return PlaceAlias.objects.filter(name__icontains=word).values("place")


def _places_called(word: str) -> tuple[str, ...]:
    """Codes of the places that go by this word, and of what lies in them.

    A place goes by its name, its former ones and what people call it.
    """
    known = gate.places()
    names = [(code, place.name) for code, place in known.items()]
    names += gate.remembered("aliases", _aliases.rows)
    called = {code for code, name in names if word.lower() in name.lower()}
    return tuple(c for c, place in known.items() if {c, place.parent_id} & called)


@PreparedQuery
def _aliases() -> QuerySet[PlaceAlias, Any]:
    return PlaceAlias.objects.values_list("place_id", "name")


def matching(ledger: Ledger, text: str) -> Matches:
    return matching_words(tokens(text), ledger.find_by)


def matching_words(words: tuple[str, ...], find_by: tuple[str, ...]) -> Matches:
    """The places are looked up first: asked of each entry, tables would be joined to all rows."""
    is_by_place = "place" in find_by
    return Matches(words, find_by, tuple(_places_called(w) if is_by_place else () for w in words))


def candidates(register: Ledger, text: str, *, user: User, on: date, limit: int = 8) -> list[Entry]:
    """Entries of a register that fit the words, through the gate. No words: none."""
    condition = matching(register, text)
    if not condition.words:
        return []
    rows = Entry.objects.visible_to(user, on).present().filter(condition.q(), ledger=register.id)
    return list(rows.select_related("place__parent").order_by("title", "id")[:limit])


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found. `note` tells it from others of the same name."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found of one kind; `more_url` leads to all of them."""

    heading: str
    hits: list[Hit] = field(default_factory=list)
    more_url: str = ""


Searcher = Callable[[User, str, date], list[Hits]]

_searchers: list[Searcher] = []


def register(searcher: Searcher) -> None:
    """Let another room answer the search of the whole site; called once, in its app's ready().

    A searcher gets the user, the words and today, and answers with groups of hits that this
    user may see. Groups without hits are left out.
    """
    if searcher not in _searchers:
        _searchers.append(searcher)


def everything(user: User, text: str, on: date) -> list[Hits]:
    """The answer of every room, ledgers first."""
    if not tokens(text):
        return []
    found = [*_ledgers(user, text, on), *_entries(user, text, on), *_places(user, text, on)]
    found += [group for searcher in _searchers for group in searcher(user, text, on)]
    return [group for group in found if group.hits]


def readable(user: User, on: date) -> list[Ledger]:
    """Ledgers of the lines in which the user may read somewhere, in the order of the packs."""
    lines = {reach.line for reach in gate.reaches(user, Permission.ENTRY_VIEW, on)}
    return [
        ledger for ledger in catalogue().ledgers.values() if "" in lines or ledger.line in lines
    ]


def _ledgers(user: User, text: str, on: date) -> list[Hits]:
    words = [word.lower() for word in tokens(text)]
    hits = [
        Hit(ledger.name, reverse("ledgers:list", args=[ledger.id]), ledger.basis)
        for ledger in readable(user, on)
        if all(word in ledger.name.lower() for word in words)
    ]
    return [Hits("台账", hits[:SHOWN])]


def _entries(user: User, text: str, on: date) -> list[Hits]:
    """One query for all ledgers: each adds the condition that its `find_by` allows."""
    searchable = [
        ledger for ledger in readable(user, on) if set(ledger.find_by) & {"name", "number"}
    ]
    condition = Q(pk__in=[])
    for find_by in {ledger.find_by for ledger in searchable}:
        # By place alone every entry of a village would come up: places have hits of their own.
        by_title = tuple(way for way in find_by if way != "place")
        ids = [ledger.id for ledger in searchable if ledger.find_by == find_by]
        condition |= Q(ledger__in=ids) & matching_words(tokens(text), by_title).q()
    place_in_ledger = Window(RowNumber(), partition_by="ledger", order_by=["title", "id"])
    rows = (
        Entry.objects.visible_to(user, on)
        .present()
        .filter(condition)
        .annotate(rank=place_in_ledger)
        .filter(rank__lte=SHOWN + 1)
        .select_related("place__parent")
        .order_by("ledger", "rank")
    )
    groups: dict[str, list[Entry]] = {ledger.id: [] for ledger in searchable}
    for row in rows:
        groups[row.ledger].append(row)
    return [_group(ledger, groups[ledger.id], text) for ledger in searchable]


def _group(ledger: Ledger, rows: list[Entry], text: str) -> Hits:
    hits = [Hit(row.title, page_url(row), full_name(row.place)) for row in rows[:SHOWN]]
    url = f"{reverse('ledgers:list', args=[ledger.id])}?{urlencode({'q': text})}"
    return Hits(ledger.name, hits, url if len(rows) > SHOWN else "")


def _places(user: User, text: str, on: date) -> list[Hits]:
    condition = gate.visible_places(user, Permission.ENTRY_VIEW, on)
    rows = Place.objects.filter(condition).exclude(level=Place.Level.GROUP)
    for word in tokens(text):
        rows = rows.filter(Q(name__icontains=word) | Q(pk__in=_called(word)))
    index = reverse("ledgers:index")
    hits = [Hit(place.name, f"{index}?place={place.code}", "这里的台账") for place in rows[:SHOWN]]
    return [Hits("地方", hits)]


def full_name(place: Place) -> str:
    """桃溪村 3组: a group says nothing without its village. Wants place and parent loaded."""
    if place.level == Place.Level.GROUP and place.parent:
        return f"{place.parent.name} {place.name}"
    return place.name
