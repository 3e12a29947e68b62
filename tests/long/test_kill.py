"""SIGKILL at random moments while several clients save: nothing acknowledged is lost, nothing half."""

from __future__ import annotations

import random
import socket
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.long.make_office import VILLAGES
from tests.long.storm import (
    Books,
    Clerk,
    environment,
    kill_some,
    run,
    running,
    wait_until_it_answers,
)

SEED = 20261125

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="finds processes in /proc and kills them with signals"
)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    made = run(environment(folder), "tests.long.make_office", timeout=120)
    assert made.returncode == 0, made.stderr
    return folder


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def clerks_of(office: Path, base: str) -> list[Clerk]:
    """A clerk for each village, with the households of it to open matters for."""
    clerks = [Clerk(number, base, SEED + number) for number in range(1, len(VILLAGES) + 1)]
    with closing(sqlite3.connect(office / "qianxian.sqlite3")) as connection:
        for clerk in clerks:
            rows = connection.execute(
                "SELECT id FROM ledgers_entry WHERE ledger = 'household' AND place_id LIKE ?",
                (f"430100100{200 + clerk.number}%",),
            )
            clerk.give_households([row[0] for row in rows])
    return clerks


def check(office: Path, clerks: list[Clerk], when: str) -> None:
    """What a kill may not do. Clerks go on saving meanwhile, so what they know is read first."""
    known = [saved for clerk in clerks for saved in list(clerk.saved)]
    before = {saved.key: (saved.value, saved.version) for saved in known}
    books = Books(office)

    assert books.half_saved() == [], when
    gone = [key for key in before if key not in books.entries]
    assert gone == [], when


def check_at_the_end(office: Path, clerks: list[Clerk]) -> None:
    """Nobody saves any more: every acknowledged value is there, and the chain is whole."""
    books = Books(office)
    missing = [books.missing(saved) for clerk in clerks for saved in clerk.saved]
    verified = run(environment(office), "qianxian", "verify", timeout=180)

    assert [line for line in missing if line] == []
    assert books.half_saved() == []
    assert verified.returncode == 0, verified.stdout


def raise_what_failed(clerks: list[Clerk]) -> None:
    for clerk in clerks:
        if clerk.failed:
            raise clerk.failed


def wait_for_saves(clerks: list[Clerk], kills: int) -> None:
    """On a slow machine nobody may have saved by the last kill; then the end would show nothing."""
    until = time.monotonic() + 90
    while sum(clerk.acknowledged for clerk in clerks) <= kills and time.monotonic() < until:
        raise_what_failed(clerks)
        time.sleep(0.2)
    time.sleep(2)


def storm(office: Path, kills: int) -> list[str]:
    """So many kills while the clerks save; returns what was killed."""
    port, chance = free_port(), random.Random(SEED)  # noqa: S311
    base, killed = f"http://127.0.0.1:{port}/", []
    with (office.parent / "log").open("wb") as log, running(office, port, log) as product:
        wait_until_it_answers(base)
        clerks = clerks_of(office, base)
        for clerk in clerks:
            clerk.start()
        try:
            for number in range(kills):
                time.sleep(chance.random() * 3)
                killed.append(kill_some(product.pid, chance))
                wait_until_it_answers(base)
                check(office, clerks, f"after kill {number + 1}: {killed[-1]}")
                raise_what_failed(clerks)
            wait_for_saves(clerks, kills)
        finally:
            for clerk in clerks:
                clerk.stopping.set()
            for clerk in clerks:
                clerk.join(90)
        check_at_the_end(office, clerks)
    raise_what_failed(clerks)
    saves = sum(clerk.acknowledged for clerk in clerks)
    cut = sum(clerk.unanswered for clerk in clerks)
    sys.stdout.write(
        f"{kills} kills {killed}: {saves} saves acknowledged, {cut} requests unanswered\n"
    )
    assert saves > kills
    return killed


@pytest.mark.slow
def test_three_kills_lose_nothing_and_leave_nothing_half(office: Path) -> None:
    storm(office, 3)


@pytest.mark.long
def test_twenty_kills_lose_nothing_and_leave_nothing_half(office: Path) -> None:
    killed = storm(office, 20)

    assert {"web", "worker"} <= set(killed)


@pytest.mark.long
def test_killing_the_supervisor_ends_everything(office: Path) -> None:
    from tests.long.storm import children

    port = free_port()
    base = f"http://127.0.0.1:{port}/"
    with (office.parent / "log").open("wb") as log, running(office, port, log) as product:
        wait_until_it_answers(base)
        below = children(product.pid)
        assert len(below) >= 3

        product.kill()
        product.wait()

        until = time.monotonic() + 20
        while alive := [pid for pid in below if Path(f"/proc/{pid}").exists()]:
            assert time.monotonic() < until, alive
            time.sleep(0.1)
