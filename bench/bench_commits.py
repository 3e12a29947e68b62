"""Saving 100,000 entries as one commit, beside sqlite3 writing the same rows without history.

python -m bench.bench_commits               measure, print, append to results/commits.jsonl
python -m bench.bench_commits --dry         measure and print only
python -m bench.bench_commits --profile     where the time of save_entries goes, function by function
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from bench.machine import tell

if TYPE_CHECKING:
    from qianxian.ledgers.services import Row

ROWS, SINGLE_SAVES, VILLAGES = 100_000, 300, 10
SEED = 20261118
AT = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
PACKAGES = ("django", "pydantic", "cryptography")
KINDS = ("大扫除", "沟渠清理", "房前屋后清理", "农业废弃物回收")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry", action="store_true", help="do not append to the results")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--rows", type=int, default=ROWS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start_django(Path(folder))
        office = Office()
        if options.profile:
            profile(office, options.rows)
            return
        measured = measure(Path(folder), office, options.rows)
    tell("commits", measured, PACKAGES, is_dry=options.dry)


def start_django(folder: Path) -> None:
    os.environ["QIANXIAN_DATA"] = str(folder)
    os.environ["QIANXIAN_DATABASE"] = ""
    os.environ["DJANGO_SETTINGS_MODULE"] = "qianxian.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)


class Office:
    """A township with ten villages and a clerk who may record in all of them."""

    def __init__(self) -> None:
        from qianxian.core.definitions import catalogue
        from qianxian.core.models import Grant, User
        from qianxian.core.places import open_place

        county = open_place(code="430100000000", name="云溪县", level="county", parent=None)
        self.town = open_place(code="430100100000", name="青禾镇", level="township", parent=county)
        self.villages = [
            open_place(code=f"430100100{200 + n}", name=f"{n}村", level="village", parent=self.town)
            for n in range(VILLAGES)
        ]
        self.clerk = User.objects.create(username="wangxy", name="王秀英")
        Grant.objects.create(role="office_clerk", place=self.town, user=self.clerk)
        self.ledger = catalogue().ledgers["cleanup"]

    def rows(self, count: int, seed: int = SEED) -> list[Row]:
        from qianxian.ledgers.services import Row

        chance = random.Random(seed)  # noqa: S311 - the same rows each time are the point
        return [Row(_cleanup(chance, n), chance.choice(self.villages)) for n in range(count)]

    def save(self, rows: list[Row]) -> None:
        from qianxian.ledgers.services import save_entries

        save_entries(ledger=self.ledger, rows=rows, by=self.clerk, at=AT, source="import")


def _cleanup(chance: random.Random, number: int) -> dict[str, Any]:
    """One entry as an import reads it: text in every cell."""
    day = date(2025, 1, 1) + timedelta(days=chance.randrange(650))
    return {
        "held_on": day.isoformat(),
        "kind": chance.choice(KINDS),
        "people": str(chance.randrange(1, 300)),
        "waste": f"{chance.randrange(1, 4000) / 100:.2f}",
        "note": f"第{number}次，清运到中转站",
    }


def measure(folder: Path, office: Office, count: int) -> dict[str, object]:
    database, plain = folder / "qianxian.sqlite3", folder / "plain.sqlite3"
    checkpoint(database)
    shutil.copyfile(database, plain)
    parts = parts_of_a_save(office, office.rows(count))
    whole, store = sum(parts.values()), parts["history"] + parts["insert"]
    check(database, count)
    written = columns_written(database)
    entries = seconds(lambda: write_plain(plain, written[:1]))
    both = seconds(lambda: write_plain(plain, written, again=True))
    return {
        "rows": count,
        "save_entries_s": round(whole, 2),
        "rows_per_second": round(count / whole),
        **{f"{name}_share": round(spent / whole, 2) for name, spent in parts.items()},
        "store_alone_s": round(store, 2),
        "executemany_entries_s": round(entries, 2),
        "executemany_with_revisions_s": round(both, 2),
        "save_to_executemany_entries": round(whole / entries, 1),
        "store_to_executemany_entries": round(store / entries, 1),
        "store_to_executemany_both": round(store / both, 1),
        **verifying(office, count),
        **single_saves(office, plain),
    }


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def checkpoint(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def check(database: Path, count: int) -> None:
    """A bench that saved something else measures nothing."""
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute(
            "SELECT (SELECT count(*) FROM ledgers_entry), (SELECT count(*) FROM core_revision)"
        ).fetchone()
    if found != (count, count):
        raise SystemExit(f"saved {found} instead of {count} entries and revisions")


def parts_of_a_save(office: Office, rows: list[Row]) -> dict[str, float]:
    """One call of save_entries, and what of it went into validation, history and the rest."""
    from qianxian.core import commits
    from qianxian.ledgers import services
    from qianxian.ledgers import store as stores

    spent = {"validation": 0.0, "history": 0.0}

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(**given: Any) -> Any:
            start = time.perf_counter()
            try:
                return work(**given)
            finally:
                spent[name] += time.perf_counter() - start

        return run

    with (
        patch.object(services, "prepare_entries", timed("validation", services.prepare_entries)),
        patch.object(stores, "record", timed("history", commits.record)),
    ):
        whole = seconds(lambda: office.save(rows))
    return {**spent, "insert": whole - sum(spent.values())}


Written = Sequence[tuple[str, list[str], list[tuple[Any, ...]]]]


def columns_written(database: Path) -> Written:
    """Table, columns and rows that the save wrote, as they lie in the database."""
    found = []
    with closing(sqlite3.connect(database)) as connection:
        for table in ("ledgers_entry", "core_revision"):
            rows = connection.execute(f"SELECT * FROM {table} ORDER BY rowid")  # noqa: S608
            found.append((table, [column[0] for column in rows.description], rows.fetchall()))
    return found


def write_plain(database: Path, written: Written, *, again: bool = False) -> None:
    """The other side of the ratio: the same rows, tables, indexes and pragmas, nothing checked."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        if again:
            connection.execute("DELETE FROM ledgers_entry")
        connection.execute("BEGIN IMMEDIATE")
        for table, columns, rows in written:
            names = ", ".join(f'"{name}"' for name in columns)
            marks = ", ".join("?" * len(columns))
            connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608
        connection.execute("COMMIT")


