"""SIGKILL in the middle of an import: the whole of it or nothing, no doubles, nobody waits long."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.long.storm import ROOT, environment, run

SEED = 20261130
LONGEST_WAIT = 2.0
SOON_ENOUGH = 240.0

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills a process by a signal")


def part(folder: Path, *words: str) -> str:
    parts = ("tests.long.import_parts", words[0], str(folder), *words[1:])
    done = run(environment(folder), *parts, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@dataclass
class Saver:
    """Somebody else who saves all the while: how long each save took, and what failed."""

    process: subprocess.Popen[str]
    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def end(self) -> None:
        told, _ = self.process.communicate(timeout=60)
        for line in told.splitlines():
            said = json.loads(line)
            if "seconds" in said:
                self.seconds.append(said["seconds"])
            elif "failed" in said:
                self.failed.append(said["failed"])


@contextmanager
def saving(folder: Path) -> Iterator[Saver]:
    command = [sys.executable, "-m", "tests.long.import_parts", "save", str(folder)]
    process = subprocess.Popen(  # noqa: S603  a module of this folder
        command,
        cwd=ROOT,
        env=environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    saver = Saver(process)
    try:
        yield saver
    finally:
        saver.end()


@contextmanager
def working(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The worker, killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "qianxian", "worker"], cwd=ROOT, env=environment(folder)
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(30)


def ask(folder: Path, sql: str, *given: Any) -> Any:
    with closing(sqlite3.connect(folder / "qianxian.sqlite3", timeout=30)) as connection:
        return connection.execute(sql, given).fetchone()


def state(folder: Path, run: int = 1) -> str:
    return str(ask(folder, "SELECT state FROM imports_importrun WHERE id = ?", run)[0])


def landed(folder: Path) -> tuple[int, int, int, int]:
    """At one moment: entries of the ledger, import commits, their revisions, runs that landed."""
    found: tuple[int, int, int, int] = ask(
        folder,
        "SELECT (SELECT count(*) FROM ledgers_entry WHERE ledger = 'cleanup'),"
        " (SELECT count(*) FROM core_commit WHERE source = 'import' AND number IS NOT NULL),"
        " (SELECT count(*) FROM core_revision r JOIN core_commit c ON c.id = r.commit_id"
        "  WHERE c.source = 'import'),"
        " (SELECT count(*) FROM imports_importrun WHERE state = 'landed')",
    )
    return found


def wait_for(folder: Path, wanted: str, run: int = 1) -> None:
    until = time.monotonic() + SOON_ENOUGH
    while state(folder, run) != wanted:
        assert time.monotonic() < until, f"still {state(folder, run)} instead of {wanted}"
        time.sleep(0.1)


def undisturbed(folder: Path) -> float:
    """How long the landing takes of an import that nobody kills."""
    with saving(folder), working(folder):
        wait_for(folder, "landing")
        start = time.monotonic()
        wait_for(folder, "landed")
        return time.monotonic() - start


@dataclass(frozen=True)
class Moment:
    """When to kill: after so many checked rows, or so many seconds into the landing."""

    rows: int = 0
    seconds: float = 0.0

    def come(self, folder: Path) -> None:
        until = time.monotonic() + SOON_ENOUGH
        while not self._is_there(folder):
            assert time.monotonic() < until, f"{self} does not come"
            time.sleep(0.01)
        time.sleep(self.seconds)

    def _is_there(self, folder: Path) -> bool:
        found, done = ask(folder, "SELECT state, done FROM imports_importrun WHERE id = 1")
        return found in ("landing", "landed") or (not self.seconds and done >= self.rows)


def moments(kills: int, rows: int, landing: float) -> Iterator[Moment]:
    """Every other one falls into the landing, which is short beside the check."""
    chance = random.Random(SEED)  # noqa: S311
    for number in range(kills):
        if number % 2:
            yield Moment(rows=chance.randrange(rows))
        else:
            yield Moment(seconds=chance.random() * landing * 1.2)


def killed_once(folder: Path, moment: Moment, good: int) -> tuple[Saver, str]:
    """One kill; whole or nothing then, whole in the end, no doubles. Says what it hit."""
    whole, nothing = (good, 1, good, 1), (0, 0, 0, 0)
    with saving(folder) as saver:
        with working(folder):
            moment.come(folder)
        found, hit = landed(folder), state(folder)
        assert found in (whole, nothing), f"killed at {moment}"
        with working(folder):
            wait_for(folder, "landed")
            part(folder, "again")
            wait_for(folder, "ready", run=2)
    assert landed(folder) == whole
    counts = json.loads(ask(folder, "SELECT counts FROM imports_importrun WHERE id = 2")[0])
    assert (counts.get("new", 0), counts["same"]) == (0, good)
    return saver, hit


def storm(tmp_path: Path, *, kills: int, rows: int, bad: int) -> None:
    first = tmp_path / "office"
    first.mkdir()
    part(first, "prepare", str(rows), str(bad))
    trial = tmp_path / "trial"
    shutil.copytree(first, trial)
    landing = undisturbed(trial)
    seconds: list[float] = []
    hits: Counter[str] = Counter()
    for moment in moments(kills, rows, landing):
        shutil.rmtree(trial)
        shutil.copytree(first, trial)
        saver, hit = killed_once(trial, moment, rows - bad)
        hits[hit] += 1
        seconds += saver.seconds
        assert saver.failed == [], f"at {moment}"
        sys.stdout.write(f"{moment}: {hit}; longest save {max(saver.seconds):.2f} s\n")
        sys.stdout.flush()
    verified = run(environment(trial), "qianxian", "verify", timeout=600)
    assert verified.returncode == 0, verified.stdout
    seconds.sort()
    sys.stdout.write(
        f"{rows} rows, landing {landing:.1f} s; {kills} kills hit {dict(hits)}; {len(seconds)} saves"
        f" of others: median {seconds[len(seconds) // 2]:.3f} s, longest {seconds[-1]:.2f} s\n"
    )
    assert seconds[-1] < LONGEST_WAIT


@pytest.mark.long
def test_a_kill_leaves_the_whole_import_or_nothing(tmp_path: Path) -> None:
    storm(tmp_path, kills=1, rows=2_000, bad=3)


@pytest.mark.long
def test_twenty_kills_leave_the_whole_import_or_nothing(tmp_path: Path) -> None:
    storm(tmp_path, kills=20, rows=20_000, bad=30)
