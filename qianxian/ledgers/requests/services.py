"""Asking for a correction, approving it, refusing it, taking it back.

Whoever asked never decides. What is guarded by the definition is corrected in no other way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor, Change, record
from qianxian.core.errors import Conflict, NotAllowed, UserError
from qianxian.core.models import Commit, Revision, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.ledgers import privacy, values
from qianxian.ledgers.corrections import prepare_correction, require_edit
from qianxian.ledgers.models import ChangeRequest, Entry
from qianxian.ledgers.store import store, who_was_first
from qianxian.ledgers.values import InvalidEntry
from qianxian_packs import Ledger

State, Origin = ChangeRequest.State, ChangeRequest.Origin
_BOUND = "change request"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who outside asked for it, and on which day. The name is optional and stays on the request."""

    origin: str = Origin.CLERK
    name: str = ""
    on: date | None = None


@transaction.atomic
def ask_for_change(
    *,
    entry: Entry,
    values_changed: Mapping[str, Any],
    version: int,
    by: User,
    at: datetime,
    reason: str,
    asked: Asked | None = None,
    post: str = "",
) -> ChangeRequest:
    """Propose a correction; nothing is changed until somebody else approves it.

    Raises InvalidEntry, Conflict, NotVisible, NotAllowed; UserError where the same fields are
    asked for already.
    """
    who = asked or Asked()
    require_edit(entry, by=by, at=at)
    if version != entry.version:
        raise Conflict(who_was_first(entry.pk))
    faults = {} if reason.strip() else {"reason": "还没写为什么改。写一句，核准的人才好定。"}
    if not values_changed:
        faults[""] = "没有改动，和原来一样。改了再提，或者返回。"
    if faults:
        raise InvalidEntry(faults)
    _refuse_faults(entry, values_changed, by, at)
    _refuse_asked_already(entry, values_changed)
    ledger = entry.definition
    private = {n: v for n, v in values_changed.items() if ledger.by_name[n].private}
    text = json.dumps(private, ensure_ascii=False, default=str)
    request = ChangeRequest(
        entry=entry,
        version=version,
        values={n: _plain(v) for n, v in values_changed.items() if n not in private},
        sealed=privacy.seal_beside(entry.pk, text, _BOUND) if private else b"",
        private_fields=sorted(private),
        reason=reason.strip()[:200],
        origin=who.origin,
        asked_by=who.name.strip()[:60],
        asked_on=who.on or timezone.localdate(at),
        by=by.username,
        by_name=by.name,
        by_post=post,
        at=at,
    )
    request.save(force_insert=True)
    _record(request, by, at, post, f"提出更正：{request.reason}")
    return request


@transaction.atomic
def approve(
    *, request: ChangeRequest, by: User, at: datetime, answer: str = "", post: str = ""
) -> Entry:
    """The correction is made, in the name of both.

    Raises Conflict where the entry changed meanwhile: the request is looked at again then.
    """
    request = _locked(request)
    entry = Entry.objects.select_related("place", "subject").get(pk=request.entry_id)
    require_decide(request, entry, by=by, at=at)
    if entry.version != request.version:
        raise Conflict(who_was_first(entry.pk))
    state = prepare_correction(
        entry=entry,
        values_changed=values_of(request),
        version=entry.version,
        by=by,
        at=at,
        approved=True,
    )
    _decide(request, State.APPROVED, by, at, answer)
    act = {**state.act, "request": request.pk.hex, "asked_by": request.by_name}
    store(
        states=[replace(state, act=act)],
        township=township_of(entry.place),
        by=Actor.of(by, post),
        at=at,
        reason=request.reason,
        also=[_change(request)],
    )
    entry.refresh_from_db()
    return entry


@transaction.atomic
def refuse(
    *, request: ChangeRequest, by: User, at: datetime, answer: str, post: str = ""
) -> ChangeRequest:
    """It is not made; whoever asked reads why."""
    request = _locked(request)
    require_decide(request, request.entry, by=by, at=at)
    if not answer.strip():
        raise UserError("还没写为什么不改。写一句，提的人才好回话。")
    _decide(request, State.REFUSED, by, at, answer)
    _record(request, by, at, post, f"没有核准：{request.answer}")
    return request


@transaction.atomic
def withdraw(*, request: ChangeRequest, by: User, at: datetime, post: str = "") -> ChangeRequest:
    """Whoever asked takes it back."""
    request = _locked(request)
    _require_open(request)
    if request.by != by.username:
        raise NotAllowed(f"这是{request.by_name}提的，只有他能收回。")
    _decide(request, State.WITHDRAWN, by, at, "")
    _record(request, by, at, post, "收回更正申请")
    return request


