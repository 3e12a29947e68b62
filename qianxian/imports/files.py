"""Uploaded files, sealed below the data folder under the digest of their bytes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from qianxian.core.errors import UserError
from qianxian.imports import sealing


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _path(digest: str) -> Path:
    return Path(settings.DATA) / "files" / "imports" / digest[:2] / digest


def keep(data: bytes) -> str:
    """Seal a file on disk and return its digest. The same bytes twice are one file."""
    digest = digest_of(data)
    path = _path(digest)
    if path.exists():
        return digest
    path.parent.mkdir(parents=True, exist_ok=True)
    # Under another name first: whoever finds the digest finds the whole file.
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(sealing.seal(data, digest))
        out.flush()
        os.fsync(out.fileno())
    Path(temporary).replace(path)
    return digest


def load(digest: str) -> bytes:
    """The bytes as they were handed in. Raises UserError where the file is gone or changed."""
    path = _path(digest)
    if not path.exists():
        raise UserError("原文件已经不在了，存够日子就清掉了。要再用，请重新传一次。")
    return sealing.unseal(path.read_bytes(), digest)


def drop(digest: str) -> None:
    _path(digest).unlink(missing_ok=True)
