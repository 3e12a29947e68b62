"""A matter that is about to be moved: its entry under lock, with all that the machine asks of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor
from qianxian.core.definitions import catalogue
from qianxian.core.errors import Conflict, NotVisible
from qianxian.core.models import Commit, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.ledgers.models import Entry
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import store
from qianxian.matters import routing
from qianxian.matters.acts import Act, acts_of, marks_of, position_of
from qianxian.matters.clocks import Mark, Run, runs_of, soonest_due
from qianxian.matters.flows import Position
from qianxian_packs import Flow, Ledger


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter at one moment, for one save."""

    entry: Entry
    ledger: Ledger
    flow: Flow
    acts: tuple[Act, ...]
    position: Position
    at: datetime

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)

    def require(self, user: User, permission: Permission) -> None:
        gate.require(user, permission, line=self.ledger.line, place=self.entry.place, on=self.day)

    def runs(self, *more: Mark) -> tuple[Run, ...]:
        """The runs of its clocks, as they would be after these marks too."""
        return runs_of(self.flow.clock_by_id, [*marks_of(self.flow, self.acts), *more])

    def due_after(self, *more: Mark) -> date | None:
        due = soonest_due(self.runs(*more), routing.calendar())
        return due.day if due else None


def open_for(user: User, entry: Entry, *, at: datetime, version: int) -> Matter:
    """The matter under lock, if this person sees it and nobody was quicker.

    Call it inside the transaction that saves. Raises NotVisible, Conflict.
    """
    # Two people may press the same button: the row is held until the save is over, so that the
    # second finds the first's version and hears who it was.
    rows = Entry.objects.select_for_update(of=("self",)).select_related("place", "subject")
    locked = rows.get(pk=entry.pk)
    ledger = locked.definition
    on = timezone.localdate(at)
    gate.require(user, Permission.ENTRY_VIEW, line=ledger.line, place=locked.place, on=on)
    if locked.deleted or not ledger.flow:
        raise NotVisible("没有这一件，或者已经去掉了。")
    acts = acts_of(locked)
    if locked.version != version:
        raise Conflict(_who_was_first(locked, acts))
    flow = catalogue().flows[ledger.flow]
    return Matter(locked, ledger, flow, acts, position_of(locked, acts), at)


def _who_was_first(entry: Entry, acts: Sequence[Act]) -> str:
    last = acts[-1]
    flow = catalogue().flows[entry.definition.flow or ""]
    step = flow.step_by_id.get(last.step)
    what = f"已经办了“{step.label}”" if step else "改过这一件"
    state = flow.states[entry.state].label if entry.state in flow.states else entry.state
    return (
        f"{last.by_name} {last.at:%H:%M} {what}，现在是“{state}”。"
        "你这次的没有存，打开看看还要不要办。"
    )


def save(
    matter: Matter,
    state: EntryState,
    *beside: EntryState,
    by: User,
    post: str = "",
    reason: str = "",
    source: str = Commit.Source.PAGE,
) -> Commit:
    """Store the matter's next state, and what changes beside it, as one commit."""
    return store(
        states=[state, *beside],
        township=township_of(matter.entry.place),
        by=Actor.of(by, post),
        at=matter.at,
        reason=reason.strip(),
        source=source,
    )
