"""Places, things and open matters by what they are called, held in memory.

Made once for a stream; single entries can be put in anew or taken out when they change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from qianxian_figures import number
from qianxian_reader.jot._model import Case, Spot, Thing
from qianxian_reader.jot._says import says
from qianxian_reader.jot._sound import exact_sound, near_sound

_VILLAGE = re.compile(r"(社区居委会|村民委员会|居民委员会|村委会|居委会|社区|村)$")
_GROUP = re.compile(r"第?([0-9〇零一二三四五六七八九十]+)(?:村民小组|小组|组)")


def short_name(name: str) -> str:
    """A village as people call it: without 村 or 社区."""
    return _VILLAGE.sub("", name) or name


def group_number(text: str) -> str:
    """3组, 三组, 第三村民小组 → 3; a group with a name keeps it."""
    found = _GROUP.fullmatch(text)
    value = number(found[1]) if found else None
    return text.removesuffix("组") if value is None else str(int(value))


def surname_of(name: str) -> str:
    return name[:2] if name[:2] in says().people["surnames"] and len(name) > 2 else name[:1]


@dataclass(frozen=True, slots=True)
class Alias:
    """A way to call a thing. `tier` is how surely: 0 its whole name, 4 a part of it."""

    thing: str
    tier: int
    share: float = 1.0


@dataclass
class World:
    """What may be spoken of."""

    spots: dict[str, Spot] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    villages: dict[str, str] = field(default_factory=dict)
    village_sounds: dict[str, str] = field(default_factory=dict)
    groups: dict[tuple[str, str], str] = field(default_factory=dict)
    aliases: dict[str, dict[str, Alias]] = field(default_factory=dict)
    sounds: dict[str, dict[str, Alias]] = field(default_factory=dict)
    surnames: dict[str, set[str]] = field(default_factory=dict)
    given: dict[str, set[str]] = field(default_factory=dict)
    kinds: dict[str, set[str]] = field(default_factory=dict)
    homes: dict[str, set[str]] = field(default_factory=dict)
    cases_of: dict[str, set[str]] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, spots: Iterable[Spot], things: Iterable[Thing], cases: Iterable[Case]) -> World:
        world = cls()
        for spot in spots:
            world.put_spot(spot)
        for thing in things:
            world.put_thing(thing)
        for case in cases:
            world.put_case(case)
        return world

    def put_spot(self, spot: Spot) -> None:
        self.spots[spot.code] = spot
        # Its own name last: an old name of one village may be the present one of another.
        for called in (*spot.also, spot.name):
            if spot.level == "group":
                self.groups[(spot.parent, group_number(called))] = spot.code
            elif spot.level == "village":
                for name in {called, short_name(called)}:
                    self.villages[name] = spot.code
                self.village_sounds[exact_sound(short_name(called))] = spot.code

    def put_thing(self, thing: Thing) -> None:
        self.drop_thing(thing.id)
        self.things[thing.id] = thing
        for name in thing.names:
            if thing.is_person:
                self._put_person(thing, name)
            else:
                self._put_named(thing, name)
        if thing.number:
            self._alias(thing.number, Alias(thing.id, 0))
        if thing.kind:
            self.kinds.setdefault(thing.kind, set()).add(thing.id)
        if thing.home:
            self.homes.setdefault(thing.home, set()).add(thing.id)

    def _put_person(self, thing: Thing, name: str) -> None:
        self._alias(name, Alias(thing.id, 0))
        self.sounds.setdefault(near_sound(name), {})[thing.id] = Alias(thing.id, 1)
        surname = surname_of(name)
        self.surnames.setdefault(surname, set()).add(thing.id)
        if len(name) - len(surname) == 2:
            self.given.setdefault(name[len(surname) :], set()).add(thing.id)

    def _put_named(self, thing: Thing, name: str) -> None:
        """A shop or a reservoir is called by any part of its name that is not the village's."""
        self._alias(name, Alias(thing.id, 0))
        self.sounds.setdefault(near_sound(name), {})[thing.id] = Alias(thing.id, 1)
        own = name
        for village in self.villages:
            if own.startswith(village) and len(own) - len(village) >= 2:
                own = own[len(village) :].removeprefix("村")
                break
        for start in range(len(own)):
            for end in range(start + 2, len(own) + 1):
                self._alias(own[start:end], Alias(thing.id, 2, (end - start) / len(own)))

    def _alias(self, word: str, alias: Alias) -> None:
        known = self.aliases.setdefault(word, {}).get(alias.thing)
        if known is None or (alias.tier, -alias.share) < (known.tier, -known.share):
            self.aliases[word][alias.thing] = alias

    def drop_thing(self, key: str) -> None:
        """Names that pointed to it are passed over from now on; see `fits`."""
        thing = self.things.pop(key, None)
        if thing is None:
            return
        for name in (*thing.names, thing.number):
            self.aliases.get(name, {}).pop(key, None)
            self.sounds.get(near_sound(name), {}).pop(key, None)
            self.surnames.get(surname_of(name), set()).discard(key)
            self.given.get(name[len(surname_of(name)) :], set()).discard(key)
            if not thing.is_person:
                for start in range(len(name)):
                    for end in range(start + 2, len(name) + 1):
                        self.aliases.get(name[start:end], {}).pop(key, None)
        self.kinds.get(thing.kind, set()).discard(key)
        self.homes.get(thing.home, set()).discard(key)

    def put_case(self, case: Case) -> None:
        self.drop_case(case.id)
        self.cases[case.id] = case
        for thing in case.things:
            self.cases_of.setdefault(thing, set()).add(case.id)
        if not case.things:
            self.loose.add(case.id)

    def drop_case(self, key: str) -> None:
        case = self.cases.pop(key, None)
        if case is None:
            return
        self.loose.discard(key)
        for thing in case.things:
            self.cases_of.get(thing, set()).discard(key)

    def village_of(self, code: str) -> str:
        spot = self.spots.get(code)
        return spot.parent if spot is not None and spot.level == "group" else code

    def of_kind(self, word: str) -> set[str]:
        """Things whose kind people call so."""
        found: set[str] = set()
        for group in says().kinds.values():
            for kind, spoken in group.items():
                if word in spoken:
                    found |= self.kinds.get(kind, set())
        return found
