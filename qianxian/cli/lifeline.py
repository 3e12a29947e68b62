"""Ending with the parent: no process that Qianxian starts outlives the one that started it.

The parent keeps the write end of a pipe that is the child's standard input and never writes to it.
However the parent ends, by signal, power switch of the task manager, or crash, the system closes
the pipe and the child reads its end. This works on Linux and Windows alike.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time

# What a child gets to finish its request or job before it ends all the same.
GRACE_SECONDS = 8.0


def end_with_parent() -> None:
    """Watch standard input in the background; ask this process to stop when it closes."""
    threading.Thread(target=_watch_pipe, name="lifeline", daemon=True).start()


def end_with_server() -> None:
    """The same for a worker process of the web server, which multiprocessing started."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(
            target=_watch_process, args=(parent,), name="lifeline", daemon=True
        ).start()


def _watch_pipe() -> None:
    stdin = sys.stdin.fileno()
    while os.read(stdin, 1):
        pass
    if sys.platform == "win32":
        signal.raise_signal(signal.SIGTERM)
    else:
        # To the process: the main thread may sit in a wait that only its own signal ends.
        os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def _watch_process(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
