"""Thirty writers on a hundred entries: no update is lost, each conflict shown, the chain whole."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.long.storm import environment, run
from tests.postgres.cluster import throwaway_cluster, why_not

SECONDS = 60
pytestmark = pytest.mark.long


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of an empty site."""
    on_postgresql = request.param == "postgresql"
    if on_postgresql and (reason := why_not()):
        pytest.skip(reason)
    with throwaway_cluster() if on_postgresql else nullcontext("") as address:
        yield {**environment(tmp_path / "office"), "QIANXIAN_DATABASE": address}


def test_no_update_is_lost_and_every_conflict_is_shown(office: dict[str, str]) -> None:
    done = run(office, "tests.long.writers", str(SECONDS), timeout=SECONDS + 240)

    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    # Shown by -s.
    sys.stdout.write(f"{office['QIANXIAN_DATABASE'] or 'sqlite'}: {told}\n")
    assert (told["lost"], told["untold"], told["errors"]) == ([], 0, [])
    assert told["unexplained"] == 0
    assert told["clashes"] > 0
    assert told["saves"] > 100
    verified = run(office, "qianxian", "verify", timeout=SECONDS + 240)
    assert verified.returncode == 0, verified.stdout
