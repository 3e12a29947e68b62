"""All tests of services and streams, once more on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres.cluster import throwaway_cluster, why_not

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_services_and_streams_pass_on_postgresql_too(request: pytest.FixtureRequest) -> None:
    if os.environ.get("QIANXIAN_DATABASE"):
        pytest.skip("this is the run on PostgreSQL")
    if reason := why_not():
        pytest.skip(reason)

    with throwaway_cluster() as address:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-m",
                "postgres and not long",
                "-q",
                "-p",
                "no:cacheprovider",
            ],
            cwd=ROOT,
            env={**os.environ, "QIANXIAN_DATABASE": address},
            capture_output=True,
            text=True,
            timeout=480,
            check=False,
        )

    lines = done.stdout.strip().splitlines()
    # Shown by -s and in the log of CI: how many ran there.
    sys.stdout.write(f"on PostgreSQL: {lines[-1] if lines else done.stderr}\n")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
