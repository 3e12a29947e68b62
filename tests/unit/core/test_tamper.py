"""One changed byte of history is found, and the entry or the commit is named."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Place, Revision, Stream, User
from qianxian.core.verify import Fault, strays, verify
from qianxian.ledgers.attestation import attest, check
from qianxian.ledgers.models import Entry, PrivateValue
from qianxian.ledgers.services import Row, correct_entry, remove_entry, save_entries
from qianxian.ledgers.verify import verify_entries
from qianxian_figures import Period
from tests.unit.core.tampering import Spot, change_one_byte, columns_of, spots_of_history

CHANGES, CHANGES_OF_ENTRIES = 1_000, 300
SEED = 20261118

# What only lists and uniqueness use is derived from the rest.
DERIVED = ("title", "initials", "key_text", "changed_at")

only_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL takes no text that is no text"
)


class Changed(Exception):
    """Raised to take a change back."""


@pytest.fixture
def stream(
    clerk: User,
    village_clerk: User,
    village: Place,
    group: Place,
    township: Place,
    now: datetime,
    make_entry: Callable[..., Entry],
) -> Stream:
    """An import, single saves, a correction, a removal and an attestation with its check."""
    household = catalogue().ledgers["household"]
    rows = [
        Row({"number": f"9{n:03}", "head": f"王{n}", "persons": n, "phone": "13800138000"}, group)
        for n in range(1, 7)
    ]
    save_entries(ledger=household, rows=rows, by=clerk, at=now, source=Commit.Source.IMPORT)
    held = {"held_on": "2026-10-11", "kind": "大扫除", "people": 30, "note": "冬季清洁"}
    entries = [make_entry("cleanup", held, place=village, at=now + timedelta(minutes=7))]
    entries += [make_entry(at=now + timedelta(seconds=1))]
    given: dict[str, Any] = {
        "by": clerk,
        "at": now + timedelta(hours=1),
        "version": 1,
        "reason": "数错了",
    }
    correct_entry(entry=entries[0], values_changed={"people": 31}, **given)
    remove_entry(entry=entries[1], **given)
    attestation = attest(
        ledger=catalogue().ledgers["cleanup"],
        village=village,
        period=Period.of("2026-10"),
        by=village_clerk,
        at=now,
    )
    check(attestation=attestation, by=clerk, at=now)
    return Stream.objects.get(township=township)


def all_faults(stream: Stream) -> list[Fault]:
    return [*verify(stream), *verify_entries(stream.township.path), *strays()]


def told(faults: list[Fault]) -> str:
    return "\n".join(str(fault) for fault in faults)


def names_of(spot: Spot) -> list[str]:
    """What a fault must say, any of it, for the reader to know where to look."""
    if spot.model is Revision:
        revision = Revision.objects.select_related("commit").get(pk=spot.key)
        content = spot.column in ("kind", "key", "body", "digest")
        return [revision.key] if content else [f"第{revision.commit.number}号提交"]
    if spot.model is Commit:
        commit = Commit.objects.get(pk=spot.key)
        first = commit.revisions.order_by("position").values_list("key", flat=True)[0]
        return [f"第{commit.number}号提交", first]
    return [str(spot.key)]


def test_a_whole_history_has_no_fault(stream: Stream) -> None:
    assert stream.head_number == 7
    assert all_faults(stream) == []


@only_sqlite
@pytest.mark.slow
def test_each_of_a_thousand_changed_bytes_is_found_and_named(stream: Stream) -> None:
    chance = random.Random(SEED)  # noqa: S311
    spots = spots_of_history()
    names = {spot: names_of(spot) for spot in spots}
    found = 0
    missed, unnamed = [], []

    while found < CHANGES:
        spot = chance.choice(spots)
        try:
            with transaction.atomic():
                change = change_one_byte(spot, chance)
                faults = list(verify(stream)) if change else []
                if spot.column.endswith("_id"):  # a row that hangs on nothing
                    faults += strays()
                raise Changed
        except Changed:
            pass
        if not change:
            continue
        found += 1
        if not faults:
            missed.append(change)
        elif not any(name in told(faults) for name in names[spot]):
            unnamed.append(f"{change}\n{told(faults)}")

    assert not missed, "\n".join(missed)
    assert not unnamed, "\n".join(unnamed)
    assert all_faults(stream) == []


@only_sqlite
@pytest.mark.slow
def test_each_changed_byte_of_a_present_entry_is_found_and_named(stream: Stream) -> None:
    chance = random.Random(SEED)  # noqa: S311
    rows = [(Entry, pk) for pk in Entry.objects.values_list("pk", flat=True)]
    spots = [Spot(m, pk, column) for m, pk in rows for column in columns_of(m, *DERIVED)]
    spots += [Spot(Entry, pk, "id") for _, pk in rows]
    sealed = PrivateValue.objects.values_list("pk", "entry")
    owner = {Spot(PrivateValue, pk, "sealed"): entry.hex for pk, entry in sealed}
    spots += list(owner)
    tried, wrong = 0, []

    while tried < CHANGES_OF_ENTRIES:
        spot = chance.choice(spots)
        name = owner.get(spot) or spot.key.hex
        try:
            with transaction.atomic():
                change = change_one_byte(spot, chance)
                says = told(list(verify_entries(stream.township.path))) if change else ""
                raise Changed
        except Changed:
            pass
        if change:
            tried += 1
            if name not in says:
                wrong.append(f"{change}\n{says}")

    assert not wrong, "\n".join(wrong)


def test_a_deleted_revision_is_missed_and_the_entry_named(stream: Stream) -> None:
    for revision in Revision.objects.filter(kind="entry"):
        entry_is_there = Entry.objects.filter(pk=revision.key).exists()
        with pytest.raises(Changed), transaction.atomic():
            Revision.objects.filter(pk=revision.pk).delete()
            says = told(all_faults(stream))
            raise Changed

        assert entry_is_there
        assert f"第{revision.commit.number}号提交" in says
        newest = Revision.objects.filter(key=revision.key).latest("commit__number")
        if newest == revision:
            assert revision.key in says


def test_a_deleted_commit_leaves_a_gap_that_is_told(stream: Stream) -> None:
    for commit in stream.commits.all():
        with pytest.raises(Changed), transaction.atomic():
            commit.revisions.all().delete()
            Commit.objects.filter(pk=commit.pk).delete()
            says = told(list(verify(stream)))
            raise Changed

        assert f"第{commit.number}号" in says


def test_swapped_revisions_of_a_commit_are_found_and_named(stream: Stream) -> None:
    first, second = Revision.objects.filter(commit__number=1).order_by("position")[:2]
    for revision, other in ((first, second), (second, first)):
        content = (other.kind, other.key, other.body, other.digest)
        columns = dict(zip(("kind", "key", "body", "digest"), content, strict=True))
        Revision.objects.filter(pk=revision.pk).update(**columns)

    says = told(list(verify(stream)))

    assert "第1号提交" in says
    assert first.key in says
    assert second.key in says


def test_revisions_swapped_between_commits_are_found_and_named(stream: Stream) -> None:
    first, second = (
        Revision.objects.filter(commit__number=number).latest("position") for number in (2, 3)
    )
    Revision.objects.filter(pk=first.pk).update(commit=second.commit, position=100)
    Revision.objects.filter(pk=second.pk).update(commit=first.commit, position=first.position)
    Revision.objects.filter(pk=first.pk).update(position=second.position)

    says = told(list(verify(stream)))

    assert "第2号提交" in says
    assert "第3号提交" in says
    assert first.key in says
    assert second.key in says


def test_a_changed_body_with_a_fitting_digest_of_its_own_is_still_found(stream: Stream) -> None:
    from qianxian.core import digests

    revision = Revision.objects.filter(commit__number=2).latest("position")
    body = revision.body.replace("30", "80")
    digest = digests.leaf(revision.kind, revision.key, body)
    Revision.objects.filter(pk=revision.pk).update(body=body, digest=digest)

    says = told(list(verify(stream)))

    assert "第2号提交" in says
    assert revision.key in says


def test_a_head_set_back_does_not_hide_the_commits_behind_it(stream: Stream) -> None:
    earlier = stream.commits.get(number=3)
    Stream.objects.filter(pk=stream.pk).update(head_number=3, head_digest=earlier.digest)

    faults = list(verify(stream))

    assert ["流的头" in str(fault) for fault in faults] == [True]


def test_a_deleted_entry_is_named_by_its_history(stream: Stream) -> None:
    entry = Entry.objects.filter(ledger="cleanup").get()
    Entry.objects.filter(pk=entry.pk).delete()

    says = told(list(verify_entries(stream.township.path)))

    assert entry.pk.hex in says
    assert "没有了" in says


def test_an_entry_slipped_in_is_named(stream: Stream, village: Place, now: datetime) -> None:
    entry = Entry.objects.create(ledger="cleanup", place=village, changed_at=now)

    says = told(list(verify_entries(stream.township.path)))

    assert entry.pk.hex in says
    assert "历史里没有" in says


def test_a_commit_whose_stream_is_gone_is_a_stray(stream: Stream) -> None:
    with pytest.raises(Changed), transaction.atomic():
        Stream.objects.filter(pk=stream.pk).update(township_id="000000000000")
        says = told(list(strays()))
        raise Changed

    assert says.count("所属的流没有了") == stream.head_number
