"""From the cells that were typed to what they mean: raw values, the place, the subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from qianxian.core.models import Place, Post, User
from qianxian.ledgers.checks import Sight
from qianxian.ledgers.display import Names, value_of
from qianxian.ledgers.forms import places_to_record
from qianxian.ledgers.grid.columns import (
    ASKED,
    PLACE,
    SUBJECT,
    Column,
    columns_of,
    named_registers,
)
from qianxian.ledgers.grid.naming import named
from qianxian.ledgers.grid.texts import written
from qianxian.ledgers.models import Entry
from qianxian.ledgers.place_finder import Found, PlaceFinder, Told
from qianxian.ledgers.search import full_name
from qianxian_packs import Field, FieldInvalid, Ledger

# What a table holds where nothing is said. In a column of words it is a word.
_NOTHING = ("/", "／", "-", "－", "—", "——")
_NO_SUCH_COLUMN = "这一格不在这本台账里。请重新打开表格再填。"


@dataclass(frozen=True, slots=True)
class Typed:
    """A row as the page sends it. `version` is the one that was seen, 0 for a row not recorded yet.

    `cells` are the texts that were typed, of a stored row only what differs from what was seen.
    `picked` names the entries that were chosen from what a search found.
    """

    key: UUID
    version: int
    cells: Mapping[str, str]
    picked: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Meant:
    """A row as it was understood. `texts` are its cells as they will be shown once saved."""

    typed: Typed
    raw: dict[str, Any] = field(default_factory=dict)
    place: Place | None = None
    subject: Entry | None = None
    texts: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


class Reader:
    """What reading rows of one ledger needs, asked for once."""

    def __init__(self, ledger: Ledger, user: User, on: date) -> None:
        self.ledger, self.user, self.on = ledger, user, on
        self.columns = {column.name: column for column in columns_of(ledger, user, on)}
        self._registers = named_registers(ledger)
        self._sight = Sight(user, on)

    def read(self, typed: Typed) -> Meant:
        """Everything that one row says; each fault at its cell."""
        meant = Meant(typed)
        for name in sorted(typed.cells, key=lambda name: name != PLACE):
            # The place first: it tells two of the same name apart.
            column = self.columns.get(name)
            if column is None:
                meant.faults[""] = _NO_SUCH_COLUMN
            elif says := column.why_not or (column.why_fixed if typed.version else ""):
                meant.faults[name] = says
            else:
                self._cell(meant, column, typed.cells[name].strip())
        return meant

    def _cell(self, meant: Meant, column: Column, text: str) -> None:
        if text in _NOTHING and column.kind != "text":
            text = ""
        if column.name == PLACE:
            self._place(meant, text)
        elif column.name == SUBJECT:
            self._subject(meant, text)
        else:
            known = self.ledger.by_name[column.name]
            meant.raw[known.name] = self._value(meant, known, text)

    def _place(self, meant: Meant, text: str) -> None:
        if not text:
            if meant.typed.version:
                meant.faults[PLACE] = "地方不能空着。请写上村名。"
            return
        found = self.find_place(text)
        if found.place is None:
            meant.faults[PLACE] = found.says
            return
        meant.place, meant.texts[PLACE] = found.place, full_name(found.place)

    def _subject(self, meant: Meant, text: str) -> None:
        meant.subject = self._entry(meant, SUBJECT, text)
        if meant.subject is not None:
            meant.texts[SUBJECT] = meant.subject.title

    def _entry(self, meant: Meant, name: str, text: str) -> Entry | None:
        """The one that was picked; else the one that is called so. Nothing written is no fault."""
        register = self._registers[name]
        picked = self._sight.entry(register.id, meant.typed.picked.get(name, ""))
        if picked is not None and picked.title == text:
            return picked
        if not text:
            return None
        found, says = named(register, text, user=self.user, on=self.on, near=meant.place)
        if found is None:
            meant.faults[name] = says
        return found

    def _value(self, meant: Meant, known: Field, text: str) -> Any:
        """What the definition's parser gets; names of places, posts, entries become keys."""
        if known.type == ASKED:
            entry = self._entry(meant, known.name, text)
            return self._told(meant, known, entry.pk.hex, entry.title) if entry else None
        if known.type == "place" and text:
            found = self.find_place(text)
            if found.place is None:
                meant.faults[known.name] = found.says
                return None
            return self._told(meant, known, found.place.pk, full_name(found.place))
        if known.type == "post" and text:
            return self._post(meant, known, text)
        meant.texts[known.name] = _canonical(known, text)
        return text or None

    def _post(self, meant: Meant, known: Field, text: str) -> str | None:
        post = self._posts.get(text)
        if post is None:
            meant.faults[known.name] = f"{known.label}没有“{text}”这个岗位，请重新选。"
            return None
        self._told(meant, known, post.pk, str(post))
        return post.pk

    def _told(self, meant: Meant, known: Field, key: str, text: str) -> str:
        meant.texts[known.name] = text
        return key

    # ---- places and posts ----

    def find_place(self, text: str) -> Found:
        """By its whole name as the page shows it, else as a table would write it."""
        if place := self._by_name.get("".join(text.split())):
            return Found(place)
        return self._each_finder(lambda finder: finder.find(Told(whole=text)))

    def place_unsaid(self) -> Found:
        """Where a row is that names no place: in the only village that the person records for."""
        return self._each_finder(lambda finder: finder.find(Told()))

    def _each_finder(self, find: Callable[[PlaceFinder], Found]) -> Found:
        """Somebody of the county records for several townships; a name may be in two of them."""
        found = [find(finder) for finder in self._finders]
        hits = [one for one in found if one.place is not None]
        if len(hits) > 1:
            towns = "、".join(str(one.place.parent) for one in hits if one.place)
            return Found(None, f"{towns}都有这个村。请从提示里选一个。")
        return hits[0] if hits else found[0] if found else Found(None, "没有归你记的地方。")

    @cached_property
    def _places(self) -> list[Place]:
        return places_to_record(self.user, self.ledger, self.on)

    @cached_property
    def _by_name(self) -> dict[str, Place]:
        """Names that only one place has."""
        listed: dict[str, list[Place]] = {}
        for place in self._places:
            listed.setdefault("".join(full_name(place).split()), []).append(place)
        return {name: own[0] for name, own in listed.items() if len(own) == 1}

    @cached_property
    def _finders(self) -> list[PlaceFinder]:
        towns = Place.objects.filter(level=Place.Level.TOWNSHIP).order_by("code")
        return [
            PlaceFinder.of(self.user, self.ledger.line, town, self.on)
            for town in towns
            if any(place.path.startswith(town.path) for place in self._places)
        ]

    @cached_property
    def _posts(self) -> dict[str, Post]:
        return {str(post): post for post in Post.objects.select_related("office")}


def _canonical(known: Field, text: str) -> str:
    """The text as it will stand once saved: a date as a date, 3.5万 as 35000."""
    try:
        value = known.parse(text)
    except FieldInvalid:
        return text
    return written(value_of(known, {known.name: known.to_json(value)}, Names()))
