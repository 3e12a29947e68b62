"""An import stores what the form would: the same columns and the same revision, bar the key."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from qianxian.core.bulk import Spool
from qianxian.core.digests import leaf, merkle_root
from qianxian.core.models import Commit, Place, Revision, Stream, User
from qianxian.core.verify import verify
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, save_entries
from qianxian_packs import Ledger
from tests.unit.imports.conftest import Hand

pytestmark = pytest.mark.django_db

HEAD = ["村", "日期", "做什么", "参加人次", "清运垃圾（吨）", "说明"]
COLUMNS = ("ledger", "place_id", "on", "state", "title", "initials", "key_text", "data", "version")


def held() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Columns and last revision of every entry, without what differs each time."""
    found = []
    for entry in Entry.objects.order_by("on"):
        body = json.loads(Revision.objects.get(key=entry.pk.hex).body)
        assert body.pop("id") == entry.pk.hex
        found.append(({name: getattr(entry, name) for name in COLUMNS}, body))
    return found


def test_a_row_of_a_file_is_stored_as_the_form_stores_it(
    landed: Hand, cleanup: Ledger, clerk: User, village: Place, now: datetime
) -> None:
    """Cells that say the same are read once; a number and a text of it are not the same cell."""
    rows = [
        ["清水村", f"2026-11-{n:02}", "大扫除", people, waste, f"第{n}次 𠮷"]
        for n, people, waste in ((1, 3, 1.5), (2, "3", "1.50"), (3, 3.0, "３斤"), (4, "3", None))
    ]
    names = ("held_on", "kind", "people", "waste", "note")
    values = [dict(zip(names, row[1:], strict=True)) for row in rows]
    saved = save_entries(
        ledger=cleanup, rows=[Row(v, place=village) for v in values], by=clerk, at=now
    )
    by_form = held()
    Entry.objects.filter(pk__in=saved).delete()

    run = landed(cleanup, [HEAD, *rows])

    assert (run.state, run.new) == ("landed", 4)
    assert held() == by_form
    assert not list(verify(Stream.objects.get(township=run.township)))


def test_a_large_commit_is_written_in_slices_and_hashed_as_one(
    landed: Hand, cleanup: Ledger, village: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qianxian.core.commits._SLICE", 3)
    monkeypatch.setattr("qianxian.imports.landing._PART", 4)
    rows = [["清水村", f"2026-10-{n:02}", "大扫除", n, None, None] for n in range(1, 12)]

    run = landed(cleanup, [HEAD, *rows])

    commit = Commit.objects.get(number=run.commit, source="import")
    revisions = list(commit.revisions.order_by("position"))
    assert [r.position for r in revisions] == list(range(11))
    assert [json.loads(r.body)["data"]["people"] for r in revisions] == list(range(1, 12))
    assert commit.merkle_root == merkle_root([leaf(r.kind, r.key, r.body) for r in revisions])
    assert commit.revisions_count == 11
    # Rising keys: rows lie in the index in the order of the file.
    assert [r.key for r in revisions] == sorted(r.key for r in revisions)


def test_a_spool_gives_its_parts_in_order_as_often_as_asked() -> None:
    # More than stay in memory.
    spool = Spool(range(15))
    spool.add(15)

    assert list(spool) == list(range(16))
    assert list(spool) == list(range(16))
