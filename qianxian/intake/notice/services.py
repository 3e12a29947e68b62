"""Writes of notices: saving one with its assignments, sharing it out, answering, checking, recall."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.models import Commit, Place, Post, User
from qianxian.core.permissions import Permission
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, raise_matters, save_together
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import routing
from qianxian.matters.errors import StepRefused
from qianxian.matters.photos import Photo
from qianxian.matters.services import take_step

NOTICE, ASSIGNMENT, LINE = "notice", "assignment", "office"
CLERK = "office_clerk"
OPEN = ("assigned", "answered")


@dataclass(frozen=True, slots=True)
class Order:
    """What each village is asked, until when."""

    asks: str
    deadline: str
    deadline_time: str
    villages: Sequence[Place]

    def rows(self, parent: Row | Entry) -> list[Row]:
        values = {
            "asks": self.asks,
            "deadline": self.deadline,
            "deadline_time": self.deadline_time,
        }
        return [Row(values, place, parent=parent) for place in self.villages]


@transaction.atomic
def save_notice(
    *,
    key: uuid.UUID,
    township: Place,
    values: Mapping[str, Any],
    order: Order,
    by: User,
    at: datetime,
) -> uuid.UUID:
    """Record a notice and one assignment for each village of the order, as one commit.

    `key` comes from the form, so that a form that was sent twice is saved once. Raises
    InvalidEntry with every fault at its field, NotVisible or NotAllowed from the gate.
    """
    if Entry.objects.filter(pk=key, ledger=NOTICE).exists():
        return key
    notice = Row(values, township, id=key)
    batches = [(_ledger(NOTICE), [notice])]
    if order.villages:
        _require_order(order)
        batches.append((_ledger(ASSIGNMENT), order.rows(notice)))
    _require_new_number(values)
    save_together(batches=batches, by=by, at=at, post=_desk(by, at))
    return key


@transaction.atomic
def share_out(*, notice: Entry, order: Order, by: User, at: datetime) -> int:
    """Hang assignments for more villages on a notice that is open, as one commit."""
    require_desk(by, notice.place, at)
    _require_open(notice)
    _require_order(order)
    had = set(
        Entry.objects.present()
        .filter(parent=notice, ledger=ASSIGNMENT)
        .exclude(state="cancelled")
        .values_list("place_id", flat=True)
    )
    fresh = [place for place in order.villages if place.pk not in had]
    if not fresh:
        raise InvalidEntry({"villages": "还没选村，或者选的村已经派过了。"})
    rows = Order(order.asks, order.deadline, order.deadline_time, fresh).rows(notice)
    raise_matters(
        parent=notice, ledger=_ledger(ASSIGNMENT), rows=rows, by=by, at=at, post=_desk(by, at)
    )
    return len(rows)


def answer(
    *, assignment: Entry, text: str, photos: Sequence[Photo], by: User, at: datetime, version: int
) -> Commit:
    """A village says what it did."""
    values = {"answer": text, "answered_on": timezone.localdate(at).isoformat()}
    return _take(assignment, "answer", by=by, at=at, version=version, values=values, photos=photos)


def accept(*, assignment: Entry, by: User, at: datetime, version: int) -> Commit:
    """The office has looked at the answer, and the assignment ends."""
    values = {"checked_on": timezone.localdate(at).isoformat()}
    return _take(assignment, "close", by=by, at=at, version=version, values=values)


def send_back(*, assignment: Entry, why: str, by: User, at: datetime, version: int) -> Commit:
    """The answer is not enough; the village sees why."""
    values = {"return_reason": why}
    return _take(assignment, "send_back", by=by, at=at, version=version, values=values)


@transaction.atomic
def recall(*, notice: Entry, by: User, at: datetime, version: int, reason: str) -> int:
    """Give a notice up, with every assignment of it that is still open. Never without a reason.

    All or nothing: where one assignment cannot be taken back, the notice stays as it is.
    """
    if not reason.strip():
        raise InvalidEntry({"reason": "还没写为什么收回。写一句，村里看得到。"})
    rows = Entry.objects.select_for_update(of=("self",)).present()
    rows = rows.filter(parent=notice, ledger=ASSIGNMENT, state__in=OPEN).order_by("pk")
    taken = 0
    for row in rows.select_related("place"):
        _take(row, "cancel", by=by, at=at, version=row.version, reason=reason)
        taken += 1
    _take(notice, "recall", by=by, at=at, version=version, reason=reason)
    return taken


def require_desk(by: User, place: Place, at: datetime) -> None:
    """Let pass whoever may record notices of this township."""
    day = timezone.localdate(at)
    gate.require(by, Permission.ENTRY_EDIT, line=LINE, place=place, on=day)


def desk_township(user: User, at: datetime) -> Place:
    """The township whose notices the user records. Raises NotAllowed where there is none."""
    for reach in gate.reaches(user, Permission.ENTRY_EDIT, timezone.localdate(at)):
        if reach.line not in ("", LINE):
            continue
        places = Place.objects.within(reach.path).filter(level=Place.Level.TOWNSHIP)
        if found := places.order_by("code").first():
            return found
    raise NotAllowed("收来文归党政办。你要办的交办在“来文交办”里。")


def _ledger(name: str) -> Any:
    return catalogue().ledgers[name]


def _desk(by: User, at: datetime) -> str:
    """The post in which a clerk of the office saves."""
    held = Post.objects.held_by(by, timezone.localdate(at)).filter(duty=CLERK)
    return next(iter(held.values_list("pk", flat=True)), "")


def _require_new_number(values: Mapping[str, Any]) -> None:
    """Told at its field; the key of the ledger holds where two clerks save at once."""
    number, issuer = values.get("number"), values.get("issuer")
    rows = Entry.objects.present().filter(ledger=NOTICE, data__issuer=issuer)
    if number and rows.filter(data__number=number).exists():
        raise InvalidEntry({"number": f"{issuer}的{number}已经收过了，不用再存。"})


def _require_order(order: Order) -> None:
    faults = {}
    if not order.deadline:
        faults["village_deadline"] = "还没写村里哪天报。来文没写期限的，镇里定一天。"
    if not order.asks.strip():
        faults["asks"] = "还没写要村里做什么。"
    if faults:
        raise InvalidEntry(faults)


def _require_open(notice: Entry) -> None:
    flow = catalogue().flows[notice.definition.flow or ""]
    if flow.states[notice.state].kind != "open":
        raise UserError(f"{notice}已经办结或收回，不能再派。要派，请先重新办。")


def _take(
    entry: Entry,
    step_id: str,
    *,
    by: User,
    at: datetime,
    version: int,
    values: Mapping[str, Any] | None = None,
    photos: Sequence[Photo] = (),
    reason: str = "",
) -> Commit:
    """Take a step in the nearest post of whoever takes it."""
    step = catalogue().flows[entry.definition.flow or ""].step_by_id[step_id]
    held = routing.posts_to_act_in(by, step, entry.place, timezone.localdate(at))
    post = next(iter([*held, *routing.posts_for(step.role, entry.place)]), None)
    if post is None:
        raise StepRefused(f"“{step.label}”还没有岗位办，请找管理员设。")
    return take_step(
        entry=entry,
        step_id=step_id,
        by=by,
        post=post,
        at=at,
        version=version,
        values=values,
        photos=photos,
        reason=reason,
    )
