"""From what a table calls a place to the place: its village, its group, one cell or two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rapidfuzz import fuzz, process

from qianxian.core import gate
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian_figures import number

_ENDINGS = re.compile(r"(村民委员会|居民委员会|村委会|居委会|社区|村|居)$")
_GROUP = re.compile(r"第?([0-9〇零一二三四五六七八九十百]+)(?:村民小组|村民组|小组|组)?")
_SIMILAR = 60


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says about its place: some of these."""

    village: str = ""
    group: str = ""
    whole: str = ""
    code: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.village or self.group or self.whole or self.code)


@dataclass(frozen=True, slots=True)
class Found:
    place: Place | None
    says: str = ""


@dataclass
class PlaceFinder:
    """The places of one township by all of their names, read once for a whole file."""

    places: list[Place]
    reach: tuple[gate.Reach, ...]
    line: str
    _names: dict[str, list[Place]] = field(default_factory=dict)
    _groups: dict[tuple[str, str], Place] = field(default_factory=dict)
    _known: dict[Told, Found] = field(default_factory=dict)

    @classmethod
    def of(cls, user: User, line: str, township: Place, on: date) -> PlaceFinder:
        rows = (
            Place.objects.within(township.path)
            .ever()
            .select_related("parent", "successor")
            .prefetch_related("aliases")
        )
        reach = gate.reaches(user, Permission.ENTRY_EDIT, on)
        finder = cls(list(rows), reach, line)
        finder._index(township)
        return finder

    def _index(self, township: Place) -> None:
        for place in self.places:
            called = [place.name, *(alias.name for alias in place.aliases.all())]
            if place.level == Place.Level.GROUP:
                for name in called:
                    self._groups[(place.parent_id or "", _group_key(name))] = place
            else:
                for name in {form(name) for name in called for form in (_plain, _short)}:
                    self._names.setdefault(name, []).append(place)

    def by_code(self) -> Mapping[str, Place]:
        return {place.code: place for place in self.places}

    def in_reach(self) -> list[Place]:
        return [p for p in self.places if self.covers(p)]

    def covers(self, place: Place) -> bool:
        return any(one.covers(self.line, place.path) for one in self.reach)

    def find(self, told: Told) -> Found:
        """The place, or the sentence that says why not and which one may be meant."""
        if told not in self._known:
            self._known[told] = self._gated(self._find(told))
        return self._known[told]

    def _gated(self, found: Found) -> Found:
        if found.place is None or self.covers(found.place):
            return found
        return Found(None, f"{found.place}不归你的岗位记。请去掉这一行，交给那边的人记。")

    def _find(self, told: Told) -> Found:
        if told.code:
            place = self.by_code().get(told.code)
            return Found(place) if place else Found(None, f"没有代码是“{told.code}”的地方。")
        text = _plain(told.whole or told.village)
        village, rest = self._village(text)
        if village is None:
            return Found(None, self._unknown(told.whole or told.village))
        group = told.group or rest
        return self._group(village, group) if group else Found(village)

    def _village(self, text: str) -> tuple[Place | None, str]:
        """The village and what stands behind it: 青禾镇清水村3组 is 清水村 and 3组."""
        if not text:
            alone = self._only_village()
            return alone, ""
        if own := self._one(text):
            return own, ""
        for outer in self._outer_names():
            text = text.removeprefix(outer)
        if own := self._one(text):
            return own, ""
        for name in sorted(self._names, key=len, reverse=True):
            # A short name is only taken off in front of a group.
            if text.startswith(name) and (found := self._one(name)):
                rest = _after(text, name)
                if _GROUP.fullmatch(rest):
                    return found, rest
        return None, ""

    def _outer_names(self) -> list[str]:
        return [_plain(p.name) for p in self.places if p.level == Place.Level.TOWNSHIP]

    def _one(self, name: str) -> Place | None:
        found = self._names.get(name) or self._names.get(_short(name), [])
        return found[0] if len(found) == 1 else None

    def _only_village(self) -> Place | None:
        villages = [p for p in self.in_reach() if p.level == Place.Level.VILLAGE]
        standing = [p for p in villages if p.valid_to is None]
        return standing[0] if len(standing) == 1 else None

    def _group(self, village: Place, text: str) -> Found:
        # "清水村3组" may stand in the group's cell too.
        own = _after(_after(_plain(text), _plain(village.name)), _short(village.name))
        place = self._groups.get((village.pk, _group_key(own)))
        if place is not None:
            return Found(place)
        names = [p.name for p in self.places if p.parent_id == village.pk]
        hint = f"有的是{'、'.join(names[:8])}。" if names else "这个村还没有分组。"
        return Found(None, f"{village}没有“{text}”这个组，{hint}")

    def _unknown(self, text: str) -> str:
        if not text.strip():
            return "没写是哪个村。请补上村名。"
        names = [p.name for p in self.in_reach() if p.level == Place.Level.VILLAGE]
        near = process.extract(text, names, scorer=fuzz.ratio, limit=2, score_cutoff=_SIMILAR)
        meant = "、".join(name for name, _score, _n in near)
        return f"没有“{text}”这个村。" + (f"是不是{meant}？请改过来。" if meant else "请核对村名。")


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _short(name: str) -> str:
    text = _plain(name)
    return _ENDINGS.sub("", text) or text


def _after(text: str, name: str) -> str:
    rest = text.removeprefix(name)
    return (
        re.sub(r"^(村民委员会|居民委员会|村委会|居委会|社区|村)", "", rest)
        if rest != text
        else text
    )


def _group_key(name: str) -> str:
    """三组, 第3组, 3 → 3; a group with a name keeps it."""
    found = _GROUP.fullmatch(_plain(name))
    value = number(found[1]) if found else None
    return _plain(name).removesuffix("组") if value is None else str(int(value))
