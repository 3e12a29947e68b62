"""Keeping the web and the worker process alive, and ending both together."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from qianxian.cli.base import ROOT, say
from qianxian.cli.lifeline import GRACE_SECONDS

_LONGEST_WAIT = 10.0
# A process that ran this long had started well: the next failure counts as the first.
_SETTLED_AFTER = 30.0
_TICK = 0.2


@dataclass(slots=True)
class Child:
    """One supervised process: its name for people, its command, and how it fares."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    restart_at: float = 0.0

    def start(self, now: float) -> None:
        # Ctrl-C goes to the whole group of a terminal; children are to hear it from us alone.
        apart = sys.platform != "win32"
        group = 0 if apart else getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        self.process = subprocess.Popen(  # noqa: S603  our own interpreter and modules
            self.command,
            stdin=subprocess.PIPE,
            cwd=ROOT,
            start_new_session=apart,
            creationflags=group,
        )
        self.started_at = now

    def note_death(self, now: float) -> str:
        """Settle when to start again; returns the line that tells of it."""
        code = 0
        if self.process and self.process.stdin:
            code = self.process.returncode
            self.process.stdin.close()
        self.process = None
        if now - self.started_at > _SETTLED_AFTER:
            self.failures = 0
        self.failures += 1
        wait = min(0.5 * 2 ** (self.failures - 1), _LONGEST_WAIT)
        self.restart_at = now + wait
        why = f"信号{-code}" if code < 0 else f"返回{code}"
        return f"{self.name}停了（{why}），{wait:g}秒后重新启动。数据没有影响。"

    def ask_to_stop(self) -> None:
        """Close its lifeline, and on Unix send the signal too, which is a little quicker."""
        if self.process is None or self.process.poll() is not None:
            return
        if self.process.stdin:
            self.process.stdin.close()
        if sys.platform != "win32":
            self.process.terminate()

    def wait_or_kill(self, until: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass(slots=True)
class Supervisor:
    """Starts its children, starts again whichever dies, stops all of them when told."""

    children: Sequence[Child]
    stopping: threading.Event = field(default_factory=threading.Event)

    def listen_to_signals(self) -> None:
        names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
        for name in names:
            if number := getattr(signal, name, None):
                signal.signal(number, lambda *_: self.stopping.set())

    def start(self) -> None:
        for child in self.children:
            child.start(time.monotonic())

    def watch(self) -> None:
        """Until told to stop. The wait is short and so can be interrupted on Windows too."""
        while not self.stopping.wait(_TICK):
            self.tend()

    def tend(self) -> None:
        """Look once at every child."""
        for child in self.children:
            self._look_after(child, time.monotonic())

    def _look_after(self, child: Child, now: float) -> None:
        if child.process is None:
            if now >= child.restart_at:
                child.start(now)
        elif child.process.poll() is not None:
            say(child.note_death(now))

    def stop(self) -> None:
        for child in self.children:
            child.ask_to_stop()
        until = time.monotonic() + GRACE_SECONDS
        for child in self.children:
            child.wait_or_kill(until)
