"""The job that cleans the photos of a folder and finds whose they are. It may run twice."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django_tasks import task

from qianxian.core.files import digest_of, write_once
from qianxian.imports import sealing
from qianxian.imports.photo_folder.matching import Match, Matcher
from qianxian.imports.photo_folder.models import PhotoFolder
from qianxian.matters import photos
from qianxian.matters.errors import BadPhoto

State = PhotoFolder.State
# So often the page is told how far it is.
_TOLD = 10


@task()
def sort_photos(pk: int) -> None:
    """Clean each photo, match it, and let the person look. Of a dropped folder nothing is left."""
    folder = PhotoFolder.objects.select_related("township", "by").get(pk=pk)
    if folder.state != State.READING:
        return
    day = timezone.localdate(folder.at)
    matcher = Matcher(folder.definition, folder.township.path, folder.by, day)
    mine = PhotoFolder.objects.filter(pk=pk, state=State.READING)
    seen: dict[str, str] = {}
    for number, item in enumerate(folder.items):
        if not mine.exists():
            break
        if "raw" in item:
            folder.items[number] = _sorted(folder, item, matcher)
        digest = folder.items[number]["digest"]
        if digest and digest in seen:
            folder.items[number] |= {"digest": "", "told": f"和“{seen[digest]}”是同一张。"}
        seen.setdefault(digest, folder.items[number]["name"])
        if number % _TOLD == 0:
            mine.update(items=folder.items)
    mine.update(items=folder.items, state=State.READY)
    folder.refresh_from_db(fields=["state"])
    if folder.state == State.DROPPED:
        # The one that was being cleaned at that moment was written after all else had gone.
        shutil.rmtree(folder.path(""), ignore_errors=True)
    for item in folder.path("").glob("*.sealed"):
        item.unlink()


def _sorted(folder: PhotoFolder, item: dict[str, Any], matcher: Matcher) -> dict[str, Any]:
    name: str = item["name"]
    bound = f"{folder.ref}/{item['raw']}"
    raw = sealing.unseal(folder.path(item["raw"]).read_bytes(), bound)
    try:
        data, taken = photos.clean(raw, Path(name).name)
    except BadPhoto as error:
        return {"name": name, "digest": "", "told": str(error)}
    digest = digest_of(data)
    write_once(folder.path(f"{digest}.jpg"), data)
    write_once(folder.path(f"{digest}.small.jpg"), photos.small(data))
    return {"name": name, "digest": digest, **_taken(taken), **matched(matcher.match(name))}


def _taken(at: datetime | None) -> dict[str, str]:
    return {"taken": at.isoformat()} if at else {}


def matched(match: Match) -> dict[str, Any]:
    """A match as `items` holds it."""
    options = [[option.entry, option.title, option.why] for option in match.options]
    return {"options": options, "is_sure": match.is_sure}


def tidy(now: object) -> int:
    """Drop what nobody confirmed: photos of people are not left lying about."""
    old = PhotoFolder.objects.filter(at__lt=timezone.now() - sealing.KEPT_FOR)
    waiting = old.filter(state__in=(State.READING, State.READY))
    done = 0
    for folder in waiting:
        # Not one that was confirmed just now.
        if waiting.filter(pk=folder.pk).update(state=State.DROPPED, items=[]):
            shutil.rmtree(folder.path(""), ignore_errors=True)
            done += 1
    return done
