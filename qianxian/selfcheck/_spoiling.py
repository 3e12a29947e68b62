"""Spoiling one stored entry below every service, as somebody with the database file could."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from random import Random

from qianxian.core.models import Revision
from qianxian.ledgers.models import Entry


def spoil_entry(made: Sequence[uuid.UUID], seed: int) -> tuple[Entry, str]:
    """Change one sign of an entry: in its newest revision or, for an even seed, in its row."""
    rng = Random(seed)  # noqa: S311  a place for a fault, no secret
    entry = Entry.objects.get(pk=rng.choice(made))
    if seed % 2 == 0:
        return entry, _spoil_row(entry, rng)
    revision = (
        Revision.objects.filter(kind=Revision.Kind.ENTRY, key=entry.pk.hex)
        .order_by("-commit__number", "-position")
        .first()
    )
    if revision is None:
        raise LookupError(entry.pk)
    # Behind the first quote that follows the data, so that the body still is what it was: JSON.
    place = revision.body.index('"data"') + rng.randrange(1, 4)
    body = revision.body[:place] + chr(ord(revision.body[place]) ^ 1) + revision.body[place + 1 :]
    Revision.objects.filter(pk=revision.pk).update(body=body)
    return entry, "版本里的一个字节"


def _spoil_row(entry: Entry, rng: Random) -> str:
    data = dict(entry.data)
    name = rng.choice(sorted(data))
    data[name] = f"{data[name]}1" if isinstance(data[name], str) else 1
    Entry.objects.filter(pk=entry.pk).update(data=data)
    label = entry.definition.by_name[name].label
    return f"现状里的“{label}”"
