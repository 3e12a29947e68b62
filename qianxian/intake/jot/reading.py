"""Reading a sentence for one person: who speaks, and what that person may know of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import duties
from qianxian.intake.jot.index import Index, index_of, lexicon
from qianxian_reader.jot import Clerk, Reading, hear

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person with the township that the sentence is about, and the person's own village."""

    user: User
    on: date
    township: Place
    village: str


def speaker_of(user: User, on: date) -> Speaker | None:
    """None where the person may do nothing, or in more than one township.

    Whoever only takes steps (accepts, looks again) has nothing to record and speaks all the same.
    """
    reach = gate.reaches(user, Permission.ENTRY_EDIT, on) or _reach_of_duties(user, on)
    paths = {one.path for one in reach}
    codes = {code for path in paths for code in path.rstrip("/").split("/")}
    places = {p.code: p for p in Place.objects.filter(code__in=codes)}
    townships = [p for p in places.values() if p.level == Place.Level.TOWNSHIP]
    if len(townships) != 1 or any(townships[0].path not in path for path in paths):
        return None
    villages = {_village(path, places) for path in paths}
    own = villages.pop() if len(villages) == 1 else ""
    return Speaker(user, on, townships[0], own)


def _reach_of_duties(user: User, on: date) -> tuple[gate.Reach, ...]:
    return gate.reaches(user, Permission.ENTRY_VIEW, on) if duties(user, on) else ()


def _village(path: str, places: dict[str, Place]) -> str:
    above = (places[code] for code in path.rstrip("/").split("/"))
    return next((p.code for p in above if p.level == Place.Level.VILLAGE), "")


def read(speaker: Speaker, said: str) -> tuple[Reading, Index]:
    """What the sentence says, against what this person may see today."""
    index = index_of(speaker.township)
    held = frozenset(duty.post.duty for duty in duties(speaker.user, speaker.on))
    with index.lock:
        reading = hear(
            said[:LONGEST],
            today=speaker.on,
            world=index.world,
            catalogue=catalogue(),
            lexicon=lexicon(),
            clerk=Clerk(speaker.village, held),
            sees=_Sight(speaker, index),
        )
    return reading, index


class _Sight:
    """Whether the person may know of a thing or a matter; asked often, so it remembers."""

    def __init__(self, speaker: Speaker, index: Index) -> None:
        self._reaches = gate.reaches(speaker.user, Permission.ENTRY_VIEW, speaker.on)
        self._index = index
        self._known: dict[tuple[str, str], bool] = {}

    def __call__(self, key: str) -> bool:
        world = self._index.world
        thing, case = world.things.get(key), world.cases.get(key)
        if thing is not None:
            return self._covers(thing.register, thing.place)
        return case is not None and self._covers(case.ledger, case.place)

    def _covers(self, ledger: str, place: str) -> bool:
        asked = (ledger, place)
        if asked not in self._known:
            line, path = catalogue().ledgers[ledger].line, self._index.paths.get(place, "")
            self._known[asked] = any(reach.covers(line, path) for reach in self._reaches)
        return self._known[asked]
