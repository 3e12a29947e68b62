"""A throwaway PostgreSQL cluster out of the system's own binaries, gone when the test is."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FAST = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=64MB",
    "listen_addresses=127.0.0.1",
)
_PR_SET_PDEATHSIG = 1


def binaries() -> Path | None:
    """Folder with initdb and postgres, of the newest version that is installed."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[4])
    )
    if found:
        return found[-1].parent
    beside = shutil.which("initdb")
    return Path(beside).resolve().parent if beside else None


def why_not() -> str:
    """Why no cluster can be had here; empty where one can."""
    if sys.platform != "linux":
        return "the throwaway cluster is for Linux"
    if binaries() is None:
        return "no PostgreSQL on this machine (Debian: apt install postgresql)"
    if os.geteuid() == 0 and _account() is None:
        return "running as root without an account `postgres` to run the cluster as"
    return ""


def _account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; its package brings an account."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None


@contextmanager
def throwaway_cluster() -> Iterator[str]:
    """Start a cluster on a free port and give its address as QIANXIAN_DATABASE takes it."""
    folder = Path(tempfile.mkdtemp(prefix="qianxian-pg-"))
    server = None
    try:
        account = _account()
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        server, port = _start(folder, account)
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        if server is not None:
            # Immediate shutdown: nothing here is to be kept.
            server.send_signal(signal.SIGQUIT)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, account: pwd.struct_passwd | None) -> tuple[subprocess.Popen[bytes], int]:
    programs = binaries()
    assert programs is not None, why_not()
    user = account.pw_name if account else None
    data, log = folder / "data", folder / "log"
    initdb: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "--no-sync",
    ]
    subprocess.run(  # noqa: S603
        [*initdb, "-E", "UTF8", "--locale=C.UTF-8"],
        user=user,
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=60,
    )
    port = _free_port()
    settings = [f"port={port}", f"unix_socket_directories={folder}", *_FAST]
    with log.open("wb") as out:
        server = subprocess.Popen(  # noqa: S603
            [programs / "postgres", "-D", data, *(w for s in settings for w in ("-c", s))],
            user=user,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            preexec_fn=_die_with_parent,
        )
    _wait_until_it_answers(server, port, log)
    return server, port


def _die_with_parent() -> None:
    """A test run that is killed leaves no cluster behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def _wait_until_it_answers(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    import psycopg

    until = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="postgres").close()
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from error
            time.sleep(0.1)
        else:
            return
