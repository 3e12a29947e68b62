"""A long file is read by two processes and comes to what one alone makes of it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from qianxian.core.models import Place
from qianxian.imports import helper
from qianxian.imports.grid import Column, Match, SourceRow
from qianxian.imports.models import ImportRun
from qianxian.imports.row_reader import RowReader
from qianxian_packs import Ledger, canonical
from tests.unit.imports.conftest import Hand

HEAD = ["村", "日期", "做什么", "参加人次", "清运垃圾（吨）", "说明"]
KINDS = ("大扫除", "沟渠清理", "大扫出")
# Bad days and choices, too many people, days that are supposed, formulas that failed, no place.
ROWS: list[list[Any]] = [
    [
        "没有的村" if n % 9 == 4 else "清水村",
        ("哪一天", f"2026-11-{n % 28 + 1:02}", f"{n % 28 + 1}.11.26")[n % 3],
        KINDS[n % 3],
        n * 41 % 2100,
        ("约2吨", n / 10, "#DIV/0!", None)[n % 4],
        f"第{n % 30}次",
    ]
    for n in range(90)
]


@pytest.fixture
def reader(cleanup: Ledger) -> RowReader:
    targets = ["village", *(f"field:{f.name}" for f in cleanup.fields)]
    matches = [Match(Column("ABCDEF"[n], HEAD[n]), target) for n, target in enumerate(targets)]
    return RowReader(cleanup, matches, (), lambda _field, _value: (None, ""))


@pytest.fixture
def pool() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


def source() -> list[SourceRow]:
    return [SourceRow(n, row, "", 2026) for n, row in enumerate(ROWS, 2)]


def what_came_of(run: ImportRun) -> tuple[Any, Sequence[Any], Sequence[Any]]:
    rows = run.rows.order_by("number")
    faults = run.faults.order_by("id")
    return (
        run.counts,
        list(rows.values_list("number", "row", "status", "title", "place", "content", "state")),
        list(faults.values_list("number", "column", "label", "code", "says", "value", "stops")),
    )


@pytest.mark.django_db
def test_two_processes_find_what_one_finds(
    checked: Hand, cleanup: Ledger, village: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = what_came_of(checked(cleanup, [HEAD, *ROWS]))
    monkeypatch.setattr(helper, "LARGE", 0)
    monkeypatch.setattr(helper, "_PART", 7)
    monkeypatch.setattr(helper, "_cores", lambda: 2)

    together = what_came_of(checked(cleanup, [HEAD, *ROWS]))

    assert together == alone
    assert set(alone[0]) == {"new", "fault"}


def test_a_helper_that_is_killed_costs_no_row(
    reader: RowReader, pool: ProcessPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helper, "_PART", 7)
    wanted = list(helper.ALONE.read(reader, source()))
    parts = helper.Helper(pool).read(reader, source())
    found = [next(parts)]

    for child in multiprocessing.active_children():
        child.kill()
    found += parts

    assert found == wanted


def test_a_column_that_names_a_post_is_read_where_posts_are_known(
    cleanup: Ledger, pool: ProcessPoolExecutor
) -> None:
    field = cleanup.fields[-1].model_copy(update={"type": "post"})
    changed = cleanup.model_copy(update={"fields": (*cleanup.fields[:-1], field)})
    ledger = Ledger.model_validate_json(canonical(changed))
    matches = [Match(Column("A", "谁"), f"field:{field.name}")]
    reader = RowReader(ledger, matches, (), lambda _field, value: (f"code of {value}", ""))

    (_, said), *_ = helper.Helper(pool).read(reader, [SourceRow(2, ["文书"])])

    assert '"code of 文书"' in said[0].text
