"""More time: asked for by whoever acts, granted or refused by somebody else, with reasons.

A matter for which more time was asked waits for the post that may grant it; answered, it goes back
to where it was. So the one inbox shows requests too, and taking the request back brings the matter
back as well.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Post, User
from qianxian.core.permissions import Permission
from qianxian.ledgers.models import Entry
from qianxian.ledgers.store import state_of
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import routing
from qianxian.matters.acts import Act, pending_ask
from qianxian.matters.clocks import Mark, Run, due_of
from qianxian.matters.errors import StepRefused
from qianxian.matters.opened import Matter, open_for, save

MOST_DAYS = 365


@transaction.atomic
def ask_extension(
    *,
    entry: Entry,
    clock_id: str,
    days: int,
    by: User,
    post: Post,
    at: datetime,
    version: int,
    reason: str,
) -> Commit:
    """Ask for more days (or hours) on a clock that runs and is not over yet.

    Raises StepRefused, InvalidEntry, Conflict, NotVisible.
    """
    matter = open_for(by, entry, at=at, version=version)
    if not _may_act_in(matter, by, post):
        raise StepRefused(f"这一件现在不由{by}办，不能替别的岗位申请延期。")
    if pending_ask(matter.acts):
        raise StepRefused("已经申请过延期，还在等批。")
    if matter.entry.offered_id:
        raise StepRefused("已经转给别的岗位，等对方接了再申请。")
    most = _most_days(_check_running(matter, clock_id))
    if not 1 <= days <= most:
        raise InvalidEntry({"days": f"要延的天数写 1 到 {most} 之间的整数。"})
    if not reason.strip():
        raise InvalidEntry({"reason": "还没写为什么要延期。批的人要看理由。"})
    granting = routing.granting_post(
        matter.ledger.line, matter.entry.place, matter.day, asker=by.username
    )
    if granting is None:
        raise StepRefused("还没有能批延期的岗位，请管理员给分管领导的岗位开。")
    ask = {"clock": clock_id, "days": days, "post": matter.entry.post_id or post.pk}
    state = state_of(matter.entry, post=granting.pk, act={"ask": ask})
    commit = save(matter, state, by=by, post=post.pk, reason=reason)
    entry.refresh_from_db()
    return commit


def _may_act_in(matter: Matter, user: User, post: Post) -> bool:
    return any(
        post in routing.posts_to_act_in(user, step, matter.entry.place, matter.day)
        for step in matter.flow.steps_from(matter.entry.state)
    )


def running(matter: Matter, clock_id: str) -> Run | None:
    """The run of a clock that has neither stopped nor paused."""
    runs = (run for run in matter.runs() if run.clock.id == clock_id and run.stopped is None)
    return next((run for run in runs if not run.is_paused), None)


def _check_running(matter: Matter, clock_id: str) -> Run:
    run = running(matter, clock_id)
    if run is None:
        raise StepRefused("这个时限现在没有在走，不用延。")
    due = due_of(run, routing.calendar())
    if due and (timezone.localtime(matter.at) > due.moment if due.moment else matter.day > due.day):
        raise StepRefused("期限已经过了，不能再延。写明原因，接着办。")
    return run


def _most_days(run: Run) -> int:
    """How many days may be asked for; refused where there is no more to give.

    Where the definition names no number, once: a limit that moves again and again is none.
    """
    rule, label = run.clock.extension, run.clock.label
    if rule is None:
        if run.extensions:
            raise StepRefused(
                f"“{label}”没有规定能延几次，只延一次，已经延过了。写明原因，接着办。"
            )
        return MOST_DAYS
    if len(run.extensions) >= rule.times:
        raise StepRefused(f"“{label}”最多延 {rule.times} 次，已经延过了。写明原因，接着办。")
    return rule.days


@transaction.atomic
def grant_extension(
    *, entry: Entry, by: User, at: datetime, version: int, reason: str = ""
) -> Commit:
    """Give the days that were asked for. Whoever asked cannot; no reason opens that."""
    matter, ask = _asked(entry, by=by, at=at, version=version)
    clock, days = ask.act["ask"]["clock"], ask.act["ask"]["days"]
    mark = Mark(timezone.localtime(at), by=by.name, extends={clock: days})
    extend = {"clock": clock, "days": days, "asked_by": ask.by, "asked_by_name": ask.by_name}
    state = state_of(
        matter.entry,
        post=ask.act["ask"]["post"],
        due_on=matter.due_after(mark),
        act={"extend": extend},
    )
    commit = save(
        matter, state, by=by, post=_post_of(matter, by), reason=reason.strip() or ask.reason
    )
    entry.refresh_from_db()
    return commit


@transaction.atomic
def refuse_extension(*, entry: Entry, by: User, at: datetime, version: int, reason: str) -> Commit:
    """Leave the limit as it is, with a reason; the matter goes back to whoever acts."""
    matter, ask = _asked(entry, by=by, at=at, version=version)
    if not reason.strip():
        raise InvalidEntry({"reason": "还没写为什么不批。写一句，办的人才知道怎么办。"})
    refuse = {"clock": ask.act["ask"]["clock"], "asked_by": ask.by, "asked_by_name": ask.by_name}
    state = state_of(matter.entry, post=ask.act["ask"]["post"], act={"refuse": refuse})
    commit = save(matter, state, by=by, post=_post_of(matter, by), reason=reason)
    entry.refresh_from_db()
    return commit


def _asked(entry: Entry, *, by: User, at: datetime, version: int) -> tuple[Matter, Act]:
    matter = open_for(by, entry, at=at, version=version)
    matter.require(by, Permission.EXTENSION_GRANT)
    ask = pending_ask(matter.acts)
    if ask is None:
        raise UserError("没有等批的延期申请。")
    if by.username in ask.people:
        raise StepRefused(f"延期是{by}申请的，要换人批，写理由也不行。")
    return matter, ask


def _post_of(matter: Matter, by: User) -> str:
    """The post in which this person answers: the one it waits for, if held, else none."""
    waiting = matter.entry.post
    held = Post.objects.held_by(by, matter.day)
    return waiting.pk if waiting and held.filter(pk=waiting.pk).exists() else ""
