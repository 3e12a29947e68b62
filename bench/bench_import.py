"""Importing 100,000 rows of a workbook, beside sqlite-utils and Django's bulk_create.

python -m bench.bench_import               measure, print, append to results/import.jsonl
python -m bench.bench_import --dry         measure and print only
python -m bench.bench_import --profile     where the time of the check and of the landing goes

The others get the rows as plain values and write them into one table, with the same key: no
checks, no gate, no history. sqlite-utils is no dependency of the product; it is installed into a
virtual environment of the bench's own (or named by QIANXIAN_SQLITE_UTILS, a python that has it).
Directus, which keeps activity and revisions as we do, is measured where QIANXIAN_DIRECTUS names it.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import json
import os
import pstats
import random
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import xlsxwriter

from bench import directus
from bench.machine import python_with, tell

if TYPE_CHECKING:
    from qianxian.imports.models import ImportRun

ROWS, VILLAGES, SEED = 100_000, 10, 20261118
AT = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
PACKAGES = ("django", "python-calamine", "pydantic")
LEDGER = """
name: 设施台账
basis: 量导入用的台账
place: village
date: built_on
find_by: [number, place]
key: [number]
title: [number, name]
fields:
  - {name: number, label: 编号, type: text, required: true}
  - {name: name, label: 名称, type: text, required: true}
  - {name: kind, label: 类型, type: choice, choices: [沟渠, 道路, 路灯, 垃圾屋], required: true, filter: true}
  - {name: built_on, label: 建成日期, type: date, filter: true}
  - {name: checked_on, label: 检查日期, type: date}
  - {name: length, label: 长度, type: length, min: 0}
  - {name: cost, label: 造价, type: money, min: 0}
  - {name: uses, label: 受益人数, type: integer, min: 0, max: 5000}
  - {name: is_used, label: 在用, type: boolean}
checks:
  - {require: checked_on >= built_on, says: 检查日期不得早于建成日期，请核对。}
"""
HEAD = [
    "编号",
    "名称",
    "村",
    "类型",
    "建成日期",
    "检查日期",
    "长度（米）",
    "造价（元）",
    "受益人数",
    "在用",
]
# Handed to the other tools, which know nothing of types: one column each.
COLUMNS = [
    "number",
    "name",
    "village",
    "kind",
    "built",
    "checked",
    "length",
    "cost",
    "uses",
    "used",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry", action="store_true", help="do not append to the results")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--rows", type=int, default=ROWS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        office = start(Path(folder))
        rows = rows_of(options.rows)
        if options.profile:
            profile(office, rows)
            return
        measured = {**measure(office, rows), **others(Path(folder), rows)}
    for name in ("sqlite_utils", "bulk_create", "directus"):
        if theirs := measured.get(f"{name}_s"):
            measured[f"import_to_{name}"] = round(measured["import_s"] / theirs, 2)
    tell("import", measured, PACKAGES, is_dry=options.dry)


# ---- a township with a ledger of ten columns ----


def start(folder: Path) -> Any:
    pack = folder / "packs" / "bench"
    (pack / "ledgers").mkdir(parents=True)
    (pack / "pack.yaml").write_text("name: 量一量\norder: 90\n", encoding="utf-8")
    (pack / "ledgers" / "facility.yaml").write_text(LEDGER, encoding="utf-8")
    os.environ["QIANXIAN_PACKS"] = str(folder / "packs")
    from bench.bench_commits import Office, start_django

    start_django(folder)
    from qianxian.core.definitions import catalogue
    from qianxian.ledgers.indexes import ensure_indexes

    ensure_indexes(catalogue().ledgers.values())
    return Office()


def rows_of(count: int) -> list[list[Any]]:
    """The same rows each time: text, whole numbers, decimals and dates as a clerk's table has."""
    chance = random.Random(SEED)  # noqa: S311 - the same rows each time are the point
    return [_row(chance, n) for n in range(count)]


def _row(chance: random.Random, n: int) -> list[Any]:
    built = date(2015, 1, 1) + timedelta(days=chance.randrange(3600))
    return [
        f"S{n:06}",
        f"{chance.choice('东西南北')}{chance.choice('渠路灯屋')}{n % 300}号",
        f"{chance.randrange(VILLAGES)}村",
        chance.choice(("沟渠", "道路", "路灯", "垃圾屋")),
        built.isoformat(),
        (built + timedelta(days=chance.randrange(300))).isoformat(),
        chance.randrange(1, 90000) / 100,
        chance.randrange(100, 9000000) / 100,
        chance.randrange(3000),
        chance.choice("是否"),
    ]


