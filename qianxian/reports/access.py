"""Who may read, write and send out reports: the gate, asked for a text that is of every line."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from qianxian.core import gate
from qianxian.core.errors import NotAllowed, NotVisible
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission

_REFUSED = {
    Permission.REPORT_EDIT: "这份报告不归你的岗位写。要写，请找办公室负责人。",
    Permission.REPORT_PUBLISH: "这份报告不归你的岗位印发。要印发，请找办公室负责人。",
    Permission.PLAN_EDIT: "计划不归你的岗位改。要放任务，请找管计划的岗位。",
}


def may(user: User, permission: Permission, place: Place, on: date) -> bool:
    """Whether a grant of any line lets the user do this; sending out takes one of every line."""
    reach = gate.reaches(user, permission, on)
    if permission is Permission.REPORT_PUBLISH:
        return any(r.covers("", place.path) for r in reach)
    return any(place.path.startswith(r.path) for r in reach)


def require(user: User, permission: Permission, place: Place, on: date) -> None:
    """Let pass, or raise NotVisible where reports of this place are not seen, else NotAllowed."""
    if may(user, permission, place, on):
        return
    if may(user, Permission.REPORT_VIEW, place, on):
        raise NotAllowed(_REFUSED[permission])
    raise NotVisible("没有这一页，或者不归你的岗位看。")


def places_for(user: User, permission: Permission, on: date) -> list[Place]:
    """Townships and villages for which the user may do this, the township first."""
    reach = gate.reaches(user, permission, on)
    if not reach:
        return []
    found = Q()
    for r in reach:
        found |= Q(path__startswith=r.path)
    levels = [Place.Level.TOWNSHIP, Place.Level.VILLAGE]
    rows = Place.objects.filter(found, level__in=levels).valid_on(on)
    return sorted(rows, key=lambda place: (levels.index(Place.Level(place.level)), place.code))
