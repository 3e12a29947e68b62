"""Opening an ended matter again, and taking a step back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from qianxian.core.errors import UserError
from qianxian.core.models import Commit, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.ledgers import history
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import corrected_state
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import filling, flows, routing
from qianxian.matters.acts import untils_of
from qianxian.matters.clocks import Mark
from qianxian.matters.opened import Matter, open_for, save
from qianxian.matters.opening import risen_state


@transaction.atomic
def reopen(*, entry: Entry, by: User, at: datetime, version: int, reason: str) -> Commit:
    """Open an ended matter again: a new episode from the beginning. History is kept.

    Fields that steps fill are emptied, so that nothing of the old episode passes for a proof of
    the new one and no figure counts it as done. Needs the permission to correct.
    """
    matter = open_for(by, entry, at=at, version=version)
    matter.require(by, Permission.ENTRY_CORRECT)
    if flows.is_open(matter.flow, matter.entry.state):
        raise UserError("这一件还没办结，不用重新办。")
    if not reason.strip():
        raise InvalidEntry({"reason": "还没写为什么重新办。写一句，以后查得到。"})
    commit = save(matter, reopened_state(matter), by=by, reason=reason)
    entry.refresh_from_db()
    return commit


def reopened_state(
    matter: Matter, *, to: str | None = None, starts: tuple[str, ...] = ()
) -> EntryState:
    """A new episode, from the beginning or from the open state `to` with the clocks that it starts."""
    entry, flow = matter.entry, matter.flow
    first = to or flow.initial
    begins = (*starts, *flow.stay_in(first)) if to else flow.first_clocks
    owned = filling.owned_after(flow, first)
    kept = {name: value for name, value in matter.position.values.items() if name not in owned}
    state = corrected_state(entry, kept, {}, place=entry.place, version=entry.version)
    post = routing.post_for_state(flow, first, entry.place)
    mark = Mark(
        timezone.localtime(matter.at),
        stops_all=True,
        starts=begins,
        untils=untils_of(flow, state.data),
    )
    reopened = replace(
        state,
        state=first,
        post=post.pk if post else "",
        due_on=matter.due_after(mark),
        offered="",
        episode=entry.episode + 1,
        risen={},
        act={"reopen": True, **({"starts": list(begins)} if to else {})},
    )
    return risen_state(flow, matter.ledger, entry.place, reopened, matter.day, matter.day)


def take_back(*, entry: Entry, number: int, by: User, at: datetime) -> Commit:
    """Take back the commit of that number, if it was the last to touch this matter."""
    township = township_of(entry.place)
    commit = Commit.objects.filter(
        stream=township.pk, number=number, revisions__key=entry.pk.hex
    ).first()
    if commit is None:
        raise UserError("没有这一次提交，或者它和这一件无关。")
    undone = history.undo_commit(commit=commit, by=by, at=at)
    entry.refresh_from_db()
    return undone
