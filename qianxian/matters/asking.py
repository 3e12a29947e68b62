"""The person concerned is asked afterwards, by somebody who did not handle the matter.

Only the answer is kept. It stands in a field of the ledger, so that an indicator counts what was
solved apart from what was closed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Post, User
from qianxian.ledgers.models import Entry
from qianxian.ledgers.states import EntryState, risen_of
from qianxian.ledgers.store import state_of
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import flows, routing
from qianxian.matters.acts import Act, standing
from qianxian.matters.errors import StepRefused
from qianxian.matters.opened import Matter, open_for, save
from qianxian.matters.reopening import reopened_state
from qianxian_packs import ANSWERS, NOT_REACHED, NOT_SOLVED, AskAfter, Flow


def asker_of(matter: Matter, state: str, last: Collection[str]) -> str:
    """The post that is to ask when the matter comes to this state; empty where nobody is.

    The one with the duty; where no such post is held by somebody who did not handle the matter, a
    post to which it would rise. `last` are the usernames of who takes it there.
    """
    asking = matter.flow.ask_after
    if asking is None or matter.flow.states[state].kind != "closed":
        return ""
    roles = dict.fromkeys([asking.role, *(rule.to for rule in matter.flow.escalations)])
    posts = [post for role in roles for post in routing.posts_for(role, matter.entry.place)]
    barred = handlers(matter.acts, matter.entry.episode).keys() | set(last)
    free = (post for post in posts if _is_held_by_another(post, barred, matter.day))
    return next((post.pk for post in free), posts[0].pk if posts else "")


def _is_held_by_another(post: Post, barred: Collection[str], on: date) -> bool:
    return any(user.username not in barred for user in routing.holders([post], on))


def askers(entry: Entry) -> frozenset[str]:
    """Codes of the posts that may ask: the one that is to, and those to which it rose undone."""
    return frozenset({entry.offered_id or "", *risen_of(entry.risen).values()} - {""})


def last_day(matter: Matter) -> date | None:
    asking = matter.flow.ask_after
    if asking is None:
        return None
    working = asking.kind == "working"
    return routing.calendar().after(matter.day, asking.within, working=working)


def is_asked(flow: Flow, entry: Entry) -> bool:
    """Whether the matter has ended and somebody is still to be asked."""
    return flows.is_asked(flow, entry.state, entry.offered_id)


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
    post = _post_that_asks(matter, by)
    if by.username in handlers(matter.acts, matter.entry.episode):
        raise StepRefused(f"这一件是{by}办的，回访要换人，写理由也不行。")
    if answer not in ANSWERS:
        raise InvalidEntry({"answer": "还没选本人怎么说。"})
    if answer == NOT_REACHED and _was_tried_on(matter):
        raise InvalidEntry({"answer": "今天已经记过一次没联系上。换一天再打，再记。"})
    commit = save(matter, _after(matter, asking, answer), by=by, post=post)
    entry.refresh_from_db()
    return commit


def _post_that_asks(matter: Matter, by: User) -> str:
    """The post in which this person asks. Raises StepRefused where there is none."""
    wanted = askers(matter.entry)
    held = set(
        Post.objects.held_by(by, matter.day).filter(pk__in=wanted).values_list("pk", flat=True)
    )
    if not held:
        names = routing.names_by_code(wanted)
        raise StepRefused(f"回访归{'、'.join(sorted(names.values()))}，不由{by}办。")
    own = matter.entry.offered_id
    return own if own in held else min(held)


def _was_tried_on(matter: Matter) -> bool:
    """Whether nobody was reached on this day already: three calls in one minute are one."""
    return any(
        act.act.get("asked") == NOT_REACHED and act.at.date() == matter.day
        for act in standing(matter.acts)
        if act.body.get("episode", 1) == matter.entry.episode
    )


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
        risen=risen_of(matter.entry.risen) if waits else {},
        act={"asked": answer},
    )
