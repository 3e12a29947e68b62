"""What follows when places change: from the day on registers go along, the past stays.

Entries of a register that stand get another stretch of days under the new place. Of the other
ledgers, what is dated on or after the day goes along, and what has no date yet; what is dated
before stays where it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Revision
from qianxian.core.place_events.followers import Saving
from qianxian.ledgers import values
from qianxian.ledgers.models import Attestation, Entry
from qianxian.ledgers.registers import stretches
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import last_bodies, state_of, store

_SLICE = 500


class LedgerFollowers:
    """The followers of the room of ledgers."""

    def counts(self, moves: Mapping[str, str], on: date) -> list[tuple[str, int]]:
        going = _going(moves, on)
        registers = sum(entry.definition.is_register for entry in going)
        there = Entry.objects.present().filter(place__in=list(moves)).count()
        attested = Attestation.objects.standing().filter(place__in=list(moves), end__gte=on)
        return [
            ("底册里的转到新的地方", registers),
            (f"{on}及以后的、还没写日期的记录跟着转", len(going) - registers),
            ("以前的记录不动，数字照当时的地方算", there - len(going)),
            ("这天以后的报齐留在原来的地方", attested.count()),
        ]

    def move(self, moves: Mapping[str, str], on: date, why: str, saving: Saving) -> Commit:
        going = _going(moves, on)
        last = last_bodies(entry.pk for entry in going)
        states = [_moved(entry, moves[entry.place_id], on, why, last[entry.pk]) for entry in going]
        return _saved(states, saving)

    def move_back(self, moves: Mapping[str, str], commit: Commit, saving: Saving) -> Commit:
        came = _moved_in(commit)
        back = {new: old for old, new in moves.items()}
        opened = _opened(commit)
        condition = Q(pk__in=list(came)) | Q(place__in=[new for new in back if new in opened])
        entries = list(_with_places(condition))
        last = last_bodies(entry.pk for entry in entries)
        states = []
        for entry in entries:
            if entry.place_id in back and (entry.pk in came or entry.place_id in opened):
                place = came.get(entry.pk, back[entry.place_id])
                states.append(_moved_back(entry, place, last[entry.pk], came=entry.pk in came))
        return _saved(states, saving)


def _going(moves: Mapping[str, str], on: date) -> list[Entry]:
    """Entries at the places that end which do not stay there."""
    registers = [name for name, ledger in catalogue().ledgers.items() if ledger.is_register]
    lasting = Q(ledger__in=registers, gone_on__isnull=True)
    dated = ~Q(ledger__in=registers) & (Q(on__isnull=True) | Q(on__gte=on))
    return list(_with_places(Q(lasting | dated, place__in=list(moves))))


def _with_places(condition: Q) -> Iterable[Entry]:
    known = list(catalogue().ledgers)
    rows = Entry.objects.present().filter(condition, ledger__in=known)
    return rows.select_related("place", "subject").order_by("pk")


def _moved(entry: Entry, place: str, on: date, why: str, last: Mapping[str, Any]) -> EntryState:
    state: dict[str, Any] = {"place": place, "key_text": _key(entry, place)}
    first = stretches.since(entry.episodes)
    # What came to stand on the day or later has never stood at the old place.
    if entry.definition.is_register and (first is None or first < on):
        state["episodes"] = stretches.moved(tuple(entry.episodes), on, entry.place_id, why)
    return state_of(entry, last=last, **state, act={"moved_from": entry.place_id})


def _moved_back(entry: Entry, place: str, last: Mapping[str, Any], *, came: bool) -> EntryState:
    state: dict[str, Any] = {"place": place, "key_text": _key(entry, place)}
    past = tuple(entry.episodes)
    if came and len(past) > 1 and past[-2].get("place") == place:
        state["episodes"], _ = stretches.moved_back(past)
    return state_of(entry, last=last, **state)


def _key(entry: Entry, place: str) -> str:
    loaded = values.loaded(entry.definition, entry.data)
    return values.key_of(entry.definition, loaded, place=place, subject=entry.subject)


def _moved_in(commit: Commit) -> dict[UUID, str]:
    """Entries that the commit took along → the code of the place that they came from."""
    rows = commit.revisions.filter(kind=Revision.Kind.ENTRY).values_list("key", "body")
    found = {}
    for key, text in rows.iterator(chunk_size=_SLICE):
        if old := json.loads(text).get("act", {}).get("moved_from"):
            found[UUID(key)] = old
    return found


def _opened(commit: Commit) -> set[str]:
    rows = commit.revisions.filter(kind=Revision.Kind.PLACE).values_list("key", "body")
    return {key for key, text in rows if not json.loads(text).get("before")}


def _saved(states: Sequence[EntryState], saving: Saving) -> Commit:
    return store(
        states=states,
        township=saving.township,
        by=saving.by,
        at=saving.at,
        reason=saving.reason,
        source=saving.source,
        undoes=saving.undoes,
        also=saving.changes,
    )
