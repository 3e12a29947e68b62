"""Reading a private value in full: a reason is asked, the reading is logged, every time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.models import User
from qianxian.core.permissions import Permission
from qianxian.ledgers import privacy
from qianxian.ledgers.models import AccessLog, Entry

# Shorter than this it is not a reason.
_SHORTEST = 4


@transaction.atomic
def read_private(
    *, entry: Entry, field: str, by: User, at: datetime, reason: str, post: str = ""
) -> str:
    """The value in full; the reading is in the log before it is shown.

    Raises NotVisible or NotAllowed from the gate, UserError without a reason or without a value.
    """
    known = entry.definition.by_name.get(field)
    if known is None or not known.private:
        raise NotVisible("没有这一页，或者不归你的岗位看。")
    require_private(entry, by=by, at=at)
    if len(reason.strip()) < _SHORTEST:
        raise UserError("还没写清为什么用。写明哪件事要用，例如“申报公益性岗位”。")
    value = privacy.read(entry.pk, field)
    if value is None:
        raise UserError(f"{entry}没有存{known.label}，或者已按保存期限销毁了。")
    AccessLog.objects.create(
        entry=entry,
        field=field,
        at=at,
        by=by.username,
        by_name=by.name,
        post=post,
        reason=reason.strip()[:200],
    )
    return value


def require_private(entry: Entry, *, by: User, at: datetime) -> None:
    """Let pass whoever may read private values of this entry."""
    line, day = entry.definition.line, timezone.localdate(at)
    gate.require(by, Permission.ENTRY_VIEW, line=line, place=entry.place, on=day)
    if not gate.can(by, Permission.PRIVATE_READ, line=line, place=entry.place, on=day):
        raise NotAllowed("看原文要有“隐私查看”这一项。要看，请找管理员给你的岗位开。")
