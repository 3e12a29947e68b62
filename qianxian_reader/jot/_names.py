"""Whom and where a sentence names: places, persons, premises; nearest to the clerk first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from qianxian_reader.jot._says import says
from qianxian_reader.jot._sound import exact_sound, near_sound
from qianxian_reader.jot._world import Alias, World, group_number, surname_of

Sees = Callable[[str], bool]

_GROUP = re.compile(r"第?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})(?:村民小组|小组|组)")
_LONGEST = 12


@dataclass(frozen=True, slots=True)
class Named:
    """A run of the sentence that names things; `tier` says how surely."""

    start: int
    end: int
    text: str
    things: tuple[str, ...]
    tier: int


@dataclass(frozen=True, slots=True)
class Where:
    """A run of the sentence that names a place."""

    start: int
    end: int
    text: str
    code: str
    is_near: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    named: tuple[Named, ...]
    where: tuple[Where, ...]
    groups: tuple[Where, ...]
    kin: tuple[Named, ...]

    def spans(self) -> list[tuple[int, int]]:
        every: list[Named | Where] = [*self.named, *self.where, *self.groups, *self.kin]
        return [(one.start, one.end) for one in every]

    def spans_of_names(self) -> list[tuple[int, int]]:
        every: list[Named | Where] = [*self.named, *self.where]
        return [(one.start, one.end) for one in every]


def find_names(text: str, world: World, sees: Sees, own_village: str) -> Names:
    """Everything that is named. `sees` says of which thing or place the clerk may know."""
    pool = [*_places(text, world), *_whole_names(text, world, sees)]
    kept = _longest(pool)
    taken = [(one.start, one.end) for one in kept]
    by_sound = _longest(
        [
            one
            for one in [*_sounding(text, world, sees), *_near_places(text, world)]
            if _is_free(one, taken)
        ]
    )
    taken += [(one.start, one.end) for one in by_sound]
    looser = [one for one in _spoken(text, world, sees) if _is_free(one, taken)]
    kept += by_sound + _longest(looser)
    taken = [(one.start, one.end) for one in kept]
    if not any(isinstance(one, Named) for one in kept):
        kept += _longest([one for one in _by_kind(text, world, sees) if _is_free(one, taken)])
    named = tuple(one for one in kept if isinstance(one, Named))
    where = tuple(sorted((o for o in kept if isinstance(o, Where)), key=lambda one: one.start))
    groups = tuple(_groups(text, world, where, own_village))
    return Names(named, where, groups, tuple(_kin(text, world, named)))


def _is_free(one: Named | Where, taken: list[tuple[int, int]]) -> bool:
    return not any(one.start < end and start < one.end for start, end in taken)


def _longest(found: list[Named | Where]) -> list[Named | Where]:
    """Longest first, surest first; what overlaps one that was kept is left out."""
    kept: list[Named | Where] = []
    for one in sorted(found, key=lambda o: (-(o.end - o.start), o.start, _tier(o))):
        if _is_free(one, [(k.start, k.end) for k in kept]):
            kept.append(one)
    return kept


def _tier(one: Named | Where) -> int:
    return one.tier if isinstance(one, Named) else 0


def _parts(text: str, least: int, most: int = _LONGEST) -> Iterator[tuple[int, int, str]]:
    for start in range(len(text)):
        for end in range(start + least, min(start + most, len(text)) + 1):
            yield start, end, text[start:end]


def _places(text: str, world: World) -> Iterator[Named | Where]:
    for start, end, part in _parts(text, 2):
        code = world.villages.get(part)
        if code:
            yield Where(start, end, part, code)


def _near_places(text: str, world: World) -> Iterator[Named | Where]:
    for start, end, part in _parts(text, 2, 5):
        code = world.village_sounds.get(exact_sound(part))
        if code:
            yield Where(start, end, part, code, is_near=True)


def _whole_names(text: str, world: World, sees: Sees) -> Iterator[Named | Where]:
    for start, end, part in _parts(text, 2):
        found = [a for a in world.aliases.get(part, {}).values() if sees(a.thing)]
        if found:
            best = min(alias.tier for alias in found)
            things = tuple(a.thing for a in sorted(found, key=_order) if a.tier == best)
            yield Named(start, end, part, things, best)


def _order(alias: Alias) -> tuple[int, float, str]:
    return alias.tier, -alias.share, alias.thing


def _sounding(text: str, world: World, sees: Sees) -> Iterator[Named | Where]:
    for start, end, part in _parts(text, 2, 10):
        found = world.sounds.get(near_sound(part), {})
        things = tuple(sorted(a.thing for a in found.values() if sees(a.thing)))
        # A name of two signs sounds like too many words, unless its surname stands there.
        things = tuple(t for t in things if len(part) > 2 or _same_surname(world, t, part))
        if things:
            yield Named(start, end, part, things, 1)


def _same_surname(world: World, thing: str, part: str) -> bool:
    return any(surname_of(name) == part[:1] for name in world.things[thing].names)


@cache
def _around() -> tuple[re.Pattern[str], re.Pattern[str]]:
    after = sorted(says().people["after"], key=len, reverse=True)
    before = "|".join(says().people["before"])
    return re.compile("|".join(after)), re.compile(rf"(?:{before})$")


def _spoken(text: str, world: World, sees: Sees) -> Iterator[Named | Where]:
    """建国叔, 王家, 老王, 姓王的; and last a given name by itself."""
    after, before = _around()
    for start, end, part in _parts(text, 1, 2):
        behind, ahead = after.match(text, end), before.search(text[:start])
        first = start - len(ahead[0]) if ahead else start
        last = behind.end() if behind else end
        given = _seen(world.given.get(part, set()), sees) if len(part) == 2 else ()
        if given and part not in world.villages:
            yield Named(first, last, text[first:last], given, 2 if behind or ahead else 4)
        surname = _seen(world.surnames.get(part, set()), sees)
        if surname and (behind or ahead) and not _is_common(text, start, end):
            yield Named(first, last, text[first:last], surname, 3)


def _is_common(text: str, start: int, end: int) -> bool:
    """大家, 全家, 方向: not a family's name."""
    return text[max(start - 1, 0) : start] in ("大", "全", "国", "方", "专", "人", "公") and end > 0


