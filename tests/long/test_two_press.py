"""Ten thousand times two people press at once: one wins, the other is told who it was."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.long.storm import environment, run
from tests.postgres.cluster import throwaway_cluster, why_not

RUNS = 10_000
pytestmark = pytest.mark.long


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_one_wins_and_the_other_is_told(database: str, tmp_path: Path) -> None:
    on_postgresql = database == "postgresql"
    if on_postgresql and (reason := why_not()):
        pytest.skip(reason)
    folder = tmp_path / "office"
    folder.mkdir()
    with throwaway_cluster() if on_postgresql else nullcontext("") as address:
        office = {**environment(folder), "QIANXIAN_DATABASE": address}
        done = run(office, "tests.long.two_press", str(RUNS), timeout=7_200)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    sys.stdout.write(f"{database}: {told}\n")
    assert told["runs"] == told["one_won"] == told["was_told_who"] == RUNS
    assert told["not_once"] == 0
    assert 0 < told["first_won"] < RUNS
