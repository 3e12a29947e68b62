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
    if not entry.definition.is_register or entry.deleted:
        return None
    user = cast(User, request.user)
    acts = _acts(entry) if _may_edit(user, entry) else []
    return _standing(entry, [*acts, *_merging(user, entry)])


def standing_panel(home: Home) -> Iterable[Block]:
    """The same on the page of a household, from what its reader was asked for already."""
    entry = home.household
    may_edit = not entry.deleted and home.reader.records(entry.definition, entry.place)
    return [_standing(entry, _acts(entry) if may_edit else [])]


def _standing(entry: Entry, acts: Iterable[Act]) -> Block:
    stays = stretches.read(entry.episodes)
    names = place_names(stay.place for stay in stays if stay.place)
    context: dict[str, Any] = {
        "stays": [(stay, names.get(stay.place, "")) for stay in reversed(stays)],
        "gone": stays[-1] if stays[-1].gone else None,
        "acts": list(acts),
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


def _may_edit(user: User, entry: Entry) -> bool:
    try:
        require_edit(entry, by=user, at=timezone.now())
    except UserError:
        return False
    return True


def _acts(entry: Entry) -> list[Act]:
    if entry.gone_on is not None:
        return [_act("又在册了…", "again", entry, is_main=True)]
    found = [_act("不在册了…", "end", entry)] if entry.definition.ends else []
    found.append(_act("搬到别处…", "move", entry))
    if any(t.column == "subject" for t in ties.tying(entry.ledger)):
        found += [_act("分户…", "part", entry), _act("并户…", "join", entry)]
    return found


def _merging(user: User, entry: Entry) -> list[Act]:
    line, wanted = entry.definition.line, Permission.ENTRY_CORRECT
    may_correct = gate.can(user, wanted, line=line, place=entry.place, on=today())
    if not (may_correct and duplicates.may_propose(entry.definition)):
        return []
    url = f"{reverse('ledgers:merge', args=[entry.ledger])}?one={entry.pk}"
    return [Act("和另一条是同一个…", url)]


def _act(label: str, name: str, entry: Entry, *, is_main: bool = False) -> Act:
    return Act(label, reverse(f"ledgers:{name}", args=[entry.ledger, entry.pk]), is_main)
