"""Photos of an entry that is no matter, on its page. A matter shows its own in its story."""

from __future__ import annotations

from django.http import HttpRequest

from qianxian.ledgers import blocks
from qianxian.ledgers.models import Entry
from qianxian.ledgers.store import last_body
from qianxian.matters import photos


def photos_block(_request: HttpRequest, entry: Entry) -> blocks.Block | None:
    if entry.definition.flow:
        return None
    kept = [digest for digest in digests_of(entry) if photos.is_kept(digest)]
    return (
        blocks.Block("imports/photos_block.html", {"digests": kept}, place="side") if kept else None
    )


def digests_of(entry: Entry) -> tuple[str, ...]:
    """Digests of what stands behind the entry now: what was taken back is no longer among it."""
    return tuple(last_body(entry).get("evidence", ()))
