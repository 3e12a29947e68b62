"""Carrying an event out as one commit, and taking it back as another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor, Change
from qianxian.core.errors import Conflict, NotAllowed, UserError
from qianxian.core.models import (
    Commit,
    Grant,
    Office,
    Place,
    PlaceAlias,
    PlaceEvent,
    Post,
    Revision,
    User,
)
from qianxian.core.models.places import NEVER
from qianxian.core.people import rights, stream
from qianxian.core.permissions import Permission
from qianxian.core.place_events import followers
from qianxian.core.place_events.followers import Saving
from qianxian.core.place_events.plans import BadPlan, Plan
from qianxian.core.places import open_place
from qianxian.core.queries import township_of

_Snapshot = dict[str, Any]


def require_place(user: User, place: Place, on: date) -> None:
    """Places are changed by whoever may do so in every line."""
    if not gate.can(user, Permission.PLACE_EDIT, line="", place=place, on=on):
        rights.require_seen(user, place, on)
        raise NotAllowed(f"{place}的变更由管理员办。要办，请找管理员。")


@transaction.atomic
def carry_out(*, plan: Plan, by: User, at: datetime, post: str = "") -> PlaceEvent:
    """The tree changes from the event's day on; registers follow, what is dated before stays.

    Whoever has a grant at the place that takes over sees what was recorded at the one that ended.
    Raises BadPlan for a day to come, Conflict where another event came first, NotVisible,
    NotAllowed.
    """
    today = timezone.localdate(at)
    township = township_of(plan.place)
    require_place(by, township, today)
    if plan.on > today:
        raise BadPlan({"on": "这一天还没到。到了那天再来办。"})
    stream.lock(township)
    _refuse_outrun(plan)
    before = {code: _snapshot(Place.objects.get(pk=code)) for code in plan.touched}
    _write(plan)
    grants = grants_beside(plan, by)
    for grant in grants:
        grant.save(force_insert=True)
    changes = [_change(plan, code, before.get(code)) for code in _written(plan)]
    changes += [stream.of_grant(grant) for grant in grants]
    saving = Saving(township, changes, Actor.of(by, post), at, _reason(plan), Commit.Source.PAGE)
    commit = followers.move(plan.ended, plan.on, _reason(plan), saving)
    return PlaceEvent.objects.create(
        kind=plan.kind,
        place=plan.place,
        into_id=plan.into or None,
        on=plan.on,
        note=plan.note[:200],
        commit=commit,
    )


def _refuse_outrun(plan: Plan) -> None:
    """The plan was made before the lock; two may have made theirs of the same places."""
    ended = Place.objects.filter(pk__in=[*plan.touched, plan.into], valid_to__isnull=False)
    taken = Place.objects.filter(pk__in=[each.code for each in plan.opened])
    if ended.exists() or taken.exists():
        raise Conflict("刚才有人也变更了这里的地方，这次没有办。请重新打开，再看一遍。")


def _written(plan: Plan) -> list[str]:
    return [*plan.touched, *(each.code for each in plan.opened)]


def _write(plan: Plan) -> None:
    for each in plan.opened:
        parent = Place.objects.get(pk=each.parent)
        open_place(
            code=each.code, name=each.name, level=each.level, parent=parent, valid_from=plan.on
        )
    last = plan.on - timedelta(days=1)
    for old, new in plan.ended.items():
        Place.objects.filter(pk=old).update(valid_to=last, successor=new)
    for code, name in plan.renamed.items():
        place = Place.objects.get(pk=code)
        PlaceAlias.objects.get_or_create(
            place=place, name=place.name, defaults={"kind": PlaceAlias.Kind.FORMER}
        )
        PlaceAlias.objects.filter(place=place, name=name).delete()
        Place.objects.filter(pk=code).update(name=name)


def grants_beside(plan: Plan, by: User) -> list[Grant]:
    """The same roles over what ends, for those who have them where it goes. Never for oneself.

    Not stored: they are told before the event is carried out.
    """
    if plan.kind not in (PlaceEvent.Kind.MERGED, PlaceEvent.Kind.MOVED):
        return []
    own = Q(user=by) | Q(post__holdings__user=by)
    what = ("role", "line", "post_id", "user_id")
    there = Grant.objects.filter(place=plan.into).exclude(pk__in=Grant.objects.filter(own))
    known = set(Grant.objects.filter(place=plan.place).values_list(*what))
    wanted = dict.fromkeys(there.order_by("pk").values_list(*what))
    return [
        Grant(role=role, line=line, place=plan.place, post_id=post, user_id=user)
        for role, line, post, user in wanted
        if (role, line, post, user) not in known
    ]


def _reason(plan: Plan) -> str:
    place = plan.place
    if plan.kind == PlaceEvent.Kind.RENAMED:
        did = f"{place}更名为{plan.renamed[place.code]}"
    else:
        into = Place.objects.filter(pk=plan.into).first()
        new = into.name if into else next(o.name for o in plan.opened if o.code == plan.into)
        words = {"merged": f"{place}并入{new}", "split": f"{place}拆出{new}"}
        did = words.get(plan.kind, f"{place}划归{new}")
    return f"{did}（{plan.note}）" if plan.note else did


def _snapshot(place: Place) -> _Snapshot:
    return {
        "name": place.name,
        "level": place.level,
        "parent": place.parent_id or "",
        "valid_from": place.valid_from.isoformat() if place.valid_from else None,
        "valid_to": place.valid_to.isoformat() if place.valid_to else None,
        "successor": place.successor_id or "",
    }


def _change(plan: Plan, code: str, before: _Snapshot | None) -> Change:
    body = {
        "id": code,
        "event": plan.kind,
        "into": plan.into,
        "on": plan.on.isoformat(),
        "note": plan.note,
        "place": _snapshot(Place.objects.get(pk=code)),
        "before": before,
    }
    return Change(Revision.Kind.PLACE, code, body)


# ---- taking it back ----


@transaction.atomic
def take_back(*, event: PlaceEvent, by: User, at: datetime, post: str = "") -> Commit:
    """As if the event had not been: places, what followed, what came there since.

    Raises UserError where a later event builds on it, or a new place has posts of its own.
    """
    township = township_of(event.place)
    require_place(by, township, timezone.localdate(at))
    stream.lock(township)
    event = PlaceEvent.objects.select_related("commit", "place").get(pk=event.pk)
    if event.undone_id:
        raise UserError("这次变更已经撤回过了，不用再撤。")
    bodies = _bodies(event)
    before = {code: b["before"] for code, b in bodies.items() if b["before"]}
    opened = [code for code, b in bodies.items() if not b["before"]]
    _refuse_built_on(event, [*before, *opened], opened)
    moves = {old: b["place"]["successor"] for old, b in bodies.items() if _ended_with(b)}
    for code, snapshot in before.items():
        _put_back(code, snapshot)
    gone = _take_grants(event)
    changes = [_back(code, before.get(code)) for code in bodies] + gone
    reason = f"撤回地方变更：{event.commit.reason}"[:500]
    number = event.commit.number
    saving = Saving(
        township, changes, Actor.of(by, post), at, reason, Commit.Source.UNDO, undoes=number
    )
    commit = followers.move_back(moves, event.commit, saving)
    # Kept in the table, as history names them, but standing on no day that counts.
    Place.objects.filter(pk__in=opened).update(valid_from=NEVER, valid_to=NEVER)
    PlaceEvent.objects.filter(pk=event.pk).update(undone=commit)
    return commit


def _bodies(event: PlaceEvent) -> dict[str, Any]:
    rows = event.commit.revisions.filter(kind=Revision.Kind.PLACE)
    bodies = {key: json.loads(body) for key, body in rows.values_list("key", "body")}
    if not bodies or any("before" not in body for body in bodies.values()):
        raise UserError("这次变更是早先记的，没有留下撤回要的材料。请照实再办一次变更。")
    return bodies


def _ended_with(body: Mapping[str, Any]) -> bool:
    return bool(body["before"]) and bool(body["place"]["successor"])


def _refuse_built_on(event: PlaceEvent, codes: list[str], opened: list[str]) -> None:
    later = PlaceEvent.objects.filter(pk__gt=event.pk, undone__isnull=True)
    # A merger names two villages only; its commit names the groups that went along, too.
    along = Q(commit__revisions__key__in=codes)
    onward = ~Q(kind=PlaceEvent.Kind.RENAMED) & Q(commit__revisions__key=event.into_id)
    moved = Q(along | onward, commit__revisions__kind=Revision.Kind.PLACE)
    if one := later.filter(Q(place__in=codes) | Q(into__in=codes) | moved).first():
        raise UserError(f"{one.on}的“{one.commit.reason}”在它后面。先撤回那一次，再撤这一次。")
    posts = Post.objects.filter(place__in=opened, closed_on__isnull=True)
    offices = Office.objects.filter(place__in=opened, closed_on__isnull=True)
    if posts.exists() or offices.exists():
        raise UserError("新设的地方已经有站所或岗位了。先撤掉它们，再撤回这次变更。")


def _put_back(code: str, before: _Snapshot) -> None:
    place = Place.objects.get(pk=code)
    if place.name != before["name"]:
        PlaceAlias.objects.filter(
            place=place, name=before["name"], kind=PlaceAlias.Kind.FORMER
        ).delete()
    valid_to = before["valid_to"]
    Place.objects.filter(pk=code).update(
        name=before["name"],
        valid_to=date.fromisoformat(valid_to) if valid_to else None,
        successor=before["successor"] or None,
    )


def _take_grants(event: PlaceEvent) -> list[Change]:
    rows = event.commit.revisions.filter(kind=Revision.Kind.GRANT).values_list("key", flat=True)
    grants = list(Grant.objects.filter(pk__in=[int(key) for key in rows]))
    changes = [stream.of_grant(grant, removed=True) for grant in grants]
    Grant.objects.filter(pk__in=[grant.pk for grant in grants]).delete()
    return changes


def _back(code: str, before: _Snapshot | None) -> Change:
    body = {"id": code, "event": "undone", "place": before, "before": None}
    return Change(Revision.Kind.PLACE, code, body)


# ---- what people call a place ----


@transaction.atomic
def add_alias(*, place: Place, name: str, by: User, at: datetime, post: str = "") -> PlaceAlias:
    """Another name under which the place is found: by imports, 记一笔 and search."""
    wanted = name.strip()
    require_place(by, place, timezone.localdate(at))
    if not wanted:
        raise BadPlan({"name": "还没写叫法。"})
    township = township_of(place)
    inside = Place.objects.within(township.path).filter(level=place.level)
    if place.level == Place.Level.GROUP:
        inside = inside.filter(parent=place.parent_id)
    taken = inside.filter(Q(name=wanted) | Q(aliases__name=wanted)).first()
    if taken:
        raise BadPlan({"name": f"“{wanted}”已经是{taken}的叫法了，不能指两个地方。"})
    alias = PlaceAlias.objects.create(place=place, name=wanted)
    _save_alias(alias, "added", by, at, post)
    return alias


@transaction.atomic
def remove_alias(*, alias: PlaceAlias, by: User, at: datetime, post: str = "") -> None:
    require_place(by, alias.place, timezone.localdate(at))
    _save_alias(alias, "removed", by, at, post)
    alias.delete()


def _save_alias(alias: PlaceAlias, act: str, by: User, at: datetime, post: str) -> None:
    place = alias.place
    body = {"id": place.code, "event": f"alias_{act}", "alias": alias.name, "kind": alias.kind}
    words = {"added": "加叫法", "removed": "去掉叫法"}
    followers.plain(
        Saving(
            township_of(place),
            [Change(Revision.Kind.PLACE, place.code, body)],
            Actor.of(by, post),
            at,
            f"{place}{words[act]}：{alias.name}",
            Commit.Source.PAGE,
        )
    )
