"""Entries of a register that may be one and the same: proposals for a person, never more.

Only registers, and none that is kept away from pages about people. Everything that is compared
has passed the gate of the reader; identity numbers are compared by their marks, unopened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from rapidfuzz.distance import Levenshtein

from qianxian.core.models import Place, User
from qianxian.ledgers import privacy
from qianxian.ledgers.models import Apart, Entry
from qianxian.ledgers.search import full_name
from qianxian_packs import Ledger

SHOWN = 100
# Names of two characters differ in one of them by chance too often.
_SHORTEST = 3
_Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two entries, and why they may be the same, the strongest reason first."""

    first: Entry
    second: Entry
    reasons: tuple[str, ...]
    first_place: str
    second_place: str


@dataclass(frozen=True, slots=True)
class Found:
    proposals: tuple[Proposal, ...]
    left_out: int


def may_propose(register: Ledger) -> bool:
    return register.is_register and register.profile == "shown"


def proposals(register: Ledger, *, user: User, on: date, within: Place | None = None) -> Found:
    """可能重复 in what this user may see, those with the same number first."""
    if not may_propose(register):
        return Found((), 0)
    rows = Entry.objects.visible_to(user, on).present().filter(ledger=register.id)
    if within:
        rows = rows.filter(place__in=Place.objects.within(within.path).values("code"))
    entries = {row.pk: row for row in rows.select_related("place__parent").order_by("title", "id")}
    reasons = _reasons(register, entries)
    for pair in _told_apart(entries):
        reasons.pop(pair, None)
    ranked = sorted(reasons.items(), key=lambda found: (_rank(found[1]), _names(entries, found[0])))
    shown = [_proposal(entries, pair, why) for pair, why in ranked[:SHOWN]]
    return Found(tuple(shown), len(ranked) - len(shown))


def name_field(register: Ledger) -> str:
    """The field by which people call an entry: of the title what is no key, else its first."""
    texts = [n for n in register.title if register.by_name[n].type == "text"]
    names = [n for n in texts if n not in register.key]
    return next(iter(names or texts), "")


def called(entry: Entry) -> str:
    """The name alone, without the number beside it."""
    return str(entry.data.get(name_field(entry.definition)) or entry.title)


_SAME_NUMBER, _SAME_NAME, _NEAR_NAME = "证件号相同", "同村同名", "同村名字相近"
_STRENGTH = (_SAME_NUMBER, _SAME_NAME, _NEAR_NAME)


def _reasons(register: Ledger, entries: dict[UUID, Entry]) -> dict[_Pair, list[str]]:
    found: dict[_Pair, list[str]] = defaultdict(list)
    if any(field.private and field.type == "id_card" for field in register.fields):
        for group in privacy.marked(entries).values():
            for pair in _pairs(group):
                found[pair].append(_SAME_NUMBER)
    name = name_field(register)
    for same_village in _by_village(entries.values()).values() if name else ():
        for pair, why in _alike(name, same_village):
            found[pair].append(why)
    return found


def _by_village(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        place = entry.place
        is_group = place.level == Place.Level.GROUP
        found[(place.parent_id if is_group else place.pk) or place.pk].append(entry)
    return found


def _alike(name: str, entries: Iterable[Entry]) -> Iterator[tuple[_Pair, str]]:
    """Pairs of one village with the same name, or with names that one slip tells apart.

    Near names are only looked for among those that sound alike: few, whatever the village holds.
    """
    named = [(str(e.data[name]), e) for e in entries if e.data.get(name)]
    by_name: dict[str, list[UUID]] = defaultdict(list)
    by_sound: dict[str, dict[str, list[UUID]]] = defaultdict(lambda: defaultdict(list))
    for text, entry in named:
        by_name[text].append(entry.pk)
        if len(text) >= _SHORTEST:
            by_sound[entry.initials[-len(text) :]][text].append(entry.pk)
    for group in by_name.values():
        yield from ((pair, _SAME_NAME) for pair in _pairs(group))
    for texts in by_sound.values():
        yield from ((pair, _NEAR_NAME) for pair in _near(texts))


def _near(texts: dict[str, list[UUID]]) -> Iterator[_Pair]:
    names = sorted(texts)
    for n, one in enumerate(names):
        for other in names[n + 1 :]:
            if Levenshtein.distance(one, other, score_cutoff=1) == 1:
                yield from (_pair(a, b) for a in texts[one] for b in texts[other])


def _pairs(group: Iterable[UUID]) -> Iterator[_Pair]:
    keys = sorted(group)
    for n, one in enumerate(keys):
        yield from ((one, other) for other in keys[n + 1 :])


def _pair(one: UUID, other: UUID) -> _Pair:
    return (one, other) if one < other else (other, one)


def _told_apart(entries: Iterable[UUID]) -> set[_Pair]:
    known = set(entries)
    rows = Apart.objects.values_list("first_id", "second_id")
    return {(a, b) for a, b in rows if a in known and b in known}


def _rank(reasons: list[str]) -> int:
    return min(_STRENGTH.index(why) for why in reasons)


def _names(entries: dict[UUID, Entry], pair: _Pair) -> tuple[str, str]:
    return entries[pair[0]].title, entries[pair[1]].title


def _proposal(entries: dict[UUID, Entry], pair: _Pair, reasons: list[str]) -> Proposal:
    first, second = (entries[key] for key in pair)
    ordered = tuple(sorted(set(reasons), key=_STRENGTH.index))
    return Proposal(first, second, ordered, full_name(first.place), full_name(second.place))
