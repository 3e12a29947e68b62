"""Days away: B covers, and both see who acts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from qianxian.core.errors import Conflict, NotAllowed, UserError
from qianxian.core.models import Absence, Holding, Place, Post, User
from qianxian.core.people import rights, stream
from qianxian.core.queries import township_of

_LONGEST = timedelta(days=366)


@transaction.atomic
def enter_absence(
    *, user: User, first_day: date, last_day: date, note: str, by: User, at: datetime
) -> Absence:
    """Somebody is away on these days. Entered by that person or by whoever manages a post of his.

    Raises UserError where the days do not fit or lie in another absence.
    """
    day = timezone.localdate(at)
    require_teller(by, user, day)
    township = _township(user, day)
    stream.lock(township)
    if last_day < first_day:
        raise UserError(f"到{last_day}比从{first_day}还早。请改一个日子。")
    if last_day < day:
        raise UserError("这几天已经过了，不用补请。")
    if last_day - first_day > _LONGEST:
        raise UserError("一次请不了一年以上。长期不在，请把岗位交给别人。")
    same = user.absences.filter(first_day__lte=last_day, last_day__gte=first_day).first()
    if same:
        raise UserError(
            f"{same.first_day}到{same.last_day}已经请过假，日子叠在一起了。先改那一次。"
        )
    absence = Absence.objects.create(
        user=user, first_day=first_day, last_day=last_day, note=note.strip()
    )
    why = f"{user}不在岗，{first_day}到{last_day}"
    stream.write(township, [stream.of_absence(absence)], by=by, at=at, reason=why)
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, by: User, at: datetime) -> None:
    """Back at work today: it ends yesterday, and is gone where it had not begun before today."""
    day = timezone.localdate(at)
    require_teller(by, absence.user, day)
    township = _township(absence.user, day)
    stream.lock(township)
    found = Absence.objects.select_related("user").filter(pk=absence.pk).first()
    if found is None or found.last_day < day:
        raise Conflict("这次假已经销了。")
    yesterday = day - timedelta(days=1)
    if found.first_day > yesterday:
        change = stream.of_absence(found, removed=True)
        found.delete()
    else:
        found.last_day = yesterday
        found.save()
        change = stream.of_absence(found)
    stream.write(township, [change], by=by, at=at, reason=f"{absence.user}回岗")


def uncovered(absence: Absence) -> list[Post]:
    """Posts that the person holds as A and that nobody covers on one of these days.

    It warns and still saves: whoever falls ill is away, covered or not.
    """
    first, last = absence.first_day, absence.last_day
    held = Holding.objects.filter(user=absence.user, rank=Holding.Rank.A, valid_from__lte=last)
    found = []
    for holding in held.exclude(valid_to__lt=first).select_related("post__office"):
        covers = Holding.objects.filter(post=holding.post, rank=Holding.Rank.B)
        covers = covers.filter(rights.lasting(first), rights.lasting(last), user__is_active=True)
        away = Absence.objects.filter(first_day__lte=last, last_day__gte=first)
        if not covers.exclude(user__in=away.values("user")).exists():
            found.append(holding.post)
    return found


def covers_of(user: User, on: date) -> list[tuple[Post, User | None]]:
    """Each post that the person holds as A, with its B holder."""
    held = Holding.objects.filter(rights.lasting(on), user=user, rank=Holding.Rank.A)
    posts = [holding.post for holding in held.select_related("post__office")]
    covers = Holding.objects.filter(rights.lasting(on), post__in=posts, rank=Holding.Rank.B)
    by_post = {holding.post_id: holding.user for holding in covers.select_related("user")}
    return [(post, by_post.get(post.pk)) for post in posts]


def require_teller(by: User, user: User, on: date) -> None:
    """Whether `by` may enter when `user` is away."""
    if not rights.may_tell_absence(by, user, on):
        rights.require_person(by, user, on)
        raise NotAllowed(f"{user}请假由本人、{user}的负责人或管理员填。")


def _township(user: User, on: date) -> Place:
    """Where the absence is recorded: in the township of the person's first post."""
    posts = Post.objects.held_by(user, on).select_related("place").order_by("code")
    place = posts[0].place if posts else user.home
    if place is None:
        raise UserError(f"{user}还没有岗位，不用请假。")
    return township_of(place)
