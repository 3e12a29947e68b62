"""Rows that somebody else changed after they were loaded: who, when, and both values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from qianxian.core.models import Commit, Revision, User
from qianxian.ledgers.asof import bodies_at
from qianxian.ledgers.grid.columns import PLACE
from qianxian.ledgers.grid.texts import Texts
from qianxian.ledgers.models import Entry
from qianxian.ledgers.search import full_name
from qianxian_packs import Ledger


@dataclass(frozen=True, slots=True)
class Theirs:
    """A cell that was changed meanwhile: what stood there when the page was loaded, and now."""

    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Clash:
    """A row of which there is a newer version. `texts` are all its cells as they stand now."""

    who: str
    when: str
    version: int
    cells: Mapping[str, Theirs]
    texts: Mapping[str, str]

    @property
    def says(self) -> str:
        return f"{self.who} {self.when} 改过这一行。你写的还在，比一比再存。"


def clashes_of(
    ledger: Ledger, rows: Sequence[tuple[Entry, int]], *, user: User, on: date
) -> dict[UUID, Clash]:
    """Each of these entries with the version that was seen → what differs from it now."""
    if not rows:
        return {}
    then = bodies_at({entry.pk: version for entry, version in rows})
    last = _last_commits(entry.pk for entry, _ in rows)
    entries = [entry for entry, _ in rows]
    data = [body.get("data", {}) for body in then.values()]
    texts = Texts(ledger, entries, user=user, on=on, more=data)
    return {
        entry.pk: _clash(entry, then.get(entry.pk, {}), last.get(entry.pk), texts)
        for entry in entries
    }


def _clash(entry: Entry, then: Mapping[str, Any], last: Commit | None, texts: Texts) -> Clash:
    before, now = texts.of_data(then.get("data", {})), texts.of(entry)
    cells = {name: Theirs(before[name], now[name]) for name in before if before[name] != now[name]}
    if then and then.get("place") != entry.place_id:
        cells[PLACE] = Theirs("", full_name(entry.place))
    when = f"{timezone.localtime(last.at):%m-%d %H:%M}" if last else ""
    return Clash(last.by_name if last else "", when, entry.version, cells, now)


def _last_commits(keys: Iterable[UUID]) -> dict[UUID, Commit]:
    found: dict[UUID, Commit] = {}
    revisions = Revision.objects.filter(
        kind=Revision.Kind.ENTRY, key__in=[key.hex for key in keys]
    ).select_related("commit")
    for revision in revisions.order_by("commit__number", "position").defer("body"):
        found[UUID(revision.key)] = revision.commit
    return found
