"""One step of many matters at once, where the flow allows it.

Each matter takes it by itself: a commit of its own, refused or done by itself, taken back by itself.
One commit for all would let one refusal undo the rest, and one undo take back what others relied on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import Commit, User
from qianxian.core.queries import duties
from qianxian.ledgers.models import Entry, EntryQuerySet
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import flows, routing
from qianxian.matters.queries import Asked
from qianxian.matters.steps import take_step
from qianxian_packs import Flow, Ledger, Step

# More than this nobody has looked at one by one.
MOST = 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """A matter that was ticked, at the version that the person saw."""

    entry: Entry
    version: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of them: its commit, or the sentence that refused it."""

    entry: Entry
    commit: Commit | None = None
    says: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """A step that many matters of a ledger may take at once."""

    ledger: Ledger
    flow: Flow
    step: Step


def steps_together(ledgers: Iterable[Ledger] | None = None) -> list[Together]:
    found = []
    for ledger in ledgers if ledgers is not None else catalogue().ledgers.values():
        if ledger.flow:
            flow = catalogue().flows[ledger.flow]
            found += [Together(ledger, flow, s) for s in flow.steps if s.bulk == "allowed"]
    return found


def together(ledger: str, step: str) -> Together | None:
    """The step by its names; None where it is not one that many may take."""
    every = steps_together()
    return next((t for t in every if (t.ledger.id, t.step.id) == (ledger, step)), None)


def open_to(user: User, what: Together, on: date) -> EntryQuerySet:
    """Matters that wait for the user's posts in a state from which the step leads on."""
    return open_in(Asked.of(user, duties(user, on), on), what)


def open_in(asked: Asked, what: Together) -> EntryQuerySet:
    rows = asked.own().filter(ledger=what.ledger.id, state__in=what.step.from_)
    return rows.order_by(F("due_on").asc(nulls_last=True), "changed_at", "pk")


def take_step_of_many(
    *,
    chosen: Sequence[Chosen],
    step_id: str,
    by: User,
    at: datetime,
    values: Mapping[str, Any],
    reason: str = "",
) -> list[Outcome]:
    """Let each take the step; those that cannot keep as they are and say why.

    Raises InvalidEntry where nothing was ticked or too much.
    """
    if not chosen:
        raise InvalidEntry({"chosen": "还没勾一件。"})
    if len(chosen) > MOST:
        raise InvalidEntry({"chosen": f"一次最多 {MOST} 件，分几次办。"})
    return [_take(each, step_id, by=by, at=at, values=values, reason=reason) for each in chosen]


def _take(
    each: Chosen,
    step_id: str,
    *,
    by: User,
    at: datetime,
    values: Mapping[str, Any],
    reason: str,
) -> Outcome:
    entry = each.entry
    flow = catalogue().flows[entry.definition.flow or ""]
    step = flow.step_by_id[step_id]
    if step.bulk != "allowed":
        return Outcome(entry, says=f"“{step.label}”不能批量办，打开这一件单独办。")
    if says := flows.refusal(flow, step_id, entry.state):
        return Outcome(entry, says=says)
    posts = routing.posts_to_act_in(by, step, entry.place, timezone.localdate(at))
    if not posts:
        return Outcome(entry, says=f"“{step.label}”这一步不归你的岗位办。")
    try:
        commit = take_step(
            entry=entry,
            step_id=step_id,
            by=by,
            post=posts[0],
            at=at,
            version=each.version,
            values=values,
            reason=reason,
        )
    except InvalidEntry as error:
        return Outcome(entry, says="".join(error.errors.values()))
    except UserError as error:
        return Outcome(entry, says=str(error))
    return Outcome(entry, commit)
