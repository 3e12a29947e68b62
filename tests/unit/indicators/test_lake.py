"""Sealing never changes a figure, whatever the as-of; the manifest moves forward only."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from qianxian.core.commits import head_number
from qianxian.core.models import Place, User
from qianxian.indicators import lake
from qianxian.indicators.models import LakeFile
from qianxian.indicators.queries import Reading
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import correct_entry, remove_entry
from qianxian_figures import Figure, Period

MakeEntry = Callable[..., Entry]
YEAR = Period.year(2026)


@pytest.fixture
def history(
    make_entry: MakeEntry, village: Place, clerk: User, now: datetime
) -> Callable[[], None]:
    """Five cleanups, one corrected into last year, one removed: seven commits."""

    def make() -> None:
        entries = [
            make_entry("cleanup", {"held_on": f"2026-0{n}-05", "kind": "大扫除"}, place=village)
            for n in range(1, 6)
        ]
        correct_entry(
            entry=entries[0],
            values_changed={"held_on": "2025-12-30"},
            version=1,
            by=clerk,
            at=now,
            reason="日期写错",
        )
        remove_entry(entry=entries[1], version=1, by=clerk, at=now, reason="重复")

    return make


def cleanups(township: Place, as_of: int) -> Figure:
    return Reading.of(township, as_of).figures(["cleanup_activities"], [township.pk], [YEAR])[0]


def by_commit(township: Place) -> list[Decimal | None]:
    return [cleanups(township, n).value for n in range(1, head_number(township) + 1)]


def test_figures_of_every_commit_are_the_same_before_and_after_sealing(
    history: Callable[[], None], township: Place
) -> None:
    history()
    before = by_commit(township)

    lake.seal(township, "cleanup", 3)
    part_way = by_commit(township)
    lake.seal(township, "cleanup", head_number(township))
    sealed = by_commit(township)

    assert before == [1, 2, 3, 4, 5, 4, 3]
    assert part_way == before
    assert sealed == before


def test_rebuilding_gives_the_same_figures_from_the_revisions_alone(
    history: Callable[[], None], township: Place, data: Path
) -> None:
    history()
    lake.seal(township, "cleanup", 4)
    before = by_commit(township)

    lake.rebuild(township)

    assert by_commit(township) == before
    assert LakeFile.objects.filter(is_retired=False, part="current", ledger="cleanup").count() == 1


def test_a_tail_below_the_limit_is_left_alone(history: Callable[[], None], township: Place) -> None:
    history()

    assert lake.seal_due(township, limit=100) == []
    assert lake.seal_due(township, limit=3) == ["cleanup"]
    assert lake.seal_due(township, limit=3) == []


def damage(data: Path, township: Place) -> Path:
    """Change one byte of the file that figures are read from."""
    current = lake.manifests(township)["cleanup"].current
    file = next((data / "lake").rglob(f"{current.digest}.parquet"))
    changed = bytearray(file.read_bytes())
    changed[len(changed) // 2] ^= 1
    file.write_bytes(bytes(changed))
    return file


def test_a_damaged_file_is_named_in_the_log_and_costs_no_figure(
    history: Callable[[], None], township: Place, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    history()
    right = by_commit(township)
    lake.seal(township, "cleanup", head_number(township))
    file = damage(data, township)

    assert by_commit(township) == right
    assert file.name in caplog.text
    assert lake.manifests(township) == {}


def test_tending_seals_a_damaged_ledger_anew_and_removes_old_files(
    history: Callable[[], None], township: Place, data: Path
) -> None:
    history()
    lake.seal(township, "cleanup", head_number(township))
    file = damage(data, township)
    stray = file.with_name(f"{'0' * 64}.parquet")
    fresh = file.with_name(f"{'1' * 64}.parquet")
    stray.touch()
    fresh.touch()
    two_days_ago = stray.stat().st_mtime - 2 * 86_400
    os.utime(stray, (two_days_ago, two_days_ago))

    done = lake.tend(township)

    assert done == [f"{township.pk} cleanup: rebuilt", f"{stray.name}: removed"]
    # A file of today may be one that somebody is reading or has not yet named.
    assert fresh.exists() and not stray.exists()
    assert lake.tend(township) == []
    assert cleanups(township, head_number(township)).value == 3


def test_a_township_that_nobody_wrote_to_has_nothing_to_seal(township: Place) -> None:
    assert lake.seal_due(township) == []
