"""Files below the data folder: written whole or not at all, and never replaced."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_once(path: Path, data: bytes) -> None:
    """Write a file unless it is there: its name holds its digest, so what is there is the same."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Under another name first: whoever finds the digest finds the whole file.
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    Path(temporary).replace(path)
