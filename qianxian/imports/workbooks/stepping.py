"""The steps that a confirmed workbook asks for: kept with its commit, then taken one by one.

They stand in the row of the handback until each is taken or refused, so a crash between the commit
of the fields and the last step loses none: a job takes what is left.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import Commit, User
from qianxian.imports import sealing
from qianxian.imports.workbooks import foreseeing
from qianxian.imports.workbooks.diff import RowDiff, StepWish
from qianxian.imports.workbooks.models import Handback
from qianxian.ledgers.models import Entry
from qianxian.matters.services import take_step


def keep(handback: Handback, wished: list[tuple[RowDiff, StepWish]], *, by: User) -> None:
    """Note which steps are to be taken and by whom; the caller saves it with the fields.

    Steps that were done or cannot be done are told at once.
    """
    handback.results = [_told(row, wish) for row, wish in wished if not wish.is_ready]
    waiting = [_kept(row, wish) for row, wish in wished if wish.is_ready]
    if waiting:
        orders = {"by": by.username, "steps": waiting}
        handback.pending = _sealed(handback, orders)
        finish_handback.enqueue(handback.pk)


@task()
def finish_handback(handback: int) -> None:
    """Take what a crash left; where nothing is left, nothing happens."""
    take(handback, at=timezone.now())


def take(pk: int, *, at: datetime) -> None:
    """Take the steps that are left, each as a commit of its own: one that is refused keeps no other
    back. Page and job may both be at it: each step is taken off the list as it is taken."""
    while _take_next(pk, at):
        pass


@transaction.atomic
def _take_next(pk: int, at: datetime) -> bool:
    held = Handback.objects.select_for_update().get(pk=pk)
    if held.pending is None:
        return False
    orders = json.loads(sealing.unseal(bytes(held.pending), _bound(held)))
    first, *rest = orders["steps"]
    held.results = [*held.results, _taken(orders["by"], first, at)]
    held.pending = _sealed(held, {**orders, "steps": rest}) if rest else None
    held.save(update_fields=["results", "pending"])
    return bool(rest)


def _taken(username: str, kept: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Take one step; what came of it, for the page."""
    told = {name: kept[name] for name in ("title", "url", "step", "cell")}
    by = User.objects.get(username=username)
    entry = Entry.objects.select_related("place", "subject").get(pk=kept["row"])
    try:
        with transaction.atomic():
            commit = _take(entry, kept, by, at)
    except UserError as error:
        return {**told, "ok": False, "says": str(error)}
    return {**told, "ok": True, "says": f"办好了，第 {commit.number} 号提交。"}


def _take(entry: Entry, kept: dict[str, Any], by: User, at: datetime) -> Commit:
    flow = catalogue().flows[entry.definition.flow or ""]
    step = flow.step_by_id.get(kept["id"])
    if step is None:
        raise UserError("流程改过，没有这一步了。请打开这一件看看现在能办什么。")
    post = foreseeing.post_to_act_in(by, step, entry, timezone.localdate(at))
    if post is None:
        raise UserError("这一步还没有岗位接，请管理员设岗位。")
    return take_step(
        entry=entry,
        step_id=step.id,
        by=by,
        post=post,
        at=at,
        version=entry.version,
        values=kept["values"],
        reason=kept["reason"],
        source=Commit.Source.IMPORT,
    )


def _kept(row: RowDiff, wish: StepWish) -> dict[str, Any]:
    own = {"row": row.id, "id": wish.step.id, "values": wish.values, "reason": wish.reason}
    return {**_heading(row, wish), **own}


def _told(row: RowDiff, wish: StepWish) -> dict[str, Any]:
    says = wish.done or "".join(fault.says for fault in wish.faults)
    return {**_heading(row, wish), "ok": bool(wish.done), "says": says}


def _heading(row: RowDiff, wish: StepWish) -> dict[str, Any]:
    return {"title": row.title, "url": row.url, "step": wish.step.label, "cell": wish.cell}


def _sealed(handback: Handback, orders: dict[str, Any]) -> bytes:
    # A field of a step may be private, so what waits is sealed as the file is.
    return sealing.seal(json.dumps(orders, ensure_ascii=False).encode(), _bound(handback))


def _bound(handback: Handback) -> str:
    return f"{handback.ref}:steps"
