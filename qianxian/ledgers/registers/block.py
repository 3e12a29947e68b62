"""What the page of a register's entry says about where and when it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.errors import UserError
from qianxian.core.models import User
from qianxian.core.permissions import Permission
from qianxian.core.queries import today
from qianxian.ledgers.blocks import Block
from qianxian.ledgers.corrections import require_edit
from qianxian.ledgers.display import place_names
from qianxian.ledgers.household.reading import Home
from qianxian.ledgers.models import Entry
from qianxian.ledgers.registers import duplicates, stretches, ties
from qianxian.ledgers.store import last_body


@dataclass(frozen=True, slots=True)
class Act:
    """Something that may be done with the entry: its words and its page."""

    label: str
    url: str
    is_main: bool = False


def standing_block(request: HttpRequest, entry: Entry) -> Block | None:
    """在册情况: since when, until when and why, and what may be done about it."""
    return _standing(cast(User, request.user), entry)


def standing_panel(home: Home) -> Iterable[Block]:
    """The same on the page of a household."""
    found = _standing(home.reader.user, home.household)
    return [found] if found else []


def _standing(user: User, entry: Entry) -> Block | None:
    if not entry.definition.is_register or entry.deleted:
        return None
    stays = stretches.read(entry.episodes)
    names = place_names(stay.place for stay in stays if stay.place)
    context: dict[str, Any] = {
        "stays": [(stay, names.get(stay.place, "")) for stay in reversed(stays)],
        "gone": stays[-1] if stays[-1].gone else None,
        "acts": _acts(user, entry, is_gone=stays[-1].gone is not None),
    }
    return Block("ledgers/registers/standing.html", context, place="side")


def merged_block(request: HttpRequest, entry: Entry) -> Block | None:
    """From an entry that turned out to be another one to that one."""
    key = last_body(entry).get("act", {}).get("merged_into") if entry.deleted else None
    if not key:
        return None
    rows = Entry.objects.visible_to(cast(User, request.user), today())
    into = rows.filter(pk=UUID(key)).first()
    return Block("ledgers/registers/merged.html", {"into": into}, place="top")


def _acts(user: User, entry: Entry, *, is_gone: bool) -> list[Act]:
    try:
        require_edit(entry, by=user, at=timezone.now())
    except UserError:
        return []
    found = []
    if is_gone:
        found.append(_act("又在册了…", "again", entry, is_main=True))
    else:
        if entry.definition.ends:
            found.append(_act("不在册了…", "end", entry))
        found.append(_act("搬到别处…", "move", entry))
        if any(t.column == "subject" for t in ties.tying(entry.ledger)):
            found += [_act("分户…", "part", entry), _act("并户…", "join", entry)]
    line, on = entry.definition.line, today()
    if duplicates.may_propose(entry.definition) and gate.can(
        user, Permission.ENTRY_CORRECT, line=line, place=entry.place, on=on
    ):
        url = f"{reverse('ledgers:merge', args=[entry.ledger])}?one={entry.pk}"
        found.append(Act("和另一条是同一个…", url))
    return found


def _act(label: str, name: str, entry: Entry, *, is_main: bool = False) -> Act:
    return Act(label, reverse(f"ledgers:{name}", args=[entry.ledger, entry.pk]), is_main)
