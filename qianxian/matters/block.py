"""What the page of an entry says about its matter: where it stands, what is next, until when."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.utils import timezone

from qianxian.core.models import User
from qianxian.ledgers.blocks import Block
from qianxian.ledgers.models import Entry
from qianxian.matters.page import MatterPage


def block_of(request: HttpRequest, entry: Entry) -> Block | None:
    """None for an entry that is no matter, and for one that was removed."""
    if not entry.definition.flow or entry.deleted:
        return None
    page = MatterPage(entry, cast(User, request.user), timezone.now())
    return Block("matters/block.html", {"matter": page}, place="top")