def workbook(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("设施")
        for n, row in enumerate([HEAD, *rows]):
            sheet.write_row(n, 0, row)
    return out.getvalue()


# ---- our side ----


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def cpu_seconds() -> float:
    """Of this process and of those that it started and that have ended."""
    return sum(os.times()[:4])


def handed_in(office: Any, rows: list[list[Any]]) -> ImportRun:
    from qianxian.core.definitions import catalogue
    from qianxian.imports import services

    return services.hand_in(
        data=workbook(rows),
        name="设施.xlsx",
        ledger=catalogue().ledgers["facility"],
        township=office.town,
        by=office.clerk,
        at=AT,
    )


def check(run: ImportRun) -> None:
    from qianxian.imports.jobs import check_import

    check_import.call(run.pk, run.check_number)
    run.refresh_from_db()


def land(run: ImportRun) -> None:
    from qianxian.imports import jobs, services

    services.request_landing(run=run, takes_changes=False, by=run.by, at=AT)
    jobs.land_import.call(run.pk)
    run.refresh_from_db()


def measure(office: Any, rows: list[list[Any]]) -> dict[str, Any]:
    from qianxian.core import commits
    from qianxian.imports import landing
    from qianxian.ledgers import store as stores

    run = handed_in(office, rows)
    spent = {"history": 0.0, "locked": 0.0}

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def go(*args: Any, **given: Any) -> Any:
            start = time.perf_counter()
            try:
                return work(*args, **given)
            finally:
                spent[name] += time.perf_counter() - start

        return go

    cpu = cpu_seconds()
    checking = seconds(lambda: check(run))
    with (
        patch.object(stores, "record", timed("history", commits.record)),
        patch.object(landing, "_land", timed("locked", landing._land)),
    ):
        landed = seconds(lambda: land(run))
    cpu = cpu_seconds() - cpu
    if (run.state, run.new) != ("landed", len(rows)):
        raise SystemExit(f"landed {run.new} of {len(rows)} rows: {run.state} {run.told}")
    again = handed_in(office, rows)
    same = seconds(lambda: check(again))
    if again.same != len(rows):
        raise SystemExit(f"the second time only {again.same} rows were known")
    whole = checking + landed
    return {
        "rows": len(rows),
        "columns": len(HEAD),
        "import_s": round(whole, 2),
        "rows_per_second": round(len(rows) / whole),
        "cpu_s": round(cpu, 2),
        "check_s": round(checking, 2),
        "land_s": round(landed, 2),
        "locked_s": round(spent["locked"], 2),
        "history_share": round(spent["history"] / whole, 2),
        "locked_share": round(spent["locked"] / whole, 2),
        "check_again_s": round(same, 2),
    }


# ---- the other side ----


def others(folder: Path, rows: list[list[Any]]) -> dict[str, Any]:
    taken = {
        "sqlite_utils_s": round(with_sqlite_utils(folder, rows), 2),
        "bulk_create_s": round(with_bulk_create(rows), 2),
    }
    if directus.is_here():
        with directus.running(folder, COLUMNS) as server:
            taken["directus_s"] = round(server.create(COLUMNS, rows), 2)
    return taken


_SCRIPT = """
import json, sys, time
import sqlite_utils
names, rows = json.load(open(sys.argv[1]))
database = sqlite_utils.Database(sys.argv[2])
database.enable_wal()
start = time.perf_counter()
database["facility"].insert_all((dict(zip(names, row)) for row in rows), pk="number")
print(time.perf_counter() - start)
assert database["facility"].count == len(rows)
"""


def with_sqlite_utils(folder: Path, rows: list[list[Any]]) -> float:
    source = folder / "rows.json"
    source.write_text(json.dumps([COLUMNS, rows]), encoding="utf-8")
    python = python_with(("sqlite-utils",), folder, "QIANXIAN_SQLITE_UTILS")
    command = [python, "-c", _SCRIPT, str(source), str(folder / "utils.sqlite3")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return float(done.stdout)


def with_bulk_create(rows: list[list[Any]]) -> float:
    """One model with the ten columns, nothing else."""
    from django.db import connection, models, transaction

    fields: dict[str, Any] = {name: models.TextField() for name in COLUMNS}
    fields["number"] = models.CharField(max_length=20, primary_key=True)
    meta = type("Meta", (), {"app_label": "bench"})
    facility: Any = type(
        "Facility", (models.Model,), {"__module__": __name__, "Meta": meta, **fields}
    )
    with connection.schema_editor() as editor:
        editor.create_model(facility)

    def create() -> None:
        made = [facility(**dict(zip(COLUMNS, row, strict=True))) for row in rows]
        with transaction.atomic():
            facility._default_manager.bulk_create(made, batch_size=1000)

    return seconds(create)


def profile(office: Any, rows: list[list[Any]]) -> None:
    run = handed_in(office, rows)
    for work in (lambda: check(run), lambda: land(run)):
        with cProfile.Profile() as watched:
            work()  # type: ignore[no-untyped-call]
        pstats.Stats(watched).sort_stats("tottime").print_stats(28)


if __name__ == "__main__":
    main()