def verifying(office: Office, count: int) -> dict[str, object]:
    from qianxian.core.models import Stream
    from qianxian.core.verify import verify
    from qianxian.ledgers.verify import verify_entries

    stream = Stream.objects.get(township=office.town)
    faults: list[object] = []
    chain = seconds(lambda: faults.extend(verify(stream)))
    present = seconds(lambda: faults.extend(verify_entries(office.town.path)))
    if faults:
        raise SystemExit(f"what was saved does not verify: {faults[0]}")
    return {
        "verify_chain_rows_per_second": round(count / chain),
        "verify_entries_rows_per_second": round(count / present),
    }


def single_saves(office: Office, plain: Path) -> dict[str, object]:
    """One entry a commit, as a page saves it, beside one INSERT a transaction."""
    rows = office.rows(SINGLE_SAVES, SEED + 2)
    start = time.perf_counter()
    for row in rows:
        office.save([row])
    saved = time.perf_counter() - start
    with closing(sqlite3.connect(plain, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE note (key TEXT PRIMARY KEY, body TEXT)")
        inserted = seconds(
            lambda: [
                connection.execute("INSERT INTO note VALUES (?, ?)", (str(row.id), "x" * 400))
                for row in rows
            ]
        )
    return {
        "single_save_ms": round(saved / SINGLE_SAVES * 1000, 1),
        "single_insert_ms": round(inserted / SINGLE_SAVES * 1000, 1),
        "single_save_to_insert": round(saved / inserted, 1),
    }


def profile(office: Office, count: int) -> None:
    rows = office.rows(count)
    with cProfile.Profile() as watched:
        office.save(rows)
    pstats.Stats(watched).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    main()