def _seen(things: set[str], sees: Sees) -> tuple[str, ...]:
    return tuple(sorted(thing for thing in things if sees(thing)))


def _by_kind(text: str, world: World, sees: Sees) -> Iterator[Named | Where]:
    words = {word for group in says().kinds.values() for kind in group.values() for word in kind}
    for start, end, part in _parts(text, 1, 6):
        if part in words:
            things = _seen(world.of_kind(part), sees)
            if things:
                yield Named(start, end, part, things, 3)


def _groups(text: str, world: World, where: tuple[Where, ...], own_village: str) -> Iterator[Where]:
    """三组 is of the village that was named before it, else of the clerk's own."""
    for found in _GROUP.finditer(text):
        before = [w.code for w in where if w.end <= found.start()]
        village = before[-1] if before else own_village or (where[0].code if where else "")
        code = world.groups.get((village, group_number(found[0])), "")
        yield Where(found.start(), found.end(), found[0], code)


def _kin(text: str, world: World, named: tuple[Named, ...]) -> Iterator[Named]:
    """王贵生的女: the persons of the household that are so related."""
    words = sorted(says().kin, key=len, reverse=True)
    made = re.compile(f"(?:家的|家里的|家里|家|的|屋里的|屋里)?({'|'.join(words)})")
    for one in named:
        found = made.match(text, one.end)
        if not found:
            continue
        relation, sex = says().kin[found[1]]
        homes = {world.things[t].home or t for t in one.things}
        people = [world.things[p] for home in homes for p in world.homes.get(home, set())]
        fitting = [p.id for p in people if p.relation == relation and sex in ("", p.sex)]
        yield replace(
            one, start=found.start(), end=found.end(), text=found[0], things=tuple(sorted(fitting))
        )
