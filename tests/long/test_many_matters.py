"""Fifty thousand open matters: the nightly sweep survives twenty kills, and is quick without."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.long.storm import ROOT, environment, run

MATTERS, KILLS, SEED = 50_000, 20, 20261130
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="kills processes with signals"),
]


def part(folder: Path, *arguments: str) -> dict[str, Any]:
    done = run(environment(folder), "tests.long.many_matters", *arguments, timeout=1_800)
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout) if done.stdout.strip() else {}
    return told


def commits(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "qianxian.sqlite3")) as connection:
        (number,) = connection.execute("SELECT MAX(head_number) FROM core_stream").fetchone()
        return int(number)


def killed_sweep(folder: Path, after: float) -> bool:
    """A sweep that is killed so many seconds after its first commit; whether it still ran then."""
    before = commits(folder)
    sweep = subprocess.Popen(
        [sys.executable, "-m", "tests.long.many_matters", "sweep"],
        cwd=ROOT,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
    )
    while sweep.poll() is None and commits(folder) == before:
        time.sleep(0.02)
    time.sleep(after)
    was_running = sweep.poll() is None
    sweep.send_signal(signal.SIGKILL)
    sweep.wait()
    return was_running


def test_a_sweep_killed_twenty_times_lets_rise_each_once_and_misses_none(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    part(folder, "make", str(MATTERS))
    chance = random.Random(SEED)  # noqa: S311  moments of kills

    cut = sum(killed_sweep(folder, chance.uniform(0, 0.4)) for _ in range(KILLS))
    told = part(folder, "sweep")
    risen = part(folder, "risen")
    again = part(folder, "sweep")

    sys.stdout.write(f"{cut} of {KILLS} kills hit; last sweep {told}; {risen}\n")
    assert cut >= KILLS // 2
    assert risen["twice"] == 0
    assert risen["rises"] == risen["wanted"] > 0
    assert again["risen"] == 0
    # The nightly run with nothing left to do still looks at all of them.
    assert again["seconds"] < 60
    verified = run(environment(folder), "qianxian", "verify", timeout=1_800)
    assert verified.returncode == 0, verified.stdout
