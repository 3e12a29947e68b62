"""Opening, changing and closing offices and posts."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from qianxian.core.commits import Change
from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import Holding, Office, Place, Post, User
from qianxian.core.people import book, rights, stream
from qianxian.core.queries import township_of

# Duties that no flow names; the others are the roles of the packs.
_OTHER_DUTIES = {
    "leader": "分管领导",
    "line_head": "条线负责人",
    "compiler": "综合文稿",
    "administrator": "管理员",
    "other": "别的，不办流程里的步骤",
}


def duties() -> dict[str, str]:
    """Duty → what people call it."""
    return {
        **catalogue().roles,
        **{k: v for k, v in _OTHER_DUTIES.items() if k not in catalogue().roles},
    }


@transaction.atomic
def open_office(*, name: str, place: Place, by: User, at: datetime) -> Office:
    """Open an office of a township or village. Raises UserError where one has the name."""
    rights.require_place(by, place, timezone.localdate(at))
    if place.level not in (Place.Level.TOWNSHIP, Place.Level.VILLAGE):
        raise UserError(f"站所设在镇或村，{place}不行。请选镇或村。")
    stream.lock(township_of(place))
    office = Office(name=_named(name), place=place)
    _save_office(office)
    _record(place, [stream.of_office(office)], by, at, f"设立{office}")
    return office


@transaction.atomic
def change_office(
    *, office: Office, name: str, head: Post | None, by: User, at: datetime
) -> Office:
    """Give an office another name, or another leading post, which must be one of its own."""
    rights.require_place(by, office.place, timezone.localdate(at))
    stream.lock(township_of(office.place))
    office.refresh_from_db()
    _require_open(office)
    if head is not None and head.office_id != office.pk:
        raise UserError(f"{head}不在{office}，不能当它的负责人岗位。请选本站所的岗位。")
    office.name, office.head = _named(name), head
    _save_office(office)
    _record(office.place, [stream.of_office(office)], by, at, f"改{office}")
    return office


@transaction.atomic
def close_office(*, office: Office, by: User, at: datetime, reason: str) -> Office:
    """Close an office that has no post any more."""
    day = timezone.localdate(at)
    rights.require_place(by, office.place, day)
    stream.lock(township_of(office.place))
    office.refresh_from_db()
    _require_open(office)
    if count := office.posts.standing().count():
        raise UserError(f"{office}还有{count}个岗位。先把它们撤销或移到别的站所，再撤站所。")
    office.closed_on, office.head = day, None
    office.save()
    _record(office.place, [stream.of_office(office)], by, at, _reason(reason, "为什么撤"))
    return office


@transaction.atomic
def open_post(
    *, name: str, duty: str, office: Office, place: Place, by: User, at: datetime
) -> Post:
    """Open a post. `duty` is what steps of flows ask for, `place` the subtree in which it acts."""
    day = timezone.localdate(at)
    rights.require_place(by, office.place, day)
    rights.require_place(by, place, day)
    stream.lock(township_of(office.place))
    office.refresh_from_db()
    _require_open(office)
    if duty not in duties():
        raise UserError(f"没有“{duty}”这种职责。请从列出的里面选。")
    if township_of(place) != township_of(office.place):
        raise UserError(f"{place}和{office}不在一个镇，不能放在一个岗位里。")
    post = Post(code=_code(duty, place), name=_named(name), duty=duty, office=office, place=place)
    _refuse_same_name(post)
    post.save(force_insert=True)
    _record(office.place, [stream.of_post(post)], by, at, f"设{post}")
    return post


@transaction.atomic
def change_post(*, post: Post, name: str, office: Office, by: User, at: datetime) -> Post:
    """Rename a post, or move it to another office of the same township."""
    day = timezone.localdate(at)
    rights.require_post(by, post, day)
    rights.require_place(by, office.place, day)
    stream.lock(township_of(post.place))
    post.refresh_from_db()
    _require_open(post)
    _require_open(office)
    if township_of(office.place) != township_of(post.place):
        raise UserError(f"{office}不在这个镇，岗位不能移过去。")
    changes = []
    if office.pk != post.office_id and post.office.head_id == post.pk:
        # It cannot lead an office that it has left.
        post.office.head = None
        post.office.save()
        changes.append(stream.of_office(post.office))
    post.name, post.office = _named(name), office
    _refuse_same_name(post)
    post.save()
    _record(post.place, [stream.of_post(post), *changes], by, at, f"改{post}")
    return post


@transaction.atomic
def close_post(*, post: Post, by: User, at: datetime, reason: str) -> Post:
    """Close a post on which nothing hangs: no holder, no open work."""
    day = timezone.localdate(at)
    rights.require_post(by, post, day)
    township = township_of(post.place)
    stream.lock(township)
    post.refresh_from_db()
    _require_open(post)
    if Holding.objects.filter(post=post).exclude(valid_to__lt=day).exists():
        raise UserError(f"{post}还有人任着。先停任，再撤岗位。")
    if waiting := book.hanging(post, day):
        raise UserError(f"{post}还挂着{waiting}件没办完的事。办完或交给别的岗位，再撤。")
    post.closed_on = day
    with rights.keeping_an_administrator(township, day):
        post.save()
    changes = [stream.of_post(post)]
    for office in Office.objects.filter(head=post):
        office.head = None
        office.save()
        changes.append(stream.of_office(office))
    _record(post.place, changes, by, at, _reason(reason, "为什么撤"))
    return post


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise UserError("还没写名称。")
    return name


def _reason(reason: str, what: str) -> str:
    if not reason.strip():
        raise UserError(f"还没写{what}。写一句，以后查得到。")
    return reason.strip()


def _require_open(thing: Office | Post) -> None:
    if thing.closed_on:
        raise UserError(f"{thing}已在{thing.closed_on}撤销，不能再改。")


def _save_office(office: Office) -> None:
    try:
        with transaction.atomic():
            office.save()
    except IntegrityError as error:
        raise UserError(f"{office.place}已经有“{office.name}”了。换个名称。") from error


def _refuse_same_name(post: Post) -> None:
    same = Post.objects.standing().filter(office=post.office, name=post.name, place=post.place)
    if same.exclude(pk=post.pk).exists():
        raise UserError(f"{post.office}已经有“{post.name}”这个岗位了。换个名称。")


def _code(duty: str, place: Place) -> str:
    """toilet-officer-100000-2: history keeps codes, so they can be read."""
    base = f"{duty.replace('_', '-')}-{place.code[6:]}"[:34]
    number = 1
    while Post.objects.filter(pk=f"{base}-{number}").exists():
        number += 1
    return f"{base}-{number}"


def _record(place: Place, changes: list[Change], by: User, at: datetime, why: str) -> None:
    stream.write(township_of(place), changes, by=by, at=at, reason=why)
