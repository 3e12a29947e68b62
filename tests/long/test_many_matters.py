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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.long.many_matters import BEGINS
from tests.long.storm import ROOT, environment, run

MATTERS, KILLS, SEED = 50_000, 20, 20261130
# Sweeps that are killed save so few at a time that there is work for every kill; how many seconds
# a batch takes is guessed until one was measured.
BATCH, FIRST_GUESS = 100, 0.2
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="kills processes with signals"),
]


def part(folder: Path, *arguments: str) -> dict[str, Any]:
    done = run(environment(folder), "tests.long.many_matters", *arguments, timeout=1_800)
    assert done.returncode == 0, done.stderr[-3000:]
    lines = done.stdout.splitlines()
    told: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    return told


def commits(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "qianxian.sqlite3")) as connection:
        (number,) = connection.execute("SELECT MAX(head_number) FROM core_stream").fetchone()
        return int(number)


@dataclass(frozen=True, slots=True)
class Kill:
    """Where one fell: after so many commits of its sweep, and so far into the batch after them.

    `lasted` is how many seconds a batch took.
    """

    was_running: bool
    commits: int
    share: float
    lasted: float

    def __str__(self) -> str:
        return f"{self.commits}+{self.share:.2f}" if self.was_running else "too late"


def killed_sweep(folder: Path, chance: random.Random, lasted: float) -> Kill:
    """A sweep that is killed at any moment of its work: in its first batch or in a later one."""
    sweep = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-m", "tests.long.many_matters", "sweep", str(BATCH)],
        cwd=ROOT,
        env=environment(folder),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert sweep.stdout is not None
    assert sweep.stdout.readline() == f"{BEGINS}\n"
    before, since = commits(folder), time.perf_counter()
    for wanted in range(before + 1, before + 1 + chance.randrange(4)):
        while sweep.poll() is None and commits(folder) < wanted:
            time.sleep(0.005)
        lasted, since = time.perf_counter() - since, time.perf_counter()
    share = chance.random()
    time.sleep(lasted * share)
    was_running = sweep.poll() is None
    sweep.send_signal(signal.SIGKILL)
    sweep.communicate()
    return Kill(was_running, commits(folder) - before, share, lasted)


def test_a_sweep_killed_twenty_times_lets_rise_each_once_and_misses_none(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    part(folder, "make", str(MATTERS))
    chance = random.Random(SEED)  # noqa: S311  moments of kills

    kills = [Kill(was_running=True, commits=0, share=0, lasted=FIRST_GUESS)]
    while len(kills) <= KILLS:
        kills.append(killed_sweep(folder, chance, kills[-1].lasted))
    cut = sum(kill.was_running for kill in kills[1:])
    told = part(folder, "sweep")
    risen = part(folder, "risen")
    again = part(folder, "sweep")

    where = " ".join(map(str, kills[1:]))
    sys.stdout.write(f"{cut} of {KILLS} kills hit: {where}; last sweep {told}; {risen}\n")
    assert cut == KILLS
    assert min(kill.commits for kill in kills[1:]) == 0 < max(kill.commits for kill in kills)
    assert told["risen"] > 0
    assert risen["twice"] == 0
    assert risen["rises"] == risen["wanted"] > 0
    assert again["risen"] == 0
    # The nightly run with nothing left to do still looks at all of them.
    assert again["cpu_seconds"] < 60
    verified = run(environment(folder), "qianxian", "verify", timeout=1_800)
    assert verified.returncode == 0, verified.stdout
