"""A form that was sent again because its answer got lost: saved already, so nobody is in its way.

A new entry carries its own key. A correction and a step carry the version that was seen: the second
sending finds the first one's save there, and it is the same person's, of the same content.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from qianxian.core.models import Place, Revision, User
from qianxian.ledgers import values
from qianxian.ledgers.models import Entry


def own_save_after(entry: Entry, version: int, by: User) -> tuple[dict[str, Any], str] | None:
    """Body and reason of the version after the one that was seen, if this person saved it."""
    rows = Revision.objects.filter(
        kind=Revision.Kind.ENTRY, key=entry.pk.hex, commit__by=by.username
    ).select_related("commit")
    for row in rows.order_by("-commit__number", "-position"):
        body = json.loads(row.body)
        if body.get("version", 1) == version + 1:
            return body, row.commit.reason
    return None


def is_corrected_already(
    entry: Entry,
    changed: Mapping[str, Any],
    *,
    version: int,
    by: User,
    place: Place | None,
    reason: str,
) -> bool:
    """Whether this correction is what the same person's save after that version holds.

    Private values are not compared: they are sealed, and who saved and why is enough to tell.
    """
    saved = own_save_after(entry, version, by)
    if saved is None:
        return False
    body, why = saved
    data, fields = body.get("data", {}), entry.definition.by_name
    return (
        why == reason.strip()
        and (place is None or body["place"] == place.pk)
        and all(
            fields[name].private or values.is_same(fields[name], raw, data.get(name))
            for name, raw in changed.items()
        )
    )


def is_taken_already(entry: Entry, step_id: str, *, version: int, by: User) -> bool:
    """Whether the same person's save after that version took this step."""
    saved = own_save_after(entry, version, by)
    return saved is not None and saved[0].get("act", {}).get("step") == step_id
