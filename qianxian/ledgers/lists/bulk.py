"""The same done to many entries of a list: one field put right, a campaign set, rows taken out.

First it is worked out for each entry as if it were alone, by the checks that a single save asks;
what is refused is named with its reason and left as it is. What is left is one commit, which can
be taken back as one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.utils import timezone

from qianxian.core.commits import Actor
from qianxian.core.errors import Conflict, UserError
from qianxian.core.models import Commit, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.ledgers import checks, standing
from qianxian.ledgers.corrections import prepare_correction, require_edit
from qianxian.ledgers.models import Entry
from qianxian.ledgers.queries import acting_post
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import last_bodies, removed, state_of, store
from qianxian.ledgers.values import InvalidEntry
from qianxian_packs import Field, FieldInvalid, Ledger

# More than these at once nobody looks through.
MOST = 1_000
_UNFIT = ("file", "photo", "point", "entry", "campaign")
_CAMPAIGN = "campaign"


Do = Literal["correct", "campaign", "remove"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done: `correct` a field to a value, set a `campaign`, or `remove`."""

    do: Do
    field: str = ""
    value: Any = None


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that stays as it is, and why."""

    entry: Entry
    says: str


@dataclass(slots=True)
class Foreseen:
    """What would come of a wish: new states, entries that stay, entries that are so already."""

    states: list[EntryState] = field(default_factory=list)
    taken: list[Entry] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    same: list[Entry] = field(default_factory=list)

    def token(self) -> str:
        """Tells whether anything is different from what a person has looked at."""
        told = sorted([e.pk.hex, e.version] for e in self.taken)
        left = sorted(r.entry.pk.hex for r in self.refused)
        return hashlib.sha256(json.dumps([told, left]).encode()).hexdigest()[:16]


class Outdated(Conflict):
    """Something changed since the person looked at it: it is shown again."""


def fields_for(ledger: Ledger) -> list[Field]:
    """Fields that many entries can be given the same value of.

    Not what tells entries apart, not what is private, not the days of a tie.
    """
    apart = set(ledger.key)
    if ledger.span:
        apart |= {*ledger.span.of, ledger.span.from_, ledger.span.to}
    return [
        f for f in ledger.fields if not f.private and f.type not in _UNFIT and f.name not in apart
    ]


def foresee(*, entries: Sequence[Entry], wish: Wish, by: User, at: datetime) -> Foreseen:
    """Work a wish out, entry by entry, without saving anything.

    Raises InvalidEntry for a value that no entry can have, UserError for too many entries.
    """
    _require_possible(entries, wish)
    if wish.do == "campaign" and wish.value:
        _require_campaign(entries[0], wish.value, by, timezone.localdate(at))
    found = Foreseen()
    last, going = last_bodies(entry.pk for entry in entries), {entry.pk for entry in entries}
    for entry in entries:
        if _is_so(entry, wish):
            found.same.append(entry)
            continue
        try:
            if wish.do == "remove":
                standing.check_removal(entry, going)
            state = _state(entry, wish, last.get(entry.pk, {}), by, at)
        except UserError as error:
            found.refused.append(Refused(entry, str(error)))
        else:
            found.states.append(state)
            found.taken.append(entry)
    _refuse_second_keys(found)
    return found


def _require_possible(entries: Sequence[Entry], wish: Wish) -> None:
    if not entries:
        raise UserError("一条也没选。先在行前面勾上，或者选“全部符合条件的”。")
    if len(entries) > MOST:
        raise UserError(f"一次最多动 {MOST:,} 条。先用条件筛少一些，再分几次办。")
    if len({tuple(township_codes(entry)) for entry in entries}) > 1:
        raise UserError("选的记录在几个乡镇，要一个乡镇一次办。先按地方筛。")
    ledger = entries[0].definition
    if wish.do == "correct":
        known = {f.name: f for f in fields_for(ledger)}
        if wish.field not in known:
            raise InvalidEntry({"field": "这一栏不能成批改。请逐条改。"})
        try:
            known[wish.field].parse(wish.value)
        except FieldInvalid as error:
            raise InvalidEntry({"value": str(error)}) from error


def _require_campaign(entry: Entry, code: str, by: User, on: date) -> None:
    if code not in dict(campaigns(by, township_codes(entry), on)):
        raise InvalidEntry({"campaign": "没有这个专项行动，请重新选。"})


def township_codes(entry: Entry) -> list[str]:
    """The county and the township: where the campaigns stand that an entry may be part of."""
    return entry.place.ancestor_codes()[:2]


def _is_so(entry: Entry, wish: Wish) -> bool:
    if wish.do == "correct":
        known = entry.definition.by_name[wish.field]
        return bool(known.to_json(known.parse(wish.value)) == entry.data.get(wish.field))
    return wish.do == "campaign" and entry.campaign == (wish.value or "")


def _state(entry: Entry, wish: Wish, last: dict[str, Any], by: User, at: datetime) -> EntryState:
    if wish.do == "correct":
        return prepare_correction(
            entry=entry,
            values_changed={wish.field: wish.value},
            version=entry.version,
            by=by,
            at=at,
            last=last,
        )
    require_edit(entry, by=by, at=at)
    if wish.do == "campaign":
        return state_of(entry, last=last, campaign=wish.value or "")
    checks.check_may_go(entry)
    checks.check_nothing_hangs_on([entry])
    return removed(entry, last=last)


def _refuse_second_keys(found: Foreseen) -> None:
    """Two entries that would have the same key: neither is taken, so that nobody picks for them."""
    counted: dict[str, int] = {}
    for state in found.states:
        if state.key_text and not state.deleted:
            counted[state.key_text] = counted.get(state.key_text, 0) + 1
    double = {key for key, count in counted.items() if count > 1}
    if not double:
        return
    pairs = list(zip(found.states, found.taken, strict=True))
    found.states = [state for state, _entry in pairs if state.key_text not in double]
    for state, entry in pairs:
        if state.key_text in double:
            found.taken.remove(entry)
            found.refused.append(Refused(entry, "这样改了，会有两条一样的。请逐条改。"))


def do_many(
    *, entries: Sequence[Entry], wish: Wish, token: str, by: User, at: datetime, reason: str
) -> Commit:
    """Save what was foreseen as one commit. `token` is that of what the person looked at.

    Raises Outdated where it would be something else by now, UserError without a reason.
    """
    if not reason.strip():
        raise InvalidEntry({"reason": "还没写为什么。写一句，以后每一条的经过里都查得到。"})
    found = foresee(entries=entries, wish=wish, by=by, at=at)
    if found.token() != token:
        raise Outdated("你看的时候有人改过这里面的记录，下面是现在的样子。请再看一遍，再存。")
    if not found.states:
        raise UserError("没有一条能改，什么都没存。")
    first = found.taken[0]
    return store(
        states=found.states,
        township=township_of(first.place),
        by=Actor.of(by, _post(first, by, at)),
        at=at,
        reason=reason.strip(),
    )


def _post(entry: Entry, by: User, at: datetime) -> str:
    line, day = entry.definition.line, timezone.localdate(at)
    return acting_post(by, Permission.ENTRY_EDIT, line=line, place=entry.place, on=day)


def campaigns(user: User, township: Sequence[str], on: date) -> list[tuple[str, str]]:
    """(code, name) of the campaigns of these places that the person may see, newest first."""
    rows = Entry.objects.visible_to(user, on).present()
    rows = rows.filter(ledger=_CAMPAIGN, place__in=list(township))
    newest_first = sorted(rows, key=lambda e: str(e.data.get("started_on", "")), reverse=True)
    return [(str(e.data["code"]), str(e.data["name"])) for e in newest_first]


def keys_of(texts: Iterable[str]) -> list[UUID]:
    """Ids as a page sent them; what is none is left out."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
