"""Open matters that may be the same one: by place, kind and what was written. Never by person.

Names are taken out of what is compared, and neither the register entry that a matter is about nor
anything private is looked at. Whoever reads sees only what the gate shows anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import rjieba
from django.db.models import Q
from rapidfuzz import fuzz

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.ledgers.models import Entry
from qianxian.matters import filling, flows
from qianxian_packs import Field, Ledger

# Of a place so many are compared, the newest first.
_LOOKED_AT = 400
# Of a hundred. Two leaking pipes of one village pass, a leaking pipe and a dark street lamp do not.
_ALIKE = 62
# The same group, the same kind of hazard: worth so much beside the words.
_SAME_PLACE, _SAME_CHOICE = 6, 6
# Words that are people (nr) or say nothing: particles, pronouns, numbers, signs.
_DROPPED = ("nr", "u", "p", "c", "r", "m", "x", "w", "y", "e", "o")


@dataclass(frozen=True, slots=True)
class Like:
    """A matter that looks alike; `score` of a hundred serves the order only."""

    entry: Entry
    score: float


def like_matter(entry: Entry, user: User, on: date, *, limit: int = 5) -> list[Like]:
    """Open matters beside a stored one."""
    return like(
        entry.definition, entry.place, entry.data, user, on, without=(entry.pk,), limit=limit
    )


def like(
    ledger: Ledger,
    place: Place,
    data: Mapping[str, Any],
    user: User,
    on: date,
    *,
    without: Iterable[UUID] = (),
    limit: int = 5,
) -> list[Like]:
    """Open matters of the ledger in the same village that say nearly the same. One query.

    `data` holds the open fields as they are stored or typed.
    """
    own = _own(ledger)
    words = _telling(own, data)
    if not words:
        return []
    flow = catalogue().flows[ledger.flow or ""]
    states = [name for name in flow.states if flows.is_open(flow, name)]
    rows = Entry.objects.visible_to(user, on).present().filter(ledger=ledger.id, state__in=states)
    village = place.parent_id if place.level == Place.Level.GROUP else place.pk
    rows = rows.filter(Q(place=village) | Q(place__parent=village)).exclude(pk__in=list(without))
    near = rows.select_related("place__parent").order_by("-changed_at", "pk")[:_LOOKED_AT]
    scored = [Like(row, _score(own, place, data, words, row)) for row in near]
    found = sorted((each for each in scored if each.score >= _ALIKE), key=lambda e: -e.score)
    return found[:limit]


def _score(
    own: Sequence[Field], place: Place, data: Mapping[str, Any], words: str, row: Entry
) -> float:
    theirs = _telling(own, row.data)
    if not theirs:
        return 0
    chosen = [f for f in own if f.type == "choice" and data.get(f.name)]
    same = sum(data[f.name] == row.data.get(f.name) for f in chosen)
    extra = _SAME_CHOICE * same / len(chosen) if chosen else 0
    return float(
        fuzz.token_set_ratio(words, theirs) * 0.9
        + extra
        + (_SAME_PLACE if row.place_id == place.pk else 0)
    )


def _own(ledger: Ledger) -> list[Field]:
    """Open fields that say what it is about, not what was done."""
    owned = filling.owned_fields(catalogue().flows[ledger.flow or ""])
    return [f for f in ledger.fields if not f.private and f.name not in owned]


def words_of(ledger: Ledger, data: Mapping[str, Any]) -> str:
    """The telling words of its open texts, without people's names, with spaces between."""
    return _telling(_own(ledger), data)


def _telling(own: Iterable[Field], data: Mapping[str, Any]) -> str:
    texts = (data.get(f.name) for f in own if f.type == "text")
    return _words("，".join(str(text) for text in texts if text))


@lru_cache(maxsize=4096)
def _words(text: str) -> str:
    return " ".join(word for word, tag in rjieba.tag(text) if not tag.startswith(_DROPPED))
