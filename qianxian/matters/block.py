"""What the page of an entry says about its matter: where it stands, what is next, until when;
and about what hangs on it, and what it hangs on."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.utils import timezone

from qianxian.core.models import User
from qianxian.core.queries import today
from qianxian.ledgers.blocks import Block
from qianxian.ledgers.models import Entry
from qianxian.matters.hanging import above, hanging_on
from qianxian.matters.page import MatterPage


def block_of(request: HttpRequest, entry: Entry) -> Block | None:
    """None for an entry that is no matter, and for one that was removed."""
    if not entry.definition.flow or entry.deleted:
        return None
    page = MatterPage(entry, cast(User, request.user), timezone.now())
    return Block("matters/block.html", {"matter": page}, place="top")


def hanging_block(request: HttpRequest, entry: Entry) -> Block | None:
    """The entries that were recorded from this one, and the button for another."""
    groups = hanging_on(entry, cast(User, request.user), today())
    return Block("matters/hanging.html", {"groups": groups}, place="main") if groups else None


def above_block(request: HttpRequest, entry: Entry) -> Block | None:
    found = above(entry, cast(User, request.user), today())
    return Block("matters/above.html", {"above": found}, place="top") if found else None
