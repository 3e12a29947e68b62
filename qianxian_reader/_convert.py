"""Old word processor files to .docx with LibreOffice, where it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

_SECONDS = 60
_WINDOWS = Path("C:/Program Files/LibreOffice/program/soffice.exe")


def converter() -> str | None:
    """The program, or None where this machine does not have it."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or (str(_WINDOWS) if _WINDOWS.exists() else None)


def to_docx(data: bytes, suffix: str) -> bytes | None:
    """The file as .docx; None where there is no converter or it does not come out in time."""
    program = converter()
    if program is None:
        return None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source = Path(folder, f"report{suffix}")
        source.write_bytes(data)
        # A profile of its own: a LibreOffice that is open on the desktop is not asked and not hurt.
        command = [
            program,
            f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "docx",
            "--outdir",
            folder,
            str(source),
        ]
        _run(command)
        made = source.with_suffix(".docx")
        return made.read_bytes() if made.exists() else None


def _run(command: list[str]) -> None:
    try:
        process = subprocess.Popen(  # noqa: S603 - the program found above, on a file of ours
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return
    try:
        process.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """The program starts others; they go with it."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
