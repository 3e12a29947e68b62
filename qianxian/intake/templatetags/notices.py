"""The door of notices on other rooms' pages, which know nothing of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.template import Context, Library

from qianxian.core import gate, queries
from qianxian.core.models import User
from qianxian.core.permissions import Permission
from qianxian.intake.notice.queries import assignments, notices, open_states
from qianxian.intake.notice.services import LINE, NOTICE

register = Library()


@dataclass(frozen=True, slots=True)
class Door:
    """`has_desk`: may record notices. `under_way` of them are open; `owed` by the own village."""

    has_desk: bool
    under_way: int
    owed: int


@register.simple_tag(takes_context=True)
def notice_door(context: Context) -> Door | None:
    """None for whoever neither records notices nor owes an answer."""
    user = context["request"].user
    if not isinstance(user, User):
        return None
    on = queries.today()
    found = [r for r in gate.reaches(user, Permission.ENTRY_EDIT, on) if r.line in ("", LINE)]
    # A path of two codes is a township's, a longer one a village's.
    if any(reach.path.count("/") <= 2 for reach in found):
        opened = notices(user, on).filter(state__in=open_states(NOTICE)).count()
        return Door(has_desk=True, under_way=opened, owed=0)
    owed = assignments(user, on).filter(state="assigned").count() if found else 0
    return Door(has_desk=False, under_way=0, owed=owed) if owed else None
