"""A household parts, or two become one: members go over on a day, as one commit each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Place, User
from qianxian.core.queries import township_of
from qianxian.ledgers import values
from qianxian.ledgers.attestation import is_locked
from qianxian.ledgers.corrections import prepare_correction
from qianxian.ledgers.models import Entry
from qianxian.ledgers.registers import stretches, ties
from qianxian.ledgers.registers.ending import refuse_bad_day, require_register_edit, save_states
from qianxian.ledgers.services import Row, prepare_entries
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import state_of
from qianxian.ledgers.values import InvalidEntry

PARTED, JOINED = "分户", "并户"


@dataclass(frozen=True, slots=True)
class Going:
    """A member who goes over, and what the member is in the household afterwards."""

    tie: Entry
    values: Mapping[str, Any]


def members_of(household: Entry) -> list[Entry]:
    """The ties of those who are in the household now."""
    return ties.open_ties(household, column="subject")


@transaction.atomic
def part_household(
    *,
    household: Entry,
    going: Sequence[Going],
    new: Mapping[str, Any],
    place: Place,
    on: date,
    version: int,
    by: User,
    at: datetime,
    changed: Mapping[str, Any] | None = None,
    post: str = "",
) -> Entry:
    """Some members become a household of their own on this day; returns it.

    new      values of the new household
    changed  values of the old one that are others now: fewer people
    Raises InvalidEntry, with the faults of the new household under the names of its fields.
    """
    require_register_edit(household, version, by=by, at=at)
    refuse_bad_day(household, on, at)
    _refuse_no_one(going, members_of(household))
    row = Row(new, place)
    (founded,) = prepare_entries(ledger=household.definition, rows=[row], by=by, at=at)
    founded = replace(founded, episodes=stretches.begun((), on, PARTED))
    new_home = Entry(pk=row.id, ledger=household.ledger, place=place, title=founded.title)
    states = [founded, *_gone_over(going, new_home, place, on, PARTED, by=by, at=at)]
    if changed:
        states.append(_corrected(household, changed, version, by, at))
    save_states(household, states, by, at, post, f"{PARTED}：{founded.title}")
    return Entry.objects.get(pk=row.id)


@transaction.atomic
def join_households(
    *,
    household: Entry,
    into: Entry,
    going: Sequence[Going],
    on: date,
    version: int,
    by: User,
    at: datetime,
    changed: Mapping[str, Any] | None = None,
    post: str = "",
) -> Commit:
    """All members of a household go over into another one on this day, and it ends.

    changed  values of the one that stays that are others now: more people
    """
    require_register_edit(household, version, by=by, at=at)
    require_register_edit(into, into.version, by=by, at=at)
    _refuse_unlike(household, into)
    for each in (household, into):
        refuse_bad_day(each, on, at)
    present = members_of(household)
    if {g.tie.pk for g in going} != {tie.pk for tie in present}:
        raise UserError("这一户的人刚才变了。请重新打开，再选一遍。")
    ended = stretches.ended(tuple(household.episodes), on, JOINED)
    states = [state_of(household, episodes=ended)]
    states += _gone_over(going, into, into.place, on, JOINED, by=by, at=at)
    if changed:
        states.append(_corrected(into, changed, into.version, by, at))
    return save_states(household, states, by, at, post, f"{JOINED}：{household}并入{into}")


def _refuse_no_one(going: Sequence[Going], present: Iterable[Entry]) -> None:
    known = {tie.pk for tie in present}
    if not going:
        raise InvalidEntry({"going": "还没选谁分出去。至少选一个人。"})
    if any(g.tie.pk not in known for g in going):
        raise UserError("这一户的人刚才变了。请重新打开，再选一遍。")
    if len(going) == len(known):
        raise InvalidEntry({"going": "人都分出去，这一户就空了。户主换了人，更正户主就行。"})


def _refuse_unlike(household: Entry, into: Entry) -> None:
    if into.ledger != household.ledger or into.pk == household.pk:
        raise InvalidEntry({"into": "要并入的，得是同一本底册里的另一户。请重新选。"})
    if township_of(into.place) != township_of(household.place):
        raise InvalidEntry({"into": "不能并到别的乡镇的户里。请走迁出、迁入。"})


def _gone_over(
    going: Iterable[Going],
    home: Entry,
    place: Place,
    on: date,
    why: str,
    *,
    by: User,
    at: datetime,
) -> list[EntryState]:
    """The old ties end on the day, which is the first without them, and new ones begin on it."""
    listed = list(going)
    closed = [ties.closed(g.tie, on, why, by=by, at=at) for g in listed]
    return [*closed, *(_new_tie(g, home, place, on) for g in listed)]


def _new_tie(going: Going, home: Entry, place: Place, on: date) -> EntryState:
    """The tie to the new home, which may not be stored yet, so that no picker has checked it.

    Whoever may end the old tie may begin this one: it is the same person on the same day.
    """
    ledger = going.tie.definition
    span = ledger.span
    assert span is not None  # noqa: S101  members come from `members_of`
    kept = {n: v for n, v in going.tie.data.items() if n not in (span.to, span.why)}
    raw = {**kept, **going.values, span.from_: on.isoformat()}
    parsed = values.parse(ledger, raw)
    data, _ = values.split_private(ledger, parsed)
    return EntryState(
        id=uuid4(),
        ledger=ledger.id,
        place=place.code,
        data=data,
        subject=home.pk,
        on=values.business_date(ledger, parsed),
        late=is_locked(ledger.id, place, on),
        **values.derived(ledger, parsed, place=place.code, subject=home),
    )


def _corrected(
    household: Entry, changed: Mapping[str, Any], version: int, by: User, at: datetime
) -> EntryState:
    return prepare_correction(
        entry=household, values_changed=changed, version=version, by=by, at=at
    )
