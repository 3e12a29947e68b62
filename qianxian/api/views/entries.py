"""Entries of a ledger: list, one, new, correct, remove, take back, history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from ninja import HeaderEx, P, Query, Router, Status

from qianxian.api.calling import Called, Caller, writing
from qianxian.api.once import HEADER, once
from qianxian.api.schemas import (
    Correction,
    EntryOut,
    EntryPage,
    ListQuery,
    NewEntry,
    Receipt,
    Removal,
    Save,
    TakingBack,
)
from qianxian.api.shown import entries_as_json, entry_as_json, masked, receipt_of, saves_of
from qianxian.api.views.common import (
    ERRORS,
    entry_of,
    ledger_of,
    place_named,
    telling_changes,
)
from qianxian.core import gate
from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.models import Place
from qianxian.core.permissions import Permission
from qianxian.core.queries import commit_of
from qianxian.ledgers.checks import Sight
from qianxian.ledgers.filters import FilterForm, visible_places
from qianxian.ledgers.forms import places_to_record
from qianxian.ledgers.history import undo_commit
from qianxian.ledgers.listing import found
from qianxian.ledgers.lists.orders import Order, order_of, orders_of
from qianxian.ledgers.lists.paging import Mark
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, correct_entry, remove_entry, require_edit, save_entry
from qianxian.ledgers.values import InvalidEntry, loaded, step_fields
from qianxian.ledgers.views.common import post_for
from qianxian_packs import Field, FieldInvalid, Ledger

router = Router(tags=["记录"])
_ONE = "/{ledger}/entries/{uuid:key}"
# What says which page of the list is wanted, and not which rows.
_NO_CONDITIONS = {"o", "limit", "after", "subject", "place"}


@router.get("/{ledger}/entries", response={200: EntryPage, **ERRORS}, summary="一本台账的记录")
def rows(request: Called, ledger: str, query: Query[ListQuery]) -> dict[str, Any]:
    """条件和列表页一样；每页给 next，放进 after 取下一页。隐私栏不在里面。"""
    caller = request.auth
    definition = ledger_of(caller, ledger)
    form = _conditions(request, definition)
    order = order_of(definition, query.o)
    mark = _mark(query.after, order)
    who: dict[str, Any] = {"user": caller.user, "on": caller.on, "as_of": form.as_of}
    walk = found(definition, form.conditions(), order, **who).walk(order)
    shown = walk(mark, query.limit + 1)
    is_more = len(shown) > query.limit
    shown = shown[: query.limit]
    following = f"{order.text}.{Mark.of(shown[-1], order).text()}" if is_more else None
    return {"rows": entries_as_json(shown, caller), "next": following}


def _mark(text: str, order: Order) -> Mark | None:
    """The row after which a page begins: of this order, as an earlier page gave it."""
    if not text:
        return None
    given, _, rest = text.rpartition(".")
    mark = Mark.read(rest) if given == order.text else None
    if mark is None or not order.can_hold(mark.value):
        raise InvalidEntry({"after": "翻页的记号对不上，请从第一页重新取。"})
    return mark


def _conditions(request: Called, ledger: Ledger) -> FilterForm:
    """Those of the list page. There a wrong condition is told and left out; here it is refused."""
    caller, given = request.auth, request.GET
    places = visible_places(caller.user, Permission.ENTRY_VIEW, ledger.line, caller.on)
    about = None
    if key := given.get("subject"):
        about = Sight(caller.user, caller.on).entry(ledger.subject or "", key)
        if about is None:
            raise InvalidEntry({"subject": "底册里没有这一条，或者不归你的岗位看。"})
    form = FilterForm(ledger, places, caller.on, given, about)
    faults = {
        name: f"{ledger.name}没有“{name}”这个条件。请对照接口说明。"
        for name in given
        if name not in form.fields and name not in _NO_CONDITIONS
    }
    if (order := given.get("o")) and order.removeprefix("-") not in orders_of(ledger):
        faults["o"] = f"不能按“{order}”排。"
    if (code := given.get("place")) and code not in form.places:
        faults["place"] = f"没有“{code}”这个地方，或者不归你的岗位看。"
    faults |= {name: str(errors[0]) for name, errors in form.errors.items() if name not in faults}
    if faults:
        raise InvalidEntry(faults)
    return form


@router.get(_ONE, response={200: EntryOut, **ERRORS}, summary="一条记录")
def entry(request: Called, ledger: str, key: UUID) -> dict[str, Any]:
    """隐私栏只给遮住的样子。要看原文，请本人在页面上写明用途。"""
    return entry_as_json(entry_of(request.auth, ledger, key), request.auth)


@router.post("/{ledger}/entries", response={201: Receipt, **ERRORS}, summary="记一条")
def record(
    request: Called,
    ledger: str,
    body: NewEntry,
    idempotency_key: HeaderEx[str, P(alias=HEADER)] = "",
) -> Status[Receipt]:
    """带 Idempotency-Key 重发不会记两遍。"""
    with writing(request) as caller:
        definition = ledger_of(caller, ledger)
        made = once(request, caller, idempotency_key, lambda: _record(caller, definition, body))
        return Status(201, made)


def _record(caller: Caller, ledger: Ledger, body: NewEntry) -> Receipt:
    places = {p.code: p for p in places_to_record(caller.user, ledger, caller.on)}
    if not places:
        raise NotAllowed(f"{ledger.name}不归你的岗位记。要记，请找条线负责人给你的岗位开。")
    _refuse_step_fields(ledger, body.values)
    sight = Sight(caller.user, caller.on)
    subject = sight.entry(ledger.subject or "", str(body.subject)) if body.subject else None
    place = places.get(body.place or (subject.place_id if subject else ""))
    if body.subject and subject is None:
        raise InvalidEntry({"subject": "底册里没有这一条，或者不归你的岗位看。"})
    if place is None:
        raise InvalidEntry({"place": "还没写地方，或者那里不归你记。请写一个归你记的地方代码。"})
    row = Row(body.values, place, subject, parent=_parent(sight, ledger, body.parent))
    post = post_for(caller.user, Permission.ENTRY_EDIT, ledger, place)
    saved = save_entry(ledger=ledger, row=row, by=caller.user, at=caller.at, post=post)
    return Receipt(**receipt_of(saved))


def _refuse_step_fields(ledger: Ledger, values: Mapping[str, Any]) -> None:
    """What a step proves is written by taking it, with its guards, and by nothing else."""
    faults = {
        name: f"{ledger.by_name[name].label}在办“{label}”那一步时填，不能在这里填。请去办那一步。"
        for name, label in step_fields(ledger).items()
        if values.get(name) is not None
    }
    if faults:
        raise InvalidEntry(faults)


def _parent(sight: Sight, ledger: Ledger, key: UUID | None) -> Entry | None:
    if key is None:
        return None
    parents = (sight.entry(name, str(key)) for name in ledger.parents)
    parent = next((each for each in parents if each), None)
    if parent is None:
        raise InvalidEntry({"parent": "要挂的那一条找不到，或者不归你的岗位看。"})
    return parent


@router.patch(_ONE, response={200: Receipt, **ERRORS}, summary="改一条")
def correct(request: Called, ledger: str, key: UUID, body: Correction) -> Receipt:
    """只写要改的栏。别人先改过的，409 里写明谁改了什么。"""
    with writing(request) as caller:
        stored = entry_of(caller, ledger, key)
        require_edit(stored, by=caller.user, at=caller.at)
        where = _new_place(stored, body.place)
        changed = _changed(stored, body.values)
        with telling_changes(stored, body.version, caller):
            if not changed and where is None and body.version == stored.version:
                raise UserError("没有改动，和原来一样，没有存。")
            correct_entry(
                entry=stored,
                values_changed=changed,
                version=body.version,
                by=caller.user,
                at=caller.at,
                reason=body.reason,
                post=_post(caller, stored),
                place=where,
            )
        return Receipt(**receipt_of(stored))


def _new_place(entry: Entry, code: str) -> Place | None:
    if code in ("", entry.place_id):
        return None
    place = place_named(code)
    if place is None:
        raise InvalidEntry({"place": f"没有“{code}”这个地方。"})
    return place


def _changed(entry: Entry, values: Mapping[str, Any]) -> dict[str, Any]:
    """What differs from what is stored. A mask sent back is no value."""
    ledger = entry.definition
    stored, covered = loaded(ledger, entry.data), masked(entry)
    changed, faults = {}, {}
    for name, raw in values.items():
        field = ledger.by_name.get(name)
        if field is None or field.private or not _reads_as(field, raw, stored.get(name)):
            changed[name] = raw
        if field and raw is not None and covered.get(name) == raw:
            faults[name] = f"{field.label}送来的是遮住的样子，不是原文。不改就不要送。"
    if faults:
        raise InvalidEntry(faults)
    return changed


def _reads_as(field: Field, raw: Any, stored: Any) -> bool:
    try:
        return bool(field.parse(raw) == stored)
    except FieldInvalid:
        return False


def _post(caller: Caller, entry: Entry) -> str:
    return post_for(caller.user, Permission.ENTRY_EDIT, entry.definition, entry.place)


@router.post(f"{_ONE}/remove", response={200: Receipt, **ERRORS}, summary="去掉一条")
def remove(request: Called, ledger: str, key: UUID, body: Removal) -> Receipt:
    """不再计入列表和数字；经过还在，能撤回。"""
    with writing(request) as caller:
        stored = entry_of(caller, ledger, key)
        with telling_changes(stored, body.version, caller):
            remove_entry(
                entry=stored,
                version=body.version,
                by=caller.user,
                at=caller.at,
                reason=body.reason,
                post=_post(caller, stored),
            )
        return Receipt(**receipt_of(stored))


@router.post(f"{_ONE}/take-back", response={200: Receipt, **ERRORS}, summary="撤回一次提交")
def take_back(request: Called, ledger: str, key: UUID, body: TakingBack) -> Receipt:
    """撤回这条记录最后的那次提交，办过的步骤也这样撤。"""
    with writing(request) as caller:
        stored = entry_of(caller, ledger, key)
        commit = commit_of(stored.place, body.commit)
        if commit is None or not commit.revisions.filter(key=stored.pk.hex).exists():
            raise NotVisible("没有这次提交，或者它和这一条无关。")
        if caller.token.ledgers and commit.revisions_count > 1:
            raise NotAllowed("这次提交动了好几条，只管几本台账的令牌不能整笔撤回。请在页面上撤。")
        undo_commit(commit=commit, by=caller.user, at=caller.at, post=_post(caller, stored))
        return Receipt(**receipt_of(stored))


@router.get(f"{_ONE}/history", response={200: list[Save], **ERRORS}, summary="一条记录的经过")
def history(request: Called, ledger: str, key: UUID, field: str = "") -> list[dict[str, Any]]:
    """每次提交改了哪些栏，从什么改成什么。field 只看一栏。隐私栏只说改过。"""
    caller = request.auth
    stored = entry_of(caller, ledger, key)
    gate.require(
        caller.user,
        Permission.HISTORY_VIEW,
        line=stored.definition.line,
        place=stored.place,
        on=caller.on,
    )
    return saves_of(stored, caller, field=field)
