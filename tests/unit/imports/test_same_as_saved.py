"""An import stores what the form would: the same columns and the same revision, bar the key."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from qianxian.core.bulk import Spool
from qianxian.core.definitions import catalogue
from qianxian.core.digests import leaf, merkle_root
from qianxian.core.models import Commit, Place, Revision, Stream, User
from qianxian.core.verify import verify
from qianxian.ledgers import attestation, privacy
from qianxian.ledgers.models import Entry, PrivateValue
from qianxian.ledgers.services import Row, save_entries
from qianxian.ledgers.states import EntryRow
from qianxian_figures import Period
from qianxian_packs import Ledger
from tests.unit.imports.conftest import Hand, land

pytestmark = pytest.mark.django_db

HEAD = ["村", "日期", "做什么", "参加人次", "清运垃圾（吨）", "说明"]
PARTS: dict[str, tuple[list[str], list[list[Any]]]] = {
    "cleanup": (
        HEAD,
        [["清水村", f"2026-10-{n:02}", "大扫除", n, None, None] for n in range(1, 12)],
    ),
    "dispute": (
        ["村", "纠纷编号", "排查登记日期", "来源", "纠纷类型"],
        [["清水村", f"J{n:02}", f"2026-10-{n:02}", "排查发现", "邻里"] for n in range(1, 12)],
    ),
}
# All but what differs each time: a column that an import forgets would be null there.
COLUMNS = tuple(name for name in EntryRow._fields if name not in ("id", "changed_at"))


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


def test_private_values_and_their_digests_stand_as_the_form_puts_them(
    landed: Hand, household: Ledger, clerk: User, group: Place, now: datetime
) -> None:
    head = ["户编号", "户主", "村", "组", "常住人口", "联系电话"]
    run = landed(household, [head, ["2010001", "张三", "清水村", "三组", 3, "13800138000"]])

    entry = Entry.objects.get()
    body = json.loads(Revision.objects.get(key=entry.pk.hex).body)
    value = PrivateValue.objects.get(entry=entry)
    assert body["private"] == {"phone": value.digest}
    assert privacy.read(entry.pk, "phone") == "13800138000"
    assert not list(verify(Stream.objects.get(township=run.township)))


def test_a_row_of_a_period_that_was_checked_comes_late(
    checked: Hand, cleanup: Ledger, village: Place, village_clerk: User, clerk: User, now: datetime
) -> None:
    october = Period.of("2026-10")
    word = attestation.attest(
        ledger=cleanup, village=village, period=october, by=village_clerk, at=now, is_zero=True
    )
    attestation.check(attestation=word, by=clerk, at=now)
    rows = [["清水村", f"2026-{month}-20", "大扫除", 3, None, None] for month in (10, 11)]

    run = land(checked(cleanup, [HEAD, *rows]), now)

    assert run.state == "landed", run.told
    assert [(e.on and e.on.month, e.late) for e in Entry.objects.order_by("on")] == [
        (10, True),
        (11, False),
    ]
    bodies = (
        Revision.objects.filter(kind="entry").order_by("position").values_list("body", flat=True)
    )
    assert [json.loads(body).get("late") for body in bodies] == [True, None]
    assert not list(verify(Stream.objects.get(township=run.township)))


def test_new_and_changed_rows_of_a_file_are_one_commit(
    landed: Hand, checked: Hand, household: Ledger, group: Place, now: datetime
) -> None:
    head = ["户编号", "户主", "村", "组", "常住人口"]
    homes: list[list[Any]] = [[f"201000{n}", f"张{n}", "清水村", "三组", n] for n in range(1, 6)]
    landed(household, [head, homes[1], homes[3]])
    for n in (1, 3):
        homes[n][4] += 10

    run = land(checked(household, [head, *homes]), now, changes=True)

    assert (run.state, run.new, run.changed) == ("landed", 3, 2)
    revisions = list(Revision.objects.filter(commit__number=run.commit, kind="entry"))
    assert [r.position for r in revisions] == list(range(5))
    assert [json.loads(r.body)["version"] for r in revisions] == [1, 1, 1, 2, 2]
    persons = Entry.objects.order_by("key_text").values_list("data__persons", flat=True)
    assert list(persons) == [1, 12, 3, 14, 5]
    assert not list(verify(Stream.objects.get(township=run.township)))


@pytest.mark.parametrize("name", ["cleanup", "dispute"])
def test_a_large_commit_is_written_in_parts_and_hashed_as_one(
    name: str,
    checked: Hand,
    make_user: Callable[..., User],
    township: Place,
    village: Place,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One ledger without a flow, whose rows the database takes, and one that is worked out."""
    monkeypatch.setattr("qianxian.core.commits._SLICE", 3)
    monkeypatch.setattr("qianxian.imports.cargo._PART", 4)
    head, rows = PARTS[name]

    somebody = make_user("何思", role="office_clerk", place=township)

    run = land(checked(catalogue().ledgers[name], [head, *rows], by=somebody), now)

    assert (run.state, run.new) == ("landed", 11), run.told
    commit = Commit.objects.get(number=run.commit, source="import")
    revisions = list(commit.revisions.order_by("position"))
    assert [r.position for r in revisions] == list(range(11))
    entries = {e.pk.hex: e for e in Entry.objects.filter(ledger=name)}
    assert [entries[r.key].on for r in revisions] == sorted(e.on for e in entries.values() if e.on)
    assert commit.merkle_root == merkle_root([leaf(r.kind, r.key, r.body) for r in revisions])
    assert commit.revisions_count == 11
    assert not list(verify(Stream.objects.get(township=run.township)))
    # Rising keys: rows lie in the index in the order of the file.
    assert [r.key for r in revisions] == sorted(r.key for r in revisions)


def test_a_spool_gives_its_parts_in_order_as_often_as_asked() -> None:
    # More than stay in memory.
    spool = Spool(range(15))
    spool.add(15)

    assert list(spool) == list(range(16))
    assert list(spool) == list(range(16))
