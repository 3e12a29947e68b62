"""What the page of an entry in its ledger says about households and their members."""

from __future__ import annotations

from typing import cast

from django.db.models import Value
from django.db.models.lookups import Exact
from django.http import HttpRequest

from qianxian.core.models import User
from qianxian.core.queries import today
from qianxian.ledgers.blocks import Block
from qianxian.ledgers.conditions import FieldText, in_ledger
from qianxian.ledgers.household.names import (
    HOUSEHOLD,
    MEMBERSHIP,
    RESIDENT,
    definition_of,
    page_url,
)
from qianxian.ledgers.models import Entry
from qianxian.ledgers.values import loaded

# Of one person; nobody moves as often.
_MOST = 50


def page_block(request: HttpRequest, entry: Entry) -> Block | None:
    """From the entry of a household to the page about it."""
    if entry.ledger != HOUSEHOLD:
        return None
    return Block("ledgers/household/door.html", {"page_url": page_url(entry)}, place="top")


def membership_block(request: HttpRequest, entry: Entry) -> Block | None:
    """On the page of a resident: in which household, from when to when. Nothing else of them."""
    ledger = definition_of(MEMBERSHIP)
    if entry.ledger != RESIDENT or ledger is None:
        return None
    user = cast(User, request.user)
    rows = (
        Entry.objects.visible_to(user, today())
        .present()
        .filter(in_ledger(ledger.id), Exact(FieldText("resident"), Value(str(entry.pk))))
        .select_related("subject__place__parent")
        .order_by("-on", "id")[:_MOST]
    )
    stays = [{"entry": row, **loaded(ledger, row.data)} for row in rows]
    return Block("ledgers/household/stays.html", {"stays": stays}, place="side")
