"""Accounts: making one, a new password, closing one; and the first administrator of a site.

A password that somebody else has seen is for one time: the sign-in with it leads to the page that
replaces it, and nowhere else (see `core.accounts.Adapter`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from qianxian.core.commits import Actor
from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.models import Commit, Grant, Holding, Office, Place, Post, User
from qianxian.core.people import rights, stream
from qianxian.core.queries import township_of

# No signs that are mistaken for each other when read aloud or copied by hand.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 10
_ADMIN_OFFICE, _ADMIN_POST = "党政综合办公室", "系统管理员"

_closers: list[Callable[[User, datetime], None]] = []


def when_closed(closer: Callable[[User, datetime], None]) -> None:
    """Let another room end what opens doors for an account; called once, in its app's ready()."""
    if closer not in _closers:
        _closers.append(closer)


@transaction.atomic
def create_person(
    *, name: str, username: str, home: Place, by: User, at: datetime
) -> tuple[User, str]:
    """Make an account; returns it with the password for one time, which is kept nowhere."""
    rights.require_place(by, home, timezone.localdate(at))
    township = township_of(home)
    stream.lock(township)
    person, password = _new(name, username, home)
    _record(township, person, "created", by, at)
    return person, password


@transaction.atomic
def reset_password(*, person: User, by: User, at: datetime) -> str:
    """Give somebody who forgot it a password for one time. Open sessions of that person end."""
    day = timezone.localdate(at)
    if person.pk == by.pk:
        raise NotAllowed("自己的密码在“我的”里改，不用重设。")
    rights.require_person(by, person, day)
    if person.is_demo:
        raise UserError("演示账号的密码是印出来的，不能重设。")
    return _reset(person, by, at, Commit.Source.PAGE)


@transaction.atomic
def choose_password(*, person: User, password: str, at: datetime) -> None:
    """The person's own password, checked by the form already."""
    person.set_password(password)
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])
    if person.home:
        _record(township_of(person.home), person, "password", person, at)


@transaction.atomic
def close_account(*, person: User, by: User, at: datetime) -> None:
    """Nobody signs in with it any more; what the person did stays. Posts are handed over first."""
    day = timezone.localdate(at)
    if person.pk == by.pk:
        raise NotAllowed("不能停用自己的账号。请另一位管理员来办。")
    rights.require_person(by, person, day)
    township = _township(person, by, day)
    stream.lock(township)
    held = Holding.objects.filter(user=person).exclude(valid_to__lt=day)
    if posts := [str(h.post) for h in held.select_related("post__office")]:
        raise UserError(f"{person}还任着{'、'.join(posts)}。先交接或停任，再停用账号。")
    with rights.keeping_an_administrator(township, day):
        person.is_active = False
        person.save(update_fields=["is_active"])
    for closer in _closers:
        closer(person, at)
    _record(township, person, "closed", by, at)


@transaction.atomic
def reopen_account(*, person: User, by: User, at: datetime) -> None:
    """The account opens again, without any post."""
    day = timezone.localdate(at)
    rights.require_person(by, person, day)
    township = _township(person, by, day)
    stream.lock(township)
    person.is_active = True
    person.save(update_fields=["is_active"])
    _record(township, person, "reopened", by, at)


@transaction.atomic
def first_administrator(
    *, name: str, username: str, township: Place, at: datetime
) -> tuple[User, str]:
    """The administrator of a township that has none, with a post and its grant. From the machine."""
    day = timezone.localdate(at)
    stream.lock(township)
    if there := rights.administrators(township, day):
        names = "、".join(f"{one}（{one.username}）" for one in there)
        raise UserError(f"{township}已经有管理员：{names}。别的账号请他们在“岗位”里建。")
    person, password = _new(name, username, township)
    office, _ = Office.objects.get_or_create(
        place=township, name=_ADMIN_OFFICE, closed_on__isnull=True
    )
    post = Post.objects.create(
        code=f"administrator-{township.code}",
        name=_ADMIN_POST,
        duty="administrator",
        office=office,
        place=township,
    )
    grant = Grant.objects.create(role="administrator", place=township, post=post)
    holding = Holding.objects.create(post=post, user=person, valid_from=day)
    changes = [
        stream.of_person(person, "created"),
        stream.of_office(office),
        stream.of_post(post),
        stream.of_grant(grant),
        stream.of_holding(holding),
    ]
    machine, source = Actor("system", "系统"), Commit.Source.COMMAND
    stream.write(township, changes, by=machine, at=at, reason="第一个管理员", source=source)
    return person, password


@transaction.atomic
def rescue_password(*, username: str, at: datetime) -> str:
    """From the machine: a password for one time, where no administrator can sign in any more."""
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise UserError(f"没有“{username}”这个账号，或者已经停用。")
    return _reset(person, Actor("system", "系统"), at, Commit.Source.COMMAND)


def _new(name: str, username: str, home: Place) -> tuple[User, str]:
    name, username = "".join(name.split()), username.strip().lower()
    if not name:
        raise UserError("还没写姓名。")
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError as error:
        raise UserError("用户名用字母、数字，例如 wangxy。") from error
    password = _password()
    person = User(username=username, name=name, home=home, must_change_password=True)
    person.set_password(password)
    if User.objects.filter(username__iexact=username).exists():
        raise _taken(username)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise _taken(username) from error
    return person, password


def _taken(username: str) -> UserError:
    return UserError(f"用户名“{username}”已经有人用了。后面加个数字再存。")


def _password() -> str:
    return get_random_string(_LENGTH, _SIGNS)


def _reset(person: User, by: User | Actor, at: datetime, source: str) -> str:
    password = _password()
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    township = _own_township(person, timezone.localdate(at))
    if township:
        _record(township, person, "reset", by, at, source)
    return password


def _own_township(person: User, on: date) -> Place | None:
    if person.home:
        return township_of(person.home)
    return next(iter(rights.townships_of(person, on)), None)


def _township(person: User, by: User, on: date) -> Place:
    """The person's own, else one of whoever changes the account."""
    return _own_township(person, on) or rights.townships_of(by, on)[0]


def _record(
    township: Place,
    person: User,
    act: str,
    by: User | Actor,
    at: datetime,
    source: str = Commit.Source.PAGE,
) -> None:
    acts = {
        "created": "建账号",
        "reset": "重设密码",
        "password": "自己改密码",
        "closed": "停用账号",
        "reopened": "重新启用账号",
    }
    why = f"{acts[act]}：{person.name}"
    stream.write(township, [stream.of_person(person, act)], by=by, at=at, reason=why, source=source)
