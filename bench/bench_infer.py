"""From somebody's workbook to a ledger with its rows: time and memory of each step of the worker.

python -m bench.bench_infer FILE.xlsx          measure, print, append to results/infer.jsonl
python -m bench.bench_infer FILE.xlsx --dry    measure and print only

The villages of the township are those that the second column of the first sheet names, with twelve
groups each; whoever hands the file in may define ledgers and record everywhere.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.bench_commits import start_django
from bench.machine import tell

if TYPE_CHECKING:
    from qianxian.core.models import Place, User

GROUPS = 12
PACKAGES = ("django", "python-calamine", "pydantic")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workbook", type=Path)
    parser.add_argument("--dry", action="store_true", help="do not append to the results")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start_django(Path(folder))
        measured = measure(options.workbook)
    tell("infer", measured, PACKAGES, is_dry=options.dry)


def measure(workbook: Path) -> dict[str, Any]:
    from qianxian.imports.inferring import jobs as looking
    from qianxian.imports.inferring import services as inferring
    from qianxian.imports.jobs import check_import, land_import
    from qianxian.imports.services import request_landing

    town, clerk, at = *office(villages_in(workbook)), datetime.now(UTC)
    proposal = inferring.hand_in(
        data=workbook.read_bytes(), name=workbook.name, township=town, by=clerk, at=at
    )
    steps = Steps()
    steps.take("infer", lambda: looking.look_at_workbook.call(proposal.pk, proposal.look_number))
    proposal.refresh_from_db()
    inferring.define(proposal=proposal, by=clerk, at=at)
    proposal.refresh_from_db()
    run = proposal.run
    if run is None:
        raise SystemExit(f"no rows to import: {proposal.told}")
    steps.take("check", lambda: check_import.call(run.pk, run.check_number))
    request_landing(run=run, takes_changes=False, by=clerk, at=at)
    steps.take("land", lambda: land_import.call(run.pk))
    run.refresh_from_db()
    return {**steps.told(), "state": run.state, **run.counts}


def villages_in(workbook: Path) -> list[str]:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(workbook)
    cells = (row[1] for row in book.get_sheet_by_index(0).iter_rows() if len(row) > 1)
    return sorted({cell for cell in cells if isinstance(cell, str) and cell.endswith("村")})


def office(villages: list[str]) -> tuple[Place, User]:
    from qianxian.core.definitions import catalogue
    from qianxian.core.models import Grant, User
    from qianxian.core.places import open_place

    county = open_place(code="430100000000", name="云溪县", level="county", parent=None)
    town = open_place(code="430100100000", name="青禾镇", level="township", parent=county)
    for n, name in enumerate(villages):
        code = f"430100100{200 + n}"
        village = open_place(code=code, name=name, level="village", parent=town)
        for group in range(1, GROUPS + 1):
            open_place(code=f"{code}{group:03}", name=f"{group}组", level="group", parent=village)
    clerk = User.objects.create(username="wangxy", name="王秀英")
    line = next(iter(catalogue().lines))
    Grant.objects.create(role="office_clerk", place=town, user=clerk)
    Grant.objects.create(role="ledger_definer", line=line, place=town, user=clerk)
    return town, clerk


class Steps:
    """Seconds of each step, and the most memory that the process held in any of them."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}
        self._wall = self._cpu = 0.0
        # The peak from here on: what made the office does not count.
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")

    def take(self, name: str, work: Callable[[], object]) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        taken, used = time.perf_counter() - wall, time.process_time() - cpu
        self._told |= {f"{name}_s": round(taken, 2), f"{name}_cpu_s": round(used, 2)}
        self._wall, self._cpu = self._wall + taken, self._cpu + used

    def told(self) -> dict[str, float]:
        whole = {"whole_s": round(self._wall, 2), "whole_cpu_s": round(self._cpu, 2)}
        return {**self._told, **whole, "memory_mb": _peak_mb()}


def _peak_mb() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
