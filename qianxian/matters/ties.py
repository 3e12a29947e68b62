"""What ties matters to one another: links, one that went into another, one that was parted.

Ties are acts, as everything that is done on a matter: a commit that is taken back takes its tie with
it. A matter that went into another is taken out of lists and figures (it counts once) and keeps a
pointer to the one that stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.errors import UserError
from qianxian.core.models import Commit, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.ledgers.history import state_from_body
from qianxian.ledgers.models import Entry
from qianxian.ledgers.states import EntryState, risen_of
from qianxian.ledgers.store import state_of
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import flows
from qianxian.matters.acts import Act, acts_of, pending_ask, standing
from qianxian.matters.errors import StepRefused
from qianxian.matters.guarding import check_removal
from qianxian.matters.opened import Matter, open_for, save


@dataclass(frozen=True, slots=True)
class Ties:
    """Keys of the matters that one is tied to. `into`: it went into that one and stands no more."""

    links: tuple[UUID, ...] = ()
    merged: tuple[UUID, ...] = ()
    parts: tuple[UUID, ...] = ()
    part_of: UUID | None = None
    into: UUID | None = None

    @property
    def keys(self) -> set[UUID]:
        ends = {key for key in (self.part_of, self.into) if key}
        return {*self.links, *self.merged, *self.parts, *ends}


def ties_of(acts: Iterable[Act]) -> Ties:
    """The ties that stand after these acts."""
    links: dict[str, None] = {}
    merged: dict[str, None] = {}
    parts: dict[str, None] = {}
    part_of = into = ""
    for act in standing(acts):
        told = act.act
        links |= dict.fromkeys(_one(told.get("link")))
        merged |= dict.fromkeys(told.get("merged", ()))
        parts |= dict.fromkeys(told.get("split", ()))
        part_of = told.get("split_from", part_of)
        into = "" if told.get("unmerge") else told.get("merge", into)
        for key in _one(told.get("unlink")):
            links.pop(key, None)
        for key in told.get("unmerged", ()):
            merged.pop(key, None)
    return Ties(
        tuple(map(UUID, links)),
        tuple(map(UUID, merged)),
        tuple(map(UUID, parts)),
        UUID(part_of) if part_of else None,
        UUID(into) if into else None,
    )


def _one(key: str | None) -> tuple[str, ...]:
    return (key,) if key else ()


@transaction.atomic
def link(*, entry: Entry, other: Entry, by: User, at: datetime, version: int) -> Commit:
    """Say that two matters have to do with each other. It is shown on both; one commit."""
    first, second = _both(entry, other, by=by, at=at, version=version)
    if other.pk in ties_of(first.acts).links:
        raise UserError("这两件已经关联了。")
    states = [
        state_of(first.entry, act={"link": other.pk.hex}),
        state_of(second.entry, act={"link": entry.pk.hex}),
    ]
    return _saved(first, states, entry, by=by)


@transaction.atomic
def unlink(*, entry: Entry, other: Entry, by: User, at: datetime, version: int) -> Commit:
    """Take a link away, on both."""
    first, second = _both(entry, other, by=by, at=at, version=version)
    if other.pk not in ties_of(first.acts).links:
        raise UserError("这两件没有关联。")
    states = [
        state_of(first.entry, act={"unlink": other.pk.hex}),
        state_of(second.entry, act={"unlink": entry.pk.hex}),
    ]
    return _saved(first, states, entry, by=by)


@transaction.atomic
def merge(
    *, entry: Entry, into: Entry, by: User, at: datetime, version: int, reason: str
) -> Commit:
    """The matter went into another of the same kind, which stands for both.

    What hangs on it hangs on that one from now on. Needs the permission to correct.
    """
    gone, stands = _both(entry, into, by=by, at=at, version=version)
    _refuse_merging(gone, stands, by)
    if not reason.strip():
        raise InvalidEntry({"reason": "还没写为什么并。写一句，例如：同一处，两个人都报了。"})
    children = Entry.objects.present().filter(parent=entry.pk)
    moved = [state_of(child, parent=into.pk) for child in children.select_for_update(of=("self",))]
    taken = {"merged": [entry.pk.hex], "moved": [state.id.hex for state in moved]}
    out = state_of(
        gone.entry, deleted=True, post="", offered="", due_on=None, risen={}, act=_pointer(into)
    )
    # Whoever watched the one goes on watching both.
    risen = {**risen_of(gone.entry.risen), **risen_of(stands.entry.risen)}
    states = [out, state_of(stands.entry, risen=risen, act=taken), *moved]
    return _saved(gone, states, entry, by=by, reason=reason)


def _pointer(into: Entry) -> dict[str, str]:
    return {"merge": into.pk.hex}


def _refuse_merging(gone: Matter, stands: Matter, by: User) -> None:
    for matter in (gone, stands):
        matter.require(by, Permission.ENTRY_CORRECT)
    if gone.entry.ledger != stands.entry.ledger:
        raise StepRefused("不是同一类的事，不能并，可以关联。")
    if gone.entry.subject_id != stands.entry.subject_id:
        raise StepRefused("不是同一户（同一个对象）的事，不能并，可以关联。")
    if not flows.is_open(gone.flow, gone.entry.state):
        raise StepRefused("这一件已经办结，不能并到别的里去。")
    if not flows.is_open(stands.flow, stands.entry.state):
        raise StepRefused("那一件已经办结，不能并进去。还没解决的，先重新办那一件。")
    if pending_ask(gone.acts):
        raise StepRefused("这一件在等批延期，批了再并。")
    if (gone.entry.due_on or date.max) < (stands.entry.due_on or date.max):
        raise StepRefused("这一件到期早，并过去就晚了。打开那一件，把它并到这一件里来。")
    check_removal(gone.entry, {gone.entry.pk})


@transaction.atomic
def unmerge(*, entry: Entry, by: User, at: datetime, reason: str) -> Commit:
    """Bring a matter back that had gone into another, as it was before. Both say so."""
    gone = Entry.objects.select_for_update(of=("self",)).select_related("place").get(pk=entry.pk)
    acts = acts_of(gone)
    into = ties_of(acts).into
    if not gone.deleted or into is None:
        raise UserError("这一件没有并到别的里去。")
    stands = Entry.objects.get(pk=into)
    second = open_for(by, stands, at=at, version=stands.version)
    second.require(by, Permission.ENTRY_CORRECT)
    gate.require(
        by,
        Permission.ENTRY_CORRECT,
        line=gone.definition.line,
        place=gone.place,
        on=timezone.localdate(at),
    )
    if not reason.strip():
        raise InvalidEntry({"reason": "还没写为什么拆开。写一句，以后查得到。"})
    back = replace(state_from_body(gone, _before_merging(acts)), act={"unmerge": into.hex})
    told = state_of(second.entry, act={"unmerged": [gone.pk.hex]})
    children = _moved_with(gone, second)
    return _saved(second, [back, told, *children], entry, by=by, reason=reason)


def _moved_with(gone: Entry, stands: Matter) -> list[EntryState]:
    """What had hung on it goes back to it, where it still hangs on the one that stands."""
    moved = [
        key
        for act in standing(stands.acts)
        if gone.pk.hex in act.act.get("merged", ())
        for key in act.act.get("moved", ())
    ]
    rows = Entry.objects.present().filter(pk__in=moved, parent=stands.entry.pk)
    return [state_of(child, parent=gone.pk) for child in rows.select_for_update(of=("self",))]


def _before_merging(acts: Sequence[Act]) -> dict[str, object]:
    """The body of the revision before the one that merged it."""
    place = max(n for n, act in enumerate(acts) if act.stands and act.act.get("merge"))
    return dict(acts[place - 1].body)


def _both(
    entry: Entry, other: Entry, *, by: User, at: datetime, version: int
) -> tuple[Matter, Matter]:
    """Both under lock, in one order, so that two who tie them at once do not wait for each other."""
    if entry.pk == other.pk:
        raise UserError("不能和自己关联。请选另一件。")
    if township_of(entry.place) != township_of(other.place):
        raise UserError("不是同一个乡镇的事，不能关联。")
    keys = sorted((entry.pk, other.pk))
    list(Entry.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    first = open_for(by, entry, at=at, version=version)
    second = open_for(by, other, at=at, version=other.version)
    for matter in (first, second):
        matter.require(by, Permission.ENTRY_EDIT)
    return first, second


def _saved(
    matter: Matter, states: Sequence[EntryState], entry: Entry, *, by: User, reason: str = ""
) -> Commit:
    commit = save(matter, *states, by=by, reason=reason)
    entry.refresh_from_db()
    return commit
