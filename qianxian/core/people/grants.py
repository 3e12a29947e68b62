"""Giving a post a role within a line and a subtree, and taking it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from qianxian.core.commits import Change
from qianxian.core.definitions import catalogue
from qianxian.core.errors import Conflict, NotAllowed, UserError
from qianxian.core.models import Grant, Place, Post, User
from qianxian.core.people import rights, stream
from qianxian.core.permissions import ROLES
from qianxian.core.queries import township_of


@transaction.atomic
def grant_role(*, post: Post, role: str, line: str, place: Place, by: User, at: datetime) -> Grant:
    """Give a post a role; an empty line means every line.

    Only by somebody who manages the post and reaches this line and place, and never to a post
    that this person holds.
    """
    day = timezone.localdate(at)
    rights.require_post(by, post, day)
    rights.require_place(by, place, day, line=line)
    stream.lock(township_of(post.place))
    # Also one that he takes tomorrow, or has still to confirm.
    if post.holdings.filter(user=by).exclude(valid_to__lt=day).exists():
        raise NotAllowed("这是你自己任的岗位，不能自己给自己授权。请另一位管理员来办。")
    if role not in ROLES:
        raise UserError("没有这种角色。请从列出的里面选。")
    if line and line not in catalogue().lines:
        raise UserError("没有这个条线。请从列出的里面选。")
    if Post.objects.filter(pk=post.pk, closed_on__isnull=False).exists():
        raise UserError(f"{post}已经撤销，不能再授权。")
    if post.grants.filter(role=role, line=line, place=place).exists():
        raise UserError("这个岗位已经有一样的授权了。")
    grant = Grant.objects.create(post=post, role=role, line=line, place=place)
    _write(post, stream.of_grant(grant), by, at, f"给{post}：{in_words(grant)}")
    return grant


@transaction.atomic
def revoke_grant(*, grant: Grant, by: User, at: datetime) -> None:
    """Take a role from a post; not the last one that manages people."""
    day, post = timezone.localdate(at), grant.post
    if post is None:
        raise UserError("这是给个人的授权，不在岗位上。")
    rights.require_post(by, post, day)
    township = township_of(post.place)
    stream.lock(township)
    found = Grant.objects.filter(pk=grant.pk).first()
    if found is None:
        raise Conflict("这一项授权已经收回了。")
    change, words = stream.of_grant(found, removed=True), in_words(found)
    with rights.keeping_an_administrator(township, day):
        found.delete()
    _write(post, change, by, at, f"收回{post}：{words}")


def in_words(grant: Grant) -> str:
    """站所专干：人居环境条线，青禾镇."""
    line = catalogue().lines.get(grant.line)
    what = f"{line.name}条线" if line else (grant.line or "全部条线")
    return f"{grant.get_role_display()}，{what}，{grant.place}"


def what_it_lets(grant: Grant) -> str:
    return ROLES[grant.role].description


def _write(post: Post, change: Change, by: User, at: datetime, why: str) -> None:
    stream.write(township_of(post.place), [change], by=by, at=at, reason=why)
