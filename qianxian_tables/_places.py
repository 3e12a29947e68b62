"""Villages as clerks write them → the place of the tree; what is not there is never guessed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qianxian_tables._words import compact, key

_ENDINGS = (
    "村民委员会",
    "居民委员会",
    "村委会",
    "居委会",
    "村民委",
    "社区居委会",
    "村支部",
    "村民小组",
)
_KINDS = ("村", "社区", "居", "片区", "林场", "农场", "街道", "镇", "乡")
_NUMBER = r"(?:第?[0-9一二三四五六七八九十百]+)"
# What may stand behind a village's name: its group, a house, a natural village.
_GROUP = re.compile(
    rf"(?:{_NUMBER}(?:村民小组|小组|组|队|社|屋场|院落)|.{{1,8}}?(?:组|屋场|院子|片|自然村|湾|冲))"
)
_BETWEEN = re.compile(r"[、,，;；/和与及\n]|\s{1,}")


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the tree. `level` is county, township, village or group."""

    name: str
    level: str = "village"
    code: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a text says of places. `shown` is how the value is kept: 松竹村3组, or two names.

    `is_own_name` is false where the text used a short form, an alias or another script.
    """

    villages: tuple[str, ...] = ()
    shown: str | tuple[str, ...] = ""
    is_own_name: bool = True

    @property
    def village(self) -> str | None:
        return self.villages[0] if len(self.villages) == 1 else None


_NONE = Found()


class Places:
    """The places of one township, found by any of their names."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._villages: dict[str, str] = {}
        self._uppers: dict[str, str] = {}
        self._cache: dict[str, Found] = {}
        for place in places:
            if place.level == "group":
                continue
            target = self._villages if place.level == "village" else self._uppers
            for name in (place.name, *place.aliases):
                for form in _forms(key(name)):
                    target.setdefault(form, place.name)
        # The longest first: 石门塘村 before 石门.
        self._names = sorted(self._villages, key=len, reverse=True)
        self.villages = tuple(dict.fromkeys(self._villages.values()))

    @classmethod
    def from_csv(cls, text: str) -> Places:
        """code,name,level,parent,aliases; several aliases stand with ; 、 or | between them."""
        return cls(
            Place(
                row["name"],
                row.get("level") or "village",
                row.get("code") or "",
                tuple(part for part in re.split(r"[;、|]", row.get("aliases") or "") if part),
            )
            for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
        )

    def find(self, text: str) -> Found:
        """The villages that a cell names as a whole; nothing where it says anything else."""
        if text not in self._cache:
            if len(self._cache) > 20_000:
                self._cache.clear()
            self._cache[text] = self._one(text) or self._several(text) or _NONE
        return self._cache[text]

    def upper(self, text: str) -> str:
        """The township or county that a cell names, or nothing."""
        return self._uppers.get(key(text), "")

    def mentioned(self, text: str) -> tuple[str, ...]:
        """Villages named somewhere in a title or a line."""
        rest, found = key(text), []
        for form in self._names:
            # A short form (栗山坳 without 村) is too weak inside of other words.
            if form.endswith(_KINDS) and form in rest:
                found.append(self._villages[form])
                rest = rest.replace(form, "|")
        return tuple(dict.fromkeys(found))

    def near(self, text: str) -> str:
        """The village whose name is nearest, to be proposed to a person."""
        from rapidfuzz import fuzz, process

        best = process.extractOne(key(text), self._names, scorer=fuzz.ratio, score_cutoff=50)
        return self._villages[best[0]] if best else ""

    def _one(self, text: str) -> Found | None:
        plain = self._without_upper(key(text))
        village = self._named(plain)
        if village:
            return Found((village,), village, village == compact(text))
        for form in self._names:
            if plain.startswith(form) and _GROUP.fullmatch(plain[len(form) :]):
                village = self._villages[form]
                return Found((village,), village + plain[len(form) :], form == key(village))
        return None

    def _several(self, text: str) -> Found | None:
        parts = [part for part in _BETWEEN.split(text.strip()) if part.strip()]
        found = [self._one(part) for part in parts]
        if len(parts) < 2 or not all(found):
            return None
        villages = tuple(dict.fromkeys(one.villages[0] for one in found if one))
        shown = tuple(dict.fromkeys(str(one.shown) for one in found if one))
        return Found(villages, shown if len(shown) > 1 else shown[0])

    def _named(self, plain: str) -> str:
        village = self._villages.get(plain, "")
        for ending in _ENDINGS:
            if village:
                break
            if plain.endswith(ending):
                bare = plain.removesuffix(ending)
                village = self._villages.get(bare) or self._villages.get(bare + "村", "")
        return village

    def _without_upper(self, plain: str) -> str:
        for form in sorted(self._uppers, key=len, reverse=True):
            if plain.startswith(form) and len(plain) > len(form):
                return self._without_upper(plain[len(form) :])
        return plain


def _forms(name: str) -> Iterable[str]:
    yield name
    for kind in _KINDS:
        bare = name.removesuffix(kind)
        if bare != name and len(bare) >= 2:
            yield bare


def as_places(places: Places | Iterable[Place] | Mapping[str, str]) -> Places:
    """The index itself, or one made of a list of places or of names and levels."""
    if isinstance(places, Places):
        return places
    if isinstance(places, Mapping):
        return Places(Place(name, level) for name, level in places.items())
    return Places(places)
