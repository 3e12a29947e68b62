"""The supervisor: starts again what dies, with patience, and leaves nothing running."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qianxian.cli.supervisor import Child, Supervisor

pytestmark = pytest.mark.slow

FOREVER = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"


def child(code: str, name: str = "网页") -> Child:
    return Child(name, [sys.executable, "-c", code])


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture
def started() -> Iterator[Callable[..., Supervisor]]:
    supervisors: list[Supervisor] = []

    def start(*children: Child) -> Supervisor:
        supervisors.append(Supervisor(children))
        supervisors[-1].start()
        return supervisors[-1]

    yield start
    for supervisor in supervisors:
        for each in supervisor.children:
            if each.process:
                each.process.kill()
                each.process.wait()


def test_a_child_that_dies_is_started_again_and_told_of(
    started: Callable[..., Supervisor], capsys: pytest.CaptureFixture[str]
) -> None:
    kept, killed = child(FOREVER, "后台"), child(FOREVER)
    supervisor = started(kept, killed)
    assert kept.process
    assert killed.process
    first, other = killed.process, kept.process.pid

    first.kill()
    first.wait()

    def is_back() -> bool:
        supervisor.tend()
        return killed.process not in (None, first)

    wait_for(is_back)

    assert kept.process.pid == other
    told = capsys.readouterr().out
    assert told == "网页停了（信号9），0.5秒后重新启动。数据没有影响。\n"


def test_one_that_dies_again_and_again_waits_longer_up_to_ten_seconds() -> None:
    dying, now, waits = child("raise SystemExit(3)"), 0.0, []

    for _ in range(9):
        dying.start(now)
        assert dying.process
        dying.process.wait()
        line = dying.note_death(now)
        waits.append(dying.restart_at - now)
        now = dying.restart_at

    assert waits == [0.5, 1, 2, 4, 8, 10, 10, 10, 10]
    assert "返回3" in line


def test_one_that_had_started_well_is_started_again_at_once() -> None:
    dying = child("pass")
    dying.failures = 6
    dying.start(100.0)
    assert dying.process
    dying.process.wait()

    dying.note_death(100.0 + 31)

    assert dying.restart_at == 131.5


def test_stopping_ends_every_child(started: Callable[..., Supervisor]) -> None:
    supervisor = started(child(FOREVER), child(FOREVER))
    processes = [each.process for each in supervisor.children]

    supervisor.stop()

    assert all(process and process.poll() is not None for process in processes)


def test_one_that_does_not_listen_is_killed(
    started: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qianxian.cli.supervisor.GRACE_SECONDS", 0.3)
    stubborn = child(STUBBORN)
    supervisor = started(stubborn)
    time.sleep(0.3)

    supervisor.stop()

    assert stubborn.process
    assert stubborn.process.poll() is not None


def test_stopping_one_that_waits_for_its_restart_is_nothing_to_do() -> None:
    resting = child(FOREVER)

    Supervisor([resting]).stop()

    assert resting.process is None


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a thing of Unix")
def test_a_child_ends_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    grandchild = (
        "import os, time; from pathlib import Path;"
        "from qianxian.cli.lifeline import end_with_parent; end_with_parent();"
        f"Path({str(pids)!r}).write_text(str(os.getpid())); time.sleep(60)"
    )
    code = (
        "import sys; from qianxian.cli.supervisor import Child, Supervisor;"
        f"s = Supervisor([Child('后台', [sys.executable, '-c', {grandchild!r}])]);"
        "s.start(); s.watch()"
    )
    supervisor = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", code], cwd=Path(__file__).parents[3]
    )
    try:
        wait_for(lambda: pids.exists() and pids.read_text() != "")
        pid = int(pids.read_text())
        assert is_running(pid)
    finally:
        supervisor.kill()
        supervisor.wait()

    wait_for(lambda: not is_running(pid))


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # One that ended and that nobody has waited for is not running.
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
