"""From what a table writes to the entry of a register: by number, or by name within a place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rapidfuzz import fuzz, process

from qianxian.core.models import Place, User
from qianxian.imports.columns import subject_fields
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger

_NAMED = 3
_SIMILAR = 60


@dataclass(frozen=True, slots=True)
class FoundEntry:
    entry: Entry | None
    says: str = ""


@dataclass
class SubjectFinder:
    """The entries of one register that the clerk sees in the township, by number, name and title."""

    register: Ledger
    _by_number: dict[str, list[Entry]] = field(default_factory=dict)
    _by_name: dict[str, list[Entry]] = field(default_factory=dict)
    _by_title: dict[str, list[Entry]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, register: Ledger, user: User, places: Mapping[str, Place], township: Place, on: date
    ) -> SubjectFinder:
        finder = cls(register)
        rows = (
            Entry.objects.visible_to(user, on)
            .present()
            .filter(
                ledger=register.id, place__in=Place.objects.within(township.path).values("code")
            )
        )
        for row in rows.only("pk", "ledger", "place", "title", "data", "deleted").iterator():
            row.place = places[row.place_id]
            finder._add(row)
        return finder

    def _add(self, entry: Entry) -> None:
        for name in subject_fields(self.register):
            value = entry.data.get(name)
            if value is None:
                continue
            if name in self.register.key:
                for number in {_plain(value), _plain(value).lstrip("0")}:
                    self._by_number.setdefault(number, []).append(entry)
            elif "name" in self.register.find_by:
                self._by_name.setdefault(_plain(value), []).append(entry)
        if "name" in self.register.find_by:
            self._by_title.setdefault(_plain(entry.title), []).append(entry)

    def find(self, told: Mapping[str, str], place: Place | None) -> FoundEntry:
        """`told` maps fields of the register ("" for its whole name) to what the row writes."""
        what = self.register.name.removesuffix("底册")
        given = {name: text for name, text in told.items() if text}
        if not given:
            return FoundEntry(None, f"没写是哪一个{what}。写编号，或者写名字和村组。")
        number = next((text for name, text in given.items() if name in self.register.key), "")
        if number:
            return self._numbered(number, given)
        text = next(iter(given.values()))
        hits = self._by_title.get(_plain(text)) or self._by_name.get(_plain(text)) or []
        hits = hits or self._by_number.get(_plain(text), [])
        near = [entry for entry in hits if place is None or _is_near(entry.place, place)]
        if len(near) == 1:
            return FoundEntry(near[0])
        return FoundEntry(None, self._not_one(text, near, place))

    def _numbered(self, number: str, given: Mapping[str, str]) -> FoundEntry:
        label = self.register.by_name[self.register.key[0]].label
        hits = self._by_number.get(_plain(number)) or self._by_number.get(
            _plain(number).lstrip("0"), []
        )
        if len({entry.pk for entry in hits}) != 1:
            return FoundEntry(
                None, f"{self.register.name}里没有{label}是“{number}”的。请核对编号。"
            )
        entry = hits[0]
        for name, text in given.items():
            if name in self.register.key or not name:
                continue
            own = str(entry.data.get(name, ""))
            if _plain(own) != _plain(text):
                says = f"{label}{number}在底册里是{own}，这里写的是{text}。请核对是哪一个。"
                return FoundEntry(None, says)
        return FoundEntry(entry)

    def _not_one(self, text: str, hits: list[Entry], place: Place | None) -> str:
        where = f"{place}" if place else self.register.name
        if hits:
            titles = "、".join(entry.title for entry in hits[:_NAMED])
            return f"{where}有 {len(hits)} 个“{text}”：{titles}。请补上编号。"
        if "name" not in self.register.find_by:
            return f"{self.register.name}不按名字找。请写编号。"
        names = {e.data.get(n): e for n in subject_fields(self.register) for e in self._at(place)}
        words = [str(name) for name in names if name]
        near = process.extract(text, words, scorer=fuzz.ratio, limit=2, score_cutoff=_SIMILAR)
        meant = "、".join(name for name, _score, _n in near)
        ending = f"是不是{meant}？请改过来。" if meant else "先记进底册，再导。"
        return f"{where}的底册里没有“{text}”。{ending}"

    def _at(self, place: Place | None) -> list[Entry]:
        found = [entry for hits in self._by_name.values() for entry in hits]
        return [e for e in found if place is None or _is_near(e.place, place)]


def _plain(value: object) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(value)))


def _is_near(one: Place, other: Place) -> bool:
    """One lies in the other."""
    return one.path.startswith(other.path) or other.path.startswith(one.path)
