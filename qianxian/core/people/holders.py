"""Who holds a post: assigning, ending, handing over.

首问负责: a hand-over puts the next holder beside the present one. Both see the inbox, and the
present one stays responsible until the next has accepted.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from qianxian.core.commits import Change
from qianxian.core.errors import Conflict, NotAllowed, UserError
from qianxian.core.models import Handover, Holding, Place, Post, User
from qianxian.core.people import rights, stream
from qianxian.core.queries import township_of

_DAY = timedelta(days=1)
_AHEAD = timedelta(days=366)


@transaction.atomic
def assign_holder(
    *, post: Post, rank: str, user: User, on: date, by: User, at: datetime, seen: str | None = None
) -> Holding:
    """Have somebody hold the post as A or B from a day; whoever holds it ends the day before.

    `seen` is the user name of the holder whom the page showed, empty for nobody.
    Raises Conflict where that has changed, UserError where the days or the people do not fit.
    """
    township = _begin(post, by, at)
    present = _present(post, rank, on)
    _refuse_changed(seen, present, post, rank)
    _refuse_open_handover(post, rank)
    _refuse_person(user, post, rank, on, by=by, township=township, at=at)
    if present and present.user_id == user.pk:
        raise UserError(f"{user}已经是{post}的{Holding.Rank(rank).label}，不用再派。")
    later = Holding.objects.filter(post=post, rank=rank, valid_from__gt=on).first()
    if later:
        raise UserError(f"已经定了{later.user}从{later.valid_from}起任。先停掉那一次，再派。")
    with rights.keeping_an_administrator(township, timezone.localdate(at), on):
        changes = [_end(present, on - _DAY)] if present else []
        holding = Holding.objects.create(post=post, user=user, rank=rank, valid_from=on)
    why = f"{user}任{post}{Holding.Rank(rank).label}，从{on}起"
    stream.write(township, [*changes, stream.of_holding(holding)], by=by, at=at, reason=why)
    return holding


@transaction.atomic
def end_holding(*, holding: Holding, last_day: date, by: User, at: datetime) -> None:
    """End a holding on a day without a next holder: the post is vacant after it."""
    post = holding.post
    township = _begin(post, by, at)
    found = Holding.objects.select_related("user").filter(pk=holding.pk).first()
    day = timezone.localdate(at)
    if found is None or (found.valid_to and found.valid_to < day):
        raise Conflict("这一次任岗已经停了。回岗位页看看现在是谁。")
    if not found.is_confirmed:
        raise UserError(f"{found.user}还没确认接岗。要作罢，撤回交接就行。")
    _refuse_open_handover(post, found.rank)
    if last_day > day + _AHEAD:
        raise UserError("停任的日子太远，先定一年以内的。")
    with rights.keeping_an_administrator(township, day, last_day + _DAY):
        change = _end(found, last_day)
    why = f"{found.user}不再任{post}{found.get_rank_display()}，到{last_day}止"
    stream.write(township, [change], by=by, at=at, reason=why)


@transaction.atomic
def hand_over(
    *,
    post: Post,
    rank: str,
    taker: User,
    on: date,
    note: str,
    by: User,
    at: datetime,
    seen: str | None = None,
) -> Handover:
    """Have the present holder hand the post to the next one from a day on.

    Raises Conflict where somebody else handed it over first, UserError where days or people do
    not fit.
    """
    township = _begin(post, by, at)
    day = timezone.localdate(at)
    _refuse_open_handover(post, rank)
    present = _present(post, rank, max(on, day))
    _refuse_changed(seen, present, post, rank)
    if present is None:
        raise UserError("这个岗位现在空着，没有谁来交。直接派人就行。")
    if on < day:
        raise UserError(f"交接从今天或以后起，{on}已经过了。")
    _refuse_person(taker, post, rank, on, by=by, township=township, at=at)
    if present.user_id == taker.pk:
        raise UserError(f"{taker}正任着，不用交给自己。")
    holding = Holding.objects.create(
        post=post, user=taker, rank=rank, valid_from=on, is_confirmed=False
    )
    handover = Handover.objects.create(
        post=post,
        rank=rank,
        giver=present.user,
        taker=taker,
        on=on,
        note=note.strip(),
        arranged_by=by.name,
        arranged_at=at,
    )
    changes = [stream.of_handover(handover), stream.of_holding(holding)]
    stream.write(
        township, changes, by=by, at=at, reason=f"{post}：{present.user}交给{taker}，从{on}起"
    )
    return handover


@transaction.atomic
def accept_handover(*, handover: Handover, by: User, at: datetime) -> Handover:
    """The next holder confirms: from now on, or from the agreed day, only that one is responsible."""
    post = handover.post
    township = township_of(post.place)
    stream.lock(township)
    handover = _open(handover)
    if by.pk != handover.taker_id:
        raise NotAllowed(f"这份交接等{handover.taker}自己确认，别人不能替。")
    day = timezone.localdate(at)
    first = max(handover.on, day)
    present = _present(post, handover.rank, first)
    holding = Holding.objects.select_related("user").get(
        post=post, rank=handover.rank, is_confirmed=False
    )
    with rights.keeping_an_administrator(township, day, first):
        changes = [_end(present, first - _DAY)] if present else []
        holding.is_confirmed = True
        holding.save()
    handover.accepted_at = at
    handover.save()
    changes += [stream.of_holding(holding), stream.of_handover(handover)]
    stream.write(township, changes, by=by, at=at, reason=f"{by}接{post}")
    return handover


@transaction.atomic
def withdraw_handover(*, handover: Handover, by: User, at: datetime) -> Handover:
    """Take a hand-over back before it is accepted: the present holder goes on alone."""
    post = handover.post
    township = _begin(post, by, at)
    handover = _open(handover)
    holding = Holding.objects.select_related("user").get(
        post=post, rank=handover.rank, is_confirmed=False
    )
    change = stream.of_holding(holding, removed=True)
    holding.delete()
    handover.withdrawn_at = at
    handover.save()
    stream.write(
        township, [change, stream.of_handover(handover)], by=by, at=at, reason=f"撤回交接：{post}"
    )
    return handover


def _begin(post: Post, by: User, at: datetime) -> Place:
    """Let one change at a time through, by somebody who may, of a post that stands."""
    rights.require_holders(by, post, timezone.localdate(at))
    township = township_of(post.place)
    stream.lock(township)
    if closed := Post.objects.filter(pk=post.pk, closed_on__isnull=False).first():
        raise UserError(f"{closed}已在{closed.closed_on}撤销。")
    return township


def _present(post: Post, rank: str, on: date) -> Holding | None:
    """Who holds it on the day and has taken it over."""
    held = Holding.objects.filter(rights.lasting(on), post=post, rank=rank, is_confirmed=True)
    return held.select_related("user").first()


def _end(holding: Holding, last_day: date) -> Change:
    """End it; one that would end before its first day never stood, and goes."""
    if last_day < holding.valid_from:
        change = stream.of_holding(holding, removed=True)
        holding.delete()
        return change
    holding.valid_to = last_day
    holding.save()
    return stream.of_holding(holding)


def _open(handover: Handover) -> Handover:
    found = Handover.objects.select_related("giver", "taker").get(pk=handover.pk)
    if found.accepted_at:
        when = timezone.localtime(found.accepted_at)
        raise Conflict(f"{found.taker} {when:%H:%M} 已经确认接了，不用再办。")
    if found.withdrawn_at:
        raise Conflict("这份交接已经撤回了。要交，请重新安排。")
    return found


def _refuse_open_handover(post: Post, rank: str) -> None:
    found = Handover.objects.filter(
        post=post, rank=rank, accepted_at__isnull=True, withdrawn_at__isnull=True
    )
    first = found.select_related("taker").first()
    if first:
        when = timezone.localtime(first.arranged_at)
        raise Conflict(
            f"{first.arranged_by} {when.month}月{when.day}日 {when:%H:%M} 已经安排交给{first.taker}，"
            "等确认。要换人，先撤回那一份。"
        )


def _refuse_changed(seen: str | None, present: Holding | None, post: Post, rank: str) -> None:
    now = present.user.username if present else ""
    if seen is not None and seen != now:
        who = f"现在是{present.user}" if present else "现在空着"
        raise Conflict(f"{post}的{Holding.Rank(rank).label}刚才换过，{who}。看一看再办。")


def _refuse_person(
    user: User, post: Post, rank: str, on: date, *, by: User, township: Place, at: datetime
) -> None:
    """A person of this township, who is there, is not `by`, and is not the other holder too."""
    day = timezone.localdate(at)
    rights.refuse_self(user, by, post)
    if not rights.people_in([township], day).filter(pk=user.pk, is_active=True).exists():
        raise UserError(f"{user}不是{township}的人，或者账号停用了。请另选。")
    if on > day + _AHEAD:
        raise UserError("起任的日子太远，先定一年以内的。")
    others = Holding.objects.filter(post=post, user=user).exclude(rank=rank)
    if others.exclude(valid_to__lt=on).exists():
        raise UserError(f"{user}是这个岗位的另一岗，AB两岗要两个人。请另选。")
