"""What this person saved today, each with its 撤回."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Revision
from qianxian.intake.jot.reading import Speaker
from qianxian.ledgers.history import undo_url
from qianxian.ledgers.models import Entry

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Jotted:
    """One save of today. `undo` is empty where it was taken back or cannot be."""

    title: str
    what: str
    place: str
    at: datetime
    url: str
    undo: str
    is_undone: bool


def saved_today(speaker: Speaker) -> list[Jotted]:
    """Newest first; of saves that hold more than one entry the first stands for all."""
    start = timezone.make_aware(datetime.combine(speaker.on, time.min))
    mine = Commit.objects.filter(
        stream=speaker.township.pk, by=speaker.user.username, at__gte=start, number__isnull=False
    )
    undone = set(mine.exclude(undoes=None).values_list("undoes", flat=True))
    rows = list(
        mine.filter(undoes=None).exclude(source=Commit.Source.IMPORT).order_by("-number")[:_SHOWN]
    )
    firsts = _first_revisions(rows)
    seen = _visible(speaker, firsts)
    return [
        _jotted(commit, firsts[commit.pk], seen, undone)
        for commit in rows
        if commit.pk in firsts and firsts[commit.pk].key in seen
    ]


def _first_revisions(rows: list[Commit]) -> dict[int, Revision]:
    found: dict[int, Revision] = {}
    revisions = Revision.objects.filter(commit__in=rows, kind=Revision.Kind.ENTRY)
    for revision in revisions.order_by("commit", "position"):
        found.setdefault(revision.commit_id, revision)
    return found


def _visible(speaker: Speaker, firsts: dict[int, Revision]) -> dict[str, Entry]:
    keys = [revision.key for revision in firsts.values()]
    rows = Entry.objects.visible_to(speaker.user, speaker.on).filter(pk__in=keys)
    return {entry.pk.hex: entry for entry in rows.select_related("place__parent")}


def _jotted(
    commit: Commit, revision: Revision, seen: dict[str, Entry], undone: set[int | None]
) -> Jotted:
    entry, body = seen[revision.key], json.loads(revision.body)
    ledger = catalogue().ledgers[entry.ledger]
    flow = catalogue().flows.get(ledger.flow or "")
    step = flow.step_by_id.get(body.get("act", {}).get("step", "")) if flow else None
    is_undone = commit.number in undone
    undo = undo_url(commit)
    if step:
        undo = reverse("matters:undo", args=[entry.pk, commit.number])
    return Jotted(
        title=str(entry),
        what=step.label if step else ledger.name.removesuffix("台账"),
        place=entry.place.name,
        at=commit.at,
        url=entry.get_absolute_url(),
        undo="" if is_undone else undo,
        is_undone=is_undone,
    )
