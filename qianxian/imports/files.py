"""Uploaded files, sealed below the data folder under the digest of their bytes."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from qianxian.core.errors import UserError
from qianxian.core.files import digest_of, write_once
from qianxian.imports import sealing


def _path(digest: str) -> Path:
    return Path(settings.DATA) / "files" / "imports" / digest[:2] / digest


def keep(data: bytes) -> str:
    """Seal a file on disk and return its digest. The same bytes twice are one file."""
    digest = digest_of(data)
    # A file that is there is left: sealed again, the same bytes would differ.
    write_once(_path(digest), sealing.seal(data, digest))
    return digest


def load(digest: str) -> bytes:
    """The bytes as they were handed in. Raises UserError where the file is gone or changed."""
    path = _path(digest)
    if not path.exists():
        raise UserError("原文件已经不在了，存够日子就清掉了。要再用，请重新传一次。")
    return sealing.unseal(path.read_bytes(), digest)


def drop(digest: str) -> None:
    _path(digest).unlink(missing_ok=True)
