"""What a file says is what the ledger holds, whatever the file is and however it is cut up."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from qianxian.core.models import Place, User
from qianxian.imports import jobs, services
from qianxian.imports.models import ImportRun
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger
from tests.unit.imports.conftest import land, workbook

pytestmark = pytest.mark.django_db

HEAD = ["村", "日期", "做什么", "参加人次", "清运垃圾（吨）", "说明"]
# Beyond the BMP, beyond GBK, combining, with what a .csv has to quote, and what looks like markup.
NOTES = [
    "𠮷田𬭊",
    "䶮㑇镕",
    "艾尼·买买提",
    "é e\u0301",
    '说"好",\n又说',
    "<b>&amp;",
    "=1+1",
    "０１２",
]
ROWS = [
    ["清水村", f"2026-11-{n:02}", "大扫除", str(n), f"{n}.5", note]
    for n, note in enumerate(NOTES, 1)
]


def as_csv(encoding: str) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *ROWS])
    return out.getvalue().encode(encoding)


def as_xlsx() -> bytes:
    """Without the text that a workbook takes for a formula."""
    return workbook([HEAD, *(row for row in ROWS if row[-1] != "=1+1")])


@pytest.fixture
def hand_in(
    clerk: User, township: Place, village: Place, cleanup: Ledger, now: datetime
) -> Callable[[bytes, str], ImportRun]:
    def check(data: bytes, name: str) -> ImportRun:
        run = services.hand_in(
            data=data, name=name, ledger=cleanup, township=township, by=clerk, at=now
        )
        jobs.check_import.call(run.pk, run.check_number)
        run.refresh_from_db()
        return run

    return check


def read_back() -> list[Sequence[object]]:
    return [
        (e.place.name, str(e.on), e.data["kind"], e.data["people"], e.data["waste"], e.data["note"])
        for e in Entry.objects.order_by("on")
    ]


@pytest.mark.parametrize(
    ("name", "data", "chunk"),
    [
        ("台账.csv", as_csv("utf-8"), 1),
        ("台账.csv", as_csv("utf-8-sig"), 3),
        ("台账.csv", as_csv("gb18030"), 8),
        ("台账.xlsx", as_xlsx(), 5),
    ],
    ids=["utf-8", "utf-8-bom", "gb18030", "xlsx"],
)
def test_rows_are_read_back_as_they_were_written(
    name: str,
    data: bytes,
    chunk: int,
    hand_in: Callable[[bytes, str], ImportRun],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("qianxian.imports.checking.CHUNK", chunk)
    monkeypatch.setattr("qianxian.imports.landing._PART", chunk)
    rows = [row for row in ROWS if name.endswith(".csv") or row[-1] != "=1+1"]

    run = land(hand_in(data, name), now)

    assert (run.state, run.new, run.faulty) == ("landed", len(rows), 0)
    assert read_back() == [
        (village, day, kind, int(people), f"{float(waste):.3f}", note)
        for village, day, kind, people, waste, note in rows
    ]
    # And cut up otherwise, the same file says nothing new.
    monkeypatch.setattr("qianxian.imports.checking.CHUNK", 2)
    again = hand_in(data, name)
    assert (again.new, again.same) == (0, len(rows))
