"""Bringing an old version of one entry back: as a correction, with a reason and all its checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from qianxian.core.errors import UserError
from qianxian.core.models import Place, User
from qianxian.ledgers import privacy
from qianxian.ledgers.corrections import correct_entry
from qianxian.ledgers.history import Version, versions
from qianxian.ledgers.models import Entry


@dataclass(frozen=True, slots=True)
class Restoring:
    """What would change. `lost` are private fields whose old value was deleted for good."""

    version: Version
    values: Mapping[str, Any]
    place: Place
    lost: tuple[str, ...]


def restoring(entry: Entry, number: int) -> Restoring:
    """Fields and place of the old version. Where a matter stands is not brought back: that is
    history, and is gone over by its steps only.

    Raises UserError for a version that the entry never had, or the one that it has.
    """
    rows = versions(entry)
    found = {v.body.get("version", 1): v for v in rows}
    if number not in found:
        raise UserError("没有这一版。请回到经过里重新选。")
    if number == entry.version:
        raise UserError("现在就是这一版，不用恢复。")
    version = found[number]
    ledger, then = entry.definition, version.body.get("data", {})
    changed: dict[str, Any] = {}
    for field in ledger.fields:
        if not field.private and then.get(field.name) != entry.data.get(field.name):
            changed[field.name] = then.get(field.name)
    private, lost = _private(entry, version, rows[-1])
    place = Place.objects.get(pk=version.body["place"])
    return Restoring(version, {**changed, **private}, place, lost)


@transaction.atomic
def restore_version(
    *,
    entry: Entry,
    number: int,
    version: int,
    by: User,
    at: datetime,
    reason: str,
    post: str = "",
) -> Entry:
    """恢复到这一版: a new revision with the values of an old one. What came between stays readable.

    Raises what a correction raises, also NeedsApproval where the definition guards a field.
    """
    found = restoring(entry, number)
    if not found.values and found.place.pk == entry.place_id:
        raise UserError("这一版和现在一样，没有要恢复的。")
    why = reason.strip()
    return correct_entry(
        entry=entry,
        values_changed=found.values,
        version=version,
        by=by,
        at=at,
        reason=f"恢复到第{number}版：{why}" if why else "",
        post=post,
        place=found.place,
    )


def _private(
    entry: Entry, version: Version, newest: Version
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Private values of then that are others now, opened from what is still sealed."""
    then: dict[str, str] = version.body.get("private", {})
    now: dict[str, str] = newest.body.get("private", {})
    changed = {name: digest for name, digest in then.items() if now.get(name) != digest}
    texts: dict[str, Any] = dict(privacy.texts_of(entry.pk, changed))
    # What was empty then is not emptied now: a cleared value is gone for good.
    lost = tuple(sorted(set(changed) - set(texts)))
    return texts, lost
