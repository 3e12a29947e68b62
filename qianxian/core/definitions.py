"""The packs of this site, and which definition was in force at a commit."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache, lru_cache

from django.conf import settings
from django.db import transaction

from qianxian.core.commits import Actor, Change, record
from qianxian.core.models import Commit, Place, Revision
from qianxian_packs import Catalogue, load


@cache
def catalogue() -> Catalogue:
    """The definitions in the folders of this site, read once a process.

    Raises PacksInvalid with every error at once; `python -m qianxian packs check` prints them.
    """
    return load(settings.PACKS)


def ledgers_by_line() -> dict[str, list[str]]:
    """Ids of the ledgers of each line, as the read gate wants them."""
    found: dict[str, list[str]] = {}
    for ledger in catalogue().ledgers.values():
        found.setdefault(ledger.line, []).append(ledger.id)
    return found


@transaction.atomic
def record_definitions(*, township: Place, by: Actor, at: datetime) -> Commit | None:
    """Put definitions that changed since the last time into the stream; None if none did.

    Runs when the site starts, so that a figure of any past commit can use the definition of its
    day.
    """
    known = bodies_as_of(township, None)
    changed = {key: body for key, body in catalogue().bodies().items() if known.get(key) != body}
    if not changed:
        return None
    changes = [
        Change(Revision.Kind.DEFINITION, key, json.loads(body)) for key, body in changed.items()
    ]
    return record(
        township=township,
        changes=changes,
        by=by,
        at=at,
        reason="条线包更新",
        source=Commit.Source.COMMAND,
    )


def bodies_as_of(township: Place, number: int | None) -> dict[str, str]:
    """Definition key → canonical body, as of a commit (None: now)."""
    rows = Revision.objects.filter(
        kind=Revision.Kind.DEFINITION,
        commit__stream=township.pk,
        commit__number__isnull=False,
    ).order_by("commit__number", "position")
    if number is not None:
        rows = rows.filter(commit__number__lte=number)
    return dict(rows.values_list("key", "body"))


def catalogue_as_of(township: Place, number: int) -> Catalogue:
    """The catalogue that was in force at a commit.

    The newest catalogue serves where its definitions are the ones of that commit, which is nearly
    always; only an older as-of builds another.
    """
    bodies = bodies_as_of(township, number)
    if not bodies or all(bodies.get(k) == b for k, b in catalogue().bodies().items()):
        return catalogue()
    return _build(tuple(sorted(bodies.items())))


@lru_cache(maxsize=8)
def _build(bodies: tuple[tuple[str, str], ...]) -> Catalogue:
    return Catalogue.from_bodies(dict(bodies))
