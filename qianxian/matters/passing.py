"""Handing a matter on to another post. Until that post takes it over, the first answers for it.

The post that is asked stands in `offered`; `post` does not change before it accepts. So the inbox of
the one shows what it still answers for, that of the other what it is asked, and nothing is lost
between two desks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from qianxian.core import gate
from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Place, Post, User
from qianxian.core.permissions import Permission
from qianxian.ledgers.models import Entry
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import state_of
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import flows, routing
from qianxian.matters.acts import Act, pending_ask, standing
from qianxian.matters.errors import StepRefused
from qianxian.matters.opened import Matter, open_for, save
from qianxian.matters.workdays import WorkCalendar
from qianxian_packs import Flow, HandOn


@dataclass(frozen=True, slots=True)
class Offer:
    """A matter that a post is asked to take over. `last_day` is the last on which it may refuse."""

    act: Act
    giver: str
    to: str
    last_day: date


def offer_of(flow: Flow, entry: Entry, acts: Iterable[Act], calendar: WorkCalendar) -> Offer | None:
    """What the present `offered` of an open matter rests on."""
    if flow.hand_on is None or not entry.offered_id or not flows.is_open(flow, entry.state):
        return None
    act = next((act for act in reversed(standing(acts)) if act.act.get("hand")), None)
    if act is None:
        return None
    told = act.act["hand"]
    return Offer(act, told["from"], told["to"], last_day(flow.hand_on, act.at.date(), calendar))


def last_day(rule: HandOn, asked_on: date, calendar: WorkCalendar) -> date:
    """Counted as every limit: from the day after."""
    return calendar.after(asked_on, rule.refuse_within, working=rule.kind == "working")


def candidates(flow: Flow, state: str, place: Place) -> list[Post]:
    """Posts that could go on with it: by what the next steps ask for and by place, nearest first."""
    main = flows.main_step(flow, state)
    roles = dict.fromkeys(step.role for step in ([main] if main else []))
    roles |= dict.fromkeys(step.role for step in flow.steps_from(state))
    found = [post for role in roles for post in routing.posts_for(role, place)]
    return list({post.pk: post for post in found}.values())


@transaction.atomic
def hand_on(*, entry: Entry, to: Post, by: User, at: datetime, version: int, reason: str) -> Commit:
    """Ask another post to take the matter over. It is the present post's to do, or a clerk's who
    may correct. Raises StepRefused, InvalidEntry, Conflict, NotVisible.
    """
    matter = open_for(by, entry, at=at, version=version)
    _refuse_handing(matter, by, to)
    if not reason.strip():
        raise InvalidEntry({"reason": "还没写为什么转。写一句，接的人才知道。"})
    told = {"from": matter.entry.post_id or "", "to": to.pk}
    state = state_of(matter.entry, offered=to.pk, act={"hand": told})
    return _saved(matter, state, entry, by=by, post=_post_of(matter, by), reason=reason)


def _refuse_handing(matter: Matter, by: User, to: Post) -> None:
    flow, entry = matter.flow, matter.entry
    if flow.hand_on is None:
        raise StepRefused(f"{flow.name}不能转给别的岗位，只能往下办。")
    if not flows.is_open(flow, entry.state):
        raise StepRefused("这一件已经办结，不用再转。")
    if pending_ask(matter.acts):
        raise StepRefused("正在等批延期，批了再转。")
    if entry.offered_id:
        raise StepRefused("已经转出去了，在等对方接。要改，先撤回那一次。")
    if not (holds_it(matter, by) or may_assign(matter, by)):
        raise StepRefused(f"这一件现在不由{by}负责，不能转。")
    if to.pk == entry.post_id:
        raise InvalidEntry({"to": "这一件本来就在这个岗位。请选别的岗位。"})
    if to.pk not in {post.pk for post in candidates(flow, entry.state, entry.place)}:
        raise InvalidEntry({"to": f"{to}接不了：要管这个地方，又有下一步的职责。"})


def holds_it(matter: Matter, user: User) -> bool:
    """Whether the user holds the post that answers for it."""
    return bool(_post_of(matter, user))


def _post_of(matter: Matter, user: User) -> str:
    post = matter.entry.post_id
    held = Post.objects.held_by(user, matter.day)
    return post if post and held.filter(pk=post).exists() else ""


def may_assign(matter: Matter, user: User) -> bool:
    """An office clerk who may correct gives a matter to another post, also one that has none."""
    line, place = matter.ledger.line, matter.entry.place
    return gate.can(user, Permission.ENTRY_CORRECT, line=line, place=place, on=matter.day)


@transaction.atomic
def take_over(*, entry: Entry, by: User, at: datetime, version: int) -> Commit:
    """Accept what was handed on: from now on this post answers for it."""
    matter = open_for(by, entry, at=at, version=version)
    offer = _offer_to(matter, by)
    state = state_of(
        matter.entry, post=offer.to, offered="", act={"take_over": {"from": offer.giver}}
    )
    return _saved(matter, state, entry, by=by, post=offer.to)


@transaction.atomic
def turn_down(*, entry: Entry, by: User, at: datetime, version: int, reason: str) -> Commit:
    """Refuse to take it over, with a reason: whoever handed it on goes on answering for it.

    Only within the flow's limit; no reason opens it after that.
    """
    matter = open_for(by, entry, at=at, version=version)
    offer = _offer_to(matter, by)
    if matter.day > offer.last_day:
        day = flows.said(offer.last_day, matter.day)
        raise StepRefused(f"最晚 {day} 前可以退回，已经过了，写理由也不行。请接办。")
    if not reason.strip():
        raise InvalidEntry({"reason": "还没写为什么退。写一句，转的人才知道该转给谁。"})
    state = state_of(matter.entry, offered="", act={"turn_down": {"to": offer.giver}})
    return _saved(matter, state, entry, by=by, post=offer.to, reason=reason)


def _offer_to(matter: Matter, by: User) -> Offer:
    offer = offer_of(matter.flow, matter.entry, matter.acts, routing.calendar())
    if offer is None:
        raise UserError("这一件没有在等谁接。")
    if not Post.objects.held_by(by, matter.day).filter(pk=offer.to).exists():
        names = routing.names_by_code([offer.to])
        raise StepRefused(f"这一件转给了{names.get(offer.to, offer.to)}，要那个岗位的人来接。")
    return offer


def _saved(
    matter: Matter, state: EntryState, entry: Entry, *, by: User, post: str, reason: str = ""
) -> Commit:
    commit = save(matter, state, by=by, post=post, reason=reason)
    entry.refresh_from_db()
    return commit
