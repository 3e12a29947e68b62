"""Acts of a clerk on an import: hand in, say what columns are, land, undo, drop."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.models import Commit, Place, User
from qianxian.core.permissions import Permission
from qianxian.imports import columns, files
from qianxian.imports.jobs import check_import, land_import
from qianxian.imports.models import ImportRun, Upload
from qianxian.ledgers.history import undo_commit
from qianxian.ledgers.queries import acting_post
from qianxian_packs import Ledger

LARGEST_FILE = 50 * 1024 * 1024
State = ImportRun.State


def townships_for(user: User, ledger: Ledger, on: datetime) -> list[Place]:
    """The townships in which the user may record in this ledger somewhere."""
    if ledger.archived:
        return []
    found: dict[str, Place] = {}
    rows = {p.path: p for p in Place.objects.filter(level=Place.Level.TOWNSHIP)}
    for reach in gate.reaches(user, Permission.ENTRY_EDIT, timezone.localdate(on)):
        if reach.line in ("", ledger.line):
            for path, place in rows.items():
                if path.startswith(reach.path) or reach.path.startswith(path):
                    found[place.code] = place
    return [found[code] for code in sorted(found)]


def hand_in(
    *,
    data: bytes,
    name: str,
    ledger: Ledger,
    township: Place,
    by: User,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
    layout: Mapping[str, Any] | None = None,
) -> ImportRun:
    """Keep a file and queue its check. Nothing is saved to the ledger yet.

    `mapping` says what its columns are, `layout` what its sheets and rows are, where that was
    settled before; else it goes by what this clerk chose the last time.

    Raises NotVisible where the user may not record here, UserError for a file that is too large.
    """
    if township not in townships_for(by, ledger, at):
        raise NotVisible("没有这一页，或者不归你的岗位记。")
    if not data:
        raise UserError("这个文件是空的。请重新选一个。")
    if len(data) > LARGEST_FILE:
        raise UserError("文件超过 50 MB。请删掉里面的图片，或者分成几份再传。")
    # On disk before the row that names it, and outside the transaction.
    digest = files.keep(data)
    with transaction.atomic():
        upload, _ = Upload.objects.update_or_create(
            digest=digest, defaults={"name": name[:200], "size": len(data), "is_kept": True}
        )
        run = ImportRun.objects.create(
            upload=upload,
            name=name[:200],
            ledger=ledger.id,
            township=township,
            by=by,
            post=acting_post(
                by,
                Permission.ENTRY_EDIT,
                line=ledger.line,
                place=township,
                on=timezone.localdate(at),
            ),
            started_at=at,
            mapping=_remembered(ledger, by) if mapping is None else dict(mapping),
            layout=dict(layout or {}),
        )
        check_import.enqueue(run.pk, run.check_number)
    return run


def _remembered(ledger: Ledger, by: User) -> dict[str, str]:
    """What this clerk chose for the columns of this ledger the last time."""
    last = ImportRun.objects.mine(by).filter(ledger=ledger.id).exclude(mapping={}).first()
    return dict(last.mapping) if last else {}


@transaction.atomic
def choose_columns(
    *, run: ImportRun, chosen: Mapping[str, str], by: User, at: datetime
) -> ImportRun:
    """Say what columns are, by their labels, and check again with it."""
    held = _held(run, by, State.READY, State.FAILED)
    options = {columns.LEFT, *columns.targets(held.definition_of_ledger)}
    if wrong := [target for target in chosen.values() if target not in options]:
        raise UserError(f"没有“{wrong[0]}”这一栏，请重新选。")
    held.mapping = {**held.mapping, **chosen}
    return _queue_check(held)


@transaction.atomic
def check_again(*, run: ImportRun, by: User, at: datetime) -> ImportRun:
    return _queue_check(_held(run, by, State.READY, State.FAILED))


def _queue_check(run: ImportRun) -> ImportRun:
    run.state, run.told, run.done, run.total = State.READING, "", 0, 0
    run.check_number += 1
    run.save()
    check_import.enqueue(run.pk, run.check_number)
    return run


@transaction.atomic
def request_landing(*, run: ImportRun, takes_changes: bool, by: User, at: datetime) -> ImportRun:
    """Queue the landing of the good rows; with `takes_changes` also what differs from the ledger."""
    held = _held(run, by, State.READY)
    if not held.new + (held.changed if takes_changes else 0):
        raise UserError("没有要存的行：都有问题，或者台账里已经有了。")
    held.state, held.takes_changes, held.told = State.LANDING, takes_changes, ""
    held.save(update_fields=["state", "takes_changes", "told"])
    land_import.enqueue(held.pk)
    return held


def undo(*, run: ImportRun, by: User, at: datetime) -> Commit:
    """Take the whole import back, as another commit. The gate is asked for every entry of it."""
    if run.by_id != by.pk or run.state != State.LANDED:
        raise UserError("这次导入没有存着的行，不用撤回。")
    commit = Commit.objects.get(stream=run.township_id, number=run.commit)
    # Without a transaction around it: what it prepares must not hold the write lock.
    done = undo_commit(commit=commit, by=by, at=at, post=run.post)
    ImportRun.objects.filter(pk=run.pk).update(state=State.UNDONE)
    return done


@transaction.atomic
def drop(*, run: ImportRun, by: User, at: datetime) -> None:
    """Give an import up before it lands. Its rows go with the next tidying."""
    held = _held(run, by, State.READING, State.READY, State.FAILED)
    held.state = State.DROPPED
    held.save(update_fields=["state"])


def _held(run: ImportRun, by: User, *states: str) -> ImportRun:
    """The run under lock, if it is the user's and in one of these states."""
    found = ImportRun.objects.select_for_update().filter(pk=run.pk, by=by).first()
    if found is None:
        raise NotVisible("没有这次导入，或者不是你传的。")
    if found.state not in states:
        raise UserError(f"这次导入现在是“{found.get_state_display()}”，不能这样办。刷新看看。")
    if found.ledger not in catalogue().ledgers:
        raise UserError("这本台账的定义已经没有了，不能再导。")
    return found
