"""The person concerned is asked afterwards, by somebody who did not handle the matter.

Only the answer is kept. It stands in a field of the ledger, so that an indicator counts what was
solved apart from what was closed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Post, User
from qianxian.ledgers.models import Entry
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import state_of
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import routing
from qianxian.matters.acts import Act, standing
from qianxian.matters.errors import StepRefused
from qianxian.matters.opened import Matter, open_for, save
from qianxian.matters.reopening import reopened_state
from qianxian_packs import ANSWERS, NOT_REACHED, NOT_SOLVED, AskAfter, Flow


def asker_of(matter: Matter, state: str) -> str:
    """The post that is to ask when the matter comes to this state; empty where nobody is."""
    asking = matter.flow.ask_after
    if asking is None or matter.flow.states[state].kind != "closed":
        return ""
    return next((post.pk for post in routing.posts_for(asking.role, matter.entry.place)), "")


def last_day(matter: Matter) -> date | None:
    asking = matter.flow.ask_after
    if asking is None:
        return None
    working = asking.kind == "working"
    return routing.calendar().after(matter.day, asking.within, working=working)


def is_asked(flow: Flow, entry: Entry) -> bool:
    """Whether the matter has ended and somebody is still to be asked."""
    known = flow.states.get(entry.state)
    ended = known is not None and known.kind == "closed"
    return ended and flow.ask_after is not None and bool(entry.offered_id)


def handlers(acts: Iterable[Act], episode: int) -> dict[str, str]:
    """Who took a step of this episode: username → name."""
    found: dict[str, str] = {}
    for act in standing(acts):
        if act.step and act.body.get("episode", 1) == episode:
            found |= act.people
    return found


def answers_of(acts: Iterable[Act], episode: int) -> list[str]:
    """The answers that were written down since the matter was closed in this episode."""
    own = (act for act in standing(acts) if act.body.get("episode", 1) == episode)
    return [str(act.act["asked"]) for act in own if act.act.get("asked")]


@transaction.atomic
def keep_answer(*, entry: Entry, answer: str, by: User, at: datetime, version: int) -> Commit:
    """Keep what the person concerned answered, and nothing of who answered.

    Not solved: the matter is opened again as the flow says. Not reached: it is tried again, as
    often as the flow says. Raises StepRefused where the asker handled it.
    """
    matter = open_for(by, entry, at=at, version=version)
    asking = matter.flow.ask_after
    if asking is None or not is_asked(matter.flow, matter.entry):
        raise UserError("这一件没有在等回访。")
    post = matter.entry.offered_id or ""
    if not Post.objects.held_by(by, matter.day).filter(pk=post).exists():
        names = routing.names_by_code([post])
        raise StepRefused(f"回访归{names.get(post, post)}，不由{by}办。")
    if by.username in handlers(matter.acts, matter.entry.episode):
        raise StepRefused(f"这一件是{by}办的，回访要换人，写理由也不行。")
    if answer not in ANSWERS:
        raise InvalidEntry({"answer": "还没选本人怎么说。"})
    commit = save(matter, _after(matter, asking, answer), by=by, post=post)
    entry.refresh_from_db()
    return commit


def _after(matter: Matter, asking: AskAfter, answer: str) -> EntryState:
    if answer == NOT_SOLVED:
        state = reopened_state(matter, to=asking.back_to, starts=asking.starts)
        return replace(state, act={**state.act, "asked": answer})
    tries = answers_of(matter.acts, matter.entry.episode).count(NOT_REACHED) + 1
    waits = answer == NOT_REACHED and tries < asking.tries
    return state_of(
        matter.entry,
        data={**matter.entry.data, asking.field: answer},
        offered=(matter.entry.offered_id or "") if waits else "",
        due_on=matter.entry.due_on if waits else None,
        act={"asked": answer},
    )
