"""What the pages of ledgers share: fetching through the gate."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotVisible
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import today
from qianxian.ledgers.models import Entry
from qianxian.ledgers.queries import acting_post
from qianxian_packs import Ledger


def now() -> datetime:
    return timezone.now()


def ledger_or_404(user: User, name: str) -> Ledger:
    """The ledger, if the user may read it anywhere."""
    ledger = catalogue().ledgers.get(name)
    if ledger is None or not gate.reaches_in(user, Permission.ENTRY_VIEW, ledger.line, today()):
        raise NotVisible("没有这本台账，或者不归你的岗位看。回台账首页看看。")
    return ledger


def entry_or_404(user: User, ledger: str, key: UUID) -> Entry:
    """The entry, if the user may see it; a removed one too, since its history can be read."""
    rows = Entry.objects.visible_to(user, today()).select_related("place__parent", "subject__place")
    entry = rows.filter(ledger=ledger, pk=key).first()
    if entry is None or ledger not in catalogue().ledgers:
        raise NotVisible("没有这一条，或者不归你的岗位看。回列表看看。")
    return entry


def post_for(user: User, permission: Permission, ledger: Ledger, place: Place) -> str:
    """The post in which the user acts here, as the commit keeps it."""
    return acting_post(user, permission, line=ledger.line, place=place, on=today())
