"""Comparing entries with history: beside people who save, and what is no fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from qianxian.core.models import Place, Revision, User
from qianxian.ledgers import privacy, verify
from qianxian.ledgers.models import Entry, PrivateValue
from qianxian.ledgers.services import correct_entry
from qianxian.ledgers.verify import verify_entries

HELD = {"held_on": "2026-11-01", "kind": "大扫除", "people": 30}


@pytest.fixture
def entries(
    make_entry: Callable[..., Entry], village: Place, monkeypatch: pytest.MonkeyPatch
) -> list[Entry]:
    """Three entries, compared two at a time; the last with a private value."""
    monkeypatch.setattr(verify, "_BATCH", 2)
    cleanups = [make_entry("cleanup", HELD, place=village) for _ in range(2)]
    return [*cleanups, make_entry("household", {"phone": "13800138000"})]


def correct(entry: Entry, by: User, at: datetime, **values: Any) -> None:
    correct_entry(
        entry=entry, values_changed=values, version=entry.version, by=by, at=at, reason="数错了"
    )


def test_a_save_during_the_comparing_is_no_fault(
    entries: list[Entry],
    make_entry: Callable[..., Entry],
    village: Place,
    township: Place,
    clerk: User,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = verify._keys_of_entries

    def save_meanwhile(path: str) -> Any:
        correct(entries[0], clerk, now, people=31)
        make_entry("cleanup", HELD, place=village)
        return read(path)

    monkeypatch.setattr(verify, "_keys_of_entries", save_meanwhile)

    assert list(verify_entries(township.path)) == []


def test_a_value_that_was_erased_for_good_is_no_fault(
    entries: list[Entry], township: Place
) -> None:
    privacy.erase(entries[2].pk)
    privacy.clear(entries[2].pk, ["phone"])

    assert list(verify_entries(township.path)) == []


def test_a_private_value_put_in_the_place_of_another_is_named(
    entries: list[Entry], township: Place
) -> None:
    value = PrivateValue.objects.get(entry=entries[2])
    value.sealed = bytes(value.sealed)[:-1] + b"\x00"
    value.save()

    (fault,) = verify_entries(township.path)

    assert fault.key == entries[2].pk.hex


def test_a_corrected_private_value_is_the_one_that_counts(
    entries: list[Entry], township: Place, clerk: User, now: datetime
) -> None:
    correct(entries[2], clerk, now, phone="13900139000")

    assert PrivateValue.objects.filter(entry=entries[2]).count() == 2
    assert list(verify_entries(township.path)) == []


def test_an_entry_moved_to_another_place_underneath_is_named(
    entries: list[Entry], township: Place, other_village: Place
) -> None:
    Entry.objects.filter(pk=entries[1].pk).update(place=other_village)

    (fault,) = verify_entries(township.path)

    assert fault.key == entries[1].pk.hex
    assert fault.commit == 2


def test_an_entry_whose_last_revision_cannot_be_read_is_left_to_the_walk(
    entries: list[Entry], township: Place
) -> None:
    Revision.objects.filter(key=entries[1].pk.hex).update(body="{")

    assert list(verify_entries(township.path)) == []


def test_each_township_is_compared_with_its_own_stream(
    entries: list[Entry], make_place: Callable[..., Place], county: Place
) -> None:
    other = make_place("白鹭镇", parent=county)

    assert list(verify_entries(other.path)) == []
