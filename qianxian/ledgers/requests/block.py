"""What the page of an entry says about corrections that were asked for."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from qianxian.core.models import User
from qianxian.core.queries import today
from qianxian.ledgers.blocks import Block
from qianxian.ledgers.models import Entry
from qianxian.ledgers.requests.reading import of_entry


def requests_block(request: HttpRequest, entry: Entry) -> Block | None:
    """Open ones above the fields, decided ones below them; nothing where none was asked for."""
    ledger = entry.definition
    if not (ledger.is_register or ledger.guarded or ledger.flow):
        return None
    told = of_entry(entry, user=cast(User, request.user), on=today())
    if not told:
        return None
    is_open = any(each.is_open for each in told)
    return Block("ledgers/requests/block.html", {"told": told}, place="top" if is_open else "main")
