"""An entry of a register ends, begins again, and moves: with the day, the reason and its ties."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from qianxian.core.commits import Actor
from qianxian.core.errors import Conflict, UserError
from qianxian.core.models import Commit, Place, User
from qianxian.core.queries import township_of
from qianxian.ledgers import checks, values
from qianxian.ledgers.corrections import require_edit, require_new_place
from qianxian.ledgers.models import Entry
from qianxian.ledgers.registers import stretches, ties
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import state_of, store, who_was_first
from qianxian.ledgers.values import InvalidEntry


@transaction.atomic
def end_entry(
    *,
    entry: Entry,
    on: date,
    why: str,
    version: int,
    by: User,
    at: datetime,
    note: str = "",
    along: Iterable[UUID] = (),
    post: str = "",
) -> Commit:
    """From this day on the entry no longer stands: it moved away, died, was closed.

    Its open ties end on the same day; `along` are entries tied to it that go with it, members of
    a household that moves away. One commit. What is dated before stays as it is.
    Raises InvalidEntry at `on` or `why`, Conflict, NotVisible, NotAllowed.
    """
    require_register_edit(entry, version, by=by, at=at)
    if why not in entry.definition.ends:
        known = "、".join(entry.definition.ends) or "没有"
        raise InvalidEntry({"why": f"没有“{why}”这个原因。可以选：{known}。"})
    refuse_bad_day(entry, on, at)
    states = {entry.pk: state_of(entry, **_ended(entry, on, why))}
    states |= _closed_ties(ties.open_ties(entry), on, why, by=by, at=at)
    for other in _along(entry, along):
        states |= _gone_along(other, on, why, by=by, at=at)
    return save_states(entry, states.values(), by, at, post, f"{why}，{note}" if note else why)


@transaction.atomic
def begin_again(
    *,
    entry: Entry,
    on: date,
    why: str,
    version: int,
    by: User,
    at: datetime,
    place: Place | None = None,
    post: str = "",
) -> Commit:
    """The entry stands again from this day on: it came back. Ties are recorded anew."""
    require_register_edit(entry, version, by=by, at=at)
    gone = stretches.read(entry.episodes)[-1].gone
    if gone is None:
        raise UserError(f"{entry}一直在册，不用再立。")
    if not why.strip():
        raise InvalidEntry({"why": "还没写为什么又在册了，例如“迁回”。"})
    _refuse_future(on, at)
    if on < gone:
        raise InvalidEntry({"on": f"{gone}才销的，不能在这以前又立。请核对日期。"})
    where = place or entry.place
    require_new_place(entry, where, by=by, at=at)
    checks.check_place(entry.definition, where, on)
    again = stretches.begun(_past(entry, where), on, why.strip())
    state = state_of(entry, episodes=again, **_at(entry, where))
    return save_states(entry, [state], by, at, post, why.strip())


@transaction.atomic
def move_entry(
    *,
    entry: Entry,
    to: Place,
    on: date,
    version: int,
    by: User,
    at: datetime,
    note: str = "",
    post: str = "",
) -> Commit:
    """From this day on the entry stands at another place of the township: the household moved.

    What is recorded about it keeps the place of its own day, and so do figures of days before.
    """
    require_register_edit(entry, version, by=by, at=at)
    refuse_bad_day(entry, on, at)
    if to.pk == entry.place_id:
        raise InvalidEntry({"to": f"{entry}就在{to}。请选搬去的地方。"})
    require_new_place(entry, to, by=by, at=at)
    checks.check_place(entry.definition, to, on)
    why = f"搬到{to}"
    moved = stretches.moved(tuple(entry.episodes), on, entry.place_id, why)
    state = state_of(entry, episodes=moved, **_at(entry, to))
    return save_states(entry, [state], by, at, post, f"{why}，{note}" if note else why)


def require_register_edit(entry: Entry, version: int, *, by: User, at: datetime) -> None:
    """Of a register, standing in its table, not changed since it was looked at, mine to change."""
    require_edit(entry, by=by, at=at)
    if not entry.definition.is_register:
        raise UserError(f"{entry.definition.name}不是底册，里面的不会销，也不会再立。")
    if entry.deleted:
        raise UserError(f"{entry}已经去掉了。要找回来，在它的经过里点撤回。")
    if version != entry.version:
        raise Conflict(who_was_first(entry.pk))


def refuse_bad_day(entry: Entry, on: date, at: datetime) -> None:
    """A day on which the entry stands, and that has come."""
    last = stretches.read(entry.episodes)[-1]
    if last.gone is not None:
        raise UserError(f"{entry}{last.gone}已经销了（{last.why}）。要再立，点“又在册了”。")
    _refuse_future(on, at)
    if last.first is not None and on <= last.first:
        raise InvalidEntry({"on": f"{last.first}才在这里立的，要在那以后。请核对日期。"})


def _refuse_future(on: date, at: datetime) -> None:
    if on > timezone.localdate(at):
        raise InvalidEntry({"on": "这一天还没到。到了那天再来办。"})


def _ended(entry: Entry, on: date, why: str) -> dict[str, Any]:
    return {"episodes": stretches.ended(tuple(entry.episodes), on, why)}


def _closed_ties(
    open_ties: Iterable[Entry], on: date, why: str, *, by: User, at: datetime
) -> dict[UUID, EntryState]:
    return {tie.pk: ties.closed(tie, on, why, by=by, at=at) for tie in open_ties}


def _along(entry: Entry, along: Iterable[UUID]) -> list[Entry]:
    """Those of the wanted entries that are tied to this one; nobody else can be taken along."""
    wanted = set(along)
    if not wanted:
        return []
    members = set(ties.tied(ties.open_ties(entry, column="subject")).values())
    rows = Entry.objects.present().filter(pk__in=wanted & members)
    return list(rows.select_related("place", "subject"))


def _gone_along(
    other: Entry, on: date, why: str, *, by: User, at: datetime
) -> dict[UUID, EntryState]:
    require_edit(other, by=by, at=at)
    if stretches.read(other.episodes)[-1].gone is not None or not other.definition.ends:
        return {}
    own = ties.nearest(why, other.definition.ends)
    states = {other.pk: state_of(other, **_ended(other, on, own))}
    # The tie to the household that goes is closed by the household itself, to the same state.
    return states | _closed_ties(ties.open_ties(other), on, why, by=by, at=at)


def _past(entry: Entry, where: Place) -> stretches.Stretches:
    """The stretches so far; where it comes back elsewhere, the last one keeps its place."""
    past: stretches.Stretches = tuple(entry.episodes)
    if where.pk == entry.place_id or "place" in past[-1]:
        return past
    return (*past[:-1], {**past[-1], "place": entry.place_id})


def _at(entry: Entry, where: Place) -> dict[str, Any]:
    loaded = values.loaded(entry.definition, entry.data)
    key = values.key_of(entry.definition, loaded, place=where.code, subject=entry.subject)
    return {"place": where.code, "key_text": key}


def save_states(
    entry: Entry,
    states: Iterable[EntryState],
    by: User,
    at: datetime,
    post: str,
    reason: str,
) -> Commit:
    """All of it as one commit of the entry's township. `entry` is read anew."""
    commit = store(
        states=list(states),
        township=township_of(entry.place),
        by=Actor.of(by, post),
        at=at,
        reason=reason[:500],
    )
    entry.refresh_from_db()
    return commit
