"""Handing in a folder of photos, confirming whose they are, taking it back."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from qianxian.core.commits import Actor
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.files import write_once
from qianxian.core.models import Commit, Place, User
from qianxian.core.permissions import Permission
from qianxian.imports import sealing
from qianxian.imports.photo_folder.jobs import matched, sort_photos
from qianxian.imports.photo_folder.matching import Matcher
from qianxian.imports.photo_folder.models import PhotoFolder, photo_of
from qianxian.imports.photo_folder.unpacking import unpacked
from qianxian.imports.services import townships_for
from qianxian.ledgers.corrections import require_edit
from qianxian.ledgers.history import undo_commit
from qianxian.ledgers.models import Entry
from qianxian.ledgers.queries import acting_post
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import last_bodies, state_of, store
from qianxian.matters import photos, proofs
from qianxian_packs import Ledger

State = PhotoFolder.State


def hand_in(
    *,
    files: Iterable[tuple[str, bytes]],
    ledger: Ledger,
    township: Place,
    by: User,
    at: datetime,
) -> PhotoFolder:
    """Keep what was dropped, sealed as it came, and queue its sorting. Nothing is saved yet.

    Raises NotVisible where the person may not record, UserError for what cannot be unpacked.
    """
    if township not in townships_for(by, ledger, at):
        raise NotVisible("没有这一页，或者不归你的岗位记。")
    found = unpacked(files)
    with transaction.atomic():
        folder = PhotoFolder.objects.create(
            ledger=ledger.id,
            township=township,
            by=by,
            at=at,
            total=len(found),
            items=[{"name": name[:200], "raw": f"{n}.sealed"} for n, (name, _) in enumerate(found)],
        )
        for item, (_name, raw) in zip(folder.items, found, strict=True):
            # As it came it may hold where it was taken, so it lies sealed until it is clean.
            bound = f"{folder.ref}/{item['raw']}"
            write_once(folder.path(item["raw"]), sealing.seal(raw, bound))
        sort_photos.enqueue(folder.pk)
    return folder


def confirm(*, folder: PhotoFolder, chosen: Mapping[int, str], by: User, at: datetime) -> Commit:
    """Hang the photos on the entries that the person chose, as one commit.

    `chosen` maps the place of a photo to the id of its entry; what is not in it is left out.
    Raises NotAllowed and UserError for an entry that may not be changed; then nothing is saved.
    """
    # Asked before as well: once they landed, what lay here is gone.
    _require(folder, State.READY)
    by_entry: dict[UUID, list[dict[str, Any]]] = {}
    for number, key in chosen.items():
        by_entry.setdefault(UUID(key), []).append(folder.items[number])
    if not by_entry:
        raise UserError("一张也没选给谁。选好再存，或者不要这些照片。")
    states = _states(folder, by_entry, by, at)
    for items in by_entry.values():
        for item in items:
            photos.put(folder.path(f"{item['digest']}.jpg").read_bytes())
    with transaction.atomic():
        held = _held(folder, by, State.READY)
        place = Place.objects.get(pk=states[0].place)
        line, day = folder.definition.line, timezone.localdate(at)
        post = acting_post(by, Permission.ENTRY_EDIT, line=line, place=place, on=day)
        commit = store(
            states=states,
            township=folder.township,
            by=Actor.of(by, post),
            at=at,
            reason=f"按文件名挂照片，{len(chosen)} 张",
            source=Commit.Source.IMPORT,
            source_ref=folder.ref,
        )
        proofs.keep({key: map(photo_of, items) for key, items in by_entry.items()})
        held.state, held.commit = State.LANDED, commit.number
        held.save(update_fields=["state", "commit"])
    shutil.rmtree(folder.path(""), ignore_errors=True)
    folder.refresh_from_db()
    return commit


def _states(
    folder: PhotoFolder, by_entry: Mapping[UUID, list[dict[str, Any]]], by: User, at: datetime
) -> list[EntryState]:
    rows = Entry.objects.visible_to(by, timezone.localdate(at)).present()
    rows = rows.filter(ledger=folder.ledger, pk__in=by_entry).select_related("place", "subject")
    entries = {entry.pk: entry for entry in rows}
    if set(entries) != set(by_entry):
        raise UserError("有一条记录已经不在了，或者不归你的岗位看。请刷新再选。")
    last, states = last_bodies(by_entry), []
    for key, items in by_entry.items():
        require_edit(entries[key], by=by, at=at)
        had = tuple(last[key].get("evidence", ()))
        fresh = [item for item in items if item["digest"] not in had]
        if not fresh:
            raise UserError(f"{entries[key]}已经有这几张照片了，去掉再存。")
        act = {"photos": [photo_of(item).as_json() for item in fresh]}
        evidence = (*had, *dict.fromkeys(item["digest"] for item in fresh))
        states.append(state_of(entries[key], last=last[key], evidence=evidence, act=act))
    return states


def undo(*, folder: PhotoFolder, by: User, at: datetime) -> Commit:
    """Take the photos off again, all of them, as another commit."""
    if folder.commit is None:
        raise UserError("这些照片还没挂上，不用撤回。")
    commit = Commit.objects.get(stream=folder.township_id, number=folder.commit)
    return undo_commit(commit=commit, by=by, at=at, post=commit.post)


@transaction.atomic
def drop(*, folder: PhotoFolder, by: User, at: datetime) -> None:
    """Give the photos up before they are confirmed; nothing of them stays."""
    held = _held(folder, by, State.READING, State.READY)
    held.state, held.items = State.DROPPED, []
    held.save(update_fields=["state", "items"])
    transaction.on_commit(lambda: shutil.rmtree(folder.path(""), ignore_errors=True))


@transaction.atomic
def look_again(*, folder: PhotoFolder, words: Mapping[int, str], by: User, at: datetime) -> None:
    """Find entries by what a person typed where the file's name did not say whose photo it is."""
    held = _held(folder, by, State.READY)
    matcher = Matcher(held.definition, held.township.path, by, timezone.localdate(at))
    for number, text in words.items():
        found = matched(matcher.match(text))
        if not found["options"]:
            found["told"] = f"没有找到“{text}”。写编号、户主或名称，再找。"
        held.items[number].pop("told", None)
        held.items[number] |= found
    held.save(update_fields=["items"])


def _held(folder: PhotoFolder, by: User, *states: str) -> PhotoFolder:
    """The folder under lock, if it is the user's and in one of these states."""
    rows = PhotoFolder.objects.mine(by).select_related("township")
    found = rows.select_for_update(of=("self",)).filter(pk=folder.pk).first()
    if found is None:
        raise NotVisible("没有这些照片，或者不是你传的。")
    _require(found, *states)
    return found


def _require(folder: PhotoFolder, *states: str) -> None:
    if folder.state not in states:
        raise UserError(f"这些照片现在是“{folder.get_state_display()}”，不能这样办。刷新看看。")