@transaction.atomic
def renew(*, request: ChangeRequest, by: User, at: datetime, post: str = "") -> ChangeRequest:
    """The entry changed meanwhile; whoever asked looked again and still wants it."""
    request = _locked(request)
    _require_open(request)
    if request.by != by.username:
        raise NotAllowed(f"这是{request.by_name}提的，请他看过新的再提一次。")
    entry = request.entry
    _refuse_faults(entry, values_of(request), by, at)
    request.version = entry.version
    request.save(update_fields=["version"])
    _record(request, by, at, post, "看过新的一版，还是要改")
    return request


def values_of(request: ChangeRequest) -> dict[str, Any]:
    """All that is to change, private values opened: for making it, not for showing it."""
    found = dict(request.values)
    if request.private_fields:
        text = privacy.open_beside(request.entry_id, bytes(request.sealed), _BOUND)
        if text is None:
            raise UserError("要改的隐私内容已按保存期限销毁了。请收回，重新提。")
        found |= json.loads(text)
    return found


def may_decide(request: ChangeRequest, entry: Entry, *, by: User, on: date) -> bool:
    line = entry.definition.line
    return by.username != request.by and gate.can(
        by, Permission.ENTRY_CORRECT, line=line, place=entry.place, on=on
    )


def require_decide(request: ChangeRequest, entry: Entry, *, by: User, at: datetime) -> None:
    """Somebody else than who asked, who may correct here."""
    line, day = entry.definition.line, timezone.localdate(at)
    gate.require(by, Permission.ENTRY_CORRECT, line=line, place=entry.place, on=day)
    if by.username == request.by:
        raise NotAllowed("自己提的不能自己核准。请另一位能更正的同事来定。")
    _require_open(request)


def _require_open(request: ChangeRequest) -> None:
    if request.state != State.OPEN:
        raise UserError(f"这条{request.get_state_display()}了，不用再定。")


def _locked(request: ChangeRequest) -> ChangeRequest:
    rows = ChangeRequest.objects.select_for_update(of=("self",)).select_related("entry__place")
    return rows.get(pk=request.pk)


def _refuse_faults(entry: Entry, changed: Mapping[str, Any], by: User, at: datetime) -> None:
    """Find now what would keep the correction from being made; nothing of it is kept."""
    with transaction.atomic():
        prepare_correction(
            entry=entry,
            values_changed=changed,
            version=entry.version,
            by=by,
            at=at,
            approved=True,
        )
        transaction.set_rollback(True)


def _refuse_asked_already(entry: Entry, changed: Mapping[str, Any]) -> None:
    ledger = entry.definition
    for other in ChangeRequest.objects.filter(entry=entry, state=State.OPEN):
        both = set(changed) & {*other.values, *other.private_fields}
        if both:
            labels = "、".join(f.label for f in ledger.fields if f.name in both)
            raise UserError(
                f"{other.by_name}已经提过改{labels}，还没定。等定了再提，或者请他收回。"
            )


def _decide(request: ChangeRequest, state: str, by: User, at: datetime, answer: str) -> None:
    request.state, request.decided_by, request.decided_at = state, by.name, at
    request.answer = answer.strip()[:200]
    request.save(update_fields=["state", "decided_by", "decided_at", "answer"])


def _record(request: ChangeRequest, by: User, at: datetime, post: str, reason: str) -> Commit:
    return record(
        township=township_of(request.entry.place),
        changes=[_change(request)],
        by=Actor.of(by, post),
        at=at,
        reason=reason[:500],
    )


def _change(request: ChangeRequest) -> Change:
    """Neither a private value nor the name of who asked: the stream is kept for good."""
    body = {
        "id": request.pk.hex,
        "entry": request.entry_id.hex,
        "version": request.version,
        "values": request.values,
        "private": request.private_fields,
        "reason": request.reason,
        "origin": request.origin,
        "asked_on": request.asked_on.isoformat(),
        "state": request.state,
        "by": request.by,
        "decided_by": request.decided_by,
        "answer": request.answer,
    }
    return Change(Revision.Kind.REQUEST, request.pk.hex, body)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | list) else str(value)


def in_words(request: ChangeRequest, ledger: Ledger) -> dict[str, Any]:
    """What is to change as JSON values of the fields, for showing; private ones left out."""
    parsed = values.parse_fields(ledger, request.values)
    return {
        name: ledger.by_name[name].to_json(value) if value is not None else None
        for name, value in parsed.items()
    }
